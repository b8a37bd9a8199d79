//! Attacks, errors, and rates of errors.

use super::{Checks, part, top};
use crate::file::realism::Rates;
use crate::file::risks::RiskKind;

/// The most attempts, entries or guesses of one risk.
const MOST: u64 = 1_000_000;
/// The most attempts that are played as visits.
const MOST_VISITS: u64 = 10_000;

impl Checks<'_> {
    pub(super) fn risks(&mut self) {
        let s = self.scenario;
        for (i, risk) in s.risks.iter().enumerate() {
            let does = || part("risk", i, &["does"]);
            if let Some(attempts) = risk.does.attempts() {
                self.within_the_longest(part("risk", i, &["until"]), risk.until.0);
                self.demand(risk.from < risk.until, part("risk", i, &["until"]), || "`until` must come after `from`".into());
                let valid = (1..=MOST_VISITS).contains(&attempts);
                self.demand(valid, does(), || format!("`attempts` must be 1 to {MOST_VISITS}, not {attempts}"));
            }
            match &risk.does {
                RiskKind::TypedIdentifiers { entries: n, .. } | RiskKind::GuessedIdentifiers { guesses: n } => {
                    self.demand((1..=MOST).contains(n), does(), || format!("there must be 1 to {MOST}, not {n}"));
                }
                RiskKind::ColludingFacilities { facilities } => {
                    let valid = (2..=s.facilities).contains(facilities);
                    let most = s.facilities;
                    self.demand(valid, does(), || format!("`facilities` must be 2 to {most}, not {facilities}"));
                }
                _ => {}
            }
        }
        if let Some(name) = &s.realism {
            let wrong = Rates::named(name).err();
            self.demand(wrong.is_none(), top("realism"), || wrong.unwrap_or_default());
            let drawn = !s.workloads.is_empty();
            self.demand(drawn, top("realism"), || "`realism` needs a [[workload]], whose visits meet the errors".into());
        }
        if let Some(times) = s.realism_times {
            let valid = times > 0.0 && times <= 1e6 && s.realism.is_some();
            self.demand(valid, top("realism-times"), || {
                "`realism-times` must be above 0 and at most 1000000, with `realism`".into()
            });
        }
    }
}
