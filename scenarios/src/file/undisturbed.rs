//! How a visit ends when nothing goes wrong: derived from the file's person, card, facility and insurance.

use super::codes::CodeFound;
use super::moments::SETTLED;
use super::{
    AsksAbout, CardPart, CertificatePart, EventKind, EventPart, Expect, FaultKind, FaultPart, InsurancePart, PersonCheckPart,
    PersonPart, RegisterError, RegisterErrorPart, Scenario, TlsPart, VisitPart, WithheldBecause,
};
use sim::terms::design::{Design, Identity, Presented};
use sim::terms::outcome::{OutcomeClass, OutcomeCode};
use std::collections::BTreeSet;
use std::time::Duration;

/// Whether the person has to enter the PIN in a visit.
fn asks_for_pin(design: &Design, visit: &VisitPart) -> bool {
    match design.identity {
        Identity::PhotoOrPin => {
            matches!(visit.person_check, PersonCheckPart::Pin | PersonCheckPart::WrongPin | PersonCheckPart::PinOfAnother)
        }
        Identity::Pin | Identity::PhotoAndPin => visit.person_check != PersonCheckPart::Skipped,
        Identity::Photo | Identity::FaceTerminal | Identity::NotChecked => false,
    }
}

/// Whether a change has taken effect at a time: yes, no, or, near the change, either.
pub(super) fn around(at: Duration, change: Duration) -> &'static [bool] {
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

/// What insurers' data can say of a person.
const ANSWERS: [OutcomeCode; 6] = [
    OutcomeCode::InForce,
    OutcomeCode::NotInsured,
    OutcomeCode::CoverageEnded,
    OutcomeCode::InsuredElsewhere,
    OutcomeCode::IdentifierNotFound,
    OutcomeCode::SeveralInsurers,
];

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
        None if on_record.is_some() => OutcomeCode::CoverageEnded,
        None => OutcomeCode::NotInsured,
        Some(in_force) if on_record.is_some_and(|asked| asked != in_force) => OutcomeCode::InsuredElsewhere,
        Some(_) => OutcomeCode::InForce,
    }
}

/// How a check ends after changes that all insurers have registered: by the coverage on record at the facility, if it asks about one; by how many have
/// begun since the first; and by the one that is in force.
fn registered(on_record: Option<usize>, (begun, in_force): (usize, Option<usize>)) -> OutcomeCode {
    match (on_record, in_force) {
        (Some(asked), _) if asked > begun => OutcomeCode::IdentifierNotFound,
        (Some(_), None) => OutcomeCode::CoverageEnded,
        (None, None) => OutcomeCode::NotInsured,
        (Some(asked), Some(in_force)) if asked != in_force => OutcomeCode::InsuredElsewhere,
        (_, Some(_)) => OutcomeCode::InForce,
    }
}

impl Scenario {
    /// Whether a change has taken effect when a visit asks: a terminal without power, with a full disk or whose database is being restored
    /// asks, or records, when that is over.
    pub(super) fn seen(&self, visit: &VisitPart, change: Duration) -> &'static [bool] {
        let from = visit.at.0;
        let keeps = |f: &&FaultPart| {
            let stops = match f.does {
                FaultKind::PowerCut { facility }
                | FaultKind::DiskFull { facility }
                | FaultKind::DatabaseRestored { facility } => facility == visit.facility,
                _ => false,
            };
            stops && f.at.0 <= from.saturating_add(SETTLED) && f.end().0 >= from
        };
        let until = self.faults.iter().filter(keeps).map(|f| f.end().0).max().unwrap_or(from);
        match (around(from, change), around(until, change)) {
            (before, after) if before == after => before,
            _ => &[false, true],
        }
    }

    /// How a visit would end if nothing went wrong. A lost card and an expired certificate are facts, not disturbances. Several
    /// outcomes, if something changes at the time of the visit. `None` if the visit itself deviates.
    pub fn undisturbed(&self, visit: &VisitPart) -> Option<BTreeSet<OutcomeCode>> {
        self.undisturbed_in(visit, &Design::default())
    }

    /// The same in a design.
    pub fn undisturbed_in(&self, visit: &VisitPart, design: &Design) -> Option<BTreeSet<OutcomeCode>> {
        if !design.is_online() {
            // Nobody is asked, so that nothing else can come of it. Whether a card has arrived is drawn with the person's insurance.
            return Some([OutcomeCode::CopiedFromCard, OutcomeCode::NoInsuranceCard].into());
        }
        let pin = asks_for_pin(design, visit);
        if visit.deviation.is_some() || (pin && visit.person_check == PersonCheckPart::WrongPin) {
            return None;
        }
        if matches!(visit.card, CardPart::Dead | CardPart::AnotherKind) && design.presents_certificate() {
            return Some([OutcomeCode::CardUnreadable].into());
        }
        if visit.card == CardPart::ReaderStuck && design.presents_certificate() {
            return Some([OutcomeCode::ReaderNoAnswer].into());
        }
        let asked_for_pin = matches!(design.identity, Identity::Pin | Identity::PhotoAndPin);
        if visit.person_check == PersonCheckPart::Skipped && asked_for_pin && design.presented == Presented::SignedChallenge {
            // The card signs nothing without its PIN.
            return Some([OutcomeCode::CardUnreadable].into());
        }
        // Whether the PIN is locked depends on earlier visits.
        let of_person = |v: &&VisitPart| v.person == visit.person && asks_for_pin(design, v);
        if pin && self.visits.iter().filter(of_person).any(|v| v.person_check == PersonCheckPart::WrongPin) {
            return None;
        }
        // Who shows another's card types a wrong PIN, if asked for it before a photo is compared.
        let looks = design.identity != Identity::NotChecked && (!pin || design.identity == Identity::PhotoAndPin);
        let another = |v: &VisitPart| v.person_check == PersonCheckPart::PhotoOfAnother;
        let guessed = pin && !looks && self.visits.iter().filter(of_person).any(another);
        let mut ends = BTreeSet::new();
        let reset = self.events.iter().find(|e| e.does == EventKind::PinReset { person: visit.person });
        let locked = self.part(visit.person).pin_tries_left == 0 && pin;
        for &unlocked in reset.map_or(&[false][..], |e| self.seen(visit, e.at.0)) {
            match another(visit) {
                true if looks => ends.extend([OutcomeCode::PhotoMismatch]),
                true if pin => ends.extend([OutcomeCode::PinWrong, OutcomeCode::PinLocked]),
                _ if locked && !unlocked => ends.extend([OutcomeCode::PinLocked]),
                _ if visit.card == CardPart::TakenAway && design.presents_certificate() => {
                    ends.extend([OutcomeCode::CardUnreadable])
                }
                _ => ends.extend(self.beyond_the_counter(visit, design)),
            }
        }
        ends.extend(guessed.then_some(OutcomeCode::PinLocked));
        Some(ends)
    }

    fn beyond_the_counter(&self, visit: &VisitPart, design: &Design) -> BTreeSet<OutcomeCode> {
        if design.presented == Presented::VisibleNumber && !self.part(visit.person).opted_in {
            // No number was issued to the person, so that none can be shown.
            return [OutcomeCode::NumberUnknown].into();
        }
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
                (false, true) => ends.extend(self.at_the_broker(visit, design)),
            }
        }
        ends
    }

    fn at_the_broker(&self, visit: &VisitPart, design: &Design) -> BTreeSet<OutcomeCode> {
        let part = self.part(visit.person);
        let code = self.of_code(visit, design);
        if design.presents_number() {
            return code;
        }
        let mut ends = BTreeSet::new();
        let refusals = self.refusals(&part, visit);
        ends.extend(refusals.iter().flatten());
        if !refusals.contains(&None) {
            return ends;
        }
        for revoked in self.revoked(visit, design) {
            for suspended in self.suspended(visit, design) {
                match (revoked, suspended) {
                    (true, _) => ends.extend([OutcomeCode::CertificateRevoked]),
                    (false, true) => ends.extend([OutcomeCode::CertificateSuspended]),
                    (false, false) => ends.extend(&code),
                }
            }
        }
        ends
    }

    /// By the person's code: what the insurers say under it, or that there is none.
    fn of_code(&self, visit: &VisitPart, design: &Design) -> BTreeSet<OutcomeCode> {
        let none = if design.presents_number() { OutcomeCode::NumberUnknown } else { OutcomeCode::CodeUnknown };
        let mut ends = BTreeSet::new();
        for found in self.code_found(visit) {
            match found {
                CodeFound::Has => ends.extend(self.of_insurance(visit)),
                CodeFound::HasNone => ends.extend([none]),
                // The insurers' data are not under the code that the broker is given.
                CodeFound::Changing => {
                    ends.extend([none, OutcomeCode::CodeUnknown, OutcomeCode::FeedNotIn, OutcomeCode::InsurerNoAnswer]);
                }
            }
        }
        ends
    }

    /// Why the certificate of a visit is not accepted, for reasons that the file and the design state; `None` if it is.
    fn refusals(&self, part: &PersonPart, visit: &VisitPart) -> BTreeSet<Option<OutcomeCode>> {
        let renewed = self.renewal_of(visit.person).filter(|_| visit.card == CardPart::Current);
        // The card from before is presented until the renewal.
        let of_card = |has_new: &bool| if *has_new { self.while_not_known(visit) } else { self.refusals_of_first(part, visit) };
        let has_new = renewed.map_or(&[false][..], |at| self.seen(visit, at.0));
        has_new.iter().flat_map(of_card).collect()
    }

    /// The same for the card that the person has at the start of the run.
    fn refusals_of_first(&self, part: &PersonPart, visit: &VisitPart) -> BTreeSet<Option<OutcomeCode>> {
        let refused = match part.certificate {
            CertificatePart::Good => None,
            CertificatePart::Renewed if visit.card == CardPart::Current => return self.while_not_known(visit),
            CertificatePart::Renewed | CertificatePart::Revoked => Some(OutcomeCode::CertificateRevoked),
            CertificatePart::Expired => return self.after_its_end(part, visit),
            // It begins a day after the start of the run.
            CertificatePart::NotYetValid => {
                let not_yet = |begun: &bool| (!begun).then_some(OutcomeCode::CertificateNotYetValid);
                return around(visit.at.0, A_DAY).iter().map(not_yet).collect();
            }
            CertificatePart::Suspended => return self.suspended_from_the_start(visit),
            CertificatePart::OtherCa => Some(OutcomeCode::CertificateUntrusted),
            CertificatePart::Tampered => Some(OutcomeCode::CertificateTampered),
            CertificatePart::SignatureCertificate => Some(OutcomeCode::CertificateWrongPurpose),
            CertificatePart::Unreadable => Some(OutcomeCode::CertificateUnreadable),
            CertificatePart::Unregistered => return self.until_registered(visit),
        };
        [refused].into()
    }

    /// A certificate that is on hold, until an event revokes it, or replaces it while the old card is shown.
    fn suspended_from_the_start(&self, visit: &VisitPart) -> BTreeSet<Option<OutcomeCode>> {
        let of = |e: &&EventPart| match e.does {
            EventKind::CertificateRevoked { person } | EventKind::CardRenewed { person } => person == visit.person,
            _ => false,
        };
        let revoked = self.events.iter().find(of).map_or(&[false][..], |e| self.seen(visit, e.at.0));
        let refused = |revoked: &bool| if *revoked { OutcomeCode::CertificateRevoked } else { OutcomeCode::CertificateSuspended };
        revoked.iter().map(|revoked| Some(refused(revoked))).collect()
    }

    /// Whether an event has revoked the certificate that is presented.
    fn revoked(&self, visit: &VisitPart, design: &Design) -> BTreeSet<bool> {
        let mut all = BTreeSet::from([false]);
        for event in &self.events {
            let seen = || self.refusal_seen(visit, event.at.0, design).iter().copied().collect();
            match event.does {
                EventKind::CertificateRevoked { person } if person == visit.person => all = seen(),
                // The previous card is valid until the renewal.
                EventKind::CardRenewed { person } if person == visit.person && visit.card == CardPart::Previous => all = seen(),
                // A check may have begun with the old card.
                EventKind::CardRenewed { person } if person == visit.person && self.seen(visit, event.at.0).len() > 1 => {
                    all = seen();
                }
                _ => {}
            }
        }
        all
    }

    /// Whether the card is reported lost.
    fn suspended(&self, visit: &VisitPart, design: &Design) -> BTreeSet<bool> {
        let mut all = BTreeSet::new();
        for fault in self.faults.iter().filter(|f| f.does == FaultKind::CardLost { person: visit.person }) {
            let (lost, found) = (self.refusal_seen(visit, fault.at.0, design), self.seen(visit, fault.end().0));
            all.extend(lost.iter().flat_map(|lost| found.iter().map(move |found| *lost && !found)));
        }
        // Several losses: the card is lost if it is lost in any of them.
        if all.is_empty() || (all.contains(&true) && all.contains(&false) && !self.is_near_a_loss(visit, design)) {
            let lost = all.contains(&true);
            return [lost].into();
        }
        all
    }

    fn is_near_a_loss(&self, visit: &VisitPart, design: &Design) -> bool {
        let near = |f: &FaultPart| self.refusal_seen(visit, f.at.0, design).len() > 1 || self.seen(visit, f.end().0).len() > 1;
        let of = self.faults.iter().filter(|f| f.does == FaultKind::CardLost { person: visit.person });
        of.into_iter().any(near)
    }

    fn of_insurance(&self, visit: &VisitPart) -> BTreeSet<OutcomeCode> {
        if self.is_misregistered(visit.person) {
            return ANSWERS.into();
        }
        let ends = self.of_insurance_asked_about(visit);
        // What is not registered under the identifier on record is not found, whatever else is true.
        let differs = |code: OutcomeCode| {
            if code != OutcomeCode::SeveralInsurers && ANSWERS.contains(&code) { OutcomeCode::IdentifierNotFound } else { code }
        };
        match visit.record_differs {
            Some(_) if visit.asks_about.is_some() => ends.into_iter().map(differs).collect(),
            _ => ends,
        }
    }

    /// Whether the register says something else of a person than what is true. What the insurers have registered decides then,
    /// which rule ELIG-001 judges.
    pub(super) fn is_misregistered(&self, person: u64) -> bool {
        let batch = self.register_errors.iter().any(|e| e.whole_batch);
        batch || self.register_errors.iter().any(|e| e.person == person || e.what.other() == Some(person))
    }

    /// Whether the name of a person, and of the household, has a letter that some system cannot carry: then its records can be withheld for it.
    pub(crate) fn has_rare_letter(&self, person: u64) -> bool {
        let letters = |e: &RegisterErrorPart| e.what == RegisterError::Withheld { because: WithheldBecause::Letters };
        let head = self.insured_as(person);
        self.register_errors.iter().any(|e| letters(e) && self.insured_as(e.person) == head)
    }

    fn of_insurance_asked_about(&self, visit: &VisitPart) -> BTreeSet<OutcomeCode> {
        let (mut ends, changes) = self.by_registered(visit);
        for (event, after) in changes {
            let [first, last] = event.does.known_after().map(|by| event.at.0.saturating_add(by));
            match (self.seen(visit, first), self.seen(visit, last)) {
                ([false], _) => {}
                (_, [true]) => ends = [after].into(),
                // While one insurer has registered the change and the other has not, two insurers claim the person, or none does.
                _ => {
                    let between = [OutcomeCode::SeveralInsurers, OutcomeCode::FeedNotIn, OutcomeCode::NotInsured];
                    ends.extend([after].into_iter().chain(between));
                    ends.extend(visit.asks_about.map(|_| OutcomeCode::CoverageEnded));
                }
            }
        }
        ends
    }

    /// How a check ends before all changes of the person's insurance, and after each of them.
    fn by_registered(&self, visit: &VisitPart) -> (BTreeSet<OutcomeCode>, Vec<(&EventPart, OutcomeCode)>) {
        let changes = self.insurance_changes(self.insured_as(visit.person));
        let moves = changes.iter().filter(|e| e.does.moves_insurer()).count();
        // Which of the person's coverages the facility has on record, from 0.
        let on_record = visit.asks_about.map(|asks| moves.saturating_sub(usize::from(asks == AsksAbout::PreviousCoverage)));
        // One that begins with a change is not registered before it.
        let not_yet = on_record.is_some_and(|asked| asked > 0) && !changes.is_empty();
        let before = if not_yet { [OutcomeCode::IdentifierNotFound].into() } else { self.before_changes(visit) };
        let mut begun = 0;
        let after = |event: &'_ EventPart| {
            begun += usize::from(event.does.moves_insurer());
            registered(on_record, (begun, event.does.moves_insurer().then_some(begun)))
        };
        let outcomes: Vec<OutcomeCode> = changes.iter().copied().map(after).collect();
        (before, changes.into_iter().zip(outcomes).collect())
    }

    /// The events that change the insurance of a person, the earliest first.
    fn insurance_changes(&self, person: u64) -> Vec<&EventPart> {
        let mut all: Vec<&EventPart> =
            self.events.iter().filter(|e| e.does.changes_insurance() && e.does.person() == person).collect();
        all.sort_by_key(|e| e.at);
        all
    }

    /// By the insurance that the person has at the start of the run.
    fn before_changes(&self, visit: &VisitPart) -> BTreeSet<OutcomeCode> {
        let insurance = self.part(self.insured_as(visit.person)).insurance;
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
    fn while_data_are_late(&self, visit: &VisitPart, design: &Design) -> BTreeSet<OutcomeCode> {
        let answered = self.of_insurance(visit);
        if !self.data_may_be_late(visit) || self.undisturbed_in(visit, design).is_none_or(|ends| ends.is_disjoint(&answered)) {
            return BTreeSet::new();
        }
        // A change may not be known yet.
        let (mut ends, changes) = self.by_registered(visit);
        let begun = |event: &EventPart| around(visit.at.0, event.at.0).contains(&true);
        ends.extend(changes.into_iter().filter(|(event, _)| begun(event)).map(|(_, after)| after));
        if self.part(visit.person).insurance == InsurancePart::TwoInsurers {
            // Only one of the two may be known: the one asked about or the other.
            ends.extend([OutcomeCode::InForce]);
            ends.extend(visit.asks_about.map(|_| OutcomeCode::InsuredElsewhere));
        }
        ends
    }

    /// How many days after the start of the run a visit may be: two answers near midnight.
    pub(super) fn days_near(&self, at: Duration) -> BTreeSet<i64> {
        [at.saturating_sub(SETTLED), at.saturating_add(SETTLED)].map(|at| self.days_after_start(at)).into()
    }

    /// Whether `found` is what a visit must end in, in a design.
    pub fn meets(&self, visit: &VisitPart, found: OutcomeCode, design: &Design) -> bool {
        let undisturbed = || self.undisturbed_in(visit, design).is_some_and(|ends| ends.contains(&found));
        match visit.expect {
            Expect::Outcome(code) => self.ends_as_named(visit, (code, found), design),
            Expect::Counted => true,
            Expect::AsIfUndisturbed => undisturbed(),
            Expect::NeverWrong => {
                let late = || self.while_data_are_late(visit, design).contains(&found);
                let denied = || self.while_jpki_knows_nobody(visit, design) == Some(found);
                found.class() == OutcomeClass::Indeterminate || undisturbed() || late() || denied()
            }
        }
    }

    /// Whether a visit ends in the outcome that the file names. The file names it for a certificate that is presented, and a photo or
    /// the PIN. Where another design checks or presents something else, the outcome follows from the same facts: a borrowed card is
    /// found by its PIN, a revoked certificate does not matter to a number, and a paper card is copied whatever is wrong.
    fn ends_as_named(&self, visit: &VisitPart, (code, found): (OutcomeCode, OutcomeCode), design: &Design) -> bool {
        if design.presents_certificate() && design.identity == Identity::PhotoOrPin {
            return code == found;
        }
        match (self.undisturbed(visit), self.undisturbed_in(visit, design)) {
            (_, Some(there)) if !design.is_online() => there.contains(&found),
            (Some(here), Some(there)) if here.contains(&code) => there.contains(&found),
            (None, Some(there)) => there.contains(&found),
            _ => code == found,
        }
    }
}
