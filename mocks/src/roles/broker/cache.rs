//! The broker's cache of JPKI's answers, where the design allows it: that a certificate was good, and which code belongs to it.
//! Nothing else is cached: a certificate that is revoked or on hold is asked about each time. The cache is in memory, and lost
//! in a restart.

use sim::clock::nanos;
use sim::terms::identifiers::{CertificateSerial, InstitutionCode};
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

/// What is cached, and for how long. Nothing by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CachePolicy {
    /// How long the code of a certificate is used without asking.
    pub mapping: Option<Duration>,
    /// How long the status *good* of a certificate is used without asking.
    pub status: Option<Duration>,
    /// The maximum age of a status *good* that is still used where JPKI gives no usable answer.
    pub status_when_jpki_fails: Option<Duration>,
    /// The most certificates in the cache. The oldest is evicted first.
    pub most: usize,
}

/// The cached answers. Times are nanoseconds since the start of the run: the wall clock may jump.
#[derive(Default)]
pub struct Cache {
    policy: CachePolicy,
    known: BTreeMap<CertificateSerial, Known>,
    order: VecDeque<CertificateSerial>,
}

#[derive(Default)]
struct Known {
    good_at: Option<u64>,
    code: Option<(InstitutionCode, u64)>,
}

/// The age of `at` at `now`, if it is not older than allowed.
fn within(at: u64, now: u64, span: Option<Duration>) -> Option<Duration> {
    let age = now.saturating_sub(at);
    (age <= nanos(span?)).then(|| Duration::from_nanos(age))
}

impl Cache {
    pub fn new(policy: CachePolicy) -> Self {
        Cache { policy, ..Cache::default() }
    }

    /// How long ago the certificate was good, if that may still be used.
    pub fn good(&self, serial: CertificateSerial, now: u64) -> Option<Duration> {
        within(self.known.get(&serial)?.good_at?, now, self.policy.status)
    }

    /// Like [`Cache::good`], where JPKI gives no usable answer.
    pub fn good_without_jpki(&self, serial: CertificateSerial, now: u64) -> Option<Duration> {
        within(self.known.get(&serial)?.good_at?, now, self.policy.status_when_jpki_fails)
    }

    pub fn code(&self, serial: CertificateSerial, now: u64) -> Option<InstitutionCode> {
        let (code, at) = self.known.get(&serial)?.code.as_ref()?;
        within(*at, now, self.policy.mapping).map(|_| code.clone())
    }

    /// JPKI was asked at `at` and answered that the certificate is good.
    pub fn record_good(&mut self, serial: CertificateSerial, at: u64) {
        if self.policy.status.is_some() || self.policy.status_when_jpki_fails.is_some() {
            self.of(serial).good_at = Some(at);
        }
    }

    /// JPKI was asked at `at` and answered with the code of the certificate.
    pub fn record_code(&mut self, serial: CertificateSerial, code: &InstitutionCode, at: u64) {
        if self.policy.mapping.is_some() {
            self.of(serial).code = Some((code.clone(), at));
        }
    }

    /// JPKI gave another answer: everything about the certificate is removed from the cache.
    pub fn forget(&mut self, serial: CertificateSerial) {
        if self.known.remove(&serial).is_some() {
            self.order.retain(|s| *s != serial);
        }
    }

    /// The cached answers by certificate, including expired ones: the code, and when it was good.
    pub fn entries(&self) -> impl Iterator<Item = (CertificateSerial, Option<&InstitutionCode>, Option<u64>)> {
        self.known.iter().map(|(serial, known)| (*serial, known.code.as_ref().map(|(code, _)| code), known.good_at))
    }

    fn of(&mut self, serial: CertificateSerial) -> &mut Known {
        if !self.known.contains_key(&serial) {
            while self.order.len() >= self.policy.most.max(1) {
                if let Some(oldest) = self.order.pop_front() {
                    self.known.remove(&oldest);
                }
            }
            self.order.push_back(serial);
        }
        self.known.entry(serial).or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: u64 = 1_000_000_000;

    #[test]
    fn cached_answers_expire_after_their_span_and_the_oldest_is_evicted_first() {
        let span = |s| Some(Duration::from_secs(s));
        let policy = CachePolicy { mapping: span(60), status: span(5), status_when_jpki_fails: span(20), most: 2 };
        let (mut cache, code) = (Cache::new(policy), InstitutionCode::from_bytes([1; 16]));
        let [a, b, c] = [1, 2, 3].map(CertificateSerial);
        cache.record_good(a, S);
        cache.record_code(a, &code, S);
        assert_eq!((cache.good(a, 6 * S), cache.good(a, 6 * S + 1)), (span(5), None));
        assert_eq!((cache.good_without_jpki(a, 21 * S), cache.good_without_jpki(a, 21 * S + 1)), (span(20), None));
        assert_eq!((cache.code(a, 61 * S), cache.code(a, 61 * S + 1)), (Some(code), None));
        cache.record_good(b, 2 * S);
        cache.record_good(c, 3 * S);
        assert_eq!((cache.good(a, 3 * S), cache.good(b, 3 * S), cache.good(c, 3 * S)), (None, span(1), span(0)));
        cache.forget(b);
        assert_eq!((cache.good(b, 3 * S), cache.good(c, 3 * S)), (None, span(0)));
        let mut off = Cache::new(CachePolicy::default());
        off.record_good(a, S);
        assert_eq!(off.good(a, S), None);
    }
}
