//! 診療録. What the facility's staff write about a person after a successful check: the facility's own record, which does not
//! leave it.

use super::visit::Visit;
use jiff::civil::Date;
use serde::Serialize;
use sim::disk::Disk;
use sim::seed::Seed;
use sim::terms::check::CheckId;
use sim::terms::messages::to_json;
use sim::terms::stores;

/// The name of the store.
pub const CHARTS: &str = stores::CHARTS.name;

/// 診療情報 of a person at one facility: 26 characters instead of medical findings, so that they can be recognised wherever they
/// appear. Another facility's chart of the person contains different ones, so that charts cannot be joined by them.
pub fn record_token(seed: &Seed, person: u64, facility: u64) -> String {
    data_encoding::BASE32_NOPAD.encode(&seed.bytes(&format!("medical-record/{facility}/{person}"))[..16])
}

#[derive(Serialize)]
struct ChartEntry<'a> {
    check: &'a CheckId,
    day: Date,
    record: &'a str,
    text: &'a str,
}

/// Writes the entry of a visit on a day.
pub(super) fn write(visit: &Visit, day: Date, disk: &Disk) {
    let entry =
        ChartEntry { check: &visit.check, day, record: &visit.record, text: "初診。咽頭痛、発熱。処方あり。" };
    disk.append(CHARTS, to_json(&entry));
    disk.sync(CHARTS);
}
