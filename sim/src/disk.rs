//! A party's disk: append-only stores, whose synced records survive a crash of the party.

use crate::context;
use crate::journal::{Content, Event, Occasion};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

/// The stores of one party. Clones are handles to the same disk.
#[derive(Clone, Default)]
pub struct Disk {
    stores: Rc<RefCell<BTreeMap<String, Store>>>,
}

/// What happens to unsynced records when a party goes down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsynced {
    /// They are lost, as in a power failure.
    Lost,
    /// They are written to disk, as in an orderly shutdown.
    Kept,
}

#[derive(Default)]
struct Store {
    records: VecDeque<Record>,
    /// The position of the first record still present, which is also the number of forgotten ones.
    first: u64,
    /// The position after the last durable record.
    synced: u64,
    /// The most records that are kept, if the store is bounded.
    most: Option<usize>,
    /// The marks of the forgotten records.
    forgotten: BTreeSet<u64>,
}

struct Record {
    mark: u64,
    bytes: Vec<u8>,
}

impl Store {
    fn forget_first(&mut self) {
        if let Some(record) = self.records.pop_front() {
            self.first += 1;
            if record.mark != 0 {
                self.forgotten.insert(record.mark);
            }
        }
    }
}

impl Disk {
    /// Appends a record and returns its position. A crash loses it until [`Disk::sync`] is called.
    pub fn append(&self, store: &str, record: Vec<u8>) -> u64 {
        self.append_marked(store, record, 0)
    }

    /// Like [`Disk::append`], with a mark that is kept when the record is forgotten; 0 is no mark.
    pub fn append_marked(&self, store: &str, record: Vec<u8>, mark: u64) -> u64 {
        let mut stores = self.stores.borrow_mut();
        let s = stores.entry(store.to_string()).or_default();
        s.records.push_back(Record { mark, bytes: record });
        s.first + s.records.len() as u64 - 1
    }

    /// Keeps at most `most` durable records of `store`; of older ones, only the count and the marks are kept. For runs of
    /// millions of checks, in which no rule reads the disks.
    pub fn keep_at_most(&self, store: &str, most: usize) {
        self.stores.borrow_mut().entry(store.to_string()).or_default().most = Some(most);
    }

    /// Whether the store is bounded.
    pub fn may_forget(&self, store: &str) -> bool {
        self.stores.borrow().get(store).is_some_and(|s| s.most.is_some())
    }

    /// How many records are forgotten: the position of the first one still present.
    pub fn forgotten(&self, store: &str) -> u64 {
        self.stores.borrow().get(store).map_or(0, |s| s.first)
    }

    /// Whether a record with this mark is forgotten.
    pub fn has_forgotten(&self, store: &str, mark: u64) -> bool {
        self.stores.borrow().get(store).is_some_and(|s| s.forgotten.contains(&mark))
    }

    /// Forgets the durable records before a position, if the store is bounded: those that have expired.
    pub fn forget_before(&self, store: &str, position: u64) {
        let mut stores = self.stores.borrow_mut();
        let Some(s) = stores.get_mut(store).filter(|s| s.most.is_some()) else { return };
        while s.first < position.min(s.synced) {
            s.forget_first();
        }
    }

    /// The record at a position, if it is still present.
    pub fn get(&self, store: &str, position: u64) -> Option<Vec<u8>> {
        let stores = self.stores.borrow();
        let s = stores.get(store)?;
        let index = usize::try_from(position.checked_sub(s.first)?).ok()?;
        s.records.get(index).map(|r| r.bytes.clone())
    }

    /// Makes all records of `store` durable. Each record that becomes durable is written to the journal.
    pub fn sync(&self, store: &str) {
        let mut stores = self.stores.borrow_mut();
        let Some(s) = stores.get_mut(store) else { return };
        let durable = usize::try_from(s.synced - s.first).unwrap_or(usize::MAX);
        for record in s.records.iter().skip(durable) {
            context::record(Event::Record { store: store.to_string(), content: Content::of(&record.bytes) });
        }
        s.synced = s.first + s.records.len() as u64;
        while s.most.is_some_and(|most| s.records.len() > most) {
            s.forget_first();
        }
    }

    /// Applies a crash of the running party, whose disk this is: unsynced records are lost or kept.
    pub fn crash(&self, unsynced: Unsynced) {
        match unsynced {
            Unsynced::Lost => {
                let durable = |s: &Store| usize::try_from(s.synced - s.first).unwrap_or(usize::MAX);
                self.stores.borrow_mut().values_mut().for_each(|s| s.records.truncate(durable(s)));
            }
            Unsynced::Kept => {
                let all: Vec<String> = self.stores.borrow().keys().cloned().collect();
                all.iter().for_each(|store| self.sync(store));
            }
        }
    }

    /// Writes everything that is on the disk to the journal, as the running party.
    pub fn record_state(&self, when: Occasion) {
        for (store, s) in self.stores.borrow().iter() {
            for record in &s.records {
                context::record(Event::State { store: store.clone(), when, content: Content::of(&record.bytes) });
            }
        }
    }

    /// Replaces what is durable in `store`, as an administrator who restores a backup. The journal gets no record of it: nothing is
    /// recorded again. For stores without a bound.
    pub fn replace(&self, store: &str, records: Vec<Vec<u8>>) {
        let mut stores = self.stores.borrow_mut();
        let s = stores.entry(store.to_string()).or_default();
        s.synced = s.first + records.len() as u64;
        s.records = records.into_iter().map(|bytes| Record { mark: 0, bytes }).collect();
    }

    /// A copy of the records of `store`, oldest first.
    pub fn read(&self, store: &str) -> Vec<Vec<u8>> {
        self.stores.borrow().get(store).map(|s| s.records.iter().map(|r| r.bytes.clone()).collect()).unwrap_or_default()
    }

    /// Like [`Disk::read`], with the position of each record.
    pub fn read_with_positions(&self, store: &str) -> Vec<(u64, Vec<u8>)> {
        (self.forgotten(store)..).zip(self.read(store)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::{Party, World, act_as};
    use crate::journal::Journal;
    use crate::seed::Seed;
    use crate::terms::roles::Zone;

    #[test]
    fn a_crash_loses_what_was_not_synced_and_nothing_else() {
        let seed = Seed::new(1, "disk");
        let world = World::new(seed, jiff::Timestamp::UNIX_EPOCH, Journal::default(), Box::new(|| 0), 0);
        let disk = Disk::default();
        act_as(&world, &Party::new(&seed, "broker", Zone::Broker), || {
            disk.append("audit", b"one".to_vec());
            disk.sync("audit");
            disk.append("audit", b"two".to_vec());
        });
        disk.crash(Unsynced::Lost);
        assert_eq!(disk.read("audit"), [b"one".to_vec()]);
        assert_eq!(world.journal.borrow().entries().len(), 1);
        act_as(&world, &Party::new(&seed, "broker", Zone::Broker), || disk.record_state(Occasion::Crash));
        let journal = world.journal.borrow();
        let [_, state] = journal.entries() else { panic!("one record is on the disk") };
        let content = Content::Text("one".into());
        assert_eq!(state.event, Event::State { store: "audit".into(), when: Occasion::Crash, content });
    }

    #[test]
    fn a_bounded_store_counts_and_marks_what_it_forgets_and_keeps_positions() {
        let seed = Seed::new(1, "disk");
        let world = World::new(seed, jiff::Timestamp::UNIX_EPOCH, Journal::default(), Box::new(|| 0), 0);
        let disk = Disk::default();
        disk.keep_at_most("audit", 2);
        act_as(&world, &Party::new(&seed, "broker", Zone::Broker), || {
            let positions: Vec<u64> = (0..5u8).map(|n| disk.append_marked("audit", vec![n], 10 + u64::from(n))).collect();
            assert_eq!((positions, disk.forgotten("audit")), (vec![0, 1, 2, 3, 4], 0));
            disk.sync("audit");
            assert_eq!(disk.append("audit", vec![5]), 5);
            disk.forget_before("audit", 4);
        });
        disk.crash(Unsynced::Lost);
        assert_eq!(disk.read_with_positions("audit"), [(4, vec![4])]);
        assert_eq!((disk.get("audit", 4), disk.get("audit", 3), disk.get("audit", 5)), (Some(vec![4]), None, None));
        assert_eq!([10, 13, 14].map(|mark| disk.has_forgotten("audit", mark)), [true, true, false]);
        assert_eq!(world.journal.borrow().entries().len(), 5);
        // An unbounded store forgets nothing.
        disk.append("feeds", vec![1]);
        disk.forget_before("feeds", 1);
        assert_eq!(disk.read("feeds").len(), 1);
    }

    #[test]
    fn an_orderly_shutdown_keeps_unsynced_records_and_the_journal_shows_it() {
        let seed = Seed::new(1, "disk");
        let world = World::new(seed, jiff::Timestamp::UNIX_EPOCH, Journal::default(), Box::new(|| 0), 0);
        let disk = Disk::default();
        act_as(&world, &Party::new(&seed, "broker", Zone::Broker), || {
            disk.append("audit", b"one".to_vec());
            disk.crash(Unsynced::Kept);
        });
        assert_eq!(disk.read("audit"), [b"one".to_vec()]);
        let journal = world.journal.borrow();
        let [kept] = journal.entries() else { panic!("one record became durable") };
        assert_eq!(kept.event, Event::Record { store: "audit".into(), content: Content::Text("one".into()) });
        drop(journal);
        disk.crash(Unsynced::Lost);
        assert_eq!(disk.read("audit").len(), 1);
    }
}
