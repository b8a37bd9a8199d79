//! An adversary that joins what recordings gave to parties: which visits are of one person.
//!
//! It knows the published messages, so it knows which fields name one person: those of which no value belonged to two people in all
//! that parties of its kind saw in the run (*exact identifiers*). The values of one object or of one card, taken together, are a field
//! too: a family shares symbol and number, and with the branch or the name they name one person. Visits with an equal value in such a
//! field are one profile. Where that is not enough it compares *quasi-identifiers*: all fields that stay the same for every person,
//! taken together, if no other person of the run has the same. As this knowledge is that of the whole run, a coalition joins whomever a
//! part of it joins. It never knows who a visit was of; the ground truth only scores what it joined.

mod forms;
mod join;

use crate::measure::leaves::{BETWEEN, Leaf, Leaves};
use crate::measure::visits::Visits;
use std::collections::{BTreeMap, BTreeSet};
use terms::ground::Ground;
use terms::roles::Zone;

pub use join::{Joined, World, join, joining_fields};

/// What one party read of one visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    pub zone: Zone,
    /// The party: two facilities are two.
    pub holder: u32,
    /// The visit, and the place where it was: known to a facility, and to the score.
    pub visit: usize,
    pub place: u32,
    /// Only for the score, and for which fields name one person.
    pub person: u64,
    /// Values that could be identifiers by their form.
    pub codes: BTreeSet<Leaf>,
    /// Those of them that are in a store of the party, without the insured identifier, which every claim contains.
    pub kept: BTreeSet<Leaf>,
    /// All other values.
    pub others: BTreeSet<Leaf>,
}

/// What each party read of each visit, from what was readable in the run.
pub fn observations(visits: &Visits, leaves: &Leaves, ground: &Ground) -> Vec<Observation> {
    let periods = ground.people.iter().flat_map(|p| &p.person.insurance);
    let insured: BTreeSet<&str> = periods.flat_map(|p| [p.insured.number.as_str(), p.insured.insurer.reveal()]).collect();
    let is_of_claim = |value: u32| leaves.values.text(value).split(BETWEEN).any(|part| insured.contains(part));
    let mut all: BTreeMap<(u32, usize), Observation> = BTreeMap::new();
    let places: BTreeMap<&str, u32> =
        (0..).zip(visits.all.iter().map(|v| v.facility.as_str()).collect::<BTreeSet<_>>()).map(|(i, f)| (f, i)).collect();
    for read in &leaves.read {
        let Some((index, visit)) = read.visit.and_then(|i| Some((i, visits.all.get(i)?))) else { continue };
        let zone = if read.zone == Zone::Reader { Zone::Facility } else { read.zone };
        if zone == Zone::Testbed {
            continue;
        }
        let observation = all.entry((read.holder, index)).or_insert_with(|| Observation {
            zone,
            holder: read.holder,
            visit: index,
            place: places.get(visit.facility.as_str()).copied().unwrap_or_default(),
            person: visit.person,
            codes: BTreeSet::new(),
            kept: BTreeSet::new(),
            others: BTreeSet::new(),
        });
        for leaf in &read.leaves {
            match forms::of(leaves.values.text(leaf.value)) {
                forms::Form::Code => {
                    observation.codes.insert(*leaf);
                    read.kept && !is_of_claim(leaf.value) && observation.kept.insert(*leaf)
                }
                forms::Form::Passing => false,
                forms::Form::Other => observation.others.insert(*leaf),
            };
        }
    }
    all.into_values().collect()
}
