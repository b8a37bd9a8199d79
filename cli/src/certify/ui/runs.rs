//! Which case a message belongs to, and whose data is searched for in it.

use conformance::sightings::Classifier;
use scenarios::live::together::Group;
use sim::ground::Ground;
use sim::journal::{Entry, Event};
use sim::terms::check::CheckId;
use sim::terms::operation::CHECK_ID;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

/// The most exchanges of a run that are remembered.
const MOST_EXCHANGES: usize = 20_000;
/// How many searches are kept: each has an automaton of some megabytes.
const MOST_CLASSIFIERS: usize = 4;

/// A run in progress, or one that has ended.
pub struct Run {
    /// As in calls of the watcher.
    pub name: String,
    group: Option<Group>,
    /// The case of everything that happens in it now.
    pub in_case: Option<String>,
    pub ground: Option<Arc<Ground>>,
    /// By check, the case that it belongs to.
    checks: BTreeMap<CheckId, String>,
    /// By exchange and party, oldest first, the case of the request: a response need not name its check.
    exchanges: BTreeMap<(u64, String), String>,
}

impl Run {
    pub fn new(name: &str, group: Option<&Group>) -> Run {
        let (checks, exchanges) = (BTreeMap::new(), BTreeMap::new());
        Run { name: name.to_string(), group: group.cloned(), in_case: None, ground: None, checks, exchanges }
    }

    /// Learns which check is of which case.
    pub fn learn(&mut self, entry: &Entry) {
        if let (Event::Visit { visit, check, .. }, Some(group)) = (&entry.event, &self.group)
            && let Some(member) = group.member_of(*visit)
        {
            self.checks.insert(check.clone(), case_of(&member.name));
        }
    }

    /// The case of a message. `None` if it is of no case alone, such as a feed.
    pub fn case(&mut self, host: &str, exchange: u64, head: &str) -> Option<String> {
        if let Some(case) = &self.in_case {
            return Some(case.clone());
        }
        if let Some([only]) = self.group.as_ref().map(|g| g.members.as_slice()) {
            return Some(case_of(&only.name));
        }
        let key = (exchange, host.to_string());
        if let Some(case) = check_in(head).and_then(|check| self.checks.get(&check)) {
            self.exchanges.insert(key, case.clone());
            if self.exchanges.len() > MOST_EXCHANGES {
                self.exchanges.pop_first();
            }
            return Some(case.clone());
        }
        self.exchanges.get(&key).cloned()
    }

    /// Drops what only a run in progress needs.
    pub fn shrink(&mut self) {
        self.group = None;
        self.checks.clear();
        self.exchanges.clear();
    }
}

fn case_of(scenario: &str) -> String {
    format!("scenario/{scenario}")
}

/// The check that the head of a message names.
fn check_in(head: &str) -> Option<CheckId> {
    let headers = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    let mut named = headers.filter(|(name, _)| name.trim().eq_ignore_ascii_case(CHECK_ID.name));
    named.next().and_then(|(_, value)| CheckId::parse(value.trim()))
}

/// The searches for the data of the people of some runs, the most recently used last.
#[derive(Default)]
pub struct Classifiers(Mutex<VecDeque<(u64, Arc<Classifier>)>>);

impl Classifiers {
    /// The search for the people of a run. `None` if their values cannot be searched for.
    pub fn of(&self, run: u64, ground: &Ground) -> Option<Arc<Classifier>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let made = match kept.iter().position(|(of, _)| *of == run).and_then(|at| kept.remove(at)) {
            Some((_, known)) => known,
            None => Arc::new(Classifier::new(ground).ok()?),
        };
        kept.push_back((run, made.clone()));
        if kept.len() > MOST_CLASSIFIERS {
            kept.pop_front();
        }
        Some(made)
    }
}
