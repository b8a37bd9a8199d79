//! Load results as text.

use super::words::WORDS;
use super::{Basis, Estimate, LoadResults, LoadRun, PlannedFault, Times};
use crate::rules::Lang;
use std::fmt::Write;
use unicode_width::UnicodeWidthStr;

pub(super) fn ms(value: f64) -> String {
    if value >= 10_000.0 { format!("{:.1} s", value / 1000.0) } else { format!("{value:.1} ms") }
}

fn estimate(e: Estimate) -> String {
    match e.plus_minus {
        Some(by) => format!("{} ±{}", ms(e.value), ms(by)),
        None => ms(e.value),
    }
}

/// Right-aligned by displayed width: Japanese letters are two columns wide.
pub(super) fn right(text: &str, columns: usize) -> String {
    " ".repeat(columns.saturating_sub(text.width())) + text
}

/// Left-aligned. The circled digits are one column wide in most terminals.
fn left(text: &str, columns: usize) -> String {
    text.to_string() + &" ".repeat(columns.saturating_sub(text.width()))
}

pub(super) fn percent(share: f64) -> String {
    format!("{:.2} %", share * 100.0)
}

/// Writes in one language.
struct Text {
    lang: Lang,
    text: String,
}

impl Text {
    fn say(&self, id: &str, values: &[(&str, &str)]) -> String {
        WORDS.with(|words| words.say(self.lang, id, values))
    }

    fn line(&mut self, text: &str) {
        self.text += text;
        self.text.push('\n');
    }

    fn times(&mut self, name: &str, t: &Times, intervals: bool) {
        let show = |e: Estimate| right(&if intervals { estimate(e) } else { ms(e.value) }, 20);
        let line = left(name, 34) + &show(t.p50) + &show(t.p90) + &show(t.p99) + &show(t.p999) + &right(&ms(t.max), 12);
        self.line(&line);
    }

    fn head(&mut self, r: &LoadResults) {
        let sites = match r.sites {
            1 => self.say("one-site", &[]),
            n => self.say("sites", &[("n", &n.to_string())]),
        };
        let values = [
            ("scenario", r.scenario.as_str()),
            ("design", &r.design),
            ("facilities", &r.facilities.to_string()),
            ("sites", &sites),
            ("rate", &format!("{:.1}", r.rate_per_s)),
            ("minutes", &format!("{:.1}", r.measured_s / 60.0)),
            ("crypto", &r.crypto),
        ];
        let head = self.say("head", &values);
        self.line(&head);
        if r.crypto == "modelled" {
            let modelled = self.say("modelled", &[]);
            self.line(&modelled);
        }
        if r.interrupted {
            let counts = [("done", r.runs.len().to_string()), ("all", r.planned_seeds.to_string())];
            let interrupted = self.say("interrupted-seeds", &counts.each_ref().map(|(k, v)| (*k, v.as_str())));
            self.line(&interrupted);
        }
        self.text += &cut_off(&r.faults, r.measured_s, self.lang);
    }

    fn run_head(&mut self, run: &LoadRun) {
        let outcomes: Vec<String> = run.outcomes.iter().map(|(code, n)| format!("{code} {n}")).collect();
        let values = [
            ("seed", run.seed.to_string()),
            ("came", run.came.to_string()),
            ("measured", run.measured.to_string()),
            ("answered", percent(run.answered)),
            ("goodput", format!("{:.1}", run.goodput_per_s)),
            ("outcomes", outcomes.join(", ")),
            ("most", run.most_at_counters.to_string()),
        ];
        let head = self.say("run-head", &values.each_ref().map(|(k, v)| (*k, v.as_str())));
        self.line(&head);
        if let Some(at) = run.stopped_at_s {
            let stopped = stopped(at, self.lang);
            self.line(&stopped);
        }
        if run.left_over > 0 {
            let left = self.say("left-over", &[("n", &run.left_over.to_string())]);
            self.line(&left);
        }
    }

    fn stations(&mut self, run: &LoadRun) {
        let heads = ["workers", "jobs", "shed", "utilisation", "mean-wait", "queue", "longest", "lambda"];
        let widths = [9, 11, 9, 14, 22, 10, 10, 12];
        let mut head = left(&self.say("server", &[]), 20);
        heads.iter().zip(widths).for_each(|(id, width)| head += &right(&self.say(id, &[]), width));
        self.text.push('\n');
        self.line(&(head + &right("L = λW", 12)));
        for s in &run.stations {
            let workers = s.workers.map_or("∞".into(), |n| n.to_string());
            let busy = s.utilisation.map_or("–".into(), percent);
            let _ = writeln!(
                self.text,
                "{:<20}{workers:>9}{:>11}{:>9}{busy:>14}{:>22}{:>10.3}{:>10}{:>12.2}{:>12.4}",
                s.name,
                s.arrived,
                s.shed,
                estimate(s.wait_ms),
                s.queue,
                s.longest_queue,
                s.lambda_per_s,
                s.l,
            );
        }
    }

    fn faults(&mut self, results: &LoadResults, run: &LoadRun) {
        for fault in &run.faults {
            let _ = writeln!(self.text, "{:>9.1} s  {}", fault.at_s, fault.what);
        }
        if run.faults.is_empty() {
            return;
        }
        if let Some(recovered) = recovered(results, run, self.lang) {
            self.line(&recovered);
        }
        let heads = [("minute", 10), ("came", 6), ("answered", 10), ("refused", 9), ("unknown", 9)];
        let head: String = heads.iter().map(|(id, width)| right(&self.say(id, &[]), *width)).collect();
        let (title, worst) = (self.say("by-minute", &[]), self.say("worst-p99", &[]));
        self.line(&format!("\n{title}\n{head}   {worst}"));
        for (i, minute) in run.course.chunks(6).enumerate() {
            let sum = |of: fn(&super::Stretch) -> u64| minute.iter().map(of).sum::<u64>();
            let worst = minute.iter().filter_map(|s| s.answer_p99).reduce(f64::max).map_or("–".into(), ms);
            let (came, answered) = (sum(|s| s.arrivals), sum(|s| s.answered));
            let (refused, unknown) = (sum(|s| s.refused), sum(|s| s.unknown));
            let _ = writeln!(self.text, "{i:>10}{came:>6}{answered:>10}{refused:>9}{unknown:>9}   {worst}");
        }
    }

    fn machine(&mut self, run: &LoadRun) {
        let m = &run.machine;
        let memory = m.peak_memory_mib.map_or(String::new(), |mib| self.say("memory", &[("mib", &mib.to_string())]));
        let values = [
            ("seed", run.seed.to_string()),
            ("came", run.came.to_string()),
            ("wall", format!("{:.1}", m.wall_s)),
            ("setup", format!("{:.1}", m.setup_s)),
            ("rate", format!("{:.0}", m.checks_per_wall_s)),
            ("simulated", format!("{:.2}", m.simulated_s_per_wall_s)),
            ("memory", memory),
        ];
        let machine = self.say("machine", &values.each_ref().map(|(k, v)| (*k, v.as_str())));
        self.line(&format!("\n{machine}"));
    }
}

/// A line for each fault that is not played in full.
pub(super) fn cut_off(faults: &[PlannedFault], end_s: f64, lang: Lang) -> String {
    let line = |f: &PlannedFault| {
        let [from, to, end] = [f.from_s, f.to_s, end_s].map(|s| format!("{s:.0}"));
        let values = [("what", f.what.as_str()), ("from", &from), ("to", &to), ("end", &end)];
        WORDS.with(|words| words.say(lang, "cut-off", &values)) + "\n"
    };
    faults.iter().filter(|f| !f.whole).map(line).collect()
}

/// How long recovery took. Nothing, if a fault did not end or the run did not.
pub(super) fn recovered(results: &LoadResults, run: &LoadRun, lang: Lang) -> Option<String> {
    let ended = run.stopped_at_s.is_none() && results.faults.iter().all(|f| f.whole);
    (ended && !run.faults.is_empty()).then(|| {
        WORDS.with(|words| match run.recovery_s {
            Some(0.0) => words.say(lang, "recovered-at-once", &[]),
            Some(s) => words.say(lang, "recovered", &[("s", &format!("{s:.0}"))]),
            None => words.say(lang, "not-recovered", &[]),
        })
    })
}

/// When a run was stopped.
pub(super) fn stopped(at_s: f64, lang: Lang) -> String {
    WORDS.with(|words| match at_s > 0.0 {
        true => words.say(lang, "stopped", &[("at", &format!("{at_s:.0}"))]),
        false => words.say(lang, "stopped-in-warm-up", &[]),
    })
}

/// The load results as text for people.
pub fn human(r: &LoadResults, lang: Lang) -> String {
    let mut t = Text { lang, text: String::new() };
    t.head(r);
    r.runs.iter().for_each(|run| t.run_head(run));
    t.line(&format!("\n{:<34}{:>20}{:>20}{:>20}{:>20}{}", "", "p50", "p90", "p99", "p99.9", right("max", 12)));
    let [counter, answer] = ["counter", "answer"].map(|id| t.say(id, &[]));
    t.times(&counter, &r.counter, true);
    t.times(&answer, &r.answer, true);
    let basis = match r.intervals {
        Basis::Seeds => t.say("from-seeds", &[("n", &r.runs.len().to_string())]),
        Basis::Batches => t.say("from-batches", &[]),
        Basis::None => t.say("no-interval", &[]),
    };
    t.line(&basis);
    for run in &r.runs {
        if r.runs.len() > 1 {
            let seed = t.say("seed", &[("seed", &run.seed.to_string())]);
            t.line(&format!("\n{seed}"));
        }
        t.text.push('\n');
        for (step, times) in (1..).zip(&run.steps) {
            let name = t.say(&format!("step-{step}"), &[]);
            t.times(&name, times, false);
        }
        t.stations(run);
        t.faults(r, run);
    }
    r.runs.iter().for_each(|run| t.machine(run));
    let digest = t.say("digest", &[("digest", &r.digest)]);
    t.line(&digest);
    t.text
}

/// Whether a service level holds, and what was found.
pub fn service_level(slo: &str, holds: bool, found_ms: f64, lang: Lang) -> String {
    let id = if holds { "slo-holds" } else { "slo-broken" };
    WORDS.with(|words| words.say(lang, id, &[("slo", slo), ("found", &ms(found_ms))])) + "\n"
}
