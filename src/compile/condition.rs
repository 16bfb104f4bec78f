//! Conditions as programs over numbered facts.

use std::collections::HashMap;

use crate::model::{Comparison, Condition, Operand, Scalar, Test, VersionTest, compare_versions};

/// Truth of a condition when facts may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tri {
    /// it holds
    True,
    /// it does not hold
    False,
    /// facts are missing
    Unknown,
}

impl Tri {
    const fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
        }
    }

    const fn of(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

/// Numbers for fact names, given out in order of first use.
#[derive(Debug, Default)]
pub struct Slots {
    names: Vec<String>,
    numbers: HashMap<String, usize>,
}

impl Slots {
    /// The number of a fact.
    pub fn intern(&mut self, name: &str) -> usize {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.names.len();
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }

    /// The fact with a number.
    #[must_use]
    pub fn name(&self, number: usize) -> &str {
        self.names.get(number).map_or("", String::as_str)
    }

    /// How many facts are numbered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether no fact is numbered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

/// What conditions are evaluated against.
#[derive(Clone, Copy, Debug)]
pub struct State<'a> {
    /// Values by slot.
    pub facts: &'a [Option<Scalar>],
    /// Ids of the symptoms of the same rule that matched.
    pub symptoms: &'a [&'a str],
    /// Whether there was any text in which symptoms could have matched.
    pub has_text: bool,
}

/// A condition ready to run.
#[derive(Clone, Debug)]
pub enum Program {
    /// all of them
    All(Vec<Program>),
    /// any of them
    Any(Vec<Program>),
    /// the opposite
    Not(Box<Program>),
    /// one of these symptoms matched
    Symptom(Vec<String>),
    /// a test of one fact
    Fact(usize, Check),
}

/// A test with its other fact numbered.
#[derive(Clone, Debug)]
pub enum Check {
    /// the test as written
    Plain(Test),
    /// comparison with another fact
    With(Comparison, usize),
}

impl Program {
    /// Numbers the facts of a condition.
    #[must_use]
    pub fn new(condition: &Condition, slots: &mut Slots) -> Self {
        match condition {
            Condition::All(parts) => Self::All(parts.iter().map(|part| Self::new(part, slots)).collect()),
            Condition::Any(parts) => Self::Any(parts.iter().map(|part| Self::new(part, slots)).collect()),
            Condition::Not(part) => Self::Not(Box::new(Self::new(part, slots))),
            Condition::Symptom(ids) => Self::Symptom(ids.clone()),
            Condition::Fact { fact, test } => {
                let slot = slots.intern(fact);
                Self::Fact(
                    slot,
                    match test {
                        Test::Compare(comparison, Operand::Fact(other)) => {
                            Check::With(*comparison, slots.intern(other))
                        }
                        test => Check::Plain(test.clone()),
                    },
                )
            }
        }
    }

    /// The truth of the condition.
    #[must_use]
    pub fn run(&self, state: State<'_>) -> Tri {
        match self {
            Self::All(parts) => fold(parts, state, Tri::False, Tri::True),
            Self::Any(parts) => fold(parts, state, Tri::True, Tri::False),
            Self::Not(part) => part.run(state).not(),
            Self::Symptom(ids) => {
                if ids.iter().any(|id| state.symptoms.contains(&id.as_str())) {
                    Tri::True
                } else if state.has_text {
                    Tri::False
                } else {
                    Tri::Unknown
                }
            }
            Self::Fact(slot, check) => {
                let value = |slot: usize| state.facts.get(slot).and_then(Option::as_ref);
                match check {
                    Check::Plain(test) => run_test(test, value(*slot)),
                    Check::With(comparison, other) => match (value(*slot), value(*other)) {
                        (Some(left), Some(right)) => match (left.as_number(), right.as_number()) {
                            (Some(left), Some(right)) => Tri::of(holds(*comparison, left, right)),
                            _ => Tri::Unknown,
                        },
                        _ => Tri::Unknown,
                    },
                }
            }
        }
    }

    /// Slots of all facts the program reads.
    pub fn slots(&self, each: &mut dyn FnMut(usize)) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.slots(each)),
            Self::Not(part) => part.slots(each),
            Self::Symptom(_) => {}
            Self::Fact(slot, check) => {
                each(*slot);
                if let Check::With(_, other) = check {
                    each(*other);
                }
            }
        }
    }

    /// All tests on one slot, for the answers worth trying.
    pub fn tests<'a>(&'a self, wanted: usize, each: &mut dyn FnMut(&'a Check)) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.tests(wanted, each)),
            Self::Not(part) => part.tests(wanted, each),
            Self::Symptom(_) => {}
            Self::Fact(slot, check) => {
                if *slot == wanted {
                    each(check);
                }
            }
        }
    }

    /// Whether the truth rests on a symptom that matched.
    #[must_use]
    pub fn reads_symptom(&self) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::reads_symptom),
            Self::Not(part) => part.reads_symptom(),
            Self::Symptom(_) => true,
            Self::Fact(..) => false,
        }
    }
}

fn fold(parts: &[Program], state: State<'_>, decided: Tri, otherwise: Tri) -> Tri {
    let mut result = otherwise;
    for part in parts {
        match part.run(state) {
            truth if truth == decided => return decided,
            Tri::Unknown => result = Tri::Unknown,
            _ => {}
        }
    }
    result
}

fn run_test(test: &Test, value: Option<&Scalar>) -> Tri {
    let Some(value) = value else {
        // Not knowing a value is itself known.
        return match test {
            Test::Known(wanted) => Tri::of(!*wanted),
            _ => Tri::Unknown,
        };
    };
    match test {
        Test::Is(values) => Tri::of(values.iter().any(|wanted| wanted.same(value))),
        Test::Known(wanted) => Tri::of(*wanted),
        Test::Compare(comparison, Operand::Number(limit)) => {
            value.as_number().map_or(Tri::Unknown, |number| Tri::of(holds(*comparison, number, *limit)))
        }
        // Comparisons with another fact are numbered when the program is made.
        Test::Compare(_, Operand::Fact(_)) => Tri::Unknown,
        Test::Version(which, release) => match compare_versions(&value.to_string(), release) {
            Some(order) => Tri::of(match which {
                VersionTest::Before => order.is_lt(),
                VersionTest::Since => order.is_ge(),
            }),
            None => Tri::Unknown,
        },
        Test::Contains(texts) => any_text(value, texts, |value, text| value.contains(text)),
        Test::StartsWith(texts) => any_text(value, texts, |value, text| value.starts_with(text)),
        Test::EndsWith(texts) => any_text(value, texts, |value, text| value.ends_with(text)),
    }
}

fn any_text(value: &Scalar, texts: &[String], test: impl Fn(&str, &str) -> bool) -> Tri {
    let value = value.to_string().to_ascii_lowercase();
    Tri::of(texts.iter().any(|text| test(&value, &text.to_ascii_lowercase())))
}

fn holds(comparison: Comparison, left: f64, right: f64) -> bool {
    match comparison {
        Comparison::Lt => left < right,
        Comparison::Le => left <= right,
        Comparison::Gt => left > right,
        Comparison::Ge => left >= right,
    }
}

#[cfg(test)]
mod tests {
    use super::{Program, Slots, State, Tri};
    use crate::model::{Condition, Scalar};
    use serde_json::json;

    fn truth(condition: serde_json::Value, facts: &[(&str, Scalar)], symptoms: &[&str], has_text: bool) -> Tri {
        let condition: Condition = serde_json::from_value(condition).expect("a condition");
        let mut slots = Slots::default();
        let program = Program::new(&condition, &mut slots);
        let values: Vec<_> = (0..slots.len())
            .map(|slot| facts.iter().find(|(name, _)| *name == slots.name(slot)).map(|(_, value)| value.clone()))
            .collect();
        program.run(State { facts: &values, symptoms, has_text })
    }

    #[test]
    fn unknown_is_not_false() {
        assert_eq!(truth(json!({"account.plan": "pro"}), &[], &[], true), Tri::Unknown);
        assert_eq!(truth(json!({"not": {"account.plan": "pro"}}), &[], &[], true), Tri::Unknown);
        assert_eq!(truth(json!({"account.plan": {"known": false}}), &[], &[], true), Tri::True);
        let half = json!({"all": [{"account.plan": "pro"}, {"token.kind": "read"}]});
        assert_eq!(truth(half.clone(), &[("token.kind", "write".into())], &[], true), Tri::False);
        assert_eq!(truth(half, &[("token.kind", "read".into())], &[], true), Tri::Unknown);
        let either = json!({"any": [{"account.plan": "pro"}, {"symptom": "said-pro"}]});
        assert_eq!(truth(either.clone(), &[], &["said-pro"], true), Tri::True);
        assert_eq!(truth(either, &[], &[], true), Tri::Unknown);
    }

    #[test]
    fn numbers_versions_and_texts_compare() {
        let more = json!({"zerogpu.requested_s": {"gt": {"fact": "zerogpu.left_s"}}});
        let facts = [("zerogpu.requested_s", Scalar::Number(60.0)), ("zerogpu.left_s", Scalar::Number(44.0))];
        assert_eq!(truth(more.clone(), &facts, &[], true), Tri::True);
        assert_eq!(truth(more, &facts[..1], &[], true), Tri::Unknown);
        let old = json!({"client.version": {"before": "0.23.1"}});
        assert_eq!(truth(old.clone(), &[("client.version", "0.9.0".into())], &[], true), Tri::True);
        assert_eq!(truth(old, &[("client.version", "main".into())], &[], true), Tri::Unknown);
        let host = json!({"http.host": {"ends_with": [".HF.space"]}});
        assert_eq!(truth(host, &[("http.host", "me-app.hf.space".into())], &[], true), Tri::True);
        assert_eq!(truth(json!({"symptom": "x"}), &[], &[], false), Tri::Unknown);
    }
}
