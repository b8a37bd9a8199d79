//! Collects findings and their positions.

use super::lines::Lines;
use leak::{
    DataClass, Detector, EncodedForm, Evidence, Hit, LIMIT, LowConfidence, MOST_UNMATCHED, NotRead, PLAIN_LIMIT, SearchResult,
    Stream, UnmatchedNumber, Weighed,
};
use sim::terms::shown::line;
use std::collections::{BTreeMap, BTreeSet};

/// The most findings of one file or member that are kept and reported; more are counted. The same for unmatched numbers.
pub const KEPT_IN_ONE: usize = 10_000;
/// The same for findings in low-confidence forms, most of which are chance in the end.
const LOW_CONFIDENCE_KEPT_IN_ONE: usize = 1000;
/// The same for all files together.
pub const KEPT_IN_ALL: usize = 200_000;
const LOW_CONFIDENCE_KEPT_IN_ALL: usize = 100_000;

/// A class of numbers in a form; `None` is digits in plain characters.
pub type Form = (DataClass, Option<LowConfidence>);

/// A position within a file or member.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Whether it is in the name, where no byte is reported, or in the content.
    pub in_name: bool,
    pub start: u64,
    pub end: u64,
    pub line: Option<u64>,
}

pub struct KeptFinding {
    pub position: Position,
    /// Index into the detector's secrets.
    pub secret: usize,
    pub how: EncodedForm,
    pub low_confidence: Option<LowConfidence>,
}

pub struct KeptUnmatched {
    pub position: Position,
    pub class: DataClass,
    pub how: EncodedForm,
}

/// The findings of one file or member.
pub struct FileFindings {
    /// The path, with values masked.
    pub path: String,
    pub kept: Vec<KeptFinding>,
    /// Hits by form. Those of numbers count only if chance does not explain them.
    pub hits: BTreeMap<Form, u64>,
    /// The hits and places of this file alone.
    pub evidence: Evidence,
    pub unmatched: Vec<KeptUnmatched>,
    pub unmatched_count: u64,
    /// Whether there are more than were counted.
    pub more_unmatched: bool,
    low_confidence_kept: usize,
}

/// Something that was not searched, or only as it is.
pub struct Unread {
    pub path: String,
    pub kind: &'static str,
    pub what: String,
}

/// Everything that was scanned.
pub struct Tally<'d> {
    pub detector: &'d Detector,
    pub evidence: Evidence,
    pub found: Vec<FileFindings>,
    pub files: u64,
    pub members: u64,
    pub bytes: u64,
    /// Path and remark.
    pub remarks: Vec<(String, String)>,
    /// What was not searched, or only as it is.
    pub unread: Vec<Unread>,
    /// On how many threads one file is searched.
    threads: usize,
    kept: usize,
    low_confidence_kept: usize,
}

/// One file or member that is being scanned.
pub struct Leaf<'d> {
    detector: &'d Detector,
    stream: Stream<'d>,
    lines: Lines,
    start: u64,
    bytes: u64,
    found: FileFindings,
}

impl<'d> Tally<'d> {
    /// An empty tally; each file is searched on so many threads.
    pub fn new(detector: &'d Detector, threads: usize) -> Self {
        Tally {
            detector,
            threads,
            evidence: detector.evidence(),
            found: Vec::new(),
            files: 0,
            members: 0,
            bytes: 0,
            remarks: Vec::new(),
            unread: Vec::new(),
            kept: 0,
            low_confidence_kept: 0,
        }
    }

    /// The reportable path of a file, or of a member of `archive`: values in the name are masked, and reported as findings in the
    /// name.
    pub fn name(&mut self, archive: Option<&str>, name: &[u8]) -> String {
        let (path, result) = self.mask(archive, name);
        let mut found = FileFindings::new(&path, self.detector);
        let no_lines = |offsets: &[u64]| offsets.iter().map(|_| None).collect();
        found.evidence.candidates.add(&result.candidates);
        found.take(result.hits, result.unmatched, self.detector, no_lines, true);
        self.keep(found);
        path
    }

    /// The same for a name that repeats names reported before.
    pub fn masked(&self, archive: Option<&str>, name: &[u8]) -> String {
        self.mask(archive, name).0
    }

    fn mask(&self, archive: Option<&str>, name: &[u8]) -> (String, SearchResult) {
        let result = self.detector.look(name);
        let mut masked = name.to_vec();
        let ranges = result.hits.iter().map(|h| (h.start, h.end)).chain(result.unmatched.iter().map(|s| (s.start, s.end)));
        for (start, end) in ranges {
            let range = usize::try_from(start).unwrap_or(usize::MAX).min(name.len())..(end as usize).min(name.len());
            masked[range].fill(b'*');
        }
        let shown = line(&String::from_utf8_lossy(&masked)).into_owned();
        (archive.map_or(shown.clone(), |a| format!("{a}!{shown}")), result)
    }

    pub fn remark(&mut self, path: &str, what: impl Into<String>) {
        self.remarks.push((path.to_string(), what.into()));
    }

    /// Something could not be searched, so that finding nothing does not mean that nothing is there.
    pub fn not_searched(&mut self, path: &str, kind: &'static str, what: impl Into<String>) {
        self.unread.push(Unread { path: path.to_string(), kind, what: what.into() });
    }

    /// Starts scanning at offset `start` of `path`.
    pub fn open(&self, path: &str, start: u64) -> Leaf<'d> {
        let found = FileFindings::new(path, self.detector);
        Leaf {
            detector: self.detector,
            stream: self.detector.stream_on(self.threads).of_unpacked(),
            lines: Lines::new(start),
            start,
            bytes: 0,
            found,
        }
    }

    pub fn close(&mut self, leaf: Leaf<'d>) {
        let Leaf { stream, lines, start, bytes, mut found, detector } = leaf;
        let result = stream.finish();
        if result.overrun() {
            self.not_searched(&found.path, "limit", "the limit of nested encodings was reached; not all of them were decoded");
        }
        for NotRead { start: at, kind, format, why, .. } in &result.not_read {
            self.not_searched(&found.path, kind, format!("{format} at byte {}: {why}", start + at));
        }
        found.evidence.candidates.add(&result.candidates);
        self.bytes += bytes;
        found.take_at(start, result.hits, result.unmatched, detector, &lines);
        self.keep(found);
    }

    /// Adds the tally of the next files.
    pub fn merge(&mut self, next: Tally<'d>) {
        self.files += next.files;
        self.members += next.members;
        self.bytes += next.bytes;
        self.remarks.extend(next.remarks);
        self.unread.extend(next.unread);
        self.evidence.merge(&next.evidence);
        next.found.into_iter().for_each(|found| self.list(found));
    }

    fn keep(&mut self, found: FileFindings) {
        self.evidence.merge(&found.evidence);
        self.list(found);
    }

    fn list(&mut self, mut found: FileFindings) {
        if found.hits.is_empty() && found.unmatched_count == 0 {
            return;
        }
        let room = KEPT_IN_ALL.saturating_sub(self.kept);
        let mut low_room = LOW_CONFIDENCE_KEPT_IN_ALL.saturating_sub(self.low_confidence_kept);
        found.kept.retain(|k| {
            let fits = k.low_confidence.is_none() || low_room > 0;
            low_room -= usize::from(fits && k.low_confidence.is_some());
            fits
        });
        self.low_confidence_kept = LOW_CONFIDENCE_KEPT_IN_ALL - low_room;
        found.kept.truncate(room);
        found.unmatched.truncate(room.saturating_sub(found.kept.len()));
        self.kept += found.kept.len() + found.unmatched.len();
        self.found.push(found);
    }

    /// Which hits chance explains: of the whole scan, and of each file.
    pub fn weigh(&self) -> Chance {
        Chance { all: self.evidence.weigh(), files: self.files.max(1) + self.members }
    }
}

/// What chance explains.
pub struct Chance {
    /// Every class and form in which something was hit.
    pub all: Vec<Weighed>,
    /// How many files and members there are: one of so many has unlikely hits by chance.
    files: u64,
}

impl Chance {
    /// The forms in which the hits of a file are chance, in the whole scan and in this file alone.
    pub fn explains(&self, found: &FileFindings) -> BTreeSet<Form> {
        let in_all = self.all.iter().filter(|w| w.is_chance());
        let alone = found.evidence.weigh();
        let unlikely_alone = |w: &Weighed| {
            let limit = if w.form.is_some() { LIMIT } else { PLAIN_LIMIT };
            let here = alone.iter().find(|a| (a.class, a.form) == (w.class, w.form));
            here.is_some_and(|a| a.chance * self.files as f64 <= limit)
        };
        in_all.filter(|w| !unlikely_alone(w)).map(|w| (w.class, w.form)).collect()
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

impl FileFindings {
    fn new(path: &str, detector: &Detector) -> FileFindings {
        FileFindings {
            path: path.to_string(),
            kept: Vec::new(),
            hits: BTreeMap::new(),
            evidence: detector.evidence(),
            unmatched: Vec::new(),
            unmatched_count: 0,
            more_unmatched: false,
            low_confidence_kept: 0,
        }
    }

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
        for hit in &hits {
            self.evidence.hit(&detector.secrets()[hit.secret], hit.secret, hit.low_confidence);
        }
        // A value that matches in two ways at one position counts once.
        hits.sort_by(|a, b| {
            (a.start, a.end, a.secret, a.low_confidence, &a.how).cmp(&(b.start, b.end, b.secret, b.low_confidence, &b.how))
        });
        hits.dedup_by_key(|h| (h.start, h.end, h.secret));
        let starts: Vec<u64> = hits.iter().map(|h| h.start).collect();
        for (hit, line) in hits.into_iter().zip(lines(&starts)) {
            let secret = &detector.secrets()[hit.secret];
            *self.hits.entry((secret.class, hit.low_confidence)).or_default() += 1;
            let room = match hit.low_confidence {
                None => self.kept.len() - self.low_confidence_kept < KEPT_IN_ONE,
                Some(_) => self.low_confidence_kept < LOW_CONFIDENCE_KEPT_IN_ONE,
            };
            if room {
                self.low_confidence_kept += usize::from(hit.low_confidence.is_some());
                let position = Position { in_name, start: hit.start, end: hit.end, line };
                let Hit { secret, how, low_confidence, .. } = hit;
                self.kept.push(KeptFinding { position, secret, how, low_confidence });
            }
        }
        self.more_unmatched |= unmatched.len() >= MOST_UNMATCHED;
        let starts: Vec<u64> = unmatched.iter().map(|s| s.start).collect();
        for (unmatched, line) in unmatched.into_iter().zip(lines(&starts)) {
            self.unmatched_count += 1;
            if self.unmatched.len() < KEPT_IN_ONE {
                let position = Position { in_name, start: unmatched.start, end: unmatched.end, line };
                self.unmatched.push(KeptUnmatched { position, class: unmatched.class, how: unmatched.how });
            }
        }
    }

    /// How many hits there are in forms for which `wanted` holds.
    pub fn count(&self, wanted: impl Fn(&Form) -> bool) -> u64 {
        self.hits.iter().filter(|(form, _)| wanted(form)).map(|(_, count)| count).sum()
    }
}
