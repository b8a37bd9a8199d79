//! The progress of a certification on stderr.

use super::evidence::Evidence;
use crate::progress;
use ::certify::outcome::{Case, CaseOutcome};
use ::certify::session::{Recorded, Watcher};
use indicatif::ProgressBar;
use scenarios::live::together::Group;
use sim::ground::Ground;
use sim::journal::Entry;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub struct Watch {
    bar: ProgressBar,
    failed: AtomicU64,
    evidence: Option<Arc<Evidence>>,
}

impl Watch {
    pub fn new(evidence: Option<Arc<Evidence>>) -> Self {
        Watch { bar: progress::cases(), failed: AtomicU64::new(0), evidence }
    }

    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Watcher for Watch {
    fn begins(&self, cases: usize) {
        self.bar.set_length(cases as u64);
    }

    fn plays(&self, what: &str) {
        self.bar.set_message(what.to_string());
    }

    fn ended(&self, case: &Case) {
        self.bar.inc(1);
        if matches!(case.outcome, CaseOutcome::Failed | CaseOutcome::Setup) {
            let failed = self.failed.fetch_add(1, Ordering::Relaxed) + 1;
            self.bar.set_message(format!("{failed} failed, last {}", case.name));
        }
    }

    fn group(&self, _: &Group) {}

    fn in_case(&self, _: &str, _: Option<&str>) {}

    fn ground(&self, _: &str, _: &Ground) {}

    fn entry(&self, _: &str, _: &Entry) {}

    fn played(&self, run: &Recorded<'_>) {
        if let Some(evidence) = &self.evidence {
            evidence.record(run);
        }
    }
}
