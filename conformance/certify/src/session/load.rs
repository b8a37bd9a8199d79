//! The load of `certify --load`: nothing else is played with it.

use super::state::{Session, Watcher};
use crate::bench;
use crate::outcome::{Case, CaseOutcome, Culprit, Failure};
use crate::probe::load::{Measured, Plan, run};
use scenarios::live::Site;
use sim::seed::Seed;
use std::time::Duration;

/// The case of the service levels.
pub const LEVEL: &str = "load/service-level";
/// The case of what is refused because of load.
pub(super) const BUSY: &str = "load/busy";
pub(super) const BUSY_WHAT: &str = "What is refused because of load is refused with 503, its code and Retry-After";
/// How long the insurers may take to report before the load begins.
const REPORT: Duration = Duration::from_secs(60);
/// From this share of a processor on, the mocks may be what is slow.
const MOCKS_AT_THEIR_LIMIT: f64 = 0.9;

impl Session<'_> {
    /// Puts the load on the system, and says what was measured.
    pub(super) fn load(&self, plan: &Plan, watcher: &dyn Watcher) -> (Vec<Case>, Option<Measured>) {
        watcher.plays(LEVEL);
        let setup = |why: String| (vec![Case::not_played(LEVEL, what(plan), CaseOutcome::Setup, why)], None);
        let live = Site { speed: 1.0, ..self.live.clone() };
        let around = match bench::stand(&self.order(), &live, self.subject.tool, self.subject.zone, false) {
            Ok(around) => around,
            Err(why) => return setup(why),
        };
        let found = self.bench(&around).map(|bench| {
            if !bench.parties.insurers_are_asked() {
                around.wait_for_feeds(&bench.parties.insurer_names.keys().cloned().collect(), REPORT);
            }
            around.wait_until_quiet();
            run(&bench, plan, &Seed::new(self.seed, "certify"))
        });
        let feeds = around.feeds.clone();
        around.stop();
        if let (false, Ok(feeds), Ok(mut fed)) = (self.is_self_test(), feeds.lock(), self.live.fed.lock()) {
            fed.extend(feeds.newest().clone());
        }
        match found {
            Ok(found) => (cases(plan, &found, self.is_self_test()), Some(found)),
            Err(why) => setup(why),
        }
    }
}

fn what(plan: &Plan) -> String {
    let levels: Vec<String> = plan.levels.iter().map(ToString::to_string).collect();
    format!(
        "{} requests a second for {:?} on {} kept connections: {}",
        plan.rate,
        plan.lasts,
        plan.connections,
        levels.join(", ")
    )
}

fn cases(plan: &Plan, found: &Measured, is_self_test: bool) -> Vec<Case> {
    let mut level = Case::passed(LEVEL, what(plan));
    for (demand, observed) in plan.levels.iter().filter_map(|demand| Some((demand, demand.unmet(found)?))) {
        let (culprit, likely_cause) = blame(found, demand.limit_ms(), is_self_test);
        level.fail(Failure { expected: demand.to_string(), observed, culprit, likely_cause, before: Vec::new() });
    }
    let mut busy = match found.busy {
        0 => Case::not_played(BUSY, BUSY_WHAT, CaseOutcome::NotReached, "nothing was refused because of load"),
        _ => Case::passed(BUSY, BUSY_WHAT),
    };
    if found.busy_without_retry_after > 0 {
        busy.fail(Failure {
            expected: "Retry-After with every refusal because of load".into(),
            observed: format!("{} of {} were without", found.busy_without_retry_after, found.busy),
            culprit: Culprit::SystemUnderTest,
            likely_cause: None,
            before: Vec::new(),
        });
    }
    vec![level, busy]
}

/// Who is to blame, and why, if a level is not held. A self-test has the system among its mocks.
fn blame(found: &Measured, limit_ms: Option<f64>, is_self_test: bool) -> (Culprit, Option<String>) {
    let busy = found.mocks_busy.filter(|share| *share >= MOCKS_AT_THEIR_LIMIT && !is_self_test);
    if let Some(share) = busy {
        let why = format!("the mocks around the system used {:.0} % of the one processor that they can have", share * 100.0);
        return (Culprit::Testbed, Some(format!("{why}: ask for fewer requests a second")));
    }
    if limit_ms.is_some_and(|limit| found.late_p99_ms > limit / 2.0) {
        let why = format!("requests were sent up to {:.0} ms late (p99): this machine has too much to do", found.late_p99_ms);
        return (Culprit::Environment, Some(why));
    }
    (Culprit::SystemUnderTest, None)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in a test a panic is the report")]
mod tests {
    use super::*;

    fn plan() -> Plan {
        let levels = ["p99=100ms", "failed=0%"].map(|text| text.parse().unwrap()).to_vec();
        Plan { rate: 50.0, lasts: Duration::from_secs(2), connections: 4, levels }
    }

    #[test]
    fn a_level_that_is_not_held_fails_and_the_testbed_blames_itself_first() {
        let good = Measured { requests: 100, p99_ms: 20.0, ..Measured::default() };
        let outcomes = |found: &Measured| -> Vec<_> { cases(&plan(), found, false).iter().map(|c| c.outcome).collect() };
        assert_eq!(outcomes(&good), [CaseOutcome::Passed, CaseOutcome::NotReached]);
        let slow = Measured { p99_ms: 200.0, ..good.clone() };
        assert_eq!(outcomes(&slow)[0], CaseOutcome::Failed);
        assert_eq!(outcomes(&Measured { mocks_busy: Some(0.97), ..slow.clone() })[0], CaseOutcome::Setup);
        assert_eq!(outcomes(&Measured { late_p99_ms: 60.0, ..slow.clone() })[0], CaseOutcome::Setup);
        assert_eq!(cases(&plan(), &Measured { mocks_busy: Some(0.97), ..slow }, true)[0].outcome, CaseOutcome::Failed);
        let refused = Measured { failed: 2, busy: 2, busy_without_retry_after: 1, ..good.clone() };
        assert_eq!(outcomes(&refused), [CaseOutcome::Failed, CaseOutcome::Failed]);
        assert_eq!(outcomes(&Measured { failed: 2, busy: 2, ..good }), [CaseOutcome::Failed, CaseOutcome::Passed]);
    }
}
