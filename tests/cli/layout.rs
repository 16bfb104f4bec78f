//! `kb fmt`: what it writes, what it only shows, and when it writes nothing.

use std::fs;

use super::support::{Folder, piped, run};

const BENT: &str = "title:   'A title'   # why\r\nevidence: {text:  \"boom\"}\r\nexpect:\r\n    verdict: nothing-found";
const LAID: &str = "title: A title  # why\nevidence: {text: boom}\nexpect:\n  verdict: nothing-found\n";

#[test]
fn a_file_is_laid_out_once_and_keeps_its_mode() {
    let folder = Folder::new();
    let file = folder.file("case.yaml", BENT);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    }
    run(&["kb", "fmt", &file]).answered(&["formatted ", "1 file formatted, 0 unchanged"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), LAID);
    run(&["kb", "fmt", &file]).answered(&["0 files formatted, 1 unchanged"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside the file");
}

#[test]
fn a_check_shows_the_difference_and_writes_nothing() {
    let folder = Folder::new();
    let file = folder.file("case.yaml", BENT);
    let ran = run(&["kb", "fmt", "--check", &file]);
    ran.refused(4, &["Hint: `hf-doctor kb fmt` writes"]);
    assert!(ran.out.contains("-evidence: {text:  \"boom\"}\\r\n"), "{}", ran.out);
    assert!(ran.out.contains("\n+evidence: {text: boom}\n"), "{}", ran.out);
    assert!(ran.out.contains("1 file would be formatted, 0 unchanged\n"), "{}", ran.out);
    assert_eq!(fs::read_to_string(&file).unwrap(), BENT);
    run(&["kb", "fmt", "--check"]).answered(&["0 files would be formatted"]);
}

#[test]
fn one_broken_file_stops_all_writing() {
    let folder = Folder::new();
    let file = folder.file("case.yaml", BENT);
    folder.file("second.yaml", "title: a\ntitle: b\n");
    let ran = run(&["kb", "fmt", folder.path().to_str().unwrap()]);
    ran.refused(4, &["nothing was written"]);
    assert!(ran.out.contains("`title` is given twice") && ran.out.contains("second.yaml:2:1"), "{}", ran.out);
    assert_eq!(fs::read_to_string(&file).unwrap(), BENT);
    let wrong = folder.file("notes.txt", "a: 1\n");
    let ran = run(&["kb", "fmt", &wrong]);
    assert_eq!(ran.code, Some(4));
    assert!(ran.out.contains("does not end in `.yaml`"), "{}", ran.out);
    run(&["kb", "fmt", "/nowhere/x.yaml"]).refused(74, &["/nowhere/x.yaml"]);
}

#[test]
fn an_editor_pipes_a_file_through() {
    let ran = piped(&["kb", "fmt", "-"], BENT.as_bytes());
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), LAID));
    piped(&["kb", "fmt", "-"], b"a: [1").refused(4, &["stdin:1"]);
    piped(&["kb", "fmt", "-"], b"a: \xff").refused(4, &["not UTF-8"]);
    piped(&["kb", "fmt", "-", "rules"], b"a: 1").refused(2, &["stands alone"]);
}

/// A hook that calls something else than the program has would fail at the next contributor.
#[test]
fn hooks_call_commands_that_exist() {
    let text = fs::read_to_string(super::support::at(".pre-commit-hooks.yaml")).unwrap();
    let entries: Vec<&str> = text.lines().filter_map(|line| line.trim().strip_prefix("entry: hf-doctor ")).collect();
    assert_eq!(entries.len(), text.matches("- id: ").count());
    for entry in entries {
        let words: Vec<&str> = entry.split(' ').take_while(|word| *word != "rules").chain(["--help"]).collect();
        run(&words).answered(&["Usage: hf-doctor kb "]);
    }
    let guide = fs::read_to_string(super::support::at("CONTRIBUTING.md")).unwrap();
    for id in text.lines().filter_map(|line| line.strip_prefix("- id: ")) {
        assert!(guide.contains(&format!("- id: {id}\n")), "{id} is not in CONTRIBUTING.md");
    }
}

/// Asked by its bits, because a superuser could write all the same.
#[cfg(unix)]
#[test]
fn a_file_that_must_not_be_written_is_left_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let file = folder.file("case.yaml", BENT);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o444)).unwrap();
    run(&["kb", "fmt", &file]).refused(74, &["cannot write", "permission denied"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), BENT);
}
