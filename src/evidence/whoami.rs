//! The answer of `whoami-v2` as facts about account, organisations and token.
//!
//! Unknown is not false: a field that is missing or has another type says nothing, and the person is told so.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use super::facts::kind_of;
use super::redact::{Kind, Redactor};
use crate::model::{Day, Observation, Scalar, Trust};

/// Permission "Make calls to Inference Providers".
const INFERENCE: &str = "inference.serverless.write";
/// Permission to read billing usage.
const BILLING: &str = "user.billing.read";

/// Facts out of one answer, and what could not be read.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// Facts, as the server states them.
    pub observations: Vec<Observation>,
    /// Fields that were left out of account, with the reason.
    pub warnings: Vec<String>,
}

/// Tells the redactor every name in the answer.
pub fn identities(whoami: &Map<String, Value>, redactor: &mut Redactor) {
    let texts = |map: &Map<String, Value>, keys: &[&str]| -> Vec<String> {
        keys.iter().filter_map(|key| map.get(*key)?.as_str().map(str::to_owned)).collect()
    };
    let names = texts(whoami, &["name", "fullname", "preferred_username", "id"]);
    redactor.identity(Kind::User, names.iter().map(String::as_str));
    let emails = texts(whoami, &["email"]);
    redactor.identity(Kind::Email, emails.iter().map(String::as_str));
    for org in whoami.get("orgs").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object) {
        let names = texts(org, &["name", "fullname", "preferred_username", "id"]);
        redactor.identity(Kind::Org, names.iter().map(String::as_str));
        let emails = texts(org, &["email"]);
        redactor.identity(Kind::Email, emails.iter().map(String::as_str));
    }
    let auth = whoami.get("auth").and_then(Value::as_object);
    if let Some(token) = auth.and_then(|auth| auth.get("accessToken")).and_then(Value::as_object) {
        let names = texts(token, &["displayName"]);
        redactor.identity(Kind::Secret, names.iter().map(String::as_str));
    }
}

/// Reads one answer. `day` is the day of the incident, for what expires.
#[must_use]
pub fn read(whoami: &Map<String, Value>, from: &str, day: Option<Day>) -> Account {
    let mut reader = Reader { from, account: Account::default() };
    reader.account_facts(whoami);
    let paid = reader.organisations(whoami);
    // The plan of the account itself; what an organisation pays for is another fact.
    match reader.flag(whoami, &["isPro", "is_pro"]) {
        Some(true) => reader.push("account.plan", "pro"),
        Some(false) if paid != Some(true) => reader.push("account.plan", "free"),
        _ => {}
    }
    match whoami.get("auth") {
        None => {}
        Some(Value::Object(auth)) => reader.token(auth, whoami, day),
        Some(other) => reader.odd("auth", "a mapping", other),
    }
    reader.account
}

struct Reader<'a> {
    from: &'a str,
    account: Account,
}

impl Reader<'_> {
    fn push(&mut self, fact: &str, value: impl Into<Scalar>) {
        self.account.observations.push(Observation {
            fact: fact.to_owned(),
            value: value.into(),
            from: self.from.to_owned(),
            trust: Trust::Server,
        });
    }

    fn odd(&mut self, field: &str, wanted: &str, value: &Value) {
        self.account.warnings.push(format!(
            "`{field}` in {} is {}, not {wanted}; it is taken as unknown",
            self.from,
            kind_of(value)
        ));
    }

    /// A boolean field under its first name that is there.
    fn flag(&mut self, map: &Map<String, Value>, names: &[&str]) -> Option<bool> {
        let (name, value) = names.iter().find_map(|name| map.get(*name).map(|value| (*name, value)))?;
        if let Value::Bool(value) = value {
            return Some(*value);
        }
        self.odd(name, "true or false", value);
        None
    }

    fn account_facts(&mut self, whoami: &Map<String, Value>) {
        match whoami.get("type") {
            None => {}
            Some(Value::String(kind)) if matches!(kind.as_str(), "user" | "org" | "app") => {
                self.push("account.type", kind.as_str());
            }
            Some(other) => self.odd("type", "`user`, `org` or `app`", other),
        }
        if let Some(value) = self.flag(whoami, &["emailVerified", "email_verified"]) {
            self.push("account.email_verified", value);
        }
        if let Some(value) = self.flag(whoami, &["canPay", "can_pay"]) {
            self.push("account.can_pay", value);
        }
        match whoami.get("billingMode").or_else(|| whoami.get("billing_mode")) {
            None => {}
            Some(Value::String(mode)) if matches!(mode.as_str(), "prepaid" | "postpaid") => {
                self.push("account.billing_mode", mode.as_str());
            }
            Some(other) => self.odd("billingMode", "`prepaid` or `postpaid`", other),
        }
        match whoami.get("periodEnd").or_else(|| whoami.get("period_end")) {
            None | Some(Value::Null) => {}
            Some(value) => match value.as_i64().and_then(day_of_second) {
                Some(day) => self.push("account.period_end", day.to_string()),
                None => self.odd("periodEnd", "a time in seconds", value),
            },
        }
    }

    /// Facts about organisations; returns whether one of them is on a paid plan.
    fn organisations(&mut self, whoami: &Map<String, Value>) -> Option<bool> {
        let list = match whoami.get("orgs")? {
            Value::Array(list) => list,
            other => {
                self.odd("orgs", "a list", other);
                return None;
            }
        };
        let (mut roles, mut plans, mut restrictions) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let (mut paid, mut pays) = (Some(false), Vec::new());
        for org in list {
            let Some(org) = org.as_object() else {
                self.odd("orgs[]", "a mapping", org);
                paid = paid.filter(|paid| *paid);
                continue;
            };
            if let Some(role) = org.get("roleInOrg").or_else(|| org.get("role_in_org")).and_then(Value::as_str) {
                roles.insert(word(role));
            }
            let plan = org.get("plan").and_then(Value::as_str).filter(|plan| !plan.is_empty() && *plan != "free");
            if let Some(plan) = plan {
                plans.insert(word(plan));
            }
            let enterprise = self.flag(org, &["isEnterprise", "is_enterprise"]) == Some(true);
            if plan.is_some() || enterprise {
                paid = Some(true);
            }
            let unmet = org.get("securityRestrictions").or_else(|| org.get("security_restrictions"));
            restrictions
                .extend(unmet.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).map(word));
            pays.push(self.flag(org, &["canPay", "can_pay"]));
        }
        if let Some(paid) = paid {
            self.push("account.in_paid_org", paid);
        }
        if pays.contains(&Some(true)) {
            self.push("org.can_pay", true);
        } else if !pays.is_empty() && pays.iter().all(|pay| *pay == Some(false)) {
            self.push("org.can_pay", false);
        }
        for (fact, values) in [("org.roles", roles), ("org.plans", plans), ("org.security_restrictions", restrictions)]
        {
            if !values.is_empty() {
                let joined: Vec<String> = values.into_iter().take(20).collect();
                self.push(fact, joined.join(", "));
            }
        }
        paid
    }

    fn token(&mut self, auth: &Map<String, Value>, whoami: &Map<String, Value>, day: Option<Day>) {
        self.expiry(auth, day);
        let kind = auth.get("type").and_then(Value::as_str).unwrap_or_default();
        if kind.contains("oauth") {
            self.push("token.kind", "oauth");
            return;
        }
        let Some(token) = auth.get("accessToken") else { return };
        let Some(token) = token.as_object() else {
            self.odd("auth.accessToken", "a mapping", token);
            return;
        };
        match token.get("role") {
            Some(Value::String(role)) if matches!(role.as_str(), "read" | "write") => {
                self.push("token.kind", role.as_str());
                // A token with a role has every permission of that role; only fine-grained ones have boxes to tick.
                for fact in ["token.inference_permission", "token.gated_permission", "token.billing_read_permission"] {
                    self.push(fact, true);
                }
            }
            Some(Value::String(role)) if role == "fineGrained" => {
                self.push("token.kind", "fine-grained");
                match token.get("fineGrained") {
                    Some(Value::Object(scopes)) => self.fine_grained(scopes, whoami),
                    Some(other) => self.odd("auth.accessToken.fineGrained", "a mapping", other),
                    None => {}
                }
            }
            Some(other) => self.odd("auth.accessToken.role", "`read`, `write` or `fineGrained`", other),
            None => {}
        }
    }

    fn fine_grained(&mut self, scopes: &Map<String, Value>, whoami: &Map<String, Value>) {
        if let Some(gated) = self.flag(scopes, &["canReadGatedRepos"]) {
            self.push("token.gated_permission", gated);
        }
        let global = match scopes.get("global") {
            None => Vec::new(),
            Some(Value::Array(list)) => permissions(list),
            Some(other) => return self.odd("fineGrained.global", "a list", other),
        };
        let scoped = match scopes.get("scoped") {
            None => &Vec::new(),
            Some(Value::Array(list)) => list,
            Some(other) => return self.odd("fineGrained.scoped", "a list", other),
        };
        let (mut own, mut of_org): (Vec<&str>, Option<Vec<&str>>) = (Vec::new(), None);
        for entry in scoped {
            let entity = entry.get("entity").and_then(Value::as_object);
            let kind = entity.and_then(|entity| entity.get("type")).and_then(Value::as_str);
            let name = entity.and_then(|entity| entity.get("name")).and_then(Value::as_str);
            let granted = entry.get("permissions").and_then(Value::as_array).map(|list| permissions(list));
            let granted = granted.unwrap_or_default();
            match kind {
                Some("user") if name.is_none() || name == whoami.get("name").and_then(Value::as_str) => {
                    own.extend(granted)
                }
                Some("org") => of_org.get_or_insert_default().extend(granted),
                _ => {}
            }
        }
        let has = |permission: &str| global.contains(&permission) || own.contains(&permission);
        self.push("token.inference_permission", has(INFERENCE));
        self.push("token.billing_read_permission", has(BILLING));
        // Without any organisation the question does not arise, so nothing is said.
        let orgs = whoami.get("orgs").and_then(Value::as_array).is_some_and(|orgs| !orgs.is_empty());
        if of_org.is_some() || orgs {
            let granted = of_org.unwrap_or_default().contains(&INFERENCE) || global.contains(&INFERENCE);
            self.push("token.org_inference_permission", granted);
        }
    }

    fn expiry(&mut self, auth: &Map<String, Value>, day: Option<Day>) {
        let Some(value) = auth.get("expiresAt").filter(|value| !value.is_null()) else { return };
        let end = value.as_str().and_then(|text| text.parse::<Timestamp>().ok()).and_then(day_of);
        let Some(end) = end else { return self.odd("auth.expiresAt", "a time", value) };
        // On the day itself the hour would decide, and the incident has none.
        match day {
            Some(day) if end < day => self.push("token.expired", true),
            Some(day) if end > day => self.push("token.expired", false),
            _ => {}
        }
    }
}

fn permissions(list: &[Value]) -> Vec<&str> {
    list.iter().filter_map(Value::as_str).collect()
}

/// A short word of the platform, without anything a person could have typed.
fn word(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).take(24).collect()
}

fn day_of_second(second: i64) -> Option<Day> {
    day_of(Timestamp::from_second(second).ok()?)
}

fn day_of(time: Timestamp) -> Option<Day> {
    let date = time.to_zoned(TimeZone::UTC).date();
    Day::new(date.year(), date.month(), date.day()).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::read;
    use crate::model::Day;

    fn facts(value: &Value) -> (Vec<String>, Vec<String>) {
        let account = read(value.as_object().unwrap(), "whoami.json", Some(Day::new(2026, 8, 1).unwrap()));
        let facts = account.observations.iter().map(|o| format!("{}={}", o.fact, o.value)).collect();
        (facts, account.warnings)
    }

    #[test]
    fn a_free_account_with_a_fine_grained_token() {
        let (facts, warnings) = facts(&json!({
            "type": "user", "name": "zed-example", "isPro": false, "canPay": false, "billingMode": "prepaid",
            "periodEnd": 1_785_542_400, "emailVerified": true,
            "orgs": [{"name": "some-club", "roleInOrg": "admin", "canPay": false, "securityRestrictions": ["mfa", "sso"]}],
            "auth": {"type": "access_token", "expiresAt": "2026-07-01T00:00:00Z", "accessToken": {
                "displayName": "laptop", "role": "fineGrained", "fineGrained": {
                    "canReadGatedRepos": false, "global": ["discussion.write"],
                    "scoped": [{"entity": {"type": "user", "name": "zed-example"}, "permissions": ["repo.write"]},
                        {"entity": {"type": "org", "name": "some-club"}, "permissions": ["inference.serverless.write"]}]}}}
        }));
        assert!(warnings.is_empty(), "{warnings:?}");
        for fact in [
            "account.type=user",
            "account.plan=free",
            "account.can_pay=false",
            "account.billing_mode=prepaid",
            "account.period_end=2026-08-01",
            "account.in_paid_org=false",
            "org.roles=admin",
            "org.can_pay=false",
            "org.security_restrictions=mfa, sso",
            "token.kind=fine-grained",
            "token.gated_permission=false",
            "token.inference_permission=false",
            "token.org_inference_permission=true",
            "token.expired=true",
            "token.billing_read_permission=false",
        ] {
            assert!(facts.iter().any(|f| f == fact), "{fact} in {facts:?}");
        }
    }

    #[test]
    fn roles_have_all_permissions_and_paid_orgs_leave_the_plan_open() {
        let (facts, _) = facts(&json!({"type": "user", "isPro": false, "orgs": [{"plan": "team"}],
            "auth": {"type": "access_token", "accessToken": {"role": "read"}}}));
        assert!(facts.contains(&"account.in_paid_org=true".to_owned()));
        assert!(facts.contains(&"org.plans=team".to_owned()));
        assert!(facts.contains(&"token.inference_permission=true".to_owned()));
        assert!(!facts.iter().any(|fact| fact.starts_with("account.plan")));
    }

    #[test]
    fn unknown_is_not_false() {
        let (facts, warnings) =
            facts(&json!({"type": 3, "isPro": "false", "canPay": null, "orgs": {}, "periodEnd": "soon",
            "billingMode": 1, "auth": {"accessToken": {"role": "admin"}, "expiresAt": "tomorrow"}}));
        assert!(facts.is_empty(), "{facts:?}");
        assert_eq!(warnings.len(), 8, "{warnings:?}");
        let (facts, warnings) = super::tests::facts(&json!({}));
        assert!(facts.is_empty() && warnings.is_empty());
    }
}
