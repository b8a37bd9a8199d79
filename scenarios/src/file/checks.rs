//! What can be wrong with a scenario beyond its form: what is out of range, would be ignored, or would not do what it says.

use super::{AsksAbout, CardPart, CertificatePart, DeviationPart, FaultKind, FaultPart, InsurancePart, Scenario, VisitPart};
use mocks::design::Variant;
use mocks::pki::keys::KeyDomain;
use std::time::Duration;

/// Largest number of facilities in a scenario file.
const MAX_FACILITIES: u64 = 10_000;
/// Latest moment in a scenario, and longest fault.
const MAX_TIME: Duration = Duration::from_secs(24 * 3600);
/// Shortest time between two visits of one person at different facilities: a card is in one place.
const MIN_WAY: Duration = Duration::from_secs(5);
/// How far a feed can be behind, in days.
const MAX_DAYS_BEHIND: i32 = 3650;

/// Largest population: each person may need eight generations of two keys.
fn max_people() -> u64 {
    KeyDomain::Card.keys() / 16
}

/// Where in the file a fault lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In what stands before the first part.
    Top,
    /// In one of the parts of a kind, such as the third `[[visit]]`, counted from 0.
    Part(&'static str, usize),
}

impl Place {
    /// Byte offset of the place in the text of the file; the start, if the parts are not written as `[[…]]`.
    pub fn offset(self, text: &str) -> usize {
        let Place::Part(kind, number) = self else { return 0 };
        let mut offset = 0;
        let mut seen = 0;
        for line in text.split_inclusive('\n') {
            let header = line.trim_start().strip_prefix("[[").and_then(|l| l.split_once("]]")).map(|(name, _)| name.trim());
            if header == Some(kind) {
                if seen == number {
                    return offset + (line.len() - line.trim_start().len());
                }
                seen += 1;
            }
            offset += line.len();
        }
        0
    }
}

/// Something that is wrong, and where.
pub(super) struct Fault {
    pub place: Place,
    pub message: String,
}

/// Gathers faults.
struct Checks<'a> {
    scenario: &'a Scenario,
    faults: Vec<Fault>,
}

impl Scenario {
    /// The first thing that is wrong with the scenario beyond its form.
    pub(super) fn fault_in(&self) -> Option<Fault> {
        let mut checks = Checks { scenario: self, faults: Vec::new() };
        checks.top();
        checks.parts();
        self.visits.iter().enumerate().for_each(|(i, v)| checks.visit(i, v));
        self.faults.iter().enumerate().for_each(|(i, f)| checks.fault(i, f));
        checks.faults.into_iter().next()
    }
}

impl Checks<'_> {
    fn wrong(&mut self, place: Place, message: String) {
        self.faults.push(Fault { place, message });
    }

    fn demand(&mut self, holds: bool, place: Place, message: impl FnOnce() -> String) {
        if !holds {
            self.wrong(place, message());
        }
    }

    fn person(&mut self, place: Place, index: u64) {
        let people = self.scenario.people;
        self.demand(index < people, place, || format!("there is no person {index}: there are {people}, numbered from 0"));
    }

    fn facility(&mut self, place: Place, index: u64) {
        let count = self.scenario.facilities;
        self.demand(index < count, place, || format!("there is no facility {index}: there are {count}, numbered from 0"));
    }

    fn top(&mut self) {
        let s = self.scenario;
        for (what, n, max) in [("people", s.people, max_people()), ("facilities", s.facilities, MAX_FACILITIES)] {
            self.demand((1..=max).contains(&n), Place::Top, || format!("`{what}` must be 1 to {max}, not {n}"));
        }
        self.demand(!s.variants.is_empty(), Place::Top, || "`variants` is empty, so nothing would be run".into());
        self.demand(!s.visits.is_empty(), Place::Top, || "there is no visit, so nothing would be checked".into());
    }

    fn parts(&mut self) {
        let s = self.scenario;
        for (i, p) in s.persons.iter().enumerate() {
            let place = Place::Part("person", i);
            self.person(place, p.index);
            self.demand(p.pin_tries_left <= 3, place, || "`pin-tries-left` must be 0 to 3".into());
            let twice = s.persons[..i].iter().any(|o| o.index == p.index);
            self.demand(!twice, place, || format!("there is another [[person]] of index {}", p.index));
        }
        for (i, f) in s.facility_parts.iter().enumerate() {
            let place = Place::Part("facility", i);
            self.facility(place, f.index);
            let twice = s.facility_parts[..i].iter().any(|o| o.index == f.index);
            self.demand(!twice, place, || format!("there is another [[facility]] of index {}", f.index));
        }
        for (i, f) in s.feeds.iter().enumerate() {
            let (place, person) = (Place::Part("feed", i), f.of_insurer_of);
            self.person(place, person);
            let twice = s.feeds[..i].iter().any(|o| o.of_insurer_of == person);
            self.demand(!twice, place, || format!("there is another [[feed]] of the insurer of person {person}"));
            let insured = s.part(person).insurance != InsurancePart::Ended;
            self.demand(insured, place, || format!("nobody insures person {person} on the day, so there is no such insurer"));
            let (days, max) = (f.days_behind, MAX_DAYS_BEHIND);
            self.demand((0..=max).contains(&days), place, || format!("`days-behind` must be 0 to {max}, not {days}"));
            let in_order = f.catches_up.is_none_or(|later| f.arrives.is_none_or(|first| first < later));
            self.demand(in_order, place, || "`catches-up` must come after `arrives`".into());
        }
    }

    fn visit(&mut self, i: usize, v: &VisitPart) {
        let (s, place) = (self.scenario, Place::Part("visit", i));
        self.person(place, v.person);
        self.facility(place, v.facility);
        self.demand(v.at.0 <= MAX_TIME, place, || "the visit is later than 24 hours".into());
        if v.deviation == Some(DeviationPart::SignatureByAnotherCard) {
            // The card of the next person signs.
            self.person(place, v.person.saturating_add(1));
        }
        let part = s.part(v.person);
        let has_previous = v.card == CardPart::Current || part.certificate == CertificatePart::Renewed;
        self.demand(has_previous, place, || format!("person {} has not renewed, and so has no previous card", v.person));
        let moved = v.asks_about != Some(AsksAbout::PreviousCoverage) || part.insurance == InsurancePart::MovedYesterday;
        self.demand(moved, place, || format!("person {} has not moved, and so has no previous coverage", v.person));
        let signs = !matches!(
            v.deviation,
            None | Some(DeviationPart::RequestMalformed | DeviationPart::RequestTooLarge | DeviationPart::RequestUnknownField)
        );
        self.demand(!signs || !s.variants.contains(&Variant::Certificate), place, || {
            "the visit deviates in its signature, but `variants` has one in which nothing is signed".into()
        });
        let earlier = |e: &VisitPart| e.facility == v.facility && e.at < v.at;
        let has_one = v.deviation != Some(DeviationPart::ChallengeReused) || s.visits.iter().any(earlier);
        self.demand(has_one, place, || {
            "there is no visit before this at the facility whose challenge could be used again".into()
        });
        let elsewhere = |e: &VisitPart| e.person == v.person && e.facility != v.facility && e.at.0.abs_diff(v.at.0) < MIN_WAY;
        let at_once = s.visits[..i].iter().any(elsewhere);
        self.demand(!at_once, place, || format!("person {} is at two facilities within five seconds", v.person));
    }

    fn fault(&mut self, i: usize, f: &FaultPart) {
        let place = Place::Part("fault", i);
        let short = f.at.0 <= MAX_TIME && f.lasts.0 <= MAX_TIME;
        self.demand(short, place, || "the fault is later or longer than 24 hours".into());
        match f.does {
            FaultKind::LineCut { facility: Some(index) } => self.facility(place, index),
            FaultKind::CardLost { person } => self.person(place, person),
            _ => {}
        }
        let end = |f: &FaultPart| f.at.0.saturating_add(f.lasts.0);
        let overlaps = |b: &FaultPart| {
            let subject = f.does.subject();
            subject.is_some() && subject == b.does.subject() && f.at.0 < end(b) && b.at.0 < end(f)
        };
        let undone = self.scenario.faults[..i].iter().position(overlaps);
        self.demand(undone.is_none(), place, || {
            "the fault overlaps an earlier one that concerns the same: the end of one would undo the other".into()
        });
    }
}
