//! Reading the broker's answer. Anything that is not exactly an answer to this check is nonsense, and nonsense is
//! *indeterminate*.

use super::visit::Visit;
use jiff::civil::Date;
use sim::terms::coverage::Validity;
use sim::terms::fhir::{EligibilityAnswer, Profile, outcome_from_json};
use sim::terms::outcome::OutcomeCode;

/// The broker's answer.
#[derive(Debug)]
pub(super) struct Answered {
    pub outcome: OutcomeCode,
    pub answer: Option<EligibilityAnswer>,
}

/// The answer in a response about `day`, or the outcome of a refusal or a meaningless response.
pub(super) fn read_answer(visit: &Visit, day: Date, status: u16, body: &[u8]) -> Result<Answered, OutcomeCode> {
    if status != 200 {
        return Err(match outcome_from_json(body) {
            // A refusal must have the status of its code; otherwise its meaning is not known.
            Ok(code) if code.on_the_wire().status == status => code,
            _ => OutcomeCode::BrokerNonsense,
        });
    }
    let nonsense = |why: &str| {
        tracing::warn!("the answer to {} is invalid: {why}", visit.check);
        OutcomeCode::BrokerNonsense
    };
    let answer = EligibilityAnswer::from_json(body).map_err(|e| nonsense(&e.to_string()))?;
    if answer.check != visit.check || answer.day != day {
        return Err(nonsense("it is for another check or day"));
    }
    let in_force = answer.coverages.iter().filter(|c| c.in_force).count();
    let fits = match answer.validity {
        Validity::InForce => in_force == 1,
        Validity::InsuredElsewhere => in_force == 1 && visit.on_record.is_some(),
        Validity::NotInsured => in_force == 0,
        Validity::Ended => in_force == 0 && visit.on_record.is_some(),
    };
    if !fits {
        return Err(nonsense("its coverages contradict it"));
    }
    let covers = |c: &sim::terms::fhir::CoverageAnswer| c.since <= day && c.until.is_none_or(|u| day <= u);
    if answer.coverages.iter().any(|c| c.in_force != covers(c)) {
        return Err(nonsense("a coverage's period contradicts it"));
    }
    Ok(Answered { outcome: answer.validity.outcome(), answer: Some(answer) })
}
