//! The order of keys in each kind of file: that of the fields in the model types, which a test compares.

use crate::diag::yaml;

/// What a file holds, told by its first level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `<area>/*.yaml`
    Rule,
    /// `tests/cases/**/*.yaml`
    Case,
    /// `steps/*.yaml`
    Steps,
    /// `sources.yaml`, `sources/*.yaml`
    Sources,
    /// `facts/*.yaml`
    Facts,
    /// `vocabulary.yaml`
    Vocabulary,
    /// `account.yaml`
    Account,
    /// `kb.yaml`
    Manifest,
    /// Anything else, such as an evidence file: keys stay where they are.
    Other,
}

/// The keys of a mapping in order, each with what its value holds; a list holds what its items hold.
pub(super) type Shape = &'static [(&'static str, Keys)];

/// A level of a file.
#[derive(Clone, Copy)]
pub(super) struct Keys(pub(super) Shape);

/// A single value, or a mapping whose keys are names: nothing to put in order.
const FREE: Keys = Keys(&[]);
const VALID: Keys = Keys(&[("from", FREE), ("until", FREE)]);
const EMITTER: Keys = Keys(&[("package", FREE), ("versions", FREE)]);
const EXAMPLE: Keys = Keys(&[("text", FREE), ("facts", FREE)]);
const ITEM: Keys = Keys(&[("when", FREE), ("weight", FREE), ("because", FREE), ("group", FREE)]);
const NOT_THIS: Keys = Keys(&[("advice", FREE), ("why", FREE), ("when", FREE), ("valid", VALID), ("sources", FREE)]);
const ESCALATION: Keys = Keys(&[("when", FREE), ("to", FREE), ("because", FREE), ("include", FREE)]);
const SYMPTOM: Keys = Keys(&[
    ("id", FREE),
    ("layer", FREE),
    ("emitted_by", EMITTER),
    ("valid", VALID),
    ("pattern", FREE),
    ("captures", FREE),
    ("sets", FREE),
    ("yields_to", FREE),
    ("matches", EXAMPLE),
    ("rejects", FREE),
    ("sources", FREE),
]);
const CAUSE: Keys = Keys(&[
    ("id", FREE),
    ("service", FREE),
    ("title", FREE),
    ("prior", FREE),
    ("valid", VALID),
    ("requires", FREE),
    ("requires_because", FREE),
    ("for", ITEM),
    ("against", ITEM),
    ("explanation", FREE),
    ("retold", FREE),
    ("remediation", FREE),
    ("not_this", NOT_THIS),
    ("escalate", ESCALATION),
    ("sources", FREE),
]);
const RULE: Keys = Keys(&[
    ("id", FREE),
    ("version", FREE),
    ("title", FREE),
    ("status", FREE),
    ("valid", VALID),
    ("verified", FREE),
    ("summary", FREE),
    ("when", FREE),
    ("symptoms", SYMPTOM),
    ("causes", CAUSE),
    ("last_resort", FREE),
    ("yields_to", FREE),
    ("rivals", FREE),
    ("see_also", FREE),
]);
const EXPECTATION: Keys = Keys(&[
    ("verdict", FREE),
    ("cause", FREE),
    ("service", FREE),
    ("problem", FREE),
    ("ranked", FREE),
    ("not_first", FREE),
    ("ruled_out", FREE),
    ("asks_first", FREE),
    ("plan", FREE),
    ("plan_not", FREE),
    ("says", FREE),
    ("says_not", FREE),
    ("facts", FREE),
    ("escalates", FREE),
]);
const CASE: Keys =
    Keys(&[("title", FREE), ("as_of", FREE), ("evidence", FREE), ("set", FREE), ("expect", EXPECTATION)]);
const STEP: Keys = Keys(&[
    ("id", FREE),
    ("title", FREE),
    ("who", FREE),
    ("effort", FREE),
    ("cost", FREE),
    ("valid", VALID),
    ("when", FREE),
    ("do", FREE),
    ("snippet", FREE),
    ("lang", FREE),
    ("verify", FREE),
    ("sources", FREE),
    ("verified", FREE),
]);
const SOURCE: Keys = Keys(&[
    ("id", FREE),
    ("kind", FREE),
    ("title", FREE),
    ("url", FREE),
    ("repo", FREE),
    ("path", FREE),
    ("commit", FREE),
    ("retrieved", FREE),
    ("note", FREE),
]);
const STATEMENT: Keys = Keys(&[
    ("value", FREE),
    ("valid", VALID),
    ("source", FREE),
    ("commit", FREE),
    ("path", FREE),
    ("says", FREE),
    ("ended_by", FREE),
    ("note", FREE),
]);
const ALSO: Keys = Keys(&[("value", FREE), ("valid", VALID), ("source", FREE), ("commit", FREE), ("path", FREE)]);
const FACT: Keys = Keys(&[
    ("id", FREE),
    ("title", FREE),
    ("unit", FREE),
    ("verified", FREE),
    ("says", FREE),
    ("values", STATEMENT),
    ("also", ALSO),
]);
const OPTION: Keys = Keys(&[("id", FREE), ("title", FREE)]);
const ACCOUNT_FACT: Keys = Keys(&[
    ("id", FREE),
    ("kind", FREE),
    ("values", OPTION),
    ("title", FREE),
    ("question", FREE),
    ("how", FREE),
    ("effort", FREE),
    ("sensitive", FREE),
    ("derived", FREE),
    ("unit", FREE),
]);
const LIMIT: Keys = Keys(&[("fact", FREE), ("when", FREE)]);
const CANNOT_SEE: Keys =
    Keys(&[("fact", FREE), ("title", FREE), ("how", FREE), ("when", FREE), ("valid", VALID), ("sources", FREE)]);
const AREA: Keys = Keys(&[("id", FREE), ("title", FREE)]);
const HOST: Keys = Keys(&[("host", FREE), ("reason", FREE)]);
const MANIFEST: Keys = Keys(&[
    ("format", FREE),
    ("version", FREE),
    ("begins", FREE),
    ("review_horizon_days", FREE),
    ("areas", AREA),
    ("allowed_hosts", HOST),
]);

impl Kind {
    /// The kind of a file from the keys of its first level.
    #[must_use]
    pub fn of(tree: &yaml::Node) -> Self {
        let has = |key: &str| tree.get(key).is_some();
        let typed = |entry: &yaml::Entry| match &entry.value.kind {
            yaml::Kind::Seq(items) => items.first().is_some_and(|item| item.get("kind").is_some()),
            _ => false,
        };
        match () {
            () if has("expect") => Self::Case,
            () if has("causes") || has("symptoms") => Self::Rule,
            () if has("steps") => Self::Steps,
            () if has("sources") => Self::Sources,
            () if tree.get("facts").is_some_and(typed) => Self::Vocabulary,
            () if has("facts") => Self::Facts,
            () if has("limits") || has("cannot_see") => Self::Account,
            () if has("allowed_hosts") || has("areas") => Self::Manifest,
            () => Self::Other,
        }
    }

    /// The order of keys in a file of this kind.
    pub(super) const fn keys(self) -> Keys {
        match self {
            Self::Rule => RULE,
            Self::Case => CASE,
            Self::Steps => Keys(&[("steps", STEP)]),
            Self::Sources => Keys(&[("sources", SOURCE)]),
            Self::Facts => Keys(&[("facts", FACT)]),
            Self::Vocabulary => Keys(&[("facts", ACCOUNT_FACT)]),
            Self::Account => Keys(&[("limits", LIMIT), ("cannot_see", CANNOT_SEE)]),
            Self::Manifest => MANIFEST,
            Self::Other => FREE,
        }
    }
}

impl Keys {
    /// Place of a key in its mapping; `usize::MAX` when it is unknown there.
    pub(super) fn place(self, key: &str) -> usize {
        self.0.iter().position(|(name, _)| *name == key).unwrap_or(usize::MAX)
    }

    /// The keys below a key.
    pub(super) fn below(self, key: &str) -> Self {
        self.0.iter().find(|(name, _)| *name == key).map_or(FREE, |(_, keys)| *keys)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should stop")]

    use serde::de::DeserializeOwned;

    use super::*;
    use crate::model::{
        AccountContext, AlsoStated, Area, Case, Cause, Emitter, Escalation, EvidenceItem, Expectation, FactOption,
        FactsFile, Manifest, MatchExample, NotThis, PlatformFact, Rule, Source, SourcesFile, Statement, Step,
        StepsFile, Symptom, Validity, Vocabulary, VocabularyFact,
    };

    /// The fields of a type in their order, as the decoder lists them for a field that it does not know.
    fn fields<T: DeserializeOwned>() -> Vec<String> {
        let told = serde_json::from_str::<T>("{\"?\": 1}").err().expect("an unknown field is refused").to_string();
        let tail = told.split_once(", expected ").expect("the decoder lists fields").1;
        tail.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    }

    fn same<T: DeserializeOwned>(keys: Keys) {
        let ours: Vec<&str> = keys.0.iter().map(|(name, _)| *name).collect();
        assert_eq!(ours, fields::<T>(), "{}", std::any::type_name::<T>());
    }

    #[test]
    fn keys_stand_in_the_order_of_the_types() {
        same::<Rule>(RULE);
        same::<Symptom>(SYMPTOM);
        same::<Emitter>(EMITTER);
        same::<MatchExample>(EXAMPLE);
        same::<Cause>(CAUSE);
        same::<EvidenceItem>(ITEM);
        same::<NotThis>(NOT_THIS);
        same::<Escalation>(ESCALATION);
        same::<Validity>(VALID);
        same::<Case>(CASE);
        same::<Expectation>(EXPECTATION);
        same::<Step>(STEP);
        same::<Source>(SOURCE);
        same::<PlatformFact>(FACT);
        same::<Statement>(STATEMENT);
        same::<AlsoStated>(ALSO);
        same::<VocabularyFact>(ACCOUNT_FACT);
        same::<FactOption>(OPTION);
        same::<crate::model::LimitLine>(LIMIT);
        same::<crate::model::CannotSeeLine>(CANNOT_SEE);
        same::<Area>(AREA);
        same::<crate::model::AllowedHost>(HOST);
        same::<Manifest>(MANIFEST);
        same::<AccountContext>(Kind::Account.keys());
        same::<StepsFile>(Kind::Steps.keys());
        same::<SourcesFile>(Kind::Sources.keys());
        same::<FactsFile>(Kind::Facts.keys());
        same::<Vocabulary>(Kind::Vocabulary.keys());
    }
}
