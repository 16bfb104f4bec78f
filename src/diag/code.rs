//! The numbered catalogue of findings. Numbers are never reused.

use super::catalogue;
use super::diagnostic::Severity;

macro_rules! codes {
    ($( $name:ident $variant:ident $severity:ident $title:literal; )*) => {
        /// What kind of finding a diagnostic is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $( #[doc = $title] $variant, )* }

        impl Code {
            /// All codes, in order.
            pub const ALL: &'static [Self] = &[ $( Self::$variant, )* ];

            /// The number as printed: `KB012`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $( Self::$variant => stringify!($name), )* }
            }

            /// How bad such a finding is.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self { $( Self::$variant => Severity::$severity, )* }
            }

            /// What it is about, in one line.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $( Self::$variant => $title, )* }
            }
        }
    };
}

codes! {
    KB001 Unreadable Error "a file or directory cannot be read";
    KB002 Encoding Error "a file is not UTF-8 text";
    KB003 TooLarge Error "a file is larger or deeper than allowed";
    KB004 Syntax Error "a file is not readable as YAML";
    KB005 Feature Error "a YAML feature outside the dialect";
    KB006 DuplicateKey Error "a key is given twice";
    KB007 Ambiguous Error "a plain value that readers understand differently";
    KB008 Character Error "a control, bidirectional or invisible character";
    KB009 Misplaced Error "a file where none belongs";
    KB010 Missing Error "a file is missing or empty";
    KB011 UnknownField Error "an unknown field";
    KB012 MissingField Error "a field is missing";
    KB013 WrongType Error "a value of the wrong type";
    KB014 BadValue Error "a value that is not allowed";
    KB015 BadCondition Error "a malformed condition";
    KB016 Format Error "a knowledge base this program cannot read";
    KB017 VersionRange Error "a malformed range of versions";
    KB018 Impossible Error "a condition that can never be true";
    KB020 DuplicateId Error "an id is given twice";
    KB021 IdNotFileName Error "the id of a rule differs from its file name";
    KB022 MalformedId Error "a malformed id";
    KB023 UnknownFact Error "an unknown account fact";
    KB024 OutsideVocabulary Error "a value the vocabulary does not allow";
    KB025 UnknownSource Error "an unknown source";
    KB026 UnknownStep Error "an unknown step";
    KB027 UnknownSymptom Error "an unknown symptom";
    KB028 UnknownRule Error "an unknown rule";
    KB029 EmptyArea Warning "an area without rules";
    KB030 EmptyInterval Error "an interval that ends before it begins";
    KB031 Overlap Error "two statements of one fact for the same day";
    KB032 OutsideRule Error "a cause or symptom that is never valid with its rule";
    KB033 YieldCycle Error "rules or symptoms that yield to each other";
    KB034 Ended Error "something used after its end";
    KB035 Deprecated Warning "a deprecated rule that others refer to";
    KB036 Unreachable Error "a cause that can never come out";
    KB040 PatternSyntax Error "a pattern that does not compile";
    KB041 PatternFeature Error "a pattern feature that is not supported";
    KB042 PatternEmpty Error "a pattern that matches everything";
    KB043 PatternLiteral Error "a pattern without a literal";
    KB044 CaptureMismatch Error "captures and groups that do not agree";
    KB045 ExampleFails Error "an example that does not hold";
    KB046 RejectMatches Error "a rejected text that matches";
    KB047 PatternSlow Error "a pattern that is slow on unlucky text";
    KB050 Template Error "a malformed expression in a text";
    KB051 UnknownPlatformFact Error "an unknown platform fact";
    KB052 FactGap Warning "a platform fact without a value for part of the time";
    KB053 LiteralNumber Warning "a documented number written into a text";
    KB054 RawHtml Error "raw HTML in a text";
    KB055 Spelling Warning "a product name spelt another way";
    KB060 NoSource Error "a statement without a source";
    KB061 Address Error "an address that is not allowed";
    KB062 Future Error "a day in the future";
    KB063 Stale Warning "a statement not checked for long";
    KB064 NoConclusion Warning "a cause that leads nowhere";
    KB065 UnsourcedSymptom Warning "a symptom whose wording has no source";
    KB070 LockMalformed Error "a lock that cannot be read";
    KB071 LockStale Error "a lock older than the rules";
    KB072 NoNewVersion Error "a changed rule without a new version";
    KB073 NoChange Error "a new version without a line in the changelog";
    KB074 NoTombstone Error "a released id that is gone without a tombstone";
    KB075 ReusedId Error "the id of something removed, used again";
    KB076 ReleasedBase Error "a released knowledge base that was changed";
    KB090 Unfinished Error "a text that is still to be written";
}

/// A code as `hf-doctor explain KB012` shows it.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The code.
    pub code: Code,
    /// Why it matters and what to do, Markdown.
    pub explanation: &'static str,
    /// A broken example.
    pub example: &'static str,
}

/// The whole catalogue, in order of the codes.
pub const CATALOGUE: &[Entry] = catalogue::ENTRIES;

impl Code {
    /// The code of a name such as `KB012`, in any case.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name().eq_ignore_ascii_case(name))
    }

    /// Its entry in the catalogue.
    #[must_use]
    pub fn entry(self) -> Option<&'static Entry> {
        CATALOGUE.iter().find(|entry| entry.code == self)
    }
}

#[cfg(test)]
mod tests {
    use super::{CATALOGUE, Code};

    #[test]
    fn every_code_has_one_entry_in_order() {
        let codes: Vec<Code> = CATALOGUE.iter().map(|e| e.code).collect();
        assert_eq!(codes, Code::ALL);
        assert!(CATALOGUE.iter().all(|e| !e.explanation.is_empty() && !e.example.is_empty()));
    }
}
