//! Knowledge bases of any size: message-shaped patterns over a small vocabulary of words, so that
//! rules resemble each other as real ones do.

use std::fmt::Write as _;

use serde_json::Value;

use hf_doctor::compile::index::build;
use hf_doctor::eval::Engine;
use hf_doctor::kb::{KnowledgeBase, load_texts};

/// A generated base as the program would carry it.
pub(crate) struct Base {
    /// Rules as JSON, in order of id.
    pub values: Vec<Value>,
    /// The index image.
    pub index: &'static [u8],
    /// A message of one of its rules.
    pub message: String,
    /// The id of that rule.
    pub expected: String,
    table: &'static [u8],
    text: &'static str,
}

impl Base {
    /// A base with so many rules.
    pub(crate) fn of(rules: usize) -> Self {
        let loaded = load_texts(texts(rules)).expect("generated rules are valid");
        let parts = loaded.parts;
        let mut files: Vec<(String, String, Value)> = Vec::new();
        for (area, path, rule) in &parts.rules {
            let value = serde_json::to_value(rule).expect("JSON");
            let file = serde_json::json!({"area": area, "path": path, "rule": value.clone()});
            files.push((rule.id.clone(), file.to_string(), value));
        }
        files.sort_by(|a, b| a.0.cmp(&b.0));
        let item = |id: &str, value: &Value| (id.to_owned(), value.to_string());
        let json = |value: Result<Value, serde_json::Error>| value.expect("JSON");
        let kinds = [
            vec![item("", &json(serde_json::to_value(&parts.manifest)))],
            vec![item("", &json(serde_json::to_value(&parts.account)))],
            parts.vocabulary.facts.iter().map(|one| item(&one.id, &json(serde_json::to_value(one)))).collect(),
            parts.sources.iter().map(|one| item(&one.id, &json(serde_json::to_value(one)))).collect(),
            parts.facts.iter().map(|one| item(&one.id, &json(serde_json::to_value(one)))).collect(),
            parts.steps.iter().map(|one| item(&one.id, &json(serde_json::to_value(one)))).collect(),
            files.iter().map(|(id, file, _)| (id.clone(), file.clone())).collect::<Vec<_>>(),
        ];
        let (table, text) = pack(kinds);
        let values: Vec<Value> = files.into_iter().map(|(_, _, value)| value).collect();
        let index: &'static [u8] = build(&values).leak();
        let number = rules / 2;
        Self { values, index, message: message(number), expected: id(number), table: table.leak(), text: text.leak() }
    }

    /// A new engine over it, nothing decoded.
    pub(crate) fn engine(&self) -> Engine {
        Engine::new(KnowledgeBase::from_pack(self.table, self.text, self.index).expect("a pack")).expect("an index")
    }
}

/// The layout that `build.rs` writes.
fn pack(kinds: [Vec<(String, String)>; 7]) -> (Vec<u8>, String) {
    let (mut table, mut text): (Vec<u8>, String) = (Vec::new(), String::new());
    let number = |table: &mut Vec<u8>, value: usize| {
        table.extend_from_slice(&u32::try_from(value).expect("a small base").to_le_bytes());
    };
    for mut rows in kinds {
        rows.sort();
        number(&mut table, rows.len());
        for (id, item) in rows {
            for piece in [id, item] {
                number(&mut table, text.len());
                number(&mut table, piece.len());
                text.push_str(&piece);
            }
        }
    }
    (table, text)
}

const SUBJECTS: [&str; 25] = [
    "upload",
    "download",
    "batch",
    "dataset",
    "mirror",
    "gateway",
    "session",
    "window",
    "worker",
    "bucket",
    "revision",
    "endpoint",
    "token",
    "provider",
    "container",
    "webhook",
    "adapter",
    "snapshot",
    "pipeline",
    "tokenizer",
    "viewer",
    "runner",
    "certificate",
    "subscription",
    "replica",
];
const ACTIONS: [&str; 20] = [
    "refused",
    "expired",
    "exceeded",
    "rejected",
    "throttled",
    "suspended",
    "missing",
    "locked",
    "unreachable",
    "invalid",
    "revoked",
    "paused",
    "truncated",
    "unsupported",
    "blocked",
    "misplaced",
    "drained",
    "stalled",
    "outdated",
    "denied",
];
const OBJECTS: [&str; 20] = [
    "quota",
    "budget",
    "limit",
    "permission",
    "licence",
    "schema",
    "deadline",
    "reservation",
    "allowance",
    "handshake",
    "checksum",
    "signature",
    "namespace",
    "allocation",
    "region",
    "protocol",
    "manifest",
    "credential",
    "schedule",
    "lease",
];

/// The words of a rule; every number below 10,000 has its own triple.
fn words(number: usize) -> (&'static str, &'static str, &'static str) {
    let pick = |list: &[&'static str], at: usize| list.get(at % list.len()).copied().unwrap_or_default();
    (pick(&SUBJECTS, number), pick(&ACTIONS, number / 25), pick(&OBJECTS, number / 500))
}

fn id(number: usize) -> String {
    let (subject, action, object) = words(number);
    format!("{subject}-{object}-{action}-{number:05}")
}

/// The text the first symptom of a rule recognises.
fn message(number: usize) -> String {
    let (subject, action, object) = words(number);
    format!("ServiceError: the {subject} was {action}: {object} of 60 units, 12 units remain (code E{number:05})\n")
}

/// A knowledge base as YAML texts: path and contents.
pub(crate) fn texts(rules: usize) -> Vec<(String, String)> {
    let mut out = vec![
        ("kb.yaml".to_owned(), KB.to_owned()),
        ("vocabulary.yaml".to_owned(), VOCABULARY.to_owned()),
        ("account.yaml".to_owned(), "limits: []\ncannot_see: []\n".to_owned()),
        ("sources.yaml".to_owned(), SOURCES.to_owned()),
        ("steps/all.yaml".to_owned(), STEPS.to_owned()),
    ];
    out.extend((0..rules).map(|number| (format!("generated/{}.yaml", id(number)), rule(number))));
    out
}

fn rule(number: usize) -> String {
    let (subject, action, object) = words(number);
    let mut text = format!(
        "id: {}\nversion: 1\ntitle: The {subject} was {action}\nstatus: stable\nverified: 2026-11-01\n\
         summary: What it means that the {subject} was {action}.\nsymptoms:\n\
         \x20 - id: printed\n    layer: decisive\n\
         \x20   pattern: 'the {subject} was {action}: {object} of (?P<asked>\\d+) units, (?P<left>\\d+) units remain \\(code E{number:05}\\)'\n\
         \x20   captures: {{asked: run.asked, left: run.left}}\n    sources: [docs]\n\
         \x20 - id: wrapped\n    layer: wrapper\n\
         \x20   pattern: 'E{number:05}: {object} check of the {subject} (?:failed|was {action})'\n    sources: [docs]\n\
         causes:\n",
        id(number)
    );
    for (cause, prior) in [("spent", "common"), ("foreign", "occasional"), ("shared", "rare")] {
        let _ = write!(
            text,
            "  - id: {subject}-{object}-{cause}-{number:05}\n    title: The {object} of the {subject} is {cause}\n    prior: {prior}\n\
             \x20   for:\n\
             \x20     - {{when: {{run.left: {{lt: {{fact: run.asked}}}}}}, weight: strong, because: less is left than was asked for}}\n\
             \x20     - {{when: {{run.plan: [free, trial]}}, weight: moderate, because: 'the plan has a small {object}'}}\n\
             \x20   against:\n\
             \x20     - {{when: {{run.shared: true}}, weight: weak, because: the run is shared}}\n\
             \x20   explanation: 'The {object} that the {subject} needs is {cause}, and {{{{ value(''run.left'', ''some'') }}}} units remain.'\n\
             \x20   remediation: [wait, ask]\n    sources: [docs]\n"
        );
    }
    text
}

const KB: &str = "format: 1\nversion: \"2026.11.0\"\nbegins: 2021-01-01\nreview_horizon_days: 180\n\
    areas: [{id: generated, title: Generated}]\n\
    allowed_hosts: [{host: huggingface.co, reason: documentation}]\n";

const VOCABULARY: &str = "facts:
  - {id: run.asked, kind: number, title: units asked for}
  - {id: run.left, kind: number, title: units left}
  - {id: run.plan, kind: enum, title: plan, values: [{id: free, title: free}, {id: trial, title: trial}, {id: paid, title: paid}],
     question: Which plan do you have?, how: See the billing page., effort: seconds}
  - {id: run.shared, kind: bool, title: whether the run is shared, question: Is the run shared?, how: Ask its owner., effort: minutes}
";

const SOURCES: &str = "sources:
  - {id: docs, kind: documentation, title: Documentation, url: \"https://huggingface.co/docs\", retrieved: 2026-11-01}
";

const STEPS: &str = "steps:
  - {id: wait, title: Wait, who: user, effort: days, cost: none, do: Wait until tomorrow., verify: It works again., sources: [docs], verified: 2026-11-01}
  - {id: ask, title: Ask, who: user, effort: minutes, cost: none, do: Ask the owner., verify: They answered., sources: [docs], verified: 2026-11-01}
";
