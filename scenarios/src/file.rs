//! Scenario files: their format, and reading them.
//!
//! A file defines people and facilities ([`parts`]), visits ([`parts`], [`workload`]), events and faults ([`faults`]), and the
//! expected outcomes ([`demands`]). Every key that is not defined is an error, times and amounts carry their unit ([`units`]),
//! and an error shows file, line and column ([`diagnostic`]). Persons, facilities and visits are numbered from 0.

pub mod bounded;
pub mod calendar;
pub mod calibration;
pub mod cancer;
pub mod capacity;
mod checks;
pub mod codes;
pub mod demands;
pub mod diagnostic;
pub mod faults;
mod kept;
pub mod load;
mod moments;
pub mod needs;
pub mod origin;
mod part;
pub mod parts;
pub mod read;
pub mod realism;
pub mod registers;
pub mod risks;
pub mod service;
pub mod targets;
mod undisturbed;
pub mod units;
mod validity;
pub mod workload;

pub use calendar::{Day, TimeOfDay};
pub use cancer::{CancerReportPart, CasesPart, RegistryPart, ReportDiffers};
pub use capacity::{CapacityPart, LinkPart};
pub use demands::{Expect, Outcomes, Reach, ServiceLevelPart, SharePart, SometimesPart};
pub use diagnostic::{Diagnostic, FileErrors};
pub use faults::{CodeWish, EventKind, EventPart, FaultKind, FaultPart, Way};
pub use origin::{Origin, Origins};
pub use parts::{
    AsksAbout, CardPart, CertificatePart, DeviationPart, FacilityPart, FeedOrder, FeedPart, InsurancePart, InsuredWith,
    PersonCheckPart, PersonPart, Title, TlsPart, VisitPart, WhichInsurer,
};
pub use read::Library;
pub use registers::{JobChangesPart, MaintenancePart, RecordDiffers, RegisterError, RegisterErrorPart, WithheldBecause};
pub use risks::{InsiderAt, RiskKind, RiskPart};
pub use targets::{ClockOwner, Host, LinkEnd, Server, Target};
pub use units::{BitRate, Frequency, Share, Span, Spread};
pub use workload::{Arrivals, Shape, WorkloadPart};

use load::LoadPart;
use mocks::roles::ROLES;
use needs::Needs;
use part::is_default;
use schemars::JsonSchema;
use serde::Serialize;
use sim::terms::design::{Choice, Design};
use std::sync::Arc;
use targets::Roles;

/// A generator that draws a whole scenario from a seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Generator {
    /// Everything is drawn: people, facilities, visits, faults, design.
    Swarm,
}

/// A scenario as written in its file, with the files that it includes.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Scenario {
    /// The file's name without `.toml`; not a key of the file.
    #[serde(skip)]
    pub name: String,
    /// How to name the scenario on the command line: the built-in name, or the file as given; not a key of the file.
    #[serde(skip)]
    pub source: String,
    /// SHA-256 of the file and the files that it includes, in lower-case hex; not a key of the file.
    #[serde(skip)]
    pub sha256: String,
    /// The generator of the plan, if there is no file; not a key of the file.
    #[serde(skip)]
    pub generator: Option<Generator>,
    /// Where its parts are written; not a key of the file.
    #[serde(skip)]
    pub origins: Origins,
    /// The design in which it is played; not a key of the file.
    #[serde(skip)]
    pub played_in: Option<Arc<Design>>,
    /// The name under which everything is drawn, if it is not the file's own, so that a copy is played with the same people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub draws_as: Option<String>,
    /// The seed of a plan: runs play it unless another one is given. Files that are not plans need none.
    #[serde(rename = "seed", skip_serializing_if = "Option::is_none")]
    pub plan_seed: Option<u64>,
    pub title: Title,
    /// What happens, in the source's step numbers ① to ⑦.
    pub story: String,
    /// Ids of rules that each run must exercise.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exercises: Vec<String>,
    /// Ids of rules that each run must break: for yardsticks, in which something is wrong on purpose.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub breaks: Vec<String>,
    /// By axis, the choices of a design for which the scenario is meant. Any, if not given.
    #[serde(skip_serializing_if = "Needs::is_empty")]
    pub needs: Needs,
    /// The day on which the run starts, in Japan. Words such as `moved-yesterday` are counted from it. 2027-04-05, if not given.
    #[serde(skip_serializing_if = "is_default")]
    pub day: Day,
    /// The time of day at which the run starts, in Japan. 09:00, if not given.
    #[serde(skip_serializing_if = "is_default")]
    pub starts: TimeOfDay,
    /// How many people the population has.
    pub people: u64,
    /// How many facilities there are. One, if not given.
    pub facilities: u64,
    /// Published rates of errors, by name, that the visits of workloads meet: `incidents-2023`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub realism: Option<String>,
    /// How many times as often the errors happen as published, so that short runs meet rare ones. Once, if not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub realism_times: Option<f64>,
    /// How often JPKI and the insurers ask the number authority again for codes, where events change them. Every minute, if not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub codes_asked_every: Option<Span>,
    /// A load study. Its `people` are the cards in use; its facilities are those of its kinds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub load: Option<LoadPart>,
    /// Every visit this long after the end of the last fault, or later, must be served as if nothing had gone wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heals_within: Option<Span>,
    /// The capacity of servers, and the retries of facilities.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity: Option<CapacityPart>,
    /// Links that differ from the assumptions of this project.
    #[serde(rename = "link", skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<LinkPart>,
    /// What the scenario sets for single persons; everything else about them is drawn.
    #[serde(rename = "person", skip_serializing_if = "Vec::is_empty")]
    pub persons: Vec<PersonPart>,
    #[serde(rename = "facility", skip_serializing_if = "Vec::is_empty")]
    pub facility_parts: Vec<FacilityPart>,
    #[serde(rename = "feed", skip_serializing_if = "Vec::is_empty")]
    pub feeds: Vec<FeedPart>,
    #[serde(rename = "maintenance", skip_serializing_if = "Vec::is_empty")]
    pub maintenance: Vec<MaintenancePart>,
    #[serde(rename = "register-error", skip_serializing_if = "Vec::is_empty")]
    pub register_errors: Vec<RegisterErrorPart>,
    #[serde(rename = "job-changes", skip_serializing_if = "Vec::is_empty")]
    pub job_changes: Vec<JobChangesPart>,
    #[serde(rename = "visit", skip_serializing_if = "Vec::is_empty")]
    pub visits: Vec<VisitPart>,
    #[serde(rename = "workload", skip_serializing_if = "Vec::is_empty")]
    pub workloads: Vec<WorkloadPart>,
    /// The cancer registry. There is one in runs in which a case is reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registry: Option<RegistryPart>,
    #[serde(rename = "cancer-report", skip_serializing_if = "Vec::is_empty")]
    pub cancer_reports: Vec<CancerReportPart>,
    #[serde(rename = "event", skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<EventPart>,
    #[serde(rename = "fault", skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<FaultPart>,
    #[serde(rename = "risk", skip_serializing_if = "Vec::is_empty")]
    pub risks: Vec<RiskPart>,
    #[serde(rename = "share", skip_serializing_if = "Vec::is_empty")]
    pub shares: Vec<SharePart>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sometimes: Vec<SometimesPart>,
    #[serde(rename = "service-level", skip_serializing_if = "Vec::is_empty")]
    pub service_levels: Vec<ServiceLevelPart>,
}

/// Every key that a file may have.
const KEYS: [&str; 35] = [
    "include",
    "draws-as",
    "seed",
    "title",
    "story",
    "exercises",
    "breaks",
    "needs",
    "day",
    "starts",
    "people",
    "facilities",
    "codes-asked-every",
    "load",
    "heals-within",
    "capacity",
    "link",
    "person",
    "facility",
    "feed",
    "maintenance",
    "register-error",
    "job-changes",
    "visit",
    "workload",
    "registry",
    "cancer-report",
    "event",
    "fault",
    "realism",
    "realism-times",
    "risk",
    "share",
    "sometimes",
    "service-level",
];

impl Scenario {
    /// A scenario without people.
    pub(crate) fn empty() -> Scenario {
        Scenario {
            name: String::new(),
            source: String::new(),
            sha256: String::new(),
            generator: None,
            origins: Origins::default(),
            played_in: None,
            draws_as: None,
            plan_seed: None,
            title: Title::default(),
            story: String::new(),
            exercises: Vec::new(),
            breaks: Vec::new(),
            needs: Needs::default(),
            day: Day::default(),
            starts: TimeOfDay::default(),
            people: 0,
            facilities: 1,
            codes_asked_every: None,
            load: None,
            heals_within: None,
            capacity: None,
            links: Vec::new(),
            persons: Vec::new(),
            facility_parts: Vec::new(),
            feeds: Vec::new(),
            maintenance: Vec::new(),
            register_errors: Vec::new(),
            job_changes: Vec::new(),
            visits: Vec::new(),
            workloads: Vec::new(),
            registry: None,
            cancer_reports: Vec::new(),
            events: Vec::new(),
            faults: Vec::new(),
            realism: None,
            realism_times: None,
            risks: Vec::new(),
            shares: Vec::new(),
            sometimes: Vec::new(),
            service_levels: Vec::new(),
        }
    }

    /// Adds what its visits and faults require of the design, unless the file names that axis.
    fn imply_needs(&mut self) {
        let visits = self.visits.iter().filter_map(|v| v.expect.only_with());
        let of_faults = self.faults.iter().filter_map(|f| f.does.only_with());
        let implied: Vec<Choice> = visits.chain(of_faults).collect();
        let validities = self.implied_validities();
        implied.into_iter().for_each(|choice| self.needs.imply(vec![choice]));
        self.needs.imply(validities);
    }

    /// What the scenario sets for a person: as written, or the defaults.
    pub fn part(&self, index: u64) -> PersonPart {
        self.persons.iter().find(|p| p.index == index).cloned().unwrap_or_else(|| PersonPart::plain(index))
    }

    /// The person whose insurance a person has: for a dependent, the one who is insured.
    pub fn insured_as(&self, person: u64) -> u64 {
        self.part(person).dependent_of.unwrap_or(person)
    }

    pub fn facility_part(&self, index: u64) -> FacilityPart {
        self.facility_parts.iter().find(|f| f.index == index).cloned().unwrap_or_else(|| FacilityPart::plain(index))
    }

    /// When the person's card is renewed, if it is.
    pub fn renewal_of(&self, person: u64) -> Option<Span> {
        let renews = |e: &&EventPart| e.does == EventKind::CardRenewed { person };
        self.events.iter().find(renews).map(|e| e.at)
    }

    /// When the person's certificate arrives in JPKI's register, if it does during the run.
    pub fn registration_of(&self, person: u64) -> Option<Span> {
        let registers = |e: &&EventPart| e.does == EventKind::CertificateRegistered { person };
        self.events.iter().find(registers).map(|e| e.at)
    }

    /// Whether cases of cancer are reported, so that there is a registry.
    pub fn uses_registry(&self) -> bool {
        self.registry.is_some() || !self.cancer_reports.is_empty()
    }

    /// The scenario as a file.
    pub fn to_toml(&self) -> Result<String, toml::ser::Error> {
        toml::to_string_pretty(self)
    }

    /// When the last fault ends.
    pub fn healed_at(&self) -> Span {
        self.faults.iter().map(FaultPart::end).max().unwrap_or_default()
    }
}

/// The JSON Schema of scenario files (2020-12), with a line feed at its end.
pub fn json_schema() -> Result<String, serde_json::Error> {
    Ok(serde_json::to_string_pretty(&schema_of(ROLES))? + "\n")
}

/// The JSON Schema of scenario files in which the roles of a table can be named.
fn schema_of(roles: Roles<'_>) -> serde_json::Value {
    let mut schema = schemars::schema_for!(Scenario).to_value();
    targets::add_names(&mut schema["$defs"], roles);
    capacity::add_servers(&mut schema["$defs"], roles);
    schema["title"] = "Scenario".into();
    schema["properties"]["include"] = serde_json::json!({
        "type": "array",
        "items": { "type": "string" },
        "description": "Paths of files, relative to this one, whose parts come before its own",
    });
    // Required keys may be in an included file.
    schema.as_object_mut().map(|s| s.remove("required"));
    schema
}

#[cfg(test)]
mod tests;
