//! The messages of a failing run up to what was found, for a sequence diagram.

use crate::mask::Mask;
use conformance::sightings::Classifier;
use reports::results::{Finding, RuleOutcome, Run};
use reports::suite::{Message, Messages};
use scenarios::run::Played;
use sim::journal::{Direction, Entry, Event};
use sim::terms::parties::claims_to_be_insurer;
use sim::terms::roles::Zone;
use std::collections::BTreeSet;

/// The most messages that are shown.
const SHOWN: usize = 40;
/// The longest text of a message, in characters.
const LENGTH: usize = 80;

/// The messages from the beginning of the check to the first finding, or to the end of a visit that did not end as expected. `None` if
/// nothing points at an entry.
pub fn of(run: &Run, played: &Played) -> Option<Messages> {
    let found = run.rules.iter().filter(|r| r.outcome == RuleOutcome::Broken && !r.warning).flat_map(|r| &r.findings).next();
    let path = found.map_or_else(BTreeSet::new, path_of);
    let check = match found {
        Some(finding) => finding.check.clone(),
        None => {
            let missed = played.visits.iter().find(|v| !v.held)?;
            check_of(&played.entries, missed.visit)
        }
    };
    let last = path.last().copied().or_else(|| end_of(&played.entries, check.as_deref()))?;
    let first = begin_of(&played.entries, check.as_deref()).into_iter().chain(path.first().copied()).min().unwrap_or(last);
    let between = played.entries.iter().filter(|e| (first..=last).contains(&e.seq));
    let start = between.clone().next()?.at_ns;
    // Before the check only the path is shown.
    let check_begins = begin_of(&played.entries, check.as_deref()).unwrap_or(first);
    let mut all: Vec<Group<'_>> = Vec::new();
    for entry in between {
        let is_on_path = path.contains(&entry.seq);
        if is_on_path || entry.seq >= check_begins {
            take(&mut all, entry, is_on_path);
        }
    }
    let count = all.len();
    let mask = Mask::of(&played.ground).ok()?;
    let classifier = Classifier::new(&played.ground).ok()?;
    let classes = |entries: &[&Entry]| -> BTreeSet<String> {
        let marks = entries.iter().flat_map(|entry| classifier.classes(entry).marks);
        marks.filter(|m| !m.could_be_chance).map(|m| class(m.class)).collect()
    };
    let message = |group: Group<'_>| Message {
        at_ms: group.entries.first().map_or(0, |e| e.at_ns.saturating_sub(start) / 1_000_000),
        from: group.from.name().into(),
        to: group.to.name().into(),
        // Masked before it is cut, so that no part of a value is left.
        what: mask.hide(group.what).chars().take(LENGTH).collect(),
        classes: classes(&group.entries).into_iter().collect(),
        is_on_path: group.is_on_path,
    };
    let kept = all.into_iter().enumerate().filter(|(i, group)| group.is_on_path || i + SHOWN >= count);
    Some(Messages { shown: kept.map(|(_, group)| message(group)).collect(), all: count })
}

/// A message, or several alike in a row: a card is read in parts.
struct Group<'a> {
    is_on_path: bool,
    from: Zone,
    to: Zone,
    what: String,
    entries: Vec<&'a Entry>,
}

fn take<'a>(all: &mut Vec<Group<'a>>, entry: &'a Entry, is_on_path: bool) {
    // The receiver's entry of a message on the path marks the message that was sent.
    let sent = received(entry).filter(|_| is_on_path);
    if let Some(group) = sent.and_then(|(from, to)| all.iter_mut().rev().find(|g| (g.from, g.to) == (from, to))) {
        group.is_on_path = true;
        return;
    }
    let Some((from, to, what)) = arrow(entry).or_else(|| is_on_path.then(|| (entry.zone, entry.zone, kind(&entry.event)))) else {
        return;
    };
    match all.last_mut().filter(|g| (g.from, g.to, &g.what) == (from, to, &what)) {
        Some(group) => {
            group.entries.push(entry);
            group.is_on_path |= is_on_path;
        }
        None => all.push(Group { is_on_path, from, to, what, entries: vec![entry] }),
    }
}

/// The entries of the hops of a finding, and its own.
fn path_of(finding: &Finding) -> BTreeSet<u64> {
    let entry = |hop: &String| hop.rsplit_once("(entry ")?.1.strip_suffix(')')?.parse().ok();
    finding.hops.iter().filter_map(entry).chain([finding.entries.0]).collect()
}

fn check_of(entries: &[Entry], visit: usize) -> Option<String> {
    entries.iter().find_map(|e| match &e.event {
        Event::Visit { visit: of, check, .. } if *of == visit => Some(check.to_string()),
        _ => None,
    })
}

/// The entry with which a check begins.
fn begin_of(entries: &[Entry], check: Option<&str>) -> Option<u64> {
    let check = check?;
    entries.iter().find(|e| matches!(&e.event, Event::Visit { check: of, .. } if of.to_string() == check)).map(|e| e.seq)
}

/// The entry with which it ends; the last one of the journal if it does not.
fn end_of(entries: &[Entry], check: Option<&str>) -> Option<u64> {
    let check = check?;
    let ends = |e: &&Entry| matches!(&e.event, Event::Outcome { check: of, .. } if of.to_string() == check);
    entries.iter().find(ends).or(entries.last()).map(|e| e.seq)
}

/// From whom to whom, and what. Only what the sender wrote is an arrow, so that each message is one.
fn arrow(entry: &Entry) -> Option<(Zone, Zone, String)> {
    match &entry.event {
        Event::Message { direction: Direction::Sent, peer, head, .. } => {
            let words: Vec<&str> = head.lines().next().unwrap_or_default().split(' ').collect();
            let what = if head.starts_with("HTTP/") { words.get(1..2) } else { words.get(..2) };
            Some((entry.zone, zone_of(peer), what.unwrap_or_default().join(" ")))
        }
        Event::Apdu { what, .. } => {
            let what = what.split_once(" offset").map_or(what.as_str(), |(what, _)| what);
            Some((Zone::CardChip, entry.zone, what.to_string()))
        }
        Event::Outcome { outcome, .. } => Some((entry.zone, entry.zone, outcome.code().to_string())),
        _ => None,
    }
}

fn received(entry: &Entry) -> Option<(Zone, Zone)> {
    match &entry.event {
        Event::Message { direction: Direction::Received, peer, .. } => Some((zone_of(peer), entry.zone)),
        _ => None,
    }
}

fn kind(event: &Event) -> String {
    match event {
        Event::Log { .. } => "log".into(),
        Event::Record { store, .. } | Event::State { store, .. } => store.clone(),
        Event::Screen { .. } => "screen".into(),
        Event::CardFace { .. } => "card face".into(),
        Event::Wire { .. } => "wire".into(),
        Event::Tls { .. } => "TLS".into(),
        _ => String::new(),
    }
}

fn zone_of(peer: &str) -> Zone {
    let named = Zone::ALL.into_iter().find(|zone| zone.name() == peer);
    let insurer = claims_to_be_insurer(peer).then_some(Zone::Insurer);
    named.or(insurer).unwrap_or(Zone::Facility)
}

/// The class by its name in documents.
fn class(class: leak::DataClass) -> String {
    serde_json::to_value(class).ok().and_then(|v| v.as_str().map(str::to_string)).unwrap_or_default()
}
