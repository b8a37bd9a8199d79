//! The visits of a scenario.

use super::cards::Cards;
use super::people::ScenarioPerson;
use super::plan::Setting;
use super::register::other_digit;
use crate::file::{AsksAbout, CardPart, DeviationPart, PersonCheckPart, RecordDiffers, VisitPart};
use jiff::civil::Date;
use mocks::roles::card::Pin;
use mocks::roles::facility::visits::PlannedVisit;
use mocks::roles::facility::{Deviation, PersonCheck, Visit, record_token};
use mocks::roles::number_authority::codes::InstitutionCodes;
use mocks::roles::reader::counter_faults::AtReader;
use sim::terms::check::CheckId;
use sim::terms::design::{Design, Presented};
use sim::terms::identifiers::{InsuredIdentifier, PresentedNumber};
use std::time::Duration;

/// All visits, by facility, in the order of the scenario. Each facility's checks are counted from `first`.
pub(super) fn visits(
    setting: &Setting<'_>,
    people: &[ScenarioPerson],
    (cards, codes): (&[Cards], &InstitutionCodes),
    first: usize,
) -> Vec<Vec<PlannedVisit>> {
    let mut by_facility: Vec<Vec<PlannedVisit>> = (0..setting.scenario.facilities).map(|_| Vec::new()).collect();
    for (index, part) in setting.scenario.visits.iter().enumerate() {
        let facility = part.facility as usize;
        let check = CheckId::new(facility, first + by_facility[facility].len());
        let mut visit = visit(part, check, setting, people, cards);
        visit.number = presented_number(&setting.design, &people[part.person as usize], codes);
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
        (_, Some(previous)) if !renewed => previous.clone(),
        _ => own.current.clone(),
    };
    let person_check = match part.person_check {
        PersonCheckPart::Photo => PersonCheck::Photo { same_person: true },
        PersonCheckPart::PhotoOfAnother => PersonCheck::Photo { same_person: false },
        PersonCheckPart::AnotherUnnoticed => PersonCheck::Photo { same_person: true },
        PersonCheckPart::Skipped => PersonCheck::Skipped,
        PersonCheckPart::Pin | PersonCheckPart::PinOfAnother => PersonCheck::Pin(pin_of(person)),
        PersonCheckPart::WrongPin => PersonCheck::Pin(wrong_pin_of(person)),
    };
    let deviation = part.deviation.map(|d| deviation(d, part, people, cards));
    Visit {
        check,
        card,
        // Who shows another's card does not know its PIN.
        pin: if part.person_check == PersonCheckPart::PhotoOfAnother { wrong_pin_of(person) } else { pin_of(person) },
        person_check,
        number: None,
        insurance_card: insurance_card(&setting.design, person, today),
        at_reader: match part.card {
            CardPart::Current | CardPart::Previous => AtReader::Stays,
            CardPart::TakenAway => AtReader::TakenAway,
            CardPart::Dead => AtReader::Dead,
            CardPart::AnotherKind => AtReader::OfAnotherKind,
            CardPart::ReaderStuck => AtReader::ReaderStuck,
        },
        on_record: part.asks_about.and_then(|a| on_record(a, part, people, today)),
        deviation,
        person: part.person,
        record: record_token(&setting.seed, part.person, part.facility),
    }
}

fn deviation(deviates: DeviationPart, part: &VisitPart, people: &[ScenarioPerson], cards: &[Cards]) -> Deviation {
    let copy = || cards[part.person as usize].current.borrow().content().authentication_certificate.clone();
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
        DeviationPart::CertificateCopied => Deviation::CertificateCopied { certificate: copy() },
        DeviationPart::RequestReplayed => Deviation::RequestReplayed { certificate: copy() },
    }
}

fn pin_of(person: &ScenarioPerson) -> Pin {
    Pin::typed(person.person.card.pin.reveal())
}

/// Any other four digits.
fn wrong_pin_of(person: &ScenarioPerson) -> Pin {
    Pin::typed(if person.person.card.pin.reveal() == "0000" { "0001" } else { "0000" })
}

/// The number that a person shows in a design.
fn presented_number(design: &Design, person: &ScenarioPerson, codes: &InstitutionCodes) -> Option<PresentedNumber> {
    match design.presented {
        Presented::VisibleNumber => codes.medical_number(&person.person).map(PresentedNumber::Medical),
        Presented::MyNumber => Some(PresentedNumber::MyNumber(person.person.my_number.clone())),
        Presented::Certificate | Presented::SignedChallenge | Presented::PaperCard => None,
    }
}

/// What is printed on the paper card in a person's hand: the newest coverage whose card has arrived, in force or not. It is a fact of
/// the scenario's day, like what is on record.
pub(super) fn insurance_card(design: &Design, person: &ScenarioPerson, today: Date) -> Option<InsuredIdentifier> {
    let arrives = design.parameters.card_arrives?;
    let days = i64::try_from(arrives.0.as_secs() / 86_400).ok()?;
    let arrived = |from: Date| from.checked_add(jiff::Span::new().days(days)).is_ok_and(|day| day <= today);
    person.person.insurance.iter().rev().find(|p| arrived(p.from)).map(|p| p.insured.clone())
}

/// The coverage that the facility has on record, according to the scenario.
fn on_record(asks: AsksAbout, part: &VisitPart, people: &[ScenarioPerson], today: Date) -> Option<InsuredIdentifier> {
    let of = |person: u64| {
        let periods = &people.get(usize::try_from(person).ok()?)?.person.insurance;
        let period = match asks {
            // The last one may begin only tomorrow.
            AsksAbout::CurrentCoverage => periods.iter().rev().find(|p| p.from <= today),
            AsksAbout::PreviousCoverage => periods.len().checked_sub(2).and_then(|i| periods.get(i)),
        };
        period.map(|p| p.insured.clone())
    };
    let own = of(part.person)?;
    Some(match part.record_differs {
        None => own,
        Some(RecordDiffers::Branch) => {
            let branch = if own.branch == "00" { "01" } else { "00" };
            InsuredIdentifier { branch: branch.into(), ..own }
        }
        Some(RecordDiffers::Digit) => InsuredIdentifier { number: other_digit(&own.number), ..own },
        Some(RecordDiffers::Width) => InsuredIdentifier { number: own.number.chars().map(full_width).collect(), ..own },
        // Another form of 高, which JIS X 0208 does not have.
        Some(RecordDiffers::Letters) => InsuredIdentifier { symbol: format!("{}髙", own.symbol), ..own },
        Some(RecordDiffers::OfAnother) => of(part.person.saturating_add(1))?,
    })
}

fn full_width(digit: char) -> char {
    digit.to_digit(10).and_then(|d| char::from_u32(u32::from('０') + d)).unwrap_or(digit)
}
