//! Draws the attacks that are played as visits.

use crate::file::{
    CardPart, DeviationPart, Expect, FaultKind, FaultPart, Origin, PersonCheckPart, RiskKind, RiskPart, Scenario, Share, Span,
    VisitPart,
};
use sim::seed::Stream;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// No card is used twice within this time.
const REST: Duration = Duration::from_secs(60);
/// How long before the first attempt a stolen card was reported.
const REPORTED_BEFORE: Duration = Duration::from_secs(1);

/// Replaces each attack of `plan` that is played as visits by these visits.
pub(super) fn list(plan: &mut Scenario, seed: u64) {
    let seed = plan.seed(seed);
    let all = std::mem::take(&mut plan.risks);
    for (i, risk) in all.iter().enumerate().filter(|(_, risk)| risk.does.attempts().is_some()) {
        let mut draw = seed.stream(&format!("risk/{i}"));
        let mut visits = attempts(plan, risk, &mut draw);
        visits.iter_mut().for_each(|v| v.origin = plan.origins.of("risk", i));
        plan.visits.extend(visits);
    }
    plan.risks = all.into_iter().filter(|risk| risk.does.attempts().is_none()).collect();
}

fn attempts(plan: &mut Scenario, risk: &RiskPart, draw: &mut Stream) -> Vec<VisitPart> {
    let mut used: BTreeMap<u64, Vec<Duration>> = BTreeMap::new();
    plan.visits.iter().for_each(|v| used.entry(v.person).or_default().push(v.at.0));
    let mut lost: BTreeSet<u64> = BTreeSet::new();
    let length = risk.until.0.saturating_sub(risk.from.0);
    let mut visits = Vec::new();
    for _ in 0..risk.does.attempts().unwrap_or_default() {
        let at = risk.from.0.saturating_add(length.mul_f64(draw.unit()));
        let (first, facility) = (draw.below(plan.people), draw.below(plan.facilities));
        let rested = |p: &u64| used.get(p).is_none_or(|all| all.iter().all(|o| o.abs_diff(at) >= REST));
        // If everybody's card has just been used, the attempt is given up.
        let Some(person) = (0..plan.people).map(|i| (first + i) % plan.people).find(rested) else { continue };
        used.entry(person).or_default().push(at);
        let (person_check, deviation, reported) = how(&risk.does, draw);
        if reported && lost.insert(person) {
            let before = at.saturating_sub(REPORTED_BEFORE);
            let lasts = risk.until.0.saturating_sub(before).saturating_add(REST);
            let does = FaultKind::CardLost { person };
            plan.faults.push(FaultPart { at: Span(before), lasts: Span(lasts), site: None, does });
        }
        visits.push(VisitPart {
            at: Span(at),
            person,
            facility,
            person_check,
            card: CardPart::Current,
            asks_about: None,
            record_differs: None,
            deviation,
            expect: Expect::Counted,
            counts_as: Some(risk.does.name()),
            drawn: true,
            origin: Origin::default(),
        });
    }
    visits
}

/// How one attempt is made, and whether the loss of the card has been reported.
fn how(does: &RiskKind, draw: &mut Stream) -> (PersonCheckPart, Option<DeviationPart>, bool) {
    let mut is = |share: &Share| draw.chance(share.0);
    match does {
        RiskKind::BorrowedCard { unnoticed, .. } => match is(unnoticed) {
            true => (PersonCheckPart::AnotherUnnoticed, None, false),
            false => (PersonCheckPart::PhotoOfAnother, None, false),
        },
        RiskKind::StolenCard { pin_known, reported, .. } => {
            let check = if is(pin_known) { PersonCheckPart::PinOfAnother } else { PersonCheckPart::WrongPin };
            (check, None, is(reported))
        }
        RiskKind::CopiedCertificate { .. } => (PersonCheckPart::Skipped, Some(DeviationPart::CertificateCopied), false),
        _ => (PersonCheckPart::Skipped, Some(DeviationPart::RequestReplayed), false),
    }
}
