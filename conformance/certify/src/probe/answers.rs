//! What a broker answers about the people of the kit, compared with what their insurers have reported (ANS-001 to ANS-005).

use super::Probe;
use super::asking::{ANSWERED, Asking, at_broker};
use super::expect::Expect;
use super::parties::Parties;
use super::story::{Story, holds, must, prepared};
use jiff::SignedDuration;
use jiff::civil::Date;
use sim::terms::coverage::Validity;
use sim::terms::fhir::{CoverageAnswer, EligibilityAnswer, EligibilityQuestion, Profile};
use sim::terms::identifiers::InsuredIdentifier;
use sim::terms::people::InsurancePeriod;

/// People of the kit.
const INSURED: usize = 0;
const ENDED: usize = 1;
const MOVED_YESTERDAY: usize = 12;
const GAP: usize = 13;
const TWO_INSURERS: usize = 14;

pub fn probes() -> Vec<Probe> {
    vec![
        at_broker("answer/coverages-in-force", "The coverage in force, and no other", |a| {
            answered(a, INSURED, a.parties.today(), None)?;
            answered(a, MOVED_YESTERDAY, a.parties.today(), None)
        }),
        at_broker("answer/coverages-insured-elsewhere", "The coverage asked about, and the one in force", |a| {
            let person = prepared(a.parties.person(MOVED_YESTERDAY), "a person of the kit")?;
            let before = prepared(person.person.insurance.first(), "a coverage that has ended")?.insured.clone();
            answered(a, MOVED_YESTERDAY, a.parties.today(), Some(before))
        }),
        at_broker("answer/coverage-ended", "The coverage asked about has ended, and nobody insures the person", |a| {
            let person = prepared(a.parties.person(ENDED), "a person of the kit")?;
            let ended = prepared(person.person.insurance.last(), "a coverage that has ended")?.insured.clone();
            answered(a, ENDED, a.parties.today(), Some(ended))
        }),
        at_broker("answer/identifier-not-found", "An identifier that differs from the registered one says nothing", not_found),
        at_broker("answer/coverages-not-insured", "The coverage that ended last", |a| {
            answered(a, ENDED, a.parties.today(), None)?;
            answered(a, GAP, a.parties.today(), None)
        }),
        at_broker("answer/day-in-the-past", "Days in the past, as far back as before the first coverage", |a| {
            for days in [1, 2, 30, 400] {
                let day = a.parties.today().saturating_sub(jiff::Span::new().days(days));
                answered(a, MOVED_YESTERDAY, day, None)?;
                answered(a, INSURED, day, None)?;
            }
            answered(a, INSURED, jiff::civil::date(1900, 1, 1), None)
        }),
        at_broker("answer/day-in-the-future", "Tomorrow, of which no insurer has reported yet", in_the_future),
        at_broker("answer/created-ignored", "A question created yesterday, and one created tomorrow", created_ignored),
        at_broker("http/retry-after", "Retry-After where it must be and where it must not", retry_after),
    ]
}

const NOT_FOUND: Expect = Expect::Refused(&[404], &["identifier-not-found"]);

/// Each way in which a record differs from the register, of people who are insured, who moved and whose coverage has ended.
fn not_found(a: &Asking<'_>) -> Story {
    let facility = a.facility(0)?;
    let another = prepared(a.parties.person(GAP), "a person of the kit")?;
    let of_another = prepared(another.person.insurance.last(), "a coverage")?.insured.clone();
    for person in [INSURED, MOVED_YESTERDAY, ENDED] {
        let own = prepared(a.parties.person(person), "a person of the kit")?;
        let own = prepared(own.person.insurance.first(), "a coverage")?.insured.clone();
        let (mut branch, mut digit, mut width) = (own.clone(), own.clone(), own.clone());
        branch.branch = if own.branch == "07" { "08".into() } else { "07".into() };
        let last = digit.number.pop();
        digit.number.extend(last.map(next_digit));
        width.number = own.number.chars().map(full_width).collect();
        for (how, asked) in [("branch", branch), ("digit", digit), ("width", width), ("person", of_another.clone())] {
            let question = EligibilityQuestion { on_record: Some(asked), ..a.question(person, facility)? };
            let when = format!("person {person}, asked about with another {how}");
            must(&when, &NOT_FOUND, a.ask(facility, &question))?;
        }
    }
    Ok(())
}

fn next_digit(digit: char) -> char {
    digit.to_digit(10).and_then(|d| char::from_digit((d + 1) % 10, 10)).unwrap_or('0')
}

fn full_width(digit: char) -> char {
    digit.to_digit(10).and_then(|d| char::from_u32(u32::from('０') + d)).unwrap_or(digit)
}

fn of_period(parties: &Parties, period: &InsurancePeriod, day: Date) -> CoverageAnswer {
    CoverageAnswer {
        insured: period.insured.clone(),
        insurer_name: parties.insurer_names.get(period.insured.insurer.reveal()).cloned().unwrap_or_default(),
        in_force: period.covers(day),
        since: period.from,
        until: period.until,
        copayment_percent: period.copayment_stated(),
        relationship: period.relationship,
    }
}

/// What follows from the periods of a person of whom all insurers have reported. Nothing if several insure the person.
fn expected(
    parties: &Parties,
    periods: &[InsurancePeriod],
    day: Date,
    on_record: Option<&InsuredIdentifier>,
) -> Option<(Validity, Vec<CoverageAnswer>)> {
    let covering: Vec<&InsurancePeriod> = periods.iter().filter(|p| p.covers(day)).collect();
    let of = |period: &&InsurancePeriod| of_period(parties, period, day);
    match (covering.as_slice(), on_record) {
        ([one], Some(asked)) if *asked != one.insured => {
            let known = periods.iter().filter(|p| p.insured == *asked).max_by_key(|p| p.from);
            known.map(|known| (Validity::InsuredElsewhere, vec![of(&known), of(one)]))
        }
        ([one], _) => Some((Validity::InForce, vec![of(one)])),
        ([], Some(asked)) => {
            let known = periods.iter().filter(|p| p.insured == *asked).max_by_key(|p| p.from);
            known.map(|known| (Validity::Ended, vec![of(&known)]))
        }
        // One without a last day only if there is no other.
        ([], None) => {
            let last = periods.iter().max_by_key(|p| (p.until.is_some(), p.until, p.from));
            Some((Validity::NotInsured, last.iter().map(of).collect()))
        }
        _ => None,
    }
}

/// Asks about a person on a day, and compares the answer.
fn answered(a: &Asking<'_>, person: usize, day: Date, on_record: Option<InsuredIdentifier>) -> Story {
    let periods = &prepared(a.parties.person(person), "a person of the kit")?.person.insurance;
    let facility = a.facility(0)?;
    let question = EligibilityQuestion { day, on_record, ..a.question(person, facility)? };
    let (validity, coverages) =
        prepared(expected(a.parties, periods, day, question.on_record.as_ref()), "one insurer on the day")?;
    let days = day.duration_since(a.parties.today()).as_hours() / 24;
    let when = format!("person {person}, {days} days from today");
    let answer = must(&when, &ANSWERED, a.ask(facility, &question))?;
    let Ok(read) = EligibilityAnswer::from_json(&answer.body) else {
        return holds(false, &format!("{when}: an answer as the contract defines it"), "another body");
    };
    let same = read.check == question.check && read.day == day;
    holds(same, &format!("{when}: an answer about this check and day"), "an answer about another")?;
    let found = read.validity.outcome().code();
    holds(read.validity == validity, &format!("{when}: `{}`", validity.outcome().code()), &format!("`{found}`"))?;
    let (must_be, are) = (coverages.len(), read.coverages.len());
    holds(must_be == are, &format!("{when}: {must_be} coverages"), &format!("{are} coverages"))?;
    holds(
        read.coverages == coverages,
        &format!("{when}: the coverages as the insurers reported them"),
        "another coverage, or another order",
    )
}

/// An outcome of class *not known*, because an insurer has not reported through the day.
fn not_in(parties: &Parties) -> Expect {
    match parties.insurers_are_asked() {
        true => Expect::Refused(&[503], &["insurer-no-answer"]),
        false => Expect::Refused(&[503], &["feed-not-in"]),
    }
}

fn in_the_future(a: &Asking<'_>) -> Story {
    let facility = a.facility(0)?;
    for person in [INSURED, ENDED] {
        let day = a.parties.today().saturating_add(jiff::Span::new().days(3));
        let question = EligibilityQuestion { day, ..a.question(person, facility)? };
        must(&format!("person {person}, three days from today"), &not_in(a.parties), a.ask(facility, &question))?;
    }
    Ok(())
}

fn created_ignored(a: &Asking<'_>) -> Story {
    let facility = a.facility(0)?;
    for (when, hours) in [("created yesterday", -24), ("created tomorrow", 24), ("created ten years ago", -87_600)] {
        let question = a.question(INSURED, facility)?;
        let created = question.created.saturating_add(SignedDuration::from_hours(hours)).unwrap_or(question.created);
        must(when, &ANSWERED, a.ask(facility, &EligibilityQuestion { created, ..question }))?;
    }
    Ok(())
}

fn retry_after(a: &Asking<'_>) -> Story {
    let facility = a.facility(0)?;
    let several = Expect::Refused(&[503], &["several-insurers"]);
    let refusal = must("a person whom two insurers claim", &several, a.ask(facility, &a.question(TWO_INSURERS, facility)?))?;
    let seconds = refusal.header("retry-after").and_then(|value| value.parse::<u32>().ok());
    holds(
        seconds.is_some_and(|s| (1..=600).contains(&s)),
        "Retry-After of 1 to 600 seconds with `several-insurers`",
        "none, or another",
    )?;
    let day = a.parties.today().saturating_add(jiff::Span::new().days(3));
    let ahead = EligibilityQuestion { day, ..a.question(INSURED, facility)? };
    let refusal = must("three days from today", &not_in(a.parties), a.ask(facility, &ahead))?;
    let has = refusal.header("retry-after").is_some();
    holds(
        has == a.parties.insurers_are_asked(),
        "no Retry-After with `feed-not-in`, but one with `insurer-no-answer`",
        "the reverse",
    )?;
    let revoked = Expect::Refused(&[403], &["certificate-revoked"]);
    let refusal = must("a revoked certificate", &revoked, a.ask(facility, &a.question(3, facility)?))?;
    holds(refusal.header("retry-after").is_none(), "no Retry-After with a final refusal", "one")?;
    let answer = must("a person who is insured", &ANSWERED, a.ask(facility, &a.question(INSURED, facility)?))?;
    holds(answer.header("retry-after").is_none(), "no Retry-After with an answer", "one")
}
