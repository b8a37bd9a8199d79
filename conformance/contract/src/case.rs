//! The cases with which a certification tries a system. `cases.toml` is the one list of their names; the names in a report of a
//! certification are the same, and clauses refer to them.

use crate::Lang;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// One case, or several whose names begin so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Case {
    /// Stable, a group and a name: `tls/no-client-certificate`. `body/without` is also `body/without.status`.
    pub name: &'static str,
    text: &'static Text,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Text {
    en: String,
    ja: String,
    untried: Option<String>,
    untried_ja: Option<String>,
}

static ALL: LazyLock<BTreeMap<String, Text>> = LazyLock::new(|| {
    toml::from_str(include_str!("../cases.toml")).unwrap_or_else(|e| panic!("cases.toml, which a test reads: {e}"))
});

impl Case {
    /// What is tried, as a phrase.
    pub fn text(&self, lang: Lang) -> &'static str {
        lang.of(&self.text.en, &self.text.ja)
    }

    /// Why no case with this name is played, if none is.
    pub fn untried(&self, lang: Lang) -> Option<&'static str> {
        let (en, ja) = (self.text.untried.as_deref()?, self.text.untried_ja.as_deref()?);
        Some(lang.of(en, ja))
    }

    /// Whether it means the case with this name. `scenario/jpki-down` does not mean `scenario/jpki-down-again`.
    fn means(&self, name: &str) -> bool {
        name.strip_prefix(self.name).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '/']))
    }
}

/// All cases, by name.
pub fn all() -> impl Iterator<Item = Case> {
    ALL.iter().map(|(name, text)| Case { name, text })
}

/// The case with this name, or the closest one whose name it begins with: `body/without` for `body/without.status`.
pub fn of(name: &str) -> Option<Case> {
    all().filter(|case| case.means(name)).max_by_key(|case| case.name.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_has_a_name_and_texts_in_both_languages() {
        for case in all() {
            let (name, Text { en, ja, untried, untried_ja }) = (case.name, case.text);
            assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"/-".contains(&b)), "{name}");
            assert!(!en.is_empty() && !ja.is_empty() && !ja.is_ascii(), "{name}");
            assert!(untried.is_some() == untried_ja.is_some() && untried.as_ref().is_none_or(|why| why.len() > 10), "{name}");
            assert_eq!(of(name), Some(case));
        }
    }

    #[test]
    fn a_case_is_found_by_a_name_that_begins_with_its_own() {
        let found = |name| of(name).map(|case| case.name);
        assert_eq!(found("body/without.status"), Some("body/without"));
        assert_eq!((found("logs/state/broker.log"), found("set-up/insurers")), (Some("logs"), Some("set-up/insurers")));
        assert_eq!((found("scenario/jpki-down-again"), found("no/such-case")), (None, None));
    }
}
