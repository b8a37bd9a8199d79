//! What a party can read in an entry: fields and their values, as an adversary would take them from it.
//!
//! JSON is taken apart into its members, also JSON inside a text; requests for a certificate's status give the serial number; texts
//! for people are read line by line; everything else is split into words. Values that are in one object or on one card are read together
//! too: symbol, number and branch name one person only together. No field is named here, so that a field of a new design is read like
//! any other.

use super::Recording;
use super::visits::Visits;
use conformance::parts::{Part, parts};
use conformance::wire::{ocsp_answer, ocsp_question};
use serde_json::Value;
use std::collections::BTreeMap;
use terms::journal::Event;
use terms::roles::Zone;

/// One value in one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Leaf {
    /// See [`Leaves::fields`].
    pub field: u32,
    /// See [`Leaves::values`].
    pub value: u32,
}

/// What is readable in one entry.
pub struct Read {
    /// Its index in the journal.
    pub entry: usize,
    /// The visit to which it belongs, if it belongs to one.
    pub visit: Option<usize>,
    pub zone: Zone,
    /// Who could read it: a facility with its reader, another party by its name, the line as one.
    pub holder: u32,
    /// Whether it is in a store: what the holder keeps.
    pub kept: bool,
    /// Whether it is of the holder's state at the end of the run or at a crash, and not of a moment at which something happened.
    pub is_state: bool,
    pub leaves: Vec<Leaf>,
}

/// What is readable in a run.
#[derive(Default)]
pub struct Leaves {
    pub fields: Names,
    pub values: Names,
    pub holders: Names,
    pub read: Vec<Read>,
}

/// How the field of all values of one object ends.
pub const TOGETHER: &str = "/*";
/// What is between values that are read together.
pub const BETWEEN: char = '\u{1f}';

/// Texts by number.
#[derive(Clone, Debug, Default)]
pub struct Names {
    numbers: BTreeMap<String, u32>,
    texts: Vec<String>,
}

impl Names {
    fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.numbers.insert(text.to_string(), number);
        self.texts.push(text.to_string());
        number
    }

    pub fn text(&self, number: u32) -> &str {
        usize::try_from(number).ok().and_then(|i| self.texts.get(i)).map_or("", String::as_str)
    }

    pub fn find(&self, text: &str) -> Option<u32> {
        self.numbers.get(text).copied()
    }
}

/// Reads all entries of a run.
pub fn all(recording: &Recording<'_>, visits: &Visits) -> Leaves {
    let mut leaves = Leaves::default();
    for (index, entry) in recording.entries.iter().enumerate() {
        let mut found: Vec<(String, String)> = Vec::new();
        for part in parts(&entry.event) {
            part_of(&entry.event, &part, &mut found);
        }
        if found.is_empty() {
            continue;
        }
        let visit = visits.visit_of(entry, found.iter().map(|(_, value)| value.as_str()));
        let holder = leaves.holders.number(&holder(entry.zone, &entry.host));
        let mut taken: Vec<Leaf> = Vec::with_capacity(found.len());
        for (field, value) in found {
            taken.push(Leaf { field: leaves.fields.number(&field), value: leaves.values.number(&value) });
        }
        taken.sort_unstable();
        taken.dedup();
        let is_state = matches!(entry.event, Event::State { .. });
        let kept = is_state || matches!(entry.event, Event::Record { .. });
        leaves.read.push(Read { entry: index, visit, zone: entry.zone, holder, kept, is_state, leaves: taken });
    }
    leaves
}

/// A facility reads what its reader reads.
fn holder(zone: Zone, host: &str) -> String {
    match zone {
        Zone::Reader => host.replacen(Zone::Reader.name(), Zone::Facility.name(), 1),
        Zone::Line => Zone::Line.name().to_string(),
        _ => host.to_string(),
    }
}

fn part_of(event: &Event, part: &Part<'_>, found: &mut Vec<(String, String)>) {
    // What is encrypted has no fields; what the testbed writes about a step or an outcome is no party's.
    if matches!(part.name, "wire" | "step" | "outcome" | "APDU text" | "store" | "log target" | "TLS version") {
        return;
    }
    if let Event::Message { .. } = event {
        let asked = ocsp_question(&part.bytes);
        let answered = ocsp_answer(&part.bytes).into_iter().map(|(serial, _)| serial);
        let serials: Vec<u64> = asked.into_iter().chain(answered).collect();
        if !serials.is_empty() {
            found.extend(serials.into_iter().map(|s| ("certificate status/serial".to_string(), s.to_string())));
            return;
        }
    }
    let Ok(text) = std::str::from_utf8(&part.bytes) else {
        if part.bytes.len() >= 32 {
            found.push((part.name.to_string(), data_encoding::HEXLOWER.encode(&part.bytes)));
        }
        return;
    };
    match serde_json::from_str::<Value>(text) {
        Ok(json @ (Value::Object(_) | Value::Array(_))) => json_leaves(&json, part.name, found),
        _ => text_leaves(part.name, text, found),
    }
}

/// The members of a JSON document. Members that FHIR distinguishes by `url` or `system` are distinguished here too.
fn json_leaves(json: &Value, path: &str, found: &mut Vec<(String, String)>) {
    match json {
        Value::Object(members) => {
            let kind = ["url", "system"].iter().filter_map(|k| members.get(*k)?.as_str()).next();
            let kind = kind.map_or(String::new(), |k| format!("[{}]", k.rsplit('/').next().unwrap_or(k)));
            for (name, member) in members.iter().filter(|(name, _)| !matches!(name.as_str(), "url" | "system")) {
                json_leaves(member, &format!("{path}{kind}/{name}"), found);
            }
            let scalar = |member: &Value| match member {
                Value::String(text) => Some(text.clone()),
                Value::Number(number) => Some(number.to_string()),
                _ => None,
            };
            together(&format!("{path}{kind}"), members.values().filter_map(scalar), found);
        }
        Value::Array(items) => items.iter().for_each(|item| json_leaves(item, path, found)),
        Value::String(text) => match serde_json::from_str::<Value>(text) {
            Ok(inner @ (Value::Object(_) | Value::Array(_))) => json_leaves(&inner, path, found),
            _ if !text.is_empty() => found.push((path.to_string(), text.clone())),
            _ => {}
        },
        Value::Number(number) => found.push((path.to_string(), number.to_string())),
        Value::Bool(_) | Value::Null => {}
    }
}

/// Two values at least, as one.
fn together(path: &str, values: impl Iterator<Item = String>, found: &mut Vec<(String, String)>) {
    let values: Vec<String> = values.filter(|v| !v.trim().is_empty()).collect();
    if values.len() > 1 {
        found.push((format!("{path}{TOGETHER}"), values.join(&BETWEEN.to_string())));
    }
}

/// A text for people line by line, `name: value`; the words of a line without a name.
fn text_leaves(name: &str, text: &str, found: &mut Vec<(String, String)>) {
    let named = text.lines().filter_map(|line| Some(line.split_once(": ")?.1.trim().to_string()));
    together(name, named, found);
    for line in text.lines() {
        match line.split_once(": ") {
            Some((field, value)) if field.chars().count() <= 24 && !value.trim().is_empty() => {
                found.push((format!("{name}/{field}"), value.trim().to_string()));
            }
            _ => found.extend(line.split_whitespace().map(|word| (name.to_string(), word.to_string()))),
        }
    }
}
