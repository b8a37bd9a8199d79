//! What a counter does when it learns nothing: it treats the person as insured, or asks later by what the person says.

use super::counted::{Counted, Incidents};
use super::identifiers::{Register, identifiers, newest, with_slips};
use crate::file::VisitPart;
use sim::ground::GroundPerson;
use sim::seed::Stream;
use sim::terms::outcome::{OutcomeClass, OutcomeCode};

/// The visits that ended as *not known*, with the person; attacks are counted on their own.
fn unanswered<'a>(run: &'a Counted<'_>) -> impl Iterator<Item = (&'a VisitPart, &'a GroundPerson)> {
    let visits = run.plan.visits.iter().zip(run.visits);
    let not_known = visits.filter(|(part, visit)| {
        part.deviation.is_none() && visit.outcome.map(OutcomeCode::class) == Some(OutcomeClass::Indeterminate)
    });
    not_known.filter_map(|(part, _)| Some((part, run.ground.people.get(usize::try_from(part.person).ok()?)?)))
}

/// 資格確認の緊急時の扱い: everybody of whom nothing is known is treated. Let through are those whom no insurer insures on the day.
pub(super) fn treated(run: &Counted<'_>, mut found: Incidents) -> Incidents {
    found.out_of = run.plan.visits.len() as u64;
    for (part, known) in unanswered(run) {
        let day = run.plan.day.0.saturating_add(jiff::Span::new().days(run.plan.days_after_start(part.at.0).clamp(0, 100)));
        found.met += 1;
        match known.person.insurance_on(day) {
            Some(_) => found.count("insured"),
            None => found.let_through += 1,
        }
    }
    found
}

/// The same people are asked about later, by the identifiers of their newest insurance as staff type them.
pub(super) fn asked_later(run: &Counted<'_>, mut found: Incidents, slip: f64, draw: &mut Stream) -> Incidents {
    let register = Register::of(run);
    found.out_of = run.plan.visits.len() as u64;
    for (_, known) in unanswered(run) {
        found.met += 1;
        let Some(period) = newest(known, run.plan.day.0) else {
            found.not_known += 1;
            continue;
        };
        let (typed, slipped) = with_slips(identifiers(known, period), slip, draw);
        match register.find(&typed) {
            Some(person) if person == known.person.index => found.count("found-in-force"),
            Some(_) => found.let_through += 1,
            None if slipped => found.not_known += 1,
            None => found.refused += 1,
        }
    }
    found
}
