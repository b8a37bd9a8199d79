//! Checks of what a scenario says of the cancer registry.

use super::{Checks, part, top};

/// The most reports that are listed, and the most cases that are drawn.
const MAX_REPORTS: usize = 10_000;

impl Checks<'_> {
    pub(super) fn cancer(&mut self) {
        let s = self.scenario;
        let few = s.cancer_reports.len() <= MAX_REPORTS;
        self.demand(few, top("cancer-report"), || format!("there must be at most {MAX_REPORTS} reports"));
        if let Some(registry) = &s.registry {
            let at = top("registry");
            self.within_the_longest(at.clone(), registry.looks_after.0);
            if let Some(cases) = &registry.cases {
                let people = cases.people;
                let some = (1..=MAX_REPORTS as u64).contains(&people);
                self.demand(some, at.clone(), || format!("`cases.people` must be 1 to {MAX_REPORTS}"));
                self.demand(people <= s.people, at.clone(), || {
                    format!("`cases.people` is {people}, but there are only {} people: raise `people`", s.people)
                });
                self.within_the_longest(at.clone(), cases.at.0.saturating_add(cases.over.0));
            }
            let any = registry.cases.is_some() || !s.cancer_reports.is_empty();
            self.demand(any, at, || "nobody reports a case: write [registry.cases] or [[cancer-report]]".into());
        }
        if s.uses_registry() {
            let waits = !s.visits.is_empty() || !s.workloads.is_empty();
            self.demand(waits, top("people"), || "a run lasts until its last visit: add a [[visit]]".into());
            let load = s.load.is_none();
            self.demand(load, top("load"), || "a load study has no cancer registry: remove one of the two".into());
        }
        for (i, report) in s.cancer_reports.iter().enumerate() {
            let at = |key| part("cancer-report", i, &[key]);
            self.person(at("person"), report.person);
            self.facility(at("facility"), report.facility);
            self.within_the_longest(at("at"), report.at.0);
            let one = report.corrects.is_none() || report.withdraws.is_none();
            self.demand(one, at("withdraws"), || "a report is corrected or withdrawn, not both".into());
            let Some(changed) = report.changes() else { continue };
            let key = if report.corrects.is_some() { "corrects" } else { "withdraws" };
            let of =
                usize::try_from(changed).ok().filter(|changed| *changed < i).and_then(|changed| s.cancer_reports.get(changed));
            let Some(of) = of else {
                self.demand(false, at(key), || format!("there is no report {changed} before this one: they are counted from 0"));
                continue;
            };
            self.demand(of.changes().is_none(), at(key), || "name the first report, not its correction".into());
            self.demand(of.person == report.person, at("person"), || format!("report {changed} is of person {}", of.person));
            self.demand(of.at < report.at, at("at"), || format!("report {changed} is sent at {}: write a later time", of.at));
        }
    }
}
