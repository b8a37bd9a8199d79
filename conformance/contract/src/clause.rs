//! The clauses. Each topic is one file in `clauses/` and one line in the table below.

use crate::role::Role;
use crate::text::Lang;
use conformance::About;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::LazyLock;

/// The files, in the order in which they are read.
const FILES: &[(&str, &str)] = &[
    ("general", include_str!("../clauses/general.toml")),
    ("http", include_str!("../clauses/http.toml")),
    ("limits", include_str!("../clauses/limits.toml")),
    ("body", include_str!("../clauses/body.toml")),
    ("outcome", include_str!("../clauses/outcome.toml")),
    ("tls", include_str!("../clauses/tls.toml")),
    ("certificate", include_str!("../clauses/certificate.toml")),
    ("status", include_str!("../clauses/status.toml")),
    ("jpki", include_str!("../clauses/jpki.toml")),
    ("challenge", include_str!("../clauses/challenge.toml")),
    ("check", include_str!("../clauses/check.toml")),
    ("feed", include_str!("../clauses/feed.toml")),
    ("insurer", include_str!("../clauses/insurer.toml")),
    ("answer", include_str!("../clauses/answer.toml")),
    ("number-authority", include_str!("../clauses/number-authority.toml")),
    ("code-use", include_str!("../clauses/code-use.toml")),
    ("time", include_str!("../clauses/time.toml")),
    ("record", include_str!("../clauses/record.toml")),
    ("data", include_str!("../clauses/data.toml")),
    ("counter", include_str!("../clauses/counter.toml")),
    ("neighbour", include_str!("../clauses/neighbour.toml")),
    ("designs", include_str!("../clauses/designs.toml")),
    ("validity", include_str!("../clauses/validity.toml")),
    ("registry", include_str!("../clauses/registry.toml")),
];

/// The requirement level, in the terms of RFC 2119.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Strength {
    Must,
    Should,
    May,
}

impl fmt::Display for Strength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Strength::Must => "MUST",
            Strength::Should => "SHOULD",
            Strength::May => "MAY",
        })
    }
}

/// One requirement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Clause {
    /// Stable: verdicts, statements and vendors refer to it. The id of a removed clause is never reused.
    pub id: String,
    /// The roles that it binds.
    pub roles: Vec<Role>,
    pub strength: Strength,
    /// Where it comes from: a passage of the source, a section of a standard, or `profile` for this project's own choice.
    pub basis: String,
    pub en: String,
    pub ja: String,
    /// Bytes of a message, or a value, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<String>,
    /// The rules of the judge that look at it. `NVN-*` are all rules of the data-class matrix.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
    /// The certification cases that try it: see [`crate::case`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<String>,
    /// Why neither a rule nor a case judges it: `because …` goes before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_tested: Option<String>,
    /// The same in Japanese.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_tested_ja: Option<String>,
}

impl Clause {
    pub fn text(&self, lang: Lang) -> &str {
        lang.of(&self.en, &self.ja)
    }

    /// Whether it binds a role, or any role if none is given.
    pub fn binds(&self, role: Option<Role>) -> bool {
        role.is_none_or(|role| self.roles.contains(&role))
    }

    /// Whether the rule with this id looks at it.
    pub fn is_judged_by(&self, rule: &str) -> bool {
        self.rules.iter().any(|named| match named.strip_suffix('*') {
            Some(prefix) => rule.starts_with(prefix),
            None => named == rule,
        })
    }
}

/// The subject of a file of clauses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    pub id: String,
    pub en: String,
    pub ja: String,
}

/// A topic with its clauses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chapter {
    pub topic: Topic,
    #[serde(rename = "clause")]
    pub clauses: Vec<Clause>,
}

/// All clauses by topic.
pub fn chapters() -> &'static [Chapter] {
    static ALL: LazyLock<Vec<Chapter>> = LazyLock::new(|| {
        let read = |(name, text): &(&str, &str)| -> Chapter {
            toml::from_str(text).unwrap_or_else(|e| panic!("clauses/{name}.toml, which a test reads: {e}"))
        };
        FILES.iter().map(read).collect()
    });
    &ALL
}

/// All clauses, in order.
pub fn all() -> impl Iterator<Item = &'static Clause> {
    chapters().iter().flat_map(|chapter| &chapter.clauses)
}

/// The clause with this id, in upper or lower case.
pub fn find(id: &str) -> Option<&'static Clause> {
    all().find(|clause| clause.id.eq_ignore_ascii_case(id))
}

/// The clauses at which a rule looks.
pub fn of_rule(rule: &About) -> impl Iterator<Item = &'static Clause> {
    let id = rule.id;
    all().filter(move |clause| clause.is_judged_by(id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case;
    use std::collections::BTreeSet;
    use std::path::Path;

    #[test]
    fn every_file_is_in_the_table_and_is_named_after_its_topic() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("clauses");
        let on_disk: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_string())
            .collect();
        assert_eq!(on_disk, FILES.iter().map(|(name, _)| (*name).to_string()).collect());
        for ((name, text), chapter) in FILES.iter().zip(chapters()) {
            assert_eq!(*name, chapter.topic.id);
            assert!(text.lines().count() <= 500, "{name}.toml is too long");
        }
    }

    #[test]
    fn every_clause_is_complete_and_its_id_is_its_own() {
        let mut ids = BTreeSet::new();
        for clause in all() {
            let id = clause.id.as_str();
            assert!(ids.insert(id), "two clauses have the id {id}");
            assert!(conformance::rules::find(id).is_none(), "{id} is the id of a rule");
            let (prefix, number) = id.rsplit_once('-').unwrap();
            assert!(prefix.bytes().all(|b| b.is_ascii_uppercase()), "{id}");
            assert!(number.len() == 3 && number.parse::<u16>().is_ok(), "{id}");
            for text in [&clause.basis, &clause.en, &clause.ja] {
                assert!(!text.trim().is_empty() && text.trim() == text, "{id}");
            }
            let roles: BTreeSet<Role> = clause.roles.iter().copied().collect();
            assert!(!roles.is_empty() && roles.len() == clause.roles.len(), "{id}");
            let judged = !clause.rules.is_empty() || !clause.cases.is_empty();
            assert_ne!(judged, clause.not_tested.is_some(), "{id}: a rule or a case, or why not");
            assert_eq!(clause.not_tested.is_some(), clause.not_tested_ja.is_some(), "{id}: why not, in both languages");
        }
    }

    #[test]
    fn every_rule_judges_a_clause_and_every_rule_named_exists() {
        for rule in conformance::rules::all() {
            assert!(of_rule(rule.about()).next().is_some(), "no clause names {}", rule.about().id);
        }
        for clause in all() {
            for named in &clause.rules {
                let exists = conformance::rules::all().iter().any(|rule| match named.strip_suffix('*') {
                    Some(prefix) => rule.about().id.starts_with(prefix),
                    None => rule.about().id == named,
                });
                assert!(exists, "{} names the rule {named}, which does not exist", clause.id);
            }
        }
    }

    #[test]
    fn every_case_is_listed_and_every_listed_case_tries_a_clause() {
        let named: BTreeSet<&str> = all().flat_map(|clause| &clause.cases).map(String::as_str).collect();
        let listed: BTreeSet<&str> = case::all().map(|case| case.name).collect();
        assert_eq!(named.difference(&listed).collect::<Vec<_>>(), Vec::<&&str>::new(), "missing in cases.toml");
        assert_eq!(listed.difference(&named).collect::<Vec<_>>(), Vec::<&&str>::new(), "no clause names it");
    }

    #[test]
    fn clauses_that_are_referred_to_exist() {
        let ids: BTreeSet<&str> = all().map(|clause| clause.id.as_str()).collect();
        let prefixes: BTreeSet<&str> = ids.iter().filter_map(|id| id.split('-').next()).collect();
        for clause in all() {
            for text in [&clause.en, &clause.ja] {
                let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
                for word in words.filter(|w| w.split_once('-').is_some_and(|(p, n)| prefixes.contains(p) && n.len() == 3)) {
                    assert!(ids.contains(word), "{} refers to {word}", clause.id);
                }
            }
        }
    }
}
