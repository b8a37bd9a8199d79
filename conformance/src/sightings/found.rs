//! What was seen where, as the rules read it.

use leak::{DataClass, LowConfidence, Weighed};
use std::collections::{BTreeMap, BTreeSet};
use terms::roles::Zone;

/// One value at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    pub class: DataClass,
    pub person: u64,
    /// The zones that the entry, or this part of it, belongs to.
    pub(crate) zones: Zones,
    /// Index of the entry in the journal.
    pub entry: usize,
    /// The first place in that part of the entry; empty if the value is permitted there.
    pub place: String,
    /// `base64/gzip/plain`.
    pub how: String,
    /// `in base 64, gzip, plain characters`.
    pub(crate) words: String,
    pub(crate) low_confidence: Option<LowConfidence>,
    /// Whether the entry concerns this person.
    pub(crate) is_concerned: bool,
}

/// A zone, and a second one that the same data belongs to: a card's response belongs to the reader and to the chip.
pub(super) type Zones = (Zone, Option<Zone>);

/// All sightings of a run.
#[derive(Debug, Default)]
pub struct Sightings {
    pub(super) all: Vec<Sighting>,
    /// By class and zone, how many entries were searched.
    pub(super) looked_at: BTreeMap<(DataClass, Zone), u64>,
    /// By class, the hits in zones where it is forbidden, against chance: of all people, and of those whom the entries concern.
    pub(super) of_all: BTreeMap<DataClass, Vec<Weighed>>,
    pub(super) of_concerned: BTreeMap<DataClass, Vec<Weighed>>,
    /// By class and zone, how many numbers could be of the class and belong to nobody.
    pub(super) unmatched: BTreeMap<(DataClass, Zone), u64>,
    /// Whether the work limit was reached anywhere.
    pub(super) overrun: bool,
    /// By zone, what could not be unpacked there.
    pub(super) not_read: BTreeMap<Zone, BTreeSet<String>>,
    /// Set if nothing could be searched for.
    pub(super) search_error: Option<String>,
    /// By index of the entry, class and person, the hops by which the value got there.
    pub(super) hops: BTreeMap<(usize, DataClass, u64), Vec<String>>,
    /// Entries of wires that carried anything but TLS.
    pub(super) clear: BTreeSet<usize>,
}

impl Sighting {
    /// The zones in which it was: that of the entry, and for a card's response or face that of the card.
    pub fn seen_in(&self) -> impl Iterator<Item = Zone> + use<> {
        [Some(self.zones.0), self.zones.1].into_iter().flatten()
    }
}

impl Sightings {
    /// Everything that was seen, permitted or not, without what chance explains.
    pub fn seen(&self) -> impl Iterator<Item = &Sighting> {
        self.all.iter().filter(|s| !self.is_chance(s))
    }

    /// What of `class` was seen in `zone`, without what chance explains.
    pub(crate) fn of_class_in(&self, class: DataClass, zone: Zone) -> impl Iterator<Item = &Sighting> {
        let here = self.all.iter().filter(move |s| s.class == class && (s.zones.0 == zone || s.zones.1 == Some(zone)));
        here.filter(move |s| !self.is_chance(s))
    }

    /// Whether chance explains a sighting: that it is anybody's, and that it is of a person whom the entry concerns.
    fn is_chance(&self, s: &Sighting) -> bool {
        let chance = |weighed: &BTreeMap<DataClass, Vec<Weighed>>| {
            let of_class = weighed.get(&s.class).map(Vec::as_slice).unwrap_or_default();
            of_class.iter().find(|w| w.form == s.low_confidence).is_some_and(Weighed::is_chance)
        };
        chance(&self.of_all) && (!s.is_concerned || chance(&self.of_concerned))
    }

    /// How many entries of `zone` were searched for `class`.
    pub(crate) fn looked_at(&self, class: DataClass, zone: Zone) -> u64 {
        self.looked_at.get(&(class, zone)).copied().unwrap_or_default()
    }

    /// What of `class` was seen and is not counted, since chance explains it.
    pub(crate) fn by_chance(&self, class: DataClass) -> impl Iterator<Item = &Weighed> {
        let of_class = |weighed: &'_ BTreeMap<DataClass, Vec<Weighed>>| weighed.get(&class).cloned().unwrap_or_default();
        let concerned = of_class(&self.of_concerned);
        let counts = move |form| concerned.iter().any(|w| w.form == form && !w.is_chance());
        self.of_all.get(&class).into_iter().flatten().filter(move |w| w.is_chance() && !counts(w.form))
    }

    /// How many places in `zone` look like a value of `class` and belong to nobody.
    pub(crate) fn unmatched(&self, class: DataClass, zone: Zone) -> u64 {
        self.unmatched.get(&(class, zone)).copied().unwrap_or_default()
    }

    /// Whether the work limit was reached anywhere.
    pub(crate) fn overrun(&self) -> bool {
        self.overrun
    }

    /// What could not be unpacked in `zone`, so that it was searched only as it is.
    pub(crate) fn not_read(&self, zone: Zone) -> impl Iterator<Item = &String> {
        self.not_read.get(&zone).into_iter().flatten()
    }

    /// Why nothing could be searched for, if so.
    pub(crate) fn search_error(&self) -> Option<&str> {
        self.search_error.as_deref()
    }

    /// The hops by which the value got there, if it is forbidden there.
    pub(crate) fn hops(&self, sighting: &Sighting) -> &[String] {
        self.hops.get(&(sighting.entry, sighting.class, sighting.person)).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether it was seen on a wire that carried anything but TLS.
    pub(crate) fn in_clear(&self, sighting: &Sighting) -> bool {
        self.clear.contains(&sighting.entry)
    }
}
