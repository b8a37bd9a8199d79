//! A party's disk: append-only stores that outlive a crash of the party, as far as they were synced.

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

/// What becomes of what was written and not synced when a party goes down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsynced {
    /// Gone, as when the power fails.
    Lost,
    /// Written out, as when a host is shut down in good order.
    Kept,
}

#[derive(Default)]
struct Store {
    records: VecDeque<Record>,
    /// The place of the first record that is there: so many are forgotten.
    first: u64,
    /// The place behind the last record that is durable.
    synced: u64,
    /// The most records that are kept, where there is a bound.
    most: Option<usize>,
    /// The marks of those that are forgotten.
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
    /// Appends a record. It is lost in a crash until [`Disk::sync`] is called.
    /// At which place it is.
    pub fn append(&self, store: &str, record: Vec<u8>) -> u64 {
        self.append_marked(store, record, 0)
    }

    /// The same with a mark by which the record is known when it is forgotten; 0 is none.
    pub fn append_marked(&self, store: &str, record: Vec<u8>, mark: u64) -> u64 {
        let mut stores = self.stores.borrow_mut();
        let s = stores.entry(store.to_string()).or_default();
        s.records.push_back(Record { mark, bytes: record });
        s.first + s.records.len() as u64 - 1
    }

    /// Keeps at most so many durable records of `store`: older ones are counted and forgotten, except for their marks. For runs
    /// of millions of checks, which nobody judges by what is on disks.
    pub fn keeping(&self, store: &str, most: usize) {
        self.stores.borrow_mut().entry(store.to_string()).or_default().most = Some(most);
    }

    /// Whether the store has a bound.
    pub fn may_forget(&self, store: &str) -> bool {
        self.stores.borrow().get(store).is_some_and(|s| s.most.is_some())
    }

    /// How many records are forgotten: the place of the first that is there.
    pub fn forgotten(&self, store: &str) -> u64 {
        self.stores.borrow().get(store).map_or(0, |s| s.first)
    }

    /// Whether a record with this mark is forgotten.
    pub fn has_forgotten(&self, store: &str, mark: u64) -> bool {
        self.stores.borrow().get(store).is_some_and(|s| s.forgotten.contains(&mark))
    }

    /// Forgets the durable records before a place, if the store has a bound: whose time is over.
    pub fn forget_before(&self, store: &str, place: u64) {
        let mut stores = self.stores.borrow_mut();
        let Some(s) = stores.get_mut(store).filter(|s| s.most.is_some()) else { return };
        while s.first < place.min(s.synced) {
            s.forget_first();
        }
    }

    /// The record at a place, if it is there.
    pub fn get(&self, store: &str, place: u64) -> Option<Vec<u8>> {
        let stores = self.stores.borrow();
        let s = stores.get(store)?;
        let index = usize::try_from(place.checked_sub(s.first)?).ok()?;
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

    /// What is left when the running party, whose disk it is, goes down.
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

    /// A copy of the records of `store`, oldest first.
    pub fn read(&self, store: &str) -> Vec<Vec<u8>> {
        self.stores.borrow().get(store).map(|s| s.records.iter().map(|r| r.bytes.clone()).collect()).unwrap_or_default()
    }

    /// The same with their places.
    pub fn read_places(&self, store: &str) -> Vec<(u64, Vec<u8>)> {
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
    fn a_bounded_store_counts_and_marks_what_it_forgets_and_keeps_places() {
        let seed = Seed::new(1, "disk");
        let world = World::new(seed, jiff::Timestamp::UNIX_EPOCH, Journal::default(), Box::new(|| 0), 0);
        let disk = Disk::default();
        disk.keeping("audit", 2);
        act_as(&world, &Party::new(&seed, "broker", Zone::Broker), || {
            let places: Vec<u64> = (0..5u8).map(|n| disk.append_marked("audit", vec![n], 10 + u64::from(n))).collect();
            assert_eq!((places, disk.forgotten("audit")), (vec![0, 1, 2, 3, 4], 0));
            disk.sync("audit");
            assert_eq!(disk.append("audit", vec![5]), 5);
            disk.forget_before("audit", 4);
        });
        disk.crash(Unsynced::Lost);
        assert_eq!(disk.read_places("audit"), [(4, vec![4])]);
        assert_eq!((disk.get("audit", 4), disk.get("audit", 3), disk.get("audit", 5)), (Some(vec![4]), None, None));
        assert_eq!([10, 13, 14].map(|mark| disk.has_forgotten("audit", mark)), [true, true, false]);
        assert_eq!(world.journal.borrow().entries().len(), 5);
        // A store without a bound forgets nothing.
        disk.append("feeds", vec![1]);
        disk.forget_before("feeds", 1);
        assert_eq!(disk.read("feeds").len(), 1);
    }

    #[test]
    fn who_is_shut_down_in_good_order_keeps_what_was_not_synced_and_the_journal_says_so() {
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
