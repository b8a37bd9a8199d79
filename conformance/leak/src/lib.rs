#![doc = include_str!("../../../docs/rules/leak-search.md")]

mod binary;
mod blocks;
mod buckets;
mod chain;
mod checks;
mod class;
mod codes;
mod containers;
mod decode;
mod decoded;
mod detector;
mod digests;
mod digits;
mod ebcdic;
mod evidence;
#[doc(hidden)]
pub mod fuzzing;
mod groups;
mod hexdump;
mod how;
mod inflate;
mod known_words;
mod look;
mod machine;
mod map;
mod masks;
mod mix;
mod needles;
mod odds;
mod pages;
mod parts;
mod patterns;
mod pieces;
mod prepared;
mod promising;
mod quiet;
mod records;
mod rings;
mod seam;
mod seams;
mod search;
mod shares;
mod short;
mod small_integers;
mod stream;
mod symbols;
mod table;
mod uuencode;
mod values;
mod views;
mod words;

pub use class::DataClass;
pub use detector::{Detector, Session};
pub use evidence::{Evidence, LIMIT, PLAIN_LIMIT, Weighed};
pub use how::{EncodedForm, Encoding, Layer};
pub use look::{Hit, NotRead, SearchResult, UnmatchedNumber};
pub use odds::{CandidatePositions, LowConfidence};
pub use search::MOST_UNMATCHED;
pub use stream::Stream;
pub use values::{DetectorError, Secret, Value};

#[cfg(test)]
mod tests;
