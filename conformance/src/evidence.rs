//! What a rule may look at: a run's journal, the ground truth, and an index over both that all rules share.

mod records;
mod talk;

use crate::leak::Exposures;
use crate::wire::Head;
use sim::ground::{Ground, Resident};
use sim::journal::{Direction, Entry, Event};
use sim::terms::check::{CheckId, Step};
use sim::terms::outcome::OutcomeCode;
use sim::terms::roles::Zone;
use std::collections::BTreeMap;

pub use records::{Audited, Kept, Received, RecordedCoverage, Stored};
pub use talk::{JpkiTalk, Said, Submission};

/// One run, as the judge sees it.
pub struct Evidence<'a> {
    pub journal: &'a [Entry],
    pub ground: &'a Ground,
    /// Everything that speaks of a check, by check.
    pub checks: BTreeMap<CheckId, Trail<'a>>,
    /// Requests for eligibility that came in at the broker, in their order.
    pub submissions: Vec<Submission<'a>>,
    /// What the broker and JPKI said to each other, in its order.
    pub jpki_talk: Vec<JpkiTalk>,
    /// Records in the facilities' store `reception`.
    pub receptions: Vec<Stored<'a, Received>>,
    /// Records in the broker's store `audit`.
    pub audits: Vec<Stored<'a, Audited>>,
    /// Running numbers of the entries in which the testbed says that it brought about a fault.
    pub faults: Vec<u64>,
    /// Numbers and codes found where they may not be.
    pub exposures: Exposures,
}

/// What the journal tells of one check.
#[derive(Clone, Debug, Default)]
pub struct Trail<'a> {
    /// Index of the person who came, if the testbed says so.
    pub person: Option<u64>,
    pub steps: Vec<(&'a Entry, Step)>,
    pub outcomes: Vec<(&'a Entry, OutcomeCode)>,
    /// Running numbers of the entries in which the check's request came in at the broker.
    pub requests: Vec<u64>,
}

impl Trail<'_> {
    /// How the check ended; `None` while it has not.
    pub fn outcome(&self) -> Option<OutcomeCode> {
        self.outcomes.last().map(|(_, outcome)| *outcome)
    }

    pub fn count(&self, step: Step) -> usize {
        self.steps.iter().filter(|(_, s)| *s == step).count()
    }

    /// How often the check's request came in at the broker before that entry.
    pub fn asked_before(&self, seq: u64) -> usize {
        self.requests.iter().filter(|r| **r < seq).count()
    }

    /// The first entry of `step`.
    pub fn first(&self, step: Step) -> Option<&Entry> {
        self.steps.iter().find(|(_, s)| *s == step).map(|(entry, _)| *entry)
    }
}

impl<'a> Evidence<'a> {
    /// Reads a run once. Linear in the journal.
    pub fn new(journal: &'a [Entry], ground: &'a Ground) -> Self {
        let mut run = Evidence {
            journal,
            ground,
            checks: BTreeMap::new(),
            submissions: Vec::new(),
            jpki_talk: talk::with_jpki(journal, ground),
            receptions: Vec::new(),
            audits: Vec::new(),
            faults: Vec::new(),
            exposures: Exposures::of(journal, ground),
        };
        for entry in journal {
            run.take(entry);
        }
        talk::attribute_answers(&mut run.submissions, journal);
        run
    }

    fn take(&mut self, entry: &'a Entry) {
        match &entry.event {
            Event::Visit { check, person, .. } => self.trail(check).person = Some(*person),
            Event::Step { check, step, .. } => self.trail(check).steps.push((entry, *step)),
            Event::Outcome { check, outcome, .. } => self.trail(check).outcomes.push((entry, *outcome)),
            Event::Fault { .. } => self.faults.push(entry.seq),
            Event::Record { store, content } if entry.zone == Zone::Facility && store == records::RECEPTION => {
                self.receptions.push(Stored::read(entry, content));
            }
            Event::Record { store, content } if entry.zone == Zone::Broker && store == records::AUDIT => {
                self.audits.push(Stored::read(entry, content));
            }
            Event::Message { direction: Direction::Received, peer, head, body } if entry.zone == Zone::Broker => {
                if let Some(submission) = Submission::read(entry, peer, Head::new(head), body) {
                    self.trail(&submission.check).requests.push(entry.seq);
                    self.submissions.push(submission);
                }
            }
            _ => {}
        }
    }

    fn trail(&mut self, check: &CheckId) -> &mut Trail<'a> {
        self.checks.entry(check.clone()).or_default()
    }

    /// The person with that index, if they are of the run.
    pub fn resident(&self, person: u64) -> Option<&'a Resident> {
        usize::try_from(person).ok().and_then(|i| self.ground.people.get(i))
    }

    /// Whether a fault was brought about before that entry.
    pub fn fault_before(&self, seq: u64) -> bool {
        self.faults.first().is_some_and(|first| *first < seq)
    }

    /// The check that an entry speaks of by itself.
    pub fn check_of(entry: &Entry) -> Option<CheckId> {
        match &entry.event {
            Event::Step { check, .. }
            | Event::Screen { check, .. }
            | Event::CardFace { check, .. }
            | Event::Visit { check, .. }
            | Event::Outcome { check, .. } => Some(check.clone()),
            Event::Message { head, .. } => Head::new(head).header(talk::CHECK_HEADER).and_then(CheckId::parse),
            Event::Record { content, .. } => records::check_in(content),
            _ => None,
        }
    }
}
