//! Turns a scenario into the plan from which a deployment is built.

use super::StageError;
use super::insurers::insurers;
use super::overloads::{counter_faults, overloads};
use super::people::{ScenarioPerson, used_insurers};
use super::place::Authorities;
use crate::file::{CapacityPart, CodeWish, EventPart, FacilityPart, FaultKind, Scenario, Server, Target, TlsPart};
use crate::start::Start;
use jiff::Timestamp;
use mocks::deployment::plan::{Plan, PlannedCapacity, PlannedCodes, PlannedFacility, PlannedPerson};
use mocks::deployment::tls::{FacilityCertificate, FacilityCertificateState, TlsIssuer};
use mocks::design::line;
use mocks::host::http::Limits;
use mocks::mutants::{ActiveMutant, LeakSource, Mutant};
use mocks::pki::PkiError;
use mocks::pki::jpki_ca::{JpkiPki, ResponderKey};
use mocks::pki::profile::Purpose;
use mocks::pki::tls::TlsPki;
use mocks::roles::ROLES;
use mocks::roles::broker::description::CHALLENGE;
use mocks::roles::facility::record_token;
use mocks::roles::facility::visits::{Outcomes, PlannedVisit};
use mocks::roles::municipality::counter::CounterRequest;
use mocks::roles::number_authority::changes::CodeChange;
use mocks::roles::number_authority::codes::InstitutionCodes;
use sim::ground::GroundFacility;
use sim::net::{LinkSpec, Links};
use sim::people::Population;
use sim::sample::Distribution;
use sim::seed::Seed;
use sim::terms::design::Design;
use sim::terms::messages::{FIELD_EXCHANGE, FIELD_MEDICAL_INSURANCE, FIELD_RESEARCH};
use sim::terms::parties;
use sim::terms::roles::Zone;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

const FACILITY_LIMITS: Limits =
    Limits { connect: Duration::from_secs(4), handshake: Duration::from_secs(6), answer: Duration::from_secs(10) };

/// What several parts of the plan need.
pub(super) struct Setting<'a> {
    pub scenario: &'a Scenario,
    pub design: Arc<Design>,
    pub seed: Seed,
    pub start: Start,
    pub mutant: ActiveMutant,
    pub authorities: Authorities,
    tls: TlsIssuer,
}

impl<'a> Setting<'a> {
    pub fn new(
        scenario: &'a Scenario,
        start: Start,
        design: Arc<Design>,
        seed: Seed,
        mutant: Option<Mutant>,
        authorities: Authorities,
    ) -> Result<Self, StageError> {
        let pki = TlsPki::new(&authorities.seed, authorities.created)?;
        let pki = if authorities.on_loopback { pki.on_loopback() } else { pki };
        let tls = TlsIssuer::of(pki, &authorities.seed, start.epoch, start.midnights().count())?;
        Ok(Setting { scenario, design, seed, start, mutant: ActiveMutant::new(mutant), authorities, tls })
    }

    fn capacity_part(&self) -> CapacityPart {
        self.scenario.capacity.clone().unwrap_or_default()
    }

    /// The authorities of the card certificates.
    pub fn jpki_pki(&self) -> Result<Rc<JpkiPki>, PkiError> {
        let key: ResponderKey = self.scenario.capacity.as_ref().map(CapacityPart::responder_key).unwrap_or_default();
        Ok(Rc::new(JpkiPki::with_responder(&self.authorities.seed, self.authorities.created, key)?))
    }

    /// Gives a mutant what it could disclose of each person.
    pub fn give_knowledge(&self, codes: &InstitutionCodes, people: &[ScenarioPerson]) {
        let of = |p: &ScenarioPerson| LeakSource {
            institution_code: codes.of(FIELD_MEDICAL_INSURANCE, &p.person),
            exchange_code: codes.of(FIELD_EXCHANGE, &p.person),
            research_code: codes.of(FIELD_RESEARCH, &p.person),
            medical_number: codes.medical_number(&p.person),
            ..LeakSource::of(&p.person, self.start.day, record_token(&self.seed, p.person.index, 0))
        };
        people.iter().map(of).for_each(|source| self.mutant.knowledge().add_person(source));
    }

    /// Gives a mutant the insurers that it could impersonate, and the key id of the certificates' issuer.
    pub fn name_parties(&self, population: &Population, people: &[ScenarioPerson], pki: &JpkiPki) {
        let used = used_insurers(people);
        let insurers = population.insurers().iter().filter(|i| used.contains(&i.index)).map(|i| i.number.clone()).collect();
        let key_id = pki.issuing(Purpose::Authentication).key_id().as_bytes();
        self.mutant.knowledge().set_parties(insurers, key_id.iter().map(|b| format!("{b:02x}")).collect());
    }

    /// The facilities that exist from the start.
    pub fn facilities(&self, population: &Population, visits: Vec<Vec<PlannedVisit>>) -> Vec<PlannedFacility> {
        let planned = |(index, visits): (u64, Vec<PlannedVisit>)| {
            let part = self.scenario.facility_part(index);
            let facility = match part.kind {
                Some(kind) => population.facility_of_kind(index, kind),
                None => population.facility(index),
            };
            let overloads = overloads(&self.scenario.faults, index);
            let (number, name, kind) = (facility.number, facility.name, facility.kind);
            let faults = counter_faults(&self.scenario.faults, index);
            PlannedFacility {
                index,
                number,
                name,
                kind,
                certificate: certificate(&part),
                visits,
                overloads,
                reports: Vec::new(),
                faults,
            }
        };
        (0..self.scenario.facilities).zip(visits).map(planned).collect()
    }

    /// Ground truth about a facility.
    pub fn ground_facility(&self, facility: &PlannedFacility) -> GroundFacility {
        let licensed = self.scenario.facility_part(facility.index).licensed;
        GroundFacility { host: parties::facility(facility.index), number: facility.number.clone(), licensed }
    }

    /// The plan, without cards and without reported outcomes.
    pub fn plan(
        self,
        population: &Population,
        people: &[ScenarioPerson],
        jpki: Rc<JpkiPki>,
        facilities: Vec<PlannedFacility>,
    ) -> Plan {
        let licensed = |f: &&PlannedFacility| self.scenario.facility_part(f.index).licensed;
        Plan {
            seed: self.seed,
            epoch: self.start.epoch,
            design: self.design.clone(),
            behaviours: self.mutant.behaviours(),
            links: links(self.seed, self.scenario, &self.design),
            capacity: capacity(&self.capacity_part(), self.scenario),
            jpki,
            people: people.iter().map(|p| planned_person(p, self.start.epoch)).collect(),
            insurers: insurers(self.scenario, self.start, population, people),
            licensed: facilities.iter().filter(licensed).map(|f| f.number.clone()).collect(),
            facilities,
            registry: None,
            codes: codes(self.scenario, people),
            terminal_token: terminal_token(&self.seed),
            outcomes: Outcomes::default(),
            gate: None,
            tls: self.tls,
        }
    }
}

/// Who comes to the municipality about a code.
fn codes(scenario: &Scenario, people: &[ScenarioPerson]) -> Option<PlannedCodes> {
    let asked_every = scenario.codes_asked_every()?;
    let visit = |e: &EventPart| {
        let (wish, in_person) = e.does.code_wish()?;
        let change = match wish {
            CodeWish::AsksForCode => CodeChange::Asks,
            CodeWish::GivesUpCode => CodeChange::GivesUp,
            CodeWish::ReportsCodeLeak => CodeChange::Leaked,
        };
        let person = people.iter().find(|p| p.person.index == e.does.person())?;
        Some(CounterRequest { at: e.at.0, resident: person.person.resident_code.clone(), change, in_person })
    };
    let mut visits: Vec<CounterRequest> = scenario.events.iter().filter_map(visit).collect();
    visits.sort_by_key(|visit| visit.at);
    Some(PlannedCodes { asked_every, visits })
}

fn planned_person(drawn: &ScenarioPerson, epoch: Timestamp) -> PlannedPerson {
    PlannedPerson {
        person: drawn.person.clone(),
        renewed_from: drawn.renewed_from.clone(),
        renews_later: drawn.renews_at.is_some(),
        registers_later: drawn.registers_later,
        status: drawn.certificate_status(epoch),
        card: None,
    }
}

/// How long the broker works on a request of a flood, if the scenario does not say: a random number that is stored. An assumption.
const FLOOD_REQUEST: Distribution = Distribution::LogNormal { min_ms: 0.1, median_ms: 0.3, sigma: 0.3 };

fn capacity(part: &CapacityPart, scenario: &Scenario) -> PlannedCapacity {
    let floods = scenario.faults.iter().any(|fault| matches!(fault.does, FaultKind::Flood { .. }));
    let server = |server: Server| {
        let mut capacity = part.of_role(server.role());
        // A flood that costs nothing would flood nothing.
        if floods && server.role().zone == Zone::Broker {
            capacity.service.entry(CHALLENGE).or_insert(FLOOD_REQUEST);
        }
        (server.name().to_string(), capacity)
    };
    let servers = Server::all().into_iter().map(server);
    let (broker, facility) = part.kept_records();
    let kept = [(Zone::Broker.name(), broker), (Zone::Facility.name(), facility)];
    PlannedCapacity {
        servers: servers.collect(),
        kept_records: kept.into_iter().filter_map(|(role, most)| Some((role.to_string(), most?))).collect(),
        retry: part.retry(),
        facility_limits: part.limits(FACILITY_LIMITS),
    }
}

/// The TLS certificate that a facility presents.
fn certificate(part: &FacilityPart) -> FacilityCertificate {
    let state = match part.tls_certificate {
        TlsPart::Good => FacilityCertificateState::Good,
        TlsPart::Missing => FacilityCertificateState::Missing,
        TlsPart::Expired => FacilityCertificateState::Expired,
        TlsPart::Revoked => FacilityCertificateState::Revoked,
        TlsPart::Untrusted => FacilityCertificateState::Untrusted,
    };
    FacilityCertificate { state, expires_after: part.tls_expires.map(|after| after.0) }
}

/// Links between zones: those of the role descriptions, overridden by those of the design, and these by those of the scenario.
fn links(seed: Seed, scenario: &Scenario, design: &Design) -> Links {
    let links = Links::new(seed);
    for role in ROLES {
        for link in role.links {
            links.set(role.zone, link.to, LinkSpec { latency: link.latency, bits_per_second: Some(link.bits_per_second) });
        }
    }
    if let Some(link) = line::access(design) {
        links.set(Zone::Facility, link.to, LinkSpec { latency: link.latency, bits_per_second: Some(link.bits_per_second) });
    }
    line::losses(design).into_iter().for_each(|fault| links.add_fault(fault));
    for link in &scenario.links {
        let [a, b] = link.between.map(|side| side.zone());
        let spec = LinkSpec { latency: link.latency.distribution(), bits_per_second: link.rate.map(|rate| rate.0) };
        links.set(a, b, spec);
    }
    links
}

/// The token that every approved face terminal of the run presents to a card.
pub(super) fn terminal_token(seed: &Seed) -> [u8; 16] {
    let mut token = [0; 16];
    token.copy_from_slice(&seed.bytes("terminal-token")[..16]);
    token
}
