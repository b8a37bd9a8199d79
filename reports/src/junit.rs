//! Runs as JUnit XML, for the test pages of GitHub, GitLab, Jenkins and others.
//!
//! A test suite is a scenario. A test case is a scenario in a design over a group of seeds: each seed by itself if there are at
//! most ten, otherwise ten groups of equally many consecutive seeds, so that a sweep of any length gives a readable page.
//! `classname` is `shikaku.SCENARIO` and `name` is `DESIGN, seeds A to B`: the same in every call with the same seeds, which is
//! how viewers see that a failed test has been fixed. A rule or an expectation that did not hold is a `failure`; a run that
//! could not finish, or differed from a second one of its seed, is an `error`.
//!
//! The document is valid by `junit-10.xsd` of Jenkins' xUnit plugin, which has no attribute for the file of a case.

use crate::failure;
use crate::paint::Paint;
use crate::results::{Head, Run, RunOutcome};
use crate::rules::{Lang, Titles, titles};
use crate::texts::seeds;
use crate::view::{Extent, View, ViewDescription, ViewError};
use quick_junit::{NonSuccessKind, Report, SerializeError, TestCase, TestCaseStatus, TestSuite};
use std::collections::BTreeMap;
use std::time::Duration;

/// The most groups of seeds of one scenario in one design.
const GROUPS: u128 = 10;

/// Takes runs in any order. Its memory grows with scenarios and designs, not with seeds.
pub struct JUnit {
    head: Head,
    titles: Titles,
    /// By scenario, then by design and the first seed of the group.
    suites: BTreeMap<String, BTreeMap<(String, u64), Group>>,
}

/// A group of seeds of one scenario in one design.
#[derive(Default)]
struct Group {
    last_seed: u64,
    runs: u64,
    wall_s: f64,
    failed: BTreeMap<RunOutcome, u64>,
    reported: Option<Reported>,
}

/// The run that is reported in full: of those with the worst outcome, the one with the lowest seed.
struct Reported {
    outcome: RunOutcome,
    seed: u64,
    kind: String,
    headline: String,
    text: String,
}

/// `--junit FILE`.
pub static VIEW: ViewDescription = ViewDescription {
    name: "junit",
    help: "Write the results as JUnit XML, for the test pages of GitHub, GitLab, Jenkins and others",
    begin: |with| Box::new(JUnit { titles: titles(with.rules, Lang::En), ..JUnit::new(with.head.clone()) }),
};

impl View for JUnit {
    fn take(&mut self, run: &Run) {
        JUnit::take(self, run);
    }

    fn finish(self: Box<Self>, extent: Extent) -> Result<String, ViewError> {
        JUnit::finish(*self, extent).map_err(|e| ViewError { view: VIEW.name, reason: e.to_string() })
    }
}

impl JUnit {
    pub fn new(head: Head) -> Self {
        JUnit { head, titles: Titles::default(), suites: BTreeMap::new() }
    }

    pub fn take(&mut self, run: &Run) {
        let (first, last) = self.group_of(run.seed);
        let suite = self.suites.entry(run.scenario.clone()).or_default();
        let group = suite.entry((run.design.clone(), first)).or_default();
        group.last_seed = last;
        group.runs += 1;
        group.wall_s += run.wall_s;
        if run.outcome == RunOutcome::Passed {
            return;
        }
        *group.failed.entry(run.outcome).or_default() += 1;
        let takes_precedence = |reported: &Reported| {
            (run.outcome, std::cmp::Reverse(run.seed)) > (reported.outcome, std::cmp::Reverse(reported.seed))
        };
        if group.reported.as_ref().is_none_or(takes_precedence) {
            group.reported = Some(Reported {
                outcome: run.outcome,
                seed: run.seed,
                kind: failure::kind(run),
                headline: failure::headline(run, &self.titles),
                text: format!("{}\n{}", failure::name(run, Lang::En), failure::text(run, &self.titles, Paint::Plain)),
            });
        }
    }

    /// First and last seed of the group that a seed belongs to.
    fn group_of(&self, seed: u64) -> (u64, u64) {
        let (first, end) = (u128::from(self.head.seed), u128::from(self.head.last_seed));
        let size = (end.saturating_sub(first) + 1).div_ceil(GROUPS);
        let from = first + u128::from(seed).saturating_sub(first) / size * size;
        let to = (from + size - 1).min(end).max(from);
        (u64::try_from(from).unwrap_or(seed), u64::try_from(to).unwrap_or(seed))
    }

    /// The document.
    pub fn finish(self, extent: Extent) -> Result<String, SerializeError> {
        let mutant = self.head.mutant.as_ref().map_or(String::new(), |m| format!(", {m}"));
        let mut report = Report::new(xml(&format!(
            "shikaku {}, {}{mutant}",
            self.head.version,
            seeds(self.head.seed, self.head.last_seed, Lang::En)
        )));
        let mut total = 0.0;
        for (scenario, groups) in self.suites {
            let mut suite = TestSuite::new(xml(&scenario));
            let seconds: f64 = groups.values().map(|g| g.wall_s).sum();
            suite.set_time(time(seconds));
            total += seconds;
            for ((design, first), group) in groups {
                suite.add_test_case(case(&scenario, &design, first, &group));
            }
            report.add_test_suite(suite);
        }
        report.add_test_suites(extent.incomplete(Lang::En).map(|what| incomplete(&what)));
        report.set_time(time(total));
        // The attribute is not in the XSD at this element, and nothing is ever skipped. Quotation marks in the name are escaped,
        // so that the first match is the attribute.
        Ok(report.to_string()?.replacen(" skipped=\"0\"", "", 1))
    }
}

fn case(scenario: &str, design: &str, first: u64, group: &Group) -> TestCase {
    let status = match &group.reported {
        None => TestCaseStatus::success(),
        Some(reported) => {
            let kind = match reported.outcome {
                RunOutcome::Differed | RunOutcome::Unfinished => NonSuccessKind::Error,
                _ => NonSuccessKind::Failure,
            };
            let failed: u64 = group.failed.values().sum();
            let share = match group.runs {
                1 => String::new(),
                runs => format!(" ({failed} of {runs} seeds failed, of these first seed {})", reported.seed),
            };
            let mut text = reported.text.clone();
            if failed > 1 {
                let words = |(outcome, n): (&RunOutcome, &u64)| format!("{n} {}", crate::texts::outcome(*outcome, Lang::En));
                let all: Vec<String> = group.failed.iter().map(words).collect();
                text += &format!("{failed} of {} seeds failed: {}\n", group.runs, all.join(", "));
            }
            let mut status = TestCaseStatus::non_success(kind);
            status
                .set_type(xml(&reported.kind))
                .set_message(xml(&format!("{}{share}", reported.headline)))
                .set_description(xml(&text));
            status
        }
    };
    let mut case = TestCase::new(xml(&format!("{design}, {}", seeds(first, group.last_seed, Lang::En))), status);
    case.set_classname(xml(&format!("shikaku.{scenario}"))).set_time(time(group.wall_s));
    case
}

/// A suite with an error, since nothing else may have one: runs are missing.
fn incomplete(what: &str) -> TestSuite {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_type("incomplete").set_message(what);
    let mut case = TestCase::new("every planned run was done", status);
    case.set_classname("shikaku.sweep");
    let mut suite = TestSuite::new("sweep");
    suite.add_test_case(case);
    suite
}

/// Seconds from a document that anyone may have written: no value causes a panic.
fn time(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}

/// `text` with characters that XML 1.0 does not permit (section 2.2) replaced by U+FFFD. Tabs become spaces.
fn xml(text: &str) -> String {
    let permitted = |c: char| match c {
        '\n' => c,
        '\t' | '\r' => ' ',
        // C1 controls are permitted and discouraged; some parsers take U+0085 for the end of a line.
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => char::REPLACEMENT_CHARACTER,
        _ => c,
    };
    text.chars().map(permitted).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{failing, head, passing, sweep};
    use proptest::prelude::*;

    fn document(head: Head, runs: &[Run]) -> String {
        let mut junit = JUnit::new(head);
        runs.iter().for_each(|r| junit.take(r));
        junit.finish(Extent { done: runs.len() as u64, due: runs.len() as u64 }).unwrap()
    }

    #[test]
    fn what_was_interrupted_has_an_error() {
        let mut junit = JUnit::new(head(1..=50));
        junit.take(&passing(1));
        let text = junit.finish(Extent { done: 1, due: 50 }).unwrap();
        assert!(text.contains("errors=\"1\"") && text.contains("incomplete: 1 of 50 planned runs were done"), "{text}");
    }

    #[test]
    fn a_few_seeds_are_a_case_each() {
        insta::assert_snapshot!(document(head(1..=4), &sweep(1..=4)));
    }

    #[test]
    fn many_seeds_are_ten_cases() {
        let text = document(head(1..=1000), &sweep(1..=1000));
        assert_eq!(text.matches("<testcase ").count(), 10 * sweep(1..=1).len());
        let from = text.find("<testsuite name=\"jpki-down\"").unwrap();
        insta::assert_snapshot!(text[from..].lines().take_while(|l| !l.contains("</testcase>")).collect::<Vec<_>>().join("\n"));
    }

    #[test]
    fn groups_cover_all_seeds_and_do_not_overlap() {
        for range in [0..=0, 1..=10, 1..=11, 5..=104, 7..=1000, 0..=u64::MAX, u64::MAX - 12..=u64::MAX] {
            let junit = JUnit::new(head(range.clone()));
            let (mut seed, mut groups) = (*range.start(), 0);
            loop {
                let (first, last) = junit.group_of(seed);
                assert_eq!((first, junit.group_of(last)), (seed, (first, last)), "{range:?}");
                groups += 1;
                if last == *range.end() {
                    break;
                }
                seed = last + 1;
            }
            assert!(groups <= 10, "{range:?}: {groups}");
        }
    }

    #[test]
    fn the_order_of_runs_does_not_matter() {
        let mut runs = sweep(1..=30);
        let one = document(head(1..=30), &runs);
        runs.reverse();
        assert_eq!(one, document(head(1..=30), &runs));
    }

    #[test]
    fn no_runs_are_a_document_too() {
        insta::assert_snapshot!(document(head(1..=1), &[]));
    }

    proptest! {
        /// Whatever names and texts contain, the document has only characters of XML 1.0, and no text is changed without a
        /// visible replacement.
        #[test]
        fn any_text_gives_characters_that_xml_has(text in any::<String>()) {
            let text = format!("{text}\u{0}\u{b}\u{1b}[31m]]>\u{fffe}\u{ffff}\"<&");
            let mut run = failing(3);
            run.scenario = text.clone();
            run.design = text.clone();
            run.replay = text.clone();
            run.error = Some(text.clone());
            run.expectations[0].what = text.clone();
            run.rules[1].findings[0].what = text.clone();
            let document = document(head(3..=3), &[run, passing(3)]);
            for c in document.chars() {
                prop_assert!(matches!(c, '\n' | ' '..='\u{7e}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..), "{c:?}");
            }
            // Outside of tags there is no bare `<`, `&` or `]]>`.
            prop_assert!(!document.contains("]]>"));
        }
    }
}
