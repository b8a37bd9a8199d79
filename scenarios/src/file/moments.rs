//! When things happen in a scenario: from the start of the run, and on the calendar.

use super::{EventPart, Scenario, Span};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use sim::terms::calendar::{jst, jst_day};
use std::time::Duration;

/// How long after its last planned moment a run can still ask about eligibility: a check that began then retries for a while.
const TAIL: Duration = Duration::from_secs(600);

/// How long a change takes to reach all parties, and a check that began before it to end.
pub(super) const SETTLED: Duration = Duration::from_secs(15);

impl Scenario {
    /// The last moment that the file plans, after the start of the run: of a visit, an event, a feed, or the end of a fault.
    pub fn last_moment(&self) -> Duration {
        let visits = self.visits.iter().map(|v| v.at).chain(self.workloads.iter().map(|w| w.until));
        let feeds = self.feeds.iter().flat_map(|f| [f.arrives, f.catches_up]).flatten();
        let known = |e: &EventPart| {
            let [_, fed] = e.does.known_after();
            Span(e.at.0.saturating_add(fed))
        };
        let events = self.events.iter().map(known);
        let errors = self.register_errors.iter().flat_map(|e| [Some(e.from), e.corrected]).flatten();
        let maintenance = self.maintenance.iter().map(|m| Span(m.at.0.saturating_add(m.lasts.0)));
        let cases = self.registry.iter().filter_map(|r| r.cases.as_ref()).map(|c| Span(c.at.0.saturating_add(c.over.0)));
        let reports = self.cancer_reports.iter().map(|r| r.at).chain(cases);
        let looks = self.registry.iter().map(|r| r.looks_after.0).max().unwrap_or_default();
        let reports = reports.map(|at| Span(at.0.saturating_add(looks)));
        let others = events.chain(errors).chain(maintenance).chain(reports).chain([self.healed_at()]);
        let load = self.load.as_ref().map(|load| load.warm_up.0.saturating_add(load.lasts.0)).unwrap_or_default();
        visits.chain(feeds).chain(others).map(|at| at.0).max().unwrap_or_default().max(load)
    }

    /// The last day in Japan on which something can happen in the run.
    pub fn last_day(&self) -> Date {
        self.last_day_after(self.last_moment())
    }

    /// The same for a run whose last planned moment is `last` after its start.
    pub(crate) fn last_day_after(&self, last: Duration) -> Date {
        let by = SignedDuration::try_from(last.saturating_add(TAIL)).unwrap_or(SignedDuration::MAX);
        jst_day(self.epoch().saturating_add(by).unwrap_or(Timestamp::MAX))
    }

    /// How many midnights lie between the start of the run and a moment of it.
    pub fn days_after_start(&self, at: Duration) -> i64 {
        let since_midnight = u64::from(self.starts.0).saturating_add(at.as_secs());
        i64::try_from(since_midnight / (24 * 3600)).unwrap_or(i64::MAX)
    }

    /// The instant at which the run's time is zero.
    pub fn epoch(&self) -> Timestamp {
        jst(self.day.0, i64::from(self.starts.0))
    }
}
