//! One search of one closed piece: the first stage, the ranges that it finds, and recursively everything that is decoded.

use super::blocks::{self, Carry, Spans};
use super::chain::Chain;
use super::decode::{only_binary, only_binary_in_block};
use super::how::{EncodedForm, Encoding, Layer};
use super::known_words::KnownWords;
use super::look::{Hit, NotRead, SearchResult, UnmatchedNumber};
pub(crate) use super::map::Map;
use super::masks::BLOCK;
use super::needles::FoundNeedle;
use super::odds::LowConfidence;
use super::patterns::Candidate;
use super::prepared::Prepared;
use super::promising::Promising;
use super::rings::Parts;
use super::seams::Seams;
use crate::DataClass;
use flate2::Decompress;
use std::ops::Range;

/// At most this many encodings may be nested.
pub(crate) const DEPTH: usize = 4;
/// All decoded bytes together are at most this many times the input, and [`SPARE`] bytes more.
const TIMES: u64 = 96;
const SPARE: u64 = 16 << 20;
/// At most this many bytes contain no number in characters of two bytes each, whatever the script: it is worth testing whether
/// they can contain anything but binary values.
pub(crate) const FEW: usize = 2 * 11 - 1;
/// So many bytes pass the first stage before numbers in parts are looked for in them.
const AT_ONCE: usize = 256 * BLOCK;
/// A whole piece of so few bytes can be a number as a machine stores it even if it is text.
const TOKEN: usize = 10;
/// The most unmatched numbers that are listed of one part.
pub const MOST_UNMATCHED: usize = 1000;
/// The most things that could not be unpacked that one search lists.
const MOST_NOT_READ: usize = 100;
/// How many candidates are remembered, so that the same is not counted twice.
const SEEN: usize = 1024;

/// How thorough a search is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effort {
    /// For every form.
    Full,
    /// For forms that random bytes hardly ever contain: the bytes may be decoded wrongly.
    Guess,
    /// The same, of bytes as they are: ciphertext.
    Noise,
}

/// One step between the view that is searched and the input.
struct Frame {
    layer: Option<Layer>,
    map: Map,
}

pub(crate) struct Search<'d> {
    pub prepared: &'d Prepared,
    frames: Vec<Frame>,
    /// How many of the frames are encodings.
    depth: usize,
    guess: bool,
    /// The part of the bytes whose hits count: what begins elsewhere belongs to another part.
    own: Range<usize>,
    /// Offset of the bytes in the whole input.
    base: u64,
    /// How many more bytes may be decoded.
    pub budget: u64,
    /// Whether the input continues after the bytes that can be seen.
    pub cut: bool,
    /// Whether its ends and fields are kept, so that what follows it can be joined to it.
    pub keep_pieces: bool,
    /// Whether the bytes were unpacked before: only containers within what is decoded here are listed if they cannot be read.
    pub is_unpacked: bool,
    /// The depth at which the containers of all bytes were decoded before their parts are searched.
    pub containers_done: Option<usize>,
    pub result: SearchResult,
    seen: Vec<u64>,
    pub chain: Chain,
    pub scratch: Scratch,
    /// How much was found: hits, unmatched numbers, and places that are counted with their check digit.
    found: u64,
}

/// What one search leaves for the next with the same secrets: memory, and the words and seams that were searched.
#[derive(Default)]
pub(crate) struct Scratch {
    buffers: Vec<Vec<u8>>,
    spans: Vec<Spans>,
    pub inflater: Option<Decompress>,
    known: KnownWords,
    /// Words of paths, as base 64 only.
    pub segments: KnownWords,
    /// The same two for seams.
    seam_words: (KnownWords, KnownWords),
    pub seams: Seams,
    pub candidates: Vec<Candidate>,
    pub parts: Vec<Box<Parts>>,
    pub places: Vec<Range<usize>>,
    pub code_places: Vec<Range<usize>>,
    seen: Vec<u64>,
}

impl Scratch {
    /// Forgets the words of an earlier part, so that a part is searched alike wherever and after whatever it is searched.
    pub fn forget_words(&mut self) {
        self.known.forget();
        self.segments.forget();
    }

    /// A seam is searched without the words of the pieces, so that what is counted there does not depend on what was searched before.
    pub fn begin_seam(&mut self) {
        self.swap_words();
        self.forget_words();
    }

    pub fn end_seam(&mut self) {
        self.swap_words();
    }

    fn swap_words(&mut self) {
        std::mem::swap(&mut self.known, &mut self.seam_words.0);
        std::mem::swap(&mut self.segments, &mut self.seam_words.1);
    }
}

impl<'d> Search<'d> {
    /// A new search with what an earlier one for the same secrets has left.
    pub fn with(prepared: &'d Prepared, scratch: Scratch) -> Search<'d> {
        Search {
            prepared,
            frames: Vec::new(),
            depth: 0,
            guess: false,
            own: 0..usize::MAX,
            base: 0,
            budget: SPARE,
            cut: false,
            keep_pieces: true,
            is_unpacked: false,
            containers_done: None,
            result: SearchResult::default(),
            seen: Vec::new(),
            chain: Chain::default(),
            scratch,
            found: 0,
        }
    }

    /// Searches the part `own` of `bytes`, which begin at offset `base` of the input.
    pub fn part(&mut self, bytes: &[u8], own: Range<usize>, base: u64, cut: bool, effort: Effort) {
        self.budget += TIMES * own.len() as u64;
        let margin = (4 * BLOCK).max(self.prepared.longest());
        let scan = own.start.saturating_sub(margin)..(own.end + margin).min(bytes.len());
        (self.own, self.base, self.cut) = (own, base, cut);
        let whole = base == 0 && !cut && scan == (0..bytes.len());
        self.view(bytes, scan, whole, effort);
        if self.keep_pieces {
            self.result.pieces.take(bytes, self.own.clone(), base);
        }
    }

    /// The result, and what is left for the next search.
    pub fn finish(mut self) -> (SearchResult, Scratch) {
        self.result.put_in_order();
        if !self.seen.is_empty() {
            self.scratch.seen = self.seen;
        }
        (self.result, self.scratch)
    }

    /// Searches `bytes[scan]`. With `whole`, the bytes are a closed piece or a whole decoded token.
    fn view(&mut self, bytes: &[u8], scan: Range<usize>, whole: bool, effort: Effort) {
        let guess = effort == Effort::Noise || effort == Effort::Guess && self.depth > 0;
        let mut spans = self.scratch.spans.pop().unwrap_or_default();
        spans.clear();
        self.spans(bytes, &scan, guess, &mut spans);
        if self.depth == 0 && self.keep_pieces {
            spans.with_digits.iter().for_each(|at| self.result.pieces.digits_at(*at));
        }
        for range in &spans.digits {
            self.digits(bytes, range.clone());
        }
        for range in &spans.words {
            self.words(bytes, range.clone(), effort);
        }
        for range in &spans.text {
            self.escapes(bytes, range.clone());
            self.hex_dumps(bytes, range.clone());
            self.cut_lines(bytes, range.clone());
            self.uuencoded(bytes, range.clone());
            self.groups(bytes, range.clone());
            if effort == Effort::Full && !self.deepest() {
                self.decimal_hex(bytes, range.clone());
            }
        }
        for range in &spans.non_text {
            self.non_text(bytes, range.clone(), effort);
        }
        self.scratch.spans.push(spans);
        if guess {
            self.containers(bytes, scan.clone());
            self.packed(bytes, scan.clone());
            self.patterns(bytes, scan.clone(), false);
        }
        if whole {
            self.whole(bytes, effort, guess);
        }
        let prepared = self.prepared;
        prepared.text.find(bytes, scan.start, scan.end, |found| self.needle(found));
    }

    /// The first stage, and the parts of numbers, some thousand bytes after the others, while they are in the processor's cache.
    fn spans(&mut self, bytes: &[u8], scan: &Range<usize>, guess: bool, spans: &mut Spans) {
        let mut carry = Carry::default();
        let mut parts = self.scratch.parts.pop().unwrap_or_default();
        parts.begin();
        let mut at = scan.start;
        while at < scan.end {
            let (to, before) = ((at + AT_ONCE).min(scan.end), spans.parts.len());
            blocks::spans(bytes, scan, at..to, guess, &mut carry, spans);
            self.parts(bytes, &spans.parts[before..], scan.end, &mut parts);
            at = to;
        }
        self.end_of_parts(parts);
    }

    /// What only all of a piece or token can be.
    fn whole(&mut self, bytes: &[u8], effort: Effort, guess: bool) {
        self.framed(bytes, 0..bytes.len());
        if !guess {
            self.raw_deflate(bytes);
            self.unsupported(bytes);
        }
        if bytes.len() <= TOKEN && effort == Effort::Full {
            self.patterns(bytes, 0..bytes.len(), true);
        }
    }

    /// Searches decoded bytes.
    pub fn inside(&mut self, layer: Option<Layer>, map: Map, bytes: &[u8], whole: bool, effort: Effort) {
        self.decoded(layer, map, bytes, effort, |search| {
            let quiet = if bytes.len() <= FEW {
                only_binary(bytes)
            } else {
                bytes.len() <= BLOCK && effort == Effort::Full && only_binary_in_block(bytes)
            };
            match quiet {
                true => search.binary_only(bytes, whole, effort),
                false => search.view(bytes, 0..bytes.len(), whole, effort),
            }
        });
    }

    /// Searches many decoded bytes only where there is something promising; between, for containers, and with `between` for what
    /// random bytes never contain.
    pub fn inside_parts(&mut self, map: Map, bytes: &[u8], found: &Promising, whole: bool, between: bool) {
        let layer = Some(Layer::Base64);
        self.decoded(layer, map, bytes, Effort::Full, |search| {
            let mut done = 0;
            for at in &found.containers {
                // What looks like another in a container that was decoded is a part of it.
                if *at >= done {
                    done = search.containers(bytes, *at..at + 1);
                }
            }
            let before = search.containers_done.replace(search.depth);
            done = 0;
            for part in found.parts.iter().cloned().chain(std::iter::once(bytes.len()..bytes.len())) {
                search.packed(bytes, done..part.start);
                if between {
                    search.patterns(bytes, done..part.start, false);
                }
                done = part.end;
                if !part.is_empty() {
                    search.view(bytes, part, false, Effort::Full);
                }
            }
            search.containers_done = before;
            if whole {
                search.whole(bytes, Effort::Full, false);
            }
        });
    }

    /// Runs `work` on decoded bytes.
    fn decoded(&mut self, layer: Option<Layer>, map: Map, bytes: &[u8], effort: Effort, work: impl FnOnce(&mut Self)) {
        if self.depth >= DEPTH || bytes.is_empty() {
            return;
        }
        if self.budget < bytes.len() as u64 {
            self.overrun();
            return;
        }
        self.budget -= bytes.len() as u64;
        self.depth += 1;
        self.frames.push(Frame { layer, map });
        let before = std::mem::replace(&mut self.guess, effort == Effort::Guess);
        work(self);
        self.guess = before;
        self.frames.pop();
        self.depth -= 1;
    }

    /// Runs `work` on bytes that were only moved or reversed, which is not a level of encoding.
    pub fn moved(&mut self, layer: Option<Layer>, map: Map, work: impl FnOnce(&mut Self)) {
        self.frames.push(Frame { layer, map });
        work(self);
        self.frames.pop();
    }

    /// Whether nothing in `start..end` was decoded, where all else was searched before as it is.
    pub fn is_unchanged(&self, start: usize, end: usize) -> bool {
        self.frames.last().is_some_and(|frame| match &frame.map {
            Map::Each { from, escapes: true, .. } => {
                from.get(start..end + 1).is_some_and(|from| from.array_windows().all(|[a, b]| b - a == 1))
            }
            _ => false,
        })
    }

    pub fn deepest(&self) -> bool {
        self.depth >= DEPTH
    }

    /// Whether the view may have been decoded wrongly.
    pub fn is_guess(&self) -> bool {
        self.guess
    }

    pub fn depth(&self) -> usize {
        self.depth
    }

    pub fn buffer(&mut self) -> Vec<u8> {
        let mut buffer = self.scratch.buffers.pop().unwrap_or_default();
        buffer.clear();
        buffer
    }

    pub fn give_back(&mut self, buffer: Vec<u8>) {
        self.scratch.buffers.push(buffer);
    }

    /// The place in the bytes of a place in the view.
    fn origin(&self, start: usize, end: usize) -> Option<(usize, usize)> {
        let back = |at: Option<(usize, usize)>, frame: &Frame| at.and_then(|(start, end)| frame.map.back(start, end));
        self.frames.iter().rev().fold(Some((start, end)), back)
    }

    /// The place in the input of a place in the bytes, if it begins in this part.
    fn place(&self, (start, end): (usize, usize)) -> Option<(u64, u64)> {
        self.own.contains(&start).then_some((self.base + start as u64, self.base + end as u64))
    }

    fn how(&self, encoding: Encoding, extra: &[Layer]) -> EncodedForm {
        let layers = self.frames.iter().filter_map(|f| f.layer).chain(extra.iter().copied());
        EncodedForm { encoding, layers: layers.collect() }
    }

    pub fn hit(
        &mut self,
        secret: usize,
        encoding: Encoding,
        extra: &[Layer],
        place: (usize, usize),
        low_confidence: Option<LowConfidence>,
    ) {
        // Packed digits in hex are plain digits, and the bytes of a code in base 32 are the code: they are found as such.
        match (self.frames.last().and_then(|f| f.layer), encoding) {
            (Some(Layer::Hex), Encoding::PackedDecimal) => return,
            (Some(Layer::Base32), Encoding::Bytes) if place.0.is_multiple_of(5) => return,
            _ => {}
        }
        let Some(origin) = self.origin(place.0, place.1) else { return };
        let how = self.how(encoding, extra);
        self.found += 1;
        if let Some((start, end)) = self.place(origin) {
            self.result.hits.push(Hit { start, end, secret, how, low_confidence });
        }
    }

    pub fn needle(&mut self, found: FoundNeedle) {
        let extra: &[Layer] = found.layer.as_slice();
        self.hit(found.secret, found.encoding, extra, (found.start, found.end), None);
    }

    pub fn unmatched(&mut self, class: DataClass, encoding: Encoding, extra: &[Layer], place: (usize, usize)) {
        self.found += 1;
        if self.result.unmatched.len() >= MOST_UNMATCHED {
            return;
        }
        let Some(origin) = self.origin(place.0, place.1) else { return };
        let how = self.how(encoding, extra);
        if let Some((start, end)) = self.place(origin) {
            self.result.unmatched.push(UnmatchedNumber { start, end, class, how });
        }
    }

    /// Counts a place that could be some number of `class`. `content` identifies the number: the same is counted once.
    pub fn count_candidate(&mut self, class: DataClass, form: Option<LowConfidence>, content: u64, place: (usize, usize)) {
        self.found += 1;
        if self.origin(place.0, place.1).and_then(|origin| self.place(origin)).is_none() {
            return;
        }
        let content = super::mix::mix(content ^ (class as u64) << 56 ^ (form.map_or(15, |f| f as u64)) << 48) | 1;
        if self.seen.is_empty() {
            self.seen = std::mem::take(&mut self.scratch.seen);
            self.seen.clear();
            self.seen.resize(SEEN, 0);
        }
        let slot = &mut self.seen[content as usize / 2 % SEEN];
        let new = *slot != content;
        *slot = content;
        if new {
            self.result.candidates.count(class, form);
        }
    }

    /// The part of `range` whose places are counted here.
    pub fn counted(&self, range: Range<usize>) -> Option<Range<usize>> {
        if self.frames.is_empty() {
            let counted = range.start.max(self.own.start)..range.end.min(self.own.end);
            return (!counted.is_empty()).then_some(counted);
        }
        let origin = self.origin(range.start, range.end)?;
        self.place(origin).map(|_| range)
    }

    /// Searches a word by `work`, unless nothing was found in it before, where more layers can be around it.
    pub fn word_at(&mut self, bytes: &[u8], Range { start, end }: Range<usize>, work: impl FnOnce(&mut Self)) {
        let word = KnownWords::padded(&bytes[start..], end - start);
        if self.scratch.known.has(&word) {
            return;
        }
        let map = Map::Even { start, num: 1, den: 1, length: end - start };
        if self.finds_nothing(|search| search.moved(None, map, work)) {
            self.scratch.known.add(word);
        }
    }

    /// Runs `work`, and returns whether it found nothing where more layers can be around what it searched, so that it would find
    /// nothing anywhere.
    pub fn finds_nothing(&mut self, work: impl FnOnce(&mut Self)) -> bool {
        let found = self.found;
        work(self);
        // Beyond the work limit nothing is searched to its end.
        self.depth == 0 && self.found == found && !self.result.overrun
    }

    /// Lists something that could not be unpacked, if it begins in this part.
    pub fn list_not_read(&mut self, (start, end): (usize, usize), make: impl FnOnce(u64, u64) -> NotRead) {
        self.found += 1;
        if self.is_unpacked && self.depth == 0 {
            return;
        }
        let Some((start, end)) = self.origin(start, end).and_then(|origin| self.place(origin)) else { return };
        let not_read = make(start, end);
        let listed = &mut self.result.not_read;
        let known = |n: &NotRead| (n.kind, n.format, &n.why, n.start) == (not_read.kind, not_read.format, &not_read.why, start);
        if listed.len() < MOST_NOT_READ && !listed.iter().any(known) {
            listed.push(not_read);
        }
    }

    /// The work limit was reached.
    pub fn overrun(&mut self) {
        self.result.overrun = true;
    }
}
