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
    for first in a.all() {
        for (length, seconds) in by_length.iter().enumerate().filter(|(_, seconds)| !seconds.is_empty()) {
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

/// The number that a field is.
fn value(text: &[u8]) -> Option<u64> {
    text.iter().all(u8::is_ascii_digit).then(|| text.iter().fold(0, |n, d| n * 10 + u64::from(d - b'0')))
}

/// Searches the end of one piece and the beginning of the next as if nothing were between them.
fn at_seam(prepared: &Prepared, a: &Pieces, b: &Pieces, candidates: &mut CandidatePositions, scratch: &mut Scratch) -> Vec<Hit> {
    let bytes = [a.tail.as_slice(), &b.head].concat();
    let seam = a.tail.len();
    if seam == 0 || b.head.is_empty() {
        return Vec::new();
    }
    // This is not a whole piece: forms that the ends of a piece delimit are not searched.
    let result = scratch.seams.get(seam, &bytes).unwrap_or_else(|| {
        let mut search = Search::with(prepared, std::mem::take(scratch));
        search.part(&bytes, 0..seam, 1, true, Effort::Guess);
        let (result, left) = search.finish();
        *scratch = left;
        let result = Rc::new(Seam { hits: result.hits, candidates: result.candidates });
        scratch.seams.put(seam, bytes, &result);
        result
    });
    let mut hits = Vec::new();
    for hit in result.hits.iter().cloned() {
        let (start, end) = (hit.start as usize - 1, hit.end as usize - 1);
        if start < seam && end > seam {
            let code = hit.low_confidence.is_none()
                && !matches!(hit.how.encoding, Encoding::Plain | Encoding::Grouped | Encoding::FullWidth | Encoding::Kanji);
            let low_confidence = if code { None } else { Some(LowConfidence::Split) };
            let start = a.length - (seam - start) as u64;
            hits.push(Hit { start, end: (end - seam) as u64, low_confidence, ..hit });
        }
    }
    for class in DataClass::ALL {
        // An upper bound for the seam, so that the probability of chance is not underestimated.
        let all = [None, Some(LowConfidence::Embedded), Some(LowConfidence::Loose)]
            .map(|form| result.candidates.of(class, form))
            .iter()
            .sum::<u64>();
        (0..all).for_each(|_| candidates.count(class, Some(LowConfidence::Split)));
    }
    hits
}
