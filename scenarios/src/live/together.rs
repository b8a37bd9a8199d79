//! Several scenarios in one run, so that a live run does not take the sum of their times.
//!
//! Only scenarios whose stories do not touch parties that all share can be played together: nobody else notices an expired
//! certificate, but everybody notices that JPKI is down. Each keeps its own people and facilities.

use crate::file::{FaultKind, Scenario};
use crate::population::Disclosure;
use sim::people::PopulationError;
use std::collections::BTreeSet;

/// Scenarios that are played in one run.
#[derive(Clone, Debug)]
pub struct Group {
    /// What is played.
    pub scenario: Scenario,
    /// The scenarios, in the order of their people.
    pub members: Vec<Member>,
}

/// A scenario in a group.
#[derive(Clone, Debug)]
pub struct Member {
    pub name: String,
    /// The indices of its visits in the group.
    pub visits: std::ops::Range<usize>,
    people: std::ops::Range<u64>,
    /// The people whose insurers have feeds of their own in it.
    fed: Vec<u64>,
}

/// Whether a scenario, with everything drawn, touches nothing that other people of a run share.
fn is_separate(s: &Scenario) -> bool {
    let faults = s.faults.iter().all(|f| matches!(f.does, FaultKind::CardLost { .. }));
    let plain = s.capacity.is_none() && s.links.is_empty() && s.load.is_none() && s.breaks.is_empty();
    faults && plain && s.shares.is_empty() && s.service_levels.is_empty()
}

/// Groups scenarios, each with everything drawn by this seed. Those that touch what others share are alone.
///
/// # Errors
/// If a group has more people than a population may have.
pub fn grouped(scenarios: Vec<Scenario>, seed: u64) -> Result<Vec<Group>, PopulationError> {
    let (separate, alone): (Vec<_>, Vec<_>) = scenarios.into_iter().partition(is_separate);
    let mut groups: Vec<Group> = Vec::new();
    for scenario in separate {
        match place(&groups, &scenario, seed)? {
            Some((at, group)) => groups[at] = group,
            None => groups.push(Group::of(scenario)),
        }
    }
    groups.extend(alone.into_iter().map(Group::of));
    Ok(groups)
}

/// The first group in which a scenario disturbs nobody, with the scenario in it.
fn place(groups: &[Group], scenario: &Scenario, seed: u64) -> Result<Option<(usize, Group)>, PopulationError> {
    for (at, group) in groups.iter().enumerate() {
        let mut with = group.clone();
        with.add(scenario.clone(), at + 1);
        if !with.members_share_a_feed(seed)? {
            return Ok(Some((at, with)));
        }
    }
    Ok(None)
}

impl Group {
    fn of(scenario: Scenario) -> Group {
        let member = Member {
            name: scenario.name.clone(),
            visits: 0..scenario.visits.len(),
            people: 0..scenario.people,
            fed: scenario.feeds.iter().map(|f| f.of_insurer_of).collect(),
        };
        Group { scenario, members: vec![member] }
    }

    /// Adds a scenario behind the others. `number` is that of the group, from 1: its people are drawn under it.
    fn add(&mut self, mut more: Scenario, number: usize) {
        let all = &mut self.scenario;
        all.name = format!("together-{number}");
        all.source = all.name.clone();
        all.draws_as = None;
        let (people, facilities, visits) = (all.people, all.facilities, all.visits.len());
        more.persons.iter_mut().for_each(|p| p.index += people);
        more.facility_parts.iter_mut().for_each(|f| f.index += facilities);
        more.feeds.iter_mut().for_each(|f| f.of_insurer_of += people);
        for visit in &mut more.visits {
            visit.person += people;
            visit.facility += facilities;
        }
        more.events.iter_mut().for_each(|e| *e.does.person_mut() += people);
        for fault in &mut more.faults {
            fault.does.person_mut().into_iter().for_each(|person| *person += people);
        }
        self.members.push(Member {
            name: more.name,
            visits: visits..visits + more.visits.len(),
            people: people..people + more.people,
            fed: more.feeds.iter().map(|f| f.of_insurer_of).collect(),
        });
        all.people += more.people;
        all.facilities += more.facilities;
        all.persons.append(&mut more.persons);
        all.facility_parts.append(&mut more.facility_parts);
        all.feeds.append(&mut more.feeds);
        all.visits.append(&mut more.visits);
        all.events.append(&mut more.events);
        all.faults.append(&mut more.faults);
        // What a scenario reaches is counted over all of its run, so it cannot be demanded of a part.
        all.sometimes.clear();
        all.exercises.clear();
        all.heals_within = None;
    }

    /// The same with the wanted members only, whose people and facilities are those that they are with the others. `None` if no
    /// member is wanted.
    #[must_use]
    pub fn only(mut self, wanted: impl Fn(&str) -> bool) -> Option<Group> {
        let (stay, leave): (Vec<_>, Vec<_>) = self.members.into_iter().partition(|m| wanted(&m.name));
        if leave.is_empty() || stay.is_empty() {
            self.members = stay;
            return (!self.members.is_empty()).then_some(self);
        }
        let stays = |person: u64| stay.iter().any(|m| m.people.contains(&person));
        let all = &mut self.scenario;
        all.feeds.retain(|f| stays(f.of_insurer_of));
        all.events.retain_mut(|e| stays(*e.does.person_mut()));
        all.faults.retain_mut(|f| f.does.person_mut().is_none_or(|person| stays(*person)));
        let mut visits = Vec::new();
        self.members = stay;
        for member in &mut self.members {
            let begin = visits.len();
            visits.extend(all.visits.get(member.visits.clone()).unwrap_or_default().iter().cloned());
            member.visits = begin..visits.len();
        }
        all.visits = visits;
        Some(self)
    }

    /// Whether an insurer with a feed of its own in one member insures somebody of another one.
    fn members_share_a_feed(&self, seed: u64) -> Result<bool, PopulationError> {
        if self.members.iter().all(|m| m.fed.is_empty()) {
            return Ok(false);
        }
        let people = Disclosure::of_scenario(seed, &self.scenario)?;
        let insurers = |person: u64| -> BTreeSet<String> {
            people.person(person).into_iter().flat_map(|p| p.insurance).map(|i| i.insurer_number).collect()
        };
        Ok(self.members.iter().any(|member| {
            let fed: BTreeSet<String> = member.fed.iter().flat_map(|person| insurers(*person)).collect();
            let others = self.members.iter().filter(|other| other.name != member.name);
            !fed.is_empty() && others.flat_map(|o| o.people.clone()).any(|person| !insurers(person).is_disjoint(&fed))
        }))
    }

    /// The scenario to which a visit of the group belongs.
    pub fn member_of(&self, visit: usize) -> Option<&Member> {
        self.members.iter().find(|m| m.visits.contains(&visit))
    }

    /// The scenario to which a person of the group belongs.
    pub fn member_with(&self, person: u64) -> Option<&Member> {
        self.members.iter().find(|m| m.people.contains(&person))
    }

    /// The people whose insurers have feeds of their own.
    pub fn fed(&self) -> impl Iterator<Item = u64> {
        self.members.iter().flat_map(|m| m.fed.iter().copied())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in a test a panic is the report")]
mod tests {
    use super::*;
    use crate::catalog;
    use crate::run::{Order, play};
    use sim::engine::EngineKind;
    use sim::terms::design::Design;

    fn core() -> Vec<Scenario> {
        let mut all = catalog::core().unwrap();
        all.retain(|s| s.needs.met_by(&Design::default()) && s.day == Default::default() && s.starts == Default::default());
        all.into_iter().map(|s| s.planned(1)).collect()
    }

    #[test]
    fn scenarios_end_together_as_they_do_alone() {
        let groups = grouped(core(), 1).unwrap();
        let together: Vec<&Group> = groups.iter().filter(|g| g.members.len() > 1).collect();
        assert!(together.iter().map(|g| g.members.len()).sum::<usize>() > 25);
        for group in together {
            let order = Order { scenario: 0, design: Default::default(), seed: 1, mutant: None, engine: EngineKind::Events };
            let played = play(&group.scenario, &order, "test").unwrap();
            let wrong: Vec<_> = played.visits.iter().filter(|v| !v.held).collect();
            assert!(wrong.is_empty(), "{wrong:?} in {:?}", wrong.iter().map(|v| group.member_of(v.visit)).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_member_alone_has_the_people_and_facilities_that_it_has_with_the_others() {
        let group = grouped(core(), 1).unwrap().into_iter().find(|g| g.members.len() > 2).unwrap();
        let name = group.members[2].name.clone();
        assert!(group.clone().only(|_| false).is_none());
        assert_eq!(group.clone().only(|_| true).unwrap().scenario, group.scenario);
        let alone = group.clone().only(|n| n == name).unwrap();
        assert_eq!(alone.members.iter().map(|m| m.name.as_str()).collect::<Vec<_>>(), [name]);
        assert_eq!(alone.scenario.visits, group.scenario.visits[group.members[2].visits.clone()]);
        let order = Order { scenario: 0, design: Default::default(), seed: 1, mutant: None, engine: EngineKind::Events };
        let (few, all) = (play(&alone.scenario, &order, "test").unwrap(), play(&group.scenario, &order, "test").unwrap());
        assert!(!few.visits.is_empty() && few.visits.iter().all(|v| v.held));
        assert_eq!(few.ground.facilities, all.ground.facilities);
        let person = |ground: &sim::ground::Ground, at: usize| ground.people[at].clone();
        let at = usize::try_from(group.members[2].people.start).unwrap();
        assert_eq!(format!("{:?}", person(&few.ground, at)), format!("{:?}", person(&all.ground, at)));
    }

    #[test]
    fn who_touches_what_all_share_is_alone() {
        let groups = grouped(core(), 1).unwrap();
        for group in &groups {
            let alone =
                ["jpki-down", "broker-down", "jpki-slow", "line-cut"].iter().any(|n| group.members.iter().any(|m| m.name == *n));
            assert!(!alone || group.members.len() == 1, "{:?}", group.members);
        }
    }
}
