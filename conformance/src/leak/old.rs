//! One automaton over all spellings.

use super::how::{How, Layer, Spelling};
use super::look::Hit;
use super::odds::{Weak, Windows};
use super::old_odds::Odds;
use super::old_spellings::{self as spellings, Spelling as Old};
use super::values::{Secret, Value};
use crate::matrix::DataClass;
use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError, MatchKind};
use std::collections::BTreeMap;

pub(super) struct Search {
    automaton: AhoCorasick,
    patterns: Vec<(usize, Old)>,
}

impl Search {
    pub fn new(secrets: &[Secret]) -> Result<Search, BuildError> {
        let mut distinct: BTreeMap<(Vec<u8>, usize), Old> = BTreeMap::new();
        for (index, secret) in secrets.iter().enumerate() {
            let (Value::Digits(text) | Value::Code(text)) = &secret.value else { continue };
            for (spelling, bytes) in spellings::of(text) {
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

    pub fn find<'a>(&'a self, bytes: &'a [u8]) -> impl Iterator<Item = Hit> + 'a {
        let mut is_text = None;
        self.automaton.find_overlapping_iter(bytes).filter_map(move |m| {
            let (secret, spelling) = self.patterns[m.pattern().as_usize()];
            let weak = match spelling {
                Old::Plain | Old::Reversed => digit_beside(bytes, m.start(), m.end()).then_some(Weak::Embedded),
                Old::Integer => Some(Weak::Integer),
                Old::PackedDecimal => Some(Weak::PackedDecimal),
                _ => None,
            };
            let binary = matches!(spelling, Old::Integer | Old::PackedDecimal);
            if binary && *is_text.get_or_insert_with(|| is_plain_text(bytes)) {
                return None;
            }
            Some(Hit { secret, how: how(spelling), start: m.start() as u64, end: m.end() as u64, weak })
        })
    }

    pub fn count(&self, secrets: &[Secret], bytes: &[u8], windows: &mut Windows) {
        let is_text = is_plain_text(bytes);
        for class in [DataClass::MyNumber, DataClass::ResidentCode] {
            let count = secrets.iter().filter(|s| s.class == class).count() as u64;
            for form in [Weak::Embedded, Weak::Integer, Weak::PackedDecimal] {
                let Some(mut odds) = Odds::new(class, form, count) else { continue };
                odds.count(bytes, is_text);
                (0..odds.windows()).for_each(|_| windows.count(class, Some(form)));
            }
        }
    }
}

fn how(old: Old) -> How {
    let layers = |layers: &[Layer], spelling| How { spelling, layers: layers.to_vec() };
    match old {
        Old::Plain => Spelling::Plain.into(),
        Old::Grouped => Spelling::Grouped.into(),
        Old::FullWidth => Spelling::FullWidth.into(),
        Old::Hex => layers(&[Layer::Hex], Spelling::Plain),
        Old::Base64 => layers(&[Layer::Base64], Spelling::Plain),
        Old::JsonEscapes => layers(&[Layer::JsonEscapes], Spelling::Plain),
        Old::Utf16LittleEndian => layers(&[Layer::Utf16LittleEndian], Spelling::Plain),
        Old::Utf16BigEndian => layers(&[Layer::Utf16BigEndian], Spelling::Plain),
        Old::Reversed => layers(&[Layer::Reversed], Spelling::Plain),
        Old::Sha256 => Spelling::Sha256.into(),
        Old::Integer => Spelling::Integer.into(),
        Old::PackedDecimal => Spelling::PackedDecimal.into(),
        Old::CodeBytes => Spelling::Bytes.into(),
    }
}

fn digit_beside(bytes: &[u8], start: usize, end: usize) -> bool {
    let digit = |i: Option<usize>| i.and_then(|i| bytes.get(i)).is_some_and(u8::is_ascii_digit);
    let only_digits = bytes[start..end].iter().all(u8::is_ascii_digit);
    only_digits && (digit(start.checked_sub(1)) || digit(Some(end)))
}

fn is_plain_text(bytes: &[u8]) -> bool {
    let plain = |c: char| !c.is_control() || matches!(c, '\t' | '\n' | '\r');
    std::str::from_utf8(bytes).is_ok_and(|text| text.chars().all(plain))
}
