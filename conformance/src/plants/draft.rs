//! A copy of a recording that can be changed.

use serde_json::Value;
use terms::ground::Ground;
use terms::journal::{Content, Entry, Event};

/// A copy of a recording. Entries are named by their index; running numbers are set when it is finished.
pub struct Draft {
    pub entries: Vec<Entry>,
    pub ground: Ground,
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

    /// The index of the last entry of a kind.
    pub fn find_last(&self, is_wanted: impl Fn(&Entry) -> bool) -> Option<usize> {
        self.entries.iter().rposition(is_wanted)
    }

    /// Removes all entries of a kind. `None` if there were none.
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

    /// Changes every JSON document in messages, records and states for which `change` gives something. `None` if there was none.
    pub fn change_json(&mut self, mut change: impl FnMut(&Entry, &mut Value) -> Option<()>) -> Option<()> {
        let mut changed = None;
        for entry in &mut self.entries {
            let Some(mut value) = content(&entry.event).and_then(Content::bytes).and_then(|b| serde_json::from_slice(&b).ok())
            else {
                continue;
            };
            if change(entry, &mut value).is_some() {
                changed = Some(());
                if let Some(content) = content_mut(&mut entry.event) {
                    *content = Content::Text(value.to_string());
                }
            }
        }
        changed
    }
}

fn content(event: &Event) -> Option<&Content> {
    match event {
        Event::Message { body: content, .. } | Event::Record { content, .. } | Event::State { content, .. } => Some(content),
        _ => None,
    }
}

fn content_mut(event: &mut Event) -> Option<&mut Content> {
    match event {
        Event::Message { body: content, .. } | Event::Record { content, .. } | Event::State { content, .. } => Some(content),
        _ => None,
    }
}
