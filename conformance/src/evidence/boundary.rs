//! The messages at the boundary of a zone's parties, from whichever end saw them.
//!
//! A vendor's system writes no journal. What it sent and received is known all the same if those who exchanged messages with it
//! were seen: a request that a facility sent to the broker is one that the broker was sent. So a rule never asks who wrote an entry;
//! it asks for the messages of a zone, and gets them from the zone's own parties where these were seen, otherwise from their peers.

use crate::wire::Head;
use std::collections::{BTreeMap, BTreeSet};
use terms::ground::Ground;
use terms::identifiers::FacilityNumber;
use terms::journal::{Content, Direction, Entry, Event, Occasion};
use terms::parties;
use terms::roles::Zone;
use terms::stores::AUDIT;

/// The zones whose parties were seen: what they sent, received, logged, showed and stored is in the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    zones: BTreeSet<Zone>,
    /// The zones whose parties were not seen, and that exported the records on their disks at the end of the run.
    records: BTreeSet<Zone>,
}

impl Seen {
    /// Every party, as in a simulation.
    pub fn all() -> Seen {
        Seen { zones: Zone::ALL.into_iter().collect(), records: BTreeSet::new() }
    }

    /// The parties of these zones. The testbed itself always sees what it does.
    pub fn only(zones: impl IntoIterator<Item = Zone>) -> Seen {
        Seen { zones: zones.into_iter().chain([Zone::Testbed]).collect(), records: BTreeSet::new() }
    }

    /// The same, with the audit records that a broker which was not seen exported at the end of a run.
    #[must_use]
    pub fn with_exported_records(mut self, journal: &[Entry]) -> Seen {
        let exported = |e: &&Entry| e.zone == Zone::Broker && matches!(e.event, Event::Snapshot { when: Occasion::End });
        let zones = journal.iter().filter(exported).map(|e| e.zone).filter(|zone| !self.zones.contains(zone));
        self.records = zones.collect();
        self
    }

    /// The same without the parties that were played elsewhere, as the head of a journal says: the journal has nothing of them but what
    /// they exported.
    #[must_use]
    pub fn as_recorded(mut self, journal: &[Entry]) -> Seen {
        let Some(Event::Run { elsewhere, .. }) = journal.first().map(|entry| &entry.event) else { return self };
        let before = self.zones.len();
        self.zones.retain(|zone| *zone == Zone::Testbed || !elsewhere.contains(zone));
        if self.zones.len() < before { self.with_exported_records(journal) } else { self }
    }

    pub fn has(&self, zone: Zone) -> bool {
        self.zones.contains(&zone)
    }

    /// Whether the records of a zone's parties were exported, and nothing else was seen of them.
    pub fn has_only_records(&self, zone: Zone) -> bool {
        self.records.contains(&zone)
    }

    /// Whether messages between parties of two zones were seen, at one end at least.
    pub fn between(&self, a: Zone, b: Zone) -> bool {
        self.has(a) || self.has(b)
    }

    /// Whether every party was seen.
    pub fn is_all(&self) -> bool {
        Zone::ALL.iter().all(|zone| self.has(*zone))
    }

    fn is_exported(&self, entry: &Entry) -> bool {
        self.records.contains(&entry.zone)
            && match &entry.event {
                Event::Snapshot { when } => *when == Occasion::End,
                Event::State { store, when, .. } => *when == Occasion::End && store == AUDIT.name,
                _ => false,
            }
    }

    /// What is left of a journal if only these parties were seen.
    pub fn of(&self, journal: &[Entry]) -> Vec<Entry> {
        journal.iter().filter(|entry| self.has(entry.zone) || self.is_exported(entry)).cloned().collect()
    }
}

/// One message that a party sent or received.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// Where it was seen: at the party or at its peer.
    pub entry: &'a Entry,
    /// A request and its response have the same.
    pub exchange: usize,
    /// Whether the party sent or received it.
    pub direction: Direction,
    /// The party's name in the journal.
    pub party: &'a str,
    /// The peer as its TLS certificate names it: a facility by its number.
    pub peer: &'a str,
    /// Start line and headers.
    pub text: &'a str,
    pub body: &'a Content,
}

impl<'a> Message<'a> {
    pub fn head(&self) -> Head<'a> {
        Head::new(self.text)
    }

    pub fn seq(&self) -> u64 {
        self.entry.seq
    }
}

/// The names by which parties know each other.
struct Names<'a> {
    /// By facility number, the facility's name in the journal.
    hosts: BTreeMap<&'a str, &'a str>,
    /// By the facility's name in the journal, its number.
    numbers: BTreeMap<&'a str, &'a str>,
}

impl<'a> Names<'a> {
    fn of(ground: &'a Ground) -> Self {
        let pairs = ground.facilities.iter().map(|f| (f.number.reveal(), f.host.as_str()));
        Names { hosts: pairs.clone().collect(), numbers: pairs.map(|(number, host)| (host, number)).collect() }
    }

    /// As a party's peers name it, from its name in the journal.
    fn in_certificate(&self, host: &'a str) -> &'a str {
        self.numbers.get(host).copied().unwrap_or(host)
    }

    /// A party's name in the journal, as its peers name it.
    fn in_journal(&self, peer: &'a str) -> &'a str {
        self.hosts.get(peer).copied().unwrap_or(peer)
    }
}

/// The zone of the party that a TLS certificate names so.
fn zone_of(peer: &str) -> Option<Zone> {
    if FacilityNumber::new(peer).is_ok() {
        return Some(Zone::Facility);
    }
    if parties::claims_to_be_insurer(peer) {
        return Some(Zone::Insurer);
    }
    Zone::ALL.into_iter().find(|zone| zone.name() == peer)
}

/// The messages of a zone's parties, in the order of the journal.
pub fn messages<'a>(zone: Zone, journal: &'a [Entry], ground: &'a Ground, seen: &Seen) -> Vec<Message<'a>> {
    let names = Names::of(ground);
    let mut exchanges: BTreeMap<(&str, u64), usize> = BTreeMap::new();
    let mut all = Vec::new();
    for entry in journal {
        let Event::Message { exchange, direction, peer, head, body } = &entry.event else { continue };
        let own = entry.zone == zone;
        if !(own || !seen.has(zone) && zone_of(peer) == Some(zone)) {
            continue;
        }
        let next = exchanges.len();
        let exchange = *exchanges.entry((&entry.host, *exchange)).or_insert(next);
        let (party, peer, direction) = match (own, direction) {
            (true, direction) => (entry.host.as_str(), peer.as_str(), *direction),
            (false, Direction::Sent) => (names.in_journal(peer), names.in_certificate(&entry.host), Direction::Received),
            (false, Direction::Received) => (names.in_journal(peer), names.in_certificate(&entry.host), Direction::Sent),
        };
        all.push(Message { entry, exchange, direction, party, peer, text: head, body });
    }
    all
}
