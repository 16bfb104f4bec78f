//! States that a condition can be in at all. What cannot happen is no gap: with `{http.host: {known: true}}` beside another test of the
//! same fact the whole is false, not unknown, while the fact is.

use std::collections::BTreeMap;

use crate::compile::Tri;
use crate::model::{Condition, Layer, Operand, Rule, Test};

/// Facts that the program works out from any text, so that evidence with text never leaves them open.
const OF_ANY_TEXT: &[&str] = &["evidence.names_hugging_face"];

/// Combinations tried at most; a condition with more is taken to have every state.
const MOST: usize = 1 << 14;

const ALL: [Tri; 3] = [Tri::True, Tri::False, Tri::Unknown];

/// The states in which a condition can be when there is text, tried over every combination of what its parts can be. Parts that
/// merely look different count as independent, so a state too many is possible and a state too few is not.
pub(super) fn possible(rule: &Rule, condition: &Condition) -> Vec<Tri> {
    // Where the two together have too many parts, the condition is tried alone.
    let when = rule.when.as_ref().filter(|when| Parts::of(condition, Some(when)).combinations().is_some());
    let parts = Parts::of(condition, when);
    let Some(combinations) = parts.combinations() else { return ALL.to_vec() };
    let seen: Vec<Tri> = (0..combinations)
        .map(|number| parts.attempt(number))
        .filter(|attempt| (rule.when.is_some() && when.is_none()) || considered(rule, attempt))
        .map(|attempt| run(condition, &attempt))
        .collect();
    ALL.into_iter().filter(|state| seen.contains(state)).collect()
}

/// Whether the rule would be considered in a combination: its `when` holds, or a text of its own can have matched. A text that the
/// condition does not ask about can always have; one that it asks about only where it is said to have matched.
fn considered(rule: &Rule, attempt: &Attempt<'_>) -> bool {
    let by_text = rule.symptoms.iter().filter(|symptom| symptom.layer != Layer::Hint).any(|symptom| {
        let mut asked = attempt.symptoms.iter().filter(|(ids, _)| ids.contains(&symptom.id));
        asked.all(|(_, state)| *state == Tri::True)
    });
    by_text || rule.when.as_ref().is_some_and(|when| run(when, attempt) == Tri::True)
}

/// What a condition is made of, each thing once, with the states it can be in.
#[derive(Default)]
struct Parts<'a> {
    symptoms: Vec<&'a [String]>,
    facts: Vec<&'a str>,
    tests: Vec<(&'a str, &'a Test)>,
}

/// One combination.
struct Attempt<'a> {
    symptoms: BTreeMap<&'a [String], Tri>,
    known: BTreeMap<&'a str, bool>,
    tests: Vec<(&'a str, &'a Test, Tri)>,
}

impl<'a> Parts<'a> {
    fn of(condition: &'a Condition, given: Option<&'a Condition>) -> Self {
        let mut parts = Self::default();
        let mut visit = |part: &'a Condition| match part {
            Condition::Symptom(ids) => add(&mut parts.symptoms, ids.as_slice()),
            Condition::Fact { fact, test } => {
                add(&mut parts.facts, fact.as_str());
                if let Test::Compare(_, Operand::Fact(other)) = test {
                    add(&mut parts.facts, other.as_str());
                }
                if !matches!(test, Test::Known(_)) {
                    add(&mut parts.tests, (fact.as_str(), test));
                }
            }
            Condition::All(_) | Condition::Any(_) | Condition::Not(_) => {}
        };
        condition.walk(&mut visit);
        if let Some(given) = given {
            given.walk(&mut visit);
        }
        parts
    }

    /// How many states each part can be in, in the order of `attempt`.
    fn radices(&self) -> impl Iterator<Item = usize> {
        let facts = self.facts.iter().map(|fact| if OF_ANY_TEXT.contains(fact) { 1 } else { 2 });
        let tests = self.tests.iter().map(|(_, test)| match test {
            // A value that is no number or no release leaves the test open.
            Test::Compare(..) | Test::Version(..) => 3,
            _ => 2,
        });
        self.symptoms.iter().map(|_| 2).chain(facts).chain(tests)
    }

    fn combinations(&self) -> Option<usize> {
        self.radices()
            .try_fold(1usize, |all, states| all.checked_mul(states).filter(|combinations| *combinations <= MOST))
    }

    fn attempt(&self, number: usize) -> Attempt<'a> {
        let mut rest = number;
        let mut digits = self.radices().map(|states| {
            let digit = rest.checked_rem(states).unwrap_or_default();
            rest = rest.checked_div(states).unwrap_or_default();
            digit
        });
        let mut digit = || digits.next().unwrap_or_default();
        Attempt {
            symptoms: self.symptoms.iter().map(|ids| (*ids, state(digit()))).collect(),
            known: self.facts.iter().map(|fact| (*fact, digit() == 0)).collect(),
            tests: self.tests.iter().map(|(fact, test)| (*fact, *test, state(digit()))).collect(),
        }
    }
}

fn add<T: PartialEq>(list: &mut Vec<T>, one: T) {
    if !list.contains(&one) {
        list.push(one);
    }
}

fn state(digit: usize) -> Tri {
    ALL.get(digit).copied().unwrap_or(Tri::Unknown)
}

fn run(condition: &Condition, attempt: &Attempt<'_>) -> Tri {
    let fold = |parts: &[Condition], decided: Tri, otherwise: Tri| {
        let states: Vec<Tri> = parts.iter().map(|part| run(part, attempt)).collect();
        if states.contains(&decided) {
            decided
        } else if states.contains(&Tri::Unknown) {
            Tri::Unknown
        } else {
            otherwise
        }
    };
    match condition {
        Condition::All(parts) => fold(parts, Tri::False, Tri::True),
        Condition::Any(parts) => fold(parts, Tri::True, Tri::False),
        Condition::Not(part) => match run(part, attempt) {
            Tri::True => Tri::False,
            Tri::False => Tri::True,
            Tri::Unknown => Tri::Unknown,
        },
        Condition::Symptom(ids) => attempt.symptoms.get(ids.as_slice()).copied().unwrap_or(Tri::Unknown),
        Condition::Fact { fact, test } => attempt.test(fact, test),
    }
}

impl Attempt<'_> {
    fn test(&self, fact: &str, test: &Test) -> Tri {
        let known = |fact: &str| self.known.get(fact).copied().unwrap_or_default();
        if let Test::Known(wanted) = test {
            return if known(fact) == *wanted { Tri::True } else { Tri::False };
        }
        let other = match test {
            Test::Compare(_, Operand::Fact(other)) => known(other),
            _ => true,
        };
        if !known(fact) || !other {
            return Tri::Unknown;
        }
        let found = self.tests.iter().find(|(of, asked, _)| *of == fact && *asked == test);
        found.map_or(Tri::Unknown, |(.., state)| *state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn rule(when: Value, layer: &str) -> Rule {
        let symptom = json!({"id": "said", "layer": layer, "pattern": "refused"});
        serde_json::from_value(json!({
            "id": "r", "version": 1, "title": "t", "status": "stable", "verified": "2026-11-20", "summary": "s",
            "when": when, "symptoms": [symptom], "causes": []
        }))
        .expect("a rule")
    }

    fn states(condition: Value) -> Vec<Tri> {
        let rule = rule(json!({"http.status": 401}), "retold");
        possible(&rule, &serde_json::from_value(condition).expect("a condition"))
    }

    #[test]
    fn a_test_of_a_fact_has_every_state_and_a_symptom_is_seen_or_not() {
        assert_eq!(states(json!({"token.kind": "none"})), ALL);
        assert_eq!(states(json!({"symptom": "said-gone"})), [Tri::True, Tri::False]);
        assert_eq!(states(json!({"all": [{"symptom": "said-gone"}, {"http.status": 404}]})), ALL);
        assert_eq!(states(json!({"zerogpu.requested_s": {"gt": {"fact": "zerogpu.left_s"}}})), ALL);
    }

    #[test]
    fn what_is_asked_only_when_it_is_known_is_never_unknown() {
        let host = json!({"all": [{"http.host": {"known": true}}, {"http.host": {"contains": "mirror"}}]});
        assert_eq!(states(host.clone()), [Tri::True, Tri::False]);
        assert_eq!(states(json!({"all": [host, {"http.status": 429}]})), ALL);
        let other = json!({"any": [{"inference.provider": "auto"}, {"not": {"inference.provider": {"known": true}}}]});
        assert_eq!(states(other), [Tri::True, Tri::False]);
        // A value that is no release stays open though it is known.
        let old = json!({"all": [{"client.version": {"known": true}}, {"client.version": {"before": "1.0"}}]});
        assert_eq!(states(old), ALL);
    }

    #[test]
    fn text_always_tells_whether_it_names_hugging_face() {
        assert_eq!(states(json!({"evidence.names_hugging_face": false})), [Tri::True, Tri::False]);
    }

    #[test]
    fn what_a_rule_is_considered_for_holds_in_it() {
        let asked = serde_json::from_value(json!({"http.status": 401})).expect("a condition");
        assert_eq!(possible(&rule(json!({"http.status": 401}), "hint"), &asked), [Tri::True]);
        assert_eq!(possible(&rule(json!({"http.status": 401}), "decisive"), &asked), ALL);
        // By its one text, or by the status: unknown is the status only where the text matched.
        let either = serde_json::from_value(json!({"any": [{"symptom": "said"}, {"http.status": 401}]}));
        let either = either.expect("a condition");
        assert_eq!(possible(&rule(json!({"http.status": 401}), "decisive"), &either), [Tri::True]);
    }

    #[test]
    fn a_condition_with_too_many_parts_is_taken_to_have_every_state() {
        let symptoms: Vec<Value> = (0..20).map(|number| json!({"symptom": format!("s{number}")})).collect();
        assert_eq!(states(json!({"all": symptoms})), ALL);
    }
}
