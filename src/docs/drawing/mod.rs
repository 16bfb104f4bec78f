//! Small drawings as inline SVG. Colours come from the style sheet by class; every text is escaped.

pub(crate) mod chart;
pub(crate) mod tree;

/// Lines of at most so many characters, cut at blanks where there are some; at most `most` lines.
fn wrapped(text: &str, width: usize, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let fits = line.chars().count().saturating_add(word.chars().count()) < width;
        if !line.is_empty() && !fits {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&super::desk::shortened(word, width));
    }
    lines.push(line);
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            *last = format!("{}…", last.trim_end_matches(['.', ',', ' ']));
        }
    }
    lines
}
