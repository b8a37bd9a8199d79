//! What the recordings of a design show, never what the design states.

pub mod exposure;
pub mod leaves;
pub mod outcomes;
pub mod sequence;
pub mod traffic;
pub mod visits;

use crate::adversary::Observation;
use conformance::{Evidence, RuleOutcome, Strength, judge_evidence};
use std::collections::BTreeMap;
use terms::ground::Ground;
use terms::journal::Entry;
use visits::Visits;

/// What is known of a visit beside the journal: the plan of the run has it, no party does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitTruth {
    /// What is not as usual about it, by the keyword of the scenario: `expired`, `photo-of-another`. `None` in an everyday visit.
    pub cause: Option<String>,
    /// Whether the person came with their own card.
    pub own_card: bool,
}

/// One recording: a journal, its ground truth, and what its plan says of the visits.
pub struct Recording<'a> {
    pub entries: &'a [Entry],
    pub ground: &'a Ground,
    pub visits: &'a [VisitTruth],
}

/// What one recording shows.
#[derive(Clone, Debug, Default)]
pub struct Measured {
    pub traffic: traffic::Traffic,
    pub outcomes: outcomes::Outcomes,
    pub exposure: exposure::Exposure,
    /// By rule, whether it was held, broken, or not looked at.
    pub rules: BTreeMap<&'static str, RuleOutcome>,
    /// What parties could see of each visit.
    pub observations: Vec<Observation>,
    /// The fields in them, by number.
    pub fields: leaves::Names,
    /// How long each server worked, in seconds of the capacity model. The journal does not state it: whoever played the run adds it.
    pub busy_s: BTreeMap<String, f64>,
    /// The messages of one check that was served.
    pub sequence: Vec<sequence::Arrow>,
}

/// How much of a recording is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Outcomes and rules: a run with faults or causes of errors is not how a design works every day.
    Judged,
    /// Also who saw what, and what could be joined.
    Everything,
}

/// Reads a recording.
pub fn measure(recording: &Recording<'_>, depth: Depth) -> Measured {
    let visits = Visits::of(recording);
    let mut measured =
        Measured { traffic: traffic::of(recording, &visits), outcomes: outcomes::of(recording, &visits), ..Measured::default() };
    let evidence = Evidence::new(recording.entries, recording.ground, conformance::Seen::all());
    measured.rules = judge_evidence(&evidence).into_iter().map(|v| (v.id, v.outcome)).collect();
    if depth == Depth::Everything {
        let seen = leaves::all(recording, &visits);
        measured.exposure = exposure::of(recording, &visits, &evidence, &seen);
        measured.sequence = sequence::of(recording, &visits, &evidence, &seen);
        measured.observations = crate::adversary::observations(&visits, &seen, recording.ground);
        measured.fields = seen.fields;
    }
    measured
}

/// Whether a rule is a MUST.
pub fn is_must(id: &str) -> bool {
    conformance::rules::find(id).is_some_and(|rule| rule.about().strength == Strength::Must)
}
