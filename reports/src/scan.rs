//! The document of `shikaku scan --format json`. Its JSON Schema is generated from these types and is in
//! `docs/schema/scan.schema.json`. No part of it repeats a value that was searched for.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The value of [`Scan::schema`]. It changes when a reader of older documents would misread a newer one.
pub const SCHEMA: &str = "shikaku/scan/v2";

/// What one call of `shikaku scan` found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scan {
    /// `shikaku/scan/v2`.
    pub schema: String,
    /// `shikaku`.
    pub tool: String,
    /// Version of the tool.
    pub version: String,
    /// The number of people in the people file.
    pub people: u64,
    /// How many of their values were searched for.
    pub values: u64,
    pub looked_through: LookedThrough,
    /// How many places contain a value, whether they are listed or not.
    pub found: u64,
    /// Ordered by file, then by place. The tool limits how many are listed for each file and in total.
    pub findings: Vec<Finding>,
    /// How many places contain a value in a form in which chance gives as many: they are not counted as found.
    pub by_chance: u64,
    /// Those places, as `findings`.
    pub could_be_chance: Vec<Finding>,
    /// Each class of numbers in each form in which something was found, against what chance gives.
    pub odds: Vec<Odds>,
    pub unmatched: UnmatchedNumbers,
    /// What a reader should know.
    pub remarks: Vec<Remark>,
    /// What was not searched, or only as raw bytes or in part: that nothing was found there does not mean that nothing is there.
    pub unread: Vec<UnreadPart>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LookedThrough {
    pub files: u64,
    /// Members of archives, including archives in archives.
    pub members: u64,
    /// Bytes scanned, unpacked.
    pub bytes: u64,
}

/// Where something was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The file as given, and members of archives after exclamation marks: `a.zip!b/c.log`. Values in it are masked with
    /// asterisks.
    pub path: String,
    /// Whether it is in the name of the file or member. Byte offsets are then those in the name.
    #[serde(skip_serializing_if = "is_false", default)]
    pub in_name: bool,
    /// Offset of the first byte of the text or encoding that contains the value, from 0, in the unpacked member.
    pub byte: u64,
    /// Its length in bytes.
    pub length: u64,
    /// Line number from 1; only in texts.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub line: Option<u64>,
}

/// One place that contains a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// A row of the data-class matrix: `my-number`, `resident-code`, `institution-code`, …
    pub class: String,
    /// Index of the person whose value it is.
    pub person: u64,
    /// How it is encoded, outermost layer first: `base64/gzip/plain`.
    pub spelling: String,
    /// What was found, in words.
    pub what: String,
    pub place: Place,
}

/// Numbers that could be of a class by length and check digit, and belong to nobody in the people file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnmatchedNumbers {
    pub count: u64,
    /// There are more than were counted: if very many are close together, not all are counted.
    #[serde(skip_serializing_if = "is_false", default)]
    pub more: bool,
    /// The first of them; with `--unmatched` as many as the tool keeps.
    pub listed: Vec<UnmatchedNumber>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnmatchedNumber {
    pub class: String,
    pub spelling: String,
    pub what: String,
    pub place: Place,
}

/// The hits of a class of numbers in one form, against what chance gives: the values are independent of the content, so that the
/// number of distinct values that are hit by chance has a Poisson distribution.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Odds {
    pub class: String,
    /// `plain`, or a low-confidence form.
    pub form: String,
    /// How many distinct values were hit.
    pub distinct: u64,
    /// How many values of the class were searched for.
    pub values: u64,
    /// How many places could have been a number of the class.
    pub places: u64,
    /// The probability that chance hits so many distinct values or more.
    pub chance: f64,
    /// Whether chance explains the hits of the whole scan: `chance` is above the limit, 10⁻³ in plain digits and 10⁻⁶ in other
    /// forms. The hits of one file may count all the same.
    pub is_chance: bool,
    pub what: String,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Remark {
    pub path: String,
    pub what: String,
}

/// Something that was not searched, or only as it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnreadPart {
    pub path: String,
    /// `encrypted`, `damaged`, `limit`, `depth`, `unknown-method`, `unsupported` or `unreadable`.
    pub kind: String,
    pub what: String,
    /// Whether the caller accepts that something of this kind is not searched.
    pub accepted: bool,
}

fn is_false(value: &bool) -> bool {
    !value
}

impl Scan {
    /// The document, indented, with a line feed at its end.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }
}

/// The JSON Schema of [`Scan`] (2020-12), with a line feed at its end.
pub fn json_schema() -> Result<String, serde_json::Error> {
    Ok(serde_json::to_string_pretty(&schemars::schema_for!(Scan))? + "\n")
}

pub mod human {
    //! The scan as text for people.

    use super::{Finding, Place, Scan};
    use std::fmt::Write;

    /// The most findings of one file that are shown, unless all are requested.
    pub const SHOWN: usize = 10;

    /// The whole text. With `all`, every finding that is listed.
    pub fn text(scan: &Scan, all: bool) -> String {
        let mut text = findings(&scan.findings, scan.found, all);
        if scan.by_chance > 0 {
            let _ = writeln!(text, "Places that could be chance, since it gives as many (they are not counted as found):");
            text += &findings(&scan.could_be_chance, scan.by_chance, all);
        }
        // Writing to a String does not fail.
        if scan.unmatched.count > 0 {
            let _ = writeln!(
                text,
                "{}, belonging to nobody in the people file:",
                counted(scan.unmatched.count, "number that looks valid", "numbers that look valid")
            );
            for unmatched in &scan.unmatched.listed {
                let _ = writeln!(text, "  {}, {}: {}", unmatched.place.path, place(&unmatched.place), unmatched.what);
            }
            let more = scan.unmatched.count - (scan.unmatched.listed.len() as u64).min(scan.unmatched.count);
            if more > 0 {
                let _ = writeln!(text, "  and {more} more: --unmatched shows them");
            }
            text.push('\n');
        }
        for odds in scan.odds.iter().filter(|o| o.is_chance && scan.by_chance > 0) {
            let _ = writeln!(text, "could be chance: {}", odds.what);
        }
        for remark in &scan.remarks {
            let _ = writeln!(text, "note: {}: {}", remark.path, remark.what);
        }
        for unread in &scan.unread {
            let accepted = if unread.accepted { "accepted: " } else { "" };
            let _ = writeln!(text, "{accepted}NOT READ: {}: {} [{}]", unread.path, unread.what, unread.kind);
        }
        if !(scan.by_chance == 0 && scan.remarks.is_empty() && scan.unread.is_empty()) {
            text.push('\n');
        }
        let l = &scan.looked_through;
        let members = if l.members > 0 { format!(" with {}", counted(l.members, "member", "members")) } else { String::new() };
        let _ = writeln!(
            text,
            "{} found in {}{members}, {}; searched for {} of {}",
            scan.found,
            counted(l.files, "file", "files"),
            counted(l.bytes, "byte", "bytes"),
            counted(scan.values, "value", "values"),
            counted(scan.people, "person", "people"),
        );
        text
    }

    fn findings(findings: &[Finding], count: u64, all: bool) -> String {
        let mut text = String::new();
        // Writing to a String does not fail.
        for group in findings.chunk_by(|a, b| a.place.path == b.place.path) {
            let _ = writeln!(text, "{}", group[0].place.path);
            let shown = if all { group.len() } else { group.len().min(SHOWN) };
            for finding in &group[..shown] {
                let _ = writeln!(text, "  {}: {}", place(&finding.place), finding.what);
            }
            if group.len() > shown {
                let _ = writeln!(text, "  and {} more: --all shows them", group.len() - shown);
            }
        }
        let listed = findings.len() as u64;
        if count > listed {
            let _ = writeln!(text, "and {} more that are not listed", count - listed);
        }
        if !findings.is_empty() {
            text.push('\n');
        }
        text
    }

    fn place(place: &Place) -> String {
        match (place.in_name, place.line) {
            (true, _) => "in the name".to_string(),
            (false, Some(line)) => format!("line {line}, byte {}", place.byte),
            (false, None) => format!("byte {}", place.byte),
        }
    }

    fn counted(count: u64, one: &str, many: &str) -> String {
        format!("{count} {}", if count == 1 { one } else { many })
    }
}
