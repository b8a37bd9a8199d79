//! The broker's record of each check. It is durable before the answer leaves, so that a crash loses neither: a facility that
//! asks again under the same check gets the answer that was recorded.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sim::disk::Disk;
use sim::terms::check::CheckId;
use sim::terms::fhir::EligibilityQuestion;
use sim::terms::identifiers::FacilityNumber;
use sim::terms::messages::to_json;
use sim::terms::outcome::OutcomeCode;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use tokio::sync::Notify;

/// The name of the store.
pub const STORE: &str = "audit";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuditRecord {
    pub check: CheckId,
    pub facility: FacilityNumber,
    pub at: Timestamp,
    pub outcome: OutcomeCode,
    /// SHA-256 of what was asked (see [`AuditRecord::digest`]), lower-case hex; empty if the request could not be read.
    pub question_sha256: String,
    pub status: u16,
    /// The body of the answer.
    pub answer: String,
}

impl AuditRecord {
    /// A digest of what a question asks: certificate, day and coverage. Its challenge is fresh at every attempt and is no part.
    pub fn digest(question: &EligibilityQuestion) -> String {
        let asked = to_json(&(&question.certificate, question.day, &question.on_record));
        data_encoding::HEXLOWER.encode(&Sha256::digest(&asked))
    }
}

pub struct Audit {
    disk: Disk,
    /// Whether a check that ended in *not known* because of JPKI is open to be worked on anew.
    reopens: bool,
    /// Checks that are being worked on: whoever asks again meanwhile waits for the first to end.
    under_way: BTreeMap<(FacilityNumber, CheckId), Rc<Notify>>,
    by_check: BTreeMap<(FacilityNumber, CheckId), AuditRecord>,
}

impl Audit {
    /// Reads what is on the disk. If it `reopens`, a check that ended in *not known* because of JPKI is worked on anew when it is
    /// asked for again; a record of another end then follows the first.
    pub fn open(disk: Disk, reopens: bool) -> Self {
        let mut by_check = BTreeMap::new();
        for record in disk.read(STORE) {
            match serde_json::from_slice::<AuditRecord>(&record) {
                Ok(r) => {
                    by_check.insert((r.facility.clone(), r.check.clone()), r);
                }
                Err(e) => tracing::error!("an audit record cannot be read: {e}"),
            }
        }
        Audit { disk, reopens, under_way: BTreeMap::new(), by_check }
    }

    pub fn find(&self, facility: &FacilityNumber, check: &CheckId) -> Option<&AuditRecord> {
        self.by_check.get(&(facility.clone(), check.clone()))
    }

    fn is_closed(&self, key: &(FacilityNumber, CheckId)) -> bool {
        self.by_check.get(key).is_some_and(|r| !self.reopens || !r.outcome.is_because_of_jpki())
    }

    /// Begins to work on a check, alone, until what is returned is dropped. `None` if it has a record that stands.
    pub async fn begin<'a>(audit: &'a RefCell<Audit>, facility: &FacilityNumber, check: &CheckId) -> Option<UnderWay<'a>> {
        let key = (facility.clone(), check.clone());
        loop {
            let first = {
                let mut inner = audit.borrow_mut();
                if inner.is_closed(&key) {
                    return None;
                }
                match inner.under_way.get(&key) {
                    Some(first) => first.clone(),
                    None => {
                        inner.under_way.insert(key.clone(), Rc::default());
                        drop(inner);
                        return Some(UnderWay { audit, key });
                    }
                }
            };
            first.notified().await;
        }
    }

    /// Makes a record durable, unless the check has one.
    pub fn record(&mut self, record: AuditRecord) {
        self.append(record);
        self.sync();
    }

    /// Appends a record, unless the check has one that stands, or one of the same end. Until [`Audit::sync`] a crash loses it.
    pub(super) fn append(&mut self, record: AuditRecord) {
        let key = (record.facility.clone(), record.check.clone());
        if self.is_closed(&key) || self.by_check.get(&key).is_some_and(|r| r.outcome == record.outcome) {
            return;
        }
        self.write(&record);
        self.by_check.insert(key, record);
    }

    pub(super) fn write(&self, record: &AuditRecord) {
        self.disk.append(STORE, to_json(record));
    }

    pub(super) fn sync(&self) {
        self.disk.sync(STORE);
    }
}

/// A check that is being worked on. Dropped when it has its record, or when whoever asked went away.
pub struct UnderWay<'a> {
    audit: &'a RefCell<Audit>,
    key: (FacilityNumber, CheckId),
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        if let Ok(mut audit) = self.audit.try_borrow_mut()
            && let Some(waiting) = audit.under_way.remove(&self.key)
        {
            // Everybody who waits by now, and whoever has just decided to.
            waiting.notify_waiters();
            waiting.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::context::{Party, World, within};
    use sim::journal::Journal;
    use sim::seed::Seed;
    use sim::terms::roles::Zone;

    #[test]
    fn who_asks_again_meanwhile_waits_for_the_record_and_makes_none() {
        let seed = Seed::new(1, "audit");
        let world = World::new(seed, Timestamp::UNIX_EPOCH, Journal::default(), Box::new(|| 0), 0);
        let party = Party::new(&seed, "broker", Zone::Broker);
        let audit = RefCell::new(Audit::open(Disk::default(), false));
        let (facility, check) = (FacilityNumber::from_body(131_000_001), CheckId::new(0, 0));
        let record = |outcome| AuditRecord {
            check: check.clone(),
            facility: facility.clone(),
            at: Timestamp::UNIX_EPOCH,
            outcome,
            question_sha256: String::new(),
            status: 200,
            answer: String::new(),
        };
        let work = async {
            let first = async {
                let mine = Audit::begin(&audit, &facility, &check).await.expect("nobody else works on it");
                tokio::task::yield_now().await;
                audit.borrow_mut().record(record(OutcomeCode::InForce));
                drop(mine);
            };
            let second = async { Audit::begin(&audit, &facility, &check).await.is_none() };
            let third = async { Audit::begin(&audit, &facility, &check).await.is_none() };
            let ((), second, third) = tokio::join!(first, second, third);
            assert!(second && third);
            audit.borrow_mut().record(record(OutcomeCode::NotInsured));
            assert_eq!(audit.borrow().find(&facility, &check).map(|r| r.outcome), Some(OutcomeCode::InForce));
        };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(within(world.clone(), party, work));
        assert_eq!(world.journal.borrow().entries().len(), 1);
    }

    #[test]
    fn who_went_away_leaves_the_check_to_the_next() {
        let audit = RefCell::new(Audit::open(Disk::default(), false));
        let (facility, check) = (FacilityNumber::from_body(131_000_001), CheckId::new(0, 0));
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let first = Audit::begin(&audit, &facility, &check).await;
            assert!(first.is_some());
            drop(first);
            assert!(Audit::begin(&audit, &facility, &check).await.is_some());
        });
    }
}
