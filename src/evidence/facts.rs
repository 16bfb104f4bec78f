//! The vocabulary as the readers of evidence need it: look-up, typed values, near misses.

use serde_json::Value;

use crate::model::{Day, FactKind, Scalar, Vocabulary, VocabularyFact};

/// Where the readers look up account facts. The knowledge base implements it; so does a plain [`Vocabulary`].
pub trait Facts {
    /// The fact of that name.
    fn get(&self, id: &str) -> Option<&VocabularyFact>;
    /// All names, in the order of the vocabulary.
    fn ids(&self) -> Vec<&str>;
}

impl Facts for Vocabulary {
    fn get(&self, id: &str) -> Option<&VocabularyFact> {
        self.facts.iter().find(|fact| fact.id == id)
    }

    fn ids(&self) -> Vec<&str> {
        self.facts.iter().map(|fact| fact.id.as_str()).collect()
    }
}

/// Why a value does not fit a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// What is wrong: "`http.status` must be a whole number, not text".
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
}

/// The value of a fact out of a document, of the vocabulary's type.
///
/// # Errors
/// When the type or the value does not fit.
pub fn typed(fact: &VocabularyFact, value: &Value) -> Result<Scalar, Misfit> {
    let wrong = |help: Option<String>| {
        Err(Misfit { message: format!("`{}` must be {}, not {}", fact.id, expected(fact.kind), kind_of(value)), help })
    };
    match (fact.kind, value) {
        (_, Value::Null) => Err(Misfit {
            message: format!("`{}` has no value", fact.id),
            help: Some("leave the key out when the answer is not known".to_owned()),
        }),
        (FactKind::Bool, Value::Bool(value)) => Ok(Scalar::Bool(*value)),
        (FactKind::Bool, Value::String(text)) if text == "true" || text == "false" => {
            wrong(Some(format!("write {text} without quotes")))
        }
        (FactKind::Bool, _) => wrong(Some("write true or false".to_owned())),
        (FactKind::Int | FactKind::Number, Value::Number(number)) => match number.as_f64() {
            Some(number) if number.is_finite() => {
                if fact.kind == FactKind::Int && number.fract() != 0.0 {
                    return wrong(None);
                }
                Ok(Scalar::Number(number))
            }
            _ => wrong(None),
        },
        (FactKind::Int | FactKind::Number, Value::String(text)) if text.parse::<f64>().is_ok() => {
            wrong(Some("write the number without quotes".to_owned()))
        }
        (FactKind::String, Value::String(text)) => Ok(Scalar::Text(text.clone())),
        (FactKind::String, Value::Number(_) | Value::Bool(_)) => wrong(Some("put the value in quotes".to_owned())),
        (FactKind::Enum, Value::String(text)) => one_of(fact, text),
        (FactKind::Enum, _) => wrong(Some(allowed(fact))),
        (FactKind::Date, Value::String(text)) => match text.parse::<Day>() {
            Ok(day) => Ok(Scalar::Text(day.to_string())),
            Err(error) => Err(Misfit { message: format!("`{}`: {error}", fact.id), help: None }),
        },
        _ => wrong(None),
    }
}

/// The value of a fact written as plain text, as in `--set fact=value`.
///
/// # Errors
/// When the text is no value of the fact's type.
pub fn typed_text(fact: &VocabularyFact, text: &str) -> Result<Scalar, Misfit> {
    let text = text.trim();
    let bad = |help: String| {
        Err(Misfit {
            message: format!("`{}` must be {}, not `{}`", fact.id, expected(fact.kind), shorten(text)),
            help: Some(help),
        })
    };
    match fact.kind {
        FactKind::Bool => match text.to_ascii_lowercase().as_str() {
            "true" | "yes" => Ok(Scalar::Bool(true)),
            "false" | "no" => Ok(Scalar::Bool(false)),
            _ => bad("write true or false".to_owned()),
        },
        FactKind::Int | FactKind::Number => match text.parse::<f64>() {
            Ok(number) if number.is_finite() && (fact.kind == FactKind::Number || number.fract() == 0.0) => {
                Ok(Scalar::Number(number))
            }
            _ => bad("write digits only".to_owned()),
        },
        FactKind::Map => bad("give it in an evidence file".to_owned()),
        FactKind::String if text.is_empty() => bad("leave the fact out when the answer is not known".to_owned()),
        FactKind::String | FactKind::Enum | FactKind::Date => typed(fact, &Value::String(text.to_owned())),
    }
}

fn one_of(fact: &VocabularyFact, text: &str) -> Result<Scalar, Misfit> {
    // `PRO` is how the platform writes it; the vocabulary's spelling is what conditions compare with.
    if let Some(option) = fact.values.iter().find(|option| option.id.eq_ignore_ascii_case(text.trim())) {
        return Ok(Scalar::Text(option.id.clone()));
    }
    let ids: Vec<&str> = fact.values.iter().map(|option| option.id.as_str()).collect();
    let help = match nearest(text, &ids) {
        Some(near) => format!("did you mean `{near}`? {}", allowed(fact)),
        None => allowed(fact),
    };
    Err(Misfit { message: format!("`{}` cannot be `{}`", fact.id, shorten(text)), help: Some(help) })
}

fn allowed(fact: &VocabularyFact) -> String {
    let values: Vec<String> = fact.values.iter().map(|option| format!("`{}`", option.id)).collect();
    format!("allowed values: {}", values.join(", "))
}

const fn expected(kind: FactKind) -> &'static str {
    match kind {
        FactKind::Bool => "true or false",
        FactKind::Int => "a whole number",
        FactKind::Number => "a number",
        FactKind::String => "text",
        FactKind::Enum => "one of its values",
        FactKind::Date => "a day such as 2026-04-03",
        FactKind::Map => "a mapping",
    }
}

/// What a value is, in words.
#[must_use]
pub fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a mapping",
    }
}

/// The candidate that a mistyped word probably means.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let word: String = word.chars().take(80).collect::<String>().to_ascii_lowercase();
    candidates
        .iter()
        .map(|candidate| (strsim::damerau_levenshtein(&word, &candidate.to_ascii_lowercase()), *candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len().min(word.len()) / 5)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// A name that no fact has, with the one that was probably meant.
#[must_use]
pub fn unknown_fact(name: &str, facts: &dyn Facts) -> Misfit {
    let ids = facts.ids();
    let last = name.rsplit('.').next().unwrap_or(name);
    let near = nearest(name, &ids)
        // `canPay` for `account.can_pay`, `status` for `http.status`.
        .or_else(|| ids.iter().copied().find(|id| !name.contains('.') && id.rsplit('.').next() == Some(last)));
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None if name.contains('.') => match section(name, &ids) {
            Some(section) => section,
            None => "put what has no fact of its own under `other`".to_owned(),
        },
        None => "put what has no fact of its own under `other`".to_owned(),
    };
    Misfit { message: format!("there is no fact `{}`", shorten(name)), help: Some(help) }
}

/// The facts of the section that a name begins with.
fn section(name: &str, ids: &[&str]) -> Option<String> {
    let (head, _) = name.split_once('.')?;
    let members: Vec<String> = ids
        .iter()
        .filter(|id| id.split_once('.').is_some_and(|(section, _)| section == head))
        .map(|id| format!("`{id}`"))
        .collect();
    (!members.is_empty()).then(|| format!("facts of `{head}`: {}", members.join(", ")))
}

/// At most 60 characters of something a person wrote, without control characters.
#[must_use]
pub fn shorten(text: &str) -> String {
    let mut out: String = text
        .chars()
        .take(60)
        .flat_map(|c| {
            let hidden = super::decode::invisible(c) || c == '\n' || c == '\t';
            hidden.then_some(' ').or(Some(c))
        })
        .collect();
    if text.chars().nth(60).is_some() {
        out.push('\u{2026}');
    }
    out
}

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::json;

    use super::{Facts, nearest, typed, typed_text, unknown_fact};
    use crate::model::{Scalar, Vocabulary};

    /// A small vocabulary for tests of the readers.
    pub(crate) fn vocabulary() -> Vocabulary {
        serde_json::from_str(include_str!("../../tests/evidence/vocabulary.json")).unwrap()
    }

    #[test]
    fn values_have_the_vocabulary_type() {
        let v = vocabulary();
        let of = |id: &str, value: serde_json::Value| typed(v.get(id).unwrap(), &value);
        assert_eq!(of("http.status", json!(402)), Ok(Scalar::Number(402.0)));
        assert_eq!(of("account.plan", json!("PRO")), Ok("pro".into()));
        assert_eq!(of("observed", json!("2026-04-03")), Ok("2026-04-03".into()));
        assert!(of("http.status", json!("402")).unwrap_err().help.unwrap().contains("without quotes"));
        assert!(of("http.status", json!(402.5)).unwrap_err().message.contains("whole number"));
        assert!(of("account.can_pay", json!(null)).unwrap_err().help.unwrap().contains("leave the key out"));
        assert!(of("account.can_pay", json!("yes")).unwrap_err().message.contains("true or false"));
        assert!(of("client.version", json!(4.1)).unwrap_err().help.unwrap().contains("quotes"));
        assert!(of("account.plan", json!("prro")).unwrap_err().help.unwrap().contains("did you mean `pro`"));
        assert!(of("observed", json!("2026-02-30")).is_err());
    }

    #[test]
    fn plain_text_is_converted() {
        let v = vocabulary();
        let of = |id: &str, text: &str| typed_text(v.get(id).unwrap(), text);
        assert_eq!(of("http.status", "402"), Ok(Scalar::Number(402.0)));
        assert_eq!(of("account.can_pay", "Yes"), Ok(Scalar::Bool(true)));
        assert!(of("account.can_pay", "maybe").is_err());
        assert!(of("http.status", "inf").is_err());
        assert!(of("repo.id", " ").is_err());
        assert!(of("http.headers", "x").is_err());
    }

    #[test]
    fn near_misses_are_suggested() {
        let v = vocabulary();
        assert_eq!(nearest("acount.plan", &v.ids()), Some("account.plan"));
        assert_eq!(nearest("zebra", &v.ids()), None);
        assert!(unknown_fact("http.stauts", &v).help.unwrap().contains("`http.status`"));
        assert!(unknown_fact("status", &v).help.unwrap().contains("`http.status`"));
        assert!(unknown_fact("http.weather", &v).help.unwrap().contains("`http.method`"));
        assert!(unknown_fact("weather", &v).help.unwrap().contains("`other`"));
    }
}
