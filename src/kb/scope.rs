//! Which files of a knowledge base somebody asked about.

/// All files, or some of them; folders mean everything below.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Relative paths with `/`; `None` for all files.
    paths: Option<Vec<String>>,
}

impl Scope {
    /// The whole knowledge base.
    pub const ALL: Self = Self { paths: None };

    /// Some files and folders, by paths relative to the knowledge base, with `/`.
    #[must_use]
    pub fn of(paths: Vec<String>) -> Self {
        Self { paths: Some(paths) }
    }

    /// Whether this is the whole knowledge base.
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.paths.is_none()
    }

    /// The paths that were named; none for the whole knowledge base.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.paths.iter().flatten().map(String::as_str)
    }

    /// Whether a file is meant. The base itself, shown as `.`, is always.
    #[must_use]
    pub fn contains(&self, file: &str) -> bool {
        let Some(paths) = &self.paths else { return true };
        let below = |path: &String| file.strip_prefix(path.as_str()).is_some_and(|rest| rest.starts_with('/'));
        file == "." || paths.iter().any(|path| path == file || below(path))
    }
}

#[cfg(test)]
mod tests {
    use super::Scope;

    #[test]
    fn folders_mean_what_is_below_and_names_are_compared_whole() {
        let scope = Scope::of(vec!["zerogpu".to_owned(), "facts/a.yaml".to_owned()]);
        assert!(scope.contains("zerogpu/x.yaml") && scope.contains("facts/a.yaml"));
        assert!(!scope.contains("zerogpu-other/x.yaml") && !scope.contains("facts/a.yaml.yaml"));
        assert!(Scope::ALL.contains("anything") && Scope::ALL.is_all());
    }
}
