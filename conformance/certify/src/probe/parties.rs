//! Who takes part in the probes: the people, facilities and insurers of the kit, with what each presents.

use jiff::civil::Date;
use mocks::pki::jpki_ca::JpkiPki;
use mocks::pki::tls::TlsIdentity;
use scenarios::live::AcceptedFeeds;
use scenarios::live::serve::PresentedCard;
use sim::ground::{Ground, GroundPerson};
use sim::terms::calendar::jst_day;
use sim::terms::design::{self, Design};
use sim::terms::identifiers::{FacilityNumber, InsurerNumber};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// A facility as a client.
pub struct AtFacility {
    pub number: FacilityNumber,
    pub licensed: bool,
    pub identity: TlsIdentity,
}

pub struct Parties {
    pub design: Arc<Design>,
    pub ground: Ground,
    /// By person.
    pub cards: Vec<PresentedCard>,
    /// By number.
    pub insurer_names: BTreeMap<String, String>,
    pub facilities: Vec<AtFacility>,
    /// All that commissioned the broker.
    pub insurers: BTreeMap<InsurerNumber, TlsIdentity>,
    /// One that did not.
    pub strange_insurer: (InsurerNumber, TlsIdentity),
    /// By role, its client certificate.
    pub roles: BTreeMap<&'static str, TlsIdentity>,
    pub jpki: JpkiPki,
    /// The feeds that the broker has accepted.
    pub feeds: Arc<Mutex<AcceptedFeeds>>,
}

/// Whether cards sign a challenge of the broker.
pub fn is_signed(design: &Design) -> bool {
    design.presented == design::Presented::SignedChallenge
}

/// Whether the broker asks insurers, who then send it no feeds.
pub fn insurers_are_asked(design: &Design) -> bool {
    design.eligibility == design::Eligibility::AskInsurer
}

impl Parties {
    pub fn is_signed(&self) -> bool {
        is_signed(&self.design)
    }

    pub fn insurers_are_asked(&self) -> bool {
        insurers_are_asked(&self.design)
    }

    /// Today in Japan.
    pub fn today(&self) -> Date {
        jst_day(scenarios::live::now())
    }

    pub fn person(&self, index: usize) -> Option<&GroundPerson> {
        self.ground.people.get(index)
    }

    /// A licensed facility, counted from 0.
    pub fn licensed(&self, index: usize) -> Option<&AtFacility> {
        self.facilities.iter().filter(|f| f.licensed).nth(index)
    }

    pub fn unlicensed(&self) -> Option<&AtFacility> {
        self.facilities.iter().find(|f| !f.licensed)
    }

    /// The number of the last feed that the broker accepted from an insurer.
    pub fn last_fed(&self, insurer: &InsurerNumber) -> Option<u64> {
        self.feeds.lock().unwrap_or_else(PoisonError::into_inner).newest().get(insurer.reveal()).copied()
    }

    /// Remembers that the broker accepted a feed.
    pub fn fed(&self, insurer: &InsurerNumber, running: u64) {
        self.feeds.lock().unwrap_or_else(PoisonError::into_inner).accept(insurer, running);
    }
}
