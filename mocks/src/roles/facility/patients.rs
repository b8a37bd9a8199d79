//! 患者索引. The value by which the facility recognizes a person: the only thing that it keeps from the card.

use serde::{Deserialize, Serialize};
use sim::disk::Disk;
use sim::terms::check::CheckId;
use sim::terms::identifiers::CertificateSerial;
use sim::terms::messages::to_json;
use sim::terms::stores;
use std::collections::BTreeSet;

/// The name of the store.
pub const PATIENTS: &str = stores::PATIENTS.name;

/// The value, and the check of the person's first visit.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PatientEntry {
    check: CheckId,
    known_by: String,
}

/// The index, stored on the disk.
pub(super) struct PatientIndex {
    disk: Disk,
    known: BTreeSet<String>,
}

impl PatientIndex {
    /// Reads the disk.
    pub fn open(disk: Disk) -> Self {
        let entry = |record: Vec<u8>| serde_json::from_slice::<PatientEntry>(&record).ok();
        let known = disk.read(PATIENTS).into_iter().filter_map(entry).map(|e| e.known_by).collect();
        PatientIndex { disk, known }
    }

    /// Enters a person who is not in it yet.
    pub fn enter(&mut self, check: &CheckId, known_by: String) {
        if self.known.insert(known_by.clone()) {
            self.disk.append(PATIENTS, to_json(&PatientEntry { check: check.clone(), known_by }));
            self.disk.sync(PATIENTS);
        }
    }
}

/// The serial number of a certificate. `None` if it cannot be read.
pub(super) fn serial_of(certificate: &[u8]) -> Option<CertificateSerial> {
    let certificate = openssl::x509::X509::from_der(certificate).ok()?;
    let serial = certificate.serial_number().to_bn().ok()?.to_dec_str().ok()?;
    serial.parse().ok().map(CertificateSerial)
}
