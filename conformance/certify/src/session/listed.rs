//! Every case of a certification, played or not. What was played does not show what is missing, so a certification, and whoever
//! verifies one, compares with this list.

use super::feeding;
use super::state::Subject;
use crate::bench::{WRONG_CLIENTS, example};
use crate::outcome::{Case, CaseOutcome};
use crate::probe::{self, Which};
use crate::records::AuditExport;
use crate::select::{NotPlayed, suites, why_not};
use crate::sut::Claims;
use crate::{logs, operator, story};
use sim::terms::design::Design;
use sim::terms::roles::Zone;
use std::collections::BTreeSet;

/// Why a case is not played that `--only` does not name.
pub const NOT_INCLUDED: &str = "not included: --only names other cases";
/// Why a case is not played that takes long.
pub(super) const QUICK: &str = "excluded by --quick";
const LOAD: &str = "not included: --load puts load on the system and does nothing else";

/// What decides which cases there are.
#[derive(Clone, Debug)]
pub struct Scope<'a> {
    /// Of the role under test.
    pub zone: Zone,
    pub design: &'a Design,
    /// From which scenarios draw what they leave open.
    pub seed: u64,
    /// Whether the mock of the role is certified.
    pub is_self_test: bool,
    /// Whether the system can be stopped and started.
    pub can_be_stopped: bool,
    /// Whether a broker exports its audit records.
    pub has_records: bool,
}

/// A case of a certification.
#[derive(Clone, Debug)]
pub struct Listed {
    pub name: String,
    /// What is tested, in one sentence.
    pub what: String,
    /// Why it does not apply, if it does not.
    pub not_applicable: Option<NotPlayed>,
}

/// Every case, each once, in no order. The files of the search of logs are not known before it: `logs` is all of them.
///
/// # Errors
/// If the scenarios that come with the tool cannot be read, which a test excludes.
pub fn every_case(scope: &Scope<'_>) -> Result<Vec<Listed>, String> {
    let listed = |name: String, what: String| Listed { name, what, not_applicable: None };
    let mut all = Vec::new();
    if !scope.is_self_test {
        all.push(listed(logs::NAME.into(), logs::WHAT.into()));
    }
    if scope.zone == Zone::Insurer && !scope.is_self_test {
        all.extend(feeding::cases().map(|(name, what)| listed(name.into(), what.into())));
        return Ok(all);
    }
    let mut plans = vec![story::scenario().map_err(|e| e.to_string())?];
    for suite in suites() {
        plans.extend(suite.scenarios().map_err(|e| e.to_string())?);
    }
    all.extend(plans.into_iter().map(|scenario| scenario.planned(scope.seed)).map(|plan| Listed {
        name: format!("scenario/{}", plan.name),
        not_applicable: why_not(&plan, scope.zone, scope.design),
        what: plan.title.en,
    }));
    if scope.zone != Zone::Insurer {
        all.extend(probes(scope).into_iter().map(|(name, what)| listed(name, what)));
    }
    Ok(all)
}

/// The probes, with what each is about.
fn probes(scope: &Scope<'_>) -> Vec<(String, String)> {
    let good = example(scope.zone, scope.design);
    let wrong_clients = WRONG_CLIENTS.map(|(name, what)| (name, what, None));
    // Claims decide what is expected, and not what is tried.
    let claims = Claims::default();
    let which = Which {
        zone: scope.zone,
        design: scope.design,
        good: &good,
        wrong_clients: &wrong_clients,
        claims: &claims,
        can_be_stopped: scope.can_be_stopped,
        has_records: scope.has_records,
    };
    let not_played = probe::all::not_played(&which).into_iter().map(|case| (case.name, case.what));
    probe::all::all(&which).into_iter().map(|probe| (probe.name, probe.what)).chain(not_played).collect()
}

impl Subject<'_> {
    /// What decides which cases there are of it.
    pub fn scope(&self) -> Scope<'_> {
        Scope {
            zone: self.zone,
            design: &self.design,
            seed: self.site.seed,
            is_self_test: self.configured.is_none(),
            // The mocks can be stopped, and that of a broker has records.
            can_be_stopped: self.configured.is_none_or(|c| operator::Operator::of(c).is_there()),
            has_records: self.configured.is_none_or(|c| AuditExport::of(c).is_there()),
        }
    }

    /// The cases that are not among those that were played. `why` is the reason of one that was to be played.
    pub(super) fn others(&self, all: &[Listed], played: &[Case], why: &str) -> Vec<Case> {
        let names: BTreeSet<&str> = played.iter().map(|case| case.name.as_str()).collect();
        let has_logs = played.iter().any(|case| logs::is_of_search(&case.name));
        let is_missing = |listed: &&Listed| match listed.name.as_str() {
            logs::NAME => !has_logs,
            name => !names.contains(name),
        };
        let case = |listed: &Listed| match listed.not_applicable {
            Some(why) => Case::not_played(&listed.name, &listed.what, CaseOutcome::NotApplicable, why.text_en()),
            None => {
                let why = match () {
                    () if !self.wants(&listed.name) => NOT_INCLUDED,
                    () if self.load.is_some() => LOAD,
                    () if self.quick && self.only.is_empty() => QUICK,
                    () => why,
                };
                Case::not_played(&listed.name, &listed.what, CaseOutcome::NotReached, why)
            }
        };
        all.iter().filter(is_missing).map(case).collect()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in a test a panic is the report")]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn every_case_is_listed_once() {
        let designs = ["certificate", "signed-challenge", "ask-insurer"].map(|name| scenarios::designs::find(name).unwrap());
        for (zone, design) in [Zone::Broker, Zone::Jpki, Zone::NumberAuthority, Zone::Insurer]
            .into_iter()
            .flat_map(|zone| designs.iter().map(move |d| (zone, d)))
        {
            for is_self_test in [false, true] {
                let scope =
                    Scope { zone, design, seed: 1, is_self_test, can_be_stopped: is_self_test, has_records: is_self_test };
                let mut times: BTreeMap<String, usize> = BTreeMap::new();
                every_case(&scope).unwrap().into_iter().for_each(|listed| *times.entry(listed.name).or_default() += 1);
                let twice: Vec<_> = times.iter().filter(|(_, n)| **n > 1).collect();
                assert!(twice.is_empty() && times.len() > 4, "{twice:?}");
            }
        }
    }
}
