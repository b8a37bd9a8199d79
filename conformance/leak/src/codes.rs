//! Codes: long values of base-32 characters.

use super::how::{Encoding, Layer};
use super::search::Search;
use super::table::{PREFIX, code_key};
use super::values::Value;

/// No code is shorter.
const SHORTEST: usize = 16;

impl Search<'_> {
    /// Every code in a run of word characters, in either case, forwards and backwards.
    pub fn codes(&mut self, run: &[u8]) {
        let prepared = self.prepared;
        if prepared.codes.is_empty() || run.len() < SHORTEST {
            return;
        }
        // A code covers a place that is looked up wherever it begins.
        let mut at = 0;
        while let Some(window) = run.get(at..at + PREFIX) {
            let key = code_key(window);
            if prepared.codes.may_have(key) {
                self.code_around(run, at, key);
            }
            at += prepared.code_stride;
        }
    }

    /// The codes of which one of the first windows is at `at`, forwards or backwards.
    fn code_around(&mut self, run: &[u8], at: usize, key: u64) {
        let prepared = self.prepared;
        for secret in prepared.codes.get(key) {
            let Value::Code(code) = &prepared.secrets[secret].value else { continue };
            for from in (0..prepared.code_stride).filter_map(|offset| at.checked_sub(offset)) {
                let Some(there) = run.get(from..from + code.len()) else { continue };
                let place = (from, from + code.len());
                if there.eq_ignore_ascii_case(code.as_bytes()) {
                    self.hit(secret, Encoding::Plain, &[], place, None);
                }
                if there.iter().rev().zip(code.bytes()).all(|(a, b)| a.eq_ignore_ascii_case(&b)) {
                    self.hit(secret, Encoding::Plain, &[Layer::Reversed], place, None);
                }
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
