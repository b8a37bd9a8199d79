//! A certification as JUnit XML, for the test pages of GitHub, GitLab, Jenkins and others.
//!
//! A test suite is a group of cases, which is the part of their names before the slash; the rules are a suite of their own. What
//! was not played is skipped, and so is what is waived. A set-up that is wrong, and a rule that could not look at everything, is
//! an `error`. A document without a failure or an error is that of a certification that passed.

use super::plain::{again, lines, quotes, rule_of, shown};
use super::words;
use super::{About, Ending, Waived, ending, extent};
use crate::outcome::{Case, CaseOutcome};
use crate::session::{Certified, RuleSummary};
use contract::Lang;
use quick_junit::{NonSuccessKind, Report, SerializeError, TestCase, TestCaseStatus, TestSuite};
use statement::VerdictOutcome;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// The most failures of a case that are reported in full.
const SHOWN: usize = 20;

/// The document. `tool` is name and version of this tool.
///
/// # Errors
/// If it cannot be written as XML, which no text causes: what XML does not permit is escaped.
pub fn document(about: &About, certified: &Certified, waived: &Waived<'_>, tool: &str) -> Result<String, SerializeError> {
    let name = format!("{tool} certify {}: {}, design {}, seed {}", about.role, about.product, about.design, about.seed);
    let mut report = Report::new(shown(&name));
    report.set_time(Duration::try_from(certified.ended.duration_since(certified.started)).unwrap_or_default());
    let mut suites: BTreeMap<&str, TestSuite> = BTreeMap::new();
    for case in &certified.cases {
        let (group, name) = case.name.split_once('/').unwrap_or((&case.name, &case.name));
        let mut test = TestCase::new(shown(name), status(about, case, waived.get(case.name.as_str()).copied()));
        test.set_classname(shown(&format!("shikaku.certify.{}.{group}", about.role)));
        suites.entry(group).or_insert_with(|| TestSuite::new(shown(group))).add_test_case(test);
    }
    report.add_test_suites(suites.into_values());
    let mut rules = TestSuite::new("rules");
    for rule in &certified.rules {
        let mut test = TestCase::new(rule.rule, status_of_rule(rule, waived.get(rule.rule).copied()));
        test.set_classname(format!("shikaku.certify.{}.rules", about.role));
        rules.add_test_case(test);
    }
    report.add_test_suite(rules);
    if ending(certified, waived) == Ending::Inconclusive || certified.interrupted {
        report.add_test_suite(nothing_known(about, certified));
    }
    Ok(without_skipped(report.to_string()?))
}

fn status(about: &About, case: &Case, waived: Option<&str>) -> TestCaseStatus {
    let kind = match case.outcome {
        CaseOutcome::Passed => return TestCaseStatus::success(),
        CaseOutcome::NotApplicable | CaseOutcome::NotReached => {
            let why = case.why.as_deref().unwrap_or("nothing happened that it could judge");
            return skipped(&format!("{}: {why}", words::outcome(case.outcome).0));
        }
        CaseOutcome::Failed => NonSuccessKind::Failure,
        CaseOutcome::Setup => NonSuccessKind::Error,
    };
    let mut quoted = BTreeSet::new();
    let mut text = vec![shown(&case.what)];
    text.extend(case.why.iter().map(|why| shown(why)));
    for failure in case.failures.iter().take(SHOWN) {
        text.push(String::new());
        text.extend(lines(failure, Lang::En));
        text.extend(quotes(case, failure, Lang::En, &mut quoted));
    }
    if case.failures.len() > SHOWN {
        text.push(format!("and {} more failures", case.failures.len() - SHOWN));
    }
    text.extend([String::new(), format!("again:    {}", again(about, case))]);
    let first = case.failures.first();
    let mut status = match waived {
        Some(reason) => skipped(&format!("waived: {reason}")),
        None => {
            let mut status = TestCaseStatus::non_success(kind);
            let message = first.map_or_else(|| case.why.clone().unwrap_or_default(), |f| f.observed.clone());
            status.set_message(shown(&message));
            status.set_type(first.and_then(rule_of).unwrap_or(words::outcome(case.outcome).0));
            status
        }
    };
    status.set_description(text.join("\n"));
    status
}

fn status_of_rule(rule: &RuleSummary, waived: Option<&str>) -> TestCaseStatus {
    let why = rule.why.as_deref().unwrap_or_default();
    match (rule.outcome, waived) {
        (VerdictOutcome::Broken | VerdictOutcome::Inconclusive, Some(reason)) => {
            skipped(&format!("{}, waived: {reason}", rule.outcome.name()))
        }
        (VerdictOutcome::Broken, None) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_type("broken").set_message(format!("{} findings: the cases have them", rule.findings));
            status
        }
        (VerdictOutcome::Inconclusive, None) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_type("inconclusive").set_message(shown(why));
            status
        }
        (VerdictOutcome::Held | VerdictOutcome::Warning, _) => TestCaseStatus::success(),
        (outcome, _) => skipped(&format!("{}: {why}", outcome.name())),
    }
}

/// A suite that fails, since nothing else may: no case was played, or not everything was looked at.
fn nothing_known(about: &About, certified: &Certified) -> TestSuite {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    let (played, all) = extent(certified);
    match certified.interrupted {
        true => status
            .set_type("interrupted")
            .set_message(format!("the certification was interrupted: {played} of {all} cases were played")),
        false => status.set_type("inconclusive").set_message("not everything could be looked at, or no case was played"),
    };
    let mut test = TestCase::new("a verdict is possible", status);
    test.set_classname(format!("shikaku.certify.{}.ending", about.role));
    let mut suite = TestSuite::new("ending");
    suite.add_test_case(test);
    suite
}

fn skipped(why: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_message(shown(why.trim_end_matches([':', ' '])));
    status
}

/// Without the attribute `skipped` of the root, which `junit-10.xsd` of Jenkins' xUnit plugin does not have. Quotation marks in the
/// name are escaped, so the first match is the attribute.
fn without_skipped(document: String) -> String {
    const ATTRIBUTE: &str = " skipped=\"";
    let Some(begins) = document.find(ATTRIBUTE) else { return document };
    match document[begins + ATTRIBUTE.len()..].find('"') {
        Some(length) => format!("{}{}", &document[..begins], &document[begins + ATTRIBUTE.len() + length + 1..]),
        None => document,
    }
}
