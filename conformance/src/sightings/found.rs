//! What was seen where, as the rules read it.

use leak::{DataClass, LowConfidence, NotSearched};
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
}

/// A zone, and a second one that the same data belongs to: a card's response belongs to the reader and to the chip.
pub(super) type Zones = (Zone, Option<Zone>);

/// All sightings of a run.
#[derive(Debug, Default)]
pub struct Sightings {
    pub(super) all: Vec<Sighting>,
    /// By class and zone, how many entries were searched.
    pub(super) looked_at: BTreeMap<(DataClass, Zone), u64>,
    /// By class, the forms that were not searched because a chance hit would have been too likely.
    pub(super) not_searched: BTreeMap<DataClass, Vec<NotSearched>>,
    /// By class and zone, how many numbers could be of the class and belong to nobody.
    pub(super) unmatched: BTreeMap<(DataClass, Zone), u64>,
    /// Whether the work limit was reached anywhere.
    pub(super) overrun: bool,
    /// Set if nothing could be searched for.
    pub(super) search_error: Option<String>,
    /// By index of the entry, class and person, the hops by which the value got there.
    pub(super) hops: BTreeMap<(usize, DataClass, u64), Vec<String>>,
    /// Entries of wires that carried anything but TLS.
    pub(super) clear: BTreeSet<usize>,
}

impl Sightings {
    /// What of `class` was seen in `zone`, without forms in which a chance hit is too likely.
    pub(crate) fn of_class_in(&self, class: DataClass, zone: Zone) -> impl Iterator<Item = &Sighting> {
        let not_searched = self.not_searched(class);
        let here = self.all.iter().filter(move |s| s.class == class && (s.zones.0 == zone || s.zones.1 == Some(zone)));
        here.filter(move |s| s.low_confidence.is_none_or(|form| !not_searched.iter().any(|l| l.form == form)))
    }

    /// How many entries of `zone` were searched for `class`.
    pub(crate) fn looked_at(&self, class: DataClass, zone: Zone) -> u64 {
        self.looked_at.get(&(class, zone)).copied().unwrap_or_default()
    }

    /// The forms in which values of `class` were not searched.
    pub(crate) fn not_searched(&self, class: DataClass) -> &[NotSearched] {
        self.not_searched.get(&class).map(Vec::as_slice).unwrap_or_default()
    }

    /// How many places in `zone` look like a value of `class` and belong to nobody.
    pub(crate) fn unmatched(&self, class: DataClass, zone: Zone) -> u64 {
        self.unmatched.get(&(class, zone)).copied().unwrap_or_default()
    }

    /// Whether the work limit was reached anywhere.
    pub(crate) fn overrun(&self) -> bool {
        self.overrun
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
