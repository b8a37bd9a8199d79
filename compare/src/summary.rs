//! What all recordings of one design under one seed show together.

use crate::adversary::{Joined, Observation, World, join, joining_fields};
use crate::cost::draw::uniforms;
use crate::cost::formula::WRONG;
use crate::document::Adversary;
use crate::measure::exposure::Exposure;
use crate::measure::leaves::Names;
use crate::measure::outcomes::{Ending, Endings, share};
use crate::measure::sequence::Arrow;
use crate::measure::traffic::Traffic;
use crate::measure::{Measured, is_must};
use conformance::RuleOutcome;
use std::collections::{BTreeMap, BTreeSet};
use terms::parties::claims_to_be_insurer;
use terms::roles::Zone;

/// How many coalitions of each size are drawn.
const COALITIONS: usize = 40;

/// One design under one seed.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    pub traffic: Traffic,
    /// How long each server worked for the visits of `traffic`, in seconds.
    pub busy_s: BTreeMap<String, f64>,
    pub exposure: Exposure,
    pub by_cause: BTreeMap<String, Endings>,
    pub by_fault: BTreeMap<String, BTreeMap<u64, Endings>>,
    pub foreign_cards: u64,
    pub disclosed_to_wrong: u64,
    pub rules: BTreeMap<&'static str, RuleOutcome>,
    pub joined: BTreeMap<Adversary, Joined>,
    /// The fields by which an adversary joins.
    pub joining: BTreeMap<Adversary, BTreeSet<String>>,
    pub sequence: Vec<Arrow>,
}

impl Summary {
    /// Adds a recording. The first one that was read whole gives traffic, exposure and what can be joined.
    pub fn add(&mut self, measured: Measured, seed: u64) {
        let Measured { traffic, outcomes, exposure, rules, observations, fields, busy_s, sequence } = measured;
        for (cause, endings) in outcomes.by_cause {
            add(self.by_cause.entry(cause).or_default(), &endings);
        }
        for (fault, hours) in outcomes.by_fault {
            let known = self.by_fault.entry(fault).or_default();
            hours.into_iter().for_each(|(hour, endings)| add(known.entry(hour).or_default(), &endings));
        }
        self.foreign_cards += outcomes.foreign_cards;
        self.disclosed_to_wrong += outcomes.disclosed_to_wrong;
        for (rule, outcome) in rules {
            let known = self.rules.entry(rule).or_insert(outcome);
            *known = firmest(*known, outcome);
        }
        if exposure.visits > 0 && self.exposure.visits == 0 {
            (self.traffic, self.exposure, self.sequence, self.busy_s) = (traffic, exposure, sequence, busy_s);
            self.joined = joins(&observations, seed);
            self.joining = joining(&observations, &fields);
        }
    }

    /// How many MUST rules were broken.
    pub fn must_broken(&self) -> usize {
        self.rules.iter().filter(|(id, outcome)| **outcome == RuleOutcome::Broken && is_must(id)).count()
    }

    pub fn joined(&self, adversary: Adversary) -> Option<f64> {
        self.joined.get(&adversary).and_then(Joined::exact_share)
    }

    /// The share that facilities join from what they keep.
    pub fn joined_from_kept(&self) -> Option<f64> {
        self.joined.get(&Adversary::AllFacilities).and_then(Joined::kept_share)
    }

    /// How many kinds of data were seen in how many zones beside the card and the person's own, per visit.
    pub fn exposed_cells(&self) -> Option<f64> {
        let outside = |zone: &Zone| !matches!(zone, Zone::CardChip | Zone::CardFront | Zone::CardBack | Zone::Testbed);
        let seen: u64 = self.exposure.in_visits.iter().filter(|((zone, _), _)| outside(zone)).map(|(_, n)| n).sum();
        (self.exposure.visits > 0).then(|| seen as f64 / self.exposure.visits as f64)
    }

    pub fn per_visit(&self, count: u64) -> Option<f64> {
        (self.traffic.visits > 0).then(|| count as f64 / self.traffic.visits as f64)
    }

    /// Checks a second at which the busiest server of a check, with one worker, would never be idle: by the utilisation law, one divided
    /// by its work for each visit. `None` if none of them works.
    pub fn load_held(&self) -> Option<f64> {
        let takes_part = |name: &str| name == Zone::Broker.name() || name == Zone::Jpki.name() || claims_to_be_insurer(name);
        let busiest = self.busy_s.iter().filter(|(name, _)| takes_part(name)).map(|(_, s)| *s).fold(0.0, f64::max);
        (busiest > 0.0 && self.traffic.visits > 0).then(|| self.traffic.visits as f64 / busiest)
    }

    /// What items take from recordings.
    pub fn measured(&self) -> BTreeMap<String, f64> {
        let mut all = BTreeMap::new();
        all.extend(self.per_visit(self.traffic.jpki_requests).map(|n| ("jpki-requests".to_string(), n)));
        all.extend(self.per_visit(self.traffic.pin_visits).map(|n| ("pin-share".to_string(), n)));
        if self.foreign_cards > 0 {
            all.insert("disclosed".to_string(), self.disclosed_to_wrong as f64 / self.foreign_cards as f64);
        }
        for (cause, endings) in self.by_cause.iter().filter(|(cause, _)| !cause.is_empty()) {
            let of = |all: &[Ending]| all.iter().filter_map(|e| share(endings, *e)).sum::<f64>();
            let shares =
                [of(&[Ending::WrongAcceptance, Ending::WrongInsurer]), of(&[Ending::WrongRefusal]), of(&[Ending::NotKnown])];
            all.extend(WRONG.iter().zip(shares).map(|((_, key), share)| (format!("{key}-{cause}"), share)));
        }
        all
    }
}

fn add(to: &mut Endings, more: &Endings) {
    more.iter().for_each(|(ending, n)| *to.entry(*ending).or_default() += n);
}

/// Of two outcomes of a rule in two runs, the one that both together have: what was broken once is broken.
pub fn firmest(a: RuleOutcome, b: RuleOutcome) -> RuleOutcome {
    let rank = |outcome: &RuleOutcome| match outcome {
        RuleOutcome::Broken => 0,
        RuleOutcome::Inconclusive => 1,
        RuleOutcome::Held => 2,
        RuleOutcome::NotObservable => 3,
        RuleOutcome::NotReached => 4,
        RuleOutcome::NotApplicable => 5,
    };
    if rank(&a) <= rank(&b) { a } else { b }
}

/// By which fields each adversary that sees everything of its kind joins.
fn joining(observations: &[Observation], fields: &Names) -> BTreeMap<Adversary, BTreeSet<String>> {
    let of = |(adversary, zone): (Adversary, Zone)| {
        let known: Vec<&Observation> = observations.iter().filter(|o| o.zone == zone).collect();
        let names = joining_fields(&known).into_iter().map(|field| fields.text(field).to_string());
        (adversary, names.collect())
    };
    let all = [
        (Adversary::AllFacilities, Zone::Facility),
        (Adversary::Broker, Zone::Broker),
        (Adversary::Jpki, Zone::Jpki),
        (Adversary::Insurer, Zone::Insurer),
        (Adversary::Line, Zone::Line),
    ];
    all.into_iter().map(of).collect()
}

/// What each adversary joins.
fn joins(observations: &[Observation], seed: u64) -> BTreeMap<Adversary, Joined> {
    let of_zone = |zone: Zone| observations.iter().filter(|o| o.zone == zone).collect::<Vec<_>>();
    let at_facilities = of_zone(Zone::Facility);
    // Every visit has an observation at its facility, whatever else was seen.
    let came: Vec<(u64, u32)> = at_facilities.iter().map(|o| (o.person, o.place)).collect();
    let places: BTreeSet<u32> = came.iter().map(|(_, place)| *place).collect();
    let world = World::of(&at_facilities);
    let mut all = BTreeMap::new();
    for k in Adversary::SIZES.into_iter().filter(|k| *k < places.len()) {
        all.insert(Adversary::Facilities(k), of_coalitions(&world, &at_facilities, &came, &places, k, seed));
    }
    all.insert(Adversary::AllFacilities, join(&world, &at_facilities, &came));
    for (adversary, zone) in [(Adversary::Broker, Zone::Broker), (Adversary::Jpki, Zone::Jpki), (Adversary::Line, Zone::Line)] {
        let known = of_zone(zone);
        all.insert(adversary, join(&World::of(&known), &known, &came));
    }
    all.insert(Adversary::Insurer, best_single(&of_zone(Zone::Insurer), &came));
    all
}

/// Over drawn coalitions of `k` facilities, the same in every design. A coalition is a part of the larger one of the same draw.
fn of_coalitions(
    world: &World,
    known: &[&Observation],
    came: &[(u64, u32)],
    places: &BTreeSet<u32>,
    k: usize,
    seed: u64,
) -> Joined {
    let mut sum = Joined::default();
    for draw in 0..COALITIONS {
        let order = uniforms(&format!("coalition/{draw}"), seed, places.len());
        let mut drawn: Vec<(f64, u32)> = order.into_iter().zip(places.iter().copied()).collect();
        drawn.sort_by(|a, b| a.0.total_cmp(&b.0));
        let chosen: BTreeSet<u32> = drawn.into_iter().take(k).map(|(_, place)| place).collect();
        let of: Vec<&Observation> = known.iter().filter(|o| chosen.contains(&o.place)).copied().collect();
        let came: Vec<(u64, u32)> = came.iter().filter(|(_, place)| chosen.contains(place)).copied().collect();
        let found = join(world, &of, &came);
        sum.people += found.people;
        sum.exact += found.exact;
        sum.kept += found.kept;
        sum.quasi += found.quasi;
    }
    sum
}

/// The party that joins most, of many that do not talk to each other.
fn best_single(known: &[&Observation], came: &[(u64, u32)]) -> Joined {
    let holders: BTreeSet<u32> = known.iter().map(|o| o.holder).collect();
    let of = |holder: u32| {
        let own: Vec<&Observation> = known.iter().filter(|o| o.holder == holder).copied().collect();
        join(&World::of(&own), &own, came)
    };
    holders.into_iter().map(of).max_by_key(|j| (j.exact, j.quasi)).unwrap_or_else(|| join(&World::of(&[]), &[], came))
}
