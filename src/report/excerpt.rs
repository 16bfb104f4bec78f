//! A line of evidence with the words that matched marked by carets.

use unicode_width::UnicodeWidthChar as _;

use super::escape;
use super::style::Style;

/// Lines of an excerpt shown at most; a match longer than that is shown from its beginning.
const MOST_LINES: usize = 4;

/// One character on its way to the terminal and whether it matched.
struct Cell {
    text: String,
    width: usize,
    matched: bool,
}

/// The excerpt, wrapped to `width` with `gutter` before each line, carets below the matched words.
///
/// `start` and `end` count characters of `excerpt`. Lines without any matched word are left out and
/// replaced by an ellipsis.
#[must_use]
pub(crate) fn carets(excerpt: &str, start: usize, end: usize, width: usize, gutter: &str, colour: bool) -> String {
    let cells = cells(excerpt, start, end);
    let room = width.saturating_sub(super::wrap::width_of(gutter)).max(20);
    let lines = lines(&cells, room);
    let first = lines.iter().position(|line| line.iter().any(|cell| cell.matched)).unwrap_or(0);
    let last =
        lines.iter().rposition(|line| line.iter().any(|cell| cell.matched)).unwrap_or(0).min(first + MOST_LINES - 1);
    let mut out = String::new();
    for (i, line) in lines.iter().enumerate().skip(first).take(last + 1 - first) {
        let text: String = line.iter().map(|cell| cell.text.as_str()).collect();
        let before = if i == first && first > 0 { "…" } else { "" };
        let after = if i == last && last + 1 < lines.len() { "…" } else { "" };
        push_line(&mut out, gutter, &format!("{before}{}{after}", text.trim_end()));
        let marks: String = line
            .iter()
            .map(|cell| if cell.matched { "^".repeat(cell.width) } else { " ".repeat(cell.width) })
            .collect();
        let marks = format!("{}{}", " ".repeat(before.chars().count()), marks.trim_end());
        if !marks.trim().is_empty() {
            let pad = marks.len() - marks.trim_start().len();
            let (blank, marks) = marks.split_at(pad);
            push_line(&mut out, gutter, &format!("{blank}{}", Style::Bad.paint(marks, colour)));
        }
    }
    out
}

fn push_line(out: &mut String, gutter: &str, text: &str) {
    if !out.is_empty() {
        out.push('\n');
    }
    out.push_str(gutter);
    out.push_str(text);
}

/// Characters as they are shown, so that carets stay below what they mark.
fn cells(excerpt: &str, start: usize, end: usize) -> Vec<Cell> {
    let mut buffer = [0_u8; 4];
    excerpt
        .chars()
        .enumerate()
        .map(|(i, c)| {
            let text = escape::line(c.encode_utf8(&mut buffer)).into_owned();
            let width = text.chars().map(|c| c.width().unwrap_or(0)).sum();
            Cell { text, width, matched: (start..end).contains(&i) }
        })
        .filter(|cell| !cell.text.is_empty())
        .collect()
}

/// Breaks at the last blank that fits, inside a word only when there is none.
fn lines(cells: &[Cell], room: usize) -> Vec<&[Cell]> {
    // One column is kept for each ellipsis.
    let room = room.saturating_sub(2);
    let mut lines = Vec::new();
    let mut rest = cells;
    while !rest.is_empty() {
        let mut used = 0;
        let mut fits = 0;
        let mut blank = None;
        for cell in rest {
            if used + cell.width > room {
                break;
            }
            used += cell.width;
            fits += 1;
            if cell.text == " " {
                blank = Some(fits);
            }
        }
        let cut = if fits == rest.len() { fits } else { blank.unwrap_or(fits) }.max(1);
        let (line, after) = rest.split_at_checked(cut).unwrap_or((rest, &[]));
        lines.push(line);
        rest = after;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_follow_wide_and_escaped_characters() {
        assert_eq!(carets("a限\u{1b}b", 1, 3, 40, "| ", false), "| a限\\x1bb\n|  ^^^^^^");
    }

    #[test]
    fn long_lines_show_the_matched_part_only() {
        let text = format!("{} needle here {}", "before ".repeat(10).trim(), "after ".repeat(10).trim());
        let start = text.find("needle").expect("planted");
        let out = carets(&text, start, start + 6, 30, "", false);
        assert!(out.lines().all(|line| line.chars().count() <= 30), "{out}");
        assert!(out.contains("needle") && out.starts_with('…'), "{out}");
    }
}
