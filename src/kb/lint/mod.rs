//! Checks of meaning, one file a lint.
