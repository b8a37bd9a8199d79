//! The people of a run as data. The simulator draws them.

mod card;
mod insurance;

pub use card::{CardCertificate, CardLife, Pin, SecurityCode};
pub use insurance::InsurancePeriod;

use crate::calendar::age_on;
use crate::identifiers::{MyNumber, ResidentCode};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// 性別. The codes are those on the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Sex {
    Male,
    Female,
    /// Never drawn; scenarios set it.
    Other,
}

impl Sex {
    /// 1 男, 2 女, 9 その他.
    pub fn code(self) -> &'static str {
        match self {
            Sex::Male => "1",
            Sex::Female => "2",
            Sex::Other => "9",
        }
    }

    /// The text on the front of the card.
    pub fn printed(self) -> &'static str {
        match self {
            Sex::Male => "男",
            Sex::Female => "女",
            Sex::Other => "その他",
        }
    }
}

/// 氏名 and its reading (カナ).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Name {
    pub family: String,
    pub given: String,
    pub family_kana: String,
    pub given_kana: String,
}

/// 住所.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Address {
    /// 都道府県.
    pub prefecture: String,
    /// 市町村.
    pub municipality: String,
    /// 町名・番地.
    pub rest: String,
    /// 全国地方公共団体コード without its check digit, five digits.
    pub municipality_code: String,
}

/// All data about a person. No single party may know all of it: the data-class matrix says who may have what.
///
/// The serialized form has My Number and resident code, but not PIN and security code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Person {
    pub index: u64,
    pub name: Name,
    /// 生年月日.
    pub birth: Date,
    pub sex: Sex,
    pub address: Address,
    pub my_number: MyNumber,
    pub resident_code: ResidentCode,
    /// Whether the person opted in to a code for medical use. Without it, no code is issued.
    pub opted_in: bool,
    /// Ordered, newest last; drawn periods do not overlap.
    pub insurance: Vec<InsurancePeriod>,
    pub card: CardLife,
}

impl Person {
    /// The insurance in force on `day`; the newest one, if a scenario left several open.
    pub fn insurance_on(&self, day: Date) -> Option<&InsurancePeriod> {
        self.insurance.iter().rev().find(|period| period.covers(day))
    }

    /// Completed years on `day`.
    pub fn age_on(&self, day: Date) -> u32 {
        age_on(self.birth, day)
    }

    /// The newest certificate, the only one that is not revoked.
    ///
    /// # Panics
    /// If a scenario has removed every certificate: a card without one is modelled by ending or revoking it.
    pub fn current_certificate(&self) -> &CardCertificate {
        self.card.certificates.last().expect("a card keeps at least its first certificate")
    }
}
