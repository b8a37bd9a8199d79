//! What can be wrong with a load study.

use super::super::faults::FaultKind;
use super::super::targets::ClockOwner;
use super::{Checks, Wrong, part, top};
use crate::file::load::LoadPart;

/// Keys of which a load study has no use: who comes and where to is drawn, and there is no journal to judge.
const USELESS: [(&str, &str); 9] = [
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
        for (key, message) in load.faults() {
            self.wrong.push(Wrong { place: vec![super::Seg::Key("load"), super::Seg::Key(key)], message });
        }
        let there = [
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
        for ((key, what), there) in USELESS.into_iter().zip(there) {
            self.demand(!there, top(key), || {
                format!("a load study has no {what}: its [load] says who comes, and no rule judges it")
            });
        }
        self.demand(s.facilities == 1, top("facilities"), || "in a load study each [[load.kind]] says how many there are".into());
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
                "a load study has no single facilities, insurers or cards to which something happens".into()
            });
        }
    }
}
