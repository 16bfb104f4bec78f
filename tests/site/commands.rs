//! The commands: where they write, what they refuse, what they find.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::scratch;

pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    #[track_caller]
    pub(crate) fn answered(&self, part: &str) {
        assert_eq!(self.code, Some(0), "{}{}", self.out, self.err);
        assert!(self.out.contains(part), "`{part}` is not in {}", self.out);
    }
}

/// The program in a directory without a module of the box, so that every run builds the same.
pub(crate) fn doctor(arguments: &[&str]) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_hf-doctor"))
        .args(arguments)
        .env_clear()
        .current_dir(env!("CARGO_TARGET_TMPDIR"))
        .stdin(Stdio::null())
        .output()
        .expect("the program starts");
    Ran {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        err: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

/// All files below a directory with their bytes.
pub(crate) fn tree(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![dir.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).expect("a directory").flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(dir).expect("below").to_string_lossy().into_owned();
                found.insert(name, fs::read(&path).expect("a file"));
            }
        }
    }
    found
}

pub(crate) fn at(dir: &Path, name: &str) -> String {
    dir.join(name).to_string_lossy().into_owned()
}

#[test]
fn a_site_is_built_checked_and_built_again_to_the_byte() {
    let folder = scratch("commands-build");
    let (one, two) = (at(&folder, "one"), at(&folder, "two"));
    for out in [&one, &two] {
        doctor(&["docs", "build", "-o", out, "--as-of", "2026-11-20"]).answered("as of 2026-11-20");
    }
    assert!(tree(Path::new(&one)) == tree(Path::new(&two)), "two builds are the same");
    doctor(&["docs", "check", &one]).answered("0 problems");
    // The same place again: ours, so it is replaced.
    doctor(&["docs", "build", "-o", &one, "--as-of", "2026-04-01"]).answered("as of 2026-04-01");
    let (then, now) = (
        fs::read_to_string(format!("{one}/problems/zerogpu-quota-exceeded.html")).unwrap(),
        fs::read_to_string(format!("{two}/problems/zerogpu-quota-exceeded.html")).unwrap(),
    );
    assert_ne!(then, now, "another day, another answer");
    let beside = fs::read_dir(&folder).unwrap().count();
    assert_eq!(beside, 2, "nothing is left beside the two sites");
}

#[test]
fn what_is_not_ours_is_never_touched() {
    let folder = scratch("commands-foreign");
    let foreign = at(&folder, "photos");
    fs::create_dir(&foreign).unwrap();
    fs::write(format!("{foreign}/one.jpg"), "x").unwrap();
    let file = at(&folder, "file");
    fs::write(&file, "x").unwrap();
    let rules = at(&folder, "rules");
    for (name, bytes) in tree(&crate::support::root().join("rules")) {
        let target = Path::new(&rules).join(name);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::write(target, bytes).unwrap();
    }
    for (out, code) in [(foreign.as_str(), 2), (file.as_str(), 2), ("/", 2), (rules.as_str(), 2)] {
        let ran = doctor(&["docs", "build", "-o", out, "--rules", &rules]);
        assert_eq!(ran.code, Some(code), "{out}: {}{}", ran.out, ran.err);
        assert!(!ran.err.contains("panicked"), "{}", ran.err);
    }
    assert_eq!(fs::read_to_string(format!("{foreign}/one.jpg")).unwrap(), "x");
    assert_eq!(fs::read_to_string(&file).unwrap(), "x");
    assert!(fs::metadata(format!("{rules}/kb.yaml")).is_ok());
    let ran = doctor(&["docs", "build", "-o", "/proc/site"]);
    assert_eq!(ran.code, Some(74), "{}", ran.err);
    let ran = doctor(&["docs", "build", "-o", &at(&folder, "x"), "--doctor", &file]);
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert!(ran.err.contains("no") && fs::metadata(at(&folder, "x")).is_err(), "{}", ran.err);
}

#[test]
fn planted_faults_are_found() {
    let folder = scratch("commands-faults");
    let site = at(&folder, "site");
    doctor(&["docs", "build", "-o", &site, "--as-of", "2026-11-20"]).answered("files");
    let path = format!("{site}/problems/zerogpu-quota-exceeded.html");
    let whole = fs::read_to_string(&path).unwrap();
    fs::write(&path, whole.replace("index.html", "indx.html")).unwrap();
    fs::remove_file(format!("{site}/codes/KB001.html")).unwrap();
    let ran = doctor(&["docs", "check", &site]);
    assert_eq!(ran.code, Some(5), "{}{}", ran.out, ran.err);
    for part in ["indx.html", "KB001"] {
        assert!(ran.out.contains(part), "`{part}` is not in {}", ran.out);
    }
    let ran = doctor(&["docs", "check", &at(&folder, "nowhere")]);
    assert_eq!(ran.code, Some(74), "{}", ran.err);
}
