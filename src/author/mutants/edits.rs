//! What can be changed in a rule, one thing at a time.

use serde_json::json;

use super::patterns;
use crate::model::{Condition, Day, EvidenceItem, Prior, Rule, Validity, Weight};

/// A rule with one thing changed.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    /// Ids and numbers that name it whatever stands above it: `causes/token-expired/for/1: drop`.
    pub key: String,
    /// Where it is in the file, as a JSON pointer.
    pub route: String,
    /// What is changed, for people.
    pub what: String,
    /// What a case has to show to notice it.
    pub notice: Notice,
    /// The change itself.
    pub edit: Edit,
}

/// What would notice a change.
#[derive(Clone, Debug)]
pub(crate) enum Notice {
    /// A case of the cause at this number in which the condition (or nothing in particular) holds.
    Cause(usize, Option<Condition>),
    /// A case in which the structural condition of the rule holds.
    Structure(Condition),
    /// A text that the symptom at this number has to match.
    Match(usize, String),
    /// A text that the symptom at this number must not match.
    Reject(usize, String),
    /// An example with the facts of its captures.
    Facts(usize),
    /// A case on this day; of the cause, when there is one.
    On(Day, Option<usize>),
    /// A case in which both rules are recognised.
    Both(String),
    /// A text in which both symptoms match at the same place.
    BothSymptoms(usize, String),
}

/// A condition in a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spot {
    Rule,
    Requires(usize),
    For(usize, usize),
    Against(usize, usize),
    NotThis(usize, usize),
    Escalate(usize),
}

/// An interval of days in a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Span {
    Rule,
    Symptom(usize),
    Cause(usize),
    NotThis(usize, usize),
}

/// One change.
#[derive(Clone, Debug)]
pub(crate) enum Edit {
    /// The part of a condition at a path is negated.
    Negate(Spot, Vec<usize>),
    /// The part of a condition at a path is left out.
    Omit(Spot, Vec<usize>),
    /// A condition as a whole, or the item that hangs on it, is left out.
    Drop(Spot),
    Weigh(Spot, Weight),
    Expect(usize, Prior),
    DropStep(usize, usize),
    DropNotThis(usize, usize),
    DropYield(usize),
    DropSymptomYield(usize, usize),
    Pattern(usize, String),
    /// Two named groups fill each other's facts.
    Swap(usize, String, String),
    From(Span, Day),
    Until(Span, Day),
}

impl Edit {
    /// Whether the index has to know of it.
    pub(crate) fn concerns_index(&self) -> bool {
        matches!(
            self,
            Self::Pattern(..) | Self::Negate(Spot::Rule, _) | Self::Omit(Spot::Rule, _) | Self::Drop(Spot::Rule)
        )
    }

    /// Whether the change can alter what is recognised in a text: symptoms, facts and the rules considered.
    pub(crate) fn concerns_recognition(&self) -> bool {
        self.concerns_index()
            || matches!(
                self,
                Self::DropYield(_)
                    | Self::DropSymptomYield(..)
                    | Self::Swap(..)
                    | Self::From(Span::Rule | Span::Symptom(_), _)
                    | Self::Until(Span::Rule | Span::Symptom(_), _)
            )
    }

    /// The rule with the change made.
    pub(crate) fn applied(&self, rule: &Rule) -> Rule {
        let mut rule = rule.clone();
        self.apply(&mut rule);
        rule
    }

    fn apply(&self, rule: &mut Rule) -> Option<()> {
        match self {
            Self::Negate(spot, path) => edit_condition(condition_mut(rule, *spot)?, path, true),
            Self::Omit(spot, path) => edit_condition(condition_mut(rule, *spot)?, path, false),
            Self::Drop(Spot::Rule) => rule.when = None,
            Self::Drop(Spot::Requires(cause)) => rule.causes.get_mut(*cause)?.requires = None,
            Self::Drop(Spot::For(cause, item)) => drop_at(&mut rule.causes.get_mut(*cause)?.speaks_for, *item),
            Self::Drop(Spot::Against(cause, item)) => drop_at(&mut rule.causes.get_mut(*cause)?.against, *item),
            Self::Drop(Spot::NotThis(cause, line)) => {
                rule.causes.get_mut(*cause)?.not_this.get_mut(*line)?.when = None;
            }
            Self::Drop(Spot::Escalate(cause)) => rule.causes.get_mut(*cause)?.escalate = None,
            Self::Weigh(spot, weight) => item_mut(rule, *spot)?.weight = *weight,
            Self::Expect(cause, prior) => rule.causes.get_mut(*cause)?.prior = *prior,
            Self::DropStep(cause, step) => drop_at(&mut rule.causes.get_mut(*cause)?.remediation, *step),
            Self::DropNotThis(cause, line) => drop_at(&mut rule.causes.get_mut(*cause)?.not_this, *line),
            Self::DropYield(number) => drop_at(&mut rule.yields_to, *number),
            Self::DropSymptomYield(symptom, number) => {
                drop_at(&mut rule.symptoms.get_mut(*symptom)?.yields_to, *number);
            }
            Self::Pattern(symptom, pattern) => rule.symptoms.get_mut(*symptom)?.pattern.clone_from(pattern),
            Self::Swap(symptom, one, other) => {
                let captures = &mut rule.symptoms.get_mut(*symptom)?.captures;
                let (first, second) = (captures.remove(one)?, captures.remove(other)?);
                captures.insert(one.clone(), second);
                captures.insert(other.clone(), first);
            }
            Self::From(span, day) => valid_mut(rule, *span)?.from = Some(*day),
            Self::Until(span, day) => valid_mut(rule, *span)?.until = Some(*day),
        }
        Some(())
    }
}

fn drop_at<T>(list: &mut Vec<T>, at: usize) {
    if at < list.len() {
        list.remove(at);
    }
}

fn item_mut(rule: &mut Rule, spot: Spot) -> Option<&mut EvidenceItem> {
    match spot {
        Spot::For(cause, item) => rule.causes.get_mut(cause)?.speaks_for.get_mut(item),
        Spot::Against(cause, item) => rule.causes.get_mut(cause)?.against.get_mut(item),
        _ => None,
    }
}

fn condition_mut(rule: &mut Rule, spot: Spot) -> Option<&mut Condition> {
    match spot {
        Spot::Rule => rule.when.as_mut(),
        Spot::Requires(cause) => rule.causes.get_mut(cause)?.requires.as_mut(),
        Spot::For(..) | Spot::Against(..) => item_mut(rule, spot).map(|item| &mut item.when),
        Spot::NotThis(cause, line) => rule.causes.get_mut(cause)?.not_this.get_mut(line)?.when.as_mut(),
        Spot::Escalate(cause) => rule.causes.get_mut(cause)?.escalate.as_mut().map(|escalate| &mut escalate.when),
    }
}

fn valid_mut(rule: &mut Rule, span: Span) -> Option<&mut Validity> {
    match span {
        Span::Rule => Some(&mut rule.valid),
        Span::Symptom(symptom) => Some(&mut rule.symptoms.get_mut(symptom)?.valid),
        Span::Cause(cause) => Some(&mut rule.causes.get_mut(cause)?.valid),
        Span::NotThis(cause, line) => Some(&mut rule.causes.get_mut(cause)?.not_this.get_mut(line)?.valid),
    }
}

/// Negates the part at a path, or leaves it out.
fn edit_condition(condition: &mut Condition, path: &[usize], negate: bool) {
    let Some((first, rest)) = path.split_first() else {
        if negate {
            let inner = condition.clone();
            *condition = match inner {
                Condition::Not(part) => *part,
                other => Condition::Not(Box::new(other)),
            };
        }
        return;
    };
    match condition {
        Condition::All(parts) | Condition::Any(parts) => {
            if rest.is_empty() && !negate {
                drop_at(parts, *first);
            } else if let Some(part) = parts.get_mut(*first) {
                edit_condition(part, rest, negate);
            }
        }
        Condition::Not(part) => edit_condition(part, rest, negate),
        Condition::Symptom(_) | Condition::Fact { .. } => {}
    }
}

/// All changes of a rule, in the order of the file.
pub(crate) fn changes(rule: &Rule) -> Vec<Change> {
    let mut list = List { changes: Vec::new() };
    list.interval("", "", Span::Rule, rule.valid, None);
    if let Some(when) = &rule.when {
        list.condition("/when", "when", Spot::Rule, when, &|condition| Notice::Structure(condition.clone()));
    }
    for (number, symptom) in rule.symptoms.iter().enumerate() {
        let (route, key) = (format!("/symptoms/{number}"), format!("symptoms/{}", symptom.id));
        list.interval(&route, &key, Span::Symptom(number), symptom.valid, None);
        for loose in patterns::loosened(&symptom.pattern) {
            let notice = match loose.lost {
                Some(lost) => Notice::Match(number, lost),
                None => Notice::Reject(number, loose.what.clone()),
            };
            let edit = Edit::Pattern(number, loose.pattern);
            list.add(
                &format!("{route}/pattern"),
                &format!("{key}/pattern: {}", loose.what),
                loose.what.clone(),
                notice,
                edit,
            );
        }
        let groups: Vec<&String> = symptom.captures.keys().collect();
        for pair in groups.windows(2) {
            let [one, other] = pair else { continue };
            let edit = Edit::Swap(number, (*one).clone(), (*other).clone());
            let what = format!("swap captures `{one}` and `{other}`");
            list.add(
                &format!("{route}/captures"),
                &format!("{key}/captures: swap {one} {other}"),
                what,
                Notice::Facts(number),
                edit,
            );
        }
        for (at, other) in symptom.yields_to.iter().enumerate() {
            let notice = Notice::BothSymptoms(number, other.clone());
            let what = format!("drop `yields_to: {other}`");
            let edit = Edit::DropSymptomYield(number, at);
            list.add(&format!("{route}/yields_to/{at}"), &format!("{key}/yields_to/{other}: drop"), what, notice, edit);
        }
    }
    for (number, cause) in rule.causes.iter().enumerate() {
        let service = cause.service.as_ref().map(|service| format!("@{service}")).unwrap_or_default();
        let (route, key) = (format!("/causes/{number}"), format!("causes/{}{service}", cause.id));
        list.cause(number, cause, &route, &key);
    }
    for (at, other) in rule.yields_to.iter().enumerate() {
        let what = format!("drop `yields_to: {other}`");
        list.add(
            &format!("/yields_to/{at}"),
            &format!("yields_to/{other}: drop"),
            what,
            Notice::Both(other.clone()),
            Edit::DropYield(at),
        );
    }
    list.changes
}

struct List {
    changes: Vec<Change>,
}

impl List {
    fn add(&mut self, route: &str, key: &str, what: String, notice: Notice, edit: Edit) {
        self.changes.push(Change { key: key.to_owned(), route: route.to_owned(), what, notice, edit });
    }

    fn cause(&mut self, number: usize, cause: &crate::model::Cause, route: &str, key: &str) {
        let plain = || Notice::Cause(number, None);
        for prior in neighbours(&PRIORS, cause.prior) {
            let what = format!("prior {} instead of {}", json!(prior), json!(cause.prior)).replace('"', "`");
            let to = json!(prior).to_string().replace('"', "");
            self.add(
                &format!("{route}/prior"),
                &format!("{key}/prior: {to}"),
                what,
                plain(),
                Edit::Expect(number, prior),
            );
        }
        self.interval(route, key, Span::Cause(number), cause.valid, Some(number));
        let of_cause = |condition: &Condition| Notice::Cause(number, Some(condition.clone()));
        if let Some(requires) = &cause.requires {
            let refused = Notice::Cause(number, Some(Condition::Not(Box::new(requires.clone()))));
            let (route, key) = (format!("{route}/requires"), format!("{key}/requires"));
            let edit = Edit::Drop(Spot::Requires(number));
            self.add(&route, &format!("{key}: drop"), "drop `requires`".to_owned(), refused, edit);
            self.condition(&route, &key, Spot::Requires(number), requires, &|condition| {
                Notice::Cause(number, Some(Condition::Not(Box::new(condition.clone()))))
            });
        }
        for (side, items) in [("for", &cause.speaks_for), ("against", &cause.against)] {
            for (at, item) in items.iter().enumerate() {
                let spot = if side == "for" { Spot::For(number, at) } else { Spot::Against(number, at) };
                let (route, key) = (format!("{route}/{side}/{at}"), format!("{key}/{side}/{at}"));
                let shown = shown(&item.when);
                let notice = of_cause(&item.when);
                self.add(
                    &route,
                    &format!("{key}: drop"),
                    format!("drop `{side}` {shown}"),
                    notice.clone(),
                    Edit::Drop(spot),
                );
                for weight in neighbours(&WEIGHTS, item.weight) {
                    let what = format!("{} instead of {} for {shown}", json!(weight), json!(item.weight));
                    let to = json!(weight).to_string().replace('"', "");
                    self.add(
                        &route,
                        &format!("{key}: {to}"),
                        what.replace('"', "`"),
                        notice.clone(),
                        Edit::Weigh(spot, weight),
                    );
                }
                self.condition(&format!("{route}/when"), &key, spot, &item.when, &of_cause);
            }
        }
        for (at, step) in cause.remediation.iter().enumerate() {
            let (route, key) = (format!("{route}/remediation/{at}"), format!("{key}/remediation/{step}: drop"));
            self.add(&route, &key, format!("drop the step `{step}`"), plain(), Edit::DropStep(number, at));
        }
        for (at, line) in cause.not_this.iter().enumerate() {
            let (route, key) = (format!("{route}/not_this/{at}"), format!("{key}/not_this/{at}"));
            let notice = Notice::Cause(number, line.when.clone());
            let what = format!("drop `not_this` {:?}", line.advice);
            self.add(&route, &format!("{key}: drop"), what, notice, Edit::DropNotThis(number, at));
            self.interval(&route, &key, Span::NotThis(number, at), line.valid, Some(number));
            if let Some(when) = &line.when {
                self.condition(&format!("{route}/when"), &key, Spot::NotThis(number, at), when, &of_cause);
            }
        }
        if let Some(escalate) = &cause.escalate {
            let (route, key) = (format!("{route}/escalate"), format!("{key}/escalate"));
            let edit = Edit::Drop(Spot::Escalate(number));
            self.add(&route, &format!("{key}: drop"), "drop `escalate`".to_owned(), of_cause(&escalate.when), edit);
            self.condition(&format!("{route}/when"), &key, Spot::Escalate(number), &escalate.when, &of_cause);
        }
    }

    /// Every edge a day later and a day earlier.
    fn interval(&mut self, route: &str, key: &str, span: Span, valid: Validity, cause: Option<usize>) {
        let slash = if key.is_empty() { "" } else { "/" };
        if let Some(day) = valid.from {
            let place = format!("{route}/valid/from");
            let notice = |day| Notice::On(day, cause);
            self.add(
                &place,
                &format!("{key}{slash}valid/from: later"),
                format!("from {} instead of {day}", day.next()),
                notice(day),
                Edit::From(span, day.next()),
            );
            let before = day.previous();
            self.add(
                &place,
                &format!("{key}{slash}valid/from: earlier"),
                format!("from {before} instead of {day}"),
                notice(before),
                Edit::From(span, before),
            );
        }
        if let Some(day) = valid.until {
            let place = format!("{route}/valid/until");
            let notice = |day| Notice::On(day, cause);
            self.add(
                &place,
                &format!("{key}{slash}valid/until: later"),
                format!("until {} instead of {day}", day.next()),
                notice(day),
                Edit::Until(span, day.next()),
            );
            let before = day.previous();
            self.add(
                &place,
                &format!("{key}{slash}valid/until: earlier"),
                format!("until {before} instead of {day}"),
                notice(before),
                Edit::Until(span, before),
            );
        }
    }

    /// Parts of a condition negated, and left out where others remain.
    fn condition(
        &mut self,
        route: &str,
        key: &str,
        spot: Spot,
        condition: &Condition,
        notice: &dyn Fn(&Condition) -> Notice,
    ) {
        let mut stack: Vec<(Vec<usize>, &Condition)> = vec![(Vec::new(), condition)];
        while let Some((path, part)) = stack.pop() {
            let at: Vec<String> = path.iter().map(usize::to_string).collect();
            let at = if at.is_empty() { String::new() } else { format!(" {}", at.join(".")) };
            match part {
                Condition::All(parts) | Condition::Any(parts) => {
                    for (number, inner) in parts.iter().enumerate().rev() {
                        let below = [path.as_slice(), &[number]].concat();
                        if parts.len() > 1 {
                            let what = format!("leave out {} in {}", shown(inner), shown(part));
                            let key = format!("{key}: omit{at} {number}");
                            self.add(
                                route,
                                &key,
                                what,
                                notice(&told_apart(part, number)),
                                Edit::Omit(spot, below.clone()),
                            );
                        }
                        stack.push((below, inner));
                    }
                }
                Condition::Not(inner) => stack.push(([path.as_slice(), &[0]].concat(), inner)),
                Condition::Symptom(_) | Condition::Fact { .. } => {
                    let what = format!("negate {}", shown(part));
                    self.add(route, &format!("{key}: negate{at}"), what, notice(condition), Edit::Negate(spot, path));
                }
            }
        }
    }
}

/// A condition under which leaving out one part makes a difference: for `all` the others hold and it does not, for
/// `any` it alone holds.
fn told_apart(condition: &Condition, number: usize) -> Condition {
    let negated = |part: &Condition| Condition::Not(Box::new(part.clone()));
    match condition {
        Condition::All(parts) => Condition::All(
            parts
                .iter()
                .enumerate()
                .map(|(at, part)| if at == number { negated(part) } else { part.clone() })
                .collect(),
        ),
        Condition::Any(parts) => Condition::All(
            parts
                .iter()
                .enumerate()
                .map(|(at, part)| if at == number { part.clone() } else { negated(part) })
                .collect(),
        ),
        other => other.clone(),
    }
}

const WEIGHTS: [Weight; 4] = [Weight::Weak, Weight::Moderate, Weight::Strong, Weight::Decisive];

const PRIORS: [Prior; 4] = [Prior::Rare, Prior::Occasional, Prior::Common, Prior::Usual];

/// The classes next to one.
fn neighbours<T: Copy + PartialEq>(classes: &[T], one: T) -> Vec<T> {
    let Some(at) = classes.iter().position(|class| *class == one) else { return Vec::new() };
    [at.checked_sub(1), at.checked_add(1)].into_iter().flatten().filter_map(|at| classes.get(at).copied()).collect()
}

/// A condition as it is written in one line.
pub(crate) fn shown(condition: &Condition) -> String {
    serde_json::to_string(condition).unwrap_or_default()
}
