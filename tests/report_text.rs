//! Rule text: what expressions can say, and what people's values cannot do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

use std::collections::BTreeMap;

use hf_doctor::model::{FactValue, Scalar};
use hf_doctor::report::text::{Facts, Scope, expand};

/// Facts for the tests: a few documented values, and account facts given by each test.
struct Known(BTreeMap<&'static str, Scalar>);

impl Facts for Known {
    fn platform(&self, id: &str) -> Option<FactValue> {
        match id {
            "zerogpu.daily_quota_minutes.pro" => Some(FactValue::One(40.0.into())),
            "inference.monthly_credits_usd.free" => Some(FactValue::One(Scalar::Text("0.10".to_owned()))),
            "token.permissions" => Some(FactValue::Many(vec!["read `repos`".into(), "write".into()])),
            _ => None,
        }
    }

    fn account(&self, id: &str) -> Option<Scalar> {
        self.0.get(id).cloned()
    }
}

fn known(facts: &[(&'static str, Scalar)]) -> Known {
    Known(facts.iter().cloned().collect())
}

fn ok(text: &str, facts: &[(&'static str, Scalar)]) -> String {
    let facts = known(facts);
    expand(text, &Scope::new(&facts)).expect("the text is right").into_owned()
}

fn wrong(text: &str) -> String {
    let facts = known(&[("repo.id", "a/b".into())]);
    expand(text, &Scope::new(&facts)).expect_err("the text is wrong").to_string()
}

#[test]
fn text_without_expressions_is_returned_as_it_is() {
    let facts = known(&[]);
    let scope = Scope::new(&facts);
    assert!(matches!(expand("a **b** } c", &scope), Ok(std::borrow::Cow::Borrowed("a **b** } c"))));
}

#[test]
fn facts_values_and_filters() {
    let facts = [("zerogpu.left_s", Scalar::Number(3900.0)), ("account.plan", "pro".into())];
    assert_eq!(ok("{{ fact('zerogpu.daily_quota_minutes.pro') }} minutes", &facts), "40 minutes");
    assert_eq!(ok("{{ fact('zerogpu.daily_quota_minutes.' ~ value('account.plan')) }}", &facts), "40");
    assert_eq!(ok("{{ fact('inference.monthly_credits_usd.free')|usd }}", &facts), "$0.10");
    assert_eq!(ok("{{ fact('token.permissions') }}", &facts), "read `repos`, write");
    assert_eq!(ok("{{ value('zerogpu.left_s')|duration }}", &facts), "1 h 5 min");
    assert_eq!(ok("{{ value('zerogpu.left_s') - 3840 }} s", &facts), "60 s");
    assert_eq!(ok("{{ value('no.such', 'some')|duration }}", &facts), "some");
    assert_eq!(ok("{{ 'PRO' if known('account.plan') and value('account.plan') == 'pro' else '?' }}", &facts), "PRO");
    assert_eq!(ok("{{ 'a' if known('x.y') else '`b`' }}", &facts), "`b`");
    assert_eq!(ok("{{ 14|days }}", &facts), "14 days");
}

#[test]
fn used_facts_are_recorded() {
    let facts = known(&[("account.plan", "pro".into())]);
    let scope = Scope::new(&facts);
    let text = "{{ fact('zerogpu.daily_quota_minutes.pro') }} {{ fact('no.such', 'x') }} {{ known('a.b') }} {{ value('account.plan') }}";
    assert_eq!(expand(text, &scope).expect("the text is right"), "40 x false pro");
    assert_eq!(scope.platform_used(), ["zerogpu.daily_quota_minutes.pro"]);
    assert_eq!(scope.account_used(), ["a.b", "account.plan"]);
}

#[test]
fn account_values_cannot_become_markup() {
    let hostile = "[x](javascript:a) <b> `c` *d* # e\u{202e}\u{1b}[31m\nhttps://evil.example";
    let facts = [("repo.id", Scalar::from(hostile))];
    assert_eq!(
        ok("{{ value('repo.id') }}", &facts),
        "\\[x\\]\\(javascript:a\\) \\<b\\> \\`c\\` \\*d\\* \\# e\\\\x1b\\[31m https\\://evil.example"
    );
    // A literal next to it is escaped with it; that is ugly, not dangerous.
    assert_eq!(ok("{{ '*' ~ value('repo.id')|join('') }}", &[("repo.id", "a_b".into())]), "\\*a\\_b");
    for text in [
        "{{ value('repo.id') }}",
        "# {{ value('repo.id') }}",
        "- {{ value('repo.id') }}",
        "`{{ value('repo.id') }}`",
        "a\n{{ value('repo.id') }}",
    ] {
        let html = hf_doctor::report::markdown::to_html(&ok(text, &facts), &["evil.example"]);
        assert!(!html.contains("<a") && !html.contains("<b") && !html.contains("<em"), "{html}");
    }
}

#[test]
fn values_inside_code_keep_their_letters() {
    let facts = [("repo.id", Scalar::from("meta-llama/a_b`c"))];
    assert_eq!(
        ok("`{{ value('repo.id') }}` {{ value('repo.id') }}", &facts),
        "`meta-llama/a_b'c` meta-llama/a\\_b\\`c"
    );
    assert_eq!(ok("{{ 'x' }} ``{{ 'y' }} {{ value('repo.id') }}``", &facts), "x ``y meta-llama/a_b'c``");
    assert_eq!(
        ok("```\n{{ value('repo.id') }}\n```\n\n{{ value('repo.id') }}", &facts),
        "```\nmeta-llama/a_b'c\n```\n\nmeta-llama/a\\_b\\`c"
    );
}

#[test]
fn mistakes_name_their_line() {
    let cases = [
        "a\n{% if x %}",
        "{# note #}",
        "a\n\n{{ value('no.such') }}",
        "{{ fact('no.such') }}",
        "{{ nothing }}",
        "{{ x.y }}",
        "a\n{{ value('repo.id' }}",
        "a {{ value('repo.id')",
        "{{ value('repo.id')|upper }}",
        "{{ environ('HOME') }}",
        "{{ 'x' * 100000 }}",
    ];
    let messages: Vec<String> = cases.iter().map(|text| wrong(text)).collect();
    insta::assert_snapshot!(messages.join("\n"));
}

#[test]
fn long_texts_and_long_runs_are_refused() {
    assert_eq!(wrong(&format!("{}{{{{ 1 }}}}", "x".repeat(17_000))), "line 1: the text is longer than 16 KiB");
    let deep = format!("{{{{ {} }}}}", vec!["1"; 7_000].join("+"));
    assert_eq!(wrong(&deep), "line 1: an expression is longer than 500 bytes");
    let nested = format!("{{{{ {}1{} }}}}", "(".repeat(240), ")".repeat(240));
    assert!(wrong(&nested).contains("recursion"), "{}", wrong(&nested));
}
