//! Records that an honest party does not keep.

use sim::disk::Disk;
use sim::terms::check::CheckId;
use sim::terms::messages::to_json;
use sim::terms::stores;

/// Makes a record durable in a store of the running party in which an honest party keeps nothing.
pub fn keep(store: &str, record: Vec<u8>) {
    let disk = Disk::default();
    disk.append(store, record);
    disk.sync(store);
}

/// Records the value under which the patient of a check is filed.
pub fn keep_patient(check: &CheckId, patient: &str) {
    keep(stores::PATIENTS.name, to_json(&serde_json::json!({ "check": check, "patient": patient })));
}
