//! What came of wrong and late data: what no rule can find, since every party worked as built. The ground truth knows it.

use std::collections::BTreeMap;
use terms::calendar::jst_day;
use terms::check::CheckId;
use terms::coverage::Validity;
use terms::fhir::{EligibilityAnswer, Profile};
use terms::ground::{Ground, GroundPerson};
use terms::identifiers::InsuredIdentifier;
use terms::journal::{Direction, Entry, Event};
use terms::people::InsurancePeriod;
use terms::roles::Zone;

/// Data of one person that a facility was shown in a check of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongDisclosure {
    /// Whose data.
    pub person: u64,
    /// The class of data, as in the matrix: `insured-identifier` or `eligibility`.
    pub class: &'static str,
    /// The facility, by its name in the journal.
    pub facility: String,
    /// The person at the counter.
    pub visitor: u64,
    pub times: u64,
    /// The first and the last time, in nanoseconds of the run.
    pub first_ns: u64,
    pub last_ns: u64,
}

/// A time in which the registers say something else of a person than what is true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterDiffers {
    pub person: u64,
    pub from_ns: u64,
    /// When all of it is right again; `None` if it is not in this run.
    pub until_ns: Option<u64>,
}

/// What came of wrong and late data in a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DataQuality {
    pub wrong_disclosures: Vec<WrongDisclosure>,
    /// By kind, how many answers differ from what is true: see [`KINDS`].
    pub answers_unlike_truth: BTreeMap<&'static str, u64>,
    pub registers_differ: Vec<RegisterDiffers>,
}

/// The kinds of answers that differ from what is true.
pub const KINDS: [&str; 7] = [
    "another-person",
    "copayment",
    "copayment-not-shown",
    "identifier",
    "in-force-though-ended",
    "not-insured-though-insured",
    "other-insurer",
];

/// Measures a run.
pub fn data_quality(entries: &[Entry], ground: &Ground) -> DataQuality {
    let mut all = DataQuality { registers_differ: registers_differ(ground), ..DataQuality::default() };
    let owners = owners(ground);
    let mut visitors: BTreeMap<&CheckId, u64> = BTreeMap::new();
    let mut shown: BTreeMap<(u64, &'static str, &str, u64), WrongDisclosure> = BTreeMap::new();
    for entry in entries {
        if let Event::Visit { check, person, .. } = &entry.event {
            visitors.insert(check, *person);
        }
        let Some(answer) = answer_received(entry) else { continue };
        let Some(visitor) = visitors.get(&answer.check).copied() else { continue };
        let resident = usize::try_from(visitor).ok().and_then(|i| ground.people.get(i));
        if let Some(kind) = resident.and_then(|resident| unlike_truth(&answer, resident, &owners)) {
            *all.answers_unlike_truth.entry(kind).or_default() += 1;
        }
        for owner in answer.coverages.iter().filter_map(|c| owners.get(&c.insured)).filter(|owner| **owner != visitor) {
            for class in ["insured-identifier", "eligibility"] {
                let of = WrongDisclosure {
                    person: *owner,
                    class,
                    facility: entry.host.clone(),
                    visitor,
                    times: 0,
                    first_ns: entry.at_ns,
                    last_ns: entry.at_ns,
                };
                let disclosed = shown.entry((*owner, class, entry.host.as_str(), visitor)).or_insert(of);
                (disclosed.times, disclosed.last_ns) = (disclosed.times + 1, entry.at_ns);
            }
        }
    }
    all.wrong_disclosures = shown.into_values().collect();
    all
}

/// Whose coverage is registered under an identifier, if everything is right.
fn owners(ground: &Ground) -> BTreeMap<&InsuredIdentifier, u64> {
    let of = |resident: &'_ GroundPerson| resident.person.index;
    ground.people.iter().flat_map(|r| r.person.insurance.iter().map(move |p| (&p.insured, of(r)))).collect()
}

/// The answer that a facility received.
fn answer_received(entry: &Entry) -> Option<EligibilityAnswer> {
    let Event::Message { direction: Direction::Received, body, .. } = &entry.event else { return None };
    let body = body.bytes().filter(|_| entry.zone == Zone::Facility)?;
    EligibilityAnswer::from_json(&body).ok()
}

fn unlike_truth(
    answer: &EligibilityAnswer,
    resident: &GroundPerson,
    owners: &BTreeMap<&InsuredIdentifier, u64>,
) -> Option<&'static str> {
    let person = &resident.person;
    let mut covering = person.insurance.iter().rev().filter(|p| p.covers(answer.day));
    let truth = covering.next();
    let one = covering.next().is_none();
    let answered = answer.coverages.iter().find(|c| c.in_force);
    let is_answer_of_none = matches!(answer.validity, Validity::NotInsured | Validity::Ended);
    match (answered, truth) {
        (Some(c), _) if owners.get(&c.insured).is_some_and(|owner| *owner != person.index) => Some("another-person"),
        (Some(_), None) => Some("in-force-though-ended"),
        (Some(c), Some(truth)) if one && c.insured.insurer != truth.insured.insurer => Some("other-insurer"),
        (Some(c), Some(truth)) if one && c.insured != truth.insured => Some("identifier"),
        (Some(c), Some(truth)) if one && c.copayment_percent != Some(truth.copayment_percent) => {
            Some(if c.copayment_percent.is_some() { "copayment" } else { "copayment-not-shown" })
        }
        (None, Some(_)) if is_answer_of_none => Some("not-insured-though-insured"),
        _ => None,
    }
}

fn registers_differ(ground: &Ground) -> Vec<RegisterDiffers> {
    let day = jst_day(ground.epoch);
    // The end of a coverage need not be registered before it comes.
    let known = |periods: &[InsurancePeriod]| {
        let mut all: Vec<InsurancePeriod> = periods.to_vec();
        for period in &mut all {
            if period.until.is_some_and(|last| last >= day) {
                (period.until, period.end_reason) = (None, None);
            }
        }
        all.sort_by(|a, b| (a.from, &a.insured).cmp(&(b.from, &b.insured)));
        all
    };
    let mut all = Vec::new();
    for resident in ground.people.iter().filter(|r| !r.registered.is_empty()) {
        let truth = known(&resident.person.insurance);
        let mut open: Option<u64> = None;
        for version in &resident.registered {
            let differs = known(&version.periods) != truth;
            match (open, differs) {
                (None, true) => open = Some(version.from_ns),
                (Some(from_ns), false) => {
                    all.push(RegisterDiffers { person: resident.person.index, from_ns, until_ns: Some(version.from_ns) });
                    open = None;
                }
                _ => {}
            }
        }
        all.extend(open.map(|from_ns| RegisterDiffers { person: resident.person.index, from_ns, until_ns: None }));
    }
    all
}
