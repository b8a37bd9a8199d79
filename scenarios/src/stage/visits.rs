//! The visits of a scenario.

use super::cards::Cards;
use super::people::ScenarioPerson;
use super::plan::Setting;
use crate::file::{AsksAbout, CardPart, DeviationPart, PersonCheckPart, VisitPart};
use jiff::civil::Date;
use mocks::roles::card::Pin;
use mocks::roles::facility::visits::PlannedVisit;
use mocks::roles::facility::{Deviation, PersonCheck, Visit, record_token};
use sim::terms::check::CheckId;
use sim::terms::identifiers::InsuredIdentifier;
use std::time::Duration;

/// All visits, by facility, in the order of the scenario.
pub(super) fn visits(setting: &Setting<'_>, people: &[ScenarioPerson], cards: &[Cards]) -> Vec<Vec<PlannedVisit>> {
    let mut by_facility: Vec<Vec<PlannedVisit>> = (0..setting.scenario.facilities).map(|_| Vec::new()).collect();
    for (index, part) in setting.scenario.visits.iter().enumerate() {
        let facility = part.facility as usize;
        let check = CheckId::new(facility, by_facility[facility].len());
        let visit = visit(part, check, setting, people, cards);
        by_facility[facility].push(PlannedVisit { at: part.at.0, index, person: part.person, visit });
    }
    by_facility
}

fn visit(part: &VisitPart, check: CheckId, setting: &Setting<'_>, people: &[ScenarioPerson], cards: &[Cards]) -> Visit {
    // What is on record dates from the scenario's day, also after midnight.
    let today = setting.start.day;
    let (person, own) = (&people[part.person as usize], &cards[part.person as usize]);
    // A person whose card is renewed during the run has the old one until then.
    let renewed = person.renews_at.is_none_or(|at| at <= part.at.0);
    let card = match (part.card, &own.previous) {
        (CardPart::Previous, Some(previous)) => previous.clone(),
        (CardPart::Current, Some(previous)) if !renewed => previous.clone(),
        _ => own.current.clone(),
    };
    let person_check = match part.person_check {
        PersonCheckPart::Photo => PersonCheck::Photo { same_person: true },
        PersonCheckPart::PhotoOfAnother => PersonCheck::Photo { same_person: false },
        PersonCheckPart::Pin => PersonCheck::Pin(pin_of(person)),
        PersonCheckPart::WrongPin => {
            // Any other four digits.
            let wrong = if person.person.card.pin.reveal() == "0000" { "0001" } else { "0000" };
            PersonCheck::Pin(Pin::typed(wrong))
        }
    };
    let deviation = part.deviation.map(|d| deviation(d, part, people, cards));
    Visit {
        check,
        card,
        person_check,
        on_record: part.asks_about.and_then(|a| on_record(a, person, today)),
        deviation,
        person: part.person,
        record: record_token(&setting.seed, part.person, part.facility),
    }
}

fn deviation(deviates: DeviationPart, part: &VisitPart, people: &[ScenarioPerson], cards: &[Cards]) -> Deviation {
    match deviates {
        DeviationPart::RequestMalformed => Deviation::RequestMalformed,
        DeviationPart::RequestTooLarge => Deviation::RequestTooLarge,
        DeviationPart::RequestUnknownField => Deviation::RequestUnknownField,
        DeviationPart::SignatureMissing => Deviation::SignatureMissing,
        DeviationPart::SignatureWrong => Deviation::SignatureWrong,
        DeviationPart::SignatureByAnotherCard => {
            let other = part.person as usize + 1;
            Deviation::SignatureByAnotherCard { card: cards[other].current.clone(), pin: pin_of(&people[other]) }
        }
        DeviationPart::ChallengeReused => Deviation::ChallengeReused,
        DeviationPart::ChallengeStale => Deviation::ChallengeStale { by: Duration::from_secs(61) },
        DeviationPart::ChallengeInvented => Deviation::ChallengeInvented,
    }
}

fn pin_of(person: &ScenarioPerson) -> Pin {
    Pin::typed(person.person.card.pin.reveal())
}

/// The coverage that the facility has on record, according to the scenario.
fn on_record(asks: AsksAbout, person: &ScenarioPerson, today: Date) -> Option<InsuredIdentifier> {
    let periods = &person.person.insurance;
    let period = match asks {
        // The last one may begin only tomorrow.
        AsksAbout::CurrentCoverage => periods.iter().rev().find(|p| p.from <= today),
        AsksAbout::PreviousCoverage => periods.len().checked_sub(2).and_then(|i| periods.get(i)),
    };
    period.map(|p| p.insured.clone())
}
