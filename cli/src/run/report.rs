//! Reports of runs, scenarios and mutants.

use super::judge;
use crate::exit::Exit;
use crate::output;
use reports::latency::percentiles;
use reports::results::{Checks, Expectation, Incidents, Reached, RuleOutcome, RuleResult, Run, RunOutcome};
use reports::rules::Lang;
use reports::texts::mutant_ja;
use scenarios::demands::{Met, RuleVerdict, demands};
use scenarios::designs::Designs;
use scenarios::file::Scenario;
use scenarios::run::{Order, Played, RunError};
use scenarios::{EngineKind, Mutant};
use sim::journal::{first_difference, write_line};
use sim::terms::outcome::OutcomeClass;
use sim::terms::shown;
use std::time::Duration;

/// A run that was played to its end, judged by the rules or not.
pub fn run(scenario: &Scenario, order: &Order, played: &Played, judged: bool) -> Run {
    let rules = if judged { judge::rules(played) } else { Vec::new() };
    let met = demands(played, &verdicts(&rules));
    let expectation = |m: Met| Expectation { what: m.what, held: m.held, detail: m.detail, at: m.origin.line() };
    let expectations: Vec<Expectation> = met.into_iter().map(expectation).collect();
    // Rules that a yardstick breaks on purpose are among the demands above.
    let on_purpose = judge::on_purpose(&played.plan, &order.design);
    let broken = expectations.iter().any(|e| !e.held) || rules.iter().any(|r| judge::fails(r, &on_purpose));
    let inconclusive = rules.iter().any(|r| r.outcome == RuleOutcome::Inconclusive);
    Run {
        scenario: scenario.name.clone(),
        design: order.design.name.clone(),
        seed: order.seed,
        outcome: match (&played.ended_early, broken, inconclusive) {
            (Some(_), ..) => RunOutcome::Unfinished,
            (None, true, _) => RunOutcome::Broken,
            (None, false, true) => RunOutcome::Inconclusive,
            (None, false, false) => RunOutcome::Passed,
        },
        error: played.ended_early.clone(),
        checks: Checks {
            started: played.visits.iter().filter(|v| v.came).count() as u64,
            in_force: played.count(OutcomeClass::InForce),
            not_in_force: played.count(OutcomeClass::NotInForce),
            refused: played.count(OutcomeClass::Refused),
            indeterminate: played.count(OutcomeClass::Indeterminate),
        },
        expectations,
        rules,
        latency_ms: percentiles(&played.waits_ns),
        steps: played.steps.iter().map(|(s, n)| (s.number().to_string(), *n)).collect(),
        journal_sha256: played.journal_sha256.clone(),
        wire_sha256: played.wire_sha256.clone(),
        virtual_s: seconds(played.virtual_time),
        wall_s: seconds(played.wall_time),
        reached: Reached {
            outcomes: played.reached.outcomes.clone(),
            faults: played.reached.faults.clone(),
            states: played.reached.states.clone(),
        },
        incidents: played.incidents.iter().map(incidents).collect(),
        data: super::judge::data(&played.entries, &played.ground),
        linkage: super::judge::linkage(&played.entries, &played.ground),
        replay: replay(scenario, order),
        smallest: None,
    }
}

fn incidents(found: &scenarios::incidents::Incidents) -> Incidents {
    let (cause, of) = (found.cause.clone(), found.of.clone());
    let scenarios::incidents::Incidents { out_of, met, let_through, refused, not_known, .. } = *found;
    Incidents { cause, out_of, met, let_through, refused, not_known, of }
}

/// The rules' verdicts, as scenarios need them.
pub fn verdicts(rules: &[RuleResult]) -> Vec<(String, RuleVerdict)> {
    let verdict = |r: &RuleResult| match r.outcome {
        RuleOutcome::Held => RuleVerdict::Held,
        RuleOutcome::Broken => RuleVerdict::Broken,
        // Nothing is known of them, so a demand that they hold is not met.
        RuleOutcome::NotReached | RuleOutcome::NotObservable | RuleOutcome::Inconclusive => RuleVerdict::NotReached,
        RuleOutcome::NotApplicable => RuleVerdict::NotApplicable,
    };
    rules.iter().map(|r| (r.id.clone(), verdict(r))).collect()
}

/// A run that could not finish.
pub fn unfinished(scenario: &Scenario, order: &Order, error: &RunError) -> Run {
    Run {
        scenario: scenario.name.clone(),
        design: order.design.name.clone(),
        seed: order.seed,
        outcome: RunOutcome::Unfinished,
        error: Some(error.to_string()),
        checks: Checks::default(),
        expectations: Vec::new(),
        rules: Vec::new(),
        latency_ms: None,
        steps: (1..=7).map(|s| (s.to_string(), 0)).collect(),
        journal_sha256: String::new(),
        wire_sha256: String::new(),
        virtual_s: 0.0,
        wall_s: 0.0,
        reached: Default::default(),
        incidents: Vec::new(),
        data: None,
        linkage: None,
        replay: replay(scenario, order),
        smallest: None,
    }
}

/// In seconds, rounded down to milliseconds to keep the document short.
pub fn seconds(time: Duration) -> f64 {
    time.as_millis() as f64 / 1000.0
}

fn replay(scenario: &Scenario, order: &Order) -> String {
    let mutant = order.mutant.map_or(String::new(), |m| format!(" --mutant {}", m.name()));
    let engine = match order.engine == EngineKind::default() {
        true => String::new(),
        false => format!(" --engine {}", order.engine.name()),
    };
    format!(
        "shikaku run {} --design {} --seed {}{mutant}{engine}",
        quoted(&scenario.source),
        quoted(&order.design.source),
        order.seed
    )
}

/// Quoted for a shell.
pub fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "._-/+:@".contains(c);
    match text.chars().all(plain) && !text.is_empty() {
        true => text.to_string(),
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

/// Compares two runs of one order, and records in `run` where they first differ.
pub fn compare(run: &mut Run, one: &Played, other: &Played) {
    if one.journal_sha256 == other.journal_sha256 && one.wire_sha256 == other.wire_sha256 {
        return;
    }
    let show = |entry: Option<&sim::journal::Entry>| match entry {
        Some(entry) => {
            let mut line = Vec::new();
            write_line(entry, &mut line);
            String::from_utf8_lossy(&line).trim_end().to_string()
        }
        None => "(the journal has ended)".to_string(),
    };
    run.outcome = RunOutcome::Differed;
    run.replay.push_str(" --check-determinism");
    run.error = Some(match first_difference(&one.entries, &other.entries) {
        Some((i, a, b)) => format!("two runs of one seed differ at journal entry {i}:\n    {}\n    {}", show(a), show(b)),
        None => "two runs of one seed have different digests but equal journals".into(),
    });
}

/// `--list`.
pub fn list(scenarios: &[Scenario], designs: &Designs, json: bool) -> anyhow::Result<Exit> {
    let played = |s: &Scenario| -> Vec<String> { designs.fitting(s).iter().map(|d| d.name.clone()).collect() };
    let text = if json {
        let all: Vec<_> = scenarios
            .iter()
            .map(|s| {
                let (ja, en) = (&s.title.ja, &s.title.en);
                serde_json::json!({ "scenario": s.name, "title": { "ja": ja, "en": en }, "story": s.story.trim(), "designs": played(s) })
            })
            .collect();
        serde_json::to_string_pretty(&all)? + "\n"
    } else {
        let width = scenarios.iter().map(|s| s.name.len()).max().unwrap_or(0);
        let line = |s: &Scenario| {
            let [name, en, ja] = [&s.name, &s.title.en, &s.title.ja].map(|text| shown::line(text));
            format!("{name:<width$}  {en} ({ja}) [{}]\n", shown::line(&played(s).join(", ")))
        };
        scenarios.iter().filter(|s| !played(s).is_empty()).map(line).collect()
    };
    output::print_as(json, &text)?;
    Ok(Exit::Held)
}

/// `--list-mutants`.
pub fn list_mutants(json: bool, lang: Lang) -> anyhow::Result<Exit> {
    let text = if json {
        let all: Vec<_> = Mutant::ALL.iter().map(|m| serde_json::json!({ "mutant": m.name(), "what": m.describe() })).collect();
        serde_json::to_string_pretty(&all)? + "\n"
    } else {
        let width = Mutant::ALL.iter().map(|m| m.name().len()).max().unwrap_or(0);
        let japanese = |m: &Mutant| if lang == Lang::Ja { mutant_ja(m.name()) } else { None };
        let what = |m: &Mutant| japanese(m).unwrap_or_else(|| m.describe().to_string());
        Mutant::ALL.iter().map(|m| format!("{:<width$}  {}\n", m.name(), what(m))).collect()
    };
    output::print(&text)?;
    Ok(Exit::Held)
}

#[cfg(test)]
mod tests {
    use super::*;
    use scenarios::catalog;
    use scenarios::run::play;

    #[test]
    fn every_expectation_has_a_japanese_text() {
        for suite in ["core", "faults", "designs"] {
            let suite = catalog::Suite::find(suite).unwrap().scenarios().unwrap();
            let designs = crate::run::select::designs(&[]).unwrap();
            let orders = scenarios::suite::Orders::new(&suite, &designs, 1..=1, None, None).unwrap();
            let untranslated = |scenario: &Scenario, order: &Order, played: Result<Played, RunError>| {
                let played = played.unwrap();
                // As judged, and with every rule as if it had been reached, or not.
                let ids = judge::ids();
                let all = [RuleVerdict::Held, RuleVerdict::Broken, RuleVerdict::NotReached];
                let as_if = all.map(|verdict| ids.iter().map(|id| (id.clone(), verdict)).collect::<Vec<_>>());
                let met = as_if.iter().flat_map(|rules| demands(&played, rules));
                let expectation = |m: Met| Expectation { what: m.what, held: m.held, detail: m.detail, at: None };
                let all = met.map(expectation).filter(|e| reports::texts::details::expectation(e).is_none());
                (scenario.name.clone(), order.seed, all.collect::<Vec<_>>())
            };
            scenarios::suite::play_all(&suite, orders.iter(), 2, "test", untranslated, |_, (scenario, _, untranslated)| {
                assert_eq!(untranslated, [], "{scenario}");
                true
            });
        }
    }

    #[test]
    fn differing_runs_are_reported_at_their_first_difference() {
        let all = catalog::core().unwrap();
        let index = all.iter().position(|s| s.name == "borrowed-card").unwrap();
        let scenario = &all[index];
        let order = |seed| Order {
            scenario: index,
            design: scenarios::designs::certificate(),
            seed,
            mutant: None,
            engine: EngineKind::Ticks,
        };
        let (one, again, other) = (order(1), order(1), order(2));
        let [one_played, again, other] = [&one, &again, &other].map(|o| play(scenario, o, "test").unwrap());
        let mut same = run(scenario, &one, &one_played, true);
        compare(&mut same, &one_played, &again);
        assert_eq!((same.outcome, &same.error), (RunOutcome::Passed, &None));
        let mut differing = run(scenario, &one, &one_played, true);
        compare(&mut differing, &one_played, &other);
        assert_eq!(differing.outcome, RunOutcome::Differed);
        let reported = differing.error.unwrap();
        assert!(reported.starts_with("two runs of one seed differ at journal entry 0:\n    {\"seq\":0"), "{reported}");
    }
}
