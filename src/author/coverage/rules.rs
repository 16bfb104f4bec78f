//! What every rule needs: a case that it concludes, one that it must not conclude, one that a rival wins.

use super::Ledger;
use crate::model::{Layer, Rule};

/// Counts the three cases of every rule.
pub(super) fn count(ledger: &mut Ledger<'_>) {
    ledger.kind(
        "concluding",
        "each rule has a case that ends with one of its causes concluded, or likely where only what people say recognises it",
    );
    each(ledger, |ledger, number, rule| {
        // Words of people alone never conclude (decision 0002): likely is as far as such a rule can come.
        let (cases, verdict) =
            if concludes(rule) { (&ledger.seen.concluded, "concluded") } else { (&ledger.seen.likely, "likely") };
        let covered = cases.iter().any(|(of, _)| *of == number);
        (
            covered,
            "concludes nothing in any case",
            format!("a case of `{}` with `expect: {{verdict: {verdict}}}`", rule.id),
        )
    });
    ledger.kind("near misses", "each rule has a case in which it is considered and must not conclude");
    each(ledger, |ledger, number, rule| {
        let add =
            format!("a case like those of `{}` without what decides, with `not_first` or another verdict", rule.id);
        (ledger.seen.near.contains(&number), "has no near miss", add)
    });
    ledger.kind("rivals", "each rule has a case in which two of its causes compete or a cause of another rule wins");
    each(ledger, |ledger, number, rule| {
        let first = ledger.seen.first.iter().filter(|(of, _)| *of == number).count();
        let covered = first > 1 || ledger.seen.beaten.contains(&number);
        (covered, "has no rival case", format!("a case in which `{}` is considered and a rival comes first", rule.id))
    });
}

/// Whether something recognises a rule firmly enough to conclude: a text that software prints, or structure.
fn concludes(rule: &Rule) -> bool {
    rule.when.is_some() || rule.symptoms.iter().any(|symptom| symptom.layer == Layer::Decisive)
}

fn each(ledger: &mut Ledger<'_>, check: impl Fn(&Ledger<'_>, usize, &Rule) -> (bool, &'static str, String)) {
    let shop = ledger.shop;
    for (number, file, rule) in shop.rules() {
        let (covered, what, add) = check(ledger, number, rule);
        ledger.count(file, "/id", covered, || (format!("`{}` {what}", rule.id), add));
    }
}
