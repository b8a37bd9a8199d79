//! The classes of data in one entry and where in it they are, for views of a run that goes on. What this finds proves nothing: the
//! rules weigh what was found in a whole run against chance.

use super::marks::Marks;
use super::secrets::{known_keys, secrets_of};
use crate::matrix::{Cell, matrix};
use crate::parts::{Part, parts};
use leak::{DataClass, Detector, DetectorError};
use std::ops::Range;
use terms::ground::Ground;
use terms::journal::Entry;
use terms::roles::Zone;

/// One value in a part of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassMark {
    pub class: DataClass,
    /// The part, by its name in findings: `head`, `body`.
    pub part: &'static str,
    /// The bytes of the part that contain it.
    pub bytes: Range<usize>,
    /// How it is written: `in base 64, plain characters`.
    pub words: String,
    /// Whether it is in a form in which it may be there by chance.
    pub could_be_chance: bool,
    /// The rules that forbid the class in the zones of this part.
    pub forbidden_by: Vec<&'static str>,
}

/// The values in an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntryClasses {
    /// In the order of parts and bytes. Each class is reported once for the same bytes.
    pub marks: Vec<ClassMark>,
    /// Whether all of it was searched: something in it may be damaged or encrypted, or too much to unpack.
    pub complete: bool,
}

/// Finds the classes in entries of one run.
pub struct Classifier {
    detector: Detector,
    marks: Marks,
}

impl Classifier {
    /// For the people of a run.
    ///
    /// # Errors
    /// If their values cannot be searched for.
    pub fn new(ground: &Ground) -> Result<Classifier, DetectorError> {
        Ok(Classifier { detector: Detector::new(secrets_of(ground), &known_keys(ground))?, marks: Marks::new(ground) })
    }

    /// What is in an entry.
    pub fn classes(&self, entry: &Entry) -> EntryClasses {
        let mut all = EntryClasses { marks: Vec::new(), complete: true };
        for part in parts(&entry.event) {
            self.in_part(entry.zone, &part, &mut all);
        }
        all
    }

    /// What is in one line of a text, which a party of this zone saw or wrote.
    pub fn classes_of_line(&self, zone: Zone, line: &str) -> EntryClasses {
        let mut all = EntryClasses { marks: Vec::new(), complete: true };
        self.in_part(zone, &Part::lines("line", line), &mut all);
        all
    }

    fn in_part(&self, zone: Zone, part: &Part<'_>, all: &mut EntryClasses) {
        let at = |offset: u64| usize::try_from(offset).unwrap_or(usize::MAX).min(part.bytes.len());
        let mark = |class, bytes, words, could_be_chance| ClassMark {
            class,
            part: part.name,
            bytes,
            words,
            could_be_chance,
            forbidden_by: [Some(zone), part.also].into_iter().flatten().filter_map(|zone| rule(class, zone)).collect(),
        };
        let found = self.detector.look(&part.bytes);
        let values = found.hits.iter().map(|hit| {
            let class = self.detector.secrets()[hit.secret].class;
            mark(class, at(hit.start)..at(hit.end), hit.how.words(), hit.low_confidence.is_some())
        });
        let plain = self.marks.find_all(&part.bytes).into_iter();
        let plain = plain.map(|m| mark(m.class, m.at..m.end, "in plain characters".to_string(), false));
        let mut marks: Vec<ClassMark> = values.chain(plain).collect();
        marks.sort_by_key(|mark| (mark.bytes.start, mark.bytes.end, mark.class));
        marks.dedup_by(|a, b| a.class == b.class && a.bytes == b.bytes);
        all.marks.append(&mut marks);
        all.complete &= found.not_read.is_empty() && !found.overrun();
    }
}

/// The rule that forbids a class in a zone.
fn rule(class: DataClass, zone: Zone) -> Option<&'static str> {
    match matrix().row(class).cells.get(zone.name()) {
        Some(Cell::Forbidden(Some(rule))) => Some(rule),
        _ => None,
    }
}
