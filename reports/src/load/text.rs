//! Load results as text.

use super::{Estimate, LoadResults, LoadRun, Times};
use std::fmt::Write;

const STEPS: [&str; 7] = [
    "① card shown (wait for a reader)",
    "② person checked",
    "③ certificate read",
    "④ eligibility asked for",
    "⑤ code resolved",
    "⑥ eligibility found",
    "⑦ answer recorded",
];

pub(super) fn ms(value: f64) -> String {
    if value >= 10_000.0 { format!("{:.1} s", value / 1000.0) } else { format!("{value:.1} ms") }
}

fn estimate(e: Estimate) -> String {
    match e.plus_minus {
        Some(by) => format!("{} ±{}", ms(e.value), ms(by)),
        None => ms(e.value),
    }
}

/// Pads by displayed width: the circled digits are one column wide in most terminals.
fn line(text: &mut String, name: &str, t: &Times, intervals: bool) {
    let show = |e: Estimate| if intervals { estimate(e) } else { ms(e.value) };
    let pad = " ".repeat(34usize.saturating_sub(name.chars().count()));
    // Writing to a String does not fail.
    let _ = writeln!(
        text,
        "{name}{pad}{:>20}{:>20}{:>20}{:>20}{:>12}",
        show(t.p50),
        show(t.p90),
        show(t.p99),
        show(t.p999),
        ms(t.max)
    );
}

pub(super) fn percent(share: f64) -> String {
    format!("{:.2} %", share * 100.0)
}

/// The load results as text for people.
pub fn human(results: &LoadResults) -> String {
    let mut text = String::new();
    let r = results;
    let _ = writeln!(
        text,
        "{} · {} · {} facilities at {} site{} · {:.1} visits a second for {:.1} minutes · cryptography {}",
        r.scenario,
        r.design,
        r.facilities,
        r.sites,
        if r.sites == 1 { "" } else { "s" },
        r.rate_per_s,
        r.measured_s / 60.0,
        r.crypto,
    );
    if r.crypto == "modelled" {
        text += "(signatures and TLS are stand-ins of the same sizes: their times come only from the capacity model)\n";
    }
    for run in &r.runs {
        text += &head(run);
    }
    let basis = if r.intervals == "seeds" { format!("{} seeds", r.runs.len()) } else { "20 batches of the run".into() };
    let _ = writeln!(text, "\n{:<34}{:>20}{:>20}{:>20}{:>20}{:>12}", "", "p50", "p90", "p99", "p99.9", "max");
    line(&mut text, "from coming to leaving", &r.counter, true);
    line(&mut text, "the answer, ④ to the end", &r.answer, true);
    let _ = writeln!(text, "(± 95 % confidence, from {basis})");
    for run in &r.runs {
        if r.runs.len() > 1 {
            let _ = writeln!(text, "\nseed {}", run.seed);
        }
        text.push('\n');
        for (name, times) in STEPS.iter().zip(&run.steps) {
            line(&mut text, name, times, false);
        }
        text += &stations(run);
        text += &faults(run);
    }
    for run in &r.runs {
        let m = &run.machine;
        let memory = m.peak_memory_mib.map_or(String::new(), |mib| format!(", at most {mib} MiB"));
        let _ = writeln!(
            text,
            "\nseed {}: {} checks in {:.1} s ({:.1} s of it set-up): {:.0} checks per second of this machine, {:.2} simulated seconds per second{memory}",
            run.seed, run.came, m.wall_s, m.setup_s, m.checks_per_wall_s, m.simulated_s_per_wall_s,
        );
    }
    let _ = writeln!(text, "digest {}", r.digest);
    text
}

fn head(run: &LoadRun) -> String {
    let mut text = String::new();
    let outcomes: Vec<String> = run.outcomes.iter().map(|(code, n)| format!("{code} {n}")).collect();
    let _ = writeln!(
        text,
        "seed {}: {} came, {} of them measured; {} got a definite answer ({:.1} a second): {}; at most {} at counters at once",
        run.seed,
        run.came,
        run.measured,
        percent(run.answered),
        run.goodput_per_s,
        outcomes.join(", "),
        run.most_at_counters,
    );
    if run.left_over > 0 {
        let _ = writeln!(text, "{} were still at a counter when the run was ended", run.left_over);
    }
    text
}

fn stations(run: &LoadRun) -> String {
    let mut text = String::new();
    let _ = writeln!(
        text,
        "\n{:<20}{:>9}{:>11}{:>9}{:>14}{:>22}{:>10}{:>10}{:>12}{:>12}",
        "server", "workers", "jobs", "shed", "utilisation", "mean wait", "queue", "longest", "λ a second", "L = λW"
    );
    for s in &run.stations {
        let workers = s.workers.map_or("∞".into(), |n| n.to_string());
        let busy = s.utilisation.map_or("–".into(), percent);
        let _ = writeln!(
            text,
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
    text
}

fn faults(run: &LoadRun) -> String {
    let mut text = String::new();
    for fault in &run.faults {
        let _ = writeln!(text, "{:>9.1} s  {}", fault.at_s, fault.what);
    }
    if !run.faults.is_empty() {
        let _ = match run.recovery_s {
            Some(0.0) => writeln!(text, "recovered when the last fault ended"),
            Some(s) => writeln!(text, "recovered {s:.0} s after the last fault ended"),
            None => writeln!(text, "did not recover before the end of the study"),
        };
        text += "\narrivals by minute:\n    minute  came  answered  refused  unknown   answer p99 (worst ten seconds)\n";
        for (i, minute) in run.course.chunks(6).enumerate() {
            let sum = |of: fn(&super::Stretch) -> u64| minute.iter().map(of).sum::<u64>();
            let worst = minute.iter().filter_map(|s| s.answer_p99).fold(0.0, f64::max);
            let _ = writeln!(
                text,
                "{i:>10}{:>6}{:>10}{:>9}{:>9}   {}",
                sum(|s| s.arrivals),
                sum(|s| s.answered),
                sum(|s| s.refused),
                sum(|s| s.unknown),
                ms(worst)
            );
        }
    }
    text
}
