//! From a directory of YAML files to the authored model, or to every error of every file.

use std::collections::BTreeMap;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::decode::{decode, mapping, take_items};
use super::parts::{Failure, Loaded, Origin, Origins, Parts};
use super::read::{decode_text, files_below, is_yaml};
use super::scope::Scope;
use crate::diag::yaml::{self, Breach, Limits, Node};
use crate::diag::{Code, Diagnostic, Location, Place, SourceMap, did_you_mean};
use crate::model::{
    AccountContext, CannotSeeLine, Cause, EvidenceItem, LimitLine, Manifest, NotThis, PlatformFact, Rule, Source, Step,
    Symptom, Vocabulary, VocabularyFact,
};
use crate::parallel;

/// The file format this program reads.
pub const FORMAT: u32 = 1;

/// Reads a knowledge base from a directory.
///
/// # Errors
/// Everything that could not be read or decoded, in all files at once.
pub fn load_dir(dir: &Path) -> Result<Loaded, Box<Failure>> {
    load_scope(dir, &Scope::ALL)
}

/// Reads as much of a knowledge base as it takes to judge some of its files: those, everything that rules share, and
/// the rules they refer to. Of other rules the name of the file tells the id.
///
/// # Errors
/// Everything that could not be read or decoded, in the files that were read.
pub fn load_scope(dir: &Path, scope: &Scope) -> Result<Loaded, Box<Failure>> {
    let (files, errors) = files_below(dir);
    let mut loader = Loader { errors, scope: scope.clone(), ..Loader::default() };
    let mut texts = Vec::new();
    for (path, bytes) in files {
        match decode_text(&path, bytes) {
            Ok(text) => texts.push((path, text)),
            Err(broken) => {
                let (problem, lossy) = *broken;
                loader.errors.push(problem);
                loader.seen.push(path.clone());
                loader.files.insert(path, lossy, None);
            }
        }
    }
    loader.files(texts);
    loader.finish()
}

/// Reads a knowledge base from texts: relative path with `/`, and contents.
///
/// # Errors
/// Everything that could not be decoded, in all files at once.
pub fn load_texts(mut texts: Vec<(String, String)>) -> Result<Loaded, Box<Failure>> {
    texts.sort();
    let mut loader = Loader::default();
    loader.files(texts);
    loader.finish()
}

/// Reads one value from one text of the dialect, such as a case or an evidence file.
///
/// # Errors
/// Everything that could not be decoded.
pub fn read_one<T: DeserializeOwned>(file: &str, text: &str, limits: &Limits) -> Result<T, Box<Failure>> {
    let mut files = SourceMap::default();
    let mut diagnostics = Vec::new();
    match parse_file(file, text, limits) {
        Ok(tree) => {
            let decoded =
                mapping(&tree, file, &mut diagnostics).and_then(|v| decode(v, file, "", &tree, &mut diagnostics));
            if let Some(decoded) = decoded {
                return Ok(decoded);
            }
            files.insert(file, text, Some(tree));
        }
        Err(problems) => {
            diagnostics = problems;
            files.insert(file, text, None);
        }
    }
    files.sort(&mut diagnostics);
    Err(Box::new(Failure { diagnostics, files, partial: None }))
}

/// Parses one text of the dialect; breaches become diagnostics.
///
/// # Errors
/// All breaches of the dialect.
pub fn parse_file(file: &str, text: &str, limits: &Limits) -> Result<Node, Vec<Diagnostic>> {
    yaml::parse(text, limits).map_err(|problems| {
        let location = |span| Location::new(file, Place::Bytes(span));
        let one = |problem: yaml::YamlError| {
            let code = match problem.breach {
                Breach::Limit => Code::TooLarge,
                Breach::Syntax => Code::Syntax,
                Breach::Empty => Code::Missing,
                Breach::Feature => Code::Feature,
                Breach::DuplicateKey => Code::DuplicateKey,
                Breach::Ambiguous => Code::Ambiguous,
                Breach::Character => Code::Character,
            };
            let place = if problem.span.is_empty() { Location::file(file) } else { location(problem.span) };
            let found = Diagnostic::new(code, place, problem.message).maybe_help(problem.help);
            match problem.other {
                Some((span, label)) => found.related(location(span), label),
                None => found,
            }
        };
        problems.into_iter().map(one).collect()
    })
}

/// What is known while files come in, sorted by path; rules wait for the areas of `kb.yaml`.
#[derive(Default)]
struct Loader {
    files: SourceMap,
    errors: Vec<Diagnostic>,
    origins: Origins,
    manifest: Option<Manifest>,
    vocabulary: Option<Vocabulary>,
    account: Option<AccountContext>,
    sources: Vec<Source>,
    facts: Vec<PlatformFact>,
    steps: Vec<Step>,
    /// Which rule files are read in any case.
    scope: Scope,
    /// Rule files: area and path.
    pending: Vec<(String, String)>,
    /// Rule files that are read when a rule refers to them: path and text.
    waiting: BTreeMap<String, String>,
    /// Every path that was offered, readable or not.
    seen: Vec<String>,
}

impl Loader {
    /// Takes all files. They are parsed on all cores and taken in their order.
    fn files(&mut self, texts: Vec<(String, String)>) {
        let mut wanted = Vec::new();
        for (path, text) in texts {
            if !is_yaml(&path) {
                continue;
            }
            self.seen.push(path.clone());
            if !self.scope.contains(&path) && is_rule(&path) {
                self.waiting.insert(path, text);
            } else {
                wanted.push((path, text));
            }
        }
        let parse = |(): &mut (), (path, text): &(String, String)| parse_file(path, text, &Limits::RULES);
        let trees = parallel::map(&wanted, parallel::cores(), || (), parse);
        for ((path, text), tree) in wanted.into_iter().zip(trees) {
            self.take(path, text, tree);
        }
    }

    fn parse(&mut self, path: String, text: String) {
        let tree = parse_file(&path, &text, &Limits::RULES);
        self.take(path, text, tree);
    }

    fn take(&mut self, path: String, text: String, tree: Result<Node, Vec<Diagnostic>>) {
        let tree = match tree {
            Ok(tree) => {
                self.dispatch(&path, &tree);
                Some(tree)
            }
            Err(problems) => {
                self.errors.extend(problems);
                None
            }
        };
        self.files.insert(path, text, tree);
    }

    fn dispatch(&mut self, path: &str, tree: &Node) {
        let errors = &mut self.errors;
        match path.split('/').collect::<Vec<_>>().as_slice() {
            ["kb.yaml"] => {
                self.manifest = mapping(tree, path, errors).and_then(|v| decode(v, path, "", tree, errors));
            }
            ["vocabulary.yaml"] => {
                let facts = list::<VocabularyFact>(path, tree, "facts", errors);
                self.vocabulary = Some(Vocabulary { facts: facts.into_iter().map(|(fact, _)| fact).collect() });
            }
            ["account.yaml"] => {
                self.account = account(path, tree, errors);
            }
            ["sources.yaml"] | ["sources", _] => {
                collect(path, tree, "sources", &mut self.sources, &mut self.origins.sources, errors);
            }
            ["facts", _] => collect(path, tree, "facts", &mut self.facts, &mut self.origins.facts, errors),
            ["steps", _] => collect(path, tree, "steps", &mut self.steps, &mut self.origins.steps, errors),
            [area, _] => self.pending.push(((*area).to_owned(), path.to_owned())),
            _ => self.misplaced(path, "this file does not belong here", None),
        }
    }

    fn misplaced(&mut self, path: &str, message: &str, help: Option<String>) {
        self.errors.push(Diagnostic::new(Code::Misplaced, Location::file(path), message).maybe_help(help));
    }

    fn finish(mut self) -> Result<Loaded, Box<Failure>> {
        for required in ["kb.yaml", "vocabulary.yaml", "account.yaml"] {
            let unreadable = self.errors.iter().any(|e| e.location.file == required || e.location.file == ".");
            let whole = self.seen.is_empty() && !self.errors.is_empty();
            if !self.seen.iter().any(|path| path == required) && !unreadable && !whole {
                self.errors.push(Diagnostic::new(Code::Missing, Location::file(required), "this file is missing"));
            }
        }
        let wrong_ending: Vec<String> =
            self.seen.iter().filter(|p| Path::new(p).extension().is_none_or(|e| e != "yaml")).cloned().collect();
        for path in wrong_ending {
            self.misplaced(&path, "the name must end in `.yaml`", None);
        }
        let rules = self.rules();
        if let Some(manifest) = &self.manifest
            && manifest.format != FORMAT
        {
            let message = format!("format {} is not the one this program reads, {FORMAT}", manifest.format);
            let location = Location::new("kb.yaml", Place::Value("/format".to_owned()));
            let help = if manifest.format > FORMAT { "a newer hf-doctor is needed" } else { "write `format: 1`" };
            self.errors.push(Diagnostic::new(Code::Format, location, message).help(help));
        }
        let (sources, facts, steps) = (self.sources, self.facts, self.steps);
        let parts = match (self.manifest, self.vocabulary, self.account) {
            (Some(manifest), Some(vocabulary), Some(account)) => {
                Some(Parts { manifest, vocabulary, sources, facts, steps, account, rules })
            }
            _ => None,
        };
        match parts {
            Some(parts) if self.errors.is_empty() => Ok(Loaded { parts, origins: self.origins, files: self.files }),
            parts => {
                self.files.sort(&mut self.errors);
                let partial = parts.map(|parts| (parts, self.origins));
                Err(Box::new(Failure { diagnostics: self.errors, files: self.files, partial }))
            }
        }
    }

    /// Decodes the rule files, now that the areas are known.
    fn rules(&mut self) -> Vec<(String, String, Rule)> {
        let areas: Option<Vec<String>> =
            self.manifest.as_ref().map(|m| m.areas.iter().map(|area| area.id.clone()).collect());
        let mut rules = Vec::new();
        // The same name in another area is the same rule twice.
        let named: Vec<String> = self.pending.iter().map(|(_, path)| stem(path).to_owned()).collect();
        named.iter().for_each(|id| self.wanted(id));
        let mut next = 0;
        while let Some((area, path)) = self.pending.get(next).cloned() {
            next += 1;
            if let Some(areas) = &areas
                && !areas.contains(&area)
            {
                let help = did_you_mean(&area, areas.iter().map(String::as_str).chain(["facts", "steps", "sources"]))
                    .unwrap_or_else(|| "add the area to `kb.yaml`, or move the file".to_owned());
                let short: String = area.chars().take(60).collect();
                self.misplaced(&path, &format!("`{short}` is not an area of `kb.yaml`"), Some(help));
                continue;
            }
            if let Some(tree) = self.files.tree(&path)
                && let Some(rule) = rule(&path, tree, &mut self.errors)
            {
                rule.yields_to.iter().chain(&rule.see_also).for_each(|id| self.wanted(id));
                rules.push((area, path, rule));
            }
        }
        let unread = std::mem::take(&mut self.waiting).into_keys();
        self.origins.unread =
            unread.filter_map(|path| path.split_once('/').map(|(area, _)| area.to_owned()).zip(Some(path))).collect();
        rules.sort_by(|a, b| a.1.cmp(&b.1));
        rules
    }

    /// Reads the rule files with this name that were left aside.
    fn wanted(&mut self, id: &str) {
        let paths: Vec<String> = self.waiting.keys().filter(|path| stem(path) == id).cloned().collect();
        for path in paths {
            if let Some(text) = self.waiting.remove(&path) {
                self.parse(path, text);
            }
        }
    }
}

/// Whether a path is that of a rule: in a folder that is none of those for shared things.
fn is_rule(path: &str) -> bool {
    let (folder, name) = path.split_once('/').unwrap_or(("", path));
    !["", "sources", "facts", "steps"].contains(&folder) && !name.contains('/')
}

/// The name of a file without its ending: the id of the rule in it.
pub(crate) fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.strip_suffix(".yaml").unwrap_or(name)
}

/// Decodes the items of a file that holds one list; broken items are reported and left out.
fn list<T: DeserializeOwned>(path: &str, tree: &Node, key: &str, errors: &mut Vec<Diagnostic>) -> Vec<(T, Origin)> {
    let Some(mut value) = mapping(tree, path, errors) else { return Vec::new() };
    let items = take_items(&mut value, key);
    only_fields(&value, &[key], path, tree, errors);
    let decoded = items.into_iter().enumerate().filter_map(|(i, item)| {
        let route = format!("/{key}/{i}");
        decode(item, path, &route, tree, errors).map(|item| (item, Origin::new(path, route)))
    });
    decoded.collect()
}

fn collect<T: DeserializeOwned>(
    path: &str,
    tree: &Node,
    key: &str,
    items: &mut Vec<T>,
    origins: &mut Vec<Origin>,
    errors: &mut Vec<Diagnostic>,
) {
    for (item, origin) in list(path, tree, key, errors) {
        items.push(item);
        origins.push(origin);
    }
}

/// The frame of a list file: its lists must be there and be lists, and nothing else.
fn only_fields(value: &Value, keys: &[&str], path: &str, tree: &Node, errors: &mut Vec<Diagnostic>) {
    for (key, found) in value.as_object().into_iter().flatten() {
        let place =
            |p: fn(String) -> Place| Location::new(path, p(format!("/{}", key.replace('~', "~0").replace('/', "~1"))));
        if !keys.contains(&key.as_str()) {
            let short: String = key.chars().take(60).collect();
            let help =
                did_you_mean(key, keys.iter().copied()).unwrap_or_else(|| format!("fields here: {}", keys.join(", ")));
            errors.push(
                Diagnostic::new(Code::UnknownField, place(Place::Key), format!("unknown field `{short}`")).help(help),
            );
        } else if !found.is_array() {
            let message = "expected a list, found something else";
            errors
                .push(Diagnostic::new(Code::WrongType, place(Place::Value), message).help("begin each item with `- `"));
        }
    }
    for key in keys.iter().filter(|key| tree.get(key).is_none()) {
        let location = Location::new(path, Place::Value(String::new()));
        errors.push(Diagnostic::new(Code::MissingField, location, format!("the field `{key}` is missing")));
    }
}

fn account(path: &str, tree: &Node, errors: &mut Vec<Diagnostic>) -> Option<AccountContext> {
    let mut value = mapping(tree, path, errors)?;
    let limits = take_items(&mut value, "limits");
    let cannot_see = take_items(&mut value, "cannot_see");
    only_fields(&value, &["limits", "cannot_see"], path, tree, errors);
    let limits: Vec<LimitLine> = items(limits, path, "/limits", tree, errors);
    let cannot_see: Vec<CannotSeeLine> = items(cannot_see, path, "/cannot_see", tree, errors);
    Some(AccountContext { limits, cannot_see })
}

fn items<T: DeserializeOwned>(
    values: Vec<Value>,
    path: &str,
    route: &str,
    tree: &Node,
    errors: &mut Vec<Diagnostic>,
) -> Vec<T> {
    let one = |(i, value)| decode(value, path, &format!("{route}/{i}"), tree, errors);
    values.into_iter().enumerate().filter_map(one).collect()
}

/// One rule file. Symptoms, causes and their evidence are decoded one by one, so that each reports its own errors.
fn rule(path: &str, tree: &Node, errors: &mut Vec<Diagnostic>) -> Option<Rule> {
    let mut value = mapping(tree, path, errors)?;
    let before = errors.len();
    let symptoms: Vec<Symptom> = items(take_items(&mut value, "symptoms"), path, "/symptoms", tree, errors);
    let mut causes: Vec<Cause> = Vec::new();
    for (i, mut cause) in take_items(&mut value, "causes").into_iter().enumerate() {
        let route = format!("/causes/{i}");
        let [speaks_for, against] = ["for", "against"].map(|key| {
            let values = take_items(&mut cause, key);
            items::<EvidenceItem>(values, path, &format!("{route}/{key}"), tree, errors)
        });
        let not_this = take_items(&mut cause, "not_this");
        let not_this: Vec<NotThis> = items(not_this, path, &format!("{route}/not_this"), tree, errors);
        if let Some(cause) = decode::<Cause>(cause, path, &route, tree, errors) {
            causes.push(Cause { speaks_for, against, not_this, ..cause });
        }
    }
    let rule = decode::<Rule>(value, path, "", tree, errors)?;
    (errors.len() == before).then_some(Rule { symptoms, causes, ..rule })
}
