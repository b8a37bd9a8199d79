//! Where data of the matrix's classes was seen in a run: every sighting, permitted or not, since the permitted ones show how a
//! value reached a zone where it is forbidden.

mod classes;
mod concerned;
mod found;
mod marks;
mod secrets;
mod trace;

use crate::matrix::matrix;
use crate::parts::{Part, parts};
use crate::wire::Records;
use concerned::{Searched, Visitors};
use data_encoding::BASE64;
use found::Zones;
use leak::{CandidatePositions, DataClass, Detector, Evidence, Hit, SearchResult, Secret, Session, Value};
use marks::Marks;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use terms::ground::Ground;
use terms::journal::{Entry, Event};
use terms::roles::Zone;
use trace::Trace;

pub use classes::{ClassMark, Classifier, EntryClasses};
pub use found::{Sighting, Sightings};
pub use secrets::{known_keys, secrets_of};

/// Searches every entry. Time is linear in the journal, whatever the number of people.
pub(crate) fn of(journal: &[Entry], ground: &Ground) -> Sightings {
    let secrets = secrets_of(ground);
    let classes: BTreeSet<DataClass> = secrets.iter().map(|s| s.class).chain(marks::CLASSES).collect();
    let visitors = Visitors::new(journal);
    match secrets::detector(secrets, ground, &visitors) {
        Ok(detector) => SightingSearch::new(&detector, &classes, &visitors, ground).run(journal, ground),
        Err(e) => Sightings { search_error: Some(format!("nothing could be searched for: {e}")), ..Sightings::default() },
    }
}

/// The classes whose values are numbers: anything else is too long to occur by chance.
const NUMBERS: [DataClass; 2] = [DataClass::MyNumber, DataClass::ResidentCode];

/// What was found in some content.
struct Known {
    result: Rc<SearchResult>,
    /// Its place in the order in which contents were searched.
    number: usize,
    /// The classes for which its candidate positions were counted: repeated content makes a chance hit no likelier.
    counted: BTreeSet<DataClass>,
}

/// A content of a stream, by its number, and what was found in it.
type Piece = (usize, Rc<SearchResult>);

/// What was found over two pieces.
type Joined = Rc<(Vec<Hit>, CandidatePositions)>;

/// How a piece is searched.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum How {
    Alone,
    /// What follows it in the stream is joined to it.
    InStream,
    Ciphertext,
}

/// One search in progress.
struct SightingSearch<'a> {
    detector: &'a Detector,
    session: Session<'a>,
    classes: &'a BTreeSet<DataClass>,
    marks: Marks,
    /// The codes by which the cancer registry knows people.
    registry_codes: BTreeSet<String>,
    found: Sightings,
    visitors: &'a Visitors,
    /// By class, the hits and places in zones where it is forbidden: of all people, and of those whom the entries concern.
    of_all: BTreeMap<DataClass, Evidence>,
    of_concerned: BTreeMap<DataClass, Evidence>,
    /// Results of the search by the digest of the content: both ends of a hop see the same content.
    known: BTreeMap<(How, [u8; 32]), Known>,
    /// By stream (a party's log, one direction of its messages with a peer, a store), the last piece.
    last: BTreeMap<String, Piece>,
    /// By the numbers of two pieces, what was found over both.
    joined: BTreeMap<(usize, usize), Joined>,
}

impl<'a> SightingSearch<'a> {
    fn new(detector: &'a Detector, classes: &'a BTreeSet<DataClass>, visitors: &'a Visitors, ground: &Ground) -> Self {
        SightingSearch {
            detector,
            session: detector.session(),
            classes,
            marks: Marks::new(ground),
            registry_codes: secrets::registry_codes(ground),
            found: Sightings::default(),
            visitors,
            of_all: NUMBERS.map(|c| (c, detector.evidence())).into(),
            of_concerned: NUMBERS.map(|c| (c, detector.evidence_of_one())).into(),
            known: BTreeMap::new(),
            last: BTreeMap::new(),
            joined: BTreeMap::new(),
        }
    }

    fn run(mut self, journal: &'a [Entry], ground: &Ground) -> Sightings {
        let mut wires: BTreeMap<&str, Wire> = BTreeMap::new();
        let mut entries_in: BTreeMap<Zone, u64> = BTreeMap::new();
        for (index, entry) in journal.iter().enumerate() {
            let searched = Searched::new(index, entry, self.visitors);
            let mut zones = BTreeSet::new();
            match &entry.event {
                Event::Wire { connection, bytes } => {
                    zones.insert(entry.zone);
                    // The name of a connection is visible to others too.
                    self.part(&searched, &Part::lines("connection", connection), None);
                    wires
                        .entry(connection)
                        .or_default()
                        .push(index, &BASE64.decode(bytes.as_bytes()).unwrap_or_else(|_| bytes.clone().into_bytes()));
                }
                event => {
                    let stream = stream_of(entry);
                    for part in &parts(event) {
                        zones.extend(zones_of(entry, part));
                        // Names of peers, stores and targets are between the pieces of a stream, not in it.
                        let in_stream = matches!(part.name, "head" | "body" | "log" | "record" | "screen");
                        self.part(&searched, part, stream.as_deref().filter(|_| in_stream));
                    }
                }
            }
            zones.into_iter().for_each(|zone| *entries_in.entry(zone).or_default() += 1);
        }
        for (zone, entries) in entries_in {
            let forbidden = self.classes.iter().filter(|c| !matrix().permits(**c, zone));
            self.found.looked_at.extend(forbidden.map(|class| ((*class, zone), entries)));
        }
        wires.values().for_each(|wire| self.wire(journal, wire));
        self.found.of_all = self.of_all.iter().map(|(class, evidence)| (*class, evidence.weigh())).collect();
        self.found.of_concerned = self.of_concerned.iter().map(|(class, evidence)| (*class, evidence.weigh())).collect();
        self.found.all.sort_by_key(|s| (s.entry, s.class, s.person));
        let is_forbidden = |s: &&Sighting| forbidden_in(s.class, s.zones);
        if self.found.all.iter().any(|s| is_forbidden(&s)) {
            let trace = Trace::new(journal, ground, &self.found.all);
            let forbidden = self.found.all.iter().filter(is_forbidden);
            self.found.hops = forbidden.map(|s| ((s.entry, s.class, s.person), trace.hops(s))).collect();
        }
        self.found
    }

    /// Searches one part of an entry.
    fn part(&mut self, searched: &Searched<'a>, part: &Part<'_>, stream: Option<&str>) {
        let entry = searched.entry;
        if entry.zone == Zone::Testbed {
            return;
        }
        let zones = (entry.zone, part.also);
        let how = if stream.is_some() { How::InStream } else { How::Alone };
        let piece = self.look(searched, &part.bytes, zones, how);
        let mut seen = BTreeSet::new();
        for hit in simplest(&piece.1.hits) {
            let how = (hit.how.name(), hit.how.words());
            if seen.insert((hit.secret, how.0.clone(), hit.low_confidence)) {
                // A path in JSON is computed only for what is reported: it takes parsing all content before the place.
                let at = usize::try_from(hit.start).unwrap_or(usize::MAX);
                let class = self.class_at(&self.detector.secrets()[hit.secret], entry.zone);
                let place = if forbidden_in(class, zones) { part.place(at) } else { String::new() };
                self.sight(searched, hit, zones, place, how);
            }
        }
        for mark in self.marks.find(&part.bytes, zones_of(entry, part)) {
            let place = part.place(mark.at);
            let (how, words) = ("plain".to_string(), "in plain characters".to_string());
            let (class, person) = (mark.class, mark.person);
            self.found.all.push(Sighting {
                class,
                person,
                zones,
                entry: searched.index,
                place,
                how,
                words,
                low_confidence: None,
                is_concerned: true,
            });
        }
        if let Some(stream) = stream {
            self.split(searched, part, stream, piece, zones);
        }
    }

    /// A value split over two pieces of one stream: two log lines, two messages, head and body.
    fn split(&mut self, searched: &Searched<'a>, part: &Part<'_>, stream: &str, piece: Piece, zones: Zones) {
        let before = match self.last.get_mut(stream) {
            Some(last) => std::mem::replace(last, piece.clone()),
            None => {
                self.last.insert(stream.to_string(), piece);
                return;
            }
        };
        let session = &mut self.session;
        // Both ends of a hop see the same two pieces.
        let joined = self.joined.entry((before.0, piece.0)).or_insert_with(|| {
            let mut candidates = CandidatePositions::default();
            let hits = session.joined_counted(&before.1, &piece.1, &mut candidates);
            Rc::new((hits, candidates))
        });
        let joined = joined.clone();
        self.count(searched, &joined.1, zones);
        for hit in &joined.0 {
            let place = format!("{}, joined with the piece before it", part.place(0));
            let how = (format!("split/{}", hit.how.name()), format!("in two pieces, {}", hit.how.words()));
            self.sight(searched, hit, zones, place, how);
        }
    }

    /// One direction of one connection, as one stream of bytes.
    fn wire(&mut self, journal: &'a [Entry], wire: &Wire) {
        let Some((index, first)) = wire.starts.first().and_then(|(_, index)| Some((*index, journal.get(*index)?))) else {
            return;
        };
        let sound = wire.records.is_sound();
        if !sound {
            self.found.clear.extend(wire.starts.iter().map(|(_, index)| *index));
        }
        let zones = (first.zone, None);
        // The line forwards the same bytes on both of its sides.
        let how = if sound { How::Ciphertext } else { How::Alone };
        let (_, result) = self.look(&Searched::new(index, first, self.visitors), &wire.bytes, zones, how);
        let mut seen = BTreeSet::new();
        for hit in simplest(&result.hits) {
            let (start, index) = wire.entry_at(hit.start);
            let Some(entry) = journal.get(index) else { continue };
            if seen.insert((hit.secret, hit.how.clone(), index)) {
                let place = format!("wire, byte {}", hit.start.saturating_sub(start));
                let searched = Searched::new(index, entry, self.visitors);
                self.sight(&searched, hit, zones, place, (hit.how.name(), hit.how.words()));
            }
        }
    }

    /// The class of a value in a zone: which code is an institution's own depends on where it is. The cancer registry's own is that of its field, and
    /// the code of medical insurance is another institution's there.
    fn class_at(&self, secret: &Secret, zone: Zone) -> DataClass {
        match (secret.class, zone, &secret.value) {
            (DataClass::InstitutionCode, Zone::Registry, _) => DataClass::OtherInstitutionCode,
            (DataClass::OtherInstitutionCode, Zone::Registry, Value::Code(code)) if self.registry_codes.contains(code) => {
                DataClass::InstitutionCode
            }
            (class, ..) => class,
        }
    }

    /// Adds a hit to the sightings, and to the evidence if its class is forbidden there. `how` is its form, as a name and in words.
    fn sight(&mut self, searched: &Searched<'a>, hit: &Hit, zones: Zones, place: String, how: (String, String)) {
        let secret = &self.detector.secrets()[hit.secret];
        let class = self.class_at(secret, zones.0);
        let is_concerned = searched.concerned().has(secret.person);
        if forbidden_in(class, zones) {
            let of_concerned = Some(&mut self.of_concerned).filter(|_| is_concerned);
            for evidence in [Some(&mut self.of_all), of_concerned].into_iter().flatten() {
                if let Some(evidence) = evidence.get_mut(&class) {
                    evidence.hit(secret, hit.secret, hit.low_confidence);
                }
            }
        }
        self.found.all.push(Sighting {
            class,
            person: secret.person,
            zones,
            entry: searched.index,
            place,
            how: how.0,
            words: how.1,
            low_confidence: hit.low_confidence,
            is_concerned,
        });
    }

    fn look(&mut self, searched: &Searched<'a>, bytes: &[u8], zones: Zones, how: How) -> Piece {
        let digest: [u8; 32] = Sha256::digest(bytes).into();
        let number = self.known.len();
        let known = self.known.entry((how, digest)).or_insert_with(|| {
            let result = match how {
                How::Alone => self.session.look_alone(bytes),
                How::InStream => self.session.look(bytes),
                How::Ciphertext => self.session.look_at_ciphertext(bytes),
            };
            Known { result: Rc::new(result), number, counted: BTreeSet::new() }
        });
        let (number, result) = (known.number, known.result.clone());
        self.found.overrun |= result.overrun();
        if !result.candidates.is_empty() {
            let people = searched.concerned().count();
            for class in NUMBERS.into_iter().filter(|c| forbidden_in(*c, zones)) {
                let new = known.counted.insert(class);
                if let Some(evidence) = self.of_all.get_mut(&class).filter(|_| new) {
                    evidence.candidates.add(&result.candidates);
                }
                if let Some(evidence) = self.of_concerned.get_mut(&class) {
                    evidence.candidates.add_times(&result.candidates, people);
                }
            }
        }
        for not_read in &result.not_read {
            let what =
                format!("{} at {} was not read ({}: {})", not_read.format, searched.entry.host, not_read.kind, not_read.why);
            for zone in [Some(zones.0), zones.1].into_iter().flatten() {
                self.found.not_read.entry(zone).or_default().insert(what.clone());
            }
        }
        for unmatched in &result.unmatched {
            for zone in [Some(zones.0), zones.1].into_iter().flatten() {
                if !matrix().permits(unmatched.class, zone) {
                    *self.found.unmatched.entry((unmatched.class, zone)).or_default() += 1;
                }
            }
        }
        (number, result)
    }

    fn count(&mut self, searched: &Searched<'a>, candidates: &CandidatePositions, zones: Zones) {
        if candidates.is_empty() {
            return;
        }
        let people = searched.concerned().count();
        for class in NUMBERS.into_iter().filter(|c| forbidden_in(*c, zones)) {
            if let Some(evidence) = self.of_all.get_mut(&class) {
                evidence.candidates.add(candidates);
            }
            if let Some(evidence) = self.of_concerned.get_mut(&class) {
                evidence.candidates.add_times(candidates, people);
            }
        }
    }
}

/// Of several hits of one value at one place, the one with the fewest layers: a code in plain characters is valid base 32 too.
fn simplest(hits: &[Hit]) -> Vec<&Hit> {
    let mut ordered: Vec<&Hit> = hits.iter().collect();
    ordered.sort_by_key(|h| (h.secret, h.start));
    let mut kept: Vec<&Hit> = Vec::new();
    for hit in ordered {
        // A low-confidence form may still be dropped: it never replaces another hit.
        let before = kept.last_mut().filter(|k| {
            k.secret == hit.secret && hit.start < k.end && k.low_confidence.is_none() && hit.low_confidence.is_none()
        });
        match before {
            Some(before) if hit.how.layers.len() < before.how.layers.len() => *before = hit,
            Some(_) => {}
            None => kept.push(hit),
        }
    }
    kept.sort_by_key(|h| h.start);
    kept
}

fn zones_of(entry: &Entry, part: &Part<'_>) -> impl Iterator<Item = Zone> + Clone + use<> {
    [Some(entry.zone), part.also].into_iter().flatten()
}

fn forbidden_in(class: DataClass, zones: Zones) -> bool {
    !matrix().permits(class, zones.0) || zones.1.is_some_and(|zone| !matrix().permits(class, zone))
}

/// The stream that an entry continues: a value may be split over neighbouring entries of it.
fn stream_of(entry: &Entry) -> Option<String> {
    let host = &entry.host;
    match &entry.event {
        Event::Log { .. } => Some(format!("log of {host}")),
        Event::Message { direction, peer, .. } => Some(format!("{direction:?} {host} {peer}")),
        Event::Record { store, .. } => Some(format!("store {store} of {host}")),
        Event::Screen { .. } => Some(format!("screen of {host}")),
        _ => None,
    }
}

/// The bytes of one direction of a connection.
#[derive(Default)]
struct Wire {
    bytes: Vec<u8>,
    /// The offset at which the bytes of each entry begin, and the entry's index.
    starts: Vec<(u64, usize)>,
    records: Records,
}

impl Wire {
    fn push(&mut self, index: usize, bytes: &[u8]) {
        self.starts.push((self.bytes.len() as u64, index));
        self.records.push(bytes);
        self.bytes.extend_from_slice(bytes);
    }

    fn entry_at(&self, offset: u64) -> (u64, usize) {
        let after = self.starts.partition_point(|(start, _)| *start <= offset);
        self.starts.get(after.saturating_sub(1)).copied().unwrap_or_default()
    }
}
