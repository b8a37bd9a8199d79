//! What a deployment is built from: everything about a run that is decided before it starts.

use super::tls::{FacilityCertificate, TlsIssuer};
use crate::behaviour::Behaviours;
use crate::capacity::{RetryPolicy, ServerCapacity};
use crate::host::http::Limits;
use crate::pki::jpki_ca::JpkiPki;
use crate::pki::status::CertStatus;
use crate::roles::card::Card;
use crate::roles::facility::reports::PlannedReport;
use crate::roles::facility::visits::{Gate, Outcomes, Overload, PlannedVisit};
use crate::roles::insurer::{Feed, Insured};
use crate::roles::municipality::counter::CounterRequest;
use crate::roles::reader::counter_faults::CounterFaults;
use crate::roles::registry::plan::PlannedRegistry;
use jiff::Timestamp;
use sim::net::Links;
use sim::seed::Seed;
use sim::terms::design::Design;
use sim::terms::identifiers::{FacilityNumber, InsurerNumber};
use sim::terms::people::{CardCertificate, Person};
use sim::terms::roles::FacilityKind;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

/// The plan of one run.
pub struct Plan {
    pub seed: Seed,
    /// The instant at which the run's time is zero.
    pub epoch: Timestamp,
    pub design: Arc<Design>,
    /// The parties' behaviours.
    pub behaviours: Behaviours,
    pub links: Links,
    pub capacity: PlannedCapacity,
    /// The issuer of TLS certificates, and the trust anchors and CRLs for checking them.
    pub tls: TlsIssuer,
    /// The certification authorities of the card certificates.
    pub jpki: Rc<JpkiPki>,
    pub people: Vec<PlannedPerson>,
    /// The insurers that insure a person of the run, now or earlier.
    pub insurers: Vec<PlannedInsurer>,
    /// The facilities that exist from the start. In load studies there are none: a facility is opened by its first visit.
    pub facilities: Vec<PlannedFacility>,
    /// 指定を受けた保険医療機関・薬局, whether or not they exist from the start.
    pub licensed: BTreeSet<FacilityNumber>,
    /// The cancer registry. `None` in runs in which nobody reports a case.
    pub registry: Option<PlannedRegistry>,
    /// Who comes to the municipality about a code. `None` if codes do not change in the run.
    pub codes: Option<PlannedCodes>,
    /// The token that every approved face terminal of the run presents to a card.
    pub terminal_token: [u8; 16],
    /// Where facilities report how visits ended.
    pub outcomes: Outcomes,
    /// Nobody visits a facility before it is open. `None`: from the start.
    pub gate: Option<Gate>,
}

/// The capacity of parties.
#[derive(Clone, Debug)]
pub struct PlannedCapacity {
    /// By role. A role that is not listed has the capacity of its description.
    pub servers: BTreeMap<String, ServerCapacity>,
    /// By role, the most records that each of its parties keeps, if bounded.
    pub kept_records: BTreeMap<String, usize>,
    /// When facilities retry.
    pub retry: RetryPolicy,
    /// The facilities' timeouts.
    pub facility_limits: Limits,
}

/// A person, as known to the authorities at the start of the run.
pub struct PlannedPerson {
    pub person: Person,
    /// The certificate before the one in use, if that was renewed or will be.
    pub renewed_from: Option<CardCertificate>,
    /// Whether the renewal takes place during the run: until then JPKI does not know the new certificate.
    pub renews_later: bool,
    /// Whether the certificate, which JPKI does not know at the start, arrives in its register during the run.
    pub registers_later: bool,
    /// The status of the certificate in use at the start.
    pub status: CertStatus,
    /// The card in use. `None` where cards are not used, as in load studies.
    pub card: Option<Rc<RefCell<Card>>>,
}

/// How codes change during a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedCodes {
    /// How often JPKI and the insurers ask the number authority again.
    pub asked_every: Duration,
    /// Who comes to the municipality, in the order of time.
    pub visits: Vec<CounterRequest>,
}

/// An insurer of the run.
pub struct PlannedInsurer {
    pub number: InsurerNumber,
    pub name: String,
    /// All periods that it insures or has insured.
    pub insured: Vec<Insured>,
    /// In the order in which they are sent; empty for an insurer that sends nothing today.
    pub feeds: Vec<Feed>,
    /// How many messages the broker accepted from it before this run.
    pub sent_before: u64,
}

/// A facility of the run.
pub struct PlannedFacility {
    pub index: u64,
    pub number: FacilityNumber,
    pub name: String,
    pub kind: FacilityKind,
    pub certificate: FacilityCertificate,
    pub visits: Vec<PlannedVisit>,
    pub overloads: Vec<Overload>,
    /// The cases of cancer that it reports.
    pub reports: Vec<PlannedReport>,
    /// What fails at its counter.
    pub faults: CounterFaults,
}
