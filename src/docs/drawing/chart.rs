//! The values of a platform fact over time: one bar a value, on a common axis of days.

use super::wrapped;
use crate::model::Day;
use crate::report::escape::html;

/// A value and its days.
#[derive(Clone, Debug)]
pub(crate) struct Bar {
    pub(crate) label: String,
    pub(crate) from: Option<Day>,
    pub(crate) until: Option<Day>,
}

/// Width of the drawing in its own units; the page scales it.
const WIDTH: i32 = 400;
/// Where the axis begins.
const LEFT: i32 = 8;
/// How long the axis is.
const SPAN: i32 = 384;

/// Draws the bars up to a day. Values that begin after it are drawn as not yet holding.
pub(crate) fn draw(title: &str, bars: &[Bar], day: Day, begins: Day) -> String {
    let mut days: Vec<Day> = bars.iter().flat_map(|bar| [bar.from, bar.until]).flatten().collect();
    days.push(day);
    days.sort_unstable();
    let (Some(first), Some(last)) = (days.first().copied(), days.last().copied()) else { return String::new() };
    // A value without a first day reaches back to where the knowledge base begins.
    let first = if bars.iter().any(|bar| bar.from.is_none()) { first.min(begins) } else { first };
    let length = last.days_since(first).max(1);
    let at = |day: Day| LEFT + scaled(day.days_since(first), length);
    let mut body = String::new();
    let mut y = 4;
    for bar in bars {
        let (from, until) = (bar.from.unwrap_or(first), bar.until.unwrap_or(last));
        let (start, end) = (at(from), at(until).max(at(from) + 3));
        let now = bar.from.is_none_or(|from| from <= day) && bar.until.is_none_or(|until| day < until);
        let class = if now { "bar now" } else { "bar" };
        for line in wrapped(&bar.label, 52, 3) {
            y += 15;
            body.push_str(&format!("<text class=\"value\" x=\"{LEFT}\" y=\"{y}\">{}</text>", html(&line)));
        }
        y += 6;
        body.push_str(&format!(
            "<rect class=\"track\" x=\"{LEFT}\" y=\"{y}\" width=\"{SPAN}\" height=\"9\" rx=\"4.5\"/>"
        ));
        body.push_str(&format!(
            "<rect class=\"{class}\" x=\"{start}\" y=\"{y}\" width=\"{}\" height=\"9\" rx=\"4.5\"/>",
            end - start
        ));
        y += 22;
        let told = match (bar.from, bar.until) {
            (None, None) => "always".to_owned(),
            (Some(from), None) => format!("since {from}"),
            (None, Some(until)) => format!("until {until}"),
            (Some(from), Some(until)) => format!("{from} to {until}"),
        };
        // The days stand below their bar, on the side where there is room.
        let (anchor, x) = if start > LEFT + SPAN / 2 { ("end", end) } else { ("start", start) };
        body.push_str(&format!("<text class=\"days\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{told}</text>"));
        y += 6;
    }
    y += 8;
    body.push_str(&format!("<line class=\"axis\" x1=\"{LEFT}\" y1=\"{y}\" x2=\"{}\" y2=\"{y}\"/>", LEFT + SPAN));
    let mut free = i32::MIN;
    for year in first.year()..=last.year() {
        let Ok(new_year) = Day::new(year, 1, 1) else { continue };
        if new_year < first {
            continue;
        }
        let x = at(new_year);
        body.push_str(&format!("<line class=\"axis\" x1=\"{x}\" y1=\"{y}\" x2=\"{x}\" y2=\"{}\"/>", y + 4));
        if x >= free && x < LEFT + SPAN - 30 {
            body.push_str(&format!("<text class=\"days\" x=\"{x}\" y=\"{}\">{year}</text>", y + 17));
            free = x.saturating_add(34);
        }
    }
    y += 22;
    let told: Vec<String> = bars
        .iter()
        .map(|bar| {
            let from = bar.from.map_or_else(String::new, |from| format!(" from {from}"));
            let until = bar.until.map_or_else(String::new, |until| format!(" until {until}"));
            format!("{}{from}{until}", bar.label)
        })
        .collect();
    format!(
        "<svg class=\"chart\" role=\"img\" viewBox=\"0 0 {WIDTH} {y}\" aria-labelledby=\"chart-title chart-text\">\
         <title id=\"chart-title\">{}</title><desc id=\"chart-text\">{}</desc>{body}</svg>",
        html(&format!("{title} over time")),
        html(&told.join("; "))
    )
}

/// A number of days as a length on the axis.
fn scaled(days: i32, length: i32) -> i32 {
    let (days, length) = (i64::from(days), i64::from(length.max(1)));
    i32::try_from(days.saturating_mul(i64::from(SPAN)) / length).unwrap_or(0)
}
