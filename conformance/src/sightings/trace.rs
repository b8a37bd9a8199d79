//! The hops by which a value reached the place where it was found.

use super::found::Sighting;
use leak::DataClass;
use std::collections::BTreeMap;
use terms::ground::Ground;
use terms::journal::{Direction, Entry, Event};
use terms::parties;

/// More hops than a value can take in the main flow.
const LONGEST: usize = 16;

pub(super) struct Trace<'a> {
    journal: &'a [Entry],
    /// By class, person and party, the sightings in order.
    seen: BTreeMap<(DataClass, u64, &'a str), Vec<&'a Sighting>>,
    /// The host name of a party in the journal, by the name that other parties use for it.
    hosts: BTreeMap<&'a str, &'a str>,
}

impl<'a> Trace<'a> {
    pub fn new(journal: &'a [Entry], ground: &'a Ground, sightings: &'a [Sighting]) -> Self {
        let mut seen: BTreeMap<(DataClass, u64, &str), Vec<&Sighting>> = BTreeMap::new();
        for s in sightings {
            if let Some(entry) = journal.get(s.entry) {
                seen.entry((s.class, s.person, entry.host.as_str())).or_default().push(s);
            }
        }
        let hosts = ground.facilities.iter().map(|f| (f.number.reveal(), f.host.as_str())).collect();
        Trace { journal, seen, hosts }
    }

    /// The hops from where the value was first seen to the sighting, including the sighting.
    pub fn hops(&self, sighting: &'a Sighting) -> Vec<String> {
        let mut chain = vec![sighting];
        while let Some(before) = chain.last().and_then(|s| self.before(s)).filter(|_| chain.len() < LONGEST) {
            chain.push(before);
        }
        chain.reverse();
        chain
            .iter()
            .filter_map(|s| self.journal.get(s.entry).map(|e| format!("{} {} (entry {})", e.host, verb(&e.event), e.seq)))
            .collect()
    }

    /// The previous sighting of the value.
    fn before(&self, s: &Sighting) -> Option<&'a Sighting> {
        let entry = self.journal.get(s.entry)?;
        let host = entry.host.as_str();
        match &entry.event {
            // From the sender to here.
            Event::Message { direction: Direction::Received, peer, .. } => {
                let sender = self.hosts.get(peer.as_str()).copied().unwrap_or(peer.as_str());
                let to_here = |e: &Event| match e {
                    Event::Message { direction: Direction::Sent, peer, .. } => {
                        self.hosts.get(peer.as_str()).copied().unwrap_or(peer.as_str()) == host
                    }
                    _ => false,
                };
                self.newest(s, sender, to_here)
            }
            Event::Apdu { .. } => None,
            // From where this party received it, or from the reader on its counter.
            _ => {
                let came_in =
                    |e: &Event| matches!(e, Event::Message { direction: Direction::Received, .. } | Event::CardFace { .. });
                let here = self.newest(s, host, came_in);
                let reader = parties::reader_of(host);
                let from_card = reader.and_then(|reader| self.newest(s, &reader, |e| matches!(e, Event::Apdu { .. })));
                here.into_iter().chain(from_card).max_by_key(|s| s.entry)
            }
        }
    }

    /// The newest sighting of the same value at `host`, before `s`, in an event of some kind.
    fn newest(&self, s: &Sighting, host: &str, kind: impl Fn(&Event) -> bool) -> Option<&'a Sighting> {
        let all = self.seen.get(&(s.class, s.person, host))?;
        let before = all.iter().rev().filter(|b| b.entry < s.entry);
        before.copied().find(|b| self.journal.get(b.entry).is_some_and(|e| kind(&e.event)))
    }
}

fn verb(event: &Event) -> &'static str {
    match event {
        Event::Message { direction: Direction::Sent, .. } => "sent it",
        Event::Message { direction: Direction::Received, .. } => "received it",
        Event::Wire { .. } => "put it on a wire",
        Event::Tls { .. } => "showed it in a handshake",
        Event::Log { .. } => "logged it",
        Event::Record { .. } => "recorded it",
        Event::State { .. } => "stores it",
        Event::Screen { .. } => "showed it on a screen",
        Event::CardFace { .. } => "saw it on a card",
        Event::Apdu { .. } => "read it from a card",
        Event::Run { .. }
        | Event::Step { .. }
        | Event::Fault { .. }
        | Event::Visit { .. }
        | Event::Snapshot { .. }
        | Event::Outcome { .. } => "reported it",
    }
}
