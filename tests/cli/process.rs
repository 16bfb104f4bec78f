//! The surroundings of a process: pipes, disks, closed descriptors, terminals, homes.

use super::support::{Folder, TOAST, at, finish, program, run};

/// Runs a line of shell in which `$B` is the program, at most ten seconds.
#[cfg(unix)]
fn shell(line: &str) -> super::support::Ran {
    let mut command = std::process::Command::new("timeout");
    command.args(["10", "sh", "-c", line]).env("B", env!("CARGO_BIN_EXE_hf-doctor")).env("F", at(TOAST));
    command.stdin(std::process::Stdio::null());
    finish(&mut command)
}

#[cfg(unix)]
#[test]
fn a_reader_that_leaves_is_no_error() {
    for line in [
        "\"$B\" \"$F\" | true",
        "\"$B\" \"$F\" --format html | head -c 10 >/dev/null",
        "\"$B\" facts --json | head -1 >/dev/null",
        "\"$B\" man | head -1 >/dev/null",
        "\"$B\" --help | true",
    ] {
        let ran = shell(line);
        assert!(matches!(ran.code, Some(0 | 141)), "{line}: {:?}", ran.code);
        assert_eq!(ran.err, "", "{line}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error_of_one_line() {
    for command in ["\"$F\"", "\"$F\" --json", "facts", "--help", "--version", "man", "completions bash", "kb check /x"]
    {
        let ran = shell(&format!("\"$B\" {command} >/dev/full"));
        assert_eq!(ran.code, Some(74), "{command}");
        assert_eq!(ran.err.lines().count(), if command == "kb check /x" { 2 } else { 1 }, "{command}: {}", ran.err);
    }
    assert_eq!(shell("\"$B\" \"$F\" 2>/dev/full").code, Some(0));
    assert_eq!(shell("\"$B\" nosuch 2>/dev/full").code, Some(74));
}

#[cfg(unix)]
#[test]
fn closed_descriptors() {
    for (line, code) in [
        ("\"$B\" <&-", 1),
        ("\"$B\" \"$F\" <&-", 0),
        ("\"$B\" \"$F\" >&-", 0),
        ("\"$B\" \"$F\" 2>&- >/dev/null", 0),
        ("\"$B\" nosuch 2>&-", 74),
        ("\"$B\" nosuch <&- >&- 2>&-", 74),
    ] {
        let ran = shell(line);
        // A closed stdout may be told as an error of output, too.
        assert!(
            ran.code == Some(code) || (line.contains(">&-") && ran.code == Some(74)),
            "{line}: {:?} {}",
            ran.code,
            ran.err
        );
        assert!(!ran.err.contains("panicked"), "{}", ran.err);
    }
}

#[cfg(unix)]
#[test]
fn a_folder_that_is_gone_and_no_home() {
    let folder = Folder::new();
    let gone = folder.path().to_string_lossy().into_owned();
    let line =
        |command: &str| format!("mkdir -p '{gone}/x' && cd '{gone}/x' && rmdir '{gone}/x' && env -i \"$B\" {command}");
    assert_eq!(shell(&line("\"$F\" -q")).out, "zerogpu-request-exceeds-left\n");
    assert_eq!(shell(&line("nosuch.txt")).code, Some(74));
    assert_eq!(shell(&line("explain account.plan")).code, Some(0));
}

#[test]
fn nothing_but_text_where_there_is_no_terminal() {
    let plain = run(&[TOAST]).out;
    assert!(!plain.contains('\x1b'));
    for (name, value) in [
        ("NO_COLOR", "1"),
        ("TERM", "dumb"),
        ("TERM", "xterm-256color"),
        ("CLICOLOR_FORCE", "1"),
        ("COLUMNS", "20"),
        ("HOME", "/nonexistent"),
    ] {
        assert_eq!(finish(program().env(name, value).arg(TOAST)).out, plain, "{name}={value}");
    }
}

/// In a terminal there are colours, unless the person does not want them.
#[cfg(target_os = "linux")]
#[test]
fn colours_only_where_they_are_wanted() {
    let terminal = |prefix: &str| shell(&format!("script -qec '{prefix} \"$B\" \"$F\"' /dev/null"));
    if terminal("").out.is_empty() {
        return; // no `script` on this machine
    }
    assert!(terminal("TERM=xterm").out.contains("\x1b["));
    assert!(!terminal("TERM=xterm NO_COLOR=1").out.contains('\x1b'));
    assert!(!terminal("TERM=dumb").out.contains('\x1b'));
    let narrow = terminal("TERM=dumb; stty cols 20;").out;
    assert!(narrow.contains("Concluded"), "{narrow}");
}
