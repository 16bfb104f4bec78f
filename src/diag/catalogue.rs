//! The texts of the catalogue: one entry a code.

use super::code::{Code, Entry};

const fn entry(code: Code, explanation: &'static str, example: &'static str) -> Entry {
    Entry { code, explanation, example }
}

/// All entries, in order of the codes.
pub(crate) const ENTRIES: &[Entry] = &[
    entry(
        Code::Unreadable,
        "Rules are read from plain files inside the directory. Links that leave it, pipes, devices and files without read permission are refused, so that checking a foreign rule directory is safe.",
        "rules/zerogpu/quota.yaml -> /etc/passwd",
    ),
    entry(
        Code::Encoding,
        "All files are UTF-8; a byte-order mark at the start is accepted. Editors on Windows may save UTF-16 or Windows-1252: save again as UTF-8.",
        "title: Caf\\xE9    # saved as Windows-1252",
    ),
    entry(
        Code::TooLarge,
        "A file may hold 256 KiB, 24 levels of nesting and 20 000 values. These limits are checked while reading, so that a hostile file costs nothing. Split the file or write it flatter.",
        "when: {not: {not: {not: ...",
    ),
    entry(
        Code::Syntax,
        "The file is not YAML. Quote texts that contain `: `, ` #` or begin with a special character, align keys, and use single quotes for patterns.",
        "title: quota: exceeded",
    ),
    entry(
        Code::Feature,
        "Anchors, aliases, tags, merge keys, directives and several documents are left out of the dialect: they hide what a file says, and readers disagree about them. Write the value out where it is needed.",
        "sources: &docs [hub-docs]\nother: *docs",
    ),
    entry(Code::DuplicateKey, "Some readers take the first value, some the last. Keep one.", "title: One\ntitle: Two"),
    entry(
        Code::Ambiguous,
        "`no` is text for one YAML reader and false for another; `017` is 15, 17 or text. Write `true` and `false`, plain decimal numbers, and quote everything else that is meant as text. A field without a value is left out.",
        "absent: no\nversion: 017\nnote:",
    ),
    entry(
        Code::Character,
        "Characters that a reader cannot see can make a rule say something else than it shows. They are refused everywhere, comments included. Tabs are allowed inside texts only.",
        "title: \"Quota\\u202E exceeded\"",
    ),
    entry(
        Code::Misplaced,
        "Only the files of the layout belong into a knowledge base: `kb.yaml`, `vocabulary.yaml`, `sources.yaml`, `account.yaml`, `sources/`, `facts/`, `steps/`, and `<area>/<rule-id>.yaml` for the areas that `kb.yaml` lists. A file elsewhere would be ignored silently.",
        "rules/zerogpo/quota.yaml    # the area is `zerogpu`",
    ),
    entry(
        Code::Missing,
        "`kb.yaml`, `vocabulary.yaml` and `account.yaml` are required, and no file may be empty.",
        "# a file with nothing but this comment",
    ),
    entry(Code::UnknownField, "Fields are fixed, so that a misspelt one is never silently ignored.", "severty: high"),
    entry(Code::MissingField, "The field has no default and must be given.", "id: quota-exceeded\n# no title"),
    entry(Code::WrongType, "The field takes another kind of value.", "causes: none"),
    entry(
        Code::BadValue,
        "The value has the right type and is still not one of those allowed.",
        "status: experimental\nverified: 2026-02-30",
    ),
    entry(
        Code::BadCondition,
        "A condition is a mapping of facts to what they must be, or `all`, `any`, `not`, `symptom`.",
        "when: {every: [{http.status: 429}]}",
    ),
    entry(
        Code::Format,
        "The knowledge base is written in a newer format than this program reads. Update the program.",
        "format: 2",
    ),
    entry(
        Code::VersionRange,
        "`emitted_by.versions` says which releases print the text: `\">=0.30\"`, `\"<4\"`, `\"0.23.0..0.29.6\"` with both ends, or one version. A service without versions has none; days belong into `valid`.",
        "emitted_by: {package: spaces, versions: 0.30 or later}",
    ),
    entry(
        Code::Impossible,
        "The parts of `all` ask one fact to be two things at once, so what depends on the condition never happens. Alternatives are a list of values, or `any`.",
        "when: {all: [{account.plan: free}, {account.plan: pro}]}",
    ),
    entry(Code::DuplicateId, "Ids are names: everything else refers to them.", "- id: hub-docs\n- id: hub-docs"),
    entry(
        Code::IdNotFileName,
        "One name everywhere: the file, the page and the tests of a rule carry its id.",
        "# in zerogpu/quota.yaml\nid: zerogpu-quota-exceeded",
    ),
    entry(
        Code::MalformedId,
        "Ids are lower-case ASCII words joined by `-`; facts are dotted and use `_`. At most 80 characters. They become file names and addresses.",
        "id: Quota_Exceeded!",
    ),
    entry(
        Code::UnknownFact,
        "Conditions, captures and texts may use only facts that `vocabulary.yaml` defines; a misspelt one would be unknown for ever.",
        "when: {acount.plan: free}",
    ),
    entry(
        Code::OutsideVocabulary,
        "The vocabulary gives every fact a type, and an `enum` its values. A test outside of them can never be true.",
        "when: {account.plan: premium}",
    ),
    entry(Code::UnknownSource, "Sources are defined in `sources.yaml` or `sources/*.yaml`.", "sources: [hub-doc]"),
    entry(Code::UnknownStep, "Steps are defined in `steps/*.yaml`.", "remediation: [wait-for-rest]"),
    entry(
        Code::UnknownSymptom,
        "A condition can name symptoms of its own rule only.",
        "when: {symptom: requested-vs-lft}",
    ),
    entry(
        Code::UnknownRule,
        "`yields_to`, `rivals` and `see_also` name other rules by id.",
        "yields_to: [gated-repos]",
    ),
    entry(Code::EmptyArea, "An area of `kb.yaml` has no rules yet.", "areas: [{id: datasets, title: Datasets}]"),
    entry(
        Code::EmptyInterval,
        "`until` is the first day on which something no longer holds, so it comes after `from`.",
        "valid: {from: 2026-04-03, until: 2026-04-03}",
    ),
    entry(
        Code::Overlap,
        "On every day a fact has one value. End one statement on the day the next begins.",
        "- {value: 25, valid: {from: 2025-01-01}}\n- {value: 40, valid: {from: 2026-05-13}}",
    ),
    entry(
        Code::OutsideRule,
        "Something that holds on no day on which its rule holds is never used.",
        "valid: {from: 2026-01-01}        # the rule\ncauses:\n  - valid: {until: 2025-06-01}",
    ),
    entry(
        Code::YieldCycle,
        "If each yields to the next, none is left.",
        "# a.yaml\nyields_to: [b]\n# b.yaml\nyields_to: [a]",
    ),
    entry(
        Code::Ended,
        "A removed rule is never evaluated, and a step or rule of other days never meets this one. Refer to what took its place.",
        "yields_to: [old-quota-message]    # status: removed",
    ),
    entry(
        Code::Deprecated,
        "The rule still works and is about to go. Refer to the one that takes its place while both are there.",
        "see_also: [old-quota-message]    # status: deprecated",
    ),
    entry(
        Code::Unreachable,
        "What the cause requires contradicts itself, so it is ruled out as soon as the fact is known, whatever it is.",
        "requires: {all: [{account.plan: free}, {account.plan: pro}]}",
    ),
    entry(
        Code::PatternSyntax,
        "Patterns are regular expressions of the Rust `regex` crate over ASCII classes, with a limit on their compiled size.",
        "pattern: 'quota (exceeded'",
    ),
    entry(
        Code::PatternFeature,
        "Inline flags, look-around and back-references are not supported. Case is ignored anyway, and `matches` and `rejects` say what must and must not match.",
        "pattern: '(?i)quota(?! left)'",
    ),
    entry(Code::PatternEmpty, "A pattern that matches the empty text matches everywhere.", "pattern: '(quota)?'"),
    entry(
        Code::PatternLiteral,
        "Every alternative needs a run of four or more fixed characters. Patterns are found by their literals, and one without any would slow down every diagnosis and match by accident.",
        "pattern: '(?:402|429)|quota exceeded'",
    ),
    entry(
        Code::CaptureMismatch,
        "`captures` names the groups of the pattern, and every named group is captured.",
        "pattern: '(?P<left>\\d+) seconds left'\ncaptures: {lft: zerogpu.left_s}",
    ),
    entry(
        Code::ExampleFails,
        "A text under `matches` must match its pattern and yield the facts beside it.",
        "pattern: 'quota exceeded'\nmatches: [{text: Quota exhausted}]",
    ),
    entry(
        Code::RejectMatches,
        "A text under `rejects` must not match.",
        "pattern: 'quota exceeded'\nrejects: [Your quota exceeded the limit]",
    ),
    entry(
        Code::PatternSlow,
        "Counted repetitions inside each other keep many places of the pattern alive at once: every character of a log then costs that many steps. The steps are counted on a text made of the pattern's own words and filling, so the verdict is the same on every machine. Use shorter counts, or two patterns.",
        "pattern: 'quota(?:[a-z ]{1,90}){1,9}plan'",
    ),
    entry(
        Code::Template,
        "Texts are Markdown with `{{ expression }}` only: `fact('id')`, `value('fact', 'fallback')`, `known('fact')`, the filters `usd`, `duration`, `days` and a few for text. Block tags and comments are refused.",
        "explanation: \"{% for x in y %}\"",
    ),
    entry(
        Code::UnknownPlatformFact,
        "`fact('id')` names a platform fact of `facts/*.yaml`.",
        "explanation: \"{{ fact('zerogpu.quota') }} minutes\"",
    ),
    entry(
        Code::FactGap,
        "On some day on which the text is shown, the fact has no value. Bound the text with `valid`, or add the older statement.",
        "valid: {from: 2023-11-01}\nexplanation: \"{{ fact('zerogpu.daily_quota_minutes.pro') }} minutes\"    # known since 2024-08",
    ),
    entry(
        Code::LiteralNumber,
        "Documented numbers change. Use `fact('id')`, so that a report tells the value of its day.",
        "explanation: PRO accounts get 40 minutes a day",
    ),
    entry(
        Code::RawHtml,
        "Texts are Markdown. HTML in them is never shown, so that a rule cannot carry a script; a placeholder in angle brackets would vanish. Put tags and placeholders into backticks.",
        "do: Replace <TOKEN> by your token and <b>save</b>.",
    ),
    entry(
        Code::Spelling,
        "Names are written as their owners write them: Hugging Face, ZeroGPU, GitHub, PyTorch. What a program prints is quoted in backticks and stays as it is.",
        "summary: Huggingface refuses Zero GPU runs from Github.",
    ),
    entry(Code::NoSource, "Every cause, step and statement says where it comes from.", "sources: []"),
    entry(
        Code::Address,
        "Links lead over https to hosts that `kb.yaml` allows, so that a rule cannot send people elsewhere.",
        "url: http://huggingface.co.example.com/docs",
    ),
    entry(
        Code::Future,
        "A day on which something was checked or read cannot be later than today.",
        "verified: 2999-01-01",
    ),
    entry(
        Code::Stale,
        "The statement was last checked longer ago than the review horizon of `kb.yaml`. Check it against its source and set `verified`.",
        "verified: 2023-01-01",
    ),
    entry(
        Code::NoConclusion,
        "A cause without evidence for it cannot be concluded, and one without remediation helps nobody.",
        "causes:\n  - id: some-cause\n    remediation: []",
    ),
    entry(
        Code::UnsourcedSymptom,
        "What software prints was read somewhere: in its source code, a release, a report. Without a source nobody can tell whether the wording is still current. Retold symptoms need none.",
        "- id: quota-exceeded\n  layer: decisive\n  pattern: 'quota exceeded'\n  # no sources",
    ),
    entry(
        Code::LockMalformed,
        "`rules.lock` is written by `hf-doctor kb lock` and holds one line for every id. After a merge that left marks in it, run the command: what both sides know adds up, and the rest follows from the rules. A file that is damaged otherwise is taken from version control again; without a lock the command begins a new one and forgets what was released.",
        "<<<<<<< HEAD\nrule quota-exceeded 2026-11-20 2026.11.0 1 41d0...",
    ),
    entry(
        Code::LockStale,
        "Rules changed, came or went since `rules.lock` was written. Run `hf-doctor kb lock` and commit the file with the change.",
        "rule quota-exceeded 2026-11-20 2026.11.0 1 41d0...    # the rule says something else by now",
    ),
    entry(
        Code::NoNewVersion,
        "Reports name the rule and its version, so two rules of one version must say the same. Everything a reader or a diagnosis can notice counts; comments, layout, `verified`, `matches` and `rejects` do not. One new version is enough for all changes until the next release.",
        "version: 1    # released, and `weight: strong` became `decisive` since",
    ),
    entry(
        Code::NoChange,
        "People who rely on a rule read `CHANGELOG.md` of the rule directory. One line names the rule and its version and says what is different for them.",
        "version: 2    # and no line \"- `quota-exceeded` 2: ...\" in CHANGELOG.md",
    ),
    entry(
        Code::NoTombstone,
        "Pages, reports and other people's notes lead to ids of rules, causes, steps and platform facts. One that goes says when, why and what stands for it: `hf-doctor kb lock --removed ID=WHY`, or `--replaced ID=NEW`. A rule whose file stays with `status: removed` needs neither: the file is its tombstone.",
        "rule quota-exceeded 2026-11-20 2026.11.0 1 41d0...    # and no such file any more",
    ),
    entry(
        Code::ReusedId,
        "An old link to a removed id would lead to something else. Choose a new id. To take back a removal that was never released, take `rules.lock` from version control again.",
        "gone rule quota-exceeded 2026-11-20 2026-12-01 2026.12.0 1 - merged    # and the rule is back",
    ),
    entry(
        Code::ReleasedBase,
        "Two knowledge bases of one version must be equal. After a release the first change raises `version` in `kb.yaml`; later changes until the next release do not.",
        "version: \"2026.11.0\"    # rules.lock says `released 2026.11.0`",
    ),
    entry(
        Code::Unfinished,
        "A scaffold (`kb new`) marks with `TODO` what a person has to write or name. Write it in your own words, or name an id that exists.",
        "title: \"TODO: the problem in one line\"\nsources: [TODO]",
    ),
];
