//! Recognises, descends, and sees to it that every byte is pushed once.

use crate::input::{HEAD, Input, Meter};
use crate::part::{Limits, PartName, Role, Sink, Unread, UnreadKind};
use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;
use std::io::{self, BufRead, Read};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

const CHUNK: usize = 256 << 10;
/// The most bytes of headers and skippable frames that wait until a decoder releases the source.
const ASIDE: usize = 16 << 20;

pub(crate) type ReadStream = fn(&mut Unpacker<'_>, &mut Input<'_>) -> Outcome;
/// Returns the ranges that members cover; the rest is pushed as it is.
pub(crate) type ReadWhole = fn(&mut Unpacker<'_>, &[u8]) -> Outcome<Vec<Range<usize>>>;

#[derive(Clone, Copy)]
pub(crate) enum Reader {
    /// In one pass, in bounded memory.
    Stream(ReadStream),
    /// In memory.
    Whole(ReadWhole),
    /// Not at all: reported, and pushed as it is.
    Not(UnreadKind, &'static str),
}

/// How a format is read.
pub(crate) struct Format {
    pub(crate) name: &'static str,
    /// Other data often looks like it: if nothing can be unpacked, nothing is said.
    pub(crate) weak: bool,
    pub(crate) reader: Reader,
}

/// All formats.
pub(crate) struct Table {
    /// The format of bytes by their beginning and by a file name.
    pub(crate) find: fn(&[u8], &[u8]) -> Option<&'static Format>,
    /// Reads what has no format.
    pub(crate) leaf: ReadStream,
}

/// Why a container was not read to its end.
pub(crate) enum Stop {
    Unread(UnreadKind, Cow<'static, str>),
    /// A limit of the whole source is reached.
    Full,
}

pub(crate) type Outcome<T = ()> = Result<T, Stop>;

impl Stop {
    pub(crate) fn damaged(why: impl Into<Cow<'static, str>>) -> Self {
        Stop::Unread(UnreadKind::Damaged, why.into())
    }
}

/// An error of a decoder that is not damage.
#[derive(Debug)]
struct Trouble(UnreadKind, &'static str);

impl std::error::Error for Trouble {}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.1)
    }
}

pub(crate) fn trouble(kind: UnreadKind, why: &'static str) -> io::Error {
    io::Error::other(Trouble(kind, why))
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        match error.downcast::<Trouble>() {
            Ok(Trouble(kind, why)) => Stop::Unread(kind, why.into()),
            Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => Stop::damaged("unexpected end"),
            Err(e) if e.kind() == io::ErrorKind::OutOfMemory => {
                Stop::Unread(UnreadKind::Limit, "its decoder needs too much memory".into())
            }
            Err(e) => Stop::damaged(e.to_string()),
        }
    }
}

/// Raw bytes of a container, with their offsets, that wait until they can be pushed.
#[derive(Clone, Default)]
pub(crate) struct Aside(Rc<RefCell<Pieces>>);

#[derive(Default)]
struct Pieces {
    bytes: usize,
    pieces: Vec<(u64, Vec<u8>)>,
}

impl Aside {
    /// # Errors
    /// If too much waits already.
    pub(crate) fn put(&self, at: u64, bytes: &[u8]) -> io::Result<()> {
        let mut aside = self.0.borrow_mut();
        aside.bytes += bytes.len();
        if aside.bytes > ASIDE {
            return Err(trouble(UnreadKind::Limit, "more than 16 MiB of headers"));
        }
        match aside.pieces.last_mut() {
            Some((start, last)) if *start + last.len() as u64 == at => last.extend_from_slice(bytes),
            _ => aside.pieces.push((at, bytes.to_vec())),
        }
        Ok(())
    }

    fn take(&self) -> Vec<(u64, Vec<u8>)> {
        std::mem::take(&mut *self.0.borrow_mut()).pieces
    }
}

pub(crate) struct Unpacker<'s> {
    sink: &'s mut dyn Sink,
    table: &'static Table,
    pub(crate) limits: Limits,
    pub(crate) meter: Meter,
    members: u64,
    pub(crate) depth: usize,
    /// The names of the parts that are open, from outside inwards.
    names: Vec<Vec<u8>>,
    /// Headers of the current container whose content has not yet been read.
    pub(crate) aside: Aside,
    /// A copy of the raw bytes of the part at this depth.
    pub(crate) copy: Option<(usize, Vec<u8>)>,
}

pub(crate) fn run(
    source: &mut dyn Read,
    name: Option<&[u8]>,
    limits: &Limits,
    sink: &mut dyn Sink,
    table: &'static Table,
) -> io::Result<()> {
    let mut unpacker = Unpacker {
        sink,
        table,
        limits: *limits,
        meter: Meter::new(limits.unpacked),
        members: 0,
        depth: 0,
        names: vec![name.unwrap_or_default().to_vec()],
        aside: Aside::default(),
        copy: None,
    };
    let mut input = Input::new(source, None);
    if let Err(Stop::Full) = unpacker.part(&mut input) {
        let why = match unpacker.meter.is_full() {
            true => format!("the limit of {} unpacked bytes was reached; the rest was not scanned", limits.unpacked),
            false => format!("the limit of {} members was reached; the rest was not scanned", limits.members),
        };
        let unread =
            Unread { kind: UnreadKind::Limit, format: "container", at: input.at(), nothing: false, raw: false, why: why.into() };
        unpacker.sink.unread(&unread);
        io::copy(&mut input, &mut io::sink())?;
    }
    input.error.map_or(Ok(()), Err)
}

impl Unpacker<'_> {
    /// The name of the current part.
    pub(crate) fn name(&self) -> &[u8] {
        self.names.last().map_or(&[], Vec::as_slice)
    }

    pub(crate) fn push(&mut self, at: u64, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        if let Some((depth, copy)) = &mut self.copy
            && *depth == self.depth
            && copy.len() <= self.limits.memory
        {
            copy.extend_from_slice(bytes);
        }
        self.sink.push(at, bytes);
    }

    pub(crate) fn unread(&mut self, kind: UnreadKind, format: &'static str, at: u64, why: impl Into<Cow<'static, str>>) {
        self.sink.unread(&Unread { kind, format, at, nothing: false, raw: true, why: why.into() });
    }

    fn flush(&mut self) {
        for (at, bytes) in self.aside.take() {
            self.push(at, &bytes);
        }
    }

    /// Reads the current part to its end. An error of `input` counts as its end: the caller asks for it.
    fn part(&mut self, input: &mut Input<'_>) -> Outcome {
        let head = input.peek(HEAD);
        match (self.table.find)(head, self.name()) {
            None => (self.table.leaf)(self, input),
            Some(format) => self.container(format, input),
        }
    }

    fn container(&mut self, format: &'static Format, input: &mut Input<'_>) -> Outcome {
        if let Reader::Not(kind, why) = format.reader {
            self.unread(kind, format.name, 0, why);
            return self.raw(input, u64::MAX);
        }
        if self.depth >= self.limits.depth {
            let why = format!("nested in {} archives; it was scanned as raw bytes", self.limits.depth);
            self.unread(UnreadKind::Depth, format.name, 0, why);
            return self.raw(input, u64::MAX);
        }
        let members = self.members;
        let result = match format.reader {
            Reader::Stream(read) => read(self, input),
            Reader::Whole(read) => return self.whole(format, read, input),
            Reader::Not(..) => Ok(()),
        };
        let nothing = members == self.members;
        let at = input.at();
        match result {
            Ok(()) => {
                self.flush();
                return self.tail(input);
            }
            Err(Stop::Full) => return Err(Stop::Full),
            Err(_) if self.meter.is_full() => return Err(Stop::Full),
            Err(Stop::Unread(kind, why)) => {
                let rewound = nothing && input.rewind();
                if !(rewound && format.weak) {
                    let nothing = rewound && kind == UnreadKind::Damaged;
                    self.sink.unread(&Unread { kind, format: format.name, at, nothing, raw: true, why });
                }
                match rewound {
                    true => drop(self.aside.take()),
                    false => self.flush(),
                }
            }
        }
        (self.table.leaf)(self, input)
    }

    /// What follows the end of a container: raw, or one more container.
    fn tail(&mut self, input: &mut Input<'_>) -> Outcome {
        let head = input.peek(HEAD);
        let zeros = head.iter().take_while(|b| **b == 0).count();
        self.raw(input, zeros as u64)?;
        let at = input.at();
        let head = input.peek(HEAD);
        match (self.table.find)(head, b"") {
            Some(format) if at > 0 && !format.weak => {
                let name = format!("bytes after the end, from {at}");
                self.member(name.as_bytes(), input, false).or_else(only_full)
            }
            _ => (self.table.leaf)(self, input),
        }
    }

    /// Reads a container that needs random access.
    fn whole(&mut self, format: &'static Format, read: ReadWhole, input: &mut Input<'_>) -> Outcome {
        let most = self.limits.memory;
        let Some(bytes) = input.take_all(most) else {
            let why = format!("longer than the limit of {most} bytes; it was scanned as raw bytes");
            self.unread(UnreadKind::Limit, format.name, 0, why);
            return self.raw(input, u64::MAX);
        };
        let (members, depth) = (self.members, self.names.len());
        // A parser of another crate may panic on damaged bytes. Parts that it left open are ended.
        let result = catch_unwind(AssertUnwindSafe(|| read(self, &bytes))).unwrap_or_else(|_| {
            while self.names.len() > depth {
                self.names.pop();
                self.depth -= 1;
                self.sink.end();
            }
            Err(Stop::damaged("its parser failed"))
        });
        let covered = match result {
            Ok(covered) => covered,
            Err(Stop::Full) => return Err(Stop::Full),
            Err(Stop::Unread(kind, why)) => {
                let nothing = members == self.members && kind == UnreadKind::Damaged;
                if !(nothing && format.weak) {
                    self.sink.unread(&Unread { kind, format: format.name, at: 0, nothing, raw: true, why });
                }
                Vec::new()
            }
        };
        self.uncovered(&bytes, covered);
        if self.meter.is_full() { Err(Stop::Full) } else { Ok(()) }
    }

    /// Pushes what no member covers.
    fn uncovered(&mut self, bytes: &[u8], mut covered: Vec<Range<usize>>) {
        covered.sort_by_key(|r| r.start);
        let mut at = 0;
        for range in covered.into_iter().chain(std::iter::once(bytes.len()..bytes.len())) {
            let start = range.start.min(bytes.len());
            if start > at {
                self.push(at as u64, &bytes[at..start]);
            }
            at = at.max(range.end.min(bytes.len()));
        }
    }

    /// Pushes the next `count` bytes of the current part as they are.
    pub(crate) fn raw(&mut self, input: &mut Input<'_>, mut count: u64) -> Outcome {
        while count > 0 {
            let at = input.at();
            let bytes = input.peek(count.min(CHUNK as u64) as usize);
            if bytes.is_empty() {
                break;
            }
            let taken = bytes.len().min(usize::try_from(count).unwrap_or(usize::MAX));
            self.push(at, &bytes[..taken]);
            input.consume(taken);
            count -= taken as u64;
        }
        if self.meter.is_full() { Err(Stop::Full) } else { Ok(()) }
    }

    /// Reads a member. An error of its decoder is an error of the container. `metered`: it comes from a decoder.
    pub(crate) fn member(&mut self, name: &[u8], source: &mut dyn Read, metered: bool) -> Outcome {
        self.part_in(PartName { bytes: name, role: Role::Member, made: false }, source, metered)
    }

    /// Reads the content of a compressed file, whose name is made from that of the file.
    pub(crate) fn content(&mut self, name: &[u8], source: &mut dyn Read) -> Outcome {
        self.part_in(PartName { bytes: name, role: Role::Member, made: true }, source, true)
    }

    fn part_in(&mut self, part: PartName<'_>, source: &mut dyn Read, metered: bool) -> Outcome {
        let mut input = Input::new(source, metered.then(|| self.meter.clone()));
        let nothing = input.peek(HEAD).is_empty();
        if nothing && let Some(e) = input.error.take() {
            return Err(e.into());
        }
        self.open(part)?;
        let result = self.part(&mut input);
        self.close();
        result?;
        input.error.map_or(Ok(()), |e| Err(e.into()))
    }

    /// Reads a member whose damage does not keep from reading the next one: it is reported here.
    pub(crate) fn member_or_damage(
        &mut self,
        name: &[u8],
        source: &mut dyn Read,
        metered: bool,
        format: &'static str,
    ) -> Outcome {
        let mut input = Input::new(source, metered.then(|| self.meter.clone()));
        self.open(PartName { bytes: name, role: Role::Member, made: false })?;
        let result = self.part(&mut input);
        let at = input.at();
        if let (Ok(()), Some(e)) = (&result, input.error)
            && let Stop::Unread(kind, why) = e.into()
        {
            let why = format!("{why}; only what was unpacked before was scanned as content");
            self.unread(kind, format, at, why);
        }
        self.close();
        result
    }

    /// Reads a member in memory.
    pub(crate) fn bytes(&mut self, name: &[u8], mut bytes: &[u8], metered: bool) -> Outcome {
        self.member(name, &mut bytes, metered)
    }

    /// Content that is also pushed elsewhere, but not in one piece; it may be a container.
    pub(crate) fn rearranged(&mut self, name: &[u8], mut bytes: &[u8]) -> Outcome {
        self.part_in(PartName { bytes: name, role: Role::View, made: false }, &mut bytes, true)
    }

    /// A member that cannot be read: its packed bytes are pushed.
    pub(crate) fn unread_member(
        &mut self,
        name: &[u8],
        source: &mut dyn Read,
        why: (UnreadKind, &'static str, Cow<'static, str>),
    ) -> Outcome {
        self.open(PartName { bytes: name, role: Role::Member, made: false })?;
        self.unread(why.0, why.1, 0, why.2);
        let result = self.raw(&mut Input::new(source, None), u64::MAX);
        self.close();
        result
    }

    /// Pushes a rendering.
    pub(crate) fn view(&mut self, name: &str, content: &[u8]) -> Outcome {
        if content.is_empty() {
            return Ok(());
        }
        self.open(PartName { bytes: name.as_bytes(), role: Role::View, made: true })?;
        let left = usize::try_from(self.meter.left()).unwrap_or(usize::MAX).min(content.len());
        self.meter.take(left);
        self.push(0, &content[..left]);
        self.close();
        if self.meter.is_full() { Err(Stop::Full) } else { Ok(()) }
    }

    fn open(&mut self, part: PartName<'_>) -> Outcome {
        self.flush();
        if self.members == self.limits.members || self.meter.is_full() {
            return Err(Stop::Full);
        }
        self.members += 1;
        self.sink.begin(part);
        self.names.push(part.bytes.to_vec());
        self.depth += 1;
        Ok(())
    }

    fn close(&mut self) {
        self.flush();
        self.names.pop();
        self.depth -= 1;
        self.sink.end();
    }
}

fn only_full(stop: Stop) -> Outcome {
    match stop {
        Stop::Full => Err(Stop::Full),
        // The source itself failed: its owner asks for the error.
        Stop::Unread(..) => Ok(()),
    }
}
