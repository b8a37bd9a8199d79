//! What reports know of rules: their titles, and the description of each. `explained.rs` has it as text.

use serde::Serialize;
use std::collections::BTreeMap;

/// The title of each rule by its id, and the language in which a text is written.
#[derive(Clone, Debug, Default)]
pub struct Titles {
    pub lang: Lang,
    of: BTreeMap<String, String>,
}

impl Titles {
    pub fn new(titles: impl IntoIterator<Item = (String, String)>, lang: Lang) -> Titles {
        Titles { lang, of: titles.into_iter().collect() }
    }

    pub fn get(&self, id: &str) -> Option<&str> {
        self.of.get(id).map(String::as_str)
    }
}

pub fn titles(rules: &[RuleText], lang: Lang) -> Titles {
    let title = |r: &RuleText| match lang {
        Lang::En => r.title.en.clone(),
        Lang::Ja => r.title.ja.clone(),
    };
    Titles::new(rules.iter().map(|r| (r.id.clone(), title(r))), lang)
}

/// The description of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleText {
    pub id: String,
    /// `must` or `should`, as defined in RFC 2119.
    pub strength: String,
    pub title: Title,
    /// Where the requirement comes from.
    pub source: String,
    /// How firmly the source asks for it: `demanded`, `considered`, `example` or `profile`.
    pub basis: String,
    /// The same as a sentence.
    #[serde(skip)]
    pub basis_text: String,
    /// What is looked at, and what is not.
    pub checked: String,
    /// What to do when it fails.
    pub remedy: String,
    /// Why there may be nothing to look at.
    pub untested: String,
    /// The last three in Japanese.
    #[serde(skip)]
    pub japanese: [String; 3],
    /// The designs to which it applies; all, if not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub applies: Option<AppliesText>,
    /// Every kind of finding that the rule can report.
    pub claims: Vec<ClaimText>,
    /// The ids of the clauses of the contract at which it looks.
    pub clauses: Vec<String>,
    /// The mutants that the rule catches.
    pub mutants: Vec<MutantText>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Title {
    pub en: String,
    pub ja: String,
}

/// The designs to which a rule applies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AppliesText {
    /// By axis, the choices of designs to which it applies.
    pub choices: BTreeMap<String, Vec<String>>,
    /// Why it does not apply elsewhere.
    pub otherwise: Title,
}

/// A kind of finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClaimText {
    /// `SEC-002/reported-lost`.
    pub id: String,
    pub what: String,
    /// What shows that it is found: the names of mutants and of plants.
    pub shown_by: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MutantText {
    pub mutant: String,
    pub what: String,
    /// The command that plays it in a scenario in which it shows.
    pub play: String,
}

/// The language of titles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    #[default]
    En,
    Ja,
}

impl Title {
    pub fn in_lang(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::Ja => &self.ja,
        }
    }
}
