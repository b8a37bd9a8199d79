//! Joining visits to profiles, and the score.

use super::Observation;
use crate::measure::leaves::Leaf;
use std::collections::{BTreeMap, BTreeSet};

/// What an adversary joined.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Joined {
    /// People of whom it saw two visits at least; at two places, if it has several.
    pub people: u64,
    /// Of these, how many have two such visits in one profile by exact identifiers.
    pub exact: u64,
    /// The same, by exact identifiers in what the adversary keeps beside the insured identifier.
    pub kept: u64,
    /// The same, by exact or quasi-identifiers.
    pub quasi: u64,
}

impl Joined {
    /// The share joined by exact identifiers. `None` where it saw nobody twice.
    pub fn exact_share(&self) -> Option<f64> {
        (self.people > 0).then(|| self.exact as f64 / self.people as f64)
    }

    /// The share joined by exact identifiers that are kept.
    pub fn kept_share(&self) -> Option<f64> {
        (self.people > 0).then(|| self.kept as f64 / self.people as f64)
    }

    /// The share joined by exact or quasi-identifiers.
    pub fn quasi_share(&self) -> Option<f64> {
        (self.people > 0).then(|| self.quasi as f64 / self.people as f64)
    }
}

/// What is known of the fields that parties of one kind saw in a whole run: which of them name one person.
pub struct World {
    /// Fields of which a value belonged to two people.
    shared: BTreeSet<u32>,
    /// Fields that are not the same in every visit of each person.
    changes: BTreeSet<u32>,
    /// Quasi-identifiers that two people have.
    ambiguous: BTreeSet<Vec<Leaf>>,
}

impl World {
    pub fn of(all: &[&Observation]) -> World {
        let mut world = World { shared: shared_fields(all), changes: changing_fields(all), ambiguous: BTreeSet::new() };
        let mut owner: BTreeMap<Vec<Leaf>, u64> = BTreeMap::new();
        for observation in all {
            let quasi = world.quasi(observation);
            if *owner.entry(quasi.clone()).or_insert(observation.person) != observation.person {
                world.ambiguous.insert(quasi);
            }
        }
        world
    }

    /// All values in fields that stay the same. A field whose values two people may share is among them.
    fn quasi(&self, observation: &Observation) -> Vec<Leaf> {
        let all = observation.codes.iter().chain(&observation.others).filter(|leaf| !self.changes.contains(&leaf.field));
        all.copied().collect()
    }

    /// The quasi-identifier of one person, if it is one.
    fn quasi_keys(&self, observation: &Observation) -> Vec<Vec<Leaf>> {
        let quasi = self.quasi(observation);
        let names = !quasi.is_empty() && !self.ambiguous.contains(&quasi);
        if names { vec![quasi] } else { Vec::new() }
    }

    /// The values that name one person.
    fn exact_keys(&self, leaves: &BTreeSet<Leaf>) -> Vec<Vec<Leaf>> {
        leaves.iter().filter(|leaf| !self.shared.contains(&leaf.field)).map(|leaf| vec![*leaf]).collect()
    }
}

/// The fields of which a value was seen with two people: they do not name one person.
fn shared_fields(all: &[&Observation]) -> BTreeSet<u32> {
    let mut owner: BTreeMap<Leaf, u64> = BTreeMap::new();
    let mut shared: BTreeSet<u32> = BTreeSet::new();
    for observation in all {
        for leaf in &observation.codes {
            if *owner.entry(*leaf).or_insert(observation.person) != observation.person {
                shared.insert(leaf.field);
            }
        }
    }
    shared
}

/// The fields that two visits of one person differ in.
fn changing_fields(all: &[&Observation]) -> BTreeSet<u32> {
    let by_field: Vec<BTreeMap<u32, BTreeSet<u32>>> = all.iter().map(|o| fields_of(o)).collect();
    let fields: BTreeSet<u32> = by_field.iter().flat_map(|f| f.keys().copied()).collect();
    let mut changes: BTreeSet<u32> = BTreeSet::new();
    let mut of_person: BTreeMap<u64, &BTreeMap<u32, BTreeSet<u32>>> = BTreeMap::new();
    for (observation, own) in all.iter().zip(&by_field) {
        let first = *of_person.entry(observation.person).or_insert(own);
        changes.extend(fields.iter().filter(|f| first.get(f) != own.get(f)));
    }
    changes
}

/// By field, its values in one visit.
fn fields_of(observation: &Observation) -> BTreeMap<u32, BTreeSet<u32>> {
    let mut by_field: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    for leaf in observation.codes.iter().chain(&observation.others) {
        by_field.entry(leaf.field).or_default().insert(leaf.value);
    }
    by_field
}

/// Joins what an adversary has. `expected` are the visits that it would have seen had it seen everything at its places, as person
/// and place: people who came twice count even if it learnt nothing of them.
pub fn join(world: &World, known: &[&Observation], expected: &[(u64, u32)]) -> Joined {
    let several = expected.iter().map(|(_, place)| place).collect::<BTreeSet<_>>().len() > 1;
    let mut places: BTreeMap<u64, Vec<u32>> = BTreeMap::new();
    for (person, place) in expected {
        places.entry(*person).or_default().push(*place);
    }
    let came_twice = |at: &Vec<u32>| match several {
        true => at.iter().collect::<BTreeSet<_>>().len() > 1,
        false => at.len() > 1,
    };
    let people: BTreeSet<u64> = places.iter().filter(|(_, at)| came_twice(at)).map(|(person, _)| *person).collect();
    let found = |keys: &dyn Fn(&Observation) -> Vec<Vec<Leaf>>| joined(known, keys, several, &people);
    let exact = found(&|o| world.exact_keys(&o.codes));
    let quasi = found(&|o| world.quasi_keys(o));
    Joined {
        people: people.len() as u64,
        exact: exact.len() as u64,
        kept: found(&|o| world.exact_keys(&o.kept)).len() as u64,
        quasi: exact.union(&quasi).count() as u64,
    }
}

/// The fields that name one person and join visits: a value of theirs was seen in two visits. Values together join where a part of them
/// does not.
pub fn joining_fields(all: &[&Observation]) -> BTreeSet<u32> {
    let shared = shared_fields(all);
    let mut first: BTreeMap<Leaf, usize> = BTreeMap::new();
    let mut joining = BTreeSet::new();
    for observation in all {
        for leaf in observation.codes.iter().filter(|leaf| !shared.contains(&leaf.field)) {
            if *first.entry(*leaf).or_insert(observation.visit) != observation.visit {
                joining.insert(leaf.field);
            }
        }
    }
    joining
}

/// The people of whom two visits, at two places if there are several, are in one profile. Observations with an equal key are in one, and
/// no key is of two people.
fn joined(
    known: &[&Observation],
    keys: &dyn Fn(&Observation) -> Vec<Vec<Leaf>>,
    several: bool,
    people: &BTreeSet<u64>,
) -> BTreeSet<u64> {
    let mut parent: Vec<usize> = (0..known.len()).collect();
    let mut first: BTreeMap<Vec<Leaf>, usize> = BTreeMap::new();
    // One party sees several things of one visit: these belong together anyway.
    let mut visits: BTreeMap<(u32, usize), usize> = BTreeMap::new();
    for (index, observation) in known.iter().enumerate() {
        let same = *visits.entry((observation.holder, observation.visit)).or_insert(index);
        unite(&mut parent, same, index);
        for key in keys(observation) {
            let other = *first.entry(key).or_insert(index);
            unite(&mut parent, other, index);
        }
    }
    let mut profiles: BTreeMap<usize, (BTreeSet<usize>, BTreeSet<u32>)> = BTreeMap::new();
    let mut found = BTreeSet::new();
    for (index, observation) in known.iter().enumerate() {
        let (visits, places) = profiles.entry(root(&mut parent, index)).or_default();
        visits.insert(observation.visit);
        places.insert(observation.place);
        if people.contains(&observation.person) && if several { places.len() > 1 } else { visits.len() > 1 } {
            found.insert(observation.person);
        }
    }
    found
}

fn root(parent: &mut [usize], mut at: usize) -> usize {
    while let Some(up) = parent.get(at).copied().filter(|up| *up != at) {
        let above = parent.get(up).copied().unwrap_or(up);
        if let Some(slot) = parent.get_mut(at) {
            *slot = above;
        }
        at = above;
    }
    at
}

fn unite(parent: &mut [usize], a: usize, b: usize) {
    let (a, b) = (root(parent, a), root(parent, b));
    if let Some(slot) = parent.get_mut(a.max(b)) {
        *slot = a.min(b);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use terms::roles::Zone;

    /// One visit of `person` at `place`, with values by field.
    fn seen(visit: usize, place: u32, person: u64, codes: &[(u32, u32)], others: &[(u32, u32)]) -> Observation {
        let leaf = |(field, value): &(u32, u32)| Leaf { field: *field, value: *value };
        let leaves = |all: &[(u32, u32)]| -> BTreeSet<Leaf> { all.iter().map(leaf).collect() };
        let (codes, others) = (leaves(codes), leaves(others));
        // Field 9 is seen and not kept.
        let kept = codes.iter().filter(|leaf| leaf.field != 9).copied().collect();
        Observation { zone: Zone::Facility, holder: place, visit, place, person, codes, kept, others }
    }

    fn joined(all: &[Observation]) -> Joined {
        let expected: Vec<(u64, u32)> = all.iter().map(|o| (o.person, o.place)).collect();
        let known: Vec<&Observation> = all.iter().collect();
        join(&World::of(&known), &known, &expected)
    }

    proptest! {
        /// Everybody comes to two places; `planted` of them bear a value that both places see.
        #[test]
        fn a_planted_share_is_found_exactly(people in 2..60u64, planted in 0..60u64) {
            let planted = planted.min(people);
            let mut all = Vec::new();
            for person in 0..people {
                let number = u32::try_from(person).unwrap_or_default();
                for place in 0..2u32 {
                    let visit = usize::try_from(2 * person).unwrap_or_default() + usize::try_from(place).unwrap_or_default();
                    // Field 0 is planted; field 1 is another value at each place; field 2 is the same for everybody.
                    let own = (1, 1000 + 2 * number + place);
                    let codes = if person < planted { vec![(0, number), own, (2, 7)] } else { vec![own, (2, 7)] };
                    all.push(seen(visit, place, person, &codes, &[]));
                }
            }
            let found = joined(&all);
            prop_assert_eq!((found.people, found.exact), (people, planted));
        }
    }

    proptest! {
        /// Families share field 0, field 1 is a branch number, field 2 both together, field 5 a birth date. Whom a coalition joins, every
        /// larger one joins too.
        #[test]
        fn more_colluders_join_whomever_fewer_join(
            came in prop::collection::vec((0..12u64, 0..6u32), 1..60),
            seen_at in prop::collection::vec(0..4u8, 60),
            more in 2..6u32,
        ) {
            let visit = |(i, (person, place)): (usize, &(u64, u32))| {
                let person32 = u32::try_from(*person).unwrap_or_default();
                let (family, branch) = (person32 / 3, person32 % 3);
                // Not every place sees everything.
                let codes = match seen_at.get(i) {
                    Some(0) => vec![],
                    Some(1) => vec![(0, family)],
                    Some(2) => vec![(0, family), (2, 10 * family + branch)],
                    _ => vec![(0, family), (2, 10 * family + branch), (3, 1000 + person32 * 10 + place)],
                };
                seen(i, *place, *person, &codes, &[(1, branch), (5, 50 + person32 % 5)])
            };
            let all: Vec<Observation> = came.iter().enumerate().map(visit).collect();
            let known: Vec<&Observation> = all.iter().collect();
            let world = World::of(&known);
            let of = |k: u32| {
                let known: Vec<&Observation> = known.iter().filter(|o| o.place < k).copied().collect();
                let came: Vec<(u64, u32)> = came.iter().filter(|(_, place)| *place < k).copied().collect();
                join(&world, &known, &came)
            };
            // Two places at least: one facility alone recognises who comes back, which is another question.
            let places = |k: u32| came.iter().filter(|(_, p)| *p < k).map(|(_, p)| p).collect::<BTreeSet<_>>().len();
            if places(more) > 1 {
                let (few, many) = (of(more), of(more + 1));
                prop_assert!(few.exact <= many.exact && few.kept <= many.kept && few.quasi <= many.quasi, "{few:?} {many:?}");
            }
        }
    }

    #[test]
    fn a_family_shares_a_number_and_each_member_is_joined_by_number_and_branch() {
        // Field 0 is the number of the family, field 2 number and branch together.
        let visit = |i, place, person, branch| seen(i, place, person, &[(0, 7), (2, 70 + branch)], &[(1, branch)]);
        let all = [visit(0, 0, 1, 0), visit(1, 1, 1, 0), visit(2, 0, 2, 1), visit(3, 1, 2, 1)];
        assert_eq!(joined(&all), Joined { people: 2, exact: 2, kept: 2, quasi: 2 });
    }

    #[test]
    fn nothing_is_joined_where_nothing_is_shared() {
        let all: Vec<Observation> = (0..20)
            .map(|i| {
                seen(i, u32::try_from(i % 2).unwrap_or_default(), i as u64 / 2, &[(0, u32::try_from(i).unwrap_or_default())], &[])
            })
            .collect();
        assert_eq!(joined(&all), Joined { people: 10, ..Joined::default() });
        // People whom it saw nothing of still count as people who came twice.
        assert_eq!(join(&World::of(&[]), &[], &[(1, 0), (1, 1), (2, 0)]), Joined { people: 1, ..Joined::default() });
    }

    #[test]
    fn quasi_identifiers_join_those_who_are_unique_by_them_and_nobody_else() {
        // Field 5 is a birth date, field 6 a sex, field 7 changes from visit to visit.
        let visit =
            |i: usize, place, person, birth, sex| seen(i, place, person, &[], &[(5, birth), (6, sex), (7, 100 + i as u32)]);
        let all = [
            visit(0, 0, 1, 50, 1),
            visit(1, 1, 1, 50, 1),
            visit(2, 0, 2, 51, 1),
            visit(3, 1, 2, 51, 1),
            visit(4, 0, 3, 51, 1),
            visit(5, 1, 3, 51, 1),
        ];
        assert_eq!(joined(&all), Joined { people: 3, quasi: 1, ..Joined::default() });
    }

    #[test]
    fn one_facility_alone_recognises_who_comes_back() {
        let all = [seen(0, 3, 1, &[(0, 9)], &[]), seen(1, 3, 1, &[(0, 9)], &[]), seen(2, 3, 2, &[(0, 8)], &[])];
        assert_eq!(joined(&all), Joined { people: 1, exact: 1, kept: 1, quasi: 1 });
        assert_eq!(joining_fields(&all.iter().collect::<Vec<_>>()), [0].into());
    }

    #[test]
    fn what_is_seen_and_not_kept_joins_only_those_who_record_it_anyway() {
        let all = [seen(0, 0, 1, &[(9, 5)], &[]), seen(1, 1, 1, &[(9, 5)], &[])];
        assert_eq!(joined(&all), Joined { people: 1, exact: 1, kept: 0, quasi: 1 });
    }
}
