//! Whose certificate was read at a counter: the pieces that a reader read, put together again.

use super::card::CardRead;
use std::collections::BTreeMap;
use terms::ground::IssuedCertificate;
use terms::journal::Entry;

/// A certificate that was read whole.
pub(super) struct Reading<'a> {
    /// The last piece.
    pub entry: &'a Entry,
    /// Whose it is; `None` if JPKI issued no such certificate.
    pub person: Option<u64>,
}

/// The most certificates that are read at one counter at the same time.
const AT_ONCE: usize = 16;

/// By their bytes, the certificates that JPKI issued, and to whom.
type Issued<'a> = BTreeMap<&'a [u8], (u64, &'a IssuedCertificate)>;

/// All that were read, by reader. Several may be read at one counter at the same time.
pub(super) fn readings<'a>(
    reads: &BTreeMap<&'a str, Vec<CardRead<'a>>>,
    issued: &Issued<'_>,
) -> BTreeMap<&'a str, Vec<Reading<'a>>> {
    reads.iter().map(|(reader, reads)| (*reader, at_reader(reads, issued))).collect()
}

fn at_reader<'a>(reads: &[CardRead<'a>], issued: &Issued<'_>) -> Vec<Reading<'a>> {
    let (mut open, mut all) = (Vec::<Vec<u8>>::new(), Vec::new());
    for read in reads {
        let mut whole = match read.offset {
            0 => Vec::new(),
            offset => match open.iter().position(|begun| begun.len() == offset && is_begun(begun, &read.data, issued)) {
                Some(at) => open.remove(at),
                None => continue,
            },
        };
        whole.extend(&read.data);
        match der_length(&whole) {
            Some(length) if length == whole.len() => {
                let person = issued.get(whole.as_slice()).map(|(person, _)| *person);
                all.push(Reading { entry: read.entry, person });
            }
            _ => open.push(whole),
        }
        if open.len() > AT_ONCE {
            open.remove(0);
        }
    }
    all
}

/// Whether an issued certificate begins so.
fn is_begun(begun: &[u8], next: &[u8], issued: &Issued<'_>) -> bool {
    let beginning = [begun, next].concat();
    issued.range(beginning.as_slice()..).next().is_some_and(|(der, _)| der.starts_with(&beginning))
}

/// The length of a SEQUENCE with its header (X.690, section 8.1.3). `None` if the beginning does not say it.
fn der_length(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [0x30, short, ..] if *short < 0x80 => Some(2 + usize::from(*short)),
        [0x30, 0x81, length, ..] => Some(3 + usize::from(*length)),
        [0x30, 0x82, high, low, ..] => Some(4 + usize::from(u16::from_be_bytes([*high, *low]))),
        _ => None,
    }
}
