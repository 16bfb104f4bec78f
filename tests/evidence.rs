//! Reading evidence: whole inputs through the public interface.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

use hf_doctor::evidence::{EvidenceError, Hint, RawInput, Yaml, YamlRefusal, read, redact_text};
use hf_doctor::model::{Day, Evidence, Trust, Vocabulary};
use proptest::prelude::*;
use serde_json::{Value, json};

fn vocabulary() -> Vocabulary {
    serde_json::from_str(include_str!("evidence/vocabulary.json")).unwrap()
}

/// Stands in for the YAML reader: documents of these tests are written as JSON.
fn yaml(text: &str) -> Result<Yaml, Vec<YamlRefusal>> {
    match serde_json::from_str(text) {
        Ok(value) => Ok(Yaml { value, place: Box::new(|route| (!route.is_empty()).then_some((7, 3))) }),
        Err(error) => Err(vec![YamlRefusal {
            message: error.to_string(),
            line: Some(error.line()),
            column: Some(error.column()),
            help: None,
        }]),
    }
}

fn input(name: &str, bytes: impl Into<Vec<u8>>) -> RawInput {
    RawInput { name: name.to_owned(), bytes: bytes.into(), hint: Hint::Auto }
}

fn try_read(inputs: &[RawInput], sets: &[(&str, &str)]) -> Result<Evidence, Vec<EvidenceError>> {
    let sets: Vec<(String, String)> =
        sets.iter().map(|(fact, value)| ((*fact).to_owned(), (*value).to_owned())).collect();
    read(inputs, &sets, Some("2026-11-20".parse::<Day>().unwrap()), &vocabulary(), &yaml)
}

fn fact(evidence: &Evidence, name: &str) -> String {
    evidence.fact(name).map(|found| format!("{} from {}", found.value, found.from)).unwrap_or_default()
}

fn hf(body: &str) -> String {
    ["hf", "_", body].concat()
}

const BODY: &str = "QmZtRkLwXpVbNcYsDfGhJkTrPqWzEaUiOv";

#[test]
fn a_message_gives_status_address_and_what_follows() {
    let evidence = try_read(
        &[input("error.txt", "x\nhuggingface_hub.errors.HfHubHTTPError: 402 Client Error: Payment Required for url: https://router.huggingface.co/groq/openai/v1/chat/completions")],
        &[],
    )
    .unwrap();
    assert_eq!(fact(&evidence, "http.status"), "402 from error.txt:2");
    assert_eq!(fact(&evidence, "http.host"), "router.huggingface.co from error.txt:2");
    assert_eq!(fact(&evidence, "http.path"), "/groq/openai/v1/chat/completions from error.txt:2");
    assert_eq!(fact(&evidence, "inference.provider"), "groq from error.txt:2");
    assert_eq!(fact(&evidence, "client.name"), "huggingface_hub from error.txt:2");
    assert_eq!(fact(&evidence, "client.exception"), "HfHubHTTPError from error.txt:2");
    assert_eq!(evidence.parts[0].source, "error.txt");
    assert_eq!(evidence.inputs[0].read_as, "text");
    assert!(evidence.conflicts.is_empty() && evidence.warnings.is_empty());
}

#[test]
fn a_document_with_everything() {
    let token = hf(BODY);
    let document = json!({
        "observed": "2026-04-03",
        "text": format!("login {token}\n403 Forbidden: no"),
        "notes": "It fails on my side.",
        "http": {"status": 403, "headers": {"X-Error-Code": "GatedRepo", "x-error-message": "Access denied, really",
            "RateLimit": "\"api\";r=1;t=9"}, "body": "{\"error\":\"x\"}"},
        "account": {"plan": "PRO"},
        "billing": {"bill_to": "some-club"},
        "whoami": {"type": "user", "name": "zed-example", "isPro": false, "orgs": [{"name": "some-club"}]},
        "other": {"anything": [1, 2]},
    });
    let evidence = try_read(&[input("evidence.yaml", document.to_string())], &[]).unwrap();
    assert_eq!(evidence.observed.unwrap().to_string(), "2026-04-03");
    let sources: Vec<&str> = evidence.parts.iter().map(|part| part.source.as_str()).collect();
    assert_eq!(
        sources,
        [
            "evidence.yaml#text",
            "evidence.yaml#http.body",
            "evidence.yaml#http.headers.x-error-message",
            "evidence.yaml#notes"
        ]
    );
    assert_eq!(evidence.parts[0].text, "login <hf-token#1>\n403 Forbidden: no");
    assert_eq!(fact(&evidence, "http.error_code"), "GatedRepo from evidence.yaml#http.headers");
    assert_eq!(fact(&evidence, "ratelimit.remaining"), "1 from evidence.yaml#http.headers");
    assert_eq!(fact(&evidence, "billing.bill_to"), "<org#1> from evidence.yaml");
    assert_eq!(fact(&evidence, "account.plan"), "free from evidence.yaml#whoami");
    assert_eq!(evidence.conflicts.len(), 1, "{:?}", evidence.conflicts);
    assert_eq!(evidence.conflicts[0].fact, "account.plan");
    assert_eq!(evidence.redactions["hf-token"], 1);
    assert_eq!(evidence.inputs[0].read_as, "evidence");
}

#[test]
fn whoami_teaches_names_to_the_other_inputs() {
    let whoami = json!({"type": "user", "name": "zed-example", "fullname": "Zed Example", "email": "z@mail.example",
        "isPro": true, "canPay": true, "orgs": [{"name": "some-club", "fullname": "Some Club"}],
        "auth": {"type": "access_token", "accessToken": {"displayName": "zeds laptop", "role": "write"}}});
    let evidence = try_read(
        &[
            input(
                "log.txt",
                "403 for zed-example/model in some-club with token zeds laptop of Zed Example <z@mail.example>",
            ),
            input("whoami.json", whoami.to_string()),
        ],
        &[],
    )
    .unwrap();
    assert_eq!(
        evidence.parts[0].text,
        "403 for <user#1>/model in <org#1> with token <secret#1> of <user#1> <<email#1>>"
    );
    assert_eq!(fact(&evidence, "token.kind"), "write from whoami.json");
    assert_eq!(evidence.fact("account.plan").unwrap().trust, Trust::Server);
    let printed = format!("{evidence:?}");
    for name in ["zed-example", "Zed", "some-club", "laptop", "mail.example"] {
        assert!(!printed.contains(name), "{name}");
    }
}

#[test]
fn set_overrules_and_is_checked() {
    let message = || [input("e.txt", "402 Payment Required")];
    let evidence = try_read(&message(), &[("http.status", "404"), ("account.can_pay", "no")]).unwrap();
    assert_eq!(fact(&evidence, "http.status"), "404 from --set");
    assert_eq!(evidence.conflicts.len(), 1);
    assert!(evidence.conflicts[0].note.ends_with("what was set on the command line counts"));
    let errors =
        try_read(&message(), &[("acount.plan", "x"), ("account.plan", "gold"), ("http.status", "many")]).unwrap_err();
    let text: Vec<String> = errors.iter().map(|e| format!("{e} ({})", e.help.clone().unwrap_or_default())).collect();
    assert_eq!(text[0], "--set: there is no fact `acount.plan` (did you mean `account.plan`?)");
    assert_eq!(text[1], "--set: `account.plan` cannot be `gold` (allowed values: `free`, `pro`, `team`, `enterprise`)");
    assert!(text[2].contains("must be a whole number"));
}

#[test]
fn mistakes_come_all_at_once_with_places_and_without_secrets() {
    let token = hf(BODY);
    let errors = try_read(
        &[
            input("a.json", format!("{{\"http\": {{\n \"stauts\": 4,\n \"status\": 1, \"status\": 2}}, \"account\": {{\"plan\": \"{token}\"}}}}")),
            input("b.json", "{\"text\": nope"),
            input("c.png", b"\x89PNG\r\n\x1a\n".to_vec()),
            input(&format!("{token}\u{1b}[31m.yaml"), "{\"surface\": 1}"),
        ],
        &[],
    )
    .unwrap_err();
    let text: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(text[0], "a.json:3:2: `http.status` is given twice");
    assert!(text.iter().any(|t| t == "a.json:2:2: there is no fact `http.stauts`"), "{text:#?}");
    assert!(text.iter().any(|t| t.contains("`account.plan` cannot be `<hf-token#1>`")), "{text:#?}");
    assert!(text.iter().any(|t| t.starts_with("b.json:1:") && t.contains("not valid JSON")), "{text:#?}");
    assert!(text.iter().any(|t| t == "c.png: this looks like an image (PNG), not text"), "{text:#?}");
    assert!(
        text.iter().any(|t| t.ends_with(".yaml:1:2: `surface` must be one of its values, not a number")),
        "{text:#?}"
    );
    assert!(text.iter().all(|t| !t.contains(&token) && !t.contains('\u{1b}')), "{text:#?}");
}

#[test]
fn nothing_is_not_an_error() {
    for bytes in ["", " \n\t", "\u{1b}[0m\u{1b}[31m"] {
        let evidence = try_read(&[input("empty.txt", bytes)], &[]).unwrap();
        assert!(evidence.parts.is_empty() && evidence.facts.is_empty());
        assert_eq!(evidence.warnings, ["empty.txt is empty"]);
    }
    assert!(try_read(&[], &[]).unwrap().parts.is_empty());
}

#[test]
fn other_kinds_of_input() {
    let har = json!({"log": {"entries": [
        {"request": {"method": "POST", "url": "https://huggingface.co/api/repos/create"}, "response": {"status": 402,
            "headers": [{"name": "X-Error-Message", "value": "needs PRO"}], "content": {"text": "{\"error\":\"needs PRO\"}"}}},
        {"request": {"method": "GET", "url": "https://other.example/x"}, "response": {"status": 500, "headers": [], "content": {}}}]}});
    let evidence = try_read(&[input("a.har", har.to_string())], &[]).unwrap();
    assert_eq!(fact(&evidence, "http.status"), "402 from a.har");
    assert_eq!(fact(&evidence, "http.path"), "/api/repos/create from a.har");
    assert_eq!(evidence.parts.len(), 2);
    let evidence = try_read(&[input("stdin", "{\"error\": \"a \\\"b\\\" c\", \"statusCode\": 403}")], &[]).unwrap();
    assert_eq!(evidence.inputs[0].read_as, "json");
    assert_eq!(evidence.parts[0].text, "{\"error\": \"a \"b\" c\", \"statusCode\": 403}");
    assert_eq!(fact(&evidence, "http.status"), "403 from stdin:1");
    // Each sentence of a body is read as a line of its own.
    let body = "{\n \"msg\": \"x\\nRuntimeError: no\\n404 Client Error: y\",\n \"other\": \"403 Client Error: z\"\n}";
    let evidence = try_read(&[input("stdin", body)], &[]).unwrap();
    assert_eq!(fact(&evidence, "client.exception"), "RuntimeError from stdin:2");
    assert_eq!(fact(&evidence, "http.status"), "403 from stdin:3");
    let notes = RawInput { name: "--notes".to_owned(), bytes: b"text: HTTP 403".to_vec(), hint: Hint::Notes };
    let evidence = read(&[notes], &[], None, &vocabulary(), &yaml).unwrap();
    assert_eq!(evidence.fact("http.status").unwrap().trust, Trust::Told);
    let whoami = RawInput { name: "w".to_owned(), bytes: b"[1]".to_vec(), hint: Hint::Whoami };
    assert!(read(&[whoami], &[], None, &vocabulary(), &yaml).is_err());
}

#[test]
fn the_version_belongs_to_the_client() {
    let log = "huggingface_hub==0.30.1\ntransformers==4.41.2\n  File \"/x/site-packages/transformers/a.py\", line 1";
    let evidence = try_read(&[input("log", log)], &[]).unwrap();
    assert_eq!(fact(&evidence, "client.version"), "4.41.2 from log:2");
    let evidence = try_read(&[input("log", log)], &[("client.name", "huggingface_hub")]).unwrap();
    assert_eq!(fact(&evidence, "client.version"), "0.30.1 from log:1");
}

#[test]
fn what_terminals_and_collectors_add_goes_and_lines_stay() {
    let plain =
        "402 Client Error: Payment Required for url: https://huggingface.co/api/repos/create\nStatic Spaces are free";
    let lines: Vec<&str> = plain.lines().collect();
    for text in [
        lines.iter().map(|line| format!("\u{2502} {line} \u{2502}\n")).collect::<String>(),
        lines.iter().map(|line| format!("> {line}\r\n")).collect(),
        lines.iter().map(|line| format!("2026-01-02T03:04:05.678901234Z stderr F {line}\n")).collect(),
        lines.iter().map(|line| format!("\u{1b}[31m{line}\u{1b}[0m\n")).collect(),
        lines.iter().map(|line| format!(" 50%|##   | 1/2 [00:01<00:01, 1.0it/s]\r{line}\n")).collect(),
    ] {
        let evidence = try_read(&[input("log", text.as_bytes())], &[]).unwrap();
        assert_eq!(evidence.parts[0].text.trim_end(), plain, "{text:?}");
        assert_eq!(fact(&evidence, "http.status"), "402 from log:1");
    }
}

#[test]
fn dates_are_compared() {
    let document = json!({"observed": "2027-01-01", "whoami": {"isPro": true, "auth": {"type": "oauth", "expiresAt": "2026-12-01T00:00:00Z"}}});
    let evidence = try_read(&[input("e.yaml", document.to_string())], &[]).unwrap();
    assert_eq!(fact(&evidence, "token.expired"), "true from e.yaml#whoami");
    assert_eq!(fact(&evidence, "token.kind"), "oauth from e.yaml#whoami");
    assert!(evidence.warnings[0].contains("after the day of this report"));
}

#[test]
fn the_more_trusted_reading_counts_in_either_order() {
    let env =
        input("env.txt", "- huggingface_hub version: 1.2.3\n- Platform: Linux-6.1-x86_64\n- Python version: 3.11.7\n");
    // A status or a dump before what a path suggests.
    let frame =
        input("trace.txt", "  File \"/usr/lib/python3.9/site-packages/transformers/a.py\", line 1\nOSError: x\n");
    // What is printed before what is said.
    let said =
        RawInput { name: "notes".to_owned(), bytes: b"datasets 2.14 fails with HTTP 403".to_vec(), hint: Hint::Notes };
    let status = input("status.txt", "404 Client Error: Not Found for url: https://huggingface.co/a/b\n");
    for inputs in [[env.clone(), frame.clone(), said.clone(), status.clone()], [status, said, frame, env]] {
        let evidence = read(&inputs, &[], None, &vocabulary(), &yaml).unwrap();
        assert_eq!(fact(&evidence, "environment.python"), "3.11.7 from env.txt:3");
        assert_eq!(fact(&evidence, "client.name"), "transformers from trace.txt:1");
        assert_eq!(fact(&evidence, "http.status"), "404 from status.txt:1");
        assert_eq!(evidence.fact("environment.python").unwrap().trust, Trust::Status);
    }
}

#[test]
fn redact_text_knows_a_whoami_answer() {
    let (text, counts) =
        redact_text(br#"{"type": "user", "name": "zed-example", "isPro": false, "email": "z@mail.example"}"#).unwrap();
    assert_eq!(text, r#"{"type": "user", "name": "<user#1>", "isPro": false, "email": "<email#1>"}"#);
    assert_eq!(counts["email"], 1);
    assert!(redact_text(b"\x7FELF\0\0").is_err());
}

#[test]
fn hostile_sizes_are_read_in_time() {
    for text in [
        "A".repeat(3_000_000),
        "(".repeat(3_000_000),
        "\"".repeat(3_000_000),
        "\u{1b}]".repeat(1_000_000),
        "e.".repeat(1_000_000),
        "/home/".repeat(300_000),
        "a@".repeat(1_000_000),
        "=token".repeat(300_000),
        "Authorization:".repeat(200_000),
        "::".repeat(1_000_000),
        "hf_\n".repeat(500_000),
        "http://".repeat(300_000),
        "Bearer ".repeat(300_000),
        "?a=".repeat(500_000),
        "1.1.".repeat(500_000),
        "\r".repeat(2_000_000),
        "402 ".repeat(500_000),
        "eyJ".repeat(500_000),
        "[".repeat(1_000_000),
        "-----BEGIN PRIVATE KEY".repeat(20_000),
        "<a#".repeat(300_000),
    ] {
        let start = std::time::Instant::now();
        let evidence = try_read(&[input("big", text.as_bytes())], &[]);
        let took = start.elapsed();
        assert!(took.as_secs() < 20, "{:?} took {took:?}", &text[..6]);
        drop(evidence);
    }
}

/// Everything a secret may be wrapped in; `{}` is the secret.
const CONTEXTS: &[&str] = &[
    "{}",
    "x {} y",
    "\"{}\"",
    "'{}'",
    "`{}`",
    "<{}>",
    "[{}]",
    "({})",
    "**{}**",
    "{}.",
    "{},",
    "&quot;{}&quot;",
    "\\\"{}\\\"",
    "key: {}",
    "token={}",
    "token = \"{}\"",
    "Authorization: Bearer {}",
    "authorization: {}",
    "'authorization': 'Bearer {}'",
    "-H \"Authorization: Bearer {}\"",
    "Cookie: session={}; theme=dark",
    "Set-Cookie: token={}; Path=/",
    "x-ip-token: {}",
    "https://a.example/?token={}&limit=1",
    "https://zed:{}@huggingface.co/o/m",
    "api_key={}",
    "\"password\": \"{}\"",
    "SECRET={}",
    "--token {}",
    "export HF_TOKEN={}",
    "login(token=\"{}\", add=True)",
    "\u{1b}[31m{}\u{1b}[0m",
    "\u{2502} {} \u{2502}",
    "2026-01-01 INFO {}",
    "{}\r\n",
    "\u{201c}{}\u{201d}",
];

fn survives(output: &str, secret: &str) -> bool {
    let secret: Vec<char> = secret.chars().collect();
    secret.windows(8.min(secret.len())).any(|window| output.contains(&window.iter().collect::<String>()))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(ProptestConfig::default().cases.max(300)) })]

    #[test]
    fn no_token_survives(
        prefix in prop::sample::select(vec!["hf_", "hf_oauth_", "hf_jwt_", "api_org_", "sk-", "ghp_", "gsk_"]),
        body in "[A-Za-z0-9]{30,44}",
        context in prop::sample::select(CONTEXTS.to_vec()),
        before in "[ -~]{0,12}", after in "[ -~]{0,12}", wide in any::<bool>(),
    ) {
        let text = format!("{before} {} {after}\n", context.replace("{}", &format!("{prefix}{body}")));
        let bytes: Vec<u8> = if wide { [0xFEFFu16].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect() } else { text.into_bytes() };
        let (once, counts) = redact_text(&bytes).unwrap();
        prop_assert!(!survives(&once, &body), "{once}");
        prop_assert!(!counts.is_empty());
        let (twice, _) = redact_text(once.as_bytes()).unwrap();
        prop_assert_eq!(once, twice);
    }

    #[test]
    fn no_wrapped_token_survives(body in "[A-Za-z0-9]{34}", cut in 1usize..36, wrap in prop::sample::select(vec!["\n", "\r\n", "\\n", "\\r\\n", "\\\\n", "\n  ", " \u{2502}\n\u{2502} ", "\n> "])) {
        let token = hf(&body);
        let (head, tail) = token.split_at(cut);
        let (once, _) = redact_text(format!("use {head}{wrap}{tail}\nnext line").as_bytes()).unwrap();
        prop_assert!(!survives(&once.replace(['\n', ' ', '\u{2502}', '>'], ""), &body), "{once}");
        prop_assert!(once.ends_with("next line"), "{once}");
    }

    #[test]
    fn no_named_value_survives(
        value in "[A-Za-z0-9+/]{11,40}[0-9]",
        context in prop::sample::select(vec!["Authorization: Bearer {}", "Authorization: Basic {}", "Proxy-Authorization: {}", "{\"authorization\": \"Bearer {}\"}",
            "(b'authorization', b'Bearer {}')", "Cookie: a={}", "set-cookie: s={}; HttpOnly", "X-Custom-Token: {}", "x-ip-token: {}", "token={}",
            "?token={}&x=1", "api_key={}", "password={}", "client_secret={}", "\"api_key\": \"{}\"", "\"secret\":\"{}\"",
            "https://zed:{}@a.example/x", "https://a.example/b?X-Amz-Signature={}&X-Amz-Expires=60", "https://a.example/b?Signature={}&Key-Pair-Id=K2",
            "os.environ['WANDB_API_KEY'] = '{}'", "--password {}"]),
    ) {
        let value = value.replace('/', "x").replace('+', "y");
        let (once, _) = redact_text(context.replace("{}", &value).as_bytes()).unwrap();
        prop_assert!(!survives(&once, &value), "{once}");
        prop_assert_eq!(redact_text(once.as_bytes()).unwrap().0, once);
    }

    #[test]
    fn no_person_survives(
        user in "[a-z]{4,9}[0-9]{2}", domain in "[a-z]{3,8}\\.(com|org|co\\.uk)", ip in "(11|8[0-9]|19[0-1])\\.[1-9][0-9]\\.1[0-9]{2}\\.[1-9]",
        context in prop::sample::select(vec!["{}", "<{}>", "mail {}, thanks", "\"{}\"", "from {}: refused", "({})"]),
    ) {
        let email = format!("{user}@{domain}");
        let text = format!("{}\n{}\n/home/{user}/x C:\\Users\\{user}\\y\n", context.replace("{}", &email), context.replace("{}", &ip));
        let (once, _) = redact_text(text.as_bytes()).unwrap();
        prop_assert!(!once.contains(&user) && !once.contains(&ip), "{once}");
        prop_assert_eq!(redact_text(once.as_bytes()).unwrap().0, once);
    }

    #[test]
    fn masking_any_text_comes_to_rest(text in "[ -~\\n\u{2502}]{0,200}") {
        let (once, _) = redact_text(text.as_bytes()).unwrap();
        prop_assert_eq!(redact_text(once.as_bytes()).unwrap().0, once.clone());
    }

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = try_read(&[input("x", bytes)], &[]);
    }

    #[test]
    fn dense_text_comes_to_rest(parts in prop::collection::vec(prop::sample::select(vec!["hf_", "Bearer ", "token=", "\"", "'", ":", "@", "a.b", "://", "?k=", "&x=", "<", ">", "#1", "\n", " ", "eyJ", "Aa1Bb2Cc3Dd4", "Cookie:", "<hf-token#1>", "/home/", "1.2.3.4", "=", "\\", "\u{2502}", "Authorization: ", "%40", "%5F", ",", "[", "(", "-----BEGIN PRIVATE KEY-----"]), 0..24)) {
        let text = parts.concat();
        let (once, _) = redact_text(text.as_bytes()).unwrap();
        prop_assert_eq!(redact_text(once.as_bytes()).unwrap().0, once.clone(), "{}", text);
    }

    #[test]
    fn documents_never_panic(value in any_json()) {
        let _ = try_read(&[input("x.json", value.to_string())], &[]);
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let key = prop::sample::select(vec![
        "http", "status", "text", "account", "plan", "whoami", "orgs", "auth", "observed", "other", "headers", "isPro",
        "x",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[ -~]{0,8}".prop_map(Value::from)
    ];
    leaf.prop_recursive(4, 32, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..4)
                .prop_map(|pairs| Value::Object(pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())),
        ]
    })
}
