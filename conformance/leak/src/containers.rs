//! Containers within bytes: a zip in base 64 in a mail, a database in a record. Their parts are searched like anything decoded; what
//! could not be unpacked is listed.

use super::how::Layer;
use super::look::NotRead;
use super::search::{Effort, Map, Search};
use aho_corasick::AhoCorasick;
use aho_corasick::packed::Searcher;
use std::ops::Range;
use std::sync::LazyLock;
use unpack::{Kind, Limits, PartName, Sink, Unread};

/// What containers begin with, but gzip, zlib and zstd, which are decoded here.
const MAGICS: [&[u8]; 23] = [
    b"PK\x03\x04",
    b"BZh",
    b"\xFD7zXZ\0",
    b"7z\xBC\xAF\x27\x1C",
    b"LZIP",
    b"\x04\x22\x4D\x18",
    b"\xFF\x06\0\0sNaPpY",
    b"!<arch>\n",
    b"070701",
    b"070702",
    b"070707",
    b"%PDF-",
    b"{\\rtf",
    b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
    b"SQLite format 3\0",
    b"PAR1",
    b"Obj\x01",
    b"\xD4\xC3\xB2\xA1",
    b"\xA1\xB2\xC3\xD4",
    b"M\x3C\xB2\xA1",
    b"\xA1\xB2\x3CM",
    b"\x0A\x0D\x0D\x0A",
    b"ustar",
];
/// The header of tar has its magic in the middle.
const TAR: (usize, usize) = (MAGICS.len() - 1, 257);

/// Those that are text.
const TEXTS: [&[u8]; 2] = [b"%PDF-", b"{\\rtf"];

/// Of PDFs that follow each other, the first: others would be read again and again.
fn up_to_next(bytes: &[u8], kind: Kind) -> &[u8] {
    let ends = |at: &usize| {
        let before = &bytes[at.saturating_sub(16)..*at];
        memchr::memmem::find(before, b"%%EOF").is_some()
    };
    match kind {
        Kind::Pdf => memchr::memmem::find_iter(bytes, b"%PDF-").find(ends).map_or(bytes, |at| &bytes[..at]),
        _ => bytes,
    }
}

fn is_read_whole(kind: Kind) -> bool {
    use Kind::{Avro, Cfb, Parquet, Pcap, Pcapng, Pdf, Rtf, SevenZip, Sqlite, SqliteWal};
    matches!(kind, Avro | Cfb | Parquet | Pcap | Pcapng | Pdf | Rtf | SevenZip | Sqlite | SqliteWal)
}

/// No container of a number has fewer bytes.
const SHORTEST: usize = 32;

/// Vector instructions find the magics, where there are any.
static BEGINS: LazyLock<Option<Searcher>> = LazyLock::new(|| Searcher::new(MAGICS));
static BEGINS_ANYWHERE: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(MAGICS).ok());

/// Calls `found` with every magic in `bytes`: where it is, and its index.
fn magics(bytes: &[u8], mut found: impl FnMut(usize, usize)) {
    if let Some(searcher) = &*BEGINS {
        searcher.find_iter(bytes).for_each(|m| found(m.start(), m.pattern().as_usize()));
    } else if let Some(searcher) = &*BEGINS_ANYWHERE {
        searcher.find_iter(bytes).for_each(|m| found(m.start(), m.pattern().as_usize()));
    }
}

impl Search<'_> {
    /// Every container that begins in `bytes[range]`.
    pub fn packed(&mut self, bytes: &[u8], range: Range<usize>) {
        if bytes.len() < SHORTEST {
            return;
        }
        let mut done = range.start;
        magics(&bytes[range.clone()], |at, magic| {
            let start = (range.start + at).checked_sub(if magic == TAR.0 { TAR.1 } else { 0 });
            if let Some(start) = start.filter(|start| *start >= done)
                && let Some(kind) = unpack::magic_at(&bytes[start..])
            {
                done = self.container(bytes, start, kind).max(start + 1);
            }
        });
    }

    /// All bytes as a container that cannot be unpacked: it is listed.
    pub fn unsupported(&mut self, bytes: &[u8]) {
        // A document that is text: in other text its beginning is not looked for.
        if bytes.is_ascii() && TEXTS.iter().any(|magic| bytes.starts_with(magic)) {
            if let Some(kind) = unpack::magic_at(bytes) {
                self.container(bytes, 0, kind);
            }
            return;
        }
        if bytes.len() < 16 || !unpack::could_be_unreadable(bytes) || bytes.is_ascii() {
            return;
        }
        if let Some(kind) = unpack::kind(bytes, None)
            && unpack::magic_at(bytes).is_none()
            && !matches!(kind, Kind::Mail | Kind::Mbox | Kind::Lzma | Kind::Brotli)
        {
            self.container(bytes, 0, kind);
        }
    }

    /// Searches the parts of the container at `start`. Returns how far it goes.
    fn container(&mut self, bytes: &[u8], start: usize, kind: Kind) -> usize {
        let rest = up_to_next(&bytes[start..], kind);
        if self.deepest() {
            self.not_read(start..bytes.len(), "depth", kind.name(), "it is nested in too many encodings".into());
            return start;
        }
        // A format that is read as a whole is read up to the end of all bytes, wherever it ends: many beginnings are many times all.
        let cost = if is_read_whole(kind) { rest.len() as u64 / 8 } else { 0 };
        if self.budget < cost {
            self.overrun();
            return start;
        }
        self.budget -= cost;
        let unpacked = Limits::SMALL.unpacked.min(self.budget);
        let limits = Limits { unpacked, ..Limits::SMALL };
        let mut parts = Parts { search: self, place: start..bytes.len(), format: kind.name(), open: Vec::new(), tail: 0..0 };
        // Reading from memory does not fail.
        let _ = unpack::unpack(&mut &rest[..], None, &limits, &mut parts);
        // What is behind all parts may hold others.
        if parts.tail.end == rest.len() { start + parts.tail.start } else { start + rest.len() }
    }

    fn not_read(&mut self, place: Range<usize>, kind: &'static str, format: &'static str, why: String) {
        self.list_not_read((place.start, place.end), |start, end| NotRead { start, end, kind, format, why });
    }
}

/// The parts of one container.
struct Parts<'s, 'd> {
    search: &'s mut Search<'d>,
    place: Range<usize>,
    format: &'static str,
    /// From outside inwards, what is held of each part so far, and the offset at which it goes on.
    open: Vec<(Vec<u8>, u64)>,
    /// The last bytes in a row that are outside of all parts.
    tail: Range<usize>,
}

impl Parts<'_, '_> {
    fn inside(&mut self, bytes: &[u8]) {
        let map = Map::Whole(self.place.clone());
        self.search.inside(Some(Layer::Container(self.format)), map, bytes, true, Effort::Full);
    }

    fn piece(&mut self) {
        if let Some((held, _)) = self.open.last_mut() {
            let held = std::mem::take(held);
            self.inside(&held);
        }
    }
}

impl Sink for Parts<'_, '_> {
    fn begin(&mut self, part: PartName<'_>) {
        self.piece();
        if !part.made {
            self.inside(part.bytes);
        }
        self.open.push((Vec::new(), 0));
    }

    fn push(&mut self, at: u64, bytes: &[u8]) {
        if self.open.is_empty() {
            // It is searched where it is.
            let (at, end) = (at as usize, at as usize + bytes.len());
            self.tail = if at == self.tail.end { self.tail.start..end } else { at..end };
        }
        if self.open.last().is_some_and(|(_, next)| *next != at) {
            self.piece();
        }
        if let Some((held, next)) = self.open.last_mut() {
            held.extend_from_slice(bytes);
            *next = at + bytes.len() as u64;
        }
    }

    fn end(&mut self) {
        self.piece();
        self.open.pop();
    }

    fn unread(&mut self, unread: &Unread) {
        // If nothing was unpacked, it may be no container at all.
        if !unread.nothing {
            self.search.not_read(self.place.clone(), unread.kind.name(), unread.format, unread.why.to_string());
        }
    }
}
