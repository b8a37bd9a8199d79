//! What failed.

use super::{Messages, Page};
use crate::failure;
use crate::page::sequence::{Arrow, diagram};
use crate::page::{Both, both};
use crate::results::{Finding, RuleOutcome, RuleResult, Run};
use crate::rules::Lang;
use crate::texts::details;
use maud::{Markup, html};

/// The most findings of a rule and the most expectations of a run.
const PARTS: usize = 5;

fn in_both(text: impl Fn(Lang) -> String) -> Both {
    Both::new(text(Lang::Ja), text(Lang::En))
}

fn reason(text: &str, length: usize) -> Markup {
    both(&Both::new(failure::clipped(&details::reason(text), length), failure::clipped(text, length)))
}

impl Page<'_> {
    pub(super) fn failed(&self) -> Markup {
        let suite = self.suite;
        html! {
            section #failed {
                h2 { (self.say("failed")) }
                @if suite.failed.is_empty() { p { (self.say("failed-none")) } }
                @else { p { (self.with("failed-how", &[("n", suite.failed.len().to_string())])) } }
                @for (index, (run, messages)) in suite.failed.iter().enumerate() { (self.one(index, run, messages.as_ref())) }
                @if suite.failed_more > 0 { p { (self.with("failed-more", &[("n", suite.failed_more.to_string())])) } }
            }
        }
    }

    fn one(&self, index: usize, run: &Run, messages: Option<&Messages>) -> Markup {
        let missed = run.expectations.iter().filter(|e| !e.held).take(PARTS);
        let broken = run.rules.iter().filter(|r| matches!(r.outcome, RuleOutcome::Broken | RuleOutcome::Inconclusive));
        html! {
            details #{ "failed-" (index) } open[index == 0] {
                summary { strong { (run.scenario) } " · " (run.design) " · " (self.say("seed")) " " (run.seed) " · " (self.say(&format!("run-{}", run.outcome.name()))) }
                @if let Some(error) = &run.error { pre { (reason(error, 2000)) } }
                @for rule in broken { (self.rule(rule)) }
                @for (i, e) in missed.enumerate() {
                    @if i == 0 { h3 { (self.say("expected")) } }
                    p { (both(&in_both(|lang| failure::clipped(&failure::expectation(e, lang), 500)))) }
                }
                @if let Some(messages) = messages.filter(|m| !m.shown.is_empty()) { (self.messages(run, messages)) }
                @if let Some(smallest) = &run.smallest { h3 { (self.say("smallest")) } p { (both(&Both::new(details::size(smallest), smallest.size()))) } pre { (smallest.command()) } }
                h3 { (self.say("repeat")) }
                pre { (run.replay) }
            }
        }
    }

    fn rule(&self, rule: &RuleResult) -> Markup {
        let text = self.suite.rules.iter().find(|r| r.id == rule.id);
        let title = text.map_or_else(|| Both::same(&rule.id), |r| Both::new(&r.title.ja, &r.title.en));
        html! {
            h3 { (both(&title)) " " span.unit { (rule.id) @if rule.warning { " · SHOULD" } } }
            @if let Some(why) = &rule.why { p { (reason(why, 2000)) } }
            ul { @for f in rule.findings.iter().take(PARTS) { li { (self.finding(f)) } } }
        }
    }

    fn finding(&self, f: &Finding) -> Markup {
        html! {
            (both(&in_both(|lang| failure::finding(f, lang))))
            @if let Some(path) = failure::path(f) { br; (self.say("path")) ": " (path) }
        }
    }

    fn messages(&self, run: &Run, messages: &Messages) -> Markup {
        let classes = |all: &[String]| {
            let words: Vec<Both> = all.iter().map(|c| self.words.both(&format!("class-{c}"))).collect();
            let ja: Vec<&str> = words.iter().map(|b| b.ja.as_str()).collect();
            let en: Vec<&str> = words.iter().map(|b| b.en.as_str()).collect();
            Both::new(ja.join("・"), en.join(", "))
        };
        let arrows: Vec<Arrow<'_>> = messages
            .shown
            .iter()
            .map(|m| Arrow {
                at: Both::same(format!("{} ms", m.at_ms)),
                from: &m.from,
                to: &m.to,
                what: Both::same(&m.what),
                classes: classes(&m.classes),
                is_marked: m.is_on_path,
            })
            .collect();
        let counts = [("all", messages.all.to_string()), ("shown", messages.shown.len().to_string())];
        html! {
            h3 { (self.say("diagram")) }
            p { (self.say("diagram-how")) @if messages.all > messages.shown.len() { " " (self.with("diagram-cut", &counts)) } }
            (diagram(&format!("{} {} {}", run.scenario, run.design, run.seed), &arrows))
        }
    }
}
