//! What the insurers have registered of whom, from when on: what they learn late, enter wrongly, withhold and correct.

use super::people::ScenarioPerson;
use crate::file::{RegisterError, RegisterErrorPart, Scenario};
use crate::start::Start;
use jiff::ToSpan;
use jiff::civil::Date;
use mocks::roles::insurer::Insured;
use sim::clock::nanos;
use sim::ground::Registered;
use sim::people::{Income, copayment_percent};
use sim::terms::calendar::plus_years;
use sim::terms::coverage::EndReason;
use sim::terms::people::{InsurancePeriod, Person};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// A record of an insurer, and the person under whose My Number it is.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub under: u64,
    pub insured: Insured,
}

/// The time in which a record is in the register.
#[derive(Clone, Copy)]
struct Window {
    from: Duration,
    until: Option<Duration>,
}

/// All records of a scenario's insurers.
pub(crate) fn records(scenario: &Scenario, start: Start, people: &[ScenarioPerson]) -> Vec<Record> {
    let mut errors: BTreeMap<u64, Vec<RegisterErrorPart>> = BTreeMap::new();
    for error in &scenario.register_errors {
        for (person, error) in everybody(error, start.day, people) {
            errors.entry(person).or_default().push(error);
        }
    }
    let mut all = Vec::new();
    for person in people {
        let index = person.person.index;
        let current = current_period(&person.person, start.day);
        let mut errors = errors.remove(&index).unwrap_or_default();
        errors.sort_by_key(|e| e.from);
        for (n, insured) in person.insured().enumerate() {
            match current == Some(n) && !errors.is_empty() {
                true => all.extend(with_errors(insured, &errors, person, people, start.day)),
                false => all.push(Record { under: index, insured }),
            }
        }
    }
    all
}

/// The errors that one part of the file makes, by person.
fn everybody(error: &RegisterErrorPart, day: Date, people: &[ScenarioPerson]) -> Vec<(u64, RegisterErrorPart)> {
    let insurer = |index: u64| {
        let person = &people.get(usize::try_from(index).ok()?)?.person;
        Some(person.insurance.get(current_period(person, day)?)?.insurer)
    };
    let mut all = vec![(error.person, error.clone())];
    if let RegisterError::SwappedWith { other } = error.what {
        let back = RegisterError::SwappedWith { other: error.person };
        all.push((other, RegisterErrorPart { person: other, what: back, ..error.clone() }));
    }
    if error.whole_batch {
        let others = people.iter().map(|p| p.person.index).filter(|i| *i != error.person && insurer(*i) == insurer(error.person));
        all.extend(others.map(|i| (i, RegisterErrorPart { person: i, ..error.clone() })));
    }
    all
}

/// The period in force on the day, or the last one before it.
pub(crate) fn current_period(person: &Person, day: Date) -> Option<usize> {
    let begun = |p: &InsurancePeriod| p.from <= day;
    let covering = person.insurance.iter().rposition(|p| p.covers(day));
    covering.or_else(|| person.insurance.iter().rposition(begun))
}

/// The records of one period: right ones before, between and after the errors, and the wrong ones.
fn with_errors(
    right: Insured,
    errors: &[RegisterErrorPart],
    person: &ScenarioPerson,
    people: &[ScenarioPerson],
    day: Date,
) -> Vec<Record> {
    let own = person.person.index;
    let mut all = Vec::new();
    let mut since = Some(right.begins_known_from);
    let within = |insured: &Insured, window: Window| Insured {
        begins_known_from: window.from,
        withdrawn_from: window.until,
        ..insured.clone()
    };
    for error in errors {
        let Some(from) = since.map(|since| since.max(error.from.0)) else { break };
        if let Some(since) = since.filter(|since| *since < from) {
            all.push(Record { under: own, insured: within(&right, Window { from: since, until: Some(from) }) });
        }
        let window = Window { from, until: error.corrected.map(|at| at.0) };
        for (under, period) in wrong(&error.what, &right.period, &person.person, day) {
            let Some(whose) = usize::try_from(under).ok().and_then(|i| people.get(i)) else { continue };
            let insured = Insured { number: whose.person.my_number.clone(), period, ..within(&right, window) };
            all.push(Record { under, insured });
        }
        since = window.until;
    }
    all.extend(since.map(|from| Record { under: own, insured: within(&right, Window { from, until: None }) }));
    all
}

/// What the register has instead of a period, each with the person under whose My Number it is.
fn wrong(error: &RegisterError, right: &InsurancePeriod, person: &Person, day: Date) -> Vec<(u64, InsurancePeriod)> {
    let own = person.index;
    let mut changed = right.clone();
    match error {
        RegisterError::UnderNumberOf { other } | RegisterError::SwappedWith { other } => return vec![(*other, changed)],
        RegisterError::TwoRecords => {
            let mut second = right.clone();
            second.insured.number = other_digit(&right.insured.number);
            return vec![(own, changed), (own, second)];
        }
        RegisterError::Withheld { .. } => return Vec::new(),
        RegisterError::Copayment { percent } => changed.copayment_percent = *percent,
        RegisterError::CopaymentWithheld => changed.copayment_withheld = true,
        RegisterError::Branch { branch } => changed.insured.branch = branch.clone(),
        RegisterError::Digit => changed.insured.number = other_digit(&right.insured.number),
        RegisterError::LostLetter => changed.insured.symbol = lost_letter(&right.insured.symbol),
        RegisterError::Older { years } => {
            let birth = plus_years(person.birth, -i64::from(*years));
            changed.copayment_percent = copayment_percent(birth, day, income_of(person, right, day));
        }
        RegisterError::Ended => {
            changed.until = Some(day.saturating_sub(1.day()).max(right.from));
            changed.end_reason = Some(EndReason::Other);
        }
    }
    vec![(own, changed)]
}

/// The income that leads to the right copayment.
fn income_of(person: &Person, right: &InsurancePeriod, day: Date) -> Income {
    let fits = |income: &Income| copayment_percent(person.birth, day, *income) == right.copayment_percent;
    Income::ALL.into_iter().find(fits).unwrap_or(Income::General)
}

/// The number with another last digit.
pub(super) fn other_digit(number: &str) -> String {
    let mut letters: Vec<char> = number.chars().collect();
    if let Some(last) = letters.last_mut() {
        *last = if *last == '7' { '1' } else { '7' };
    }
    letters.into_iter().collect()
}

/// The symbol with its first letter replaced by the mark of systems that cannot carry it.
fn lost_letter(symbol: &str) -> String {
    let rest: String = symbol.chars().skip(1).collect();
    format!("●{rest}")
}

/// What is registered under a person's My Number over the run, if it is not what is true all the time.
pub(crate) fn versions(records: &[Record], person: &Person) -> Vec<Registered> {
    let own: Vec<&Insured> = records.iter().filter(|r| r.under == person.index).map(|r| &r.insured).collect();
    let ends = |i: &&Insured| i.period.until.map(|_| i.end_known_from);
    let times = own.iter().flat_map(|i| [Some(i.begins_known_from), i.withdrawn_from, ends(i)]).flatten();
    let times: BTreeSet<Duration> = times.chain([Duration::ZERO]).collect();
    let at = |time: Duration| {
        let known = own.iter().filter(|i| i.begins_known_from <= time && i.withdrawn_from.is_none_or(|until| time < until));
        let period = |i: &&Insured| {
            let ended = i.end_known_from <= time;
            let (until, end_reason) = (i.period.until.filter(|_| ended), i.period.end_reason.filter(|_| ended));
            InsurancePeriod { until, end_reason, ..i.period.clone() }
        };
        let mut periods: Vec<InsurancePeriod> = known.map(period).collect();
        periods.sort_by(|a, b| (a.from, &a.insured).cmp(&(b.from, &b.insured)));
        periods
    };
    let mut all: Vec<Registered> = Vec::new();
    for time in times {
        let periods = at(time);
        if all.last().is_none_or(|last| last.periods != periods) {
            all.push(Registered { from_ns: nanos(time), periods });
        }
    }
    let true_all_the_time = all.len() == 1 && all.first().is_some_and(|r| same(&r.periods, &person.insurance));
    if true_all_the_time { Vec::new() } else { all }
}

fn same(a: &[InsurancePeriod], b: &[InsurancePeriod]) -> bool {
    a.len() == b.len() && a.iter().all(|period| b.contains(period))
}
