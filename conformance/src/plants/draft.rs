//! A copy of a recording that can be changed.

use crate::wire::Head;
use serde_json::{Value, json};
use terms::design::Design;
use terms::fault::{Disturbance, FaultTarget, Phase};
use terms::fhir::{EligibilityAnswer, Profile};
use terms::ground::Ground;
use terms::journal::{Content, Direction, Entry, Event};
use terms::operation::Operation;
use terms::outcome::OutcomeCode;
use terms::roles::Zone;

/// A copy of a recording. Entries are named by their index; running numbers are set when it is finished.
///
/// What cannot be changed because the recording has no such entry is `None`.
pub struct Draft {
    pub entries: Vec<Entry>,
    pub ground: Ground,
}

/// A message that can be changed.
pub struct MessageDraft<'a> {
    pub peer: &'a mut String,
    pub head: &'a mut String,
    pub body: &'a mut Content,
}

impl MessageDraft<'_> {
    /// Changes the target of a request: `POST TARGET HTTP/1.1`.
    pub fn set_target(&mut self, target: impl Fn(&str) -> String) -> Option<()> {
        let (line, headers) = self.head.split_once('\n')?;
        let [method, old, version] = line.split(' ').collect::<Vec<_>>()[..] else { return None };
        *self.head = format!("{method} {} {version}\n{headers}", target(old));
        Some(())
    }

    pub fn add_header(&mut self, name: &str, value: &str) {
        *self.head += &format!("\n{name}: {value}");
    }

    /// Changes a body in JSON.
    pub fn change_json(&mut self, change: impl FnOnce(&mut Value) -> Option<()>) -> Option<()> {
        change_json(self.body, change)
    }
}

impl Draft {
    pub(super) fn new(journal: &[Entry], ground: &Ground) -> Self {
        Draft { entries: journal.to_vec(), ground: ground.clone() }
    }

    /// The recording, with running numbers without gaps.
    pub(super) fn finish(mut self) -> (Vec<Entry>, Ground) {
        for (seq, entry) in (0..).zip(&mut self.entries) {
            entry.seq = seq;
        }
        (self.entries, self.ground)
    }

    /// The index of the first entry of a kind.
    pub fn find(&self, is_wanted: impl Fn(&Entry) -> bool) -> Option<usize> {
        self.entries.iter().position(is_wanted)
    }

    /// Removes all entries of a kind.
    pub fn remove(&mut self, is_wanted: impl Fn(&Entry) -> bool) -> Option<()> {
        let before = self.entries.len();
        self.entries.retain(|entry| !is_wanted(entry));
        (self.entries.len() < before).then_some(())
    }

    /// Adds an event right after an entry, at the same time and party.
    pub fn add_after(&mut self, index: usize, event: Event) -> Option<()> {
        let entry = Entry { event, ..self.entries.get(index)?.clone() };
        self.entries.insert(index + 1, entry);
        Some(())
    }

    /// A fault begins right after an entry of the testbed.
    pub fn begin_fault(&mut self, index: usize, kind: &str, target: FaultTarget) -> Option<()> {
        self.add_fault(index, kind, Phase::Begins, target)
    }

    /// A fault ends right after an entry of the testbed.
    pub fn end_fault(&mut self, index: usize, kind: &str, target: FaultTarget) -> Option<()> {
        self.add_fault(index, kind, Phase::Ends, target)
    }

    fn add_fault(&mut self, index: usize, kind: &str, phase: Phase, target: FaultTarget) -> Option<()> {
        let what = format!("{kind} {}", if phase == Phase::Begins { "begins" } else { "ends" });
        self.add_after(index, Event::Fault { what, does: Some(Disturbance { kind: kind.into(), phase, target }) })
    }

    /// The design of the run, which its head names.
    pub fn design(&mut self) -> Option<&mut Design> {
        match &mut self.entries.first_mut()?.event {
            Event::Run { design, .. } => Some(design),
            _ => None,
        }
    }

    /// Repeats an entry right after itself.
    pub fn repeat(&mut self, index: usize) -> Option<()> {
        let event = self.entries.get(index)?.event.clone();
        self.add_after(index, event)
    }

    /// The index of the first message of a zone's parties of a kind.
    pub fn find_message(&self, zone: Zone, wanted: Direction, is_wanted: impl Fn(Head<'_>, &Content) -> bool) -> Option<usize> {
        self.find(|entry| match &entry.event {
            Event::Message { direction, head, body, .. } => {
                entry.zone == zone && *direction == wanted && is_wanted(Head::new(head), body)
            }
            _ => false,
        })
    }

    /// The index of the first request for an operation that a zone's parties received.
    pub fn find_request<O: Operation>(&self, zone: Zone) -> Option<usize> {
        self.find_message(zone, Direction::Received, asks::<O>)
    }

    /// The index of the message that the same party sent in the same exchange after a request.
    pub fn find_response(&self, request: usize) -> Option<usize> {
        let Entry { host, event: Event::Message { exchange, .. }, .. } = self.entries.get(request)? else { return None };
        let is_response = |entry: &Entry| match &entry.event {
            Event::Message { exchange: e, direction: Direction::Sent, .. } => entry.host == *host && e == exchange,
            _ => false,
        };
        self.entries.iter().skip(request).position(is_response).map(|at| request + at)
    }

    pub fn message(&mut self, index: usize) -> Option<MessageDraft<'_>> {
        match &mut self.entries.get_mut(index)?.event {
            Event::Message { peer, head, body, .. } => Some(MessageDraft { peer, head, body }),
            _ => None,
        }
    }

    /// The index of the first answer with eligibility that the broker sent.
    pub fn find_answer(&self) -> Option<usize> {
        self.find_message(Zone::Broker, Direction::Sent, |_, body| answer(body).is_some())
    }

    /// Changes the first answer with eligibility, at both ends.
    pub fn change_answer(&mut self, change: impl FnOnce(&mut EligibilityAnswer) -> Option<()>) -> Option<()> {
        let index = self.find_answer()?;
        let before = self.message(index)?.body.clone();
        let mut answer = answer(&before)?;
        change(&mut answer)?;
        let after = Content::of(&answer.to_json());
        for entry in &mut self.entries {
            match &mut entry.event {
                Event::Message { body, .. } if *body == before => *body = after.clone(),
                _ => {}
            }
        }
        Some(())
    }

    /// The index of the first record in a store of a zone's parties.
    pub fn find_record(&self, zone: Zone, store: &str) -> Option<usize> {
        self.find_json_record(zone, store, |_| true)
    }

    /// The index of the first record in a store of a zone's parties whose content is wanted.
    pub fn find_json_record(&self, zone: Zone, store: &str, is_wanted: impl Fn(&Value) -> bool) -> Option<usize> {
        self.find(|entry| match &entry.event {
            Event::Record { store: s, content } if entry.zone == zone && s == store => {
                content.bytes().and_then(|b| serde_json::from_slice(&b).ok()).is_some_and(|value| is_wanted(&value))
            }
            _ => false,
        })
    }

    /// Changes the first record in a store of a zone's parties.
    pub fn change_record(&mut self, zone: Zone, store: &str, change: impl FnOnce(&mut Value) -> Option<()>) -> Option<()> {
        let index = self.find_record(zone, store)?;
        self.change_json(index, change)
    }

    /// Changes the content of a record.
    pub fn change_json(&mut self, index: usize, change: impl FnOnce(&mut Value) -> Option<()>) -> Option<()> {
        match &mut self.entries.get_mut(index)?.event {
            Event::Record { content, .. } => change_json(content, change),
            _ => None,
        }
    }

    /// Sets the outcome in a record.
    pub fn set_outcome(&mut self, record: usize, outcome: OutcomeCode) -> Option<()> {
        self.change_json(record, |record| {
            record.as_object_mut()?.insert("outcome".into(), json!(outcome));
            Some(())
        })
    }

    /// Replaces a text in all messages, records and states.
    pub fn replace(&mut self, from: &str, to: &str) {
        for entry in &mut self.entries {
            match &mut entry.event {
                Event::Message { body: Content::Text(text), .. }
                | Event::Record { content: Content::Text(text), .. }
                | Event::State { content: Content::Text(text), .. } => *text = text.replace(from, to),
                _ => {}
            }
        }
    }
}

/// Whether a message is a request for an operation.
pub fn asks<O: Operation>(head: Head<'_>, _: &Content) -> bool {
    head.request().is_some_and(|(method, path)| O::is_asked_by(method, path))
}

fn change_json(content: &mut Content, change: impl FnOnce(&mut Value) -> Option<()>) -> Option<()> {
    let mut value = serde_json::from_slice(&content.bytes()?).ok()?;
    change(&mut value)?;
    *content = Content::Text(value.to_string());
    Some(())
}

fn answer(body: &Content) -> Option<EligibilityAnswer> {
    EligibilityAnswer::from_json(&body.bytes()?).ok()
}
