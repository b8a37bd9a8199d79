//! The results of `shikaku run` as one page: what ran, what failed and how, and what changed against a base line.

mod failed;
mod tables;

use crate::diff::Diff;
use crate::page::words::Words;
use crate::page::{Both, SCRIPT, STYLE, Shell, both};
use crate::results::{Head, Run, RunOutcome, Tail};
use crate::rules::{Lang, RuleText};
use crate::texts::OUTCOMES;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// The most failing runs that are shown; the rest is counted.
const SHOWN: usize = 30;

/// A message or an event of a failing run, with the values of people masked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// After the first one that is shown.
    pub at_ms: u64,
    /// The names of zones.
    pub from: String,
    pub to: String,
    pub what: String,
    /// The names of the classes of data in it.
    pub classes: Vec<String>,
    /// Whether it is on the path of what was found.
    pub is_on_path: bool,
}

/// The messages of a failing run up to its first finding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Messages {
    pub shown: Vec<Message>,
    /// How many there are.
    pub all: usize,
}

/// How the runs of a scenario in a design ended.
#[derive(Default)]
struct Row {
    outcomes: BTreeMap<RunOutcome, u64>,
    checks: u64,
    slowest_p99: Option<f64>,
}

impl Row {
    fn take(&mut self, run: &Run) {
        *self.outcomes.entry(run.outcome).or_default() += 1;
        // Results of others state what they like.
        self.checks = self.checks.saturating_add(run.checks.started);
        let p99 = run.latency_ms.map(|l| l.p99);
        self.slowest_p99 = self.slowest_p99.into_iter().chain(p99).reduce(f64::max);
    }

    fn runs(&self) -> u64 {
        self.outcomes.values().sum()
    }

    fn passed(&self) -> u64 {
        self.outcomes.get(&RunOutcome::Passed).copied().unwrap_or(0)
    }
}

/// By scenario and design.
type Rows = BTreeMap<(String, String), Row>;

/// The page under construction. It takes the runs in order; what it keeps of them is bounded by scenarios, designs and rules.
pub struct Suite {
    head: Head,
    rules: Vec<RuleText>,
    rows: Rows,
    /// By rule, in how many runs it ended how.
    judged: BTreeMap<String, BTreeMap<String, u64>>,
    failed: Vec<(Run, Option<Messages>)>,
    failed_more: u64,
}

/// What the results are compared with.
pub struct Against<'a> {
    pub runs: &'a [Run],
    pub digest: &'a str,
    pub diff: &'a Diff,
}

impl Suite {
    pub fn new(head: &Head, rules: Vec<RuleText>) -> Suite {
        let (rows, judged) = Default::default();
        Suite { head: head.clone(), rules, rows, judged, failed: Vec::new(), failed_more: 0 }
    }

    /// Whether the messages of one more failing run would be shown.
    pub fn has_room(&self) -> bool {
        self.failed.len() < SHOWN
    }

    /// Takes the next run; `messages` are those of a failing one.
    pub fn take(&mut self, run: &Run, messages: Option<Messages>) {
        self.rows.entry((run.scenario.clone(), run.design.clone())).or_default().take(run);
        for rule in &run.rules {
            let outcome = if rule.warning { "warning".to_string() } else { rule.outcome.name().to_string() };
            *self.judged.entry(rule.id.clone()).or_default().entry(outcome).or_default() += 1;
        }
        match (run.outcome, self.has_room()) {
            (RunOutcome::Passed, _) => {}
            (_, true) => self.failed.push((run.clone(), messages)),
            (_, false) => self.failed_more += 1,
        }
    }

    /// The whole page, after the last run.
    pub fn page(&self, tail: &Tail, against: Option<&Against<'_>>, lang: Lang) -> String {
        let [ja, en] = OUTCOMES;
        let words =
            Words::of(&[include_str!("suite/words/ja.ftl"), ja].concat(), &[include_str!("suite/words/en.ftl"), en].concat());
        let page = Page { suite: self, words: &words, tail };
        let language = match lang {
            Lang::Ja => "ja",
            Lang::En => "en",
        };
        let shell = Shell { title: &words.both("title"), style: STYLE, script: SCRIPT, data: None, language };
        shell.around(&page.content(against))
    }
}

struct Page<'a> {
    suite: &'a Suite,
    words: &'a Words,
    tail: &'a Tail,
}

impl Page<'_> {
    fn say(&self, id: &str) -> Markup {
        both(&self.words.both(id))
    }

    fn with(&self, id: &str, values: &[(&str, String)]) -> Markup {
        let same: Vec<(&str, Both)> = values.iter().map(|(name, value)| (*name, Both::same(value))).collect();
        let values: Vec<(&str, &Both)> = same.iter().map(|(name, value)| (*name, value)).collect();
        both(&self.words.with(id, &values))
    }

    fn content(&self, against: Option<&Against<'_>>) -> Markup {
        let (runs, passed) = self.suite.rows.values().fold((0, 0), |(runs, passed), r| (runs + r.runs(), passed + r.passed()));
        let counts = [("runs", runs.to_string()), ("passed", passed.to_string())];
        html! {
            p { strong { (self.with(if runs == passed && self.tail.complete { "summary-all" } else { "summary" }, &counts)) } }
            p { (self.say("lead")) }
            @if !self.tail.complete { p.caution { (self.say("incomplete")) } }
            (self.about())
            (self.failed())
            (self.base(against))
            (self.runs(against))
            (self.rules())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::words::ids;
    use crate::samples;

    #[test]
    fn both_languages_have_the_same_texts() {
        assert_eq!(ids(include_str!("suite/words/ja.ftl")), ids(include_str!("suite/words/en.ftl")));
    }

    #[test]
    fn a_page_has_what_ran_and_what_failed() {
        let results = samples::results(1..=3, samples::sweep(1..=3));
        let mut suite = Suite::new(&results.head(), Vec::new());
        let message = |from: &str, to: &str, is_on_path| Message {
            at_ms: 3,
            from: from.into(),
            to: to.into(),
            what: "GET /<b>".into(),
            classes: vec!["my-number".into()],
            is_on_path,
        };
        let messages = Messages { shown: vec![message("facility", "broker", true), message("broker", "jpki", false)], all: 9 };
        results.runs.iter().for_each(|run| suite.take(run, (run.outcome != RunOutcome::Passed).then(|| messages.clone())));
        let tail = Tail { complete: false, digest: "abc".into() };
        let diff = Diff::of(&results, &results, None).unwrap();
        let page = suite.page(&tail, Some(&Against { runs: &results.runs, digest: "before", diff: &diff }), Lang::Ja);
        assert!(page.contains("結果は途中までである") && page.contains("変化なし") && page.contains("個人番号"));
        // What others wrote is text.
        assert!(page.contains("GET /&lt;b&gt;") && !page.contains("GET /<b>"));
        assert_eq!(
            page.matches("class=\"marked\"").count(),
            results.runs.iter().filter(|r| r.outcome != RunOutcome::Passed).count()
        );
        assert!(results.runs.iter().all(|run| page.contains(&run.scenario)));
    }
}
