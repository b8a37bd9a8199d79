//! The cancer registry of a scenario: the cases, the reports with their errors, and whose they are.

use super::people::ScenarioPerson;
use super::plan::Setting;
use crate::cases;
use crate::file::{CancerReportPart, CasesPart, RegistryPart};
use jiff::ToSpan;
use jiff::civil::Date;
use mocks::deployment::plan::PlannedFacility;
use mocks::roles::facility::record_token;
use mocks::roles::facility::reports::PlannedReport;
use mocks::roles::registry::plan::PlannedRegistry;
use sim::people::Population;
use sim::people::written::{as_registered, slip, slip_sometimes};
use sim::terms::fhir::{CaseReport, CaseStatus, ReportedPerson};
use sim::terms::ground::GroundReport;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

/// How long before the run the diagnosis can have been, in days.
const DIAGNOSED_WITHIN: u64 = 120;

/// The reports of a scenario.
pub(super) struct Cases<'a> {
    setting: &'a Setting<'a>,
    population: &'a Population,
    people: &'a [ScenarioPerson],
    /// By facility, how many reports it has numbered.
    running: Vec<u64>,
    truth: BTreeMap<String, u64>,
}

/// What the registry is, and what is true of the reports.
pub(super) struct PlannedCases {
    pub registry: Option<PlannedRegistry>,
    pub ground: Vec<GroundReport>,
}

impl<'a> Cases<'a> {
    /// Gives the facilities of a run their reports.
    pub fn planned(
        setting: &'a Setting<'a>,
        population: &'a Population,
        people: &'a [ScenarioPerson],
        facilities: &mut [PlannedFacility],
    ) -> PlannedCases {
        if !setting.scenario.uses_registry() {
            return PlannedCases { registry: None, ground: Vec::new() };
        }
        let part = setting.scenario.registry.clone().unwrap_or_default();
        let mut cases = Cases { setting, population, people, running: vec![0; facilities.len()], truth: BTreeMap::new() };
        cases.listed(facilities);
        if let Some(drawn) = &part.cases {
            cases.drawn(drawn, facilities);
        }
        cases.finished(&part)
    }

    fn finished(self, part: &RegistryPart) -> PlannedCases {
        let ground = self.truth.iter().map(|(number, person)| GroundReport { number: number.clone(), person: *person }).collect();
        let registry = PlannedRegistry {
            codes: part.codes,
            looks_after: part.looks_after.0,
            look_errors: part.look_errors.0,
            truth: Rc::new(self.truth),
        };
        PlannedCases { registry: Some(registry), ground }
    }

    /// The reports that are listed, in their order. A correction or withdrawal is the next version of its report, whoever sends it.
    fn listed(&mut self, facilities: &mut [PlannedFacility]) {
        let parts: &[CancerReportPart] = &self.setting.scenario.cancer_reports;
        let mut first: BTreeMap<usize, CaseReport> = BTreeMap::new();
        for (i, part) in parts.iter().enumerate() {
            let mut draw = self.setting.seed.stream(&format!("registry/report/{i}"));
            let mut written = self.registered(part.person);
            for differs in &part.differs {
                slip(&mut written, differs.slip(), self.population.municipalities(), &mut draw);
            }
            let changed =
                part.changes().and_then(|changed| usize::try_from(changed).ok()).and_then(|changed| first.get_mut(&changed));
            let report = match changed {
                Some(changed) => {
                    changed.version += 1;
                    let status = if part.withdraws.is_some() { CaseStatus::Withdrawn } else { CaseStatus::Confirmed };
                    CaseReport { status, person: written, ..changed.clone() }
                }
                None => {
                    let Some(report) = self.first(part.person, part.facility, written, facilities) else { continue };
                    first.insert(i, report.clone());
                    report
                }
            };
            self.send(
                part.facility,
                PlannedReport { at: part.at.0, person: part.person, report, sent_twice: part.sent_twice },
                facilities,
            );
        }
    }

    /// The reports of cases that are drawn.
    fn drawn(&mut self, part: &CasesPart, facilities: &mut [PlannedFacility]) {
        let slips = cases::slips(part.differs.0);
        let count = facilities.len() as u64;
        for person in 0..part.people {
            let mut draw = self.setting.seed.stream(&format!("registry/case/{person}"));
            let (reports, home) = (cases::number_of_reports(&mut draw), draw.below(count));
            for i in 0..reports {
                let facility = (home + i) % count.max(1);
                let mut written = self.registered(person);
                slip_sometimes(&mut written, slips, self.population.municipalities(), &mut draw);
                let span = u64::try_from(part.over.0.as_nanos()).unwrap_or(u64::MAX);
                let at = part.at.0.saturating_add(Duration::from_nanos(draw.below(span.max(1))));
                let Some(report) = self.first(person, facility, written, facilities) else { continue };
                self.send(facility, PlannedReport { at, person, report, sent_twice: false }, facilities);
            }
        }
    }

    fn registered(&self, person: u64) -> ReportedPerson {
        match usize::try_from(person).ok().and_then(|index| self.people.get(index)) {
            Some(known) => as_registered(&known.person),
            None => as_registered(&self.population.person(person)),
        }
    }

    /// The first version of a report.
    fn first(
        &mut self,
        person: u64,
        facility: u64,
        written: ReportedPerson,
        facilities: &[PlannedFacility],
    ) -> Option<CaseReport> {
        let index = usize::try_from(facility).ok()?;
        let number = facilities.get(index)?.number.clone();
        let (site, diagnosed) = self.tumour(person, facility);
        let running = self.running.get_mut(index)?;
        *running += 1;
        let report = CaseReport {
            facility: number,
            running: *running,
            version: 1,
            status: CaseStatus::Confirmed,
            created: self.setting.start.epoch,
            person: written,
            chart: record_token(&self.setting.seed, person, facility),
            site: site.to_string(),
            diagnosed,
        };
        self.truth.insert(report.number(), person);
        Some(report)
    }

    /// The site and the day of the diagnosis, as a facility states them.
    fn tumour(&self, person: u64, facility: u64) -> (&'static str, Date) {
        let seed = &self.setting.seed;
        let mut own = seed.stream(&format!("registry/tumour/{person}"));
        let mut coded = seed.stream(&format!("registry/tumour/{person}/{facility}"));
        let days = 1 + own.below(DIAGNOSED_WITHIN);
        let right = cases::site(&mut own);
        let stated = if coded.chance(cases::SITE_DIFFERS) { cases::site(&mut coded) } else { right };
        (stated, self.setting.start.day.saturating_sub((days as i64).days()))
    }

    fn send(&self, facility: u64, planned: PlannedReport, facilities: &mut [PlannedFacility]) {
        if let Some(facility) = usize::try_from(facility).ok().and_then(|index| facilities.get_mut(index)) {
            facility.reports.push(planned);
        }
    }
}
