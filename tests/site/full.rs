//! Places that fail while a site is written: no room, no right to write, a program that is killed.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::commands::{at, doctor, tree};
use crate::support::scratch;

/// A finished site of an earlier day, with its bytes.
fn standing(folder: &Path) -> (String, BTreeMap<String, Vec<u8>>) {
    let site = at(folder, "site");
    doctor(&["docs", "build", "-o", &site, "--as-of", "2026-04-01"]).answered("as of 2026-04-01");
    let before = tree(Path::new(&site));
    assert!(before.len() > 2_000);
    (site, before)
}

fn beside(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// The program with a limit on the size of what it writes: the nearest to a full disk that needs no rights.
fn limited(blocks: u32, arguments: &[&str]) -> (Option<i32>, String) {
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    let output = Command::new("/bin/sh")
        .args(["-c", &script, env!("CARGO_BIN_EXE_hf-doctor")])
        .args(arguments)
        .current_dir(env!("CARGO_TARGET_TMPDIR"))
        .stdin(Stdio::null())
        .output()
        .expect("a shell");
    (output.status.code(), String::from_utf8(output.stderr).expect("UTF-8"))
}

#[test]
fn without_room_the_old_site_stays_as_it_was() {
    let folder = scratch("full-limit");
    let (site, before) = standing(&folder);
    let (code, said) = limited(16, &["docs", "build", "-o", &site]);
    assert_eq!(code, Some(74), "{said}");
    assert!(said.contains("cannot write") && said.contains("file too large"), "{said}");
    assert!(tree(Path::new(&site)) == before, "the old site stands");
    assert_eq!(beside(&folder), ["site"], "nothing is left beside it");
    let (code, said) = limited(16, &["docs", "build", "-o", &at(&folder, "other")]);
    assert_eq!(code, Some(74), "{said}");
    assert_eq!(beside(&folder), ["site"]);
}

/// A mounted file system that is taken away again.
struct Mounted(PathBuf);

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[allow(clippy::print_stderr, reason = "a test that is skipped says so")]
fn mounted(folder: &Path, options: &str) -> Option<Mounted> {
    let place = folder.join("disk");
    fs::create_dir(&place).unwrap();
    let done = Command::new("mount").args(["-t", "tmpfs", "-o", options, "none"]).arg(&place).output();
    match done {
        Ok(output) if output.status.success() => Some(Mounted(place)),
        other => {
            eprintln!("skipped: a file system cannot be mounted here: {other:?}");
            None
        }
    }
}

#[test]
fn on_a_full_disk_the_old_site_stays_as_it_was() {
    let folder = scratch("full-disk");
    // Room for one site of this size and some files more, not for two.
    let Some(disk) = mounted(&folder, "size=24m") else { return };
    let (site, before) = standing(&disk.0);
    let ran = doctor(&["docs", "build", "-o", &site]);
    assert_eq!(ran.code, Some(74), "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("no space left"), "{}", ran.err);
    assert!(tree(Path::new(&site)) == before, "the old site stands");
    assert_eq!(beside(&disk.0), ["site"]);
    // And where nothing may be written at all.
    let again = Command::new("mount").args(["-o", "remount,ro"]).arg(&disk.0).status().expect("mount");
    assert!(again.success(), "mounted again for reading only");
    let ran = doctor(&["docs", "build", "-o", &site]);
    assert_eq!(ran.code, Some(74), "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("read-only file system"), "{}", ran.err);
    assert!(tree(Path::new(&site)) == before, "the old site stands");
}

#[allow(clippy::print_stderr, reason = "a test that is skipped says so")]
#[test]
fn a_folder_that_may_not_be_written_is_named() {
    let folder = scratch("full-rights");
    let (site, before) = standing(&folder);
    let rights = |mode| fs::set_permissions(&folder, fs::Permissions::from_mode(mode)).unwrap();
    rights(0o555);
    let refused = fs::write(folder.join("probe"), "x").is_err();
    if refused {
        let ran = doctor(&["docs", "build", "-o", &site]);
        assert_eq!(ran.code, Some(74), "{}{}", ran.out, ran.err);
        assert!(tree(Path::new(&site)) == before, "the old site stands");
    } else {
        eprintln!("skipped: this user may write everywhere; kernel folders and mounts are tried instead");
    }
    rights(0o755);
    for place in ["/proc/site", "/dev/null/site", "/dev/null"] {
        let ran = doctor(&["docs", "build", "-o", place]);
        assert!(matches!(ran.code, Some(2 | 74)), "{place}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains(place.trim_end_matches("/site")), "{place}: {}", ran.err);
    }
}

#[test]
fn a_build_that_is_killed_leaves_a_whole_site() {
    let folder = scratch("full-killed");
    let (site, before) = standing(&folder);
    // From the moment on which the new directory appears it is being written; a kill hits other files every time.
    for wait in [0, 20, 60, 150] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_hf-doctor"))
            .args(["docs", "build", "-o", &site, "--as-of", "2026-11-20"])
            .current_dir(env!("CARGO_TARGET_TMPDIR"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let fresh = folder.join(format!("site.tmp-{}", child.id()));
        let begun = Instant::now();
        while !fresh.exists() && begun.elapsed() < Duration::from_secs(120) {
            assert!(child.try_wait().expect("a child").is_none(), "it ended before it could be killed");
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(wait));
        child.kill().expect("killed");
        child.wait().expect("a child");
        let after = tree(Path::new(&site));
        if after != before {
            // The exchange was faster than the kill: then all of the new site stands there.
            doctor(&["docs", "check", &site]).answered("0 problems");
            assert!(!fresh.exists() || tree(&fresh).keys().all(|name| before.contains_key(name)));
            doctor(&["docs", "build", "-o", &site, "--as-of", "2026-04-01"]).answered("as of 2026-04-01");
        }
    }
    // The next build goes through, whatever was left beside it.
    doctor(&["docs", "build", "-o", &site, "--as-of", "2026-11-20"]).answered("as of 2026-11-20");
    doctor(&["docs", "check", &site]).answered("0 problems");
}
