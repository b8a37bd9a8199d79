//! What is played, and in which order.

use super::commissioned;
use super::listed::QUICK;
use super::state::Subject;
use crate::outcome::{Case, CaseOutcome};
use crate::reference::reference;
use crate::select::{suites, why_not};
use crate::{probe, story};
use scenarios::file::Scenario;
use scenarios::live::together::{Group, grouped};
use scenarios::population::Disclosure;
use sim::terms::roles::Zone;
use std::collections::{BTreeMap, BTreeSet};

pub struct Todo {
    /// In the order in which they are played.
    pub groups: Vec<Group>,
    pub not_played: Vec<Case>,
    pub probes: bool,
    /// By number, the names of the insurers that a broker under test is configured with, and of those whose silence is played.
    pub commissioned: BTreeMap<String, String>,
    pub silent: BTreeMap<String, String>,
}

impl Todo {
    /// About how many cases will be played.
    pub fn cases(&self) -> usize {
        self.cases_but_probes() + if self.probes { probe::ABOUT } else { 0 }
    }

    /// How many scenarios' cases there are, played or not.
    pub fn cases_but_probes(&self) -> usize {
        self.names().len() + self.not_played.len()
    }

    /// The names of the scenarios' cases.
    pub fn names(&self) -> Vec<String> {
        self.groups.iter().flat_map(|g| g.members.iter().map(|m| format!("scenario/{}", m.name))).collect()
    }
}

/// What is played with a subject.
pub fn todo(subject: &Subject<'_>, seed: u64) -> Result<Todo, String> {
    if subject.load.is_some() || subject.configured.is_some() && subject.zone == Zone::Insurer {
        // The stories of an insurer are those of feeding.
        let (commissioned, silent) = (BTreeMap::new(), BTreeMap::new());
        return Ok(Todo { groups: Vec::new(), not_played: Vec::new(), probes: false, commissioned, silent });
    }
    let wanted = |name: &str| subject.wants(&format!("scenario/{name}"));
    let mut not_played = Vec::new();
    let mut plans: Vec<Scenario> = vec![story::scenario().map_err(|e| e.to_string())?];
    for suite in suites() {
        plans.extend(suite.scenarios().map_err(|e| e.to_string())?);
    }
    let mut playable = Vec::new();
    for plan in plans.into_iter().map(|s| s.planned(seed)) {
        match why_not(&plan, subject.zone, &subject.design) {
            None => playable.push(plan),
            Some(why) if wanted(&plan.name) => {
                let name = format!("scenario/{}", plan.name);
                not_played.push(Case::not_played(name, &plan.title.en, CaseOutcome::NotApplicable, why.text_en()));
            }
            Some(_) => {}
        }
    }
    // A system under test knows the people and facilities of whole groups, so one scenario is played as it is with the others.
    let groups = grouped(playable, seed).map_err(|e| e.to_string())?.into_iter();
    let mut groups: Vec<Group> = groups.filter_map(|group| group.only(wanted)).collect();
    if subject.quick && subject.only.is_empty() {
        let (stay, leave): (Vec<_>, Vec<_>) = groups.into_iter().partition(|g| g.members.len() > 1);
        groups = stay;
        let left = leave.iter().flat_map(|g| &g.members);
        let why = QUICK;
        not_played.extend(left.map(|m| Case::not_played(format!("scenario/{}", m.name), "", CaseOutcome::NotReached, why)));
    }
    // A system that has accepted a feed of an insurer keeps it, so stories about feeds that are missing come first.
    groups.sort_by_key(|g| g.fed().next().is_none());
    if subject.configured.is_some() {
        let why = "an insurer of its people has reported before: start the system with an empty state and use --fresh";
        let (stay, leave) = not_fed_yet(groups, subject, seed)?;
        groups = stay;
        let left = leave.iter().flat_map(|g| &g.members);
        not_played.extend(left.map(|m| Case::not_played(format!("scenario/{}", m.name), "", CaseOutcome::NotReached, why)));
    }
    let listens = subject.zone != Zone::Insurer;
    // A name of the contract may mean probes and scenarios.
    let some = subject.only.is_empty() || subject.only.iter().any(|only| !only.starts_with("scenario/"));
    let (mut commissioned, mut silent) = (BTreeMap::new(), BTreeMap::new());
    if subject.configured.is_some() && subject.zone == Zone::Broker {
        commissioned = reference(seed, &subject.design)?.insurers;
        let numbers = commissioned::silent(&groups, seed)?;
        silent = commissioned.clone();
        silent.retain(|number, _| numbers.contains(number));
    }
    Ok(Todo { groups, not_played, probes: listens && some, commissioned, silent })
}

/// Separates groups in which an insurer has a feed of its own that has reported before, in this certification or an earlier one.
fn not_fed_yet(groups: Vec<Group>, subject: &Subject<'_>, seed: u64) -> Result<(Vec<Group>, Vec<Group>), String> {
    let mut fed: BTreeSet<String> = subject.fed.keys().cloned().collect();
    let (mut stay, mut leave) = (Vec::new(), Vec::new());
    for group in groups {
        let people = Disclosure::of_scenario(seed, &group.scenario).map_err(|e| e.to_string())?;
        let insurers = |person: u64| -> Vec<String> {
            people.person(person).into_iter().flat_map(|p| p.insurance).map(|i| i.insurer_number).collect()
        };
        if group.fed().any(|person| insurers(person).iter().any(|i| fed.contains(i))) {
            leave.push(group);
            continue;
        }
        fed.extend((0..people.count()).flat_map(insurers));
        stay.push(group);
    }
    Ok((stay, leave))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in a test a panic is the report")]
mod tests {
    use super::*;
    use crate::reference::today;
    use crate::site::SiteFile;
    use scenarios::file::Day;
    use scenarios::population::Reference;

    #[test]
    fn a_case_that_is_played_alone_meets_the_people_and_facilities_of_the_whole() {
        let design = scenarios::designs::certificate();
        let known = reference(1, &design).unwrap();
        for name in ["everyday-visit", "certificate-revoked", "jpki-down"] {
            let subject = Subject {
                zone: Zone::Broker,
                design: design.clone(),
                site: SiteFile::new(1, "certificate", 0, jiff::Timestamp::UNIX_EPOCH),
                configured: None,
                fed: Default::default(),
                only: vec![format!("scenario/{name}")],
                exactly: true,
                quick: false,
                load: None,
                mutant: None,
                tool: "test",
            };
            let todo = todo(&subject, 1).unwrap();
            assert_eq!(todo.names(), [format!("scenario/{name}")]);
            let group = &todo.groups[0].scenario;
            let met = Reference::of(1, &Scenario { day: Day(today()), ..group.clone() }, today()).unwrap();
            let strangers: Vec<_> =
                met.facilities.iter().filter(|(number, licensed)| known.facilities.get(*number) != Some(licensed)).collect();
            assert!(!met.facilities.is_empty() && strangers.is_empty(), "{name}: {strangers:?}");
            assert!(met.insurers.keys().all(|number| known.insurers.contains_key(number)), "{name}");
        }
    }
}
