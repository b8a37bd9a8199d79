//! The broker's record of each check. It is durable before the answer leaves, so that a crash loses neither: a facility that
//! asks again under the same check gets the answer that was recorded.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sim::disk::Disk;
use sim::terms::check::CheckId;
use sim::terms::identifiers::FacilityNumber;
use sim::terms::messages::to_json;
use sim::terms::outcome::OutcomeCode;
use std::collections::BTreeMap;

/// The name of the store.
pub const STORE: &str = "audit";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuditRecord {
    pub check: CheckId,
    pub facility: FacilityNumber,
    pub at: Timestamp,
    pub outcome: OutcomeCode,
    /// SHA-256 of the certificate that was presented, lower-case hex; empty if the request could not be read that far.
    pub certificate_sha256: String,
    pub status: u16,
    /// The body of the answer.
    pub answer: String,
}

pub struct Audit {
    disk: Disk,
    by_check: BTreeMap<(FacilityNumber, CheckId), AuditRecord>,
}

impl Audit {
    /// Reads what is on the disk.
    pub fn open(disk: Disk) -> Self {
        let mut by_check = BTreeMap::new();
        for record in disk.read(STORE) {
            match serde_json::from_slice::<AuditRecord>(&record) {
                Ok(r) => {
                    by_check.insert((r.facility.clone(), r.check.clone()), r);
                }
                Err(e) => tracing::error!("an audit record cannot be read: {e}"),
            }
        }
        Audit { disk, by_check }
    }

    pub fn find(&self, facility: &FacilityNumber, check: &CheckId) -> Option<&AuditRecord> {
        self.by_check.get(&(facility.clone(), check.clone()))
    }

    /// Makes a record durable, unless the check has one.
    pub fn record(&mut self, record: AuditRecord) {
        let key = (record.facility.clone(), record.check.clone());
        if self.by_check.contains_key(&key) {
            return;
        }
        self.disk.append(STORE, to_json(&record));
        self.disk.sync(STORE);
        self.by_check.insert(key, record);
    }
}
