//! Posts in Markdown (issues, forum): what stands in code fences was printed, the rest is what the person says.

/// A post in two layers, each with the lines of the whole post, so that line numbers stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Post {
    /// Lines inside of fences.
    pub printed: String,
    /// Lines outside.
    pub said: String,
}

/// Splits a post. `None` when the text has no fences, or when what stands in them is no output: then people pasted
/// it beside their code, and the whole text is read as printed.
pub(super) fn split(text: &str) -> Option<Post> {
    if !text.contains("```") && !text.contains("~~~") {
        return None;
    }
    let (mut printed, mut said) = (String::with_capacity(text.len()), String::new());
    let mut open: Option<(char, usize)> = None;
    let (mut fenced, mut outside) = (0usize, 0usize);
    for line in text.split('\n') {
        let mark = fence(line);
        let target = match (open, mark) {
            (Some((kind, length)), Some((found, count, bare))) if kind == found && count >= length && bare => {
                open = None;
                None
            }
            (None, Some((kind, length, _))) => {
                open = Some((kind, length));
                None
            }
            (Some(_), _) => {
                fenced += usize::from(!line.trim().is_empty());
                Some(&mut printed)
            }
            (None, None) => {
                outside += usize::from(!line.trim().is_empty());
                Some(&mut said)
            }
        };
        if let Some(target) = target {
            target.push_str(line);
        }
        printed.push('\n');
        said.push('\n');
    }
    (fenced > 0 && outside > 0 && looks_printed(&printed)).then_some(Post { printed, said })
}

/// Fence character, how many, and whether nothing follows.
fn fence(line: &str) -> Option<(char, usize, bool)> {
    let text = line.trim_start_matches(' ');
    if line.len() - text.len() > 3 {
        return None;
    }
    let kind = text.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let count = text.chars().take_while(|c| *c == kind).count();
    let rest = text.get(count..)?;
    (count >= 3 && !(kind == '`' && rest.contains('`'))).then_some((kind, count, rest.trim().is_empty()))
}

/// Whether the fenced lines hold output of a failing program and not only code.
fn looks_printed(text: &str) -> bool {
    ["Error", "error:", "\"error\"", "Traceback", "HTTP/", "exceeded", "Exception", "fatal: ", "Warning:"]
        .iter()
        .any(|mark| text.contains(mark))
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn fences_are_output_and_lines_stay() {
        let post = split("It fails:\n\n```text\n402 Client Error: x\n```\nI had a 404 before.\n").unwrap();
        assert_eq!(post.printed.lines().nth(3), Some("402 Client Error: x"));
        assert!(!post.printed.contains("404") && post.said.contains("404"));
        assert_eq!(post.said.lines().nth(5), Some("I had a 404 before."));
        let post = split("a\n~~~~\nError\n~~~\nstill\n~~~~\n").unwrap();
        assert!(post.printed.contains("still"));
        assert_eq!(split("```\nError: all of it\n```"), None);
        assert_eq!(split("I get 402 with\n```python\nclient.run()\n```\n402 Client Error"), None);
        assert_eq!(split("no fences"), None);
    }

    #[test]
    fn a_fence_that_never_closes_reaches_the_end() {
        let post = split("a\n```\nError: x").unwrap();
        assert_eq!(post.printed.trim(), "Error: x");
    }
}
