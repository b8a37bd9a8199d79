//! The document of `shikaku selftest`: which rule catches which mutant (a party broken on purpose).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// The value of [`SelfTest::schema`].
pub const SCHEMA: &str = "shikaku/selftest/v2";

/// The results of a self-test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SelfTest {
    /// `shikaku/selftest/v2`.
    pub schema: String,
    /// Version of the tool.
    pub version: String,
    pub seed: u64,
    /// In the order of `shikaku rules`.
    pub rules: Vec<TestedRule>,
    /// In the order of `shikaku run --list-mutants`.
    pub mutants: Vec<TestedMutant>,
    /// What is wrong with the rules or the mutants. Empty if the self-test passed.
    pub failures: Vec<String>,
}

/// A rule and the mutants that it must catch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TestedRule {
    pub id: String,
    pub title: String,
    /// How many of the runs without a mutant tested it and found that it held.
    pub held_without_mutant: u64,
    /// The mutants that it must catch, and caught.
    pub caught: Vec<String>,
    /// The mutants that it must catch, and did not.
    pub missed: Vec<String>,
    /// Mutants that it need not catch, and caught.
    pub also_caught: Vec<String>,
}

/// A mutant and the rules that it broke.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TestedMutant {
    pub name: String,
    /// What is broken.
    pub what: String,
    /// The scenario in which it was played.
    pub scenario: String,
    pub design: String,
    /// The rules that must catch it.
    pub made_for: Vec<String>,
    /// All rules that were broken.
    pub broke: Vec<String>,
    /// The encodings in which leaks were found.
    pub spellings: Vec<String>,
}

impl SelfTest {
    pub fn passed(&self) -> bool {
        self.failures.is_empty()
    }

    /// The document, indented, with a line feed at its end.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// The table rule × mutant as text: a block for each rule, a line for each mutant that it caught or missed.
    pub fn table(&self) -> String {
        let width = self.mutants.iter().map(|m| m.name.len()).max().unwrap_or_default();
        let mut text = String::new();
        // Writing to a String does not fail.
        for rule in &self.rules {
            let _ = writeln!(text, "{}  {}", rule.id, rule.title);
            for (mark, names) in [("caught", &rule.caught), ("MISSED", &rule.missed)] {
                for name in names {
                    let played = self.mutants.iter().find(|m| m.name == *name);
                    let played = played.map_or(String::new(), |m| format!("{} / {}", m.scenario, m.design));
                    let _ = writeln!(text, "  {mark}  {name:<width$}  {played}");
                }
            }
            if !rule.also_caught.is_empty() {
                let _ = writeln!(text, "  also    {}", wrapped(&rule.also_caught));
            }
        }
        text
    }

    /// The failures, and the last line.
    pub fn summary(&self, wall_s: f64) -> String {
        let mut text = String::new();
        for failure in &self.failures {
            let _ = writeln!(text, "FAILED: {failure}");
        }
        let pairs: usize = self.rules.iter().map(|r| r.caught.len()).sum();
        let result = if self.passed() { "passed" } else { "FAILED" };
        let _ = write!(
            text,
            "self-test {result}: {} rules, {} mutants, {pairs} pairs caught (seed {}, {wall_s:.1} s)",
            self.rules.len(),
            self.mutants.len(),
            self.seed
        );
        text
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

    #[test]
    fn the_table_and_the_last_line_read_well() {
        let names = |all: &[&str]| all.iter().map(|n| n.to_string()).collect::<Vec<_>>();
        let mutant = |name: &str, made_for: &[&str], broke: &[&str]| TestedMutant {
            name: name.into(),
            what: "something is broken".into(),
            scenario: "everyday-visit".into(),
            design: "certificate".into(),
            made_for: names(made_for),
            broke: names(broke),
            spellings: Vec::new(),
        };
        let test = SelfTest {
            schema: SCHEMA.into(),
            version: "0".into(),
            seed: 7,
            rules: vec![
                TestedRule {
                    id: "NVN-018".into(),
                    title: "No institution code at the facility".into(),
                    held_without_mutant: 12,
                    caught: names(&["broker-shows-code"]),
                    missed: names(&["broker-hashes-code"]),
                    also_caught: names(&["facility-shows-institution-code", "broker-nests-code"]),
                },
                TestedRule {
                    id: "FLOW-004".into(),
                    title: "Every answer is recorded".into(),
                    held_without_mutant: 12,
                    caught: names(&["facility-forgets-to-record"]),
                    missed: Vec::new(),
                    also_caught: Vec::new(),
                },
            ],
            mutants: vec![
                mutant("broker-shows-code", &["NVN-018"], &["NVN-018"]),
                mutant("broker-hashes-code", &["NVN-018"], &[]),
                mutant("facility-forgets-to-record", &["FLOW-004"], &["AUDIT-001", "FLOW-004"]),
            ],
            failures: vec!["NVN-018 does not catch `broker-hashes-code`".into()],
        };
        insta::assert_snapshot!(test.table() + "\n" + &test.summary(1.25));
    }
}
