//! Words of the bytes themselves that were searched before: what was found in them is repeated.

use super::{MOST_UNMATCHED, Map, Search};
use crate::known_words::{Effect, KnownWord};
use crate::look::{Hit, UnmatchedNumber};
use crate::odds::{CandidatePositions, LowConfidence};
use std::cell::RefCell;

/// With less work left than a known word took and this many bytes more, the word is searched again.
const AMPLE: u64 = 2 << 20;

impl Search<'_> {
    /// Searches a word of the bytes themselves by `work`, or repeats what was found in it before.
    pub fn word_at(&mut self, start: usize, word: &[u8], work: impl FnOnce(&mut Self)) {
        let map = Map::Even { start, num: 1, den: 1, length: word.len() };
        if let Some(known) = self.scratch.known.take(word) {
            let repeated = self.repeat(start, &known);
            self.scratch.known.put_back(known);
            if repeated {
                return;
            }
        }
        let budget = self.budget;
        self.recording = Some((start, RefCell::default()));
        self.moved(None, map, work);
        if let Some((_, recording)) = self.recording.take() {
            self.scratch.known.put(word, recording.into_inner(), budget - self.budget);
        }
    }

    /// Repeats what was found in a word. `false` if a new search might find something else, because a limit is near.
    fn repeat(&mut self, start: usize, known: &KnownWord) -> bool {
        let mut counts = CandidatePositions::default();
        let mut unmatched = self.result.unmatched.len();
        for effect in &known.effects {
            match effect {
                Effect::Candidate { class, form, .. } => counts.count(*class, *form),
                Effect::Unmatched(_) => unmatched += 1,
                Effect::Hit(_) => {}
            }
        }
        let reaches_limit = |(class, form)| {
            let limit = self.prepared.candidate_limit(class);
            limit > 0
                && counts.of(class, Some(form)) > 0
                && self.result.candidates.of(class, Some(form)) + counts.of(class, Some(form)) >= limit
        };
        if known.decoded + AMPLE > self.budget || unmatched > MOST_UNMATCHED || LowConfidence::of_classes().any(reaches_limit) {
            return false;
        }
        self.budget -= known.decoded;
        for effect in &known.effects {
            match effect {
                Effect::Candidate { class, form, content, start: s, end: e } => {
                    self.count_at(*class, *form, *content, (start + *s as usize, start + *e as usize));
                }
                Effect::Hit(hit) => {
                    let (s, e) = (start + hit.start as usize, start + hit.end as usize);
                    if let Some((start, end)) = self.place((s, e)) {
                        self.result.hits.push(Hit { start, end, ..(**hit).clone() });
                    }
                }
                Effect::Unmatched(number) => {
                    let (s, e) = (start + number.start as usize, start + number.end as usize);
                    if let Some((start, end)) = self.place((s, e)) {
                        self.result.unmatched.push(UnmatchedNumber { start, end, ..(**number).clone() });
                    }
                }
            }
        }
        true
    }

    /// Adds to what is being found in a word. `make` is given the place in the word.
    pub(super) fn record(&self, (start, end): (usize, usize), make: impl FnOnce(usize, usize) -> Effect) {
        if let Some((word, recording)) = &self.recording {
            match (start.checked_sub(*word), end.checked_sub(*word)) {
                (Some(start), Some(end)) => recording.borrow_mut().add(make(start, end)),
                _ => self.spoil(),
            }
        }
    }

    /// The work limit was reached.
    pub fn overrun(&mut self) {
        self.result.overrun = true;
        self.spoil();
    }

    /// So many bytes were decompressed, or tried to be. A word in which it was much is not kept: with less work left, another search
    /// of it would stop earlier.
    pub fn decompressed(&self, bytes: usize) {
        if bytes as u64 > AMPLE / 2 {
            self.spoil();
        }
    }

    /// What is being found in a word is not all that there is.
    pub(super) fn spoil(&self) {
        if let Some((_, recording)) = &self.recording {
            recording.borrow_mut().is_spoiled = true;
        }
    }
}
