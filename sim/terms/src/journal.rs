//! The journal: everything that happened in one run, in order, and nothing else. The judge reads only this.
//!
//! An entry is one line of JSON. The journal's digest is the SHA-256 of those lines, so it can be recomputed with
//! `sha256sum` from the file that `--out` writes. The wire digest covers the bytes on all simulated wires: for each write, in
//! order, time (8 bytes, big-endian nanoseconds), the connection's name, a zero byte, the length (8 bytes) and the bytes.

use crate::check::{CheckId, Step};
use crate::design::Design;
use crate::fault::Disturbance;
use crate::outcome::OutcomeCode;
use crate::roles::Zone;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The version of the journal format, which the head states.
///
/// - `v1`: the head names a variant.
/// - `v2`: the head carries the design with its choices.
/// - `v3`: entries of the kind `fault` carry [`Disturbance`] beside their text, so that nobody has to read the text.
///
/// [`read_lines`] reads `v2` and `v3`.
pub const SCHEMA: &str = "shikaku/journal/v3";

/// The older versions that are still read.
const OLDER_SCHEMAS: [&str; 1] = ["shikaku/journal/v2"];

/// Whether [`read_lines`] reads journals of this version.
pub fn is_readable(schema: &str) -> bool {
    schema == SCHEMA || OLDER_SCHEMAS.contains(&schema)
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Running number from 0, without gaps.
    pub seq: u64,
    /// Exact virtual time since the start of the run, in nanoseconds. Entries are in the order in which they were written;
    /// a task that wakes late stamps the exact time, so a stamp may lie up to two ticks before the one above it.
    pub at_ns: u64,
    /// The party at which it happened.
    pub host: String,
    pub zone: Zone,
    pub event: Event,
}

/// Whether a message was sent or received.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    Sent,
    Received,
}

/// When the state of a party was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Occasion {
    /// The run is over.
    End,
    /// The party's host went down; this is what its disk kept.
    Crash,
}

/// Which side of the card is up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CardSide {
    Front,
    Back,
    /// No My Number card: a paper insurance card, or the slip with a visible number.
    Paper,
}

/// The content of a message or record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    Text(String),
    Base64(String),
}

impl Content {
    /// Text where the bytes are UTF-8, else Base64.
    pub fn of(bytes: &[u8]) -> Content {
        match std::str::from_utf8(bytes) {
            Ok(text) => Content::Text(text.to_string()),
            Err(_) => Content::Base64(data_encoding::BASE64.encode(bytes)),
        }
    }

    /// The bytes themselves. `None` if the Base64 is invalid, which only a journal of another tool can have.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        match self {
            Content::Text(text) => Some(text.as_bytes().to_vec()),
            Content::Base64(text) => data_encoding::BASE64.decode(text.as_bytes()).ok(),
        }
    }

    pub fn is_empty(&self) -> bool {
        match self {
            Content::Text(text) | Content::Base64(text) => text.is_empty(),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Event {
    /// The head of a journal: what was run and with what. `scenario` is the name under which everything was drawn. `elsewhere` has the
    /// zones whose parties were played by others, so that nothing of them is in the journal; absent if there are none.
    Run {
        schema: String,
        tool: String,
        openssl: String,
        scenario: String,
        design: Box<Design>,
        seed: u64,
        epoch: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        elsewhere: Vec<Zone>,
    },
    /// A step of the main flow.
    Step { check: CheckId, step: Step, what: String },
    /// A message in plain text, as one of its two ends saw it. `head` is the start line and the header lines of HTTP. A request
    /// and its response have the same `exchange` at one end, and another one at the other.
    Message { exchange: u64, direction: Direction, peer: String, head: String, body: Content },
    /// Bytes put on a wire. `connection` is `from>to#running number`.
    Wire { connection: String, bytes: String },
    /// What a TLS handshake shows to both ends and to anyone who observes the line: the server name, the certificates' subjects.
    Tls { peer: String, server_name: String, peer_subject: String, version: String },
    /// A line of a party's log.
    Log { level: String, target: String, text: String },
    /// A record made durable in one of a party's stores.
    Record { store: String, content: Content },
    /// The start of a full state snapshot of the party: its state follows in the party's entries of the kind `state`, up to its
    /// next entry of another kind. Also written for a party without state.
    Snapshot { when: Occasion },
    /// One item of a party's state: in a store on its disk, in a register in its memory, or on a chip. Disk and memory of every
    /// party are recorded at the end of a run, and when a host crashes, what is left on its disk.
    State { store: String, when: Occasion, content: Content },
    /// Something shown or printed for people at this party.
    Screen { check: CheckId, text: String },
    /// A face of the card, or of the paper in its place, that people at this party can see.
    CardFace { check: CheckId, side: CardSide, in_case: bool, text: String },
    /// A command to the card and its answer, in hex. PINs are overwritten with `2a`.
    Apdu { what: String, command: String, response: String },
    /// A fault that the testbed began or ended, or a change for good. `what` is a text for people. `does` is the same as data;
    /// journals before [`SCHEMA`] have none.
    Fault {
        what: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        does: Option<Disturbance>,
    },
    /// A visit that the testbed started, and the check that it led to.
    Visit { visit: usize, check: CheckId, person: u64 },
    /// How a check ended, as the facility saw it.
    Outcome { check: CheckId, outcome: OutcomeCode, detail: String },
}

/// Called with steps and outcomes as they happen: the exact time in nanoseconds, and the event.
pub type Watch = Box<dyn FnMut(u64, &Event)>;

/// Called with every entry and its line, as soon as it is written.
pub type Follow = Box<dyn FnMut(&Entry, &[u8])>;

/// A journal, in progress or finished.
#[derive(Default)]
pub struct Journal {
    /// Set in a journal that keeps no entries.
    watch: Option<Watch>,
    follow: Option<Follow>,
    /// Whether entries are only followed: for runs that may last for months.
    forgets: bool,
    entries: Vec<Entry>,
    next: u64,
    digest: Sha256,
    wire: Sha256,
    line: Vec<u8>,
}

impl Journal {
    /// A journal that keeps no entries, for runs with more entries than fit into memory: `watch` is called with steps, visits,
    /// faults and outcomes, and only the digest of the wires is kept.
    pub fn watching(watch: Watch) -> Journal {
        Journal { watch: Some(watch), ..Journal::default() }
    }

    /// A journal whose entries are followed as they are written. It keeps them only if `keeps`.
    pub fn followed(follow: Follow, keeps: bool) -> Journal {
        Journal { follow: Some(follow), forgets: !keeps, ..Journal::default() }
    }

    /// Whether everything that happens is recorded.
    pub fn is_whole(&self) -> bool {
        self.watch.is_none()
    }

    /// Adds an entry.
    pub fn write(&mut self, at_ns: u64, host: &str, zone: Zone, event: Event) {
        if let Some(watch) = &mut self.watch {
            if matches!(event, Event::Step { .. } | Event::Outcome { .. } | Event::Visit { .. } | Event::Fault { .. }) {
                watch(at_ns, &event);
            }
            return;
        }
        let entry = Entry { seq: self.next, at_ns, host: host.to_string(), zone, event };
        self.next += 1;
        self.line.clear();
        write_line(&entry, &mut self.line);
        self.digest.update(&self.line);
        if let Some(follow) = &mut self.follow {
            follow(&entry, &self.line);
        }
        if !self.forgets {
            self.entries.push(entry);
        }
    }

    /// Adds bytes that `connection` put on the wire to the wire digest and to the journal.
    pub fn write_wire(&mut self, at_ns: u64, host: &str, zone: Zone, connection: &str, bytes: &[u8]) {
        self.wire.update(at_ns.to_be_bytes());
        self.wire.update(connection.as_bytes());
        self.wire.update([0]);
        self.wire.update((bytes.len() as u64).to_be_bytes());
        self.wire.update(bytes);
        if !self.is_whole() {
            return;
        }
        let event = Event::Wire { connection: connection.to_string(), bytes: data_encoding::BASE64.encode(bytes) };
        self.write(at_ns, host, zone, event);
    }

    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Removes and returns the entries kept so far; digests do not change.
    pub fn take_entries(&mut self) -> Vec<Entry> {
        std::mem::take(&mut self.entries)
    }

    /// SHA-256 over the lines of all entries, including those removed, in lower-case hex.
    pub fn sha256(&self) -> String {
        hex(&self.digest.clone().finalize())
    }

    /// SHA-256 over all bytes on all wires, in lower-case hex.
    pub fn wire_sha256(&self) -> String {
        hex(&self.wire.clone().finalize())
    }
}

/// Appends the line of `entry`, with its line feed.
pub fn write_line(entry: &Entry, to: &mut Vec<u8>) {
    serde_json::to_writer(&mut *to, entry).expect("an entry has text keys only and writing to memory does not fail");
    to.push(b'\n');
}

/// Why a line of a journal file cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {source}")]
pub struct JournalError {
    /// Counted from 1.
    pub line: usize,
    source: serde_json::Error,
}

impl JournalError {
    /// Counted from 1; 0 if the line is empty.
    pub fn column(&self) -> usize {
        self.source.column()
    }

    /// What is wrong, without repeating a value: it may be a secret.
    pub fn problem(&self) -> &'static str {
        match self.source.classify() {
            serde_json::error::Category::Data => "it is not an entry of a journal",
            serde_json::error::Category::Eof => "the line ends too early",
            _ => "it is not JSON",
        }
    }
}

/// SHA-256 over the lines of entries, in lower-case hex: that of the file, if they were read from one that a run wrote.
pub fn sha256_of(entries: &[Entry]) -> String {
    let (mut digest, mut line) = (Sha256::new(), Vec::new());
    for entry in entries {
        line.clear();
        write_line(entry, &mut line);
        digest.update(&line);
    }
    hex(&digest.finalize())
}

/// Reads a journal file.
pub fn read_lines(text: &str) -> Result<Vec<Entry>, JournalError> {
    let lines = text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty());
    lines.map(|(i, l)| serde_json::from_str(l).map_err(|source| JournalError { line: i + 1, source })).collect()
}

/// The first difference between two journals: its index and the two entries there, `None` where one has ended.
pub fn first_difference<'a>(a: &'a [Entry], b: &'a [Entry]) -> Option<(usize, Option<&'a Entry>, Option<&'a Entry>)> {
    let longest = a.len().max(b.len());
    (0..longest).find(|&i| a.get(i) != b.get(i)).map(|i| (i, a.get(i), b.get(i)))
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::{CARD_LOST, FaultTarget, Phase};

    fn sample() -> Journal {
        let mut j = Journal::default();
        let check = CheckId::new(0, 0);
        j.write(5, "facility-000000", Zone::Facility, Event::Step { check, step: Step::CardShown, what: "カードを提示".into() });
        j.write_wire(7, "facility-000000", Zone::Line, "facility-000000>line#0", &[0, 255, 3]);
        j
    }

    #[test]
    fn the_digest_is_that_of_the_lines_in_the_file() {
        let j = sample();
        let mut file = Vec::new();
        j.entries().iter().for_each(|e| write_line(e, &mut file));
        assert_eq!(j.sha256(), hex(&Sha256::digest(&file)));
        let read = read_lines(std::str::from_utf8(&file).unwrap()).unwrap();
        assert_eq!(read, j.entries());
        assert_eq!(sha256_of(&read), j.sha256());
    }

    #[test]
    fn a_broken_line_is_named() {
        let e = read_lines("{\"seq\":0,\"at_ns\":0,\"host\":\"x\",\"zone\":\"line\",\"event\":{\"fault\":{\"what\":\"w\"}}}\n{")
            .unwrap_err();
        assert_eq!((e.line, e.column(), e.problem()), (2, 1, "the line ends too early"));
        let secret = read_lines("{\"seq\":\"0110113718\"}").unwrap_err();
        assert_eq!(secret.problem(), "it is not an entry of a journal");
    }

    #[test]
    fn faults_are_read_with_their_data_and_without_it() {
        let head = "{\"seq\":0,\"at_ns\":0,\"host\":\"testbed\",\"zone\":\"testbed\",\"event\":";
        let read = |event: &str| read_lines(&format!("{head}{event}}}")).map(|mut entries| entries.remove(0).event);
        let what = "the card of person 3 is reported lost".to_string();
        let older = read("{\"fault\":{\"what\":\"the card of person 3 is reported lost\"}}").unwrap();
        assert_eq!(older, Event::Fault { what: what.clone(), does: None });
        let text = "{\"fault\":{\"what\":\"the card of person 3 is reported lost\",\"does\":{\"kind\":\"card-lost\",\
                    \"phase\":\"begins\",\"target\":{\"person\":3}}}}";
        let does = Disturbance { kind: CARD_LOST.into(), phase: Phase::Begins, target: FaultTarget::Person(3) };
        let newer = Event::Fault { what, does: Some(does) };
        assert_eq!(read(text).unwrap(), newer);
        assert_eq!(serde_json::to_string(&newer).unwrap(), text);
        // A phase of a newer version is not guessed at.
        assert!(read(&text.replace("begins", "pauses")).is_err());
    }

    #[test]
    fn the_first_difference_is_found_also_at_the_end() {
        let (a, b) = (sample().take_entries(), sample().take_entries());
        assert!(first_difference(&a, &b).is_none());
        assert_eq!(first_difference(&a, &b[..1]).map(|d| d.0), Some(1));
    }
}
