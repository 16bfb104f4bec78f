//! Numbers as people write them: money, durations, days, shares.

use minijinja::Value;
use minijinja::value::ValueKind;

/// The number in a value: a number, or text that is nothing but one.
fn number(value: &Value) -> Option<f64> {
    match value.kind() {
        ValueKind::Number => f64::try_from(value.clone()).ok(),
        ValueKind::String => value.as_str()?.trim().parse().ok(),
        _ => None,
    }
    .filter(|number| number.is_finite())
}

/// Formats a number; anything else, such as an author's fallback word, stays as it is.
pub(super) fn filter(value: &Value, format: fn(f64) -> String) -> Value {
    number(value).map_or_else(|| value.clone(), |number| Value::from(format(number)))
}

/// A value as text: lists with commas, whole numbers without a fraction, nothing for nothing.
pub(super) fn text_of(value: &Value) -> String {
    match value.kind() {
        ValueKind::Undefined | ValueKind::None => String::new(),
        ValueKind::Number => number(value).map_or_else(|| value.to_string(), |number| number.to_string()),
        ValueKind::Seq | ValueKind::Iterable => match value.try_iter() {
            Ok(items) => items.map(|item| text_of(&item)).collect::<Vec<_>>().join(", "),
            Err(_) => String::new(),
        },
        _ => value.to_string(),
    }
}

/// US dollars: `$2.00`, `$1,250.50`.
#[must_use]
pub fn usd(amount: f64) -> String {
    let cents = format!("{:.2}", amount.abs());
    let (whole, fraction) = cents.split_once('.').unwrap_or((&cents, "00"));
    let sign = if amount < 0.0 { "-" } else { "" };
    format!("{sign}${}.{fraction}", grouped(whole))
}

/// Digits in groups of three.
fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Seconds as a person says them, in at most two units: `45 s`, `5 min`, `1 h 5 min`, `2 days 3 h`.
#[must_use]
pub fn duration(seconds: f64) -> String {
    let total = seconds.abs().round();
    if seconds.abs() < 1.0 && seconds != 0.0 {
        return format!("{seconds} s");
    }
    let unit = |size: f64, of: f64| ((total % of) / size).floor();
    let (d, h, m, s) = ((total / 86_400.0).floor(), unit(3_600.0, 86_400.0), unit(60.0, 3_600.0), unit(1.0, 60.0));
    let parts = [(d, if d == 1.0 { "day" } else { "days" }), (h, "h"), (m, "min"), (s, "s")];
    let first = parts.iter().position(|(n, _)| *n > 0.0).unwrap_or(3);
    let shown: Vec<String> =
        parts.iter().skip(first).take(2).filter(|(n, _)| *n > 0.0).map(|(n, unit)| format!("{n} {unit}")).collect();
    let sign = if seconds < 0.0 { "-" } else { "" };
    if shown.is_empty() { "0 s".to_owned() } else { format!("{sign}{}", shown.join(" ")) }
}

/// A number of days: `1 day`, `14 days`.
#[must_use]
pub fn days(count: f64) -> String {
    if count == 1.0 { "1 day".to_owned() } else { format!("{count} days") }
}

/// A share as a percentage that never claims certainty: `94 %`, `<1 %`, `>99 %`.
///
/// The blank is a no-break space, so that wrapping keeps number and sign together.
#[must_use]
pub fn percent(share: f64) -> String {
    let percent = (share * 100.0).round();
    if percent >= 100.0 {
        ">99\u{a0}%".to_owned()
    } else if percent < 1.0 {
        "<1\u{a0}%".to_owned()
    } else {
        format!("{percent}\u{a0}%")
    }
}

/// A share as a bar of `cells` columns.
#[must_use]
pub fn bar(share: f64, cells: usize) -> String {
    #[expect(clippy::cast_precision_loss, reason = "a bar has a handful of cells")]
    let filled = (share.clamp(0.0, 1.0) * cells as f64).round();
    let mut out = String::with_capacity(cells * 3);
    for cell in 0..cells {
        #[expect(clippy::cast_precision_loss, reason = "a bar has a handful of cells")]
        out.push(if (cell as f64) < filled { '█' } else { '·' });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_write_them() {
        assert_eq!([usd(2.0), usd(0.1), usd(1250.5), usd(-1e6)], ["$2.00", "$0.10", "$1,250.50", "-$1,000,000.00"]);
        assert_eq!([duration(45.0), duration(90.0), duration(3_900.0)], ["45 s", "1 min 30 s", "1 h 5 min"]);
        assert_eq!([duration(86_400.0), duration(0.0), duration(3_600.0)], ["1 day", "0 s", "1 h"]);
        assert_eq!([days(1.0), days(14.0)], ["1 day", "14 days"]);
        assert_eq!([percent(0.94), percent(1.0), percent(0.001)], ["94\u{a0}%", ">99\u{a0}%", "<1\u{a0}%"]);
        assert_eq!(bar(0.5, 4), "██··");
    }
}
