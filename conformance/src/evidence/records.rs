//! The records that facility and broker keep of a check, as the contract defines them. Members that no rule needs are ignored, so
//! that a vendor may record more.

use jiff::civil::Date;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use terms::check::CheckId;
use terms::identifiers::{FacilityNumber, InsuredIdentifier};
use terms::journal::{Content, Entry};
use terms::outcome::OutcomeCode;

/// One record, with the entry in which it became durable.
#[derive(Clone, Debug)]
pub struct StoredRecord<'a, T> {
    pub entry: &'a Entry,
    pub content: RecordContent<T>,
}

/// What a record contains.
#[derive(Clone, Debug)]
pub enum RecordContent<T> {
    Parsed(T),
    /// It does not follow the contract. The check that it names, if it names one.
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

/// 資格情報の記録 (⑦): what the reception records of a check.
#[derive(Clone, Debug, Deserialize)]
pub struct ReceptionRecord {
    pub check: CheckId,
    pub outcome: OutcomeCode,
    pub coverages: Vec<RecordedCoverage>,
}

/// One coverage as the reception records it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RecordedCoverage {
    pub insured: InsuredIdentifier,
    pub in_force: bool,
    pub since: Date,
    /// The last day in force.
    pub until: Option<Date>,
    /// None if the insurer does not state it.
    pub copayment_percent: Option<u8>,
}

/// 照会記録: what the broker records of a check.
#[derive(Clone, Debug, Deserialize)]
pub struct AuditRecord {
    pub check: CheckId,
    pub facility: FacilityNumber,
    pub outcome: OutcomeCode,
}
