//! The reception's own record of a check (⑦), and what its screen shows.

use super::visit::Visit;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sim::disk::Disk;
use sim::terms::check::CheckId;
use sim::terms::fhir::{CoverageAnswer, EligibilityAnswer};
use sim::terms::identifiers::InsuredIdentifier;
use sim::terms::messages::to_json;
use sim::terms::outcome::OutcomeCode;
use sim::terms::roles::FacilityKind;
use sim::terms::stores;
use std::fmt::Write;

/// The name of the store.
pub const STORE: &str = stores::RECEPTION.name;

/// The facility's record of one check. It contains no number and no code of the person; the insured identifier is needed for
/// the claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReceptionRecord {
    pub check: CheckId,
    pub at: Timestamp,
    pub day: Date,
    pub outcome: OutcomeCode,
    pub coverages: Vec<RecordedCoverage>,
    /// What was copied from a paper card, whether or not it is in force; only in the design that copies it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copied: Option<InsuredIdentifier>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecordedCoverage {
    pub insured: InsuredIdentifier,
    pub insurer_name: String,
    pub in_force: bool,
    pub since: Date,
    pub until: Option<Date>,
    /// None if the insurer does not state it.
    pub copayment_percent: Option<u8>,
}

impl RecordedCoverage {
    fn of(c: &CoverageAnswer) -> Self {
        RecordedCoverage {
            insured: c.insured.clone(),
            insurer_name: c.insurer_name.clone(),
            in_force: c.in_force,
            since: c.since,
            until: c.until,
            copayment_percent: c.copayment_percent,
        }
    }
}

impl ReceptionRecord {
    /// `day` is the one about which was asked; `at` is when the record is made.
    pub(super) fn new(visit: &Visit, day: Date, at: Timestamp, outcome: OutcomeCode, answer: Option<&EligibilityAnswer>) -> Self {
        let coverages = answer.map(|a| a.coverages.iter().map(RecordedCoverage::of).collect()).unwrap_or_default();
        ReceptionRecord { check: visit.check.clone(), at, day, outcome, coverages, copied: None }
    }

    /// The record of a check, if there is one on the disk.
    pub(super) fn of_check(check: &CheckId, disk: &Disk) -> Option<ReceptionRecord> {
        let read = |record: Vec<u8>| serde_json::from_slice::<ReceptionRecord>(&record).ok();
        disk.read(STORE).into_iter().filter_map(read).find(|record| record.check == *check)
    }

    pub(crate) fn store(&self, disk: &Disk) {
        disk.append(STORE, to_json(self));
        disk.sync(STORE);
    }

    /// The text for the reception.
    pub fn screen(&self, kind: FacilityKind) -> String {
        let counter = match kind {
            FacilityKind::Hospital => "病院 受付",
            FacilityKind::Clinic => "診療所 受付",
            FacilityKind::Dental => "歯科 受付",
            FacilityKind::Pharmacy => "薬局 窓口",
        };
        let mut text = format!("{counter}　資格確認結果: {}", self.outcome.text_ja());
        for c in &self.coverages {
            let state = if c.in_force { "有効" } else { "無効" };
            let until = c.until.map_or_else(String::new, |u| format!(" 喪失 {u}"));
            // A share that nobody has stated is not shown as one: staff ask the insurer.
            let share = c.copayment_percent.map_or_else(|| "未登録".to_string(), |percent| format!("{}割", percent / 10));
            let i = &c.insured;
            // Writing to a String does not fail.
            let _ = write!(
                text,
                "\n{state} {} 保険者番号 {} 記号 {} 番号 {} 枝番 {} 取得 {}{until} 負担 {share}",
                c.insurer_name,
                i.insurer.reveal(),
                i.symbol,
                i.number,
                i.branch,
                c.since,
            );
        }
        text
    }
}
