//! Numbers, amounts of money and lengths of time as messages write them. What is malformed is `None`, never zero.

/// A plain number: `1500`, `1,500`, `0.10`. A comma parts thousands; `0,10` could be two numbers and is none.
pub(super) fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let (sign, body) = text.strip_prefix('-').map_or((1.0, text), |body| (-1.0, body));
    let (whole, part) = body.split_once('.').map_or((body, None), |(whole, part)| (whole, Some(part)));
    let digits = |text: &str| !text.is_empty() && text.len() <= 15 && text.bytes().all(|b| b.is_ascii_digit());
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let grouped = whole.contains(',');
    if !digits(first) || grouped && first.len() > 3 || !groups.all(|group| group.len() == 3 && digits(group)) {
        return None;
    }
    if part.is_some_and(|part| !digits(part)) {
        return None;
    }
    let plain = whole.replace(',', "");
    let value: f64 = part.map_or_else(|| plain.clone(), |part| format!("{plain}.{part}")).parse().ok()?;
    Some(sign * value)
}

/// US dollars: `$0.10`, `USD 2`, `2 USD`, `0.10 dollars`, `0.10`. Another currency is unknown: its rate is not known here.
pub(super) fn dollars(text: &str) -> Option<f64> {
    let lower = text.trim().to_ascii_lowercase();
    let inner = ["us$", "usd", "$"].iter().find_map(|mark| lower.strip_prefix(mark)).unwrap_or(&lower);
    let marks = ["us dollars", "dollars", "dollar", "usd", "us$", "$"];
    let behind = marks.iter().find_map(|mark| inner.strip_suffix(mark));
    // Marked once, in front or behind.
    match behind {
        Some(_) if inner.len() < lower.len() => None,
        Some(inner) => number(inner),
        None => number(inner),
    }
}

/// Seconds: `60`, `60s`, `1h 5m`, `2 minutes and 3 seconds`, `17:32:10`, Python's `1 day, 3:02:01` and `-1 day, 23:59:00`.
/// `17:32` could be hours or minutes and is none.
pub(super) fn seconds(text: &str) -> Option<f64> {
    let text = text.trim().to_ascii_lowercase();
    if let Some(plain) = number(&text) {
        return Some(plain);
    }
    if !text.contains(':') {
        return units(&text);
    }
    let (days, clock) = match text.split_once("day") {
        Some((days, rest)) => (number(days)?, rest.strip_prefix('s').unwrap_or(rest).strip_prefix(',')?.trim()),
        None => (0.0, text.as_str()),
    };
    let mut parts = clock.split(':');
    let mut next = |below: f64| {
        let part = parts.next()?;
        let value = number(part).filter(|value| *value >= 0.0 && *value < below)?;
        part.starts_with(|c: char| c.is_ascii_digit()).then_some(value)
    };
    let (hours, minutes, seconds) = (next(100_000.0)?, next(60.0)?, next(60.0)?);
    let whole = hours.fract() == 0.0 && minutes.fract() == 0.0 && days.fract() == 0.0;
    (parts.next().is_none() && whole)
        .then(|| days.mul_add(86_400.0, hours.mul_add(3_600.0, minutes.mul_add(60.0, seconds))))
}

/// `1h 5m`, `90 sec`, `2 minutes and 3 seconds`: each unit once, larger ones first.
fn units(text: &str) -> Option<f64> {
    let (mut total, mut last) = (0.0, f64::INFINITY);
    let mut rest = text;
    while !rest.is_empty() {
        let amount = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).filter(|at| *at > 0)?;
        let (value, tail) = rest.split_at_checked(amount)?;
        let tail = tail.trim_start();
        let (unit, tail) =
            tail.split_at_checked(tail.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(tail.len()))?;
        let size = match unit {
            "d" | "day" | "days" => 86_400.0,
            "h" | "hr" | "hrs" | "hour" | "hours" => 3_600.0,
            "m" | "min" | "mins" | "minute" | "minutes" => 60.0,
            "s" | "sec" | "secs" | "second" | "seconds" => 1.0,
            "ms" | "millisecond" | "milliseconds" => 0.001,
            _ => return None,
        };
        if size >= last {
            return None;
        }
        last = size;
        total += number(value)? * size;
        let tail = tail.trim_start_matches([' ', ',']);
        rest = tail.strip_prefix("and ").unwrap_or(tail);
    }
    (last.is_finite()).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::{dollars, number, seconds};

    #[test]
    fn numbers() {
        for (text, value) in
            [("60", 60.0), ("1,500", 1500.0), ("12,345,678.5", 12_345_678.5), ("-3", -3.0), (" 0.10 ", 0.1)]
        {
            assert_eq!(number(text), Some(value), "{text}");
        }
        for text in [
            "", "-", ".", "1.", ".5", "0,10", "1,50", "1234,567", "1e5", "inf", "nan", "0x10", "1 2", "1.2.3",
            "\u{661}", "--1",
        ] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn money() {
        for (text, value) in [
            ("$0.10", 0.1),
            ("USD 2", 2.0),
            ("2 USD", 2.0),
            ("US$1,000.50", 1000.5),
            ("0.10 dollars", 0.1),
            ("$ 5", 5.0),
            ("9", 9.0),
        ] {
            assert_eq!(dollars(text), Some(value), "{text}");
        }
        for text in
            ["\u{20ac}2", "2 \u{20ac}", "EUR 2", "2 pounds", "$", "USD", "$$2", "$2 USD", "$ two", "$0,10", "$1.2.3"]
        {
            assert_eq!(dollars(text), None, "{text}");
        }
    }

    #[test]
    fn lengths_of_time() {
        for (text, value) in [
            ("60", 60.0),
            ("5:03:25", 18_205.0),
            ("17:32:10", 63_130.0),
            ("1 day, 3:02:01", 97_321.0),
            ("2 days, 0:00:00.500000", 172_800.5),
            ("-1 day, 23:59:00", -60.0),
            ("1h 5m", 3_900.0),
            ("1h5m3s", 3_903.0),
            ("90s", 90.0),
            ("2 minutes and 3 seconds", 123.0),
            ("1.5 hours", 5_400.0),
            ("3 days", 259_200.0),
            ("1 day", 86_400.0),
            ("250 ms", 0.25),
        ] {
            assert_eq!(seconds(text), Some(value), "{text}");
        }
        for text in [
            "",
            "soon",
            "17:32",
            "5:99:00",
            "5:00:60",
            "1:2:3:4",
            ":::",
            "-5:00:00",
            "1 day 3:02:01",
            "day, 1:00:00",
            "5m 1h",
            "5m 5m",
            "h",
            "5 parsecs",
            "5m of",
            "1h 5",
            "1e3s",
            "inf s",
        ] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }
}
