//! Reading a git repository through the `git` command: never a shell, a hook, a filter, a pager or the network.
//!
//! Only objects are read (`cat-file`, `ls-tree`, `log`), so nothing that a foreign repository configures is run.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::model::Day;

/// Bytes of one answer.
const MAX_ANSWER: u64 = 256 * 1024 * 1024;
/// Bytes of one file; larger ones count as absent.
const MAX_FILE: usize = 8 * 1024 * 1024;
/// Bytes of a revision's name.
const MAX_NAME: usize = 250;

/// Why git did not answer.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// There is no `git`.
    #[error("the command `git` cannot be run: {0}")]
    Missing(String),
    /// A revision that the repository does not have, or that is no name of one.
    #[error("`{0}` is not a revision of this repository")]
    Revision(String),
    /// The directory is in no repository.
    #[error("this is not a git repository")]
    NoRepository,
    /// Git refused.
    #[error("git: {0}")]
    Refused(String),
    /// An answer of unreasonable size.
    #[error("git answered with more than {} MiB", MAX_ANSWER >> 20)]
    TooLarge,
}

/// A commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its full name in hexadecimal digits.
    pub id: String,
    /// Day on which it was committed, in UTC.
    pub day: Day,
}

/// A repository, with or without files of its own.
#[derive(Clone, Debug)]
pub struct Git {
    dir: PathBuf,
    /// Where the directory stands in the repository: `""` at its top, else `sub/folder/`.
    prefix: String,
}

impl Git {
    /// The repository that holds a directory.
    ///
    /// # Errors
    /// [`GitError::NoRepository`] when there is none, or git cannot be run.
    pub fn open(dir: &Path) -> Result<Self, GitError> {
        let git = Self { dir: dir.to_owned(), prefix: String::new() };
        let answer = git.text(&["rev-parse", "--is-inside-work-tree", "--git-dir"], b"")?;
        let mut lines = answer.lines();
        if lines.next() == Some("true") {
            let prefix = git.text(&["rev-parse", "--show-prefix"], b"")?.trim_end_matches('\n').to_owned();
            return Ok(Self { prefix, ..git });
        }
        // A bare repository is the directory itself, not one somewhere above it.
        if lines.next() == Some(".") { Ok(git) } else { Err(GitError::NoRepository) }
    }

    /// Where the directory stands in the repository.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The commit that a name means.
    ///
    /// # Errors
    /// [`GitError::Revision`] for anything that is not the name of a commit.
    pub fn commit(&self, name: &str) -> Result<Commit, GitError> {
        let unknown = || GitError::Revision(name.chars().take(80).collect());
        if name.is_empty()
            || name.len() > MAX_NAME
            || name.starts_with('-')
            || name.chars().any(|c| c.is_control() || c.is_whitespace())
        {
            return Err(unknown());
        }
        let wanted = format!("{name}^{{commit}}");
        let id = match self.text(&["rev-parse", "--verify", "--quiet", "--end-of-options", &wanted], b"") {
            Ok(id) => id.trim().to_owned(),
            Err(GitError::Refused(_)) => return Err(unknown()),
            Err(other) => return Err(other),
        };
        if !is_hex(&id) {
            return Err(unknown());
        }
        self.log(&id, &[], 1)?.into_iter().next().ok_or_else(unknown)
    }

    /// Commits that touch one of the paths (seen from the directory), newest first, from a commit on backwards.
    ///
    /// # Errors
    /// When git refuses.
    pub fn log(&self, commit: &str, paths: &[&str], most: usize) -> Result<Vec<Commit>, GitError> {
        let most = format!("--max-count={most}");
        let mut words = vec!["log", "--no-show-signature", "--full-history", "--format=%H %ct", &most, commit, "--"];
        words.extend(paths);
        let one = |line: &str| {
            let (id, seconds) = line.split_once(' ')?;
            let at = jiff::Timestamp::from_second(seconds.parse().ok()?).ok()?;
            let date = at.to_zoned(jiff::tz::TimeZone::UTC).date();
            let day = Day::new(date.year(), date.month(), date.day()).ok()?;
            Some(Commit { id: id.to_owned(), day })
        };
        Ok(self.text(&words, b"")?.lines().filter_map(one).collect())
    }

    /// Path and object of every file below a folder of a commit.
    ///
    /// # Errors
    /// When git refuses.
    pub fn files(&self, commit: &str, under: &str) -> Result<Vec<(String, String)>, GitError> {
        let mut words = vec!["ls-tree", "-r", "-z", "--full-tree", commit];
        if !under.is_empty() {
            words.extend(["--", under]);
        }
        let answer = self.run(&words, b"")?;
        let one = |row: &[u8]| {
            let row = std::str::from_utf8(row).ok()?;
            let (head, path) = row.split_once('\t')?;
            let mut words = head.split(' ');
            // Links and submodules are no files.
            let plain = words.next().is_some_and(|mode| mode.starts_with("100"));
            let object = words.nth(1)?;
            plain.then(|| (path.to_owned(), object.to_owned()))
        };
        Ok(answer.split(|byte| *byte == 0).filter_map(one).collect())
    }

    /// Contents of objects, named by id or as `commit:path`; `None` where there is no such file.
    ///
    /// # Errors
    /// When git refuses.
    pub fn contents(&self, names: &[String]) -> Result<Vec<Option<Vec<u8>>>, GitError> {
        let mut asked = Vec::new();
        for name in names {
            // A name of two lines would be two questions.
            let name = if name.contains(['\n', '\r', '\0']) { "" } else { name.as_str() };
            asked.extend_from_slice(name.as_bytes());
            asked.push(b'\n');
        }
        let answer = self.run(&["cat-file", "--batch"], &asked)?;
        let mut rest = answer.as_slice();
        let mut out = Vec::new();
        for _ in names {
            let Some(end) = rest.iter().position(|byte| *byte == b'\n') else { break };
            let (head, tail) = rest.split_at(end);
            let head = String::from_utf8_lossy(head).into_owned();
            let tail = tail.get(1..).unwrap_or_default();
            let words: Vec<&str> = head.rsplitn(3, ' ').collect();
            match words.as_slice() {
                [size, kind, _] if size.parse::<usize>().is_ok() => {
                    let size: usize = size.parse().unwrap_or(0);
                    let body = tail.get(..size).unwrap_or_default();
                    out.push((*kind == "blob" && size <= MAX_FILE).then(|| body.to_vec()));
                    rest = tail.get(size.saturating_add(1)..).unwrap_or_default();
                }
                _ => {
                    out.push(None);
                    rest = tail;
                }
            }
        }
        out.resize(names.len(), None);
        Ok(out)
    }

    /// `owner/name` of the place it was cloned from, when that can be read off.
    #[must_use]
    pub fn cloned_from(&self) -> Option<String> {
        let url = self.text(&["config", "--local", "--get", "remote.origin.url"], b"").ok()?;
        let url = url.trim().trim_end_matches('/').trim_end_matches(".git");
        let mut parts = url.rsplit(['/', ':']);
        let (name, owner) = (parts.next()?, parts.next()?);
        (!name.is_empty() && !owner.is_empty()).then(|| format!("{owner}/{name}"))
    }

    fn text(&self, words: &[&str], input: &[u8]) -> Result<String, GitError> {
        self.run(words, input).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    fn run(&self, words: &[&str], input: &[u8]) -> Result<Vec<u8>, GitError> {
        let mut child = command(&self.dir)
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| GitError::Missing(error.kind().to_string()))?;
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let mut answer = Vec::new();
        let mut said = Vec::new();
        // Question, answer and complaints flow at the same time: a full pipe on one side would stop the others.
        std::thread::scope(|scope| {
            scope.spawn(move || stdin.map(|mut pipe| pipe.write_all(input)));
            let complaints = &mut said;
            scope.spawn(move || {
                if let Some(mut pipe) = stderr {
                    let _ = pipe.by_ref().take(4096).read_to_end(complaints);
                    let _ = std::io::copy(&mut pipe, &mut std::io::sink());
                }
            });
            let read = stdout.map(|pipe| pipe.take(MAX_ANSWER.saturating_add(1)).read_to_end(&mut answer));
            if !matches!(read, Some(Ok(size)) if size as u64 <= MAX_ANSWER) {
                let _ = child.kill();
            }
        });
        let status = child.wait().map_err(|error| GitError::Refused(error.kind().to_string()))?;
        if answer.len() as u64 > MAX_ANSWER {
            return Err(GitError::TooLarge);
        }
        if status.success() {
            return Ok(answer);
        }
        let said = String::from_utf8_lossy(&said);
        if said.contains("not a git repository") {
            return Err(GitError::NoRepository);
        }
        let first = said.lines().next().unwrap_or("it failed without a word");
        Err(GitError::Refused(first.trim_start_matches("fatal: ").chars().take(300).collect()))
    }
}

/// `git` in a directory, with an environment and settings under which it only reads.
fn command(dir: &Path) -> Command {
    let mut command = Command::new("git");
    command.env_clear();
    // The settings of the person stay: they say which foreign directories git may enter.
    for name in ["PATH", "HOME", "XDG_CONFIG_HOME", "SystemRoot", "USERPROFILE"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command.envs([
        ("LC_ALL", "C"),
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_TERMINAL_PROMPT", "0"),
        ("GIT_OPTIONAL_LOCKS", "0"),
        ("GIT_NO_LAZY_FETCH", "1"),
        ("GIT_NO_REPLACE_OBJECTS", "1"),
        ("GIT_PROTOCOL_FROM_USER", "0"),
        ("GIT_ALLOW_PROTOCOL", "none"),
    ]);
    command.args(["--no-pager", "--literal-pathspecs"]).arg("-C").arg(dir);
    for setting in [
        "core.hooksPath=/dev/null",
        "core.fsmonitor=false",
        "core.attributesFile=/dev/null",
        "core.sshCommand=false",
        "core.pager=cat",
        "credential.helper=",
        "diff.external=",
        "protocol.allow=never",
        "log.showSignature=false",
        "gpg.program=false",
    ] {
        command.args(["-c", setting]);
    }
    command
}

fn is_hex(id: &str) -> bool {
    (40..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_hexdigit())
}
