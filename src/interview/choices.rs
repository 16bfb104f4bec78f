//! The answers that a question offers, and what a typed answer means.

use crate::evidence::{Misfit, typed_text};
use crate::model::{FactKind, Question, VocabularyFact};

/// One answer to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The value as `--set` takes it.
    pub value: String,
    /// What it means, for the person.
    pub title: String,
    /// What the report would then say; empty when it was not tried.
    pub then: String,
}

/// The answers of a question: the values of the vocabulary, or yes and no. Empty for facts with any other value.
#[must_use]
pub fn choices(entry: &VocabularyFact, question: &Question) -> Vec<Choice> {
    let choice = |value: &str, title: &str| Choice {
        value: value.to_owned(),
        title: title.to_owned(),
        then: question.answers.get(value).cloned().unwrap_or_default(),
    };
    match entry.kind {
        FactKind::Bool => vec![choice("true", "yes"), choice("false", "no")],
        FactKind::Enum => entry.values.iter().map(|option| choice(&option.id, &option.title)).collect(),
        _ => Vec::new(),
    }
}

/// The value that a typed answer stands for: the number of a choice, its name or title, or a value of the fact's type.
///
/// # Errors
/// When it is none of these.
pub fn read_answer(entry: &VocabularyFact, choices: &[Choice], typed: &str) -> Result<String, Misfit> {
    let typed = typed.trim();
    if !choices.is_empty()
        && let Ok(number) = typed.parse::<usize>()
    {
        return number.checked_sub(1).and_then(|at| choices.get(at)).map(|choice| choice.value.clone()).ok_or_else(
            || Misfit {
                message: format!("there is no answer {number}"),
                help: Some(format!("answers are 1 to {}", choices.len())),
            },
        );
    }
    let meant = |choice: &&Choice| {
        [&choice.value, &choice.title].into_iter().any(|name| name.eq_ignore_ascii_case(typed))
            || entry.kind == FactKind::Bool && choice.title.get(..1).is_some_and(|one| one.eq_ignore_ascii_case(typed))
    };
    if let Some(choice) = choices.iter().find(meant) {
        return Ok(choice.value.clone());
    }
    typed_text(entry, typed).map(|value| value.to_string())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{choices, read_answer};
    use crate::model::{Effort, FactKind, FactOption, Question, VocabularyFact};

    fn entry(kind: FactKind) -> VocabularyFact {
        VocabularyFact {
            id: "account.plan".into(),
            kind,
            values: vec![
                FactOption { id: "free".into(), title: "free account".into() },
                FactOption { id: "pro".into(), title: "PRO".into() },
            ],
            title: "plan".into(),
            question: Some("Which plan?".into()),
            how: None,
            effort: Effort::Seconds,
            sensitive: false,
            derived: false,
            unit: None,
        }
    }

    fn question() -> Question {
        Question {
            fact: "account.plan".into(),
            question: "Which plan?".into(),
            how: String::new(),
            bits: 0.5,
            effort: Effort::Seconds,
            answers: BTreeMap::from([("pro".to_owned(), "x, likely".to_owned())]),
        }
    }

    #[test]
    fn a_choice_is_taken_by_number_name_or_title() {
        let plan = entry(FactKind::Enum);
        let offered = choices(&plan, &question());
        assert_eq!(offered[1].then, "x, likely");
        for typed in ["2", "pro", "PRO", " Pro "] {
            assert_eq!(read_answer(&plan, &offered, typed).unwrap(), "pro");
        }
        assert!(read_answer(&plan, &offered, "3").unwrap_err().message.contains("no answer 3"));
        assert!(read_answer(&plan, &offered, "0").is_err());
        assert!(read_answer(&plan, &offered, "gold").is_err());
    }

    #[test]
    fn yes_and_no_have_short_forms_and_numbers_are_numbers() {
        let credits = entry(FactKind::Bool);
        let offered = choices(&credits, &question());
        for (typed, value) in [("y", "true"), ("No", "false"), ("1", "true"), ("false", "false")] {
            assert_eq!(read_answer(&credits, &offered, typed).unwrap(), value);
        }
        let left = entry(FactKind::Int);
        assert_eq!(read_answer(&left, &choices(&left, &question()), "2").unwrap(), "2");
        assert!(read_answer(&left, &[], "many").is_err());
    }
}
