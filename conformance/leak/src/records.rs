//! Lines of a program that the log of a container cut into records, in the middle of a value: those of Docker's json-file driver, one
//! of whose records ends with a line feed only where a line did, and those of the container runtime interface, whose parts are
//! tagged `P`.

use super::search::{Effort, Map, Search};
use memchr::memmem::Finder;
use std::ops::Range;
use std::sync::LazyLock;

const LOG: &[u8] = b"{\"log\":\"";
/// What follows the text.
const AFTER: &[u8] = b"\",\"stream\":\"";
const PARTIAL: [&[u8]; 2] = [b" stdout P ", b" stderr P "];
/// How much of either record is searched where they were cut, in bytes.
const AROUND: usize = 256;
/// What a record has beside its text, at most, in bytes.
const REST: usize = 1024;

static DOCKER: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(LOG));
static RUNTIME: LazyLock<[Finder<'static>; 2]> = LazyLock::new(|| PARTIAL.map(Finder::new));

impl Search<'_> {
    /// Every place in `bytes[range]` where a line was cut.
    pub fn cut_lines(&mut self, bytes: &[u8], range: Range<usize>) {
        let part = &bytes[range.clone()];
        for at in DOCKER.find_iter(part) {
            let start = range.start + at;
            // What comes before is the end of a record, of which the text was not the end of a line.
            let first = start.saturating_sub(REST);
            if let Some(text) = text_of_last(&bytes[first..start]) {
                let next = start + LOG.len();
                let head = &bytes[next..bytes.len().min(next + AROUND)];
                let end = memchr::memmem::find(head, AFTER).unwrap_or(head.len());
                self.seam(bytes, first + text.start..first + text.end, next..next + end);
            }
        }
        for finder in &*RUNTIME {
            for at in finder.find_iter(part) {
                let text = range.start + at + PARTIAL[0].len();
                let Some(feed) = memchr::memchr(b'\n', &bytes[text..]).map(|feed| text + feed) else { continue };
                // The next record has its time, its stream and its tag.
                let next = &bytes[feed + 1..bytes.len().min(feed + 1 + AROUND)];
                let mut blanks = memchr::memchr_iter(b' ', next);
                if let (Some(_), Some(_), Some(third)) = (blanks.next(), blanks.next(), blanks.next()) {
                    let end = memchr::memchr(b'\n', next).unwrap_or(next.len());
                    self.seam(bytes, text..feed, feed + third + 2..feed + 1 + end.max(third + 1));
                }
            }
        }
    }

    /// Searches the end of one text together with the beginning of the next. Neither has a record in it.
    fn seam(&mut self, bytes: &[u8], one: Range<usize>, next: Range<usize>) {
        let first = one.start.max(one.end.saturating_sub(AROUND));
        let last = next.end.min(next.start + AROUND);
        let places = || (first..one.end).chain(next.start..last);
        let joined: Vec<u8> = places().map(|at| bytes[at]).collect();
        let from = places().chain([last]).map(|at| (at - first) as u32).collect();
        self.inside(None, Map::Each { start: first, from, escapes: false }, &joined, false, Effort::Full);
    }
}

/// Where the text of the record is that `before` ends with, unless a line ended there.
fn text_of_last(before: &[u8]) -> Option<Range<usize>> {
    let rest = before.strip_suffix(b"\n")?;
    let line = memchr::memrchr(b'\n', rest).map_or(0, |feed| feed + 1);
    // No quotation mark of the fields behind the text is escaped.
    let end = memchr::memmem::rfind(&rest[line..], AFTER)? + line;
    let start = if rest[line..].starts_with(LOG) { line + LOG.len() } else { line };
    (start <= end && !rest[..end].ends_with(b"\\n")).then_some(start..end)
}
