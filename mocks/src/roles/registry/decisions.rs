//! What the registry does with a report that it has stored: asks for the code, compares it with others, and has a person look at what the
//! weights do not decide.

use super::Registry;
use super::matching::{self, Class};
use super::reports::{Pair, REPORTS, Reports, Stored, is_a_case};
use sim::terms::fhir::{CaseReport, Profile};
use sim::terms::identifiers::InstitutionCode;
use sim::terms::messages::PersonQuestion;
use sim::terms::stores;
use std::collections::BTreeMap;
use std::rc::Rc;

const LINKAGE: &str = stores::LINKAGE.name;

/// Who decided.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Code,
    Weights,
    Person,
}

impl By {
    fn name(self) -> &'static str {
        match self {
            By::Code => "code",
            By::Weights => "weights",
            By::Person => "person",
        }
    }
}

impl Registry {
    /// Reads the stores after a start, and goes on where the registry stopped.
    pub(super) fn recover(self: Rc<Self>) {
        let all = self.env.disk().read(REPORTS);
        let newest: BTreeMap<String, CaseReport> =
            all.iter().filter_map(|r| CaseReport::from_json(r).ok()).map(|report| (report.number(), report)).collect();
        let mut reports = Reports::default();
        newest.values().for_each(|report| reports.keep(Stored::new(report.clone())));
        *self.reports.borrow_mut() = reports;
        // What had been decided is decided again, from the same reports: a later record of a pair replaces the earlier ones.
        newest.into_values().for_each(|report| self.clone().process(report));
    }

    /// Does everything that follows from a report, in a task of its own. The run does not end before it is done.
    pub(super) fn process(self: Rc<Self>, report: CaseReport) {
        let unfinished = self.outcomes.begin();
        let me = self.clone();
        self.env.spawn(async move {
            me.follow_up(report).await;
            drop(unfinished);
        });
    }

    async fn follow_up(self: Rc<Self>, report: CaseReport) {
        let number = report.number();
        let given = if is_a_case(&report) { self.code_of(&number, &PersonQuestion::of(&report.person)).await } else { None };
        let issued_in = given.as_ref().and_then(|given| given.issued_in);
        let code = self.behaviour.code(&report, given.map(|given| given.institution_code));
        self.match_with_others(Stored { report, code, issued_in });
    }

    fn match_with_others(self: &Rc<Self>, stored: Stored) {
        let number = stored.report.number();
        let is_newest = self.reports.borrow().newest(&number).is_some_and(|n| n.report.version == stored.report.version);
        // A later version that arrived meanwhile is processed by itself.
        if !is_newest || (stored.report.version > 1 && !self.behaviour.takes_effect(&stored.report)) {
            return;
        }
        self.reports.borrow_mut().take_out(&number);
        if !is_a_case(&stored.report) {
            return;
        }
        let candidates = self.reports.borrow_mut().put_in(stored.clone());
        for other in candidates {
            self.decide(&stored, &other);
        }
        self.env.disk().sync(LINKAGE);
    }

    /// Decides about a pair.
    fn decide(self: &Rc<Self>, one: &Stored, other: &Stored) {
        let [a, b] = if one.report.number() <= other.report.number() { [one, other] } else { [other, one] };
        let pair = [a, b].map(|s| (s.report.number(), s.report.version));
        let (class, by) = match (&a.code, &b.code) {
            (Some(a), Some(b)) if a == b => (Class::Same, By::Code),
            // Two codes of different revisions may be of one person, whose first was replaced.
            (Some(_), Some(_)) if one.issued_in == other.issued_in => (Class::Different, By::Code),
            _ => (self.behaviour.class(matching::compare(&a.report, &b.report).class()), By::Weights),
        };
        self.record(&pair, [a, b], class, by);
        match class {
            Class::Same => self.reports.borrow_mut().join(pair),
            Class::Different => {}
            Class::Look if self.behaviour.looks() => {
                let (me, unfinished) = (self.clone(), self.outcomes.begin());
                self.env.spawn(async move {
                    me.look(pair).await;
                    drop(unfinished);
                });
            }
            Class::Look => {}
        }
    }

    /// A person looks at a pair, if both reports are still as they were.
    async fn look(self: Rc<Self>, pair: Pair) {
        self.env.sleep(self.plan.looks_after).await;
        let matched = |at: &(String, u32)| self.reports.borrow().matched(at).cloned();
        if let (Some(a), Some(b)) = (matched(&pair[0]), matched(&pair[1])) {
            let truth = |number: &String| self.plan.truth.get(number);
            let is_same = truth(&pair[0].0).is_some() && truth(&pair[0].0) == truth(&pair[1].0);
            let mut draw = self.env.stream(&format!("registry/look/{}/{}", pair[0].0, pair[1].0));
            let class = if is_same != draw.chance(self.plan.look_errors) { Class::Same } else { Class::Different };
            self.record(&pair, [&a, &b], class, By::Person);
            self.env.disk().sync(LINKAGE);
            if class == Class::Same {
                self.reports.borrow_mut().join(pair);
            }
        }
    }

    /// Writes a decision with its evidence.
    fn record(&self, pair: &Pair, [a, b]: [&Stored; 2], class: Class, by: By) {
        let code = |code: &Option<InstitutionCode>| code.as_ref().map(|c| c.reveal().to_string());
        let weighed = matching::compare(&a.report, &b.report);
        let record = serde_json::json!({
            "pair": pair.iter().map(|(number, _)| number).collect::<Vec<_>>(),
            "versions": pair.iter().map(|(_, version)| version).collect::<Vec<_>>(),
            "class": class.name(),
            "by": by.name(),
            "codes": [code(&a.code), code(&b.code)],
            "weight": weighed.millibits(),
            "agreements": weighed.agreements.iter().map(|g| serde_json::json!({
                "field": g.field.name(), "level": g.level.name(), "weight": g.millibits,
            })).collect::<Vec<_>>(),
        });
        self.env.disk().append(LINKAGE, self.behaviour.evidence(record).to_string().into_bytes());
    }
}
