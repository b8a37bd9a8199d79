//! A person's insurance: the insurer, the period and the copayment.

use crate::coverage::{EndReason, Relationship};
use crate::identifiers::InsuredIdentifier;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// 資格: one uninterrupted period with one insurer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InsurancePeriod {
    /// Which insurer of the population, counted from 0.
    pub insurer: usize,
    pub insured: InsuredIdentifier,
    /// 資格取得日, the first day in force.
    #[schemars(with = "String")]
    pub from: Date,
    /// The last day in force, included. 資格喪失日 is the day after it. None while the period is open.
    #[schemars(with = "Option<String>")]
    pub until: Option<Date>,
    /// 資格喪失事由. Set together with `until`.
    pub end_reason: Option<EndReason>,
    /// 一部負担金の割合 in percent: 10, 20 or 30. By the age on the population's day, or on the last day of an ended period.
    pub copayment_percent: u8,
    /// Whether the insurer states the period without its copayment: never in what is true of a person, only in a register.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub copayment_withheld: bool,
    pub relationship: Relationship,
}

impl InsurancePeriod {
    /// Whether `day` lies in the period.
    pub fn covers(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|last| day <= last)
    }

    /// 一部負担金の割合 in percent, as the insurer states it; `None` if it does not.
    pub fn copayment_stated(&self) -> Option<u8> {
        (!self.copayment_withheld).then_some(self.copayment_percent)
    }
}
