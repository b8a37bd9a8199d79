//! The codes under which an insurer feeds, and those that it no longer uses.

use sim::clock::nanos;
use sim::terms::fhir::CodesKnown;
use sim::terms::identifiers::{InstitutionCode, MyNumber};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// The codes in use. They survive a crash of the insurer's host.
#[derive(Default)]
pub struct CodesInUse {
    /// How often the number authority is asked again; `None` if codes do not change.
    pub asked_every: Option<Duration>,
    used: RefCell<BTreeMap<MyNumber, InstitutionCode>>,
    /// Codes that were used and are no longer.
    ended: RefCell<BTreeSet<InstitutionCode>>,
    /// The revision of the register that the broker has.
    fed: Cell<Option<u64>>,
    /// When the authority was last asked because it was time.
    asked_at: Cell<u64>,
}

impl CodesInUse {
    /// Takes over the codes that the number authority has answered with. `None` where codes do not change.
    pub fn learn<'a>(
        &self,
        numbers: impl Iterator<Item = &'a MyNumber>,
        codes: &[Option<InstitutionCode>],
        revision: Option<u64>,
    ) -> Option<CodesKnown> {
        let revision = revision?;
        let (mut used, mut ended) = (self.used.borrow_mut(), self.ended.borrow_mut());
        for (number, code) in numbers.zip(codes) {
            let before = match code {
                Some(code) => used.insert(number.clone(), code.clone()),
                None => used.remove(number),
            };
            ended.extend(before.filter(|before| code.as_ref() != Some(before)));
        }
        // Who asks again after having given up gets the same code.
        ended.retain(|code| !codes.iter().flatten().any(|now| now == code));
        Some(CodesKnown { revision, ended: ended.iter().cloned().collect() })
    }

    /// The broker has accepted a feed under the codes of this revision.
    pub fn fed(&self, revision: Option<u64>) {
        self.fed.set(revision);
    }

    /// The revision under whose codes the broker was last fed.
    pub fn revision_fed(&self) -> Option<u64> {
        self.fed.get()
    }

    /// When the authority is asked next: half an interval after JPKI, so that either can be first to know.
    pub fn next_ask(&self, now: u64) -> Option<u64> {
        let every = nanos(self.asked_every?).max(2);
        let half = every / 2;
        let after = now.max(self.asked_at.get());
        let next = after.saturating_sub(half).div_ceil(every).saturating_mul(every).saturating_add(half);
        Some(if next <= self.asked_at.get() { next.saturating_add(every) } else { next })
    }

    /// The authority is asked since it is time.
    pub fn asked(&self, at: u64) {
        self.asked_at.set(at);
    }

    /// What the insurer knows, for a statement about one code.
    pub fn known_about(&self, code: &InstitutionCode) -> Option<CodesKnown> {
        let ended = self.ended.borrow().get(code).cloned().into_iter().collect();
        self.fed.get().map(|revision| CodesKnown { revision, ended })
    }
}
