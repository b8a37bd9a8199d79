//! Little's law, L = λW (Little 1961), as a check of the testbed itself, for every queue in every run.
//!
//! The number of callers at a station is tracked in two ways. One counts callers as they enter and leave, by their own clock; its
//! integral over time is the area under L. The other is the queue's recursion, which gives the length of each job's stay. Over
//! any interval, the area is the sum of the stays, with these terms, each exact:
//!
//! ```text
//! area = Σ (end − arrival)                of all accepted jobs
//!      − Σ (end − left)                   of callers that went away before the end
//!      − Σ (end − now)                    of jobs that are not finished
//!      + Σ (left − end)                   of callers that left late
//! ```
//!
//! On an engine with ticks a caller may be late by two ticks at most: its task wakes late, although its exact time is the job's
//! end, unless something else in the same task moved that time. A caller that is later or earlier, or never leaves, breaks the
//! law.

/// The result of the check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Little {
    /// The length of the interval, in nanoseconds.
    pub over_ns: u64,
    /// Callers that were accepted.
    pub entered: u64,
    /// Those of them that are still present.
    pub present: u64,
    /// Those of them that went away before their job was done.
    pub went_away: u64,
    /// The number of callers present, integrated over time: nanoseconds.
    pub area_ns: i128,
    /// The sum of their stays by the recursion, in nanoseconds.
    pub stayed_ns: i128,
}

impl Little {
    /// The mean number of callers present.
    pub fn l(&self) -> f64 {
        if self.over_ns == 0 { 0.0 } else { self.area_ns as f64 / self.over_ns as f64 }
    }

    /// How many callers enter per second.
    pub fn lambda_per_s(&self) -> f64 {
        if self.over_ns == 0 { 0.0 } else { self.entered as f64 * 1e9 / self.over_ns as f64 }
    }

    /// The mean stay, in seconds.
    pub fn w_s(&self) -> f64 {
        if self.entered == 0 { 0.0 } else { self.stayed_ns as f64 / self.entered as f64 / 1e9 }
    }
}

/// How Little's law is broken: an error of the testbed, not of the tested system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LittleBroken {
    #[error("{callers} callers are present, but {jobs} unfinished jobs have callers that have not left")]
    Missing { callers: u64, jobs: u64 },
    #[error("the callers were present for {area_ns} ns together; expected {stayed_ns} ns to {at_most_ns} ns")]
    Area { area_ns: i128, stayed_ns: i128, at_most_ns: i128 },
    #[error("a caller left {by_ns} ns after the end of its job; the limit is {at_most_ns} ns")]
    Late { by_ns: i128, at_most_ns: u64 },
    #[error("a caller left {by_ns} ns before the end of its job")]
    Early { by_ns: i128 },
}

/// Counts callers.
#[derive(Default)]
pub(super) struct Count {
    entered: u64,
    present: u64,
    went_away: u64,
    /// The sum of all leaving times less the sum of all entry times: with those present, the integral of their number.
    signed_ns: i128,
    /// The remaining time of the jobs of callers that went away.
    pub went_away_ns: i128,
    late_ns: i128,
    latest_ns: i128,
    earliest_ns: i128,
    /// How late a caller may be.
    slack_ns: u64,
    /// Whether the next caller that leaves is missed.
    #[cfg(test)]
    forgets: bool,
}

impl Count {
    pub fn enter(&mut self, at: u64, slack_ns: u64) {
        self.entered += 1;
        self.present += 1;
        self.signed_ns -= i128::from(at);
        self.slack_ns = self.slack_ns.max(slack_ns);
    }

    fn exit(&mut self, at: u64) {
        #[cfg(test)]
        if std::mem::take(&mut self.forgets) {
            return;
        }
        self.present = self.present.saturating_sub(1);
        self.signed_ns += i128::from(at);
    }

    /// A caller leaves whose job ended at `end`.
    pub fn leave(&mut self, at: u64, end: u64) {
        self.exit(at);
        let late = i128::from(at) - i128::from(end);
        self.late_ns += late;
        self.latest_ns = self.latest_ns.max(late);
        self.earliest_ns = self.earliest_ns.min(late);
    }

    /// A caller leaves whose job ends later, at `end`.
    pub fn go_away(&mut self, at: u64, end: u64) {
        self.exit(at);
        self.went_away += 1;
        self.went_away_ns += i128::from(end) - i128::from(at);
    }

    #[cfg(test)]
    pub fn forget_one(&mut self) {
        self.forgets = true;
    }

    /// `stayed_ns` is the sum of all stays by the recursion; `jobs` unfinished jobs with callers present have `rest_ns` left.
    pub fn littles_law(&self, now: u64, stayed_ns: u128, jobs: u64, rest_ns: i128) -> Result<Little, LittleBroken> {
        if self.earliest_ns < 0 {
            return Err(LittleBroken::Early { by_ns: -self.earliest_ns });
        }
        if self.latest_ns > i128::from(self.slack_ns) {
            return Err(LittleBroken::Late { by_ns: self.latest_ns, at_most_ns: self.slack_ns });
        }
        // Jobs that have ended, and whose callers are about to wake.
        let Some(waking) = self.present.checked_sub(jobs) else {
            return Err(LittleBroken::Missing { callers: self.present, jobs });
        };
        let area_ns = self.signed_ns + i128::from(self.present) * i128::from(now);
        let stayed_ns = stayed_ns as i128 - self.went_away_ns - rest_ns + self.late_ns;
        let at_most_ns = stayed_ns + i128::from(waking) * i128::from(self.slack_ns);
        if area_ns < stayed_ns || area_ns > at_most_ns {
            return Err(LittleBroken::Area { area_ns, stayed_ns, at_most_ns });
        }
        let (entered, present, went_away) = (self.entered, self.present, self.went_away);
        Ok(Little { over_ns: now, entered, present, went_away, area_ns, stayed_ns })
    }
}
