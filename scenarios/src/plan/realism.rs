//! Draws the errors that the visits of workloads meet, at published rates.

use crate::file::realism::{Rates, RealError};
use crate::file::{
    AsksAbout, CardPart, CertificatePart, EventKind, EventPart, InsurancePart, PersonCheckPart, PersonPart, RecordDiffers,
    RegisterError, RegisterErrorPart, Scenario, Span, VisitPart, WithheldBecause,
};
use sim::seed::Stream;
use std::collections::BTreeSet;

/// The longest time for which a change of insurer is not registered, in days, where the rates say so.
const LATE_DAYS: u64 = 18;

/// Lets the drawn visits of `plan` meet errors. A name that is unknown was reported when the file was read.
pub(super) fn meet(plan: &mut Scenario, seed: u64) {
    let Some(rates) = plan.realism.take().and_then(|name| Rates::named(&name).ok()) else { return };
    let times = plan.realism_times.take().unwrap_or(1.0);
    let seed = plan.seed(seed);
    for rate in &rates.rates {
        let (chance, cause) = ((rate.rate * times).min(1.0), rate.error.cause());
        let mut draw = seed.stream(&format!("realism/{cause}"));
        match of_visit(rate.error) {
            Some(change) => {
                for visit in plan.visits.iter_mut().filter(|v| v.drawn && draw.chance(chance) && v.counts_as.is_none()) {
                    visit.counts_as = Some(cause.into());
                    change(visit);
                }
            }
            // What is wrong with a person, all visits of the person meet, or none.
            None => of_people(plan, rate.error, chance, &mut draw),
        }
    }
}

/// How an error changes the one visit that meets it; `None` if it is an error of the person's data or card.
fn of_visit(error: RealError) -> Option<fn(&mut VisitPart)> {
    Some(match error {
        RealError::ReaderStuck => |visit| visit.card = CardPart::ReaderStuck,
        RealError::BorrowedCard => |visit| visit.person_check = PersonCheckPart::AnotherUnnoticed,
        RealError::RecordWithASlip => |visit| record_differs(visit, RecordDiffers::Digit),
        RealError::RecordWithAnotherBranch => |visit| record_differs(visit, RecordDiffers::Branch),
        RealError::CertificateExpired
        | RealError::CoverageEnded
        | RealError::RegisteredLate
        | RealError::WrongLink
        | RealError::WrongCopayment
        | RealError::RecordWithheld => return None,
    })
}

fn record_differs(visit: &mut VisitPart, differs: RecordDiffers) {
    (visit.asks_about, visit.record_differs) = (Some(AsksAbout::CurrentCoverage), Some(differs));
}

/// Draws the people who meet an error, among those of whom nothing else is said, and counts their visits.
fn of_people(plan: &mut Scenario, error: RealError, chance: f64, draw: &mut Stream) {
    let mut named = named(plan);
    let end = Span(plan.last_moment());
    let met: Vec<u64> = (0..plan.people).filter(|p| draw.chance(chance) && !named.contains(p)).collect();
    for person in met {
        if !named.insert(person) {
            continue;
        }
        let plain = PersonPart::plain(person);
        // Whose visits meet the error.
        let mut met_by = vec![person];
        let registered = |what| RegisterErrorPart { person, what, from: Span::default(), corrected: None, whole_batch: false };
        match error {
            RealError::CertificateExpired => {
                plan.persons.push(PersonPart { certificate: CertificatePart::Expired, ..plain });
            }
            RealError::CoverageEnded => plan.persons.push(PersonPart { insurance: InsurancePart::Ended, ..plain }),
            RealError::RegisteredLate => {
                let does = EventKind::moves(person, u32::try_from(1 + draw.below(LATE_DAYS)).unwrap_or(1));
                plan.events.push(EventPart { at: end, does });
            }
            RealError::WrongLink => {
                let free: Vec<u64> = (0..plan.people).filter(|other| !named.contains(other)).collect();
                let at = usize::try_from(draw.below(free.len().max(1) as u64)).unwrap_or_default();
                let Some(other) = free.get(at).copied() else { continue };
                named.insert(other);
                // This person is shown the coverage of the first one, who is known to nobody.
                met_by.push(other);
                plan.register_errors.push(registered(RegisterError::UnderNumberOf { other }));
            }
            RealError::WrongCopayment => plan.register_errors.push(registered(RegisterError::Copayment { percent: 10 })),
            RealError::RecordWithheld => {
                let because = WithheldBecause::Letters;
                plan.register_errors.push(registered(RegisterError::Withheld { because }));
            }
            // These are errors of one visit.
            RealError::ReaderStuck
            | RealError::BorrowedCard
            | RealError::RecordWithASlip
            | RealError::RecordWithAnotherBranch => continue,
        }
        for visit in plan.visits.iter_mut().filter(|v| v.counts_as.is_none() && met_by.contains(&v.person)) {
            visit.counts_as = Some(error.cause().into());
        }
    }
}

/// The people of whom the plan says something by itself.
fn named(plan: &Scenario) -> BTreeSet<u64> {
    let visits = plan.visits.iter().filter(|v| !v.drawn).map(|v| v.person);
    let events = plan.events.iter().map(|e| e.does.person());
    let wrong = plan.register_errors.iter().flat_map(|e| [Some(e.person), e.what.other()]).flatten();
    let heads = plan.persons.iter().filter_map(|p| p.dependent_of);
    plan.persons.iter().map(|p| p.index).chain(visits).chain(events).chain(wrong).chain(heads).collect()
}
