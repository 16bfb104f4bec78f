//! Conditions that can never be true: one fact would have to be two things at once.

use super::sink::{Sink, short};
use crate::diag::{Code, Diagnostic};
use crate::kb::parts::{Origin, Parts};
use crate::model::{Comparison, Condition, Operand, Scalar, Test, VersionTest, compare_versions};

/// Checks all conditions. Where one is what a cause requires, the cause can never come out.
pub(crate) fn check(parts: &Parts, sink: &mut Sink<'_>) {
    for (i, step) in parts.steps.iter().enumerate() {
        one(step.when.as_ref(), &sink.step(i).at("when"), "this step is always left out", sink);
    }
    for (i, line) in parts.account.limits.iter().enumerate() {
        let at = Origin::new("account.yaml", format!("/limits/{i}/when"));
        one(Some(&line.when), &at, "this line is never shown", sink);
    }
    for (_, file, rule) in &parts.rules {
        let origin = Origin::new(file, "");
        one(rule.when.as_ref(), &origin.at("when"), "the rule is never recognised by it", sink);
        for (i, cause) in rule.causes.iter().enumerate() {
            let at = origin.at(&format!("causes/{i}"));
            if let Some(fact) = cause.requires.as_ref().and_then(contradiction) {
                let message = format!(
                    "`{}` can never be what this requires: the cause `{}` never comes out",
                    short(fact),
                    short(&cause.id)
                );
                let found = Diagnostic::new(Code::Unreachable, at.at("requires").words(fact), message);
                sink.push(found.help("join alternatives with `any`, or a list of values"));
            }
            for (field, items) in [("for", &cause.speaks_for), ("against", &cause.against)] {
                for (j, item) in items.iter().enumerate() {
                    let at = at.at(&format!("{field}/{j}/when"));
                    one(Some(&item.when), &at, "this never counts", sink);
                }
            }
            for (j, not_this) in cause.not_this.iter().enumerate() {
                one(not_this.when.as_ref(), &at.at(&format!("not_this/{j}/when")), "this is never said", sink);
            }
            if let Some(escalation) = &cause.escalate {
                one(Some(&escalation.when), &at.at("escalate/when"), "this is never said", sink);
            }
        }
    }
}

fn one(condition: Option<&Condition>, origin: &Origin, so: &str, sink: &mut Sink<'_>) {
    if let Some(fact) = condition.and_then(contradiction) {
        let message = format!("`{}` can never be all of this at once: {so}", short(fact));
        let found = Diagnostic::new(Code::Impossible, origin.words(fact), message);
        sink.push(found.help("join alternatives with `any`, or a list of values"));
    }
}

/// The fact that would have to be two things at once. The depth is bounded by the reader.
fn contradiction(condition: &Condition) -> Option<&str> {
    match condition {
        Condition::Any(parts) => {
            let mut found = None;
            for part in parts {
                found = Some(contradiction(part)?);
            }
            found
        }
        Condition::All(_) | Condition::Fact { .. } | Condition::Not(_) => {
            let (mut tests, mut alternatives) = (Vec::new(), Vec::new());
            gather(condition, true, &mut tests, &mut alternatives);
            tests
                .iter()
                .enumerate()
                .find(|(i, one)| !possible(one, tests.get(..*i).unwrap_or_default()))
                .map(|(_, one)| one.fact)
                .or_else(|| alternatives.into_iter().find_map(contradiction))
        }
        Condition::Symptom(_) => None,
    }
}

/// A test of one fact that must be true, or must be false.
struct Demand<'a> {
    fact: &'a str,
    test: &'a Test,
    holds: bool,
}

/// All tests that must hold together; alternatives are looked at one by one.
fn gather<'a>(
    condition: &'a Condition,
    holds: bool,
    tests: &mut Vec<Demand<'a>>,
    alternatives: &mut Vec<&'a Condition>,
) {
    match (condition, holds) {
        (Condition::All(parts), true) | (Condition::Any(parts), false) => {
            parts.iter().for_each(|part| gather(part, holds, tests, alternatives));
        }
        (Condition::Not(part), _) => gather(part, !holds, tests, alternatives),
        (Condition::Fact { fact, test }, _) => tests.push(Demand { fact, test, holds }),
        (Condition::Any(_), true) => alternatives.push(condition),
        _ => {}
    }
}

/// Whether a demand can be met beside earlier ones; when in doubt it can.
fn possible(one: &Demand<'_>, earlier: &[Demand<'_>]) -> bool {
    if let (true, Test::Compare(comparison, Operand::Fact(other))) = (one.holds, one.test)
        && other == one.fact
        && matches!(comparison, Comparison::Lt | Comparison::Gt)
    {
        return false;
    }
    earlier.iter().filter(|other| other.fact == one.fact).all(|other| together(one, other) && together(other, one))
}

/// Whether two demands on one fact can both be met, as far as the first tells.
fn together(one: &Demand<'_>, other: &Demand<'_>) -> bool {
    let unknown = |demand: &Demand<'_>| matches!(demand.test, Test::Known(known) if *known != demand.holds);
    if unknown(one) {
        // Nothing can be said of a value that is not there; a test of it is never true, nor is its opposite.
        return unknown(other);
    }
    match (one.test, one.holds) {
        // One of a few values: one of them must pass the other test.
        (Test::Is(values), true) => values.iter().any(|value| passes(value, other)),
        (Test::Compare(comparison, Operand::Number(number)), true) => match (other.test, other.holds) {
            (Test::Compare(second, Operand::Number(bound)), true) => overlap((*comparison, *number), (*second, *bound)),
            _ => true,
        },
        (Test::Version(VersionTest::Since, since), true) => match (other.test, other.holds) {
            (Test::Version(VersionTest::Before, before), true) => {
                compare_versions(since, before).is_none_or(std::cmp::Ordering::is_lt)
            }
            _ => true,
        },
        _ => true,
    }
}

/// Whether a value meets a demand; when in doubt it does.
fn passes(value: &Scalar, demand: &Demand<'_>) -> bool {
    let truth = match demand.test {
        Test::Is(values) => values.iter().any(|other| other.same(value)),
        Test::Compare(comparison, Operand::Number(number)) => match value.as_number() {
            Some(value) => compare(value, *comparison, *number),
            None => return true,
        },
        _ => return true,
    };
    truth == demand.holds
}

fn compare(value: f64, comparison: Comparison, number: f64) -> bool {
    match comparison {
        Comparison::Lt => value < number,
        Comparison::Le => value <= number,
        Comparison::Gt => value > number,
        Comparison::Ge => value >= number,
    }
}

/// Whether two half-lines of numbers share one.
fn overlap(one: (Comparison, f64), other: (Comparison, f64)) -> bool {
    let upper = |c: Comparison| matches!(c, Comparison::Lt | Comparison::Le);
    if upper(one.0) == upper(other.0) {
        return true;
    }
    let (high, low) = if upper(one.0) { (one, other) } else { (other, one) };
    let closed = high.0 == Comparison::Le && low.0 == Comparison::Ge;
    low.1 < high.1 || closed && compare(low.1, Comparison::Le, high.1)
}

#[cfg(test)]
mod tests {
    use super::contradiction;
    use crate::model::Condition;

    fn found(json: &str) -> Option<String> {
        let condition: Condition = serde_json::from_str(json).expect("a condition");
        contradiction(&condition).map(str::to_owned)
    }

    #[test]
    fn one_fact_cannot_be_two_things() {
        for bad in [
            r#"{"all": [{"a.b": "x"}, {"a.b": "y"}]}"#,
            r#"{"all": [{"a.b": ["x", "y"]}, {"not": {"a.b": ["y", "x", "z"]}}]}"#,
            r#"{"all": [{"a.b": {"gt": 5}}, {"a.b": {"le": 5}}]}"#,
            r#"{"all": [{"a.b": 3}, {"a.b": {"ge": 5}}]}"#,
            r#"{"all": [{"a.b": {"known": false}}, {"a.b": 3}]}"#,
            r#"{"all": [{"a.b": {"since": "2.0"}}, {"a.b": {"before": "1.9"}}]}"#,
            r#"{"a.b": {"gt": {"fact": "a.b"}}}"#,
            r#"{"all": [{"c.d": 1}, {"any": [{"all": [{"a.b": 1}, {"a.b": 2}]}, {"all": [{"a.b": 3}, {"a.b": 4}]}]}]}"#,
            r#"{"not": {"any": [{"a.b": {"known": true}}, {"a.b": {"known": false}}]}}"#,
        ] {
            assert_eq!(found(bad).as_deref(), Some("a.b"), "{bad}");
        }
        for good in [
            r#"{"all": [{"a.b": ["x", "y"]}, {"a.b": ["y", "z"]}]}"#,
            r#"{"any": [{"a.b": "x"}, {"a.b": "y"}]}"#,
            r#"{"all": [{"a.b": {"ge": 5}}, {"a.b": {"le": 5}}]}"#,
            r#"{"all": [{"a.b": {"known": true}}, {"not": {"a.b": "x"}}]}"#,
            r#"{"all": [{"a.b": {"since": "1.0"}}, {"a.b": {"before": "2"}}]}"#,
            r#"{"not": {"all": [{"a.b": 1}, {"a.b": 2}]}}"#,
            r#"{"symptom": "s"}"#,
        ] {
            assert_eq!(found(good), None, "{good}");
        }
    }
}
