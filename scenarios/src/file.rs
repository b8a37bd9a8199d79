//! Scenario files: their format, and reading them.
//!
//! Every key that is not defined is an error, durations carry their unit (`"250ms"`, `"30s"`), and an error names file, line
//! and column. Persons, facilities and visits are numbered from 0.

mod checks;

use mocks::design::Variant;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use sim::terms::outcome::OutcomeCode;
use sim::terms::roles::FacilityKind;
use std::fmt;
use std::time::Duration;

/// A scenario as its file says it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Scenario {
    /// The file's name without `.toml`; not a key of the file.
    #[serde(skip)]
    pub name: String,
    /// How to name the scenario on the command line: the built-in name, or the file as given; not a key of the file.
    #[serde(skip)]
    pub source: String,
    /// SHA-256 of what the file says, with what it includes, in lower-case hex; not a key of the file.
    #[serde(skip)]
    pub sha256: String,
    pub title: Title,
    /// What happens, in the seed's step numbers ① to ⑦.
    pub story: String,
    /// The design variants in which the story makes sense. Both, if not given.
    #[serde(default = "all_variants")]
    pub variants: Vec<Variant>,
    /// How many people the population has.
    pub people: u64,
    /// How many facilities there are.
    #[serde(default = "one")]
    pub facilities: u64,
    /// What the story needs of single persons; everything else about them is drawn.
    #[serde(default, rename = "person")]
    pub persons: Vec<PersonPart>,
    #[serde(default, rename = "facility")]
    pub facility_parts: Vec<FacilityPart>,
    #[serde(default, rename = "feed")]
    pub feeds: Vec<FeedPart>,
    #[serde(rename = "visit")]
    pub visits: Vec<VisitPart>,
    #[serde(default, rename = "fault")]
    pub faults: Vec<FaultPart>,
}

fn all_variants() -> Vec<Variant> {
    Variant::ALL.to_vec()
}

fn one() -> u64 {
    1
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Title {
    pub ja: String,
    pub en: String,
}

/// A span of time with its unit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Span(pub Duration);

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Text;
        impl serde::de::Visitor<'_> for Text {
            type Value = Span;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a time with its unit, such as \"250ms\" or \"30s\"")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Span, E> {
                let wrong = || E::custom(format!("`{text}` is not a time with its unit, such as \"250ms\" or \"30s\""));
                let span: jiff::SignedDuration = text.parse().map_err(|_| wrong())?;
                Ok(Span(Duration::try_from(span).map_err(|_| wrong())?))
            }
        }
        from.deserialize_str(Text)
    }
}

/// One person of the story.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PersonPart {
    pub index: u64,
    #[serde(default)]
    pub certificate: CertificatePart,
    #[serde(default)]
    pub insurance: InsurancePart,
    /// Whether the person wished to have a code for medical use.
    #[serde(default = "yes")]
    pub opted_in: bool,
    /// Tries left before the PIN is locked, 0 to 3.
    #[serde(default = "three")]
    pub pin_tries_left: u8,
}

fn yes() -> bool {
    true
}

fn three() -> u8 {
    3
}

/// The certificate on a person's card.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CertificatePart {
    #[default]
    Good,
    /// Ended yesterday.
    Expired,
    /// Begins tomorrow.
    NotYetValid,
    /// Revoked yesterday: the card was lost.
    Revoked,
    /// On hold since yesterday.
    Suspended,
    /// Renewed yesterday: the person has a new card, and the old one.
    Renewed,
    /// Issued by a CA of the same name that JPKI does not know.
    OtherCa,
    /// One character changed after it was signed.
    Tampered,
    /// 署名用電子証明書 in the place of the authentication certificate.
    SignatureCertificate,
    /// Bytes that are no certificate.
    Unreadable,
}

/// A person's insurance on the day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InsurancePart {
    /// In force with one insurer.
    #[default]
    InForce,
    /// Ended ten days ago, and nobody else insures the person.
    Ended,
    /// Another insurer since yesterday.
    MovedYesterday,
    /// Two insurers claim the person.
    TwoInsurers,
}

/// One facility of the story.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FacilityPart {
    pub index: u64,
    pub kind: Option<FacilityKind>,
    #[serde(default)]
    pub tls_certificate: TlsPart,
    #[serde(default = "yes")]
    pub licensed: bool,
}

/// A facility's certificate on the line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TlsPart {
    #[default]
    Good,
    Missing,
    Expired,
    Revoked,
    /// Issued by a CA that the broker does not know.
    Untrusted,
}

/// The feed of one insurer. Insurers not named send theirs at once, complete through the day.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FeedPart {
    /// The insurer that insures this person on the day.
    pub of_insurer_of: u64,
    /// When it is sent; never, if not given.
    pub arrives: Option<Span>,
    /// How many days before the day it is complete through.
    #[serde(default)]
    pub days_behind: i32,
    /// When a second feed comes, complete through the day.
    pub catches_up: Option<Span>,
}

/// One person at one counter.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct VisitPart {
    /// After the start of the run. Feeds take about the first second.
    pub at: Span,
    pub person: u64,
    #[serde(default)]
    pub facility: u64,
    #[serde(default)]
    pub person_check: PersonCheckPart,
    #[serde(default)]
    pub card: CardPart,
    /// Asks about the coverage that the facility has on record, and not about any.
    pub asks_about: Option<AsksAbout>,
    pub deviation: Option<DeviationPart>,
    /// The outcome that the visit must have.
    pub expect: OutcomeCode,
}

/// How the person is checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PersonCheckPart {
    #[default]
    Photo,
    /// The card is somebody else's.
    PhotoOfAnother,
    Pin,
    WrongPin,
}

/// Which card a person with two shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CardPart {
    #[default]
    Current,
    /// The one before the renewal.
    Previous,
}

/// Which coverage a facility has on record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AsksAbout {
    /// The one that is in force.
    CurrentCoverage,
    /// The one before it.
    PreviousCoverage,
}

/// How a request is not as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeviationPart {
    RequestMalformed,
    RequestTooLarge,
    RequestUnknownField,
    SignatureMissing,
    SignatureWrong,
    /// The card of the person after this one signs.
    SignatureByAnotherCard,
    /// The signed challenge of the visit before at this facility is sent again.
    ChallengeReused,
    /// The challenge is 61 seconds old.
    ChallengeStale,
    ChallengeInvented,
}

/// Something that goes wrong for a time.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FaultPart {
    /// After the start of the run.
    pub at: Span,
    /// How long it lasts.
    #[serde(rename = "for")]
    pub lasts: Span,
    pub does: FaultKind,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum FaultKind {
    /// JPKI's host is down.
    JpkiDown,
    /// JPKI takes this long for each answer.
    JpkiSlow { by: Span },
    /// JPKI's answers make no sense.
    JpkiNonsense,
    /// The broker's host is down, and starts again at the end.
    BrokerDown,
    /// The line carries nothing: of one facility, or of all.
    LineCut { facility: Option<u64> },
    /// The person reports the card lost, and JPKI puts its certificate on hold; at the end it has been found.
    CardLost { person: u64 },
    /// A party's clock is this much ahead.
    ClockAhead { party: SkewedParty, by: Span },
}

impl FaultKind {
    /// What two faults cannot concern at the same time. Cuts of the line may overlap.
    fn subject(&self) -> Option<String> {
        Some(match self {
            FaultKind::JpkiDown => "host jpki".into(),
            FaultKind::BrokerDown => "host broker".into(),
            FaultKind::JpkiSlow { .. } | FaultKind::JpkiNonsense => "answers of jpki".into(),
            FaultKind::CardLost { person } => format!("card of {person}"),
            FaultKind::ClockAhead { party, .. } => format!("clock of {party:?}"),
            FaultKind::LineCut { .. } => return None,
        })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SkewedParty {
    Broker,
    Jpki,
}

/// Why a file is not a scenario.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {message}")]
pub struct FileError {
    pub file: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    pub message: String,
}

impl Scenario {
    /// Reads the text of `file`; the scenario's name is the file's.
    pub fn read(file: &str, text: &str) -> Result<Scenario, FileError> {
        let at = |offset: usize, message: String| {
            let before = &text[..text.floor_char_boundary(offset.min(text.len()))];
            let line = before.matches('\n').count() + 1;
            let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
            FileError { file: file.to_string(), line, column, message }
        };
        let mut scenario: Scenario =
            toml::from_str(text).map_err(|e| at(e.span().map_or(0, |s| s.start), e.message().to_string()))?;
        let stem = std::path::Path::new(file).file_stem().map(|s| s.to_string_lossy().into_owned());
        scenario.name = stem.unwrap_or_default();
        scenario.source = file.to_string();
        scenario.sha256 = data_encoding::HEXLOWER.encode(&Sha256::digest(text.as_bytes()));
        match scenario.fault_in() {
            None => Ok(scenario),
            Some(fault) => Err(at(fault.place.offset(text), fault.message)),
        }
    }

    /// The variants that a seed plays in, out of those asked for; no wish is all. For every seed equally many.
    pub fn variants_of(&self, _seed: u64, wanted: &[Variant]) -> Vec<Variant> {
        self.variants.iter().copied().filter(|v| wanted.is_empty() || wanted.contains(v)).collect()
    }

    /// What the story needs of a person: as written, or nothing in particular.
    pub fn part(&self, index: u64) -> PersonPart {
        let plain = PersonPart {
            index,
            certificate: CertificatePart::Good,
            insurance: InsurancePart::InForce,
            opted_in: true,
            pin_tries_left: 3,
        };
        self.persons.iter().find(|p| p.index == index).cloned().unwrap_or(plain)
    }

    pub fn facility_part(&self, index: u64) -> FacilityPart {
        let plain = FacilityPart { index, kind: None, tls_certificate: TlsPart::Good, licensed: true };
        self.facility_parts.iter().find(|f| f.index == index).cloned().unwrap_or(plain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
title = { ja = "平日の受診", en = "An everyday visit" }
story = "①〜⑦"
people = 2
[[visit]]
at = "2s"
person = 0
expect = "in-force"
"#;

    fn error(text: &str) -> String {
        Scenario::read("dir/x.toml", text).unwrap_err().to_string()
    }

    #[test]
    fn a_minimal_file_has_sensible_defaults() {
        let s = Scenario::read("dir/everyday-visit.toml", GOOD).unwrap();
        assert_eq!((s.name.as_str(), s.variants.len(), s.facilities), ("everyday-visit", 2, 1));
        assert_eq!(s.visits[0].at.0, Duration::from_secs(2));
    }

    #[test]
    fn errors_name_line_column_and_remedy() {
        let broken = [
            GOOD.replace("people = 2", "peple = 2"),
            GOOD.replace("\"2s\"", "2"),
            GOOD.replace("\"2s\"", "\"2\""),
            GOOD.replace("\"2s\"", "\"-2s\""),
            GOOD.replace("person = 0", "person = 7"),
            GOOD.replace("in-force", "inforce"),
            GOOD.replace("person = 0", "person = 0\ncard = \"previous\""),
            GOOD.replace("people = 2", "people = 0"),
            GOOD.replace("[[visit]]", "[[visit"),
            GOOD.replace("people = 2", "people = 2000000"),
            GOOD.replace("\"2s\"", "\"8760h\""),
            GOOD.replace("expect", "deviation = \"signature-wrong\"\nexpect"),
            format!("{GOOD}[[visit]]\nat = \"3s\"\nfacility = 1\nperson = 0\nexpect = \"in-force\"\n")
                .replace("people", "facilities = 2\npeople"),
            format!("{GOOD}[[person]]\nindex = 0\n[[person]]\nindex = 0\n"),
            format!("{GOOD}[[feed]]\nof-insurer-of = 0\ndays-behind = 8000000\n"),
            format!("{GOOD}[[person]]\nindex = 0\ninsurance = \"ended\"\n[[feed]]\nof-insurer-of = 0\n"),
            format!(
                "{GOOD}[[fault]]\nat = \"1s\"\nfor = \"9s\"\ndoes = \"jpki-down\"\n[[fault]]\nat = \"2s\"\nfor = \"1s\"\ndoes = \"jpki-down\"\n"
            ),
            format!("{GOOD}\n[[fault]]\nat = \"1s\"\nfor = \"1s\"\ndoes = {{ jpki-slow = {{ bye = \"2s\" }} }}\n"),
        ];
        let all: Vec<String> = broken.iter().map(|t| error(t)).collect();
        insta::assert_snapshot!(all.join("\n---\n"));
    }
}
