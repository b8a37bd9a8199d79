//! The line number of a byte, in a text that is not kept in memory.

use std::collections::VecDeque;

/// How many past bytes are kept for counting lines: a detector reports a position some megabytes later.
const KEPT: usize = 8 << 20;
/// A text has no zero byte in its first bytes, the same heuristic as in other tools.
const HEAD: usize = 8 << 10;

pub struct Lines {
    text: bool,
    blocks: VecDeque<Block>,
    kept: usize,
    /// Offset and line of the next byte.
    next: (u64, u64),
}

struct Block {
    start: u64,
    line: u64,
    bytes: Vec<u8>,
}

impl Lines {
    /// For data that begins at offset `start`; lines are counted only if that is 0.
    pub fn new(start: u64) -> Self {
        Lines { text: start == 0, blocks: VecDeque::new(), kept: 0, next: (start, 1) }
    }

    pub fn push(&mut self, bytes: &[u8]) {
        let (start, line) = self.next;
        if start < HEAD as u64 && bytes.iter().take(HEAD).any(|b| *b == 0) {
            self.text = false;
            self.blocks.clear();
        }
        self.next.0 += bytes.len() as u64;
        if !self.text {
            return;
        }
        self.next.1 += feeds(bytes);
        self.kept += bytes.len();
        let mut block = Vec::new();
        while self.kept > KEPT {
            let Some(oldest) = self.blocks.pop_front() else { break };
            self.kept -= oldest.bytes.len();
            block = oldest.bytes;
        }
        block.clear();
        block.extend_from_slice(bytes);
        self.blocks.push_back(Block { start, line, bytes: block });
    }

    /// The line of each offset, counted from 1. `None` if the data is not text or is no longer kept.
    pub fn of(&self, offsets: &[u64]) -> Vec<Option<u64>> {
        // Within a block, counting continues from the previous offset.
        let mut last: Option<(usize, usize, u64)> = None;
        let one = |offset: &u64| {
            let index = self.blocks.partition_point(|b| b.start <= *offset).checked_sub(1)?;
            let block = &self.blocks[index];
            let at = usize::try_from(offset - block.start).ok().filter(|at| *at < block.bytes.len())?;
            let (from, line) = match last {
                Some((i, from, line)) if i == index && from <= at => (from, line),
                _ => (0, block.line),
            };
            let line = line + feeds(&block.bytes[from..at]);
            last = Some((index, at, line));
            Some(line)
        };
        offsets.iter().map(one).collect()
    }
}

fn feeds(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|b| **b == b'\n').count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_numbers_do_not_depend_on_chunks() {
        let text = b"one\ntwo\n\nfour\nfive";
        for size in 1..=text.len() {
            let mut lines = Lines::new(0);
            text.chunks(size).for_each(|c| lines.push(c));
            assert_eq!(lines.of(&[0, 3, 4, 8, 9, 17, 2]), [1, 1, 2, 3, 4, 5, 1].map(Some), "chunks of {size}");
            assert_eq!(lines.of(&[18, 1000]), [None, None]);
        }
    }

    #[test]
    fn binary_data_has_no_lines_and_old_blocks_are_dropped() {
        let mut lines = Lines::new(0);
        lines.push(b"SQLite format 3\0\n");
        assert_eq!(lines.of(&[1]), [None]);
        let mut lines = Lines::new(0);
        let block = [&[b'x'; 65535][..], b"\n"].concat();
        (0..200).for_each(|_| lines.push(&block));
        assert_eq!(lines.of(&[0, 199 * 65536]), [None, Some(200)]);
        assert!(lines.kept <= KEPT && lines.blocks.len() == 128);
    }
}
