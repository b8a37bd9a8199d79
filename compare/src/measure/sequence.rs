//! The messages of one check, as a sequence diagram shows them.

use super::exposure::Seen;
use super::leaves::Leaves;
use super::outcomes::at_counter;
use super::visits::Visits;
use super::{Recording, exposure};
use conformance::Evidence;
use std::collections::BTreeSet;
use terms::journal::{CardSide, Direction, Entry, Event};
use terms::outcome::OutcomeClass;
use terms::roles::Zone;

/// A message, a command to the card, or something shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrow {
    /// Milliseconds after the person came.
    pub at_ms: u64,
    pub from: Zone,
    pub to: Zone,
    /// Method and path, or status; a command to the card; `paper` for what is read from one; nothing for a face or a record.
    pub what: String,
    pub classes: BTreeSet<Seen>,
}

/// The first everyday check that was served, from the person's coming to its outcome.
pub fn of(recording: &Recording<'_>, visits: &Visits, evidence: &Evidence<'_>, leaves: &Leaves) -> Vec<Arrow> {
    let served = |v: &super::visits::Visit| v.truth.cause.is_none() && at_counter(v) == Some(OutcomeClass::InForce);
    let Some((index, visit)) = visits.all.iter().enumerate().find(|(_, v)| served(v)) else { return Vec::new() };
    let classes = exposure::of_visit(recording, visits, evidence, leaves, index);
    let mut arrows: Vec<Arrow> = Vec::new();
    for read in leaves.read.iter().filter(|r| r.visit == Some(index)) {
        let Some(entry) = recording.entries.get(read.entry) else { continue };
        let Some((from, to, what)) = arrow(entry) else { continue };
        let classes = classes.get(&read.entry).cloned().unwrap_or_default();
        let at_ms = entry.at_ns.saturating_sub(visit.from_ns) / 1_000_000;
        match arrows.last_mut().filter(|last| (last.from, last.to, &last.what) == (from, to, &what)) {
            Some(last) => last.classes.extend(classes),
            None => arrows.push(Arrow { at_ms, from, to, what, classes }),
        }
    }
    arrows
}

/// From whom to whom, and what. Only what the sender wrote is an arrow, so that each message is one.
fn arrow(entry: &Entry) -> Option<(Zone, Zone, String)> {
    match &entry.event {
        Event::Message { direction: Direction::Sent, peer, head, .. } => {
            let line = head.lines().next().unwrap_or_default();
            let words: Vec<&str> = line.split(' ').collect();
            let what = match line.starts_with("HTTP/") {
                true => words.get(1).copied().unwrap_or_default().to_string(),
                false => words.iter().take(2).copied().collect::<Vec<_>>().join(" "),
            };
            Some((entry.zone, zone_of(peer), what))
        }
        Event::Apdu { what, .. } if what.starts_with("READ BINARY EF 000A") => {
            Some((Zone::CardChip, Zone::Reader, "READ BINARY".into()))
        }
        Event::Apdu { command, .. } if command.get(2..4) == Some("2a") => Some((Zone::CardChip, Zone::Reader, "SIGN".into())),
        Event::CardFace { side: CardSide::Front, .. } => Some((Zone::CardFront, Zone::Facility, "".into())),
        Event::CardFace { side: CardSide::Back, .. } => Some((Zone::CardBack, Zone::Facility, "".into())),
        // A paper is no party: it is what the facility looks at.
        Event::CardFace { side: CardSide::Paper, .. } => Some((Zone::Facility, Zone::Facility, "paper".into())),
        Event::Record { .. } => Some((Zone::Facility, Zone::Facility, "".into())).filter(|_| entry.zone == Zone::Facility),
        _ => None,
    }
}

fn zone_of(peer: &str) -> Zone {
    let named = Zone::ALL.into_iter().find(|zone| zone.name() == peer);
    let insurer = terms::parties::claims_to_be_insurer(peer).then_some(Zone::Insurer);
    named.or(insurer).unwrap_or(Zone::Facility)
}
