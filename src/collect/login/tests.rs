use serde_json::Value;

use super::super::{Found, World};
use super::{fingerprint, numbers, read, shape};

/// Tokens are put together here, so that no scanner takes this file for a leak.
fn token(letter: char) -> String {
    format!("hf{}{}", '_', String::from(letter).repeat(34))
}

/// A folder with a saved login, gone at the end.
struct Home(std::path::PathBuf);

impl Home {
    fn new(name: &str, saved: Option<&str>) -> Self {
        let dir = std::env::temp_dir().join(format!("hf-doctor-login-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        if let Some(saved) = saved {
            std::fs::write(dir.join("token"), saved).unwrap();
        }
        Self(dir)
    }

    fn world(&self, variables: &[(&str, &str)]) -> World {
        let home = ("HF_HOME".to_owned(), self.0.to_string_lossy().into_owned());
        World::new(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).chain([home]))
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// `login.used`, `token.source` and the first letter after the prefix of the chosen token.
fn chosen(world: &World, version: Option<&str>) -> (String, String, Option<char>) {
    let mut found = Found::default();
    let login = read(world, version, &mut found);
    let text = |list: &[(String, Value)], id: &str| {
        list.iter().find(|(name, _)| name == id).and_then(|(_, value)| value.as_str().map(str::to_owned))
    };
    (
        text(&found.other, "login.used").unwrap_or_default(),
        text(&found.facts, "token.source").unwrap_or_default(),
        login.token().and_then(|token| token.chars().nth(3)),
    )
}

#[test]
fn every_version_has_its_order() {
    let home = Home::new("order", Some(&format!("{}\n", token('f'))));
    let (new, old) = (token('n'), token('o'));
    let both = home.world(&[("HF_TOKEN", &new), ("HUGGING_FACE_HUB_TOKEN", &old)]);
    for (version, letter) in [("0.16.4", 'o'), ("0.18.0", 'o'), ("0.19.0", 'n'), ("0.36.0", 'n'), ("2.4.0", 'n')] {
        assert_eq!(chosen(&both, Some(version)).2, Some(letter), "{version}");
    }
    assert_eq!(chosen(&both, None).2, Some('n'));
    let only_new = home.world(&[("HF_TOKEN", &new)]);
    assert_eq!(chosen(&only_new, Some("0.18.0")), ("the saved login".to_owned(), "cache".to_owned(), Some('f')));
}

#[test]
fn an_empty_variable_ends_the_search_of_old_versions_only() {
    let home = Home::new("empty", Some(&token('f')));
    let old = token('o');
    let empty = home.world(&[("HF_TOKEN", ""), ("HUGGING_FACE_HUB_TOKEN", &old)]);
    assert_eq!(chosen(&empty, Some("0.19.4")).2, None);
    assert_eq!(chosen(&empty, Some("0.20.0")).2, Some('o'));
    // `or` in Python takes blanks for something, so the older variable is not asked.
    let blank = home.world(&[("HF_TOKEN", " "), ("HUGGING_FACE_HUB_TOKEN", &old)]);
    assert_eq!(chosen(&blank, Some("1.0.0")).2, Some('f'));
}

#[test]
fn colab_comes_first_or_last() {
    let home = Home::new("colab", None);
    let new = token('n');
    let colab = home.world(&[("HF_TOKEN", &new), ("COLAB_RELEASE_TAG", "release")]);
    assert_eq!(chosen(&colab, Some("1.18.0")).1, "");
    assert_eq!(chosen(&colab, Some("1.19.0")), ("the variable HF_TOKEN".to_owned(), "env".to_owned(), Some('n')));
    let company = home.world(&[("HF_TOKEN", &new), ("COLAB_RELEASE_TAG", "r"), ("VERTEX_PRODUCT", "COLAB_ENTERPRISE")]);
    assert_eq!(chosen(&company, Some("1.18.0")).1, "env");
}

#[test]
fn trusted_publishing_goes_before_everything_since_1_19() {
    let home = Home::new("oidc", None);
    let new = token('n');
    let world = home.world(&[("HF_TOKEN", &new), ("HF_OIDC_RESOURCE", "a/b")]);
    assert_eq!(chosen(&world, Some("1.18.0")).1, "env");
    let (used, source, sent) = chosen(&world, Some("1.19.0"));
    assert!(used.starts_with("trusted publishing") && source.is_empty() && sent.is_none(), "{used}");
}

#[test]
fn the_file_is_where_the_version_looks() {
    let home = Home::new("file", Some(&token('f')));
    let other = home.0.join("elsewhere");
    std::fs::write(&other, token('e')).unwrap();
    let world = home.world(&[("HF_TOKEN_PATH", &other.to_string_lossy())]);
    assert_eq!(chosen(&world, Some("0.21.0")).2, Some('f'));
    assert_eq!(chosen(&world, Some("0.23.0")).2, Some('e'));
    let off = home.world(&[("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1")]);
    assert_eq!(chosen(&off, None).2, None);
}

#[test]
fn different_tokens_are_noticed_and_none_is_told() {
    let home = Home::new("differ", Some(&token('f')));
    let new = token('n');
    std::fs::write(
        home.0.join("stored_tokens"),
        format!("[a]\nhf_token = {}\n[b]\nhf_token = {}\n", token('f'), token('s')),
    )
    .unwrap();
    let mut found = Found::default();
    let login = read(&home.world(&[("HF_TOKEN", &new)]), None, &mut found);
    let told = format!("{found:?}");
    assert!(found.other.contains(&("login.different_tokens".to_owned(), 2.into())), "{told}");
    assert!(found.other.contains(&("login.saved_by_name".to_owned(), 2.into())), "{told}");
    for letter in ['n', 'f', 's'] {
        assert!(!told.contains(&token(letter)));
        assert!(!login.redactor().redact(&format!("x{}x", token(letter))).contains(&token(letter)));
    }
    let mut same = Found::default();
    read(&home.world(&[("HF_TOKEN", &token('f'))]), None, &mut same);
    assert!(same.other.iter().all(|(name, _)| name != "login.different_tokens"));
    assert_ne!(fingerprint("a"), fingerprint("b"));
}

#[test]
fn common_faults_of_a_token_are_named() {
    let good = token('g');
    assert!(shape(&good, true).is_empty());
    assert!(shape(&format!("{good}\n"), false).is_empty(), "a file may end with a line break");
    for (raw, part) in [
        (String::new(), "empty"),
        (" \n".to_owned(), "empty"),
        (format!("{good}\r\n"), "line break"),
        (format!(" {good}"), "surrounded by blanks"),
        (format!("\"{good}\""), "in quotes"),
        (format!("Bearer {good}"), "Bearer"),
        (format!("{good} {good}"), "blanks inside"),
        ("hf_xxxxxxxx".to_owned(), "placeholder"),
        ("hf_...".to_owned(), "placeholder"),
        ("<your token>".to_owned(), "placeholder"),
        ("${HF_SECRET}".to_owned(), "placeholder"),
        ("sk-abcdefgh".to_owned(), "without `hf_`"),
        (format!("{good}\u{200b}"), "plain characters"),
    ] {
        let told = shape(&raw, true);
        assert!(told.iter().any(|told| told.contains(part)), "{raw:?}: {told:?}");
    }
}

#[test]
fn versions_have_two_numbers() {
    assert_eq!(numbers("0.36.0"), Some((0, 36)));
    assert_eq!(numbers("1.0rc2"), Some((1, 0)));
    assert_eq!(numbers("2"), None);
    assert_eq!(numbers("x.y"), None);
}
