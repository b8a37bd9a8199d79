//! Checks of what a scenario says of single people: nobody can be what no person can be.

use super::{Checks, KeyPath, part};
use crate::file::{CertificatePart, EventKind, EventPart, InsurancePart, InsuredWith, PersonPart};
use jiff::civil::Date;
use jiff::{Span, ToSpan};
use sim::people::days_of_change;
use sim::terms::calendar::{age_on, day_of_age, plus_years};

/// The oldest person.
const MAX_AGE: u32 = 110;
/// The youngest person, in days: a card and an insurance take a while.
const MIN_DAYS: i64 = 60;
/// In the last days before a run nothing changes but what the scenario says.
const SETTLED_DAYS: i64 = 20;
/// The youngest person with dependents, in years: somebody who has been insured at work for some time.
const HEAD_AGE: u32 = 25;
/// The most dependents of one person: branch numbers 01 to 99.
const MAX_DEPENDENTS: usize = 99;
/// How long ago a certificate can have ended, in days: one that ended before the card has no place on it.
const MAX_ENDED: u32 = 1_000;

impl Checks<'_> {
    pub(super) fn persons(&mut self) {
        let s = self.scenario;
        for (i, p) in s.persons.iter().enumerate() {
            let index = part("person", i, &["index"]);
            self.person(index.clone(), p.index);
            let tries = part("person", i, &["pin-tries-left"]);
            self.demand(p.pin_tries_left <= 3, tries, || format!("`pin-tries-left` must be 0 to 3, not {}", p.pin_tries_left));
            let days = part("person", i, &["ended-days-ago"]);
            self.demand(p.ended_days_ago.is_none_or(|n| (0..=MAX_ENDED).contains(&n)), days.clone(), || {
                format!("`ended-days-ago` must be 0 to {MAX_ENDED}: with 0 it ends today, at midnight")
            });
            let ended = p.ended_days_ago.is_none() || p.certificate == CertificatePart::Expired;
            self.demand(ended, days, || "`ended-days-ago` needs `certificate = \"expired\"`".into());
            let twice = s.persons[..i].iter().any(|o| o.index == p.index);
            self.demand(!twice, index, || format!("there is another [[person]] of index {}", p.index));
            self.born(i, p);
            self.insured_with(i, p);
            self.dependent(i, p);
            self.turns_75(i, p);
        }
    }

    /// The events that change a person's insurance.
    fn changes(&self, person: u64) -> impl Iterator<Item = &EventPart> {
        self.scenario.events.iter().filter(move |e| e.does.changes_insurance() && e.does.person() == person)
    }

    /// Several changes of one person's insurance: who learns of one later learns of a later one, and nobody leaves twice.
    pub(super) fn changes_in_their_order(&mut self, i: usize, e: &EventPart) {
        let place = part("event", i, &["does"]);
        let before =
            self.scenario.events.iter().take(i).filter(|o| o.does.changes_insurance() && o.does.person() == e.does.person());
        let Some(last) = before.max_by_key(|o| o.at) else { return };
        let since = |k: &EventKind| match k {
            EventKind::MovesInsurer { since_days_ago, .. } | EventKind::LeavesInsurer { since_days_ago, .. } => *since_days_ago,
            _ => 0,
        };
        let [_, fed] = last.does.known_after();
        let known = last.at.0.saturating_add(fed);
        let later = known < e.at.0 && since(&last.does) > since(&e.does);
        self.demand(later, place.clone(), || {
            format!(
                "an event before this one changes the insurance of person {} too: write this one after it, with an `at` after all insurers have \
                 registered and fed that one ({}), and a `since-days-ago` below {}",
                e.does.person(),
                crate::file::Span(known),
                since(&last.does)
            )
        });
        let insured = last.does.moves_insurer() || e.does.moves_insurer();
        self.demand(insured, place.clone(), || {
            "the person has left the insurer already: between two ends there is a move".into()
        });
        let feeds = |k: &EventKind| match k {
            EventKind::MovesInsurer { new_feed_after, old_feed_after, .. } => new_feed_after.0.max(old_feed_after.0),
            _ => std::time::Duration::ZERO,
        };
        let at_once = feeds(&last.does).is_zero() && feeds(&e.does).is_zero();
        self.demand(at_once, place, || {
            "the insurance of this person changes twice: `new-feed-after` and `old-feed-after` are possible for one change only"
                .into()
        });
    }

    /// Whether the scenario gives the person another insurer, for a reason other than age.
    fn moves(&self, p: &PersonPart) -> bool {
        let by_file = matches!(
            p.insurance,
            InsurancePart::MovedYesterday | InsurancePart::MovedToday | InsurancePart::Gap | InsurancePart::TwoInsurers
        );
        by_file || self.changes(p.index).any(|e| matches!(e.does, EventKind::MovesInsurer { .. }))
    }

    fn born(&mut self, i: usize, p: &PersonPart) {
        let Some(born) = p.born.map(|b| b.0) else { return };
        let (day, place) = (self.scenario.day.0, part("person", i, &["born"]));
        let old_enough = born <= day.saturating_sub(MIN_DAYS.days()) && age_on(born, day) <= MAX_AGE;
        self.demand(old_enough, place.clone(), || {
            format!(
                "a person is {MIN_DAYS} days to {MAX_AGE} years old on the day on which the run starts, {day}: a younger child has no card yet, and \
                 nobody is asked about who has none"
            )
        });
        let turns_75 = day_of_age(born, 75);
        let moves = self.moves(p) && turns_75 <= day.saturating_add(1.day());
        self.demand(!moves, place.clone(), || {
            "everybody of 75 and older is with the 後期高齢者医療 of their prefecture: no move to another insurer is possible"
                .into()
        });
        let wanted = match p.insurance {
            InsurancePart::Turns75Today => Some(day),
            InsurancePart::Turns75Tomorrow => Some(day.saturating_add(1.day())),
            _ => None,
        };
        self.demand(wanted.is_none_or(|day| turns_75 == day), place.clone(), || {
            format!("the person turns 75 on {turns_75}, which is not the day of `insurance = \"{}\"`", p.insurance.name())
        });
        let ended = day.saturating_sub(p.ended_before().days());
        // A birthday on 29 February is on 28 February in other years.
        let years = i64::from(ended.year()) - i64::from(born.year());
        let on_birthday = plus_years(born, years) == ended && years >= 6;
        self.demand(p.certificate != CertificatePart::Expired || on_birthday, place.clone(), || {
            format!(
                "a certificate ends on the fifth birthday after its issue, and this one ended on {ended}: the birthday must be \
                 {}, at the age of 6 or more",
                ended.strftime("%m-%d")
            )
        });
        self.lately_75(p, turns_75, place.clone());
        self.changes_in_the_run(p, born, place.clone());
        let first = self.born_by(p.index);
        let has_dependents = self.scenario.persons.iter().any(|o| o.dependent_of == Some(p.index));
        self.demand(born <= first, place.clone(), || {
            format!("the person must be born by {first}, some weeks before the last day with the first insurer")
        });
        let head = (HEAD_AGE..75).contains(&age_on(born, day)) || p.insurance.turns_75();
        self.demand(!has_dependents || head, place, || {
            format!("a person with dependents has been insured by an employer for some time: {HEAD_AGE} to 74 years old on {day}")
        });
    }

    /// The days before the run are those of the scenario's own changes: a change of insurer by age is said, or longer ago.
    fn lately_75(&mut self, p: &PersonPart, turned: Date, place: KeyPath) {
        let day = self.scenario.day.0;
        let lately = day.saturating_sub(SETTLED_DAYS.days()) <= turned && turned <= day;
        self.demand(!lately || p.insurance == InsurancePart::Turns75Today, place, || {
            format!(
                "the person turned 75 on {turned}, in the {SETTLED_DAYS} days before the run: take that day as the scenario's `day` and write \
                 `insurance = \"turns-75-today\"`"
            )
        });
    }

    /// Nobody's insurer or copayment changes by age in a run, unless the file says so: what is true would not be what is registered.
    fn changes_in_the_run(&mut self, p: &PersonPart, born: Date, place: KeyPath) {
        let (day, last) = (self.scenario.day.0, self.last_day);
        let tomorrow = (p.insurance == InsurancePart::Turns75Tomorrow).then(|| day_of_age(born, 75));
        let due = days_of_change(born).into_iter().find(|due| day < *due && *due <= last && Some(*due) != tomorrow);
        self.demand(due.is_none(), place, || {
            let due = due.unwrap_or(last);
            format!(
                "another insurer or copayment is due on {due}, by age, and the run lasts until {last}: choose another `day`, or for the 75th \
                 birthday write `insurance = \"turns-75-tomorrow\"`"
            )
        });
    }

    /// How many days before the run the first insurance ends of a person whose insurance an event changes; none for the others.
    fn first_ended(&self, person: u64) -> i64 {
        let last = self.changes(person).map(|e| match e.does {
            EventKind::MovesInsurer { since_days_ago, .. } => i64::from(since_days_ago).saturating_add(1),
            EventKind::LeavesInsurer { since_days_ago, .. } => i64::from(since_days_ago),
            _ => 0,
        });
        last.max().unwrap_or_default().min(i64::from(u16::MAX))
    }

    /// By when a person, or a dependent of the person, must have been born to have had the first insurance of the scenario.
    fn born_by(&self, person: u64) -> Date {
        let back = self.first_ended(person).max(SETTLED_DAYS);
        self.scenario.day.0.saturating_sub((back + MIN_DAYS - SETTLED_DAYS).days())
    }

    fn insured_with(&mut self, i: usize, p: &PersonPart) {
        let Some(with) = p.insured_with else { return };
        let (day, place) = (self.scenario.day.0, part("person", i, &["insured-with"]));
        let late = with == InsuredWith::LateElderly;
        let turns = matches!(p.insurance, InsurancePart::Turns75Today | InsurancePart::Turns75Tomorrow);
        self.demand(!(late && (turns || self.moves(p))), place.clone(), || {
            "`late-elderly` insures everybody from 75 to the end of life: nobody moves from it to another insurer".into()
        });
        let then = day.saturating_sub(self.first_ended(p.index).days());
        let fits = |born: Date| turns || (day_of_age(born, 75) <= then) == late;
        self.demand(p.born.is_none_or(|born| fits(born.0)), place, || {
            format!(
                "`{}` insures nobody who was born on that day: 75 and older are with `late-elderly`, all others are not",
                with.name()
            )
        });
    }

    fn dependent(&mut self, i: usize, p: &PersonPart) {
        let Some(of) = p.dependent_of else { return };
        let place = part("person", i, &["dependent-of"]);
        self.person(place.clone(), of);
        self.demand(of != p.index, place.clone(), || "a person is not their own dependent".into());
        let head = self.scenario.part(of);
        self.demand(head.dependent_of.is_none(), place.clone(), || {
            format!("person {of} is a dependent, and a dependent has none")
        });
        let with = head.insured_with.is_none_or(InsuredWith::has_dependents);
        self.demand(with, place.clone(), || {
            format!("person {of} is not with `kyokai-kenpo` or `health-insurance-society`: no other insurance has dependents")
        });
        self.in_the_household(p, of, place.clone());
        let own = p.insurance != InsurancePart::InForce || p.insured_with.is_some() || self.changes(p.index).next().is_some();
        self.demand(!own, place.clone(), || {
            format!("a dependent's insurance is that of person {of}: change it there, and remove it here")
        });
        self.demand(p.certificate != CertificatePart::Expired || p.born.is_some(), place, || {
            "a certificate ends on a birthday: write `born` for a dependent whose certificate has expired".into()
        });
    }

    /// What only dependents cannot be.
    fn in_the_household(&mut self, p: &PersonPart, of: u64, place: KeyPath) {
        let (last, by) = (self.last_day, self.born_by(of));
        let of_75 = p.born.map(|born| day_of_age(born.0, 75)).filter(|turns| *turns <= last);
        self.demand(of_75.is_none(), place.clone(), || {
            "everybody of 75 and older is with the 後期高齢者医療 of their prefecture, and nobody's dependent".into()
        });
        self.demand(p.born.is_none_or(|born| born.0 <= by), place.clone(), || {
            format!("a dependent of person {of} must be born by {by}, some weeks before the last day with the first insurer")
        });
        let count = self.dependents_of.entry(of).or_default();
        *count = count.saturating_add(1);
        let few = *count <= MAX_DEPENDENTS;
        self.demand(few, place, || {
            format!("person {of} has more than {MAX_DEPENDENTS} dependents: a branch number has two digits, and 00 is that of person {of}")
        });
    }

    fn turns_75(&mut self, i: usize, p: &PersonPart) {
        let day = match p.insurance {
            InsurancePart::Turns75Today => self.scenario.day.0,
            InsurancePart::Turns75Tomorrow => self.scenario.day.0.saturating_add(1.day()),
            _ => return,
        };
        let place = part("person", i, &["insurance"]);
        let born = (-1..=1).map(|by| plus_years(day, -75).saturating_add(Span::new().days(by)));
        let possible = born.into_iter().any(|birth| day_of_age(birth, 75) == day);
        self.demand(possible, place.clone(), || format!("nobody turns 75 on {day}: choose another `day`"));
        self.demand(p.certificate != CertificatePart::Expired, place, || {
            "a certificate that ended yesterday ended on a birthday, and this person's is another day".into()
        });
    }
}
