//! Classes that are not a single value: insured identifiers and eligibility. They are recognised by parts that are near each
//! other.

use crate::matrix::matrix;
use crate::personal::automaton;
use aho_corasick::AhoCorasick;
use leak::DataClass;
use std::sync::LazyLock;
use terms::ground::Ground;
use terms::roles::Zone;

/// The classes that are found this way.
pub(super) const CLASSES: [DataClass; 2] = [DataClass::InsuredIdentifier, DataClass::Eligibility];

/// How far symbol and number, or insurer and number, may be from each other, in bytes.
const NEAR: usize = 200;
/// A shorter number is too common to be searched for.
const SHORTEST_NUMBER: usize = 4;

/// Words and members that state eligibility: the texts of the outcomes that are the insurers' statement, and the names of the
/// resources and members that state it in messages and records.
const ELIGIBILITY: [&str; 12] = [
    "資格有効",
    "該当資格なし",
    "資格無効",
    "CoverageEligibilityResponse",
    "\"Coverage\"",
    "copaymentPercent",
    "copayment_percent",
    "benefitPeriod",
    "\"inForce\"",
    "\"inforce\"",
    "負担割合",
    "資格取得",
];

/// Finds those words. It is the same in every run.
static STATES_ELIGIBILITY: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(ELIGIBILITY).ok());

pub(super) struct Marks {
    numbers: Option<AhoCorasick>,
    /// By pattern of `numbers`: the person, and the text that must be near.
    insured: Vec<(u64, String)>,
}

pub(super) struct Mark {
    pub class: DataClass,
    /// Index of the person. Eligibility alone does not identify the person: it is stored under person 0, and findings name
    /// nobody.
    pub person: u64,
    /// First byte, and the byte after the last.
    pub at: usize,
    pub end: usize,
}

impl Marks {
    pub fn new(ground: &Ground) -> Marks {
        let (mut numbers, mut insured) = (Vec::new(), Vec::new());
        for (index, resident) in ground.people.iter().enumerate() {
            for period in &resident.person.insurance {
                let i = &period.insured;
                let near = if i.symbol.is_empty() { i.insurer.reveal() } else { &i.symbol };
                if i.number.len() >= SHORTEST_NUMBER {
                    numbers.push(i.number.clone());
                    insured.push((index as u64, near.to_string()));
                }
            }
        }
        let numbers = automaton().build(numbers).ok();
        Marks { numbers, insured }
    }

    /// What `bytes` contain that is forbidden in one of `zones`: the first place of each class and person.
    pub fn find(&self, bytes: &[u8], zones: impl Iterator<Item = Zone> + Clone) -> Vec<Mark> {
        let forbidden = |class: DataClass| zones.clone().any(|z| !matrix().permits(class, z));
        let mut marks = Vec::new();
        if forbidden(DataClass::Eligibility) {
            let found = STATES_ELIGIBILITY.as_ref().and_then(|s| s.find(bytes));
            marks.extend(found.map(|m| eligibility(m.start(), m.end())));
        }
        if forbidden(DataClass::InsuredIdentifier) {
            self.insured(bytes, &mut marks);
        }
        marks
    }

    /// Every place of each class and person, permitted or not.
    pub fn find_all(&self, bytes: &[u8]) -> Vec<Mark> {
        let found = STATES_ELIGIBILITY.iter().flat_map(|states| states.find_iter(bytes));
        let mut marks = found.map(|m| eligibility(m.start(), m.end())).collect();
        self.insured(bytes, &mut marks);
        marks
    }

    fn insured(&self, bytes: &[u8], marks: &mut Vec<Mark>) {
        let Some(numbers) = &self.numbers else { return };
        for m in numbers.find_overlapping_iter(bytes) {
            let (person, near) = &self.insured[m.pattern().as_usize()];
            let around = &bytes[m.start().saturating_sub(NEAR)..bytes.len().min(m.end() + NEAR)];
            if whole(bytes, m.start(), m.end()) && contains_word(around, near.as_bytes()) {
                marks.push(Mark { class: DataClass::InsuredIdentifier, person: *person, at: m.start(), end: m.end() });
            }
        }
    }
}

fn eligibility(at: usize, end: usize) -> Mark {
    Mark { class: DataClass::Eligibility, person: 0, at, end }
}

/// Whether `start..end` is not part of a longer word or number.
fn whole(bytes: &[u8], start: usize, end: usize) -> bool {
    let inside = |at: Option<usize>| at.and_then(|i| bytes.get(i)).is_some_and(u8::is_ascii_alphanumeric);
    !inside(start.checked_sub(1)) && !inside(Some(end))
}

fn contains_word(bytes: &[u8], word: &[u8]) -> bool {
    let at = |start: &usize| bytes[*start..].starts_with(word) && whole(bytes, *start, start + word.len());
    !word.is_empty() && (0..bytes.len()).any(|start| at(&start))
}
