//! The measured figures, read from the document that the measuring writes.

use serde::Serialize;

/// The document. It is written by a person from the output of `hf-doctor eval`, and belongs to the built-in base.
pub(crate) const MEASURED: &str = include_str!("../../docs/accuracy.md");

/// A piece of the document.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Block {
    /// A heading with its level.
    Heading(usize, String),
    /// Markdown that is no table.
    Text(String),
    /// A table: heads and rows of Markdown cells.
    Table(Vec<String>, Vec<Vec<String>>),
}

/// The document in pieces, without its title and comments.
pub(crate) fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut running = String::new();
    let mut table: Option<(Vec<String>, Vec<Vec<String>>)> = None;
    let flush = |running: &mut String, blocks: &mut Vec<Block>| {
        let text = std::mem::take(running);
        if !text.trim().is_empty() {
            blocks.push(Block::Text(text.trim_end().to_owned()));
        }
    };
    for line in text.lines().filter(|line| !line.starts_with("<!--") && !line.starts_with("# ")) {
        if let Some(row) = line.strip_prefix('|') {
            flush(&mut running, &mut blocks);
            let cells: Vec<String> =
                row.trim_end().trim_end_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
            let rule = cells.iter().all(|cell| !cell.is_empty() && cell.bytes().all(|b| matches!(b, b'-' | b':')));
            match &mut table {
                None => table = Some((cells, Vec::new())),
                Some(_) if rule => {}
                Some((_, rows)) => rows.push(cells),
            }
            continue;
        }
        if let Some((head, rows)) = table.take() {
            blocks.push(Block::Table(head, rows));
        }
        let level = line.bytes().take_while(|b| *b == b'#').count();
        match line.get(level..).and_then(|rest| rest.strip_prefix(' ')) {
            Some(title) if level > 0 => {
                flush(&mut running, &mut blocks);
                blocks.push(Block::Heading(level, title.trim().to_owned()));
            }
            _ => {
                running.push_str(line);
                running.push('\n');
            }
        }
    }
    if let Some((head, rows)) = table.take() {
        blocks.push(Block::Table(head, rows));
    }
    flush(&mut running, &mut blocks);
    blocks
}

#[cfg(test)]
mod tests {
    use super::{Block, MEASURED, blocks};

    #[test]
    fn headings_tables_and_text_are_told_apart() {
        let found = blocks("# T\n\nwords\n\n## A\n\n| x | y |\n| --- | --- |\n| 1 | 2 % |\n\nend\n");
        let text = |text: &str| text.to_owned();
        assert_eq!(
            found,
            [
                Block::Text(text("\nwords")),
                Block::Heading(2, text("A")),
                Block::Table(vec![text("x"), text("y")], vec![vec![text("1"), text("2 %")]]),
                Block::Text(text("\nend")),
            ]
        );
    }

    #[test]
    fn the_document_holds_figures() {
        let tables = blocks(MEASURED).into_iter().filter(|block| matches!(block, Block::Table(..))).count();
        assert!(tables >= 3, "docs/accuracy.md has {tables} tables");
    }
}
