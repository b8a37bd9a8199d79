//! A party's disk: append-only stores that outlive a crash of the party, as far as they were synced.

use crate::context;
use crate::journal::{Content, Event, Occasion};
use std::cell::RefCell;
use std::collections::BTreeMap;
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
    records: Vec<Vec<u8>>,
    synced: usize,
}

impl Disk {
    /// Appends a record. It is lost in a crash until [`Disk::sync`] is called.
    pub fn append(&self, store: &str, record: Vec<u8>) {
        self.stores.borrow_mut().entry(store.to_string()).or_default().records.push(record);
    }

    /// Makes all records of `store` durable. Each record that becomes durable is written to the journal.
    pub fn sync(&self, store: &str) {
        let mut stores = self.stores.borrow_mut();
        let Some(s) = stores.get_mut(store) else { return };
        for record in &s.records[s.synced..] {
            context::record(Event::Record { store: store.to_string(), content: Content::of(record) });
        }
        s.synced = s.records.len();
    }

    /// What is left when the running party, whose disk it is, goes down.
    pub fn crash(&self, unsynced: Unsynced) {
        match unsynced {
            Unsynced::Lost => self.stores.borrow_mut().values_mut().for_each(|s| s.records.truncate(s.synced)),
            Unsynced::Kept => {
                let all: Vec<String> = self.stores.borrow().keys().cloned().collect();
                all.iter().for_each(|store| self.sync(store));
            }
        }
    }

    /// Tells the journal, as the running party, everything that is on the disk.
    pub fn tell(&self, when: Occasion) {
        for (store, s) in self.stores.borrow().iter() {
            for record in &s.records {
                context::record(Event::State { store: store.clone(), when, content: Content::of(record) });
            }
        }
    }

    /// A copy of the records of `store`, oldest first.
    pub fn read(&self, store: &str) -> Vec<Vec<u8>> {
        self.stores.borrow().get(store).map(|s| s.records.clone()).unwrap_or_default()
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
        act_as(&world, &Party::new(&seed, "broker", Zone::Broker), || disk.tell(Occasion::Crash));
        let journal = world.journal.borrow();
        let [_, told] = journal.entries() else { panic!("one record is told") };
        let content = Content::Text("one".into());
        assert_eq!(told.event, Event::State { store: "audit".into(), when: Occasion::Crash, content });
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
