//! What a text looks like, in the words of the report: "Python traceback", "curl -v output".
//!
//! Facts are read the same way out of every text; this is only told, so that a person sees whether they were understood.

use super::text::find_ignoring_case;

/// Bytes looked at on either end of a text.
const READ: usize = 256 * 1024;

/// Everything a text turns out to hold, in a fixed order.
pub(super) fn forms(text: &str) -> Vec<&'static str> {
    let mut found = Found::default();
    if text.len() <= 2 * READ {
        text.split('\n').for_each(|line| found.line(line));
    } else {
        let cut = |at: usize| (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let (head, tail) = (text.get(..cut(READ)), text.get(cut(text.len() - READ)..));
        head.into_iter().chain(tail).flat_map(|piece| piece.split('\n')).for_each(|line| found.line(line));
    }
    found.names()
}

/// Whether a text only says how things are: a list of packages, a dump of the environment, an account. Its words
/// are no symptoms of anything.
pub(super) fn only_states(text: &str, forms: &[&str]) -> bool {
    const STATES: [&str; 5] = [
        "hf env output",
        "pip list output",
        "pip freeze output",
        "hf auth whoami output",
        "hf spaces zero-gpu quota output",
    ];
    let troubled = ["rror", "raceback", "xception", "Not logged in", "ailed", "exceeded"];
    !forms.is_empty()
        && forms.iter().all(|form| STATES.contains(form))
        && !troubled.iter().any(|mark| text.contains(mark))
}

/// Marks seen in the lines of a text.
#[expect(clippy::struct_excessive_bools, reason = "each mark is seen or not, independent of the others")]
#[derive(Default)]
struct Found {
    traceback: usize,
    group: bool,
    chained: bool,
    script: usize,
    sent: bool,
    answered: bool,
    marked: bool,
    header: usize,
    curl: bool,
    freeze: usize,
    listing: bool,
    dump: bool,
    login: bool,
    quota: bool,
    space: bool,
    build: bool,
    git: bool,
    stamped: usize,
}

impl Found {
    fn line(&mut self, line: &str) {
        let line = line.get(..line.len().min(400)).unwrap_or_default();
        let text = line.trim_start_matches([' ', '|', '\t', '+', '-', '\u{2502}', '\u{256d}', '\u{2500}']);
        if text.starts_with("Traceback (most recent call last)") || line.contains(" Traceback (most recent call last)")
        {
            self.traceback += 1;
            self.group |= line.contains("Exception Group Traceback");
        }
        self.chained |= text.starts_with("The above exception was the direct cause")
            || text.starts_with("During handling of the above exception");
        if let Some(rest) = text.strip_prefix("at ") {
            self.script += usize::from(is_script_frame(rest));
        }
        let mark = line.starts_with("> ") || line.starts_with("< ");
        let wire = line.strip_prefix(['>', '<']).filter(|_| mark).map_or(line, str::trim_start);
        if wire.starts_with("HTTP/") && wire.get(5..6).is_some_and(|digit| matches!(digit, "1" | "2" | "3")) {
            self.answered = true;
            self.marked |= mark;
        }
        if let Some((method, rest)) = wire.split_once(' ') {
            let method = matches!(method, "GET" | "POST" | "PUT" | "HEAD" | "DELETE" | "PATCH" | "OPTIONS");
            if method && rest.trim_end().rsplit(' ').next().is_some_and(|last| last.starts_with("HTTP/")) {
                self.sent = true;
                self.marked |= mark;
            }
        }
        self.header += usize::from(is_header(wire));
        self.curl |= line.starts_with("curl: (");
        self.freeze += usize::from(is_requirement(line.trim_end()));
        self.listing |= line.starts_with("Package ") && line.contains(" Version");
        self.dump |= text.starts_with("huggingface_hub version:") || text.starts_with("Huggingface_hub version:");
        self.login |=
            line.starts_with("\u{2713} Logged in") || line.trim_end() == "Not logged in" || line.starts_with("user:  ");
        self.quota |= find_ignoring_case(line, "ZeroGPU quota (in GPU-seconds)").is_some();
        self.space |= line.contains("===== Application Startup at");
        self.build |= line.contains("===== Build Queued at");
        self.git |= line.starts_with("fatal: ") || line.starts_with("remote: ") || line.starts_with("Cloning into '");
        let stamp = line.strip_prefix('[').unwrap_or(line).as_bytes();
        let digits =
            |from: usize, to: usize| stamp.get(from..to).is_some_and(|part| part.iter().all(u8::is_ascii_digit));
        self.stamped += usize::from(digits(0, 4) && stamp.get(4) == Some(&b'-') && digits(5, 7) && digits(11, 13));
    }

    fn names(&self) -> Vec<&'static str> {
        let mut names = Vec::new();
        let mut add = |holds: bool, name: &'static str| {
            if holds {
                names.push(name);
            }
        };
        add(self.traceback > 0 && self.group, "Python exception group");
        add(self.traceback > 0 && !self.group && self.chained, "chained Python traceback");
        add(self.traceback > 0 && !self.group && !self.chained, "Python traceback");
        add(self.script > 0, "JavaScript stack");
        add(self.marked && self.answered, "curl -v output");
        add(self.answered && !self.marked && self.sent && self.header > 0, "HTTP request and answer");
        add(self.answered && !self.marked && !self.sent && self.header > 0, "HTTP answer with headers");
        add(self.curl, "curl error");
        add(self.git, "git output");
        add(self.dump, "hf env output");
        add(self.login, "hf auth whoami output");
        add(self.quota, "hf spaces zero-gpu quota output");
        add(self.listing, "pip list output");
        add(self.freeze > 1, "pip freeze output");
        add(self.build, "Space build log");
        add(self.space, "Space run log");
        add(self.stamped > 2 && !self.build && !self.space, "log with time stamps");
        names
    }
}

/// `f (file:///app/a.js:1:2)`, `async node:internal/process/task_queues:95:5`.
fn is_script_frame(rest: &str) -> bool {
    let end = rest.trim_end().trim_end_matches(['{', ' ', ')']);
    let mut parts = end.rsplit(':');
    let numbers = parts.by_ref().take(2).all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    numbers && parts.next().is_some_and(|file| file.contains('.') || file.contains('/'))
}

/// `x-error-code: GatedRepo`
fn is_header(line: &str) -> bool {
    line.split_once(": ").is_some_and(|(name, _)| {
        name.len() > 2 && name.contains('-') && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    })
}

/// `requests==2.32.5`, `pkg @ file:///x`
fn is_requirement(line: &str) -> bool {
    line.split_once("==").is_some_and(|(name, version)| {
        let word = |text: &str| {
            text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'+' | b'!'))
        };
        !name.is_empty() && word(name) && version.starts_with(|c: char| c.is_ascii_digit()) && word(version)
    })
}

#[cfg(test)]
mod tests {
    use super::{forms, only_states};

    #[test]
    fn lists_are_no_errors() {
        let states = |text: &str| only_states(text, &forms(text));
        assert!(states("a==1.2\nb-c==3") && states("user:  ada\norgs:  club"));
        assert!(!states("a==1.2\nb-c==3\nValueError: x") && !states("Not logged in") && !states("hello"));
    }

    #[test]
    fn texts_are_named() {
        for (text, names) in [
            ("Traceback (most recent call last):\n  x\nValueError: y", &["Python traceback"][..]),
            ("  + Exception Group Traceback (most recent call last):\n  |   File", &["Python exception group"]),
            ("Error: x\n    at f (file:///a/b.js:1:2)\n    at async file:///a/c.mjs:3:1 {", &["JavaScript stack"]),
            ("> GET /x HTTP/2\n> Host: a.b\n< HTTP/2 403\n< x-error-code: A", &["curl -v output"]),
            ("HTTP/1.1 403 Forbidden\nx-error-code: A", &["HTTP answer with headers"]),
            ("GET /x HTTP/1.1\nHost: a.b\nX-A: b\n\nHTTP/1.1 403 F\nx-error-code: A", &["HTTP request and answer"]),
            ("a==1.2\nb-c==3", &["pip freeze output"]),
            ("look at file:1:2, a == b", &[]),
            ("meet at 10:30:00", &[]),
        ] {
            assert_eq!(forms(text), names, "{text}");
        }
    }
}
