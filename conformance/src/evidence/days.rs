//! The day about which a check asks, by true time: no party's clock and no message decides it.

use super::{Evidence, Trail};
use jiff::civil::Date;
use std::collections::BTreeSet;
use terms::calendar::jst_day;
use terms::check::Step;

impl Evidence<'_> {
    /// The day in Japan on which a check was asked. Two days if midnight passed while its first request was on its way, or, for a
    /// check of which no request was seen, while it lasted: then either is right.
    pub fn days_asked(&self, trail: &Trail<'_>) -> BTreeSet<Date> {
        let sent = trail.first(Step::EligibilityRequested).map(|entry| entry.at_ns);
        let asked = sent.or(trail.first_request_ns);
        let moments = match asked {
            Some(from) => [Some(from), trail.first_request_ns],
            None => [trail.steps.first().map(|(entry, _)| entry.at_ns), trail.outcomes.last().map(|(entry, _)| entry.at_ns)],
        };
        moments.into_iter().flatten().map(|at_ns| jst_day(self.time_at(at_ns))).collect()
    }
}
