//! The sections after the table.

use super::Page;
use crate::cost::figures::Figure;
use crate::document::{Both, Information, Linkability, Role, RuleRow};
use crate::sure::rounded;
use crate::views::charts::intervals;
use crate::views::numbers::{Notation, figure, interval, shown};
use crate::views::sentences::sentences;
use crate::views::sources;
use maud::{Markup, html};
use reports::page::{both, either, scrolled, zone_title};
use std::collections::BTreeSet;

fn section(id: &str, title: Markup, content: &Markup) -> Markup {
    html! { section #(id) { h2 { (title) } (content) } }
}

impl Page<'_> {
    fn titled(&self, id: &str, how: &str, content: &Markup) -> Markup {
        section(id, self.say(id), &html! { p { (self.say(how)) } (content) })
    }

    /// A heading for each design.
    fn designs_head(&self) -> Markup {
        html! { @for d in &self.document.designs { th scope="col" { (both(&d.title)) code.unit { (d.name) } } } }
    }

    pub(super) fn charts(&self) -> Markup {
        let one = |c: &crate::document::CriterionRow| {
            let [first, second] = sentences(self.document, self.words, &c.id);
            html! {
                section.criterion #{ "criterion-" (c.id) } {
                    h3 { (both(&c.title)) " " span.unit { "(" (both(&c.unit)) ")" } }
                    p { (both(&c.what)) }
                    @if c.assumed { (self.original()) }
                    @if let Some(svg) = intervals(self.document, &c.id, &c.title) { figure { (svg) } }
                    p { (both(&first)) " " (both(&second)) }
                }
            }
        };
        section("charts", self.say("charts"), &html! { div.charts { @for c in &self.document.criteria { (one(c)) } } })
    }

    pub(super) fn dominated(&self) -> Markup {
        let all = &self.document.dominated;
        let one = |design: &str, by: &str| {
            both(&self.words.with("dominated-by", &[("design", &self.document.title(design)), ("by", &self.document.title(by))]))
        };
        self.titled(
            "dominated",
            "dominated-how",
            &html! {
                (self.original())
                @if all.is_empty() { p { (self.say("dominated-none")) } }
                @else { ul { @for d in all { li { (one(&d.design, &d.by)) } } } }
            },
        )
    }

    pub(super) fn rules(&self) -> Markup {
        let d = self.document;
        let again = format!(
            "shikaku run scenarios/compare/everyday.toml --design NAME --seed {} --out DIR --journals all\nshikaku judge DIR",
            d.first_seed
        );
        let reached: Vec<&RuleRow> = d.rules.iter().filter(|r| r.outcomes.values().any(|o| o != "not reached")).collect();
        let is_broken = |r: &RuleRow| r.outcomes.values().any(|o| o == "broken");
        let content = html! {
            thead { tr { th scope="col" { (self.say("rule")) } th scope="col" { (self.say("passage")) } (self.designs_head()) } }
            tbody { @for r in &reached {
                tr.on-screen[!is_broken(r)] #{ "rule-" (r.id) } {
                    th scope="row" {
                        details {
                            summary { (both(&r.title)) " " code.unit { (r.id) } @if r.must { span.unit { " · " (self.say("must")) } } }
                            pre { "shikaku explain " (r.id) }
                        }
                    }
                    td.passage { (both(&sources::of_rule(&r.source, self.words))) " " span.unit { (self.say(&format!("basis-{}", r.basis))) } }
                    @for design in &d.designs {
                        @let outcome = outcome_of(r, &design.name);
                        td class=(format!("outcome {outcome}")) { (self.say(&format!("rule-{outcome}"))) }
                    }
                }
            } }
        };
        let number = |n: usize| Both::same(n.to_string());
        let (shown, all) = (number(reached.iter().filter(|r| is_broken(r)).count()), number(reached.len()));
        let table = html! {
            (scrolled("規則の数 / number of rules", &self.rule_counts()))
            p { (self.say("evidence-how")) }
            pre { (again) }
            p.print-only { (both(&self.words.with("rules-in-print", &[("shown", &shown), ("all", &all)]))) }
            (scrolled("規則 / rules", &content))
        };
        self.titled("rules", "rules-how", &table)
    }

    /// How many rules each design meets and breaks.
    fn rule_counts(&self) -> Markup {
        let d = self.document;
        let count = |design: &str, outcome: &str| d.rules.iter().filter(|r| outcome_of(r, design) == outcome).count();
        let all = ["held", "broken", "not-applicable", "not-reached", "not-observable", "inconclusive"];
        let outcomes = all.into_iter().filter(|outcome| d.designs.iter().any(|x| count(&x.name, outcome) > 0));
        html! {
            thead { tr { th scope="col" { (self.say("rules-outcome")) } (self.designs_head()) } }
            tbody { @for outcome in outcomes { tr {
                th scope="row" { (self.say(&format!("rule-{outcome}"))) }
                @for design in &d.designs { td class=(format!("outcome {outcome}")) { (count(&design.name, outcome)) } }
            } } }
        }
    }

    pub(super) fn linkability(&self) -> Markup {
        let d = self.document;
        let mut adversaries: Vec<&Linkability> = Vec::new();
        for l in &d.linkability {
            if adversaries.iter().all(|known| known.adversary != l.adversary) {
                adversaries.push(l);
            }
        }
        let of = |design: &str, adversary: &str| d.linkability.iter().find(|l| l.design == design && l.adversary == adversary);
        let cell = |l: Option<&Linkability>| {
            html! {
                @if let Some(e) = l.and_then(|l| l.exact) {
                    span.figure { (shown(e.value, "share")) }
                    @if let Some(q) = l.and_then(|l| l.quasi) { span.interval { (self.say("quasi")) " " (shown(q.value, "share")) } }
                    @if let Some(text) = interval(&e, "share") { span.interval { (either(&text)) } }
                } @else { "–" }
            }
        };
        let content = html! {
            thead { tr { th scope="col" { (self.say("adversary")) } (self.designs_head()) } }
            tbody { @for a in adversaries { tr {
                th scope="row" { (both(&a.title)) }
                @for design in &d.designs { td { (cell(of(&design.name, &a.adversary))) } }
            } } }
        };
        self.titled("linkability", "linkability-how", &scrolled("つながり / linkability", &content))
    }

    pub(super) fn exposure(&self) -> Markup {
        let d = self.document;
        let rows: BTreeSet<(&str, &str)> = d.exposure.iter().map(|e| (e.zone.as_str(), e.class.as_str())).collect();
        let of = |design: &str, zone: &str, class: &str| {
            d.exposure.iter().find(|e| e.design == design && e.zone == zone && e.class == class)
        };
        let content = html! {
            thead { tr { th scope="col" { (self.say("zone")) } th scope="col" { (self.say("class")) } (self.designs_head()) } }
            tbody { @for (zone, class) in rows { tr {
                th scope="row" { (both(&zone_title(zone))) }
                td { (self.say(&format!("class-{class}"))) }
                @for design in &d.designs { td {
                    @if let Some(e) = of(&design.name, zone, class) {
                        span.figure { (shown(e.in_visits, "share")) }
                        span.interval { (self.say("of-people")) " " (shown(e.of_people, "share")) }
                    } @else { span.figure { "0%" } }
                } }
            } } }
        };
        self.titled("exposure", "exposure-how", &scrolled("見えるデータ / exposure", &content))
    }

    pub(super) fn availability(&self) -> Markup {
        let d = self.document;
        let rows: BTreeSet<(u64, &str)> = d.availability.iter().map(|a| (a.hour, a.down.as_str())).collect();
        let of = |design: &str, hour: u64, down: &str| {
            d.availability.iter().find(|a| a.design == design && a.hour == hour && a.down == down)
        };
        let content = html! {
            thead { tr { th scope="col" { (self.say("down")) } th scope="col" { (self.say("hour")) } (self.designs_head()) } }
            tbody { @for (hour, down) in rows { tr {
                th scope="row" { (both(&zone_title(down))) }
                td { (hour) "–" (hour + 1) }
                @for design in &d.designs { td { @if let Some(a) = of(&design.name, hour, down) { (shown(a.served, "share")) } @else { "–" } } }
            } } }
        };
        self.titled("availability", "availability-how", &scrolled("停止中 / availability", &content))
    }

    pub(super) fn causes(&self) -> Markup {
        let d = self.document;
        let causes: BTreeSet<&str> = d.causes.iter().map(|c| c.cause.as_str()).collect();
        let of = |design: &str, cause: &str| d.causes.iter().find(|c| c.design == design && c.cause == cause);
        let title = |cause: &str| {
            let id = format!("cause-{cause}");
            if self.words.has(&id) { self.words.both(&id) } else { Both::same(cause) }
        };
        let content = html! {
            thead { tr { th scope="col" { (self.say("cause")) } (self.designs_head()) } }
            tbody { @for cause in causes { tr {
                th scope="row" { (both(&title(cause))) }
                @for design in &d.designs { td { @if let Some(c) = of(&design.name, cause) {
                    @for (id, share) in [("accepted", c.accepted), ("wrong-insurer", c.wrong_insurer), ("refused", c.refused), ("unknown", c.not_known)] {
                        @if share > 0.0 { span.interval { (self.say(id)) " " (shown(share, "share")) } }
                    }
                    @if c.accepted + c.wrong_insurer + c.refused + c.not_known == 0.0 { "✓" }
                } @else { "–" } } }
            } } }
        };
        self.titled("causes", "causes-how", &scrolled("原因 / causes", &content))
    }

    pub(super) fn returns(&self) -> Markup {
        let d = self.document;
        let causes: Vec<(&str, &Both)> = d.returns.iter().fold(Vec::new(), |mut all, r| {
            if all.iter().all(|(id, _)| *id != r.cause) {
                all.push((&r.cause, &r.title));
            }
            all
        });
        let of = |design: &str, cause: &str| d.returns.iter().find(|r| r.design == design && r.cause == cause);
        let content = html! {
            thead { tr { th scope="col" { (self.say("cause")) } (self.designs_head()) } }
            tbody { @for (cause, title) in causes { tr {
                th scope="row" { (both(title)) }
                @for design in &d.designs { td { @if let Some(r) = of(&design.name, cause) {
                    span.figure { (shown(r.year, "")) }
                } @else { "–" } } }
            } } }
        };
        let content = html! { (scrolled("返戻 / returned claims", &content)) p { (self.say("returns-by-month")) } (self.returns_by_month()) };
        self.titled("returns", "returns-how", &content)
    }

    /// All causes together, by month after the start.
    fn returns_by_month(&self) -> Markup {
        let d = self.document;
        let months = d.returns.iter().map(|r| r.by_month.len()).max().unwrap_or(0);
        let sum = |design: &str, month: usize| {
            let of = d.returns.iter().filter(|r| r.design == design);
            of.filter_map(|r| r.by_month.get(month)).sum::<f64>()
        };
        let number = |n: usize| Both::new(n.to_string(), n.to_string());
        let content = html! {
            thead { tr {
                th scope="col" { (self.say("design")) }
                @for month in 1..=months { th scope="col" { (both(&self.words.with("returns-month", &[("n", &number(month))]))) } }
            } }
            tbody { @for design in &d.designs { tr {
                th scope="row" { (both(&design.title)) code.unit { (design.name) } }
                @for month in 0..months { td { (shown(sum(&design.name, month), "")) } }
            } } }
        };
        scrolled("月ごとの返戻 / returned claims by month", &content)
    }

    pub(super) fn switching(&self) -> Markup {
        let d = self.document;
        let reference = self.document.title(&d.reference);
        let line = |s: &crate::document::Switching| {
            let figure = d.figures.iter().find(|f| f.key == s.figure);
            let title = figure.map_or_else(|| Both::same(&s.figure), |f| Both::new(&f.ja, &f.en));
            let notation = Notation::of(figure.map_or("", |f| &f.unit), figure.map_or(0.0, |f| f.high));
            let at = Both::same(notation.shown(s.at));
            let unit = figure.map_or_else(Both::default, |_| self.words.both(&notation.unit));
            let id = if s.cheaper_below { "switching-below" } else { "switching-above" };
            let values = [
                ("design", &self.document.title(&s.design)),
                ("reference", &reference),
                ("figure", &title),
                ("at", &at),
                ("unit", &unit),
            ];
            both(&self.words.with(id, &values))
        };
        self.titled(
            "switching",
            "switching-how",
            &html! {
                (self.original())
                div.of-original {
                    @if d.switching.is_empty() { p { (self.say("switching-none")) } }
                    @else { ul { @for s in &d.switching { li { (line(s)) } } } }
                }
            },
        )
    }

    pub(super) fn information(&self) -> Markup {
        let d = self.document;
        let title = |key: &str| {
            let figure = d.figures.iter().find(|f| f.key == key);
            figure.map_or_else(|| Both::same(key), |f| Both::new(&f.ja, &f.en))
        };
        let candidates: Vec<&str> = d.designs.iter().filter(|x| x.role == Role::Candidate).map(|x| x.name.as_str()).collect();
        let matters = d.information.iter().any(|i| i.value > 0.0);
        let content = html! {
            thead { tr {
                th scope="col" { (self.say("figure")) }
                @if matters { th scope="col" { (self.say("value-of-information")) } }
                th scope="col" { (self.say("explains-most")) }
            } }
            tbody { @for i in d.information.iter().take(15) { tr {
                th scope="row" { (both(&title(&i.figure))) }
                @if matters { td { (either(&figure(i.value, "bn-yen"))) } }
                td {
                    @let (share, design) = most_explained(i, &candidates);
                    meter min="0" max="1" value=(share) aria-label=(i.figure) { }
                    " " (shown(share, "share")) " " span.unit { (both(&d.title(design))) }
                }
            } } }
        };
        let why = match (matters, d.ranks.first()) {
            (false, Some(first)) => {
                let share = Both::same(shown(first.cheapest_in, "share"));
                Some(self.words.with("information-none", &[("design", &d.title(&first.design)), ("share", &share)]))
            }
            _ => None,
        };
        let table = html! {
            (self.original())
            div.of-original {
                @if let Some(why) = why { p { (both(&why)) } }
                (scrolled("情報の価値 / value of information", &content))
            }
        };
        self.titled("information", "information-how", &table)
    }

    pub(super) fn figures(&self) -> Markup {
        let content = html! {
            thead { tr {
                th scope="col" { (self.say("figure")) }
                th scope="col" { (self.say("range")) }
                th scope="col" { (self.say("confidence")) }
                th scope="col" { (self.say("source")) }
            } }
            tbody { @for f in &self.document.figures { (self.figure_row(f)) } }
        };
        self.titled("figures", "figures-how", &scrolled("仮定 / assumptions", &content))
    }

    /// One assumption. The field has the notation of the row, which is `data-times` the figure.
    fn figure_row(&self, f: &Figure) -> Markup {
        let notation = Notation::of(&f.unit, f.high);
        let scaled = |value: f64| rounded(value * notation.times);
        html! {
            tr {
                th scope="row" #{ "figure-" (f.key) } { (both(&Both::new(&f.ja, &f.en))) " " code.unit { (f.key) } }
                td.range {
                    (notation.shown(f.low)) " · "
                    input type="number" step="any" min=(scaled(f.low)) max=(scaled(f.high)) value=(scaled(f.mode))
                        data-figure=(f.key) data-times=(notation.times) aria-labelledby={ "figure-" (f.key) };
                    (notation.sign) " · " (notation.shown(f.high)) " " span.unit { (either(&self.words.both(&notation.unit))) }
                }
                td { (both(&Both::new(f.confidence.ja(), f.confidence.name()))) @if f.is_assumed() { " · " strong { (self.say("assumption")) } } }
                td.passage { (either(&Both::new(f.basis_ja(), f.basis()))) }
            }
        }
    }

    pub(super) fn limits(&self) -> Markup {
        let d = self.document;
        let number = |n: u64| Both::new(n.to_string(), n.to_string());
        let seeds =
            self.words.with("seeds-text", &[("seeds", &number(d.last_seed - d.first_seed + 1)), ("draws", &number(d.draws))]);
        html! {
            section #how-sure { h2 { (self.say("how-sure")) } p { (both(&seeds)) } }
            section #limits { h2 { (self.say("limits")) } p { (self.say("limits-text")) } }
            section #again {
                h2 { (self.say("again")) }
                @for command in &d.commands { pre { (command) } }
                p.unit { code { (d.tool) " " (d.version) " · " (d.commit) " · " (d.schema) } }
            }
        }
    }
}

/// The id of a rule's outcome in a design: `not-applicable`.
fn outcome_of(rule: &RuleRow, design: &str) -> String {
    rule.outcomes.get(design).map_or("not reached", String::as_str).replace(' ', "-")
}

/// The design that can be chosen whose difference a figure explains most, and the share.
fn most_explained<'i>(information: &'i Information, candidates: &[&str]) -> (f64, &'i str) {
    let all = information.explained.iter().map(|(design, share)| (*share, design.as_str()));
    all.filter(|(_, design)| candidates.contains(design)).fold((0.0, ""), |most, next| if next.0 > most.0 { next } else { most })
}
