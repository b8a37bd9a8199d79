//! What is wrong in the insurers' registers or late in them, while every party works as built.

use super::part::{is_default, keywords};
use super::units::{Share, Span, Spread};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An error in the register of the insurer that insures a person on the day on which the run starts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RegisterErrorPart {
    pub person: u64,
    pub what: RegisterError,
    /// When the insurer enters it, after the start of the run; before the run, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub from: Span,
    /// When the insurer corrects it; never, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub corrected: Option<Span>,
    /// Whether it is in the records of everybody in the run whom this insurer insures: a wrong batch, which a correction withdraws.
    #[serde(default, skip_serializing_if = "is_default")]
    pub whole_batch: bool,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
pub enum RegisterError {
    /// 誤紐付け. The coverage is registered under another person's My Number, and not under the person's own.
    UnderNumberOf { other: u64 },
    /// The My Numbers of two people are mixed up: each coverage is registered under the other's. Both have the same insurer or not.
    SwappedWith { other: u64 },
    /// The insurer has two records of the person, with two numbers, and neither has ended.
    TwoRecords,
    /// 一部負担金の割合. Another one than the person's.
    Copayment { percent: u8 },
    /// The insurer's feeds and statements have the coverage without its copayment.
    CopaymentWithheld,
    /// 枝番. Another one than the person's; `00` where a system fills in what is missing.
    Branch { branch: String },
    /// A digit of 番号 is another one than on the person's record.
    Digit,
    /// 外字. A letter of 記号 is none that the insurer's system can carry, and arrives as ●.
    LostLetter,
    /// 資格情報の登録保留. The record differs from the residents' register and is withheld until it is corrected.
    Withheld { because: WithheldBecause },
    /// The date of birth in the insurer's record is so many years before the true one, and nobody compared it with the residents' register: the copayment is
    /// that of the wrong age.
    Older { years: u8 },
    /// The coverage is registered as ended yesterday, and has not.
    Ended,
}

keywords! {
    /// In what a record differs from the residents' register.
    pub enum WithheldBecause {
        /// Letters of the name that one of the systems cannot carry.
        Letters "letters",
        /// 生年月日.
        Birth "birth",
        /// 住所.
        Address "address",
        /// The name belongs to another My Number.
        Number "number",
    }
}

impl RegisterError {
    /// The names of all kinds, as written in files.
    pub const NAMES: [&str; 11] = [
        "branch",
        "copayment",
        "copayment-withheld",
        "digit",
        "ended",
        "lost-letter",
        "older",
        "swapped-with",
        "two-records",
        "under-number-of",
        "withheld",
    ];

    pub fn name(&self) -> &'static str {
        match self {
            RegisterError::UnderNumberOf { .. } => "under-number-of",
            RegisterError::SwappedWith { .. } => "swapped-with",
            RegisterError::TwoRecords => "two-records",
            RegisterError::Copayment { .. } => "copayment",
            RegisterError::CopaymentWithheld => "copayment-withheld",
            RegisterError::Branch { .. } => "branch",
            RegisterError::Digit => "digit",
            RegisterError::LostLetter => "lost-letter",
            RegisterError::Withheld { .. } => "withheld",
            RegisterError::Older { .. } => "older",
            RegisterError::Ended => "ended",
        }
    }

    /// The other person concerned.
    pub fn other(&self) -> Option<u64> {
        match self {
            RegisterError::UnderNumberOf { other } | RegisterError::SwappedWith { other } => Some(*other),
            _ => None,
        }
    }

    pub fn other_mut(&mut self) -> Option<&mut u64> {
        match self {
            RegisterError::UnderNumberOf { other } | RegisterError::SwappedWith { other } => Some(other),
            _ => None,
        }
    }
}

keywords! {
    /// How the coverage that a facility has on record differs from the one that is registered.
    pub enum RecordDiffers {
        /// 枝番 is filled in with `00`, or is `01` for who has `00`.
        Branch "branch",
        /// A digit of 番号 is another one.
        Digit "digit",
        /// 番号 is in full-width digits.
        Width "width",
        /// 記号 has another letter, or one where there is none.
        Letters "letters",
        /// The coverage is that of the next person.
        OfAnother "of-another",
    }
}

/// A time in which no insurer sends a feed: what is due in it is sent at its end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct MaintenancePart {
    /// After the start of the run.
    pub at: Span,
    /// How long it lasts.
    #[serde(rename = "for")]
    pub lasts: Span,
}

impl MaintenancePart {
    /// When something due at `at` is sent.
    pub fn put_off(&self, at: std::time::Duration) -> std::time::Duration {
        let end = self.at.0.saturating_add(self.lasts.0);
        if (self.at.0..end).contains(&at) { end } else { at }
    }
}

/// People who changed their job in the days before the run, and how their change reaches the broker: from the employer to the insurers to the
/// broker. Each delay is counted from when the step before it is done, the first from the beginning of the day of the change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct JobChangesPart {
    /// The share of the people of whom the scenario says nothing else.
    pub share: Share,
    /// The day of the change is one of so many days before the run, each with the same chance.
    pub within_days: u32,
    /// Until the employers have notified the insurers.
    pub employer: Spread,
    /// Until the new insurer has registered the person.
    pub new_insurer: Spread,
    /// Until the old insurer has registered the end.
    pub old_insurer: Spread,
    /// Until the broker gets the feed of an insurer that has registered it, drawn for each of the two; at once, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub feed: Option<Spread>,
}
