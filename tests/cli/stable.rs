//! Same input, same bytes out.

use std::path::{Path, PathBuf};

use super::support::{TOAST, at, finish, program, run};

#[test]
fn the_surroundings_change_nothing() {
    let file = at(TOAST);
    let day = "2026-11-20";
    let root = std::env::temp_dir();
    for format in ["json", "markdown", "human", "html"] {
        let arguments = [file.as_str(), "--as-of", day, "--format", format];
        let first = run(&arguments).out;
        let surroundings = [
            ("LANG", ["tr_TR.UTF-8", "C", "de_DE.UTF-8"]),
            ("LC_ALL", ["tr_TR.UTF-8", "POSIX", "ja_JP.SJIS"]),
            ("TZ", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "nonsense"]),
            ("COLUMNS", ["20", "500", "x"]),
            ("RAYON_NUM_THREADS", ["1", "2", "9"]),
        ];
        for round in 0..13 {
            let mut command = program();
            for (number, (name, values)) in surroundings.iter().enumerate() {
                command.env(name, values.get((round + number) % 3).unwrap());
            }
            if round % 2 == 0 {
                command.current_dir(&root);
            }
            let ran = finish(command.args(arguments));
            assert_eq!(ran.out, first, "{format}, round {round}");
            assert_eq!(ran.err, "");
        }
    }
}

#[test]
fn the_built_in_base_is_the_directory() {
    for path in ["depleted-credits.log", "whoami-free.json"] {
        let file = format!("examples/{path}");
        let arguments = [&*file, "--json", "--as-of", "2026-11-20"];
        let ran = run(&arguments);
        ran.answered(&[]);
        assert_eq!(ran.out, run(&[&arguments[..], &["--rules", "rules"]].concat()).out, "{path}");
    }
}

/// The same for every case; in one process, because reading the directory takes most of the time.
#[test]
fn the_built_in_base_answers_every_case_as_the_directory() {
    use hf_doctor::eval::Engine;
    use hf_doctor::evidence::{Hint, RawInput};
    use hf_doctor::kb::{KnowledgeBase, embedded, load_dir};
    use hf_doctor::model::Day;
    use hf_doctor::pipeline::{Asked, diagnose};

    fn list(dir: &Path, out: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { list(&path, out) } else { out.push(path) }
        }
    }
    let built_in = Engine::new(embedded().unwrap()).unwrap();
    let parts = load_dir(Path::new(&at("rules"))).map_err(|_| "rules are broken").unwrap().parts;
    let directory = Engine::new(KnowledgeBase::from_parts(parts)).unwrap();
    let today = Day::new(2026, 11, 20).unwrap();
    let mut files = Vec::new();
    list(Path::new(&at("tests/cases")), &mut files);
    list(Path::new(&at("examples")), &mut files);
    files.retain(|path| {
        path.extension().is_some_and(|extension| matches!(extension.to_str(), Some("yaml" | "log" | "txt" | "json")))
    });
    assert!(files.len() > 100, "{}", files.len());
    for path in files {
        // A case is no evidence document: the whole of it is read as a log. An example is read as what it is.
        let hint = if path.starts_with(at("examples")) { Hint::Auto } else { Hint::Message };
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let inputs = [RawInput { name, bytes: std::fs::read(&path).unwrap(), hint }];
        let answer = |engine: &Engine| {
            let asked = Asked { inputs: &inputs, sets: &[], as_of: None, today, top: 5 };
            serde_json::to_string(&diagnose(engine, &asked).unwrap().report).unwrap()
        };
        assert_eq!(answer(&built_in), answer(&directory), "{}", path.display());
    }
}
