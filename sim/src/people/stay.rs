//! The insurance that a story gives to a person: one insurer after the other, each possible at the person's age on its days.

use super::copayment::may_work;
use super::insurance::{Applicant, Traits, first_day};
use super::insurers::InsurerKind;
use super::{Population, Who};
use crate::terms::calendar::{age_on, day_of_age};
use crate::terms::coverage::{EndReason, Relationship};
use crate::terms::people::{InsurancePeriod, Person};
use jiff::ToSpan;
use jiff::civil::Date;

/// How often a person is drawn again who must be insured and not a dependent. Three in four of working age are.
const DRAWS: usize = 64;

/// A stay with one insurer. What is not given is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stay {
    pub from: Option<Date>,
    /// The last day, with the reason.
    pub until: Option<(Date, EndReason)>,
    pub kind: Option<InsurerKind>,
    /// A day before which a first day that is drawn must lie.
    pub settled_before: Option<Date>,
    /// Whether the person is insured and not a dependent, since others depend on them.
    pub is_head: bool,
}

impl Stay {
    /// From a day on.
    pub fn since(from: Date) -> Stay {
        Stay { from: Some(from), ..Stay::default() }
    }

    /// To a day, from one that is drawn.
    pub fn to(until: Date, reason: EndReason) -> Stay {
        Stay { until: Some((until, reason)), ..Stay::default() }
    }
}

/// Why a person cannot have the insurance of a story.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoSuchStay {
    #[error("the person turns 75 in the middle of it, and is with 後期高齢者医療 from that day on")]
    Turns75,
    #[error("everybody of 75 and older is with the 後期高齢者医療 of their prefecture, and nobody younger is")]
    Age,
    #[error("a change is to another insurer")]
    SameInsurer,
    #[error("it begins before the person is born, or ends before it begins")]
    Days,
    #[error("the address is in no municipality of the population")]
    Address,
}

impl Population {
    /// The periods of a person who is insured like this, the oldest first: `stays` follow each other, each with another insurer
    /// than the one before. The first keeps the insurer, the numbers and the first day that were drawn for the person, as far as they are possible.
    ///
    /// # Errors
    /// If nobody of this age can be insured like that.
    pub fn stays(&self, index: u64, birth: Date, stays: &[Stay]) -> Result<Vec<InsurancePeriod>, NoSuchStay> {
        let who = self.who(index, Some(birth));
        let drawn = self.history(&who);
        let mut periods: Vec<InsurancePeriod> = Vec::with_capacity(stays.len());
        for (n, stay) in stays.iter().enumerate() {
            let period = self.stay(&who, n, stay, periods.last(), drawn.last())?;
            periods.push(period);
        }
        Ok(periods)
    }

    /// The next period of a person who lives in the household of another, with an insurer of their address.
    ///
    /// # Errors
    /// If nobody of this age can be insured like that.
    pub fn next_stay_at_home(&self, person: &Person, stay: &Stay) -> Result<InsurancePeriod, NoSuchStay> {
        let home = self.municipalities().iter().position(|m| m.code == person.address.municipality_code);
        let who = Who { home: home.ok_or(NoSuchStay::Address)?, ..self.who(person.index, Some(person.birth)) };
        self.stay(&who, person.insurance.len(), stay, person.insurance.last(), None)
    }

    fn stay(
        &self,
        who: &Who,
        n: usize,
        stay: &Stay,
        before: Option<&InsurancePeriod>,
        drawn: Option<&InsurancePeriod>,
    ) -> Result<InsurancePeriod, NoSuchStay> {
        let mut draw = self.seed.stream(&format!("people/{}/stay/{n}", who.index));
        let turned_75 = day_of_age(who.birth, 75);
        let last = stay.until.map(|(last, _)| last);
        let begun = last.unwrap_or(self.day());
        let drawn = drawn.filter(|_| n == 0);
        let settled = stay.settled_before.unwrap_or(begun);
        let from = match (stay.from, drawn.map(|p| p.from).filter(|from| *from < settled)) {
            (Some(from), _) | (None, Some(from)) => from,
            (None, None) if turned_75 <= begun => turned_75,
            (None, None) => first_day(&mut draw, who.birth, settled),
        };
        if from < who.birth || last.is_some_and(|last| last < from) {
            return Err(NoSuchStay::Days);
        }
        let late = turned_75 <= from;
        if !late && turned_75 <= begun.max(from) {
            return Err(NoSuchStay::Turns75);
        }
        if stay.kind.is_some_and(|kind| (kind == InsurerKind::LateElderly) != late) {
            return Err(NoSuchStay::Age);
        }
        let kept = drawn.filter(|p| {
            let kind = self.insurers()[p.insurer].kind;
            (kind == InsurerKind::LateElderly) == late && stay.kind.is_none_or(|wanted| wanted == kind)
        });
        let insurer = match kept {
            Some(period) => period.insurer,
            None if late => self.insurers.late_elderly(who.home),
            None => {
                let than = before.map(|p| p.insurer);
                self.insurers.of_kind(&mut draw, stay.kind, than, age_on(who.birth, begun.max(from)), who.home)
            }
        };
        if before.is_some_and(|p| p.insurer == insurer) {
            return Err(NoSuchStay::SameInsurer);
        }
        let decides = begun.max(from);
        let applicant = Applicant { birth: who.birth, home: who.home, slot: who.slot };
        let income = self.traits(who).income;
        let period = |draw: &mut _| self.insurers.period(draw, insurer, &applicant, from, decides, income);
        let fits = |period: &InsurancePeriod| !stay.is_head || period.relationship == Relationship::Insured;
        let again = |again| period(&mut self.seed.stream(&format!("people/{}/stay/{n}/{again}", who.index)));
        let mut period = first_that_fits(period(&mut draw), (0..DRAWS).map(again), fits);
        let kept = kept.filter(|p| fits(p));
        if let Some(kept) = kept.filter(|p| p.relationship == Relationship::Dependent || may_work(who.birth, from)) {
            (period.insured, period.relationship) = (kept.insured.clone(), kept.relationship);
        }
        (period.until, period.end_reason) = (last, stay.until.map(|(_, reason)| reason));
        Ok(period)
    }

    pub(super) fn traits(&self, who: &Who) -> Traits {
        Traits::draw(&mut self.seed.stream(&format!("people/{}/insurance", who.index)))
    }

    /// Dates of birth for a person of whom a story demands something: the drawn one, then others with the national shares of ages.
    pub fn births(&self, index: u64) -> impl Iterator<Item = Date> {
        let mut draw = self.seed.stream(&format!("people/{index}/births"));
        let day = self.day();
        std::iter::once(self.who(index, None).birth).chain(std::iter::repeat_with(move || super::birth(&mut draw, day)))
    }
}

/// The day before.
pub fn day_before(day: Date) -> Date {
    day.saturating_sub(1.day())
}

/// What was drawn if it fits, or else the first of the others that does; if none does, the last.
fn first_that_fits<T>(drawn: T, others: impl Iterator<Item = T>, fits: impl Fn(&T) -> bool) -> T {
    let mut drawn = drawn;
    for other in others {
        if fits(&drawn) {
            break;
        }
        drawn = other;
    }
    drawn
}
