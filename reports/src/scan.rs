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

    use super::{Finding, Odds, Place, Scan};
    use crate::page::words::Words;
    use crate::rules::Lang;
    use crate::texts::unread::unread;
    use fluent_bundle::FluentValue;
    use std::fmt::Write;

    /// The most findings of one file that are shown, unless all are requested.
    pub const SHOWN: usize = 10;

    /// The whole text. With `all`, every finding that is listed.
    pub fn text(scan: &Scan, all: bool, lang: Lang) -> String {
        Report { texts: words(), lang, all }.text(scan)
    }

    fn words() -> Words {
        Words::of(include_str!("scan/words/ja.ftl"), include_str!("scan/words/en.ftl"))
    }

    struct Report {
        texts: Words,
        lang: Lang,
        all: bool,
    }

    impl Report {
        fn with(&self, id: &str, values: &[(&'static str, FluentValue<'_>)]) -> String {
            self.texts.counted(self.lang, id, values)
        }

        fn say(&self, id: &str) -> String {
            self.with(id, &[])
        }

        fn text(&self, scan: &Scan) -> String {
            let mut text = self.findings(&scan.findings, scan.found);
            if scan.by_chance > 0 {
                text += &format!("{}\n", self.say("scan-by-chance"));
                text += &self.findings(&scan.could_be_chance, scan.by_chance);
            }
            self.unmatched(scan, &mut text);
            // Writing to a String does not fail.
            for odds in scan.odds.iter().filter(|o| o.is_chance && scan.by_chance > 0) {
                let _ = writeln!(text, "{}", self.odds(odds));
            }
            for remark in &scan.remarks {
                let values = [("path", remark.path.as_str().into()), ("what", self.why(&remark.what).into())];
                let _ = writeln!(text, "{}", self.with("scan-note", &values));
            }
            for unread in &scan.unread {
                let accepted = if unread.accepted { self.say("scan-accepted") + " " } else { String::new() };
                let values = [
                    ("path", unread.path.as_str().into()),
                    ("what", self.why(&unread.what).into()),
                    ("kind", unread.kind.as_str().into()),
                ];
                let _ = writeln!(text, "{accepted}{}", self.with("scan-not-read", &values));
            }
            if !(scan.by_chance == 0 && scan.remarks.is_empty() && scan.unread.is_empty()) {
                text.push('\n');
            }
            let l = &scan.looked_through;
            let members = match l.members {
                0 => String::new(),
                n => self.with("scan-members", &[("count", n.into())]),
            };
            let values = [
                ("found", scan.found.into()),
                ("files", l.files.into()),
                ("members", members.into()),
                ("bytes", l.bytes.into()),
                ("values", scan.values.into()),
                ("people", scan.people.into()),
            ];
            let _ = writeln!(text, "{}", self.with("scan-summary", &values));
            text
        }

        /// Why something was not searched.
        fn why(&self, what: &str) -> String {
            match self.lang {
                Lang::En => what.to_string(),
                Lang::Ja => unread(what),
            }
        }

        fn odds(&self, odds: &Odds) -> String {
            if self.lang == Lang::En {
                return self.with("scan-odds", &[("what", odds.what.as_str().into())]);
            }
            let values = [
                ("class", self.say(&format!("class-{}", odds.class)).into()),
                ("form", odds.form.as_str().into()),
                ("distinct", odds.distinct.into()),
                ("places", odds.places.into()),
                ("values", odds.values.into()),
                ("chance", format!("{:.1e}", odds.chance).into()),
            ];
            self.with("scan-odds", &values)
        }

        fn unmatched(&self, scan: &Scan, text: &mut String) {
            let unmatched = &scan.unmatched;
            if unmatched.count == 0 {
                return;
            }
            *text += &format!("{}\n", self.with("scan-unmatched", &[("count", unmatched.count.into())]));
            for number in &unmatched.listed {
                let what = match self.lang {
                    Lang::En => number.what.clone(),
                    Lang::Ja => self.of(&number.class, &number.spelling, None),
                };
                *text += &format!("  {}, {}: {what}\n", number.place.path, self.place(&number.place));
            }
            let more = unmatched.count.saturating_sub(unmatched.listed.len() as u64);
            if more > 0 {
                *text += &format!("  {}\n", self.with("scan-unmatched-more", &[("count", more.into())]));
            }
            text.push('\n');
        }

        fn findings(&self, findings: &[Finding], count: u64) -> String {
            let mut text = String::new();
            // Writing to a String does not fail.
            for group in findings.chunk_by(|a, b| a.place.path == b.place.path) {
                let Some(first) = group.first() else { continue };
                let _ = writeln!(text, "{}", first.place.path);
                let shown = if self.all { group.len() } else { group.len().min(SHOWN) };
                for finding in group.iter().take(shown) {
                    let what = match self.lang {
                        Lang::En => finding.what.clone(),
                        Lang::Ja => self.of(&finding.class, &finding.spelling, Some(finding.person)),
                    };
                    let _ = writeln!(text, "  {}: {what}", self.place(&finding.place));
                }
                if group.len() > shown {
                    let more = self.with("scan-more", &[("count", (group.len() - shown).into())]);
                    let _ = writeln!(text, "  {more}");
                }
            }
            let listed = findings.len() as u64;
            if count > listed {
                let _ = writeln!(text, "{}", self.with("scan-not-listed", &[("count", (count - listed).into())]));
            }
            if !findings.is_empty() {
                text.push('\n');
            }
            text
        }

        /// A value of a class in a form: the document has this in English words.
        fn of(&self, class: &str, spelling: &str, person: Option<u64>) -> String {
            let class = self.say(&format!("class-{class}"));
            let values = [("class", class.into()), ("form", spelling.into()), ("person", person.unwrap_or_default().into())];
            self.with(if person.is_some() { "scan-of-person" } else { "scan-of-nobody" }, &values)
        }

        fn place(&self, place: &Place) -> String {
            match (place.in_name, place.line) {
                (true, _) => self.say("scan-in-name"),
                (false, Some(line)) => self.with("scan-line", &[("line", line.into()), ("byte", place.byte.into())]),
                (false, None) => self.with("scan-byte", &[("byte", place.byte.into())]),
            }
        }
    }
    #[cfg(test)]
    mod tests {
        use crate::page::words::ids;

        /// What a people file can hold.
        const CLASSES: [&str; 6] =
            ["my-number", "resident-code", "medical-number", "institution-code", "other-institution-code", "research-code"];

        #[test]
        fn both_languages_have_the_same_texts_and_japanese_the_classes_as_well() {
            let (ja, mut en) = (ids(include_str!("scan/words/ja.ftl")), ids(include_str!("scan/words/en.ftl")));
            // The document itself has English words for what was found.
            en.extend(["scan-of-nobody", "scan-of-person"].map(str::to_string));
            en.extend(CLASSES.map(|class| format!("class-{class}")));
            assert_eq!(ja, en);
        }
    }
}
