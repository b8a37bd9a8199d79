//! Codes: long values of base-32 characters.

use super::how::{Encoding, Layer};
use super::masks::{Runs, mask, within};
use super::search::Search;
use super::table::{PREFIX, code_key, mix};
use super::values::Value;
use wide::i8x16;

impl Search<'_> {
    /// Every code in a run of word characters, in either case, forwards and backwards.
    pub fn codes(&mut self, run: &[u8]) {
        let prepared = self.prepared;
        if prepared.codes.is_empty() || run.len() < 16 {
            return;
        }
        let kind = |c: i8x16| within(c | i8x16::splat(0x20), b'a', 26) | within(c, b'2', 6);
        for (at, end) in Runs::new(run, 0, run.len(), 16, |block| mask(block, kind)) {
            let mut window = 0u64;
            for (i, byte) in run[at..end].iter().enumerate() {
                // The five lowest bits distinguish letters from each other and digits from each other, but not every digit from
                // every letter: candidates are compared in full.
                window = (window << 5 | u64::from(byte & 31)) & ((1 << (5 * PREFIX)) - 1);
                let key = mix(window);
                if i + 1 >= PREFIX && prepared.codes.may_have(key) {
                    self.code_around(run, at + i + 1 - PREFIX, key);
                }
            }
        }
    }

    /// The codes whose first characters are at `from`, forwards or backwards.
    fn code_around(&mut self, run: &[u8], from: usize, key: u64) {
        let prepared = self.prepared;
        for secret in prepared.codes.get(key) {
            let Value::Code(code) = &prepared.secrets[secret].value else { continue };
            let window = run.get(from..from + code.len());
            if window.is_some_and(|w| w.eq_ignore_ascii_case(code.as_bytes())) {
                self.hit(secret, Encoding::Plain, &[], (from, from + code.len()), None);
            }
            let to = from + PREFIX;
            let Some(from) = to.checked_sub(code.len()) else { continue };
            if run[from..to].iter().rev().zip(code.bytes()).all(|(a, b)| a.eq_ignore_ascii_case(&b)) {
                self.hit(secret, Encoding::Plain, &[Layer::Reversed], (from, to), None);
            }
        }
    }

    /// Looks up `code`, in capitals.
    pub fn code_as(&mut self, code: &[u8], encoding: Encoding, place: (usize, usize)) {
        let prepared = self.prepared;
        for secret in prepared.codes.get(code_key(code)) {
            let Value::Code(wanted) = &prepared.secrets[secret].value else { continue };
            if wanted.as_bytes().eq_ignore_ascii_case(code) {
                self.hit(secret, encoding, &[], place, None);
            }
        }
        let reversed: Vec<u8> = code.iter().rev().copied().collect();
        for secret in prepared.codes.get(code_key(&reversed)) {
            let Value::Code(wanted) = &prepared.secrets[secret].value else { continue };
            if wanted.as_bytes().eq_ignore_ascii_case(&reversed) {
                self.hit(secret, encoding, &[Layer::Reversed], place, None);
            }
        }
    }
}
