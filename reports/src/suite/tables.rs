//! What ran, what the rules found, and what changed.

use super::{Against, Page, Row, Rows};
use crate::diff::{About, Change, Direction};
use crate::page::{Both, both, scrolled};
use crate::results::RunOutcome;
use crate::texts::details;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// The most changes that are listed.
const CHANGES: usize = 200;

/// The ids of texts, in the order of columns.
const RUNS: [RunOutcome; 5] =
    [RunOutcome::Passed, RunOutcome::Broken, RunOutcome::Inconclusive, RunOutcome::Differed, RunOutcome::Unfinished];
const RULES: [&str; 7] = ["held", "broken", "warning", "inconclusive", "not-reached", "not-applicable", "not-observable"];

fn ms(value: Option<f64>) -> String {
    value.map_or("–".into(), |v| format!("{v:.1} ms"))
}

/// Whether a rule was held in every run to which it applies, and applied to one.
fn is_only_held(counts: &BTreeMap<String, u64>) -> bool {
    counts.contains_key("held") && counts.keys().all(|outcome| ["held", "not-applicable"].contains(&outcome.as_str()))
}

impl Page<'_> {
    fn head(&self, ids: &[&str]) -> Markup {
        html! { @for id in ids { th scope="col" { (self.say(id)) } } }
    }

    pub(super) fn about(&self) -> Markup {
        let h = &self.suite.head;
        let row = |id: &str, value: String| html! { tr { th scope="row" { (self.say(id)) } td { (value) } } };
        let seeds = if h.seed == h.last_seed { h.seed.to_string() } else { format!("{}–{}", h.seed, h.last_seed) };
        let commit = h.commit.as_deref().map_or(String::new(), |c| format!(" ({c})"));
        let rows = html! { tbody {
            (row("tool", format!("{} {}{commit}, {}", h.tool, h.version, h.openssl)))
            @if let Some(engine) = &h.engine { (row("engine", engine.clone())) }
            (row("seeds", seeds))
            @if let Some(mutant) = &h.mutant { (row("mutant", mutant.clone())) }
            (row("digest", self.tail.digest.clone()))
        } };
        html! { section #about { h2 { (self.say("about")) } (scrolled("実行したもの / what ran", &rows)) } }
    }

    pub(super) fn runs(&self, against: Option<&Against<'_>>) -> Markup {
        let mut before = Rows::new();
        for run in against.iter().flat_map(|a| a.runs) {
            before.entry((run.scenario.clone(), run.design.clone())).or_default().take(run);
        }
        let share = |r: &Row| format!("{} / {}", r.passed(), r.runs());
        let row = |key: &(String, String), r: &Row| {
            let old = before.get(key);
            html! { tr {
                th scope="row" { (key.0) }
                td { (key.1) }
                @for outcome in RUNS { td { @if let Some(n) = r.outcomes.get(&outcome) { span.outcome.broken[outcome != RunOutcome::Passed] { (n) } } } }
                td { (r.checks) }
                td { (ms(r.slowest_p99)) }
                @if against.is_some() {
                    td { (old.map_or("–".into(), share)) " → " (share(r)) }
                    td { (ms(old.and_then(|o| o.slowest_p99))) " → " (ms(r.slowest_p99)) }
                }
            } }
        };
        let rows = html! {
            thead { tr {
                (self.head(&["scenario", "design"]))
                @for outcome in RUNS { th scope="col" { (self.say(&format!("run-{}", outcome.name()))) } }
                (self.head(&["checks", "p99"]))
                @if against.is_some() { (self.head(&["share-passed", "p99"])) }
            } }
            tbody { @for (key, r) in &self.suite.rows { (row(key, r)) } }
        };
        html! { section #runs { h2 { (self.say("runs")) } p { (self.say("runs-how")) } (scrolled("実行 / runs", &rows)) } }
    }

    pub(super) fn rules(&self) -> Markup {
        let title = |id: &str| {
            let text = self.suite.rules.iter().find(|r| r.id == id);
            text.map_or_else(|| Both::same(id), |r| Both::new(&r.title.ja, &r.title.en))
        };
        // On paper, these are listed by their ids alone.
        let only_held: Vec<&str> = self.suite.judged.iter().filter(|(_, c)| is_only_held(c)).map(|(id, _)| id.as_str()).collect();
        let rows = html! {
            thead { tr { (self.head(&["rule"])) @for outcome in RULES { th scope="col" { (self.say(&format!("rule-{outcome}"))) } } } }
            tbody { @for (id, counts) in &self.suite.judged { tr.on-screen[is_only_held(counts)] {
                th scope="row" { (both(&title(id))) " " span.unit { (id) } }
                @for outcome in RULES { td { @if let Some(n) = counts.get(outcome) { span.outcome.broken[outcome == "broken"] { (n) } } } }
            } } }
        };
        html! {
            section #rules {
                h2 { (self.say("rules")) }
                p { (self.say("rules-how")) }
                @if !only_held.is_empty() {
                    p.print-only { (self.with("rules-only-held", &[("n", only_held.len().to_string())])) " " (only_held.join(" ")) }
                }
                (scrolled("規則 / rules", &rows))
            }
        }
    }

    pub(super) fn base(&self, against: Option<&Against<'_>>) -> Markup {
        html! {
            section #base {
                h2 { (self.say("base")) }
                @if let Some(a) = against { (self.changes(a)) } @else { p { (self.say("base-none")) } }
            }
        }
    }

    fn changes(&self, a: &Against<'_>) -> Markup {
        let d = a.diff;
        let others = d.changes.len() as u64 - d.regressions - d.improvements;
        let counts = [
            ("regressions", d.regressions.to_string()),
            ("improvements", d.improvements.to_string()),
            ("others", others.to_string()),
        ];
        let about = [("runs", a.runs.len().to_string()), ("digest", a.digest.chars().take(12).collect())];
        let mut listed: Vec<&Change> = d.changes.iter().collect();
        listed.sort_by_key(|c| c.direction);
        let row = |c: &Change| {
            let kind = match c.direction {
                Direction::Regression => "regression",
                Direction::Improvement => "improvement",
                Direction::Change => "change",
            };
            let subject =
                if c.about == About::Run { self.say("runs") } else { both(&details::both(&c.subject, details::subject)) };
            let value = |value: Option<&str>| value.map_or_else(|| html! { "–" }, |v| both(&details::both(v, details::value)));
            html! { tr {
                th scope="row" { (self.say(kind)) }
                td { (c.scenario) } td { (c.design) } td { (c.seed) } td { (subject) }
                td { (value(c.old.as_deref())) } td { (value(c.new.as_deref())) }
            } }
        };
        let rows = html! {
            thead { tr { (self.head(&["kind", "scenario", "design", "seed", "subject", "then", "now"])) } }
            tbody { @for c in listed.iter().take(CHANGES) { (row(c)) } }
        };
        html! {
            p { (self.with("base-how", &about)) }
            @for remark in &d.remarks { p.caution { (both(&details::both(remark, details::remark))) } }
            p { strong { (self.with("base-counts", &counts)) } }
            @if listed.is_empty() { p { (self.say("base-same")) } } @else { (scrolled("変化 / changes", &rows)) }
            @if listed.len() > CHANGES { p { (self.with("base-more", &[("n", (listed.len() - CHANGES).to_string())])) } }
        }
    }
}
