//! What is found, and where.

use super::lines::Lines;
use leak::{CandidatePositions, DataClass, Detector, Hit, How, LowConfidence, MOST_UNMATCHED, Stream, UnmatchedNumber};
use std::collections::BTreeMap;

/// The most findings of one file or member that are kept and reported; more are counted. The same for unmatched numbers.
pub const KEPT_IN_ONE: usize = 10_000;
/// The same for weak ones, which mostly do not count in the end.
const WEAK_KEPT_IN_ONE: usize = 1000;
/// The same of all together.
pub const KEPT_IN_ALL: usize = 200_000;

/// A place within a file or member.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// In the name, where no byte is reported, or in the content.
    pub in_name: bool,
    pub start: u64,
    pub end: u64,
    pub line: Option<u64>,
}

pub struct Kept {
    pub place: Place,
    /// Index into the detector's secrets.
    pub secret: usize,
    pub how: How,
    pub weak: Option<LowConfidence>,
}

pub struct KeptUnmatched {
    pub place: Place,
    pub class: DataClass,
    pub how: How,
}

/// What one file or member holds.
#[derive(Default)]
pub struct Found {
    /// With the values in it masked.
    pub path: String,
    pub kept: Vec<Kept>,
    pub strong: u64,
    /// Weak hits count only if their form is not left out at the end.
    pub weak: BTreeMap<(DataClass, LowConfidence), u64>,
    pub unmatched: Vec<KeptUnmatched>,
    pub unmatched_count: u64,
    /// There are more than were counted.
    pub more_unmatched: bool,
    weak_kept: usize,
}

/// Everything that was looked through.
pub struct Tally<'d> {
    pub detector: &'d Detector,
    pub candidates: CandidatePositions,
    pub found: Vec<Found>,
    pub files: u64,
    pub members: u64,
    pub bytes: u64,
    /// Path and what is to be said of it.
    pub remarks: Vec<(String, String)>,
    kept: usize,
}

/// One file or member that is being looked through.
pub struct Leaf<'d> {
    detector: &'d Detector,
    stream: Stream<'d>,
    lines: Lines,
    start: u64,
    bytes: u64,
    found: Found,
}

impl<'d> Tally<'d> {
    pub fn new(detector: &'d Detector) -> Self {
        Tally {
            detector,
            candidates: CandidatePositions::default(),
            found: Vec::new(),
            files: 0,
            members: 0,
            bytes: 0,
            remarks: Vec::new(),
            kept: 0,
        }
    }

    /// The path of a file, or of a member of `archive`, as it may be reported: what would be found in the name is masked, and reported
    /// as found there.
    pub fn name(&mut self, archive: Option<&str>, name: &[u8]) -> String {
        let look = self.detector.look(name);
        let mut masked = name.to_vec();
        let ranges = look.hits.iter().map(|h| (h.start, h.end)).chain(look.unmatched.iter().map(|s| (s.start, s.end)));
        for (start, end) in ranges {
            let range = usize::try_from(start).unwrap_or(usize::MAX).min(name.len())..(end as usize).min(name.len());
            masked[range].fill(b'*');
        }
        let shown: String = String::from_utf8_lossy(&masked)
            .chars()
            .map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c })
            .collect();
        let path = archive.map_or(shown.clone(), |a| format!("{a}!{shown}"));
        let mut found = Found { path: path.clone(), ..Found::default() };
        found.take(look.hits, look.unmatched, self.detector, |places| places.iter().map(|_| None).collect(), true);
        self.candidates.add(&look.candidates);
        self.keep(found);
        path
    }

    pub fn remark(&mut self, path: &str, what: impl Into<String>) {
        self.remarks.push((path.to_string(), what.into()));
    }

    /// Begins to look through what stands at offset `start` of `path`.
    pub fn open(&self, path: &str, start: u64) -> Leaf<'d> {
        let found = Found { path: path.to_string(), ..Found::default() };
        Leaf { detector: self.detector, stream: self.detector.stream(), lines: Lines::new(start), start, bytes: 0, found }
    }

    pub fn close(&mut self, leaf: Leaf<'d>) {
        let Leaf { stream, lines, start, bytes, mut found, detector } = leaf;
        let look = stream.finish();
        if look.overrun() {
            self.remark(&found.path, "so much was encoded within encodings that not all of it was decoded");
        }
        self.candidates.add(&look.candidates);
        self.bytes += bytes;
        found.take_at(start, look.hits, look.unmatched, detector, &lines);
        self.keep(found);
    }

    fn keep(&mut self, mut found: Found) {
        if found.strong == 0 && found.weak.is_empty() && found.unmatched_count == 0 {
            return;
        }
        let room = KEPT_IN_ALL.saturating_sub(self.kept);
        found.kept.truncate(room);
        found.unmatched.truncate(room.saturating_sub(found.kept.len()));
        self.kept += found.kept.len() + found.unmatched.len();
        self.found.push(found);
        if self.kept == KEPT_IN_ALL {
            self.forget_chance();
        }
    }

    /// Makes room: a form that is too likely chance by now will be so at the end.
    fn forget_chance(&mut self) {
        let out: Vec<_> = self.detector.weigh(&self.candidates).iter().map(|l| (l.class, l.form)).collect();
        for found in &mut self.found {
            found.leave_out(&out, self.detector);
        }
        self.found.retain(|f| f.strong > 0 || !f.weak.is_empty() || f.unmatched_count > 0);
        self.kept = self.found.iter().map(|f| f.kept.len() + f.unmatched.len()).sum();
    }
}

impl Leaf<'_> {
    pub fn push(&mut self, bytes: &[u8]) {
        self.lines.push(bytes);
        self.bytes += bytes.len() as u64;
        self.stream.push(bytes);
        let (hits, unmatched) = self.stream.take_found();
        if !(hits.is_empty() && unmatched.is_empty()) {
            self.found.take_at(self.start, hits, unmatched, self.detector, &self.lines);
        }
    }
}

impl Found {
    fn take_at(
        &mut self,
        start: u64,
        mut hits: Vec<Hit>,
        mut unmatched: Vec<UnmatchedNumber>,
        detector: &Detector,
        lines: &Lines,
    ) {
        hits.iter_mut().for_each(|h| (h.start, h.end) = (h.start + start, h.end + start));
        unmatched.iter_mut().for_each(|s| (s.start, s.end) = (s.start + start, s.end + start));
        self.take(hits, unmatched, detector, |offsets| lines.of(offsets), false);
    }

    fn take(
        &mut self,
        mut hits: Vec<Hit>,
        unmatched: Vec<UnmatchedNumber>,
        detector: &Detector,
        lines: impl Fn(&[u64]) -> Vec<Option<u64>>,
        in_name: bool,
    ) {
        // A value that can be read in two ways at one place is there once.
        hits.sort_by(|a, b| {
            (a.start, a.end, a.secret, a.low_confidence, &a.how).cmp(&(b.start, b.end, b.secret, b.low_confidence, &b.how))
        });
        hits.dedup_by_key(|h| (h.start, h.end, h.secret));
        let starts: Vec<u64> = hits.iter().map(|h| h.start).collect();
        for (hit, line) in hits.into_iter().zip(lines(&starts)) {
            match hit.low_confidence {
                None => self.strong += 1,
                Some(weak) => *self.weak.entry((detector.secrets()[hit.secret].class, weak)).or_default() += 1,
            }
            let room = match hit.low_confidence {
                None => self.kept.len() - self.weak_kept < KEPT_IN_ONE,
                Some(_) => self.weak_kept < WEAK_KEPT_IN_ONE,
            };
            if room {
                self.weak_kept += usize::from(hit.low_confidence.is_some());
                let place = Place { in_name, start: hit.start, end: hit.end, line };
                self.kept.push(Kept { place, secret: hit.secret, how: hit.how, weak: hit.low_confidence });
            }
        }
        self.more_unmatched |= unmatched.len() >= MOST_UNMATCHED;
        let starts: Vec<u64> = unmatched.iter().map(|s| s.start).collect();
        for (unmatched, line) in unmatched.into_iter().zip(lines(&starts)) {
            self.unmatched_count += 1;
            if self.unmatched.len() < KEPT_IN_ONE {
                let place = Place { in_name, start: unmatched.start, end: unmatched.end, line };
                self.unmatched.push(KeptUnmatched { place, class: unmatched.class, how: unmatched.how });
            }
        }
    }

    /// Takes out the hits in forms that do not count.
    pub fn leave_out(&mut self, forms: &[(DataClass, LowConfidence)], detector: &Detector) {
        if self.weak.keys().all(|form| !forms.contains(form)) {
            return;
        }
        self.weak.retain(|form, _| !forms.contains(form));
        self.kept.retain(|k| k.weak.is_none_or(|weak| !forms.contains(&(detector.secrets()[k.secret].class, weak))));
        self.weak_kept = self.kept.iter().filter(|k| k.weak.is_some()).count();
    }

    pub fn count(&self) -> u64 {
        self.strong + self.weak.values().sum::<u64>()
    }
}
