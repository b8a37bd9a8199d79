//! `.Z`, as `compress` writes it: LZW with codes of 9 to 16 bits, eight of a width in a row. Its source, `compress.c` of 1985, is the
//! only specification.

use super::compressed::content_name;
use crate::input::Input;
use crate::unpacker::{Outcome, Unpacker};
use std::io::{self, Read};

const MAGIC: [u8; 2] = [0x1F, 0x9D];
/// Of the third byte: the most bits of a code, and whether the code 256 clears the table.
const BITS: u8 = 0x1F;
const BLOCKS: u8 = 0x80;
const CLEAR: usize = 256;
const NARROWEST: usize = 9;

/// The magic is short and occurs elsewhere: the codes that follow must be valid too.
pub(super) fn begins(head: &[u8]) -> bool {
    let is_header = matches!(head, [0x1F, 0x9D, flags, _, _, ..] if flags & 0x60 == 0 && (9..=16).contains(&(flags & BITS)));
    if !is_header {
        return false;
    }
    let mut source = head;
    let mut input = Input::new(&mut source, None);
    let mut codes = Codes::new(&mut input);
    loop {
        match codes.next() {
            Ok(true) => codes.out.clear(),
            Ok(false) => return true,
            Err(_) => return false,
        }
    }
}

pub(super) fn read(unpacker: &mut Unpacker<'_>, input: &mut Input<'_>) -> Outcome {
    let name = content_name(unpacker.name());
    let mut codes = Codes::new(input);
    unpacker.content(&name, &mut codes)
}

struct Codes<'a, 'i> {
    input: &'a mut Input<'i>,
    /// The most codes, and whether there is a code that clears them.
    most: usize,
    clears: bool,
    began: bool,
    /// Eight codes, or fewer at the end, how wide they are, and how many bits of them were read.
    group: Vec<u8>,
    width: usize,
    bit: usize,
    /// The code before, and its first byte.
    old: Option<usize>,
    first: u8,
    /// Of each code from 256 on, what it consists of.
    prefix: Vec<u16>,
    suffix: Vec<u8>,
    /// What the last code gives, backwards.
    out: Vec<u8>,
}

impl<'a, 'i> Codes<'a, 'i> {
    fn new(input: &'a mut Input<'i>) -> Self {
        let (group, prefix, suffix, out) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Codes {
            input,
            most: 0,
            clears: false,
            began: false,
            group,
            width: NARROWEST,
            bit: 0,
            old: None,
            first: 0,
            prefix,
            suffix,
            out,
        }
    }

    /// How many codes there are.
    fn count(&self) -> usize {
        CLEAR + self.prefix.len()
    }

    fn begin(&mut self) -> io::Result<()> {
        self.began = true;
        let head = self.input.take_bytes(3)?;
        if head[..2] != MAGIC {
            return Err(io::Error::other("it has another magic"));
        }
        self.most = 1 << (head[2] & BITS).clamp(9, 16);
        self.clears = head[2] & BLOCKS != 0;
        if self.clears {
            self.define(0, 0);
        }
        Ok(())
    }

    fn define(&mut self, prefix: u16, suffix: u8) {
        self.prefix.push(prefix);
        self.suffix.push(suffix);
    }

    fn code(&mut self) -> Option<usize> {
        let widest = self.most.trailing_zeros() as usize;
        if self.count() > (1 << self.width) - 1 && self.width < widest {
            self.width += 1;
            self.group.clear();
        }
        if self.group.is_empty() || self.bit + self.width > 8 * self.group.len() {
            let available = self.input.peek(self.width).len().min(self.width);
            self.group = self.input.take_bytes(available).ok()?;
            self.bit = 0;
        }
        let end = self.bit + self.width;
        if end > 8 * self.group.len() {
            return None;
        }
        let bit = |i: usize| usize::from(self.group[i / 8] >> (i % 8) & 1);
        let code = (self.bit..end).rev().fold(0, |code, i| code << 1 | bit(i));
        self.bit = end;
        Some(code)
    }

    /// Decodes one code. `false` at the end.
    fn next(&mut self) -> io::Result<bool> {
        if !self.began {
            self.begin()?;
        }
        let Some(code) = self.code() else { return Ok(false) };
        let Some(old) = self.old else {
            if code >= CLEAR {
                return Err(io::Error::other("its first code is not valid"));
            }
            (self.old, self.first) = (Some(code), code as u8);
            self.out.push(code as u8);
            return Ok(true);
        };
        if code == CLEAR && self.clears {
            self.prefix.clear();
            self.suffix.clear();
            self.group.clear();
            self.width = NARROWEST;
            return Ok(true);
        }
        let mut rest = code;
        if code >= self.count() {
            if code > self.count() {
                return Err(io::Error::other("a code is not valid"));
            }
            self.out.push(self.first);
            rest = old;
        }
        while rest >= CLEAR {
            self.out.push(self.suffix[rest - CLEAR]);
            rest = usize::from(self.prefix[rest - CLEAR]);
        }
        self.first = rest as u8;
        self.out.push(self.first);
        if self.count() < self.most {
            self.define(old as u16, self.first);
        }
        self.old = Some(code);
        Ok(true)
    }
}

impl Read for Codes<'_, '_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.out.is_empty() {
            if !self.next()? {
                return Ok(0);
            }
        }
        let count = into.len().min(self.out.len());
        for byte in &mut into[..count] {
            *byte = self.out.pop().unwrap_or(0);
        }
        Ok(count)
    }
}
