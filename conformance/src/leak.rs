#![doc = include_str!("../../docs/rules/leak-search.md")]

mod odds;
mod parts;
mod scan;
mod spellings;

use crate::matrix::DataClass;
use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError, MatchKind};
use std::collections::BTreeMap;
use std::fmt;

pub use odds::{LIMIT, Weak};
pub use parts::{Part, parts};
pub use scan::{Exposure, Exposures, LeftOut, secrets_of};
pub use spellings::Spelling;

/// A value that must not be found where its class may not be. `Debug` does not print it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    pub class: DataClass,
    /// Index of the person whose it is.
    pub person: u64,
    /// ASCII: digits, or the base 32 of an institution code.
    pub text: String,
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({} of person {})", self.class.name(), self.person)
    }
}

/// All spellings of all secrets in one automaton. Looking for them costs time linear in what is looked through, whatever their
/// number.
pub struct Search {
    automaton: AhoCorasick,
    /// By pattern, which secret it is of and how it is spelled.
    patterns: Vec<(usize, Spelling)>,
}

/// One place where a secret stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Index into the secrets that the search was made of.
    pub secret: usize,
    pub spelling: Spelling,
    /// First byte of the spelling and the byte after its last.
    pub start: usize,
    pub end: usize,
    /// Why it could be chance, if it could.
    pub weak: Option<Weak>,
}

impl Search {
    /// # Errors
    /// If there are so many secrets (some millions) that their spellings do not fit into one automaton.
    pub fn new(secrets: &[Secret]) -> Result<Search, BuildError> {
        // Where two spellings look the same, the first is taken.
        let mut distinct: BTreeMap<(Vec<u8>, usize), Spelling> = BTreeMap::new();
        for (index, secret) in secrets.iter().enumerate() {
            for (spelling, bytes) in spellings::of(secret) {
                distinct.entry((bytes, index)).or_insert(spelling);
            }
        }
        let patterns = distinct.iter().map(|((_, secret), spelling)| (*secret, *spelling)).collect();
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(distinct.keys().map(|(bytes, _)| bytes))?;
        Ok(Search { automaton, patterns })
    }

    /// Every secret in `bytes`, in every spelling, also where two overlap. A hit that is [`Weak`] may be chance; whether it counts
    /// is decided over a whole run.
    pub fn find<'a>(&'a self, bytes: &'a [u8]) -> impl Iterator<Item = Hit> + 'a {
        let mut is_text = None;
        self.automaton.find_overlapping_iter(bytes).filter_map(move |m| {
            let (secret, spelling) = self.patterns[m.pattern().as_usize()];
            let weak = match spelling {
                Spelling::Plain | Spelling::Reversed => digit_beside(bytes, m.start(), m.end()).then_some(Weak::Embedded),
                Spelling::Integer => Some(Weak::Integer),
                Spelling::PackedDecimal => Some(Weak::PackedDecimal),
                _ => None,
            };
            let binary = matches!(spelling, Spelling::Integer | Spelling::PackedDecimal);
            if binary && *is_text.get_or_insert_with(|| is_plain_text(bytes)) {
                return None;
            }
            Some(Hit { secret, spelling, start: m.start(), end: m.end(), weak })
        })
    }
}

/// Whether digits at `start..end` go on before or after. What begins or ends with a letter is as distinct as it is long.
fn digit_beside(bytes: &[u8], start: usize, end: usize) -> bool {
    let digit = |i: Option<usize>| i.and_then(|i| bytes.get(i)).is_some_and(u8::is_ascii_digit);
    let only_digits = bytes[start..end].iter().all(u8::is_ascii_digit);
    only_digits && (digit(start.checked_sub(1)) || digit(Some(end)))
}

/// UTF-8 without control characters, line ends and tabs aside: no place for a binary number.
fn is_plain_text(bytes: &[u8]) -> bool {
    let plain = |c: char| !c.is_control() || matches!(c, '\t' | '\n' | '\r');
    std::str::from_utf8(bytes).is_ok_and(|text| text.chars().all(plain))
}

#[cfg(test)]
mod tests;
