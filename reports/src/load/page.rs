//! The results of a load study as one page.

mod courses;

use super::text::{cut_off, percent, recovered, stopped};
use super::words::WORDS;
use super::{Basis, Estimate, LoadResults, LoadRun, PlannedFault, Times};
use crate::page::words::Words;
use crate::page::{Both, SCRIPT, STYLE, Shell, both, scrolled};
use crate::rules::Lang;
use maud::{Markup, html};

/// The page. `command` makes it again.
pub fn page(results: &LoadResults, command: &str, lang: Lang) -> String {
    WORDS.with(|words| {
        let page = Page { r: results, words };
        let title = words.with("title", &[("title", &results.title)]);
        let language = match lang {
            Lang::Ja => "ja",
            Lang::En => "en",
        };
        let shell = Shell { title: &title, style: STYLE, script: SCRIPT, data: None, language };
        shell.around(&page.content(command))
    })
}

struct Page<'a> {
    r: &'a LoadResults,
    words: &'a Words,
}

/// Milliseconds as people read them.
fn ms(value: f64) -> String {
    if value >= 1000.0 { format!("{:.2} s", value / 1000.0) } else { format!("{value:.1} ms") }
}

/// A text of which the parts in each language are made apart.
fn each(of: impl Fn(Lang) -> String) -> Both {
    Both::new(of(Lang::Ja), of(Lang::En))
}

impl Page<'_> {
    fn say(&self, id: &str) -> Markup {
        both(&self.words.both(id))
    }

    fn counted(&self, id: &str, n: impl ToString) -> Markup {
        both(&self.words.with(id, &[("n", &Both::same(n.to_string()))]))
    }

    fn head(&self, ids: &[&str]) -> Markup {
        html! { thead { tr { @for id in ids { th scope="col" { (self.say(id)) } } } } }
    }

    fn section(&self, id: &str, title: &str, how: Option<&str>, content: &Markup) -> Markup {
        html! {
            section #(id) {
                h2 { (self.say(title)) }
                @if let Some(how) = how { p { (self.say(how)) } }
                (content)
            }
        }
    }

    fn content(&self, command: &str) -> Markup {
        let r = self.r;
        let cut = each(|lang| cut_off(&r.faults, r.measured_s, lang));
        html! {
            p { (self.say("page-lead")) }
            @if r.interrupted {
                @let counts = [("done", &Both::same(r.runs.len().to_string())), ("all", &Both::same(r.planned_seeds.to_string()))];
                p.caution { (both(&self.words.with("page-interrupted", &counts))) }
            }
            @if !cut.en.is_empty() { p.caution { (both(&cut)) } }
            (self.study())
            (self.quantiles())
            @for run in &r.runs { (self.run(run)) }
            section #again { h2 { (self.say("page-again")) } pre { (command) } p.unit { (r.tool) " " (r.version) " · " (r.schema) " · " (r.digest) } }
        }
    }

    fn study(&self) -> Markup {
        let r = self.r;
        let crypto = if r.crypto == "modelled" { "page-crypto-modelled" } else { "page-crypto-real" };
        let sites = if r.sites == 1 {
            self.words.both("one-site")
        } else {
            self.words.with("sites", &[("n", &Both::same(r.sites.to_string()))])
        };
        let row = |id: &str, value: Markup| html! { tr { th scope="row" { (self.say(id)) } td { (value) } } };
        let rows = html! { tbody {
            (row("page-scenario", html! { (both(&r.title)) " " span.unit { (r.scenario) } }))
            (row("page-design", html! { (r.design) }))
            (row("page-facilities", html! { (r.facilities) " (" (both(&sites)) ")" }))
            (row("page-rate", html! { (format!("{:.2}", r.rate_per_s)) }))
            (row("page-measured", self.counted("page-minutes", format!("{:.1}", r.measured_s / 60.0))))
            (row("page-crypto", self.say(crypto)))
            (row("page-seeds", html! { (r.runs.iter().map(|run| run.seed.to_string()).collect::<Vec<_>>().join(", ")) }))
        } };
        self.section("study", "page-study", None, &html! { (scrolled("条件 / study", &rows)) (self.faults()) })
    }

    fn faults(&self) -> Markup {
        let faults = &self.r.faults;
        let row = |f: &PlannedFault| {
            html! { tr {
                th scope="row" { (f.what) }
                td { (format!("{:.0} s", f.from_s)) }
                td { (format!("{:.0} s", f.to_s)) }
                td { @if let Some(site) = f.site { (site) } @else { (self.say("page-all-sites")) } }
                td { (self.say(if f.whole { "page-whole" } else { "page-cut" })) }
            } }
        };
        let rows = html! { (self.head(&["page-fault", "page-from", "page-to", "page-site", "page-played"])) tbody { @for f in faults { (row(f)) } } };
        html! {
            h3 { (self.say("page-faults")) }
            @if faults.is_empty() { p { (self.say("page-no-faults")) } } @else { (scrolled("障害 / faults", &rows)) }
        }
    }

    fn estimate(&self, e: Estimate) -> Markup {
        html! {
            span.figure { (ms(e.value)) }
            @if let Some(by) = e.plus_minus {
                @let (low, high) = (ms((e.value - by).max(0.0)), ms(e.value + by));
                span.interval { (both(&Both::new(format!("{low}〜{high}"), format!("{low} to {high}")))) }
            }
        }
    }

    fn quantiles(&self) -> Markup {
        let r = self.r;
        let basis = match r.intervals {
            Basis::Seeds => self.counted("page-intervals-seeds", r.runs.len()),
            Basis::Batches => self.say("page-intervals-batches"),
            Basis::None => self.say("page-intervals-none"),
        };
        let row = |id: &str, t: &Times| {
            html! { tr data-times=(id) {
                th scope="row" { (self.say(id)) }
                @for (name, e) in [("p50", t.p50), ("p90", t.p90), ("p99", t.p99), ("p99.9", t.p999)] {
                    td data-quantile=(name) data-value=(e.value) { (self.estimate(e)) }
                }
                td { (ms(t.max)) }
                td { (t.count) }
            } }
        };
        let rows = html! {
            thead { tr {
                th scope="col" { (self.say("page-what")) }
                @for q in ["50 %", "90 %", "99 %", "99.9 %"] { th scope="col" { (q) } }
                th scope="col" { (self.say("page-max")) }
                th scope="col" { (self.say("page-count")) }
            } }
            tbody { (row("answer", &r.answer)) (row("counter", &r.counter)) }
        };
        let content = html! { (scrolled("分位点 / quantiles", &rows)) p { (basis) } };
        self.section("quantiles", "page-quantiles", Some("page-quantiles-how"), &content)
    }

    fn run(&self, run: &LoadRun) -> Markup {
        let answered = Both::same(format!("{:.1}", run.goodput_per_s));
        let shares: Vec<String> = run.outcomes.iter().map(|(code, n)| format!("{code} {n}")).collect();
        let values = [
            ("seed", &Both::same(run.seed.to_string())),
            ("came", &Both::same(run.came.to_string())),
            ("measured", &Both::same(run.measured.to_string())),
            ("answered", &Both::same(percent(run.answered))),
            ("goodput", &answered),
            ("outcomes", &Both::same(shares.join(", "))),
            ("most", &Both::same(run.most_at_counters.to_string())),
        ];
        let seed = self.words.with("seed", &[("seed", &Both::same(run.seed.to_string()))]);
        html! {
            section #{ "seed-" (run.seed) } {
                h2 { (both(&seed)) }
                p { (both(&self.words.with("run-head", &values))) }
                @if let Some(at) = run.stopped_at_s { p.caution { (both(&each(|lang| stopped(at, lang)))) } }
                @if run.left_over > 0 { p.caution { (self.counted("left-over", run.left_over)) } }
                @if recovered(self.r, run, Lang::En).is_some() {
                    p { strong { (both(&each(|lang| recovered(self.r, run, lang).unwrap_or_default()))) } }
                }
                (self.latency(run))
                (self.endings(run))
                (self.queues(run))
                (self.steps(run))
                (self.servers(run))
            }
        }
    }

    fn steps(&self, run: &LoadRun) -> Markup {
        let rows = html! {
            thead { tr { th scope="col" { (self.say("page-steps")) } @for q in ["50 %", "90 %", "99 %", "99.9 %"] { th scope="col" { (q) } } } }
            tbody { @for (step, t) in (1..).zip(&run.steps) { tr {
                th scope="row" { (self.say(&format!("step-{step}"))) }
                @for e in [t.p50, t.p90, t.p99, t.p999] { td { (ms(e.value)) } }
            } } }
        };
        html! { h3 { (self.say("page-steps")) } (scrolled("段階 / steps", &rows)) }
    }

    fn servers(&self, run: &LoadRun) -> Markup {
        let rows = html! {
            (self.head(&["server", "workers", "jobs", "shed", "utilisation", "mean-wait", "queue", "longest"]))
            tbody { @for s in &run.stations { tr {
                th scope="row" { (s.name) }
                td { @if let Some(n) = s.workers { (n) } @else { "∞" } }
                td { (s.arrived) }
                td { (s.shed) }
                td { @if let Some(busy) = s.utilisation { (percent(busy)) } @else { "–" } }
                td { (self.estimate(s.wait_ms)) }
                td { (format!("{:.3}", s.queue)) }
                td { (s.longest_queue) }
            } } }
        };
        html! { h3 { (self.say("page-servers")) } (scrolled("サーバー / servers", &rows)) }
    }
}
