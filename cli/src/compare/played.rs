//! What is read of a run when it has been played: its recording is not kept.

use ::compare::measure::{Depth, Measured, Recording, VisitTruth};
use scenarios::file::{CardPart, CertificatePart, EventKind, InsurancePart, PersonCheckPart, Scenario, VisitPart};
use scenarios::run::{Played, RunError};

/// What a run shows, or why it did not end.
fn measure_of(played: &Played) -> Measured {
    let visits: Vec<VisitTruth> = played.plan.visits.iter().map(|visit| truth(&played.plan, visit)).collect();
    let is_everyday = played.plan.faults.is_empty() && visits.iter().all(|v| v.cause.is_none());
    let depth = if is_everyday { Depth::Everything } else { Depth::Judged };
    let recording = Recording { entries: &played.entries, ground: &played.ground, visits: &visits };
    let busy_s = played.stations.iter().map(|s| (s.name.clone(), s.service_ns as f64 / 1e9)).collect();
    Measured { busy_s, ..::compare::measure::measure(&recording, depth) }
}

pub fn measure(played: Result<Played, RunError>) -> Result<Measured, String> {
    let played = played.map_err(|e| e.to_string())?;
    match &played.ended_early {
        Some(why) => Err(why.clone()),
        None => Ok(measure_of(&played)),
    }
}

/// What the plan says of a visit, under the keywords of scenario files.
fn truth(plan: &Scenario, visit: &VisitPart) -> VisitTruth {
    let person = plan.part(visit.person);
    let event = plan.events.iter().find(|e| e.does.person() == visit.person && e.at > visit.at);
    let late = event.map(|e| &e.does).filter(|e| matches!(e, EventKind::MovesInsurer { .. } | EventKind::LeavesInsurer { .. }));
    let cause = match visit {
        v if is_of_another(v.person_check) || v.person_check == PersonCheckPart::WrongPin => Some(v.person_check.name()),
        v if v.card == CardPart::Previous => Some("previous"),
        v if v.deviation.is_some() => v.deviation.map(|d| d.name()),
        v if v.counts_as.is_some() => v.counts_as.as_deref(),
        _ if !matches!(person.certificate, CertificatePart::Good | CertificatePart::Renewed) => Some(person.certificate.name()),
        _ if person.insurance != InsurancePart::InForce => Some(person.insurance.name()),
        _ if !person.opted_in => Some("not-opted-in"),
        _ if person.pin_tries_left == 0 => Some("locked-pin"),
        _ => late.map(EventKind::name),
    };
    // What a register has wrong meets both people whom it concerns.
    let wrong = || plan.register_errors.iter().any(|e| e.person == visit.person || e.what.other() == Some(visit.person));
    let cause = cause.or_else(|| wrong().then_some("register-error"));
    VisitTruth { cause: cause.map(str::to_string), own_card: !is_of_another(visit.person_check) }
}

/// Whether the card is somebody else's: noticed or not, with its PIN or without.
fn is_of_another(check: PersonCheckPart) -> bool {
    match check {
        PersonCheckPart::PhotoOfAnother | PersonCheckPart::AnotherUnnoticed | PersonCheckPart::PinOfAnother => true,
        PersonCheckPart::Photo | PersonCheckPart::Pin | PersonCheckPart::WrongPin | PersonCheckPart::Skipped => false,
    }
}
