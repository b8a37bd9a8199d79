//! How a visit ends when nothing goes wrong: derived from the file's person, card, facility and insurance.

use super::{
    AsksAbout, CardPart, CertificatePart, EventKind, Expect, FaultKind, FaultPart, InsurancePart, PersonCheckPart, Scenario,
    TlsPart, VisitPart,
};
use sim::terms::outcome::{OutcomeClass, OutcomeCode};
use std::collections::BTreeSet;
use std::time::Duration;

/// How long a change takes to reach all parties, and a check that began before it to end.
const SETTLED: Duration = Duration::from_secs(15);

/// Whether a change has taken effect at a time: yes, no, or, near the change, either.
fn around(at: Duration, change: Duration) -> &'static [bool] {
    if at >= change.saturating_add(SETTLED) {
        &[true]
    } else if at.saturating_add(SETTLED) <= change {
        &[false]
    } else {
        &[false, true]
    }
}

/// When a certificate that is not yet valid begins, after the start of the run.
const A_DAY: Duration = Duration::from_secs(24 * 3600);

/// How a check ends on a day, by what the file says of the person's insurance.
fn of_insurance_after(insurance: InsurancePart, asks: Option<AsksAbout>, days: i64) -> OutcomeCode {
    let on_record = match asks {
        None => None,
        Some(AsksAbout::PreviousCoverage) => Some(0),
        // What was in force on the scenario's day, or had last been.
        Some(AsksAbout::CurrentCoverage) => Some(insurance.in_force_after(0).unwrap_or(0)),
    };
    match insurance.in_force_after(days) {
        _ if insurance == InsurancePart::TwoInsurers => OutcomeCode::SeveralInsurers,
        None => OutcomeCode::NotInsured,
        Some(in_force) if on_record.is_some_and(|asked| asked != in_force) => OutcomeCode::InsuredElsewhere,
        Some(_) => OutcomeCode::InForce,
    }
}

impl Scenario {
    /// How a visit would end if nothing went wrong. A lost card and an expired certificate are facts, not disturbances. Several
    /// outcomes, if something changes at the time of the visit. `None` if the visit itself deviates.
    pub fn undisturbed(&self, visit: &VisitPart) -> Option<BTreeSet<OutcomeCode>> {
        if visit.deviation.is_some() || visit.person_check == PersonCheckPart::WrongPin {
            return None;
        }
        // Whether the PIN is locked depends on earlier visits.
        let wrong = |v: &VisitPart| v.person == visit.person && v.person_check == PersonCheckPart::WrongPin;
        if visit.person_check == PersonCheckPart::Pin && self.visits.iter().any(wrong) {
            return None;
        }
        let mut ends = BTreeSet::new();
        let reset = self.events.iter().find(|e| e.does == EventKind::PinReset { person: visit.person });
        let locked = self.part(visit.person).pin_tries_left == 0 && visit.person_check == PersonCheckPart::Pin;
        for &unlocked in reset.map_or(&[false][..], |e| around(visit.at.0, e.at.0)) {
            match visit.person_check {
                PersonCheckPart::PhotoOfAnother => ends.extend([OutcomeCode::PhotoMismatch]),
                _ if locked && !unlocked => ends.extend([OutcomeCode::PinLocked]),
                _ => ends.extend(self.beyond_the_counter(visit)),
            }
        }
        Some(ends)
    }

    fn beyond_the_counter(&self, visit: &VisitPart) -> BTreeSet<OutcomeCode> {
        let facility = self.facility_part(visit.facility);
        match facility.tls_certificate {
            TlsPart::Good => {}
            TlsPart::Missing => return [OutcomeCode::TlsCertificateMissing].into(),
            TlsPart::Expired => return [OutcomeCode::TlsCertificateExpired].into(),
            TlsPart::Revoked => return [OutcomeCode::TlsCertificateRevoked].into(),
            TlsPart::Untrusted => return [OutcomeCode::TlsCertificateUntrusted].into(),
        }
        let mut ends = BTreeSet::new();
        for &expired in facility.tls_expires.map_or(&[false][..], |at| around(visit.at.0, at.0)) {
            match (expired, facility.licensed) {
                (true, _) => ends.extend([OutcomeCode::TlsCertificateExpired]),
                (false, false) => ends.extend([OutcomeCode::FacilityUnlicensed]),
                (false, true) => ends.extend(self.at_the_broker(visit)),
            }
        }
        ends
    }

    fn at_the_broker(&self, visit: &VisitPart) -> BTreeSet<OutcomeCode> {
        let part = self.part(visit.person);
        let refused = match part.certificate {
            CertificatePart::Good => None,
            CertificatePart::Renewed if visit.card == CardPart::Current => None,
            CertificatePart::Renewed | CertificatePart::Revoked => Some(OutcomeCode::CertificateRevoked),
            CertificatePart::Expired => Some(OutcomeCode::CertificateExpired),
            // It begins a day after the start of the run.
            CertificatePart::NotYetValid if around(visit.at.0, A_DAY) == [true] => None,
            CertificatePart::NotYetValid => Some(OutcomeCode::CertificateNotYetValid),
            CertificatePart::Suspended => Some(OutcomeCode::CertificateSuspended),
            CertificatePart::OtherCa => Some(OutcomeCode::CertificateUntrusted),
            CertificatePart::Tampered => Some(OutcomeCode::CertificateTampered),
            CertificatePart::SignatureCertificate => Some(OutcomeCode::CertificateWrongPurpose),
            CertificatePart::Unreadable => Some(OutcomeCode::CertificateUnreadable),
        };
        let mut ends = BTreeSet::new();
        if let Some(refused) = refused {
            ends.extend([refused]);
            if part.certificate != CertificatePart::NotYetValid || !around(visit.at.0, A_DAY).contains(&true) {
                return ends;
            }
        }
        for revoked in self.revoked(visit) {
            for suspended in self.suspended(visit) {
                match (revoked, suspended, part.opted_in) {
                    (true, _, _) => ends.extend([OutcomeCode::CertificateRevoked]),
                    (false, true, _) => ends.extend([OutcomeCode::CertificateSuspended]),
                    (false, false, false) => ends.extend([OutcomeCode::CodeUnknown]),
                    (false, false, true) => ends.extend(self.of_insurance(visit)),
                }
            }
        }
        ends
    }

    /// Whether an event has revoked the certificate that is presented.
    fn revoked(&self, visit: &VisitPart) -> BTreeSet<bool> {
        let mut all = BTreeSet::from([false]);
        for event in &self.events {
            let seen = around(visit.at.0, event.at.0);
            match event.does {
                EventKind::CertificateRevoked { person } if person == visit.person => all = seen.iter().copied().collect(),
                // The previous card is valid until the renewal.
                EventKind::CardRenewed { person } if person == visit.person && visit.card == CardPart::Previous => {
                    all = seen.iter().copied().collect();
                }
                // A check may have begun with the old card.
                EventKind::CardRenewed { person } if person == visit.person && seen.len() > 1 => {
                    all = seen.iter().copied().collect();
                }
                _ => {}
            }
        }
        all
    }

    /// Whether the card is reported lost.
    fn suspended(&self, visit: &VisitPart) -> BTreeSet<bool> {
        let mut all = BTreeSet::new();
        for fault in self.faults.iter().filter(|f| f.does == FaultKind::CardLost { person: visit.person }) {
            let (lost, found) = (around(visit.at.0, fault.at.0), around(visit.at.0, fault.end().0));
            all.extend(lost.iter().flat_map(|lost| found.iter().map(move |found| *lost && !found)));
        }
        // Several losses: the card is lost if it is lost in any of them.
        if all.is_empty() || (all.contains(&true) && all.contains(&false) && !self.is_near_a_loss(visit)) {
            let lost = all.contains(&true);
            return [lost].into();
        }
        all
    }

    fn is_near_a_loss(&self, visit: &VisitPart) -> bool {
        let near = |at: Duration| around(visit.at.0, at).len() > 1;
        let of = self.faults.iter().filter(|f| f.does == FaultKind::CardLost { person: visit.person });
        of.into_iter().any(|f| near(f.at.0) || near(f.end().0))
    }

    fn of_insurance(&self, visit: &VisitPart) -> BTreeSet<OutcomeCode> {
        let mut ends = self.before_changes(visit);
        for event in &self.events {
            let after = match event.does {
                EventKind::MovesInsurer { person, .. } if person == visit.person => OutcomeCode::InForce,
                EventKind::LeavesInsurer { person, .. } if person == visit.person => OutcomeCode::NotInsured,
                _ => continue,
            };
            match around(visit.at.0, event.at.0) {
                [true] => ends = [after].into(),
                [false] => {}
                // While one insurer's feed has arrived and the other's has not, two insurers claim the person.
                _ => ends.extend([after, OutcomeCode::SeveralInsurers, OutcomeCode::FeedNotIn]),
            }
        }
        ends
    }

    /// By the insurance that the person has at the start of the run.
    fn before_changes(&self, visit: &VisitPart) -> BTreeSet<OutcomeCode> {
        let insurance = self.part(visit.person).insurance;
        let days = self.days_near(visit.at.0);
        let mut ends: BTreeSet<OutcomeCode> =
            days.iter().map(|days| of_insurance_after(insurance, visit.asks_about, *days)).collect();
        if days.len() > 1 {
            // Shortly after midnight the batches of the new day are on their way.
            ends.extend([OutcomeCode::FeedNotIn, OutcomeCode::SeveralInsurers]);
        }
        ends
    }

    /// What else is right while a feed or a fault may keep an insurer's data from the broker: it answers by the data that it has.
    /// Rule ELIG-001 judges which these were.
    fn while_data_are_late(&self, visit: &VisitPart) -> BTreeSet<OutcomeCode> {
        let begun = |f: &FaultPart| f.at.0 <= visit.at.0.saturating_add(SETTLED);
        let late = !self.feeds.is_empty() || self.faults.iter().any(begun);
        let answered = self.of_insurance(visit);
        if !late || self.undisturbed(visit).is_none_or(|ends| ends.is_disjoint(&answered)) {
            return BTreeSet::new();
        }
        // A change may not be known yet.
        let mut ends = self.before_changes(visit);
        if self.part(visit.person).insurance == InsurancePart::TwoInsurers {
            // Only one of the two may be known: the one asked about or the other.
            ends.extend([OutcomeCode::InForce]);
            ends.extend(visit.asks_about.map(|_| OutcomeCode::InsuredElsewhere));
        }
        ends
    }

    /// How many days after the start of the run a visit may be: two answers near midnight.
    fn days_near(&self, at: Duration) -> BTreeSet<i64> {
        [at.saturating_sub(SETTLED), at.saturating_add(SETTLED)].map(|at| self.days_after_start(at)).into()
    }

    /// Whether `found` is what a visit must end in.
    pub fn meets(&self, visit: &VisitPart, found: OutcomeCode) -> bool {
        let undisturbed = || self.undisturbed(visit).is_some_and(|ends| ends.contains(&found));
        match visit.expect {
            Expect::Outcome(code) => code == found,
            Expect::AsIfUndisturbed => undisturbed(),
            Expect::NeverWrong => {
                let late = || self.while_data_are_late(visit).contains(&found);
                found.class() == OutcomeClass::Indeterminate || undisturbed() || late()
            }
        }
    }
}
