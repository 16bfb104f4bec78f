//! "Did you mean": the one place that compares misspelt words.

/// The candidate that `word` was probably meant to be.
///
/// Close means: equal without case and separators, or at most a third of the letters wrong.
#[must_use]
pub fn suggest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A pasted paragraph is no typing error, and comparing costs length times length.
    if word.is_empty() || word.len() > 120 {
        return None;
    }
    let wanted = plain(word);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let other = plain(candidate);
        let distance = strsim::damerau_levenshtein(&wanted, &other);
        // A whole word more or less is the other common slip: `plan` for `account.plan`.
        let contained = wanted.len() >= 4 && other.split('-').any(|part| part == wanted);
        let distance = if contained { distance.min(2) } else { distance };
        let allowed = (wanted.chars().count().max(other.chars().count()) / 3).clamp(1, 4);
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// The same as a help text: "did you mean `x`?".
#[must_use]
pub fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    suggest(word, candidates).map(|candidate| format!("did you mean `{candidate}`?"))
}

fn plain(word: &str) -> String {
    word.to_lowercase().replace(['_', '.', ' '], "-")
}

#[cfg(test)]
mod tests {
    use super::suggest;

    #[test]
    fn close_words_are_found_and_far_ones_are_not() {
        let words = ["severity", "account.plan", "zerogpu.left_s", "zerogpu.logged_in"];
        assert_eq!(suggest("severty", words), Some("severity"));
        assert_eq!(suggest("account_plan", words), Some("account.plan"));
        assert_eq!(suggest("plan", words), Some("account.plan"));
        assert_eq!(suggest("zerogpu.left", words), Some("zerogpu.left_s"));
        assert_eq!(suggest("weather", words), None);
        assert_eq!(suggest("", words), None);
        assert_eq!(suggest("x", []), None);
    }
}
