//! The records that facility and broker keep of a check, as the contract has them. Members that a rule does not need are not read,
//! so that a vendor may keep more.

use jiff::civil::Date;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use terms::check::CheckId;
use terms::identifiers::{FacilityNumber, InsuredIdentifier};
use terms::journal::{Content, Entry};
use terms::outcome::OutcomeCode;

/// One record with the entry by which it became durable.
#[derive(Clone, Debug)]
pub struct Stored<'a, T> {
    pub entry: &'a Entry,
    pub kept: Kept<T>,
}

/// What a record holds.
#[derive(Clone, Debug)]
pub enum Kept<T> {
    Read(T),
    /// It is not what the contract says. If it names a check, it is this one's.
    Unreadable(Option<CheckId>),
}

impl<'a, T: DeserializeOwned> Stored<'a, T> {
    pub(super) fn read(entry: &'a Entry, content: &Content) -> Self {
        let read = content.bytes().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        Stored { entry, kept: read.map_or_else(|| Kept::Unreadable(check_in(content)), Kept::Read) }
    }
}

impl<T> Stored<'_, T> {
    pub fn read_as(&self) -> Option<&T> {
        match &self.kept {
            Kept::Read(record) => Some(record),
            Kept::Unreadable(_) => None,
        }
    }
}

/// The member `check` of a record.
pub(crate) fn check_in(content: &Content) -> Option<CheckId> {
    #[derive(Deserialize)]
    struct Named {
        check: String,
    }
    let named: Named = serde_json::from_slice(&content.bytes()?).ok()?;
    CheckId::parse(&named.check)
}

/// 資格情報の記録 (⑦): what the reception keeps of a check.
#[derive(Clone, Debug, Deserialize)]
pub struct Received {
    pub check: CheckId,
    pub outcome: OutcomeCode,
    pub coverages: Vec<RecordedCoverage>,
}

/// One coverage as the reception keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RecordedCoverage {
    pub insured: InsuredIdentifier,
    pub in_force: bool,
    pub since: Date,
    /// The last day in force.
    pub until: Option<Date>,
    pub copayment_percent: u8,
}

/// What the broker keeps of a check.
#[derive(Clone, Debug, Deserialize)]
pub struct Audited {
    pub check: CheckId,
    pub facility: FacilityNumber,
    pub outcome: OutcomeCode,
}
