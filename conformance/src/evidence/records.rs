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
pub struct StoredRecord<'a, T> {
    pub entry: &'a Entry,
    pub content: RecordContent<T>,
}

/// What a record contains.
#[derive(Clone, Debug)]
pub enum RecordContent<T> {
    Parsed(T),
    /// It is not what the contract says. If it names a check, it is this one's.
    Unreadable(Option<CheckId>),
}

impl<'a, T: DeserializeOwned> StoredRecord<'a, T> {
    pub(super) fn read(entry: &'a Entry, content: &Content) -> Self {
        let read = content.bytes().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        StoredRecord { entry, content: read.map_or_else(|| RecordContent::Unreadable(check_in(content)), RecordContent::Parsed) }
    }
}

impl<T> StoredRecord<'_, T> {
    pub fn parsed(&self) -> Option<&T> {
        match &self.content {
            RecordContent::Parsed(record) => Some(record),
            RecordContent::Unreadable(_) => None,
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
