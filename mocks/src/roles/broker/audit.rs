//! The broker's audit record of each check. It is durable before the answer leaves, so that a crash loses neither: a facility
//! that retries with the same check gets the recorded answer.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sim::disk::Disk;
use sim::terms::check::CheckId;
use sim::terms::fhir::EligibilityQuestion;
use sim::terms::identifiers::FacilityNumber;
use sim::terms::messages::to_json;
use sim::terms::outcome::OutcomeCode;
use sim::terms::stores;
use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use tokio::sync::Notify;

/// The name of the store.
pub const STORE: &str = stores::AUDIT.name;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuditRecord {
    pub check: CheckId,
    pub facility: FacilityNumber,
    pub at: Timestamp,
    pub outcome: OutcomeCode,
    /// SHA-256 of the question (see [`AuditRecord::digest`]), lower-case hex; empty if the request could not be parsed.
    pub question_sha256: String,
    pub status: u16,
    /// The body of the answer.
    pub answer: String,
}

impl AuditRecord {
    /// A digest of the content of a question: certificate or number, day and coverage. The challenge is new at every attempt and is
    /// not included.
    pub fn digest(question: &EligibilityQuestion) -> String {
        let certificate = data_encoding::HEXLOWER.encode(&Sha256::digest(&question.certificate));
        let asked = match &question.number {
            None => to_json(&(certificate, question.day, &question.on_record)),
            // Whoever has the digest can find the number by trying all; it stays at the broker, which may have it.
            Some(number) => to_json(&(number.reveal(), question.day, &question.on_record)),
        };
        data_encoding::HEXLOWER.encode(&Sha256::digest(&asked))
    }
}

/// The audit record of a check, if there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditLookup {
    Record(AuditRecord),
    /// There was a record, but the disk has forgotten it.
    Forgotten,
    Nothing,
}

/// The record of a check: its position on the disk, and the outcome.
#[derive(Clone, Copy)]
struct Recorded {
    position: u64,
    outcome: OutcomeCode,
}

/// Check ids are unique for one facility.
type CheckKey = (FacilityNumber, CheckId);

/// The mark by which the disk identifies a check whose record is forgotten.
fn mark((facility, check): &CheckKey) -> u64 {
    let digest = Sha256::new().chain_update(facility.reveal()).chain_update(check.as_str()).finalize();
    // Zero means no mark.
    digest.iter().take(8).fold(0, |mark, byte| mark << 8 | u64::from(*byte)) | 1
}

pub struct Audit {
    disk: Disk,
    /// Whether a check that ended in *not known* because of JPKI can be processed again.
    reopens: bool,
    /// Checks in progress: a retry in the meantime waits until the first attempt ends.
    under_way: BTreeMap<CheckKey, Rc<Notify>>,
    by_check: BTreeMap<CheckKey, Recorded>,
    /// In the order on the disk, if the disk may forget: what it forgets is forgotten here too.
    order: VecDeque<(u64, CheckKey)>,
}

impl Audit {
    /// Reads the disk. If it `reopens`, a check that ended in *not known* because of JPKI is processed again on a retry; a record
    /// of another outcome then follows the first.
    pub fn open(disk: Disk, reopens: bool) -> Self {
        let mut by_check = BTreeMap::new();
        let mut order = VecDeque::new();
        for (position, record) in disk.read_with_positions(STORE) {
            match serde_json::from_slice::<AuditRecord>(&record) {
                Ok(r) => {
                    let (key, outcome) = ((r.facility, r.check), r.outcome);
                    if disk.may_forget(STORE) {
                        order.push_back((position, key.clone()));
                    }
                    by_check.insert(key, Recorded { position, outcome });
                }
                Err(e) => tracing::error!("an audit record cannot be read: {e}"),
            }
        }
        Audit { disk, reopens, under_way: BTreeMap::new(), by_check, order }
    }

    pub fn find(&self, facility: &FacilityNumber, check: &CheckId) -> AuditLookup {
        let key = (facility.clone(), check.clone());
        let Some(recorded) = self.by_check.get(&key) else {
            return if self.is_forgotten(&key) { AuditLookup::Forgotten } else { AuditLookup::Nothing };
        };
        match self.disk.get(STORE, recorded.position).map(|r| serde_json::from_slice(&r)) {
            Some(Ok(record)) => AuditLookup::Record(record),
            Some(Err(e)) => {
                tracing::error!("an audit record cannot be read: {e}");
                AuditLookup::Forgotten
            }
            None => AuditLookup::Forgotten,
        }
    }

    fn is_forgotten(&self, key: &CheckKey) -> bool {
        self.disk.forgotten(STORE) > 0 && self.disk.has_forgotten(STORE, mark(key))
    }

    fn is_closed(&self, key: &CheckKey) -> bool {
        match self.by_check.get(key) {
            Some(recorded) => !self.reopens || !recorded.outcome.is_transient(),
            None => self.is_forgotten(key),
        }
    }

    /// Begins to process a check exclusively, until the returned value is dropped. `None` if it has a final record.
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

    /// The checks in progress.
    pub fn under_way(&self) -> impl Iterator<Item = &(FacilityNumber, CheckId)> {
        self.under_way.keys()
    }

    /// Appends a record as `append` does, and makes it durable.
    pub fn record(&mut self, record: AuditRecord) {
        self.append(record);
        self.sync();
    }

    /// Appends a record, unless the check has a final one, or one with the same outcome. Until [`Audit::sync`] a crash loses it.
    pub(crate) fn append(&mut self, record: AuditRecord) {
        let key = (record.facility.clone(), record.check.clone());
        if self.is_closed(&key) || self.by_check.get(&key).is_some_and(|r| r.outcome == record.outcome) {
            return;
        }
        let position = self.write(&record);
        if self.disk.may_forget(STORE) {
            self.order.push_back((position, key.clone()));
        }
        self.by_check.insert(key, Recorded { position, outcome: record.outcome });
    }

    pub(crate) fn write(&self, record: &AuditRecord) -> u64 {
        let mark = if self.disk.may_forget(STORE) { mark(&(record.facility.clone(), record.check.clone())) } else { 0 };
        self.disk.append_marked(STORE, to_json(record), mark)
    }

    pub(crate) fn sync(&mut self) {
        self.disk.sync(STORE);
        let kept_from = self.disk.forgotten(STORE);
        while let Some((position, key)) = self.order.front().filter(|(position, _)| *position < kept_from) {
            // A later record of the same check is kept.
            if self.by_check.get(key).is_some_and(|e| e.position == *position) {
                self.by_check.remove(key);
            }
            self.order.pop_front();
        }
    }
}

/// A check in progress. Dropped when it has its record, or when the client went away.
pub struct UnderWay<'a> {
    audit: &'a RefCell<Audit>,
    key: CheckKey,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        if let Ok(mut audit) = self.audit.try_borrow_mut()
            && let Some(waiting) = audit.under_way.remove(&self.key)
        {
            // All who are waiting now, and one who is just about to wait.
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
    fn a_concurrent_retry_waits_for_the_record_and_makes_none() {
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
                let mine = Audit::begin(&audit, &facility, &check).await.expect("no other attempt is in progress");
                tokio::task::yield_now().await;
                audit.borrow_mut().record(record(OutcomeCode::InForce));
                drop(mine);
            };
            let second = async { Audit::begin(&audit, &facility, &check).await.is_none() };
            let third = async { Audit::begin(&audit, &facility, &check).await.is_none() };
            let ((), second, third) = tokio::join!(first, second, third);
            assert!(second && third);
            audit.borrow_mut().record(record(OutcomeCode::NotInsured));
            assert!(
                matches!(audit.borrow().find(&facility, &check), AuditLookup::Record(r) if r.outcome == OutcomeCode::InForce)
            );
        };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(within(world.clone(), party, work));
        assert_eq!(world.journal.borrow().entries().len(), 1);
    }

    #[test]
    fn a_client_that_went_away_leaves_the_check_to_the_next() {
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

    #[test]
    fn a_check_whose_record_is_forgotten_is_neither_new_nor_known_even_after_a_restart() {
        let seed = Seed::new(1, "audit");
        let world = World::new(seed, Timestamp::UNIX_EPOCH, Journal::default(), Box::new(|| 0), 0);
        let (disk, facility) = (Disk::default(), FacilityNumber::from_body(131_000_001));
        disk.keep_at_most(STORE, 2);
        let check = |n| CheckId::new(0, n);
        let found = |audit: &Audit| {
            [0, 1, 2, 3, 4].map(|n| audit.find(&facility, &check(n))).map(|f| match f {
                AuditLookup::Record(_) => 'r',
                AuditLookup::Forgotten => 'f',
                AuditLookup::Nothing => 'n',
            })
        };
        sim::context::act_as(&world, &Party::new(&seed, "broker", Zone::Broker), || {
            let mut audit = Audit::open(disk.clone(), true);
            for (n, outcome) in [
                (0, OutcomeCode::InForce),
                (1, OutcomeCode::JpkiNoAnswer),
                (2, OutcomeCode::InForce),
                (1, OutcomeCode::InForce),
                (3, OutcomeCode::InForce),
            ] {
                audit.record(AuditRecord {
                    check: check(n),
                    facility: facility.clone(),
                    at: Timestamp::UNIX_EPOCH,
                    outcome,
                    question_sha256: String::new(),
                    status: 200,
                    answer: String::new(),
                });
            }
            assert_eq!(found(&audit), ['f', 'r', 'f', 'r', 'n']);
            disk.crash(sim::disk::Unsynced::Lost);
            assert_eq!(found(&Audit::open(disk.clone(), true)), ['f', 'r', 'f', 'r', 'n']);
            assert_eq!(disk.forgotten(STORE), 3);
        });
    }
}
