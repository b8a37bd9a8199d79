//! Values split over two consecutive pieces.

use super::class::DataClass;
use super::how::Encoding;
use super::look::{Hit, SearchResult};
use super::odds::{CandidatePositions, LowConfidence};
use super::pieces::{Field, LONGEST, Pieces};
use super::prepared::Prepared;
use super::seams::Seam;
use super::search::{Effort, Scratch, Search};
use std::rc::Rc;

/// How many bytes of each side of a seam say whether something may continue.
const NEAR: usize = 8;
/// The most bytes from the seam to a digit of a row that continues.
const ROW: usize = 4;

/// Values split over two pieces.
pub(crate) fn joined(
    prepared: &Prepared,
    a: &SearchResult,
    b: &SearchResult,
    candidates: &mut CandidatePositions,
    scratch: &mut Scratch,
) -> Vec<Hit> {
    let (a, b) = (&a.pieces, &b.pieces);
    let mut hits = at_seam(prepared, a, b, candidates, scratch);
    let mut search = Search::with(prepared, std::mem::take(scratch));
    let mut by_length: Vec<Vec<&Field>> = vec![Vec::new(); LONGEST + 1];
    for field in b.all() {
        by_length[field.text.len().min(LONGEST)].push(field);
    }
    let by_length: Vec<(usize, Vec<&Field>)> =
        by_length.into_iter().enumerate().filter(|(_, fields)| !fields.is_empty()).collect();
    for first in a.all() {
        for (length, seconds) in &by_length {
            let both = first.text.len() + length;
            let (number, code) = (both <= 20 && prepared.has_length(both), prepared.has_code_length(both));
            for second in seconds.iter().filter(|_| number || code) {
                let place = (first.start as usize, second.start as usize + second.text.len());
                if number && let (Some(one), Some(other)) = (value(&first.text), value(&second.text)) {
                    search.pair((one, first.text.len()), (other, second.text.len()), place);
                }
                if code {
                    let code = [first.text.as_slice(), &second.text].concat().to_ascii_uppercase();
                    search.code_as(&code, Encoding::Split, place);
                }
            }
        }
    }
    candidates.add(&search.result.candidates);
    hits.append(&mut search.result.hits);
    *scratch = search.scratch;
    hits.sort_unstable();
    hits.dedup_by(|later, kept| (later.start, later.end, later.secret) == (kept.start, kept.end, kept.secret));
    hits
}

/// Whether something may begin at the end of one piece and go on in the next: a word or an escape, digits with a few marks between,
/// or anything that is not ASCII.
fn may_continue(tail: &[u8], head: &[u8]) -> bool {
    let ends = &tail[tail.len().saturating_sub(NEAR)..];
    let begins = &head[..head.len().min(NEAR)];
    let (Some(last), Some(first)) = (ends.last(), begins.first()) else { return false };
    let is_mark =
        |b: &u8| b.is_ascii_punctuation() && !matches!(b, b'+' | b'/' | b'-' | b'_' | b'\\' | b'&' | b'%' | b'=' | b';' | b'#');
    let is_mark = |b: &u8| is_mark(b) || b.is_ascii_whitespace();
    let digits = |bytes: &[u8]| bytes.iter().any(u8::is_ascii_digit);
    let in_row = digits(&ends[ends.len().saturating_sub(ROW)..]) && digits(&begins[..begins.len().min(ROW)]);
    let ascii = ends.is_ascii() && begins.is_ascii() && !ends.iter().chain(begins).any(|b| *b < 9);
    !(ascii && is_mark(last) && is_mark(first)) || in_row
}

/// The number that a field is.
fn value(text: &[u8]) -> Option<u64> {
    text.iter().all(u8::is_ascii_digit).then(|| text.iter().fold(0, |n, d| n * 10 + u64::from(d - b'0')))
}

/// Searches the end of one piece and the beginning of the next as if nothing were between them.
fn at_seam(prepared: &Prepared, a: &Pieces, b: &Pieces, candidates: &mut CandidatePositions, scratch: &mut Scratch) -> Vec<Hit> {
    let seam = a.tail.len();
    if seam == 0 || !may_continue(&a.tail, &b.head) {
        return Vec::new();
    }
    let bytes = [a.tail.as_slice(), &b.head].concat();
    // This is not a whole piece: forms that the ends of a piece delimit are not searched.
    let result = scratch.seams.get(seam, &bytes).unwrap_or_else(|| {
        scratch.begin_seam();
        let mut search = Search::with(prepared, std::mem::take(scratch));
        search.part(&bytes, 0..seam, 1, true, Effort::Guess);
        let (result, left) = search.finish();
        *scratch = left;
        scratch.end_seam();
        let result = Rc::new(Seam { hits: result.hits, candidates: result.candidates });
        scratch.seams.put(seam, bytes, &result);
        result
    });
    let mut hits = Vec::new();
    for hit in result.hits.iter().cloned() {
        let (start, end) = (hit.start as usize - 1, hit.end as usize - 1);
        if start < seam && end > seam {
            let sure = hit.low_confidence.is_none() && !hit.how.encoding.is_characters();
            let low_confidence = if sure { None } else { Some(LowConfidence::Split) };
            let start = a.length - (seam - start) as u64;
            hits.push(Hit { start, end: (end - seam) as u64, low_confidence, ..hit });
        }
    }
    for class in DataClass::ALL {
        // Whatever crosses the seam counts as split: an upper bound, so that the probability of chance is not underestimated.
        let forms = LowConfidence::ALL.into_iter().map(Some).chain([None]);
        let all = forms.map(|form| result.candidates.of(class, form)).sum();
        candidates.count_many(class, Some(LowConfidence::Split), all);
    }
    hits
}
