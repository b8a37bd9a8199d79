//! Which outcomes are right because a party answers by what it had before: a broker that keeps the status *good* of a certificate for a time, an
//! insurer's data that arrive late, and what JPKI states while it is wrong.

use super::moments::SETTLED;
use super::undisturbed::around;
use super::{FaultKind, FaultPart, Scenario, VisitPart};
use mocks::pki::ocsp::forms::StatusForm;
use sim::terms::design::{Design, Validity};
use sim::terms::outcome::OutcomeCode;
use std::time::Duration;

impl FaultPart {
    /// Whether it may concern a check that begins at `at`.
    fn is_near(&self, at: Duration) -> bool {
        self.at.0 <= at.saturating_add(SETTLED) && at <= self.end().0.saturating_add(SETTLED)
    }
}

impl Scenario {
    /// Whether JPKI's refusal of a certificate has taken effect when a visit asks. Where the broker keeps that the certificate was good, both may be right for
    /// as long as the design states: only a check before the change can have been answered with *good*.
    pub(super) fn refusal_seen(&self, visit: &VisitPart, change: Duration, design: &Design) -> &'static [bool] {
        let seen = self.seen(visit, change);
        let was_good = |v: &VisitPart| v.person == visit.person && around(v.at.0, change).contains(&false);
        let kept = self.status_is_kept(visit, design).map(|kept| change.saturating_add(kept).saturating_add(SETTLED));
        let may_be_kept = kept.is_some_and(|until| visit.at.0 <= until) && self.visits.iter().any(was_good);
        if may_be_kept && seen.contains(&true) { &[false, true] } else { seen }
    }

    /// How long before a visit the certificate may have been good at the latest for the broker to use it without asking, or in place of an answer. `None`
    /// if the design keeps no status.
    fn status_is_kept(&self, visit: &VisitPart, design: &Design) -> Option<Duration> {
        let without_asking = design.parameters.status?.0;
        // A lost card disturbs nobody.
        let disturbs = |f: &&FaultPart| !matches!(f.does, FaultKind::CardLost { .. });
        let disturbed = self.capacity.is_some() || self.faults.iter().filter(disturbs).any(|f| f.is_near(visit.at.0));
        let without_answer = design.parameters.status_when_jpki_fails.filter(|_| disturbed);
        Some(without_answer.map_or(without_asking, |kept| kept.0.max(without_asking)))
    }

    /// Whether an insurer's data may be with the broker later than they are right: a feed, a time of maintenance or a fault keeps them.
    pub(super) fn data_may_be_late(&self, visit: &VisitPart) -> bool {
        let begun = |at: Duration| at <= visit.at.0.saturating_add(SETTLED);
        let kept = self.maintenance.iter().any(|m| begun(m.at.0));
        kept || !self.feeds.is_empty() || self.faults.iter().any(|f| begun(f.at.0))
    }

    /// How a check ends of which JPKI states that it does not know the certificate, although it was issued: a refusal, in designs in which *unknown* is one.
    pub(super) fn while_jpki_knows_nobody(&self, visit: &VisitPart, design: &Design) -> Option<OutcomeCode> {
        let unknown = |f: &FaultPart| f.does == FaultKind::OcspForm { form: StatusForm::Unknown } && f.is_near(visit.at.0);
        let is_refused = !matches!(design.validity, Validity::UnknownNotKnown | Validity::RenewalKnownLater);
        (is_refused && self.faults.iter().any(unknown)).then_some(OutcomeCode::CertificateUntrusted)
    }
}
