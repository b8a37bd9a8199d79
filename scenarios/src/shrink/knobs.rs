//! Which parts of a plan are kept.

use crate::file::{DeviationPart, FeedPart, RecordDiffers, Scenario, Span, VisitPart};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;
use std::time::Duration;

/// Which parts of a list are kept, by their indices in the whole plan. Written as ranges: `0-3,7`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept(Vec<u32>);

impl Kept {
    fn all(count: usize) -> Kept {
        Kept((0..count as u32).collect())
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Removes `size` of those kept, from position `at` on.
    pub fn remove(&mut self, at: usize, size: usize) {
        let end = (at + size).min(self.0.len());
        self.0.drain(at.min(end)..end);
    }

    /// First and last index of each range.
    pub(super) fn ranges(&self) -> Vec<(u32, u32)> {
        let mut ranges: Vec<(u32, u32)> = Vec::new();
        for &i in &self.0 {
            match ranges.last_mut() {
                Some((_, last)) if *last + 1 == i => *last = i,
                _ => ranges.push((i, i)),
            }
        }
        ranges
    }

    /// `None` unless the ranges ascend and end before [`MAX_PARTS`].
    pub(super) fn of_ranges(ranges: Vec<(u32, u32)>) -> Option<Kept> {
        let mut kept: Vec<u32> = Vec::new();
        for (first, last) in ranges {
            // No plan has more parts than this, and a token must not expand to a list of four billion.
            let rising = kept.last().is_none_or(|before| *before < first) && first <= last && last < MAX_PARTS;
            if !rising {
                return None;
            }
            kept.extend(first..=last);
        }
        Some(Kept(kept))
    }

    /// The parts of `list` that are kept. `None` if one does not exist.
    fn of<T: Clone>(&self, list: &[T]) -> Option<Vec<T>> {
        self.0.iter().map(|i| list.get(*i as usize).cloned()).collect()
    }
}

impl Serialize for Kept {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let text = |(first, last): (u32, u32)| if first == last { first.to_string() } else { format!("{first}-{last}") };
        to.serialize_str(&self.ranges().into_iter().map(text).collect::<Vec<_>>().join(","))
    }
}

impl<'de> Deserialize<'de> for Kept {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let wrong = || serde::de::Error::custom("expected ascending numbers and ranges, such as \"0-3,7\"");
        let mut ranges: Vec<(u32, u32)> = Vec::new();
        for range in text.split(',').filter(|r| !r.is_empty()) {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            ranges.push((first.parse().map_err(|_| wrong())?, last.parse().map_err(|_| wrong())?));
        }
        Kept::of_ranges(ranges).ok_or_else(wrong)
    }
}

/// More than any plan has parts of one kind.
const MAX_PARTS: u32 = 2_000_000;

/// What is kept of a plan, and what is simplified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Knobs {
    pub visits: Kept,
    pub faults: Kept,
    pub events: Kept,
    pub feeds: Kept,
    /// The plan's parts about single persons, and about single facilities.
    pub persons: Kept,
    pub facilities: Kept,
    /// Only people and facilities that a kept part names remain, renumbered.
    pub only_named: bool,
    /// All visits are at one facility.
    pub one_facility: bool,
    /// Longest time in which nothing happens, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap_s: Option<u32>,
}

impl Knobs {
    /// The lists, in the order in which they are thinned out.
    pub const LISTS: [fn(&mut Knobs) -> &mut Kept; 6] =
        [|k| &mut k.visits, |k| &mut k.faults, |k| &mut k.events, |k| &mut k.feeds, |k| &mut k.persons, |k| &mut k.facilities];

    /// No part of any plan.
    pub(super) fn nothing() -> Knobs {
        let none = Kept::default;
        Knobs {
            visits: none(),
            faults: none(),
            events: none(),
            feeds: none(),
            persons: none(),
            facilities: none(),
            only_named: false,
            one_facility: false,
            gap_s: None,
        }
    }

    /// The whole plan.
    pub fn everything(plan: &Scenario) -> Knobs {
        Knobs {
            visits: Kept::all(plan.visits.len()),
            faults: Kept::all(plan.faults.len()),
            events: Kept::all(plan.events.len()),
            feeds: Kept::all(plan.feeds.len()),
            persons: Kept::all(plan.persons.len()),
            facilities: Kept::all(plan.facility_parts.len()),
            only_named: false,
            one_facility: false,
            gap_s: None,
        }
    }

    /// The visits that are kept, as the whole plan has them.
    pub(super) fn visits_of(&self, plan: &Scenario) -> Option<Vec<VisitPart>> {
        self.visits.of(&plan.visits)
    }

    pub(super) fn faults_are_all(&self, plan: &Scenario) -> bool {
        self.faults.len() == plan.faults.len()
    }

    pub(super) fn feeds_are_all(&self, plan: &Scenario) -> bool {
        self.feeds.len() == plan.feeds.len()
    }

    /// The smaller plan. `None` if it would not be a valid scenario, or the knobs belong to another plan.
    pub fn apply(&self, plan: &Scenario) -> Option<Scenario> {
        let mut small = Scenario {
            visits: self.visits.of(&plan.visits)?,
            faults: self.faults.of(&plan.faults)?,
            events: self.events.of(&plan.events)?,
            feeds: self.feeds.of(&plan.feeds)?,
            persons: self.persons.of(&plan.persons)?,
            facility_parts: self.facilities.of(&plan.facility_parts)?,
            // Demands on counts and shares do not apply to a part of the plan.
            exercises: Vec::new(),
            shares: Vec::new(),
            sometimes: Vec::new(),
            service_levels: Vec::new(),
            ..plan.clone()
        };
        if self.one_facility {
            into_one_facility(&mut small);
        }
        if self.only_named {
            renumber_people(&mut small);
            renumber_facilities(&mut small);
        }
        if let Some(gap) = self.gap_s {
            cut_idle_times(&mut small, Duration::from_secs(gap.into()));
        }
        // A recovery demand without a visit that can meet it is dropped.
        let healed = small.healed_at().0.saturating_add(small.heals_within.unwrap_or_default().0);
        if small.faults.is_empty() || !small.visits.iter().any(|v| v.at.0 >= healed && small.undisturbed(v).is_some()) {
            small.heals_within = None;
        }
        small.semantic_errors(None).is_empty().then_some(small)
    }
}

/// Moves all visits to the facility of the first one. Visits overlap no more than they did at several facilities.
fn into_one_facility(plan: &mut Scenario) {
    let Some(only) = plan.visits.first().map(|v| v.facility) else { return };
    plan.visits.iter_mut().for_each(|v| v.facility = only);
    plan.facility_parts.retain(|f| f.index == only);
    for fault in &mut plan.faults {
        if let Some(facility) = fault.does.facility_mut() {
            *facility = only;
        }
    }
}

/// New indices for those that are named, in their old order.
fn numbers(named: impl Iterator<Item = u64>) -> BTreeMap<u64, u64> {
    let named: std::collections::BTreeSet<u64> = named.collect();
    named.into_iter().zip(0..).collect()
}

fn renumber_people(plan: &mut Scenario) {
    let mut plan_faults = plan.faults.clone();
    let faults = plan_faults.iter_mut().filter_map(|f| f.does.person_mut().copied());
    let visits = plan.visits.iter().flat_map(|v| {
        // The card of the next person signs.
        let next = (v.deviation == Some(DeviationPart::SignatureByAnotherCard)).then_some(v.person + 1);
        std::iter::once(v.person).chain(next)
    });
    let events = plan.events.iter().map(|e| e.does.person());
    let feeds = plan.feeds.iter().map(|f: &FeedPart| f.of_insurer_of);
    let errors = plan.register_errors.iter().flat_map(|e| [Some(e.person), e.what.other()]).flatten();
    let heads = plan.persons.iter().filter_map(|p| p.dependent_of);
    let next = plan.visits.iter().filter(|v| v.record_differs == Some(RecordDiffers::OfAnother)).map(|v| v.person + 1);
    // The people of cases that are drawn are the first ones.
    let drawn = 0..plan.registry.iter().filter_map(|r| r.cases.as_ref()).map(|c| c.people).max().unwrap_or_default();
    let reports = plan.cancer_reports.iter().map(|r| r.person).chain(drawn);
    let numbers = numbers(visits.chain(faults).chain(events).chain(feeds).chain(errors).chain(heads).chain(next).chain(reports));
    let new = |old: &mut u64| *old = numbers.get(old).copied().unwrap_or(*old);
    plan.people = numbers.len() as u64;
    plan.persons.retain(|p| numbers.contains_key(&p.index));
    plan.persons.iter_mut().for_each(|p| new(&mut p.index));
    plan.persons.iter_mut().filter_map(|p| p.dependent_of.as_mut()).for_each(new);
    plan.register_errors.iter_mut().for_each(|e| new(&mut e.person));
    plan.register_errors.iter_mut().filter_map(|e| e.what.other_mut()).for_each(new);
    plan.visits.iter_mut().for_each(|v| new(&mut v.person));
    plan.cancer_reports.iter_mut().for_each(|r| new(&mut r.person));
    plan.events.iter_mut().for_each(|e| new(e.does.person_mut()));
    plan.feeds.iter_mut().for_each(|f| new(&mut f.of_insurer_of));
    plan.faults.iter_mut().filter_map(|f| f.does.person_mut()).for_each(new);
}

fn renumber_facilities(plan: &mut Scenario) {
    let faults = plan.faults.iter().filter_map(|f| f.does.facility());
    let reports = plan.cancer_reports.iter().map(|r| r.facility);
    // Cases that are drawn are reported by all of them.
    let drawn = if plan.registry.as_ref().is_some_and(|r| r.cases.is_some()) { 0..plan.facilities } else { 0..0 };
    let numbers = numbers(plan.visits.iter().map(|v| v.facility).chain(faults).chain(reports).chain(drawn));
    let new = |old: &mut u64| *old = numbers.get(old).copied().unwrap_or(*old);
    plan.facilities = numbers.len().max(1) as u64;
    plan.facility_parts.retain(|f| numbers.contains_key(&f.index));
    plan.facility_parts.iter_mut().for_each(|f| new(&mut f.index));
    plan.visits.iter_mut().for_each(|v| new(&mut v.facility));
    plan.cancer_reports.iter_mut().for_each(|r| new(&mut r.facility));
    plan.faults.iter_mut().filter_map(|f| f.does.facility_mut()).for_each(new);
}

/// Every time of a plan.
fn times(plan: &mut Scenario) -> Vec<&mut Span> {
    let visits = plan.visits.iter_mut().map(|v| &mut v.at);
    let events = plan.events.iter_mut().map(|e| &mut e.at);
    let feeds = plan.feeds.iter_mut().flat_map(|f| [f.arrives.as_mut(), f.catches_up.as_mut()]).flatten();
    let errors = plan.register_errors.iter_mut().flat_map(|e| std::iter::once(&mut e.from).chain(e.corrected.as_mut()));
    let maintenance = plan.maintenance.iter_mut().map(|m| &mut m.at);
    let expiries = plan.facility_parts.iter_mut().filter_map(|f| f.tls_expires.as_mut());
    let cases = plan.registry.iter_mut().filter_map(|r| r.cases.as_mut()).map(|c| &mut c.at);
    let reports = plan.cancer_reports.iter_mut().map(|r| &mut r.at).chain(cases);
    visits.chain(events).chain(reports).chain(feeds).chain(errors).chain(maintenance).chain(expiries).collect()
}

/// Shortens every time in which nothing happens to `gap`. The order of everything stays.
fn cut_idle_times(plan: &mut Scenario, gap: Duration) {
    let ends: Vec<Duration> = plan.faults.iter().flat_map(|f| [f.at.0, f.end().0]).collect();
    let mut all: Vec<Duration> = times(plan).iter().map(|t| t.0).chain(ends).collect();
    all.sort_unstable();
    let mut new = BTreeMap::new();
    let (mut before, mut now) = (Duration::ZERO, Duration::ZERO);
    for at in all {
        now += at.saturating_sub(before).min(gap);
        before = at;
        new.insert(at, now);
    }
    let moved = |old: Duration| new.get(&old).copied().unwrap_or(old);
    for fault in &mut plan.faults {
        let (at, end) = (moved(fault.at.0), moved(fault.end().0));
        fault.lasts = Span(end.saturating_sub(at));
        fault.at = Span(at);
    }
    times(plan).into_iter().for_each(|t| t.0 = moved(t.0));
}
