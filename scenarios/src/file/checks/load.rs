//! Checks of a load study.

use super::super::faults::FaultKind;
use super::super::targets::ClockOwner;
use super::{Checks, Wrong, part, top};
use crate::file::load::LoadPart;

/// Keys that a load study does not support: its visits are drawn, and there is no journal to judge.
const UNSUPPORTED: [(&str, &str); 9] = [
    ("visit", "visits"),
    ("workload", "workloads"),
    ("facility", "single facilities"),
    ("exercises", "rules to exercise"),
    ("breaks", "rules to break"),
    ("share", "shares"),
    ("sometimes", "demands"),
    ("service-level", "service levels"),
    ("heals-within", "demands"),
];

impl Checks<'_> {
    pub(super) fn load(&mut self, load: &LoadPart) {
        let s = self.scenario;
        for (key, message) in load.errors() {
            self.wrong.push(Wrong { place: vec![super::Segment::Key("load"), super::Segment::Key(key)], message });
        }
        let present = [
            !s.visits.is_empty(),
            !s.workloads.is_empty(),
            !s.facility_parts.is_empty(),
            !s.exercises.is_empty(),
            !s.breaks.is_empty(),
            !s.shares.is_empty(),
            !s.sometimes.is_empty(),
            !s.service_levels.is_empty(),
            s.heals_within.is_some(),
        ];
        for ((key, what), present) in UNSUPPORTED.into_iter().zip(present) {
            self.demand(!present, top(key), || {
                format!("a load study has no {what}: [load] defines its visits, and no rule judges it")
            });
        }
        self.demand(s.facilities == 1, top("facilities"), || {
            "a load study takes the number of facilities from each [[load.kind]]".into()
        });
        for (i, fault) in s.faults.iter().enumerate() {
            let single = fault.does.facility().is_some()
                || fault.does.insurer_of().is_some()
                || matches!(
                    fault.does,
                    FaultKind::CardLost { .. }
                        | FaultKind::ClockAhead { party: ClockOwner::Numbered(..), .. }
                        | FaultKind::ClockBehind { party: ClockOwner::Numbered(..), .. }
                        | FaultKind::ClockDrift { party: ClockOwner::Numbered(..), .. }
                );
            self.demand(!single, part("fault", i, &["does"]), || {
                "a fault of a load study cannot target a single facility, insurer or card".into()
            });
        }
    }
}
