//! Terminal styles. Without colour every style is the text itself.

/// Ends every style.
pub(super) const RESET: &str = "\x1b[0m";

/// What a piece of text is, for the eye.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// The verdict word.
    Verdict,
    /// Section headings and what must not be missed.
    Bold,
    /// Provenance and other small print.
    Dim,
    /// What speaks for something.
    Good,
    /// What speaks against something.
    Bad,
    /// Code, commands, names.
    Code,
    /// Addresses.
    Link,
}

impl Style {
    /// The escape that begins the style; basic colours only, so that every theme can adapt them.
    const fn begin(self) -> &'static str {
        match self {
            Self::Verdict => "\x1b[1;36m",
            Self::Bold => "\x1b[1m",
            Self::Dim => "\x1b[2m",
            Self::Good => "\x1b[32m",
            Self::Bad => "\x1b[31m",
            Self::Code => "\x1b[36m",
            Self::Link => "\x1b[4m",
        }
    }

    /// `text` in this style, or as it is without colour.
    ///
    /// Styles nest: where an inner one ends, this one is taken up again.
    #[must_use]
    pub fn paint(self, text: &str, colour: bool) -> String {
        if !colour || text.is_empty() {
            return text.to_owned();
        }
        let begin = self.begin();
        if text.contains(RESET) {
            let resumed = text.replace(RESET, &format!("{RESET}{begin}"));
            return format!("{begin}{resumed}{RESET}");
        }
        format!("{begin}{text}{RESET}")
    }
}
