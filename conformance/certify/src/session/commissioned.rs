//! The insurers that have commissioned a broker under test. It answers *not insured* only when all of them have reported, so each
//! reports before the people come; those whose silence is part of a story report after it.

use super::state::{Session, Watcher};
use crate::bench;
use crate::outcome::{Case, CaseOutcome};
use crate::reference::today;
use scenarios::file::Scenario;
use scenarios::live::Site;
use scenarios::live::together::Group;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// The case of the reports.
pub(super) const NAME: &str = "set-up/insurers";
pub(super) const WHAT: &str = "Each insurer reports to the broker";
/// How long all insurers together may take.
const REPORT: Duration = Duration::from_secs(60);

/// By number, the names of the insurers that have a feed of their own in one of these groups.
pub(super) fn silent(groups: &[Group], seed: u64) -> Result<BTreeSet<String>, String> {
    let mut all = BTreeSet::new();
    for group in groups {
        let plan = Scenario { day: scenarios::file::Day(today()), ..group.scenario.clone() };
        let people = scenarios::population::Disclosure::of_scenario(seed, &plan).map_err(|e| e.to_string())?;
        all.extend(group.fed().filter_map(|p| people.person(p)).flat_map(|p| p.insurance).map(|i| i.insurer_number));
    }
    Ok(all)
}

impl Session<'_> {
    /// Lets insurers report that they insure nobody else. The case says which did not succeed.
    pub(super) fn report(&self, insurers: BTreeMap<String, String>, watcher: &dyn Watcher) -> Option<Case> {
        if insurers.is_empty() {
            return None;
        }
        watcher.plays("insurers report");
        let wanted: BTreeSet<String> = insurers.keys().cloned().collect();
        let site = self.followed(NAME, Site { idle: insurers, ..self.live.clone() });
        let setup = |why: String| Some(Case::not_played(NAME, WHAT, CaseOutcome::Setup, why));
        let around = match bench::stand(&self.order(), &site, self.subject.tool, self.subject.zone, true) {
            Ok(around) => around,
            Err(why) => return setup(why),
        };
        around.wait_for_feeds(&wanted, REPORT);
        let feeds = around.feeds.clone();
        if around.stop().is_none() {
            return setup("the mocks ended early".into());
        }
        let accepted = feeds.lock().map(|feeds| feeds.newest().clone()).unwrap_or_default();
        let missing: Vec<&String> = wanted.iter().filter(|number| !accepted.contains_key(*number)).collect();
        if let Ok(mut fed) = self.live.fed.lock() {
            fed.extend(accepted);
        }
        (!missing.is_empty()).then_some(())?;
        let (count, first) = (missing.len(), missing.first().map_or("", |n| n.as_str()));
        setup(format!(
            "the broker did not accept the reports of {count} of {} insurers, {first} among them: configure it with `insurers.json` of the \
             kit; if it was started with an empty state, use --fresh",
            wanted.len()
        ))
    }
}
