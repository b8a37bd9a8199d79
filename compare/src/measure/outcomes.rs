//! How visits ended, against the ground truth.

use super::Recording;
use super::visits::{Visit, Visits};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use terms::check::CheckId;
use terms::fault::{FaultTarget, Phase};
use terms::journal::{Content, Event};
use terms::outcome::{OutcomeClass, OutcomeCode};
use terms::roles::Zone;
use terms::stores;

/// An hour in nanoseconds.
const HOUR_NS: u64 = 3_600_000_000_000;

/// Whether a visit ended as the truth has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ending {
    /// In force for an insured person with their own card, with the insurer of the day; anything else for others.
    Right,
    /// In force for a person who is not insured or whose card it is not.
    WrongAcceptance,
    /// In force, and the recorded insurer is not that of the day: the claim goes to the wrong one.
    WrongInsurer,
    /// Not in force or refused, and the person is insured and the card their own.
    WrongRefusal,
    /// Nothing was known, or the visit has no outcome.
    NotKnown,
}

/// How many visits ended how.
pub type Endings = BTreeMap<Ending, u64>;

/// How the visits of a run ended.
#[derive(Clone, Debug, Default)]
pub struct Outcomes {
    /// By what is not as usual about the visit; everyday visits under the empty text.
    pub by_cause: BTreeMap<String, Endings>,
    /// By what was down when the visit began, and by the hour of the run. The empty text is *nothing*.
    pub by_fault: BTreeMap<String, BTreeMap<u64, Endings>>,
    /// Visits with a card of somebody else, and those of them in which the facility was answered about the holder.
    pub foreign_cards: u64,
    pub disclosed_to_wrong: u64,
}

impl Outcomes {
    /// The share of visits that ended so among those with a cause. `None` if there were none.
    pub fn share(&self, cause: &str, ending: Ending) -> Option<f64> {
        share(self.by_cause.get(cause)?, ending)
    }
}

/// The share of an ending. `None` if there are no visits.
pub fn share(endings: &Endings, ending: Ending) -> Option<f64> {
    let all: u64 = endings.values().sum();
    (all > 0).then(|| endings.get(&ending).copied().unwrap_or_default() as f64 / all as f64)
}

pub fn of(recording: &Recording<'_>, visits: &Visits) -> Outcomes {
    let recorded = recorded_insurers(recording);
    let faults = faults(recording);
    let mut outcomes = Outcomes::default();
    for visit in &visits.all {
        let ending = ending(visit, recorded.get(&visit.check));
        let cause = visit.truth.cause.clone().unwrap_or_default();
        *outcomes.by_cause.entry(cause).or_default().entry(ending).or_default() += 1;
        let down: Vec<&str> =
            faults.iter().filter(|f| f.from_ns <= visit.from_ns && visit.from_ns < f.to_ns).map(|f| f.what.as_str()).collect();
        let hours = outcomes.by_fault.entry(down.join(" + ")).or_default();
        *hours.entry(visit.from_ns / HOUR_NS).or_default().entry(ending).or_default() += 1;
        let states = matches!(visit.outcome.map(|o| o.class()), Some(OutcomeClass::InForce | OutcomeClass::NotInForce));
        outcomes.foreign_cards += u64::from(!visit.truth.own_card);
        outcomes.disclosed_to_wrong += u64::from(!visit.truth.own_card && states);
    }
    outcomes
}

/// What the counter made of the outcome: without a request it takes a paper card for valid, and whoever has none pays in full.
pub(super) fn at_counter(visit: &Visit) -> Option<OutcomeClass> {
    match visit.outcome? {
        OutcomeCode::CopiedFromCard => Some(OutcomeClass::InForce),
        OutcomeCode::NoInsuranceCard => Some(OutcomeClass::Refused),
        outcome => Some(outcome.class()),
    }
}

fn ending(visit: &Visit, recorded: Option<&BTreeSet<String>>) -> Ending {
    let entitled = visit.truth.own_card && visit.insured.is_some();
    match (at_counter(visit), entitled) {
        (None | Some(OutcomeClass::Indeterminate), _) => Ending::NotKnown,
        (Some(OutcomeClass::InForce), false) => Ending::WrongAcceptance,
        (Some(OutcomeClass::InForce), true) => {
            let insurer = visit.insured.as_ref().map(|i| i.insured.insurer.reveal());
            let fits = |all: &BTreeSet<String>| all.is_empty() || insurer.is_some_and(|i| all.contains(i));
            if recorded.is_none_or(fits) { Ending::Right } else { Ending::WrongInsurer }
        }
        (Some(OutcomeClass::NotInForce | OutcomeClass::Refused), true) => Ending::WrongRefusal,
        (Some(OutcomeClass::NotInForce | OutcomeClass::Refused), false) => Ending::Right,
    }
}

/// By check, the insurers that the reception recorded as in force.
fn recorded_insurers(recording: &Recording<'_>) -> BTreeMap<CheckId, BTreeSet<String>> {
    #[derive(Deserialize)]
    struct Reception {
        check: String,
        #[serde(default)]
        coverages: Vec<Coverage>,
        /// Of a paper card.
        copied: Option<Insured>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Coverage {
        insured: Insured,
        in_force: bool,
    }
    #[derive(Deserialize)]
    struct Insured {
        insurer: String,
    }
    let mut all: BTreeMap<CheckId, BTreeSet<String>> = BTreeMap::new();
    for entry in recording.entries.iter().filter(|e| e.zone == Zone::Facility) {
        let Event::Record { store, content: Content::Text(text) } = &entry.event else { continue };
        if store != stores::RECEPTION.name {
            continue;
        }
        let Ok(record) = serde_json::from_str::<Reception>(text) else { continue };
        let Some(check) = CheckId::parse(&record.check) else { continue };
        let in_force = record.coverages.into_iter().filter(|c| c.in_force).map(|c| c.insured.insurer);
        all.entry(check).or_default().extend(in_force.chain(record.copied.map(|c| c.insurer)));
    }
    all
}

/// Something that was down.
struct Down {
    what: String,
    from_ns: u64,
    to_ns: u64,
}

/// The faults of a run, by the party or link that they concern, as the journal states them.
fn faults(recording: &Recording<'_>) -> Vec<Down> {
    let mut all: Vec<Down> = Vec::new();
    for entry in recording.entries {
        let Event::Fault { does: Some(does), .. } = &entry.event else { continue };
        let what = match &does.target {
            FaultTarget::Host(host) => host.clone(),
            FaultTarget::Link { from, to, .. } => format!("{from}–{to}"),
            FaultTarget::Person(_) | FaultTarget::Facility(_) => continue,
        };
        match does.phase {
            Phase::Begins => all.push(Down { what, from_ns: entry.at_ns, to_ns: u64::MAX }),
            Phase::Ends => {
                if let Some(down) = all.iter_mut().rfind(|d| d.what == what && d.to_ns == u64::MAX) {
                    down.to_ns = entry.at_ns;
                }
            }
            Phase::ForGood => {}
        }
    }
    all
}
