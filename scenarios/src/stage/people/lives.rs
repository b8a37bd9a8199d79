//! The lives of a scenario's people: date of birth, household and insurance. Who is as the scenario needs them stays as drawn; for the
//! others, everything that depends on what the scenario says is drawn again to fit.

use crate::file::{CertificatePart, EventKind, EventPart, InsurancePart, InsuredWith, PersonPart, Scenario};
use crate::start::Start;
use jiff::civil::Date;
use jiff::{SignedDuration, Span, Timestamp};
use sim::people::{InsurerKind, Population, PopulationError, Stay, card_end, days_of_change};
use sim::terms::calendar::{day_of_age, jst_day, plus_years};
use sim::terms::coverage::{EndReason, Relationship};
use sim::terms::people::Person;
use std::collections::BTreeMap;
use std::time::Duration;

/// How many dates of birth are tried. One in a hundred fits the rarest demand.
const TRIES: usize = 20_000;
/// A change of insurance in the last days before the run would interfere with the scenario.
const SETTLED_DAYS: i64 = 20;
/// The youngest person of a scenario, in days: a card and an insurance take a while.
const YOUNGEST_DAYS: i64 = 60;

/// A change of insurance that insurers learn of during the run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Change {
    /// When the new insurer learns of it, or the only one.
    pub at: Duration,
    /// When the old insurer learns of a move.
    pub old_at: Duration,
    /// How long after that the broker gets the feeds of the new insurer and of the old one.
    pub feeds_after: [Duration; 2],
    /// The last day with the insurer so far.
    pub last_day: Date,
    /// Whether another insurer insures the person afterwards.
    pub moves: bool,
}

/// The changes with which a period of insurance begins and ends, if insurers learn of them during the run.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bounds {
    pub begins: Option<Change>,
    pub ends: Option<Change>,
}

/// The periods that changes make, one after the other.
pub(super) fn bounds(changes: &[Change]) -> Vec<Bounds> {
    let mut all = vec![Bounds::default()];
    for change in changes {
        if let Some(last) = all.last_mut().filter(|last| last.ends.is_none()) {
            last.ends = Some(*change);
        }
        if change.moves {
            all.push(Bounds { begins: Some(*change), ends: None });
        }
    }
    all
}

/// A person with everything but the scenario's certificate.
pub(super) struct Life {
    pub person: Person,
    /// How the insurance changes during the run, in the order of the days of the changes.
    pub changes: Vec<Change>,
}

/// What a scenario demands of one person.
struct Demand<'a> {
    part: &'a PersonPart,
    changes: Vec<Change>,
    /// Whether another person of the scenario is this one's dependent.
    has_dependents: bool,
    start: Start,
}

/// Everybody's life, with what the scenario says of them.
pub(super) fn all(
    population: &Population,
    scenario: &Scenario,
    start: Start,
) -> Result<Vec<(PersonPart, Life)>, PopulationError> {
    let parts: Vec<PersonPart> = (0..population.size()).map(|i| scenario.part(i)).collect();
    let demand = |part: &'_ PersonPart| {
        let has_dependents = scenario.persons.iter().any(|p| p.dependent_of == Some(part.index));
        (changes_of(scenario, part.index, start.day), has_dependents)
    };
    let mut lives: Vec<Option<Life>> = Vec::with_capacity(parts.len());
    let mut changed = vec![false; parts.len()];
    for part in &parts {
        let (changes, has_dependents) = demand(part);
        let demand = Demand { part, changes, has_dependents, start };
        let plain = (part.dependent_of.is_none() && demand.is_plain()).then(|| population.person(part.index));
        let as_drawn = plain.filter(|person| demand.suits(person));
        changed[part.index as usize] = as_drawn.is_none();
        lives.push(as_drawn.map(|person| Life { person, changes: Vec::new() }));
    }
    // A dependent of somebody whose life is changed is the dependent of somebody outside the scenario.
    for part in &parts {
        let head = population.head_of(part.index).filter(|head| changed.get(*head as usize) == Some(&true));
        if let Some(life) = lives[part.index as usize].as_mut().filter(|_| head.is_some()) {
            life.person = population.alone(part.index, None);
        }
    }
    for part in parts.iter().filter(|p| p.dependent_of.is_none()) {
        let (changes, has_dependents) = demand(part);
        let demand = Demand { part, changes, has_dependents, start };
        let life = &mut lives[part.index as usize];
        if life.as_ref().is_none_or(|life| !demand.suits(&life.person)) {
            *life = Some(demand.life(population)?);
        }
    }
    let mut dependents: BTreeMap<u64, u8> = BTreeMap::new();
    for part in &parts {
        let Some(of) = part.dependent_of else { continue };
        let number = dependents.entry(of).or_default();
        *number = number.saturating_add(1);
        let head = lives.get(of as usize).and_then(Option::as_ref);
        let why = "there is no person in whose household it could be";
        let head = head.ok_or(PopulationError::NoSuchPerson { person: part.index, why })?;
        let life = in_household(population, part, (head, &scenario.part(of)), *number, start)?;
        lives[part.index as usize] = Some(life);
    }
    Ok(parts.into_iter().zip(lives.into_iter().flatten()).collect())
}

fn in_household(
    population: &Population,
    part: &PersonPart,
    (head, part_of_head): (&Life, &PersonPart),
    number: u8,
    start: Start,
) -> Result<Life, PopulationError> {
    let of_head = head.person.age_on(start.day);
    let fits = |birth: &Date| {
        let child = of_head.saturating_sub(sim::terms::calendar::age_on(*birth, start.day));
        steady(*birth, start) && *birth <= first_day_that_counts(&head.changes, start) && (18..=45).contains(&child)
    };
    let birth = match part.born {
        Some(born) => Some(born.0),
        None => population.births(part.index).take(TRIES).find(fits),
    };
    let why = "no child of that person could be in the household";
    let birth = birth.ok_or(PopulationError::NoSuchPerson { person: part.index, why })?;
    let mut person = population.dependent(part.index, birth, &head.person, number);
    if part_of_head.insurance.turns_75() {
        on_their_own(&mut person, population)?;
    }
    Ok(Life { person: outlast(person, population, start), changes: head.changes.clone() })
}

/// 被扶養者. When the person turns 75 in whose household they are insured, dependents are with the insurance of their municipality from that day on.
fn on_their_own(person: &mut Person, population: &Population) -> Result<(), PopulationError> {
    let with_head = person.insurance.pop().map(|period| period.from);
    let own = with_head.and_then(|from| {
        let stay = Stay { kind: Some(InsurerKind::Municipal), ..Stay::since(from) };
        population.next_stay_at_home(person, &stay).ok()
    });
    let why = "no municipality insures a dependent of that household";
    person.insurance.push(own.ok_or(PopulationError::NoSuchPerson { person: person.index, why })?);
    Ok(())
}

impl Demand<'_> {
    /// Whether the scenario says nothing of the person's life.
    fn is_plain(&self) -> bool {
        let PersonPart { born, insured_with, certificate, insurance, .. } = self.part;
        let said = born.is_some() || insured_with.is_some() || self.has_dependents || !self.changes.is_empty();
        !said && *insurance == InsurancePart::InForce && *certificate != CertificatePart::Expired
    }

    /// Whether a drawn person is in force and nothing changes by chance in the last days before the run or in it.
    fn suits(&self, person: &Person) -> bool {
        let settled = days_before(self.start.day, SETTLED_DAYS);
        self.is_plain()
            && steady(person.birth, self.start)
            && person.insurance.iter().all(|p| p.from < settled)
            && person.insurance.last().is_some_and(|p| p.until.is_none())
            && person.card.certificates.last().is_some_and(|c| jst_day(c.not_after) >= self.start.last_day)
    }

    /// A person of whom everything is true.
    fn life(&self, population: &Population) -> Result<Life, PopulationError> {
        let index = self.part.index;
        let person = self.possible_stays().iter().find_map(|stays| {
            self.births(population).map(|birth| self.on_birthday(birth)).filter(|birth| self.fits(*birth)).find_map(|birth| {
                let insurance = population.stays(index, birth, stays).ok()?;
                let person = Person { insurance, ..population.alone(index, Some(birth)) };
                self.accepts(&person, population).then_some(person)
            })
        });
        let why = "no date of birth fits all of it";
        let person = person.ok_or(PopulationError::NoSuchPerson { person: index, why })?;
        Ok(Life { person: outlast(person, population, self.start), changes: self.changes.clone() })
    }

    /// The dates of birth that are tried.
    fn births<'p>(&self, population: &'p Population) -> Box<dyn Iterator<Item = Date> + 'p> {
        match (self.turns_75(), self.part.born) {
            (_, Some(born)) => Box::new(std::iter::once(born.0)),
            // A person born on 29 February turns 75 on 1 March.
            (Some(day), None) => Box::new((-1..=1).map(move |by| plus_years(day, -75).saturating_add(Span::new().days(by)))),
            (None, None) => Box::new(population.births(self.part.index).take(TRIES)),
        }
    }

    /// The insurance that the scenario gives to the person, in the ways that are tried. Who has dependents is with insurers of
    /// employers; which kind is drawn does not depend on the date of birth.
    fn possible_stays(&self) -> Vec<Vec<Stay>> {
        let stays = self.stays();
        if !self.has_dependents {
            return vec![stays];
        }
        let of = |first: InsurerKind| {
            let later = if self.turns_75().is_some() { InsurerKind::LateElderly } else { InsurerKind::HealthInsuranceSociety };
            let kinds = std::iter::once(first).chain(std::iter::repeat(later));
            stays.iter().zip(kinds).map(|(stay, kind)| Stay { kind: stay.kind.or(Some(kind)), is_head: true, ..*stay }).collect()
        };
        vec![of(InsurerKind::KyokaiKenpo), of(InsurerKind::HealthInsuranceSociety)]
    }

    fn ended(&self) -> Option<Date> {
        (self.part.certificate == CertificatePart::Expired).then(|| jst_day(before(self.start.epoch, self.part.ended_before())))
    }

    /// The date of birth, moved to the birthday on which the scenario's certificate ended.
    fn on_birthday(&self, birth: Date) -> Date {
        let moved = |ended: Date| plus_years(ended, i64::from(birth.year()) - i64::from(ended.year()));
        self.ended().filter(|_| self.part.born.is_none()).map_or(birth, moved)
    }

    fn turns_75(&self) -> Option<Date> {
        match self.part.insurance {
            InsurancePart::Turns75Today => Some(self.start.day),
            InsurancePart::Turns75Tomorrow => Some(days_before(self.start.day, -1)),
            _ => None,
        }
    }

    fn fits(&self, birth: Date) -> bool {
        let turns = self.turns_75();
        let settled = days_before(self.start.day, SETTLED_DAYS);
        let turned = day_of_age(birth, 75);
        let not_lately = turned < settled || turned > self.start.day;
        let by_age = match turns {
            Some(day) => turned == day,
            None => not_lately && (self.part.born.is_some() || steady(birth, self.start)),
        };
        let born = first_day_that_counts(&self.changes, self.start);
        let age = sim::terms::calendar::age_on(birth, self.start.day);
        let head = !self.has_dependents || (30..=50).contains(&age) || turns.is_some() || self.part.born.is_some();
        by_age && birth <= born && head
    }

    fn accepts(&self, person: &Person, population: &Population) -> bool {
        let Some(first) = person.insurance.first() else { return false };
        let kind = population.insurers().get(first.insurer).map(|i| i.kind);
        let employer = matches!(kind, Some(InsurerKind::KyokaiKenpo | InsurerKind::HealthInsuranceSociety));
        let head = !self.has_dependents || employer && person.insurance.iter().all(|p| p.relationship == Relationship::Insured);
        head && self.ended().is_none_or(|ended| population.ended_certificate(person, ended).is_some())
    }

    /// The insurance that the scenario gives to the person.
    fn stays(&self) -> Vec<Stay> {
        let day = |back| days_before(self.start.day, back);
        let moved =
            |last: Date| vec![Stay::to(last, EndReason::InsuredElsewhere), Stay::since(last.saturating_add(Span::new().days(1)))];
        let mut stays = match self.part.insurance {
            _ if !self.changes.is_empty() => bounds(&self.changes).into_iter().map(stay_within).collect(),
            InsurancePart::InForce => vec![Stay::default()],
            InsurancePart::Ended => vec![Stay::to(day(10), EndReason::Other)],
            InsurancePart::MovedYesterday => moved(day(2)),
            InsurancePart::MovedToday | InsurancePart::Turns75Today => moved(day(1)),
            InsurancePart::Turns75Tomorrow => moved(day(0)),
            InsurancePart::Gap => vec![Stay::to(day(10), EndReason::Other), Stay::since(day(-1))],
            InsurancePart::TwoInsurers => vec![Stay::default(), Stay::since(day(15))],
        };
        let settled = days_before(self.start.day, SETTLED_DAYS);
        if let Some(first) = stays.first_mut() {
            first.kind = self.part.insured_with.map(InsuredWith::kind);
            first.settled_before = Some(first.until.map_or(settled, |(last, _)| last.min(settled)));
        }
        stays
    }
}

/// A period between two changes.
fn stay_within(Bounds { begins, ends }: Bounds) -> Stay {
    let reason = |moves| if moves { EndReason::InsuredElsewhere } else { EndReason::Other };
    let from = begins.map(|change| change.last_day.saturating_add(Span::new().days(1)));
    Stay { from, until: ends.map(|change| (change.last_day, reason(change.moves))), ..Stay::default() }
}

/// By when a person must have been born to have been insured before the first change.
fn first_day_that_counts(changes: &[Change], start: Start) -> Date {
    let changed = changes.iter().map(|c| c.last_day).min().unwrap_or(start.day).min(days_before(start.day, SETTLED_DAYS));
    days_before(changed, YOUNGEST_DAYS - SETTLED_DAYS)
}

/// The day so many days before `today`.
fn days_before(today: Date, back: i64) -> Date {
    today.saturating_sub(Span::new().days(back))
}

/// Whether no other insurer or copayment is due on a later day of the run: people are drawn for its first day, and the file alone
/// says what changes. In a run of one day nothing is.
fn steady(birth: Date, start: Start) -> bool {
    days_of_change(birth).iter().all(|day| !(start.day < *day && *day <= start.last_day))
}

/// A certificate that would end during the run has been renewed in its last month.
fn outlast(mut person: Person, population: &Population, start: Start) -> Person {
    if person.card.certificates.last().is_some_and(|c| jst_day(c.not_after) < start.last_day)
        && let Some(renewed) = population.renewal(&person, before(start.epoch, 30))
    {
        person.card.certificates.push(renewed);
        outlive(&mut person);
    }
    person
}

fn changes_of(scenario: &Scenario, person: u64, today: Date) -> Vec<Change> {
    let change = |e: &EventPart| {
        let (since, moves, learns, feeds_after) = match e.does {
            EventKind::MovesInsurer {
                person: p,
                since_days_ago,
                new_insurer_after,
                old_insurer_after,
                new_feed_after,
                old_feed_after,
            } if p == person => {
                (since_days_ago, true, [new_insurer_after.0, old_insurer_after.0], [new_feed_after.0, old_feed_after.0])
            }
            EventKind::LeavesInsurer { person: p, since_days_ago } if p == person => {
                (since_days_ago, false, [Duration::ZERO; 2], [Duration::ZERO; 2])
            }
            _ => return None,
        };
        // The new insurance begins on the day given; the old one ended the day before, or on the day itself.
        let last_day = days_before(today, i64::from(since) + i64::from(moves));
        let [at, old_at] = learns.map(|after| e.at.0.saturating_add(after));
        Some(Change { at, old_at, feeds_after, last_day, moves })
    };
    let mut changes: Vec<Change> = scenario.events.iter().filter_map(change).collect();
    changes.sort_by_key(|change| change.last_day);
    changes
}

/// The same time so many days earlier.
pub(crate) fn before(at: Timestamp, days: i64) -> Timestamp {
    at.saturating_sub(SignedDuration::from_hours(24 * days)).unwrap_or(at)
}

/// A card that would end before its certificate is a new one, issued with the certificate.
pub(super) fn outlive(person: &mut Person) {
    let Some(current) = person.card.certificates.last() else { return };
    let issued = jst_day(current.not_before);
    if person.card.expires < jst_day(current.not_after) {
        person.card.expires = card_end(person.birth, issued);
    }
}
