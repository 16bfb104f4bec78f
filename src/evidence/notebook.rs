//! Jupyter notebooks: what the cells printed.

use serde_json::{Map, Value};

use crate::model::{Observation, Scalar, Trust};

/// Most bytes of output that are read of one notebook; pictures do not count.
const MOST: usize = 16 * 1024 * 1024;

/// What a notebook holds, not yet redacted.
#[derive(Clone, Debug, Default)]
pub(super) struct Notebook {
    /// Number of the cell, counted from 1, and what it printed.
    pub cells: Vec<(usize, String)>,
    pub observations: Vec<Observation>,
}

/// Whether a document is a notebook.
pub(super) fn is_notebook(map: &Map<String, Value>) -> bool {
    map.contains_key("nbformat") && map.get("cells").is_some_and(Value::is_array)
}

/// Outputs of all cells in order, and what the notebook says of itself.
pub(super) fn read(notebook: &Value, from: &str) -> Notebook {
    let mut out = Notebook::default();
    let mut left = MOST;
    let cells = notebook.get("cells").and_then(Value::as_array);
    for (index, cell) in cells.into_iter().flatten().enumerate() {
        let mut text = String::new();
        for output in cell.get("outputs").and_then(Value::as_array).into_iter().flatten() {
            let printed = match output.get("output_type").and_then(Value::as_str) {
                Some("stream") => joined(output.get("text"), ""),
                Some("error") => error(output),
                _ => joined(output.get("data").and_then(|data| data.get("text/plain")), ""),
            };
            if printed.len() <= left {
                left -= printed.len();
                text.push_str(&printed);
                if !printed.is_empty() && !printed.ends_with('\n') {
                    text.push('\n');
                }
            }
        }
        if !text.trim().is_empty() {
            out.cells.push((index + 1, text));
        }
    }
    let mut push = |fact: &str, value: &str| {
        out.observations.push(Observation {
            fact: fact.to_owned(),
            value: Scalar::from(value),
            from: from.to_owned(),
            trust: Trust::Client,
        });
    };
    push("surface", "notebook");
    let metadata = notebook.get("metadata");
    if metadata.is_some_and(|metadata| metadata.get("colab").is_some()) {
        push("environment.os", "colab");
    }
    if metadata.is_some_and(|metadata| metadata.get("kaggle").is_some()) {
        push("environment.os", "kaggle");
    }
    let language = metadata.and_then(|metadata| metadata.get("language_info"));
    if let Some(version) = language.and_then(|language| language.get("version")).and_then(Value::as_str) {
        push("environment.python", version);
    }
    out
}

/// The traceback of an error as it is shown, else its name and text.
fn error(output: &Value) -> String {
    let shown = joined(output.get("traceback"), "\n");
    let word = |key: &str| output.get(key).and_then(Value::as_str).unwrap_or_default();
    let last = format!("{}: {}", word("ename"), word("evalue"));
    if shown.trim().is_empty() { last } else { shown }
}

/// A text, or the pieces of one.
fn joined(value: Option<&Value>, between: &str) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(pieces)) => pieces.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(between),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{is_notebook, read};

    #[test]
    fn outputs_are_read_cell_by_cell() {
        let notebook = json!({"nbformat": 4, "metadata": {"colab": {}, "language_info": {"version": "3.12.1"}}, "cells": [
            {"cell_type": "markdown", "source": "402 Client Error in prose"},
            {"cell_type": "code", "outputs": [{"output_type": "stream", "text": ["a\n", "b\n"]}]},
            {"cell_type": "code", "outputs": [{"output_type": "error", "ename": "E", "evalue": "x", "traceback": ["one", "E: x"]},
                {"output_type": "display_data", "data": {"image/png": "iVBOR", "text/plain": "<Figure>"}}]},
            {"cell_type": "code", "outputs": [{"output_type": "error", "ename": "E", "evalue": "y"}, {"output_type": 5}, 7]},
            "not a cell"]});
        assert!(is_notebook(notebook.as_object().unwrap()));
        let found = read(&notebook, "n.ipynb");
        assert_eq!(found.cells, [(2, "a\nb\n".into()), (3, "one\nE: x\n<Figure>\n".into()), (4, "E: y\n".into())]);
        let facts: Vec<String> = found.observations.iter().map(|o| format!("{}={}", o.fact, o.value)).collect();
        assert_eq!(facts, ["surface=notebook", "environment.os=colab", "environment.python=3.12.1"]);
    }
}
