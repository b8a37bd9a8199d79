//! How long certificates serve: what a file's people and visits mean in a design's choice on the axis `validity`.

use super::{CardPart, CertificatePart, Expect, PersonPart, Scenario, VisitPart};
use sim::terms::calendar::jst_day;
use sim::terms::design::{Axis, Choice, Presented, Validity};
use sim::terms::outcome::{OutcomeClass, OutcomeCode};
use std::collections::BTreeSet;
use std::time::Duration;

/// Where the end of a certificate matters.
const CERTIFICATES: [Choice; 2] = [Choice::Presented(Presented::Certificate), Choice::Presented(Presented::SignedChallenge)];
/// How long a renewed certificate is not known, where the design is not known yet.
const A_DAY: Duration = Duration::from_secs(24 * 3600);

/// For how many months after the one in which it ended a certificate serves.
fn months(validity: Validity) -> u32 {
    match validity {
        Validity::GraceOneMonth => 1,
        Validity::GraceThreeMonths => 3,
        Validity::ToItsEnd | Validity::UnknownNotKnown | Validity::RenewalKnownLater => 0,
    }
}

impl Scenario {
    /// The choices on the axis in which it is played: that of the design, those that it needs, or the source's example.
    fn validities(&self) -> Vec<Validity> {
        if let Some(design) = &self.played_in {
            return vec![design.validity];
        }
        let of = |choice: &Choice| if let Choice::Validity(validity) = choice { Some(*validity) } else { None };
        let needed: Vec<Validity> = self.needs.of(Axis::Validity).iter().filter_map(of).collect();
        if needed.is_empty() { vec![Validity::default()] } else { needed }
    }

    /// A certificate that has ended: whether its grace has, too.
    pub(super) fn after_its_end(&self, part: &PersonPart, visit: &VisitPart) -> BTreeSet<Option<OutcomeCode>> {
        self.validities().into_iter().flat_map(|validity| self.after_its_end_with(validity, part, visit)).collect()
    }

    /// The same with one choice on the axis.
    fn after_its_end_with(&self, validity: Validity, part: &PersonPart, visit: &VisitPart) -> BTreeSet<Option<OutcomeCode>> {
        let ended = super::super::stage::days_before(self.epoch(), part.ended_before());
        let refused = |days: &i64| {
            let mut last = jst_day(ended).last_of_month();
            for _ in 0..months(validity) {
                last = last.tomorrow().map_or(last, |first| first.last_of_month());
            }
            let today = self.day.0.saturating_add(jiff::Span::new().days((*days).clamp(0, 100)));
            let serves = today <= jst_day(ended) || months(validity) > 0 && today <= last;
            (!serves).then_some(OutcomeCode::CertificateExpired)
        };
        self.days_near(visit.at.0).iter().map(refused).collect()
    }

    /// Whether the outcome that a visit names is right of a certificate that has ended, with a choice on the axis.
    fn fits_after_its_end(&self, validity: Validity, visit: &VisitPart) -> bool {
        let part = self.part(visit.person);
        let renewed = self.renewal_of(visit.person).is_some_and(|at| at <= visit.at && visit.card == CardPart::Current);
        let Expect::Outcome(code) = visit.expect else { return true };
        if part.certificate != CertificatePart::Expired || renewed {
            return true;
        }
        let ends = self.after_its_end_with(validity, &part, visit);
        let presented = self.needs.of(Axis::Presented);
        let is_certificate = |c: &Choice| CERTIFICATES.contains(c);
        match code.class() {
            // Where a number is presented, its end does not matter.
            OutcomeClass::InForce | OutcomeClass::NotInForce
                if !presented.is_empty() && !presented.iter().any(is_certificate) =>
            {
                true
            }
            _ if code == OutcomeCode::CertificateExpired => ends.contains(&Some(code)),
            OutcomeClass::InForce | OutcomeClass::NotInForce => ends.contains(&None),
            _ => {
                matches!(code, OutcomeCode::PhotoMismatch | OutcomeCode::PinWrong | OutcomeCode::PinLocked)
                    || months(validity) == 0
            }
        }
    }

    /// A certificate that JPKI does not know.
    fn of_unknown_status(&self) -> BTreeSet<Option<OutcomeCode>> {
        let end = |validity| match validity {
            Validity::UnknownNotKnown | Validity::RenewalKnownLater => OutcomeCode::StatusUnknown,
            Validity::ToItsEnd | Validity::GraceOneMonth | Validity::GraceThreeMonths => OutcomeCode::CertificateUntrusted,
        };
        self.validities().into_iter().map(|v| Some(end(v))).collect()
    }

    /// A certificate that JPKI does not know at first, and, if an event registers it, knows from then on.
    pub(super) fn until_registered(&self, visit: &VisitPart) -> BTreeSet<Option<OutcomeCode>> {
        let at = self.registration_of(visit.person).map(|at| at.0);
        let unknown = self.of_unknown_status();
        let ends = |known: &bool| if *known { [None].into() } else { unknown.clone() };
        at.map_or(&[false][..], |at| self.seen(visit, at)).iter().flat_map(ends).collect()
    }

    /// The card that a renewal brought: whether JPKI knows its certificate already.
    pub(super) fn while_not_known(&self, visit: &VisitPart) -> BTreeSet<Option<OutcomeCode>> {
        if self.validities() != [Validity::RenewalKnownLater] {
            return [None].into();
        }
        let stated = self.played_in.as_ref().and_then(|design| design.parameters.renewed_known_after);
        let after = stated.map_or(A_DAY, |after| after.0);
        let (renewed, known) = match self.renewal_of(visit.person) {
            Some(at) => (at.0, Some(at.0.saturating_add(after))),
            // It was renewed a day before the start of the run.
            None => (Duration::ZERO, after.checked_sub(A_DAY).filter(|rest| !rest.is_zero())),
        };
        let Some(known) = known else { return [None].into() };
        let has_new = if renewed.is_zero() { &[true][..] } else { self.seen(visit, renewed) };
        let unknown = |has_new: &bool, known: &bool| (*has_new && !known).then_some(OutcomeCode::StatusUnknown);
        let is_known = self.seen(visit, known);
        has_new.iter().flat_map(|has_new| is_known.iter().map(move |known| unknown(has_new, known))).collect()
    }

    /// The choices on the axis in which the outcomes that the file names are the right ones: all, if it names none that depends on
    /// the axis.
    pub(super) fn implied_validities(&self) -> Vec<Choice> {
        let named = |v: &&VisitPart| matches!(v.expect, Expect::Outcome(_));
        let named: Vec<&VisitPart> = self.visits.iter().filter(named).collect();
        let has = |kind: CertificatePart| named.iter().any(|v| self.part(v.person).certificate == kind);
        let renewed = named.iter().any(|v| self.renewal_of(v.person).is_some_and(|at| at <= v.at));
        let unknown = named.iter().any(|v| v.expect == Expect::Outcome(OutcomeCode::StatusUnknown));
        let fits = |validity: Validity| {
            let not_known = matches!(validity, Validity::UnknownNotKnown | Validity::RenewalKnownLater);
            match unknown {
                true => not_known,
                false => {
                    let other_end = named.iter().any(|v| !self.fits_after_its_end(validity, v));
                    let other_unknown = has(CertificatePart::Unregistered) && not_known;
                    let later = renewed && validity == Validity::RenewalKnownLater;
                    !(other_end || other_unknown || later)
                }
            }
        };
        let fitting: Vec<Choice> = Validity::ALL.iter().filter(|v| fits(**v)).map(|v| Choice::Validity(*v)).collect();
        if fitting.len() == Validity::ALL.len() { Vec::new() } else { fitting }
    }
}
