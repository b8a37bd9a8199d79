//! The document of `shikaku selftest`: which claim of which rule finds which mutant (a party broken on purpose) or which plant (a
//! recording with one thing changed).

use crate::human::fitted;
use crate::rules::{Lang, Titles};
use crate::texts::{self, failures, say};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// The value of [`SelfTest::schema`].
pub const SCHEMA: &str = "shikaku/selftest/v3";

/// The results of a self-test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SelfTest {
    /// `shikaku/selftest/v3`.
    pub schema: String,
    /// Version of the tool.
    pub version: String,
    pub seed: u64,
    /// In the order of `shikaku rules`.
    pub rules: Vec<TestedRule>,
    /// In the order of `shikaku run --list-mutants`.
    pub mutants: Vec<TestedMutant>,
    /// Recordings in which something was planted. None if a design was asked for.
    pub plants: Vec<TestedPlant>,
    /// If a design was asked for: mutants that change nothing in it, because the party takes no part there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without_effect: Vec<String>,
    /// What is wrong with rules, mutants or plants. Empty if the self-test passed.
    pub failures: Vec<String>,
}

/// A rule and what its claims must find.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TestedRule {
    pub id: String,
    pub title: String,
    /// How many of the runs without a mutant tested it and found that it held.
    pub held_without_mutant: u64,
    /// Every kind of finding of the rule.
    pub claims: Vec<TestedClaim>,
    /// Mutants that it need not catch, and caught.
    pub also_caught: Vec<String>,
}

/// A kind of finding, and the mutants and plants that it must find.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TestedClaim {
    /// `SEC-002/reported-lost`.
    pub id: String,
    /// What is found.
    pub what: String,
    /// The mutants that it must catch, and caught.
    pub caught: Vec<String>,
    /// The plants that it must find, and found.
    pub planted: Vec<String>,
    /// The mutants and plants that it must find, and did not.
    pub missed: Vec<String>,
}

/// A mutant and what was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TestedMutant {
    pub name: String,
    /// What is broken.
    pub what: String,
    /// The scenario in which it was played.
    pub scenario: String,
    pub design: String,
    /// The claims that must find it.
    pub made_for: Vec<String>,
    /// All claims that found something.
    pub found: Vec<String>,
    /// The encodings in which leaks were found.
    pub spellings: Vec<String>,
}

/// A planted recording and what was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TestedPlant {
    pub name: String,
    /// What is planted.
    pub what: String,
    /// The scenario whose recording was changed.
    pub scenario: String,
    pub design: String,
    /// The claims that must find it.
    pub made_for: Vec<String>,
    /// All claims that found something.
    pub found: Vec<String>,
}

impl SelfTest {
    pub fn passed(&self) -> bool {
        self.failures.is_empty()
    }

    /// The document, indented, with a line feed at its end.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// The table of claims as text: a block for each rule, in it one for each claim, with a line for each mutant and plant that it
    /// found or missed. `titles` has the titles of rules in the language of the text.
    pub fn table(&self, titles: &Titles) -> String {
        let lang = titles.lang;
        let names = self.mutants.iter().map(|m| &m.name).chain(self.plants.iter().map(|p| &p.name));
        let width = names.map(String::len).max().unwrap_or_default();
        let mark = |id: &str| fitted(&say(lang, id, &[]), 7);
        let marks = ["selftest-caught", "selftest-planted", "selftest-missed"].map(mark);
        let mut text = String::new();
        // Writing to a String does not fail.
        for rule in &self.rules {
            let _ = writeln!(text, "{}  {}", rule.id, titles.get(&rule.id).unwrap_or(&rule.title));
            for claim in &rule.claims {
                let what = texts::claim(&claim.id, &claim.what, lang);
                let _ = writeln!(text, "  {}", say(lang, "named", &[("word", &claim.id), ("name", &what)]));
                for (mark, names) in marks.iter().zip([&claim.caught, &claim.planted, &claim.missed]) {
                    for name in names {
                        let _ = writeln!(text, "    {mark}  {name:<width$}  {}", self.played(name));
                    }
                }
            }
            if !rule.also_caught.is_empty() {
                let also = fitted(&say(lang, "selftest-also", &[]), 9);
                let _ = writeln!(text, "  {also}{}", wrapped(&rule.also_caught));
            }
        }
        text
    }

    /// Where a mutant or a plant was played: `SCENARIO / DESIGN`.
    fn played(&self, name: &str) -> String {
        let mutant = self.mutants.iter().find(|m| m.name == name).map(|m| (&m.scenario, &m.design));
        let plant = || self.plants.iter().find(|p| p.name == name).map(|p| (&p.scenario, &p.design));
        mutant.or_else(plant).map_or(String::new(), |(scenario, design)| format!("{scenario} / {design}"))
    }

    /// The failures, and the last line.
    pub fn summary(&self, wall_s: f64, lang: Lang) -> String {
        let mut text = String::new();
        if !self.without_effect.is_empty() {
            let names = self.without_effect.join(&say(lang, "comma", &[]));
            let _ = writeln!(text, "{}", say(lang, "selftest-without-effect", &[("names", &names)]));
        }
        for failure in &self.failures {
            let what = if lang == Lang::Ja { failures::failure(failure) } else { failure.clone() };
            let _ = writeln!(text, "{}", say(lang, "selftest-failed", &[("what", &what)]));
        }
        let claims = || self.rules.iter().flat_map(|r| &r.claims);
        let pairs: usize = claims().map(|c| c.caught.len() + c.planted.len()).sum();
        let counts = [claims().count(), self.rules.len(), self.mutants.len(), self.plants.len(), pairs].map(|n| n.to_string());
        let [claims, rules, mutants, plants, pairs] = &counts;
        let result = say(lang, if self.passed() { "selftest-result-passed" } else { "selftest-result-failed" }, &[]);
        let (seed, wall) = (self.seed.to_string(), format!("{wall_s:.1}"));
        let values = [
            ("result", result.as_str()),
            ("claims", claims),
            ("rules", rules),
            ("mutants", mutants),
            ("plants", plants),
            ("pairs", pairs),
            ("seed", &seed),
            ("wall", &wall),
        ];
        text + &say(lang, "selftest-last", &values)
    }
}

/// Names in lines of readable length, each further line indented.
fn wrapped(names: &[String]) -> String {
    const WIDTH: usize = 110;
    let mut text = String::new();
    let mut line = 0;
    for (i, name) in names.iter().enumerate() {
        let separator = if i == 0 { "" } else { ", " };
        if line + name.len() > WIDTH && i > 0 {
            text += ",\n          ";
            line = 0;
        } else {
            text += separator;
        }
        text += name;
        line += name.len() + 2;
    }
    text
}

/// The JSON Schema of [`SelfTest`] (2020-12), with a line feed at its end.
pub fn json_schema() -> Result<String, serde_json::Error> {
    Ok(serde_json::to_string_pretty(&schemars::schema_for!(SelfTest))? + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(all: &[&str]) -> Vec<String> {
        all.iter().map(|n| n.to_string()).collect()
    }

    fn mutant(name: &str, made_for: &[&str], found: &[&str]) -> TestedMutant {
        TestedMutant {
            name: name.into(),
            what: "something is broken".into(),
            scenario: "everyday-visit".into(),
            design: "certificate".into(),
            made_for: names(made_for),
            found: names(found),
            spellings: Vec::new(),
        }
    }

    fn claim(id: &str, what: &str, [caught, planted, missed]: [&[&str]; 3]) -> TestedClaim {
        TestedClaim { id: id.into(), what: what.into(), caught: names(caught), planted: names(planted), missed: names(missed) }
    }

    fn rule(id: &str, title: &str, claims: Vec<TestedClaim>, also: &[&str]) -> TestedRule {
        TestedRule { id: id.into(), title: title.into(), held_without_mutant: 12, claims, also_caught: names(also) }
    }

    #[test]
    fn the_table_and_the_last_line_read_well() {
        let found = claim(
            "NVN-018/found",
            "the institution code of a person was found at the facility",
            [&["broker-shows-code"], &[], &["broker-hashes-code"]],
        );
        let lost = claim("FLOW-004/not-recorded", "an answer was not recorded", [&["facility-forgets-to-record"], &[], &[]]);
        let late = claim("FLOW-004/recorded-late", "an answer was recorded late", [&[], &["recorded-late"], &[]]);
        let also = ["facility-shows-institution-code", "broker-nests-code"];
        let test = SelfTest {
            schema: SCHEMA.into(),
            version: "0".into(),
            seed: 7,
            rules: vec![
                rule("NVN-018", "No institution code at the facility", vec![found], &also),
                rule("FLOW-004", "Every answer is recorded", vec![lost, late], &[]),
            ],
            mutants: vec![
                mutant("broker-shows-code", &["NVN-018/found"], &["NVN-018/found"]),
                mutant("broker-hashes-code", &["NVN-018/found"], &[]),
                mutant("facility-forgets-to-record", &["FLOW-004/not-recorded"], &["AUDIT-001/none", "FLOW-004/not-recorded"]),
            ],
            plants: vec![TestedPlant {
                name: "recorded-late".into(),
                what: "a record is moved behind the end".into(),
                scenario: "everyday-visit".into(),
                design: "certificate".into(),
                made_for: names(&["FLOW-004/recorded-late"]),
                found: names(&["FLOW-004/recorded-late"]),
            }],
            without_effect: Vec::new(),
            failures: vec!["NVN-018/found does not find `broker-hashes-code`, which names it".into()],
        };
        insta::assert_snapshot!(test.table(&Titles::default()) + "\n" + &test.summary(1.25, Lang::En));
        let titles = [("NVN-018".to_string(), "機関別符号は医療機関等に現れない".to_string())];
        let titles = Titles::new(titles, Lang::Ja);
        insta::assert_snapshot!("in_japanese", test.table(&titles) + "\n" + &test.summary(1.25, Lang::Ja));
    }
}
