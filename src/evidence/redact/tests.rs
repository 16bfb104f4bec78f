//! What must go, what must stay, and that masking comes to rest.

use super::{Kind, Redactor};

fn redact(text: &str) -> String {
    Redactor::new().redact(text)
}

/// Invented tokens, put together here so that no scanner takes this file for a leak.
fn hf(body: &str) -> String {
    format!("{}{}", "hf_", body)
}

const BODY: &str = "QmZtRkLwXpVbNcYsDfGhJkTrPqWzEaUiOv";

#[test]
fn tokens_go_in_every_context() {
    let token = hf(BODY);
    for context in [
        "{}",
        "Bearer {}",
        "\"{}\"",
        "HF_TOKEN={}",
        "f(token={}, x)",
        "login({})",
        "https://a.example/?token={}&x=1",
        "https://user:{}@huggingface.co/o/m",
        "\\\"{}\\\"",
        "<{}>",
        "[{}]",
        "**{}**",
        "{}.",
        "&quot;{}&quot;",
        "%20{}",
        "my_{}",
        "x{}",
        "token{}",
        "`{}`",
        "{}\n",
        "a\\n{}",
        "Authorization: Bearer {}",
        "'authorization': 'Bearer {}'",
        "--token {}",
        "Cookie: token={}; a=b",
        "(b'authorization', b'Bearer {}')",
        "http.extraheader=AUTHORIZATION: basic {}",
        "{}\u{7528}",
        "\u{2018}{}\u{2019}",
        "hf auth login --token={}",
        "Authorization%3A%20Bearer%20{}",
    ] {
        let out = redact(&context.replace("{}", &token));
        assert!(!out.contains(&BODY[4..20]), "{context}: {out}");
        assert!(out.contains("#1>"), "{context}: {out}");
    }
}

#[test]
fn tokens_of_every_length_and_prefix_go() {
    for body in
        [&BODY[..33], BODY, "QmZtRkLwXpVbNcYsDfGhJkTrPqWzEaUiOvAbC", "a1B2c3D4", "qwertyuiopasdfghjklzxcvbnmqwertyui"]
    {
        for prefix in ["hf_", "hf_oauth_", "hf_jwt_", "api_org_"] {
            let out = redact(&format!("use {prefix}{body} here"));
            assert_eq!(out, "use <hf-token#1> here", "{prefix}{body}");
        }
    }
    assert_eq!(redact(&format!("x hf%5F{BODY} y")), "x <hf-token#1> y");
}

#[test]
fn wrapped_tokens_go_and_lines_stay() {
    let token = hf(BODY);
    for cut in 1..token.len() {
        for wrap in ["\n", "\n    ", " \u{2502}\n\u{2502} ", "\n> ", "\\\n"] {
            let (head, tail) = token.split_at(cut);
            let text = format!("first\nlogin {head}{wrap}{tail}\nlast");
            let out = redact(&text);
            assert_eq!(out.lines().count(), text.lines().count(), "{out}");
            for piece in [head, tail] {
                assert!(piece.len() < 4 || !out.contains(piece), "{cut} {wrap:?}: {out}");
            }
            assert!(out.ends_with("\nlast"), "{out}");
        }
    }
}

#[test]
fn one_secret_has_one_marker() {
    let (one, two) = (hf(BODY), hf("ZyXwVuTsRqPoNmLkJiHgFeDcBa98765432"));
    let mut redactor = Redactor::new();
    assert_eq!(redactor.redact(&format!("{one} {two} {one}")), "<hf-token#1> <hf-token#2> <hf-token#1>");
    assert_eq!(redactor.redact(&two), "<hf-token#2>");
    assert_eq!(redactor.counts().get("hf-token"), Some(&4));
}

#[test]
fn markers_in_the_text_are_left_alone_and_never_reused() {
    let text = format!("<hf-token#1> and {} and <email#7> someone@mail.example", hf(BODY));
    let out = redact(&text);
    assert_eq!(out, "<hf-token#1> and <hf-token#2> and <email#7> <email#8>");
    assert_eq!(redact(&out), out);
}

#[test]
fn values_go_by_their_names() {
    for (text, expected) in [
        ("Authorization: Bearer s3cr3tV4lue", "Authorization: Bearer <auth#1>"),
        ("authorization: s3cr3tV4lue", "authorization: <auth#1>"),
        ("Authorization: Digest a=\"b\", c=\"d\"", "Authorization: <auth#1>"),
        ("{\"Authorization\": \"Basic dXNlcjpwYXNz\"}", "{\"Authorization\": \"Basic <auth#1>\"}"),
        ("Cookie: a=b; c=d\nnext", "Cookie: <cookie#1>\nnext"),
        ("< set-cookie: token=abc; Path=/", "< set-cookie: <cookie#1>"),
        ("x-ip-token: opaque.value", "x-ip-token: <auth#1>"),
        ("X-Xet-Access-Token: opaque", "X-Xet-Access-Token: <auth#1>"),
        ("password=hunter2&x", "password=<secret#1>&x"),
        ("\"api_key\": \"abcDEF123456\"", "\"api_key\": \"<secret#1>\""),
        ("client(api_key='letmein')", "client(api_key='<secret#1>')"),
        ("MY_SECRET=correcthorse", "MY_SECRET=<secret#1>"),
        ("os.environ[\"OPENAI_API_KEY\"] = \"letmein\"", "os.environ[\"OPENAI_API_KEY\"] = \"<secret#1>\""),
        ("username=zed-example\npassword=x1", "username=<user#1>\npassword=<secret#1>"),
        ("on behalf of user zed-example.", "on behalf of user <user#1>."),
        ("on behalf of org some-club", "on behalf of org <org#1>"),
        ("- Who am I ?: zed-example", "- Who am I ?: <user#1>"),
        ("user: zed-example\norgs: some-club,other-club", "user: <user#1>\norgs: <org#1>,<org#2>"),
    ] {
        let out = redact(text);
        assert_eq!(out, expected, "{text}");
        assert_eq!(redact(&out), out, "{text}");
    }
}

#[test]
fn addresses_of_people_and_machines_go() {
    for (text, expected) in [
        ("mail zed.e+x@mail.example.org now", "mail <email#1> now"),
        ("zed%40mail.example", "<email#1>"),
        ("from 203.0.113.7:443", "from <ip#1>:443"),
        ("https://203.0.113.7/x", "https://<ip#1>/x"),
        ("[2001:db8::17] and 2001:db8:0:0:0:0:0:1", "[<ip#1>] and <ip#2>"),
        ("File \"/home/zed/x.py\"", "File \"/home/<home#1>/x.py\""),
        ("/Users/zed/Library", "/Users/<home#1>/Library"),
        ("C:\\Users\\Zed Example\\AppData", "C:\\Users\\<home#1>\\AppData"),
        ("C:\\\\Users\\\\zed\\\\x", "C:\\\\Users\\\\<home#1>\\\\x"),
        ("/mnt/c/Users/zed/x", "/mnt/c/Users/<home#1>/x"),
        ("file:///home/zed/x", "file:///home/<home#1>/x"),
    ] {
        let out = redact(text);
        assert_eq!(out, expected, "{text}");
        assert_eq!(redact(&out), out, "{text}");
    }
}

#[test]
fn links_lose_users_queries_and_signatures() {
    for (text, expected) in [
        ("https://zed:s3cret@huggingface.co/o/m", "https://<user#1>:<auth#1>@huggingface.co/o/m"),
        ("https://cdn.example/a?X-Amz-Algorithm=A&X-Amz-Signature=abc) x", "https://cdn.example/a?<signed-url#1>) x"),
        ("https://cdn.example/a?Expires=1&Signature=ab~&Key-Pair-Id=K", "https://cdn.example/a?<signed-url#1>"),
        (
            "https://a.example/b?recursive=True&session=abcdef&limit=10",
            "https://a.example/b?recursive=True&session=<query#1>&limit=10",
        ),
        ("GET /?__sign=abc.def HTTP/1.1", "GET /?<signed-url#1> HTTP/1.1"),
    ] {
        let out = redact(text);
        assert_eq!(out, expected, "{text}");
        assert_eq!(redact(&out), out, "{text}");
    }
}

#[test]
fn keys_of_other_companies_go() {
    let tail = "Zt7Rk2LwXp9VbNc4YsDf";
    for prefix in ["sk-", "sk-proj-", "sk-ant-api03-", "ghp_", "gsk_", "xoxb-", "glpat-", "nvapi-", "r8_", "npm_"] {
        assert_eq!(redact(&format!("key {prefix}{tail} end")), "key <key#1> end", "{prefix}");
    }
    assert_eq!(redact(&format!("{}{}", "AKIA", "Z7RK2LWXP9VBNC4Y")), "<key#1>");
    assert_eq!(redact(&format!("{}{}{}", "AI", "za", "SyZt7Rk2LwXp9VbNc4YsDfGh8Jk3Tr6P")), "<key#1>");
    assert_eq!(redact(&format!("x {}.{}.{} y", "eyJhbGciOiJI", "eyJzdWIiOiJ6", "c2lnbmF0dXJl")), "x <jwt#1> y");
    let block = format!("a\n-----BEGIN {k}-----\nabc\ndef\n-----END {k}-----\nb", k = "RSA PRIVATE KEY");
    assert_eq!(redact(&block), "a\n<key#1>\n\n\n\nb");
}

#[test]
fn a_secret_once_known_goes_everywhere() {
    assert_eq!(redact("Q7w9Zk2Lx4 then api_key=Q7w9Zk2Lx4"), "<secret#1> then api_key=<secret#1>");
}

#[test]
fn names_of_the_account_go() {
    let mut redactor = Redactor::new();
    redactor.identity(Kind::User, ["zed-example", "Zed Example"]);
    redactor.identity(Kind::Org, ["some-club", "huggingface", "hf"]);
    assert_eq!(
        redactor.redact(
            "Zed-Example/model by Zed Example, zed-example-demo.hf.space, some-club, unzed-example, huggingface.co"
        ),
        "<user#1>/model by <user#1>, <user#1>-demo.hf.space, <org#1>, unzed-example, huggingface.co"
    );
}

#[test]
fn ordinary_text_stays() {
    for line in include_str!("clean.txt").lines() {
        assert_eq!(redact(line), line);
    }
}
