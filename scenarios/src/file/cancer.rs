//! The cancer registry, and the cases that facilities report to it.

use super::part::{is_default, keywords};
use super::units::{Share, Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sim::people::written::Slip;

/// 全国がん登録: how the registry works, and the cases that are drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RegistryPart {
    /// Whether it asks the number authority for its own code of the person in a report. It does, if not given.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub codes: bool,
    /// How long it takes until a person has looked at a pair of reports. 20 seconds, if not given.
    #[serde(default = "looks_after", skip_serializing_if = "is_looks_after")]
    pub looks_after: Span,
    /// How often the person who looks is wrong. Never, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub look_errors: Share,
    /// Cases that are drawn, besides the reports that are listed.
    #[serde(default, skip_serializing_if = "is_default")]
    pub cases: Option<CasesPart>,
}

impl Default for RegistryPart {
    fn default() -> Self {
        RegistryPart { codes: true, looks_after: looks_after(), look_errors: Share::default(), cases: None }
    }
}

/// Cases that are drawn: of the first people, each with one to four reports, 1.8 on average (an assumption), from as many facilities.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CasesPart {
    /// How many people have one.
    pub people: u64,
    /// When the reports begin to be sent, after the start of the run.
    pub at: Span,
    /// Over how long they are sent.
    pub over: Span,
    /// In how many pairs of reports of one person the data differ: 8 %, if not given (3 to 20 %, an assumption).
    #[serde(default = "eight_percent", skip_serializing_if = "is_eight_percent")]
    pub differs: Share,
}

/// One report of a case, or its correction or withdrawal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CancerReportPart {
    /// After the start of the run.
    pub at: Span,
    /// The facility that sends it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub facility: u64,
    pub person: u64,
    /// In what the report differs from the residents' register.
    #[serde(default, skip_serializing_if = "is_default")]
    pub differs: Vec<ReportDiffers>,
    /// Whether it is sent once more after it was accepted.
    #[serde(default, skip_serializing_if = "is_default")]
    pub sent_twice: bool,
    /// The report that it corrects, counted from 0 over those that are listed. Only the facility of that report may.
    #[serde(default, skip_serializing_if = "is_default")]
    pub corrects: Option<u64>,
    /// The report that it withdraws.
    #[serde(default, skip_serializing_if = "is_default")]
    pub withdraws: Option<u64>,
}

impl CancerReportPart {
    /// The report that it changes, if it changes one.
    pub fn changes(&self) -> Option<u64> {
        self.corrects.or(self.withdraws)
    }
}

keywords! {
    /// In what a report differs from the residents' register.
    pub enum ReportDiffers {
        /// 異体字: a character of the name in another form.
        VariantCharacter "variant-character",
        /// Another character that is read the same.
        OtherCharacter "other-character",
        /// 読み: a small kana is written large.
        Kana "kana",
        /// 生年月日: a digit is another one, or day and month are swapped.
        Birth "birth",
        /// 住所: the one before or after a move.
        Moved "moved",
        /// 氏: the one before a marriage.
        Married "married",
    }
}

impl ReportDiffers {
    pub fn slip(self) -> Slip {
        match self {
            ReportDiffers::VariantCharacter => Slip::VariantCharacter,
            ReportDiffers::OtherCharacter => Slip::OtherCharacter,
            ReportDiffers::Kana => Slip::Kana,
            ReportDiffers::Birth => Slip::Birth,
            ReportDiffers::Moved => Slip::Moved,
            ReportDiffers::Married => Slip::Married,
        }
    }
}

fn yes() -> bool {
    true
}

fn is_yes(it: &bool) -> bool {
    *it
}

fn looks_after() -> Span {
    Span::seconds(20)
}

fn is_looks_after(it: &Span) -> bool {
    *it == looks_after()
}

fn eight_percent() -> Share {
    Share(0.08)
}

fn is_eight_percent(it: &Share) -> bool {
    *it == eight_percent()
}
