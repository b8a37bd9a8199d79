//! Sample results for the tests of reports.

use crate::results::{
    Checks, Expectation, Finding, Head, LatencyMs, Plan, PlannedScenario, Reached, Reason, Results, RuleOutcome, RuleResult, Run,
    RunOutcome, Smallest, Tail,
};
use std::ops::RangeInclusive;

pub fn head(seeds: RangeInclusive<u64>) -> Head {
    Head {
        schema: crate::results::SCHEMA.into(),
        tool: "shikaku".into(),
        version: "0".into(),
        commit: Some("0123abcd".into()),
        openssl: "OpenSSL 3.6.3".into(),
        engine: Some("events".into()),
        rules: Some(vec!["FLOW-004".into(), "NVN-003".into(), "SEC-008".into()]),
        seed: *seeds.start(),
        last_seed: *seeds.end(),
        mutant: None,
        plan: Plan::default(),
        partition: None,
    }
}

pub fn rule(id: &str, outcome: RuleOutcome) -> RuleResult {
    let findings = match outcome {
        RuleOutcome::Broken => (0..5).map(finding).collect(),
        _ => Vec::new(),
    };
    RuleResult {
        id: id.into(),
        outcome,
        warning: false,
        evaluated: if matches!(outcome, RuleOutcome::NotReached | RuleOutcome::NotApplicable) { 0 } else { 12 },
        findings,
        remarks: Vec::new(),
        why: (outcome == RuleOutcome::NotReached).then(|| "no broker restarted".to_string()),
        not_applicable: (outcome == RuleOutcome::NotApplicable)
            .then(|| Reason { ja: "署名しない方式".into(), en: "nothing is signed".into() }),
    }
}

fn finding(i: u64) -> Finding {
    Finding {
        claim: "NVN-003/found".into(),
        what: "an institution code".into(),
        host: "facility-000000".into(),
        zone: "facility".into(),
        check: Some("check-000000-000001".into()),
        person: Some(1),
        place: Some("head, line 4".into()),
        spelling: Some("plain".into()),
        hops: vec!["broker sent it (entry 39)".into(), "facility-000000 received it (entry 40)".into()],
        entries: (40 + i, 40 + i),
    }
}

/// `everyday-visit`, in which all held.
pub fn passing(seed: u64) -> Run {
    Run {
        scenario: "everyday-visit".into(),
        design: "certificate".into(),
        seed,
        outcome: RunOutcome::Passed,
        error: None,
        checks: Checks { started: 3, in_force: 2, not_in_force: 0, refused: 0, indeterminate: 1 },
        expectations: vec![Expectation {
            what: "visit 1 (person 1)".into(),
            held: true,
            detail: "expected `jpki-unavailable`, got `jpki-unavailable`".into(),
            at: Some("scenarios/core/jpki-down.toml:42".into()),
        }],
        rules: vec![
            rule("FLOW-004", RuleOutcome::Held),
            rule("NVN-003", RuleOutcome::Held),
            rule("SEC-008", RuleOutcome::NotReached),
        ],
        latency_ms: Some(LatencyMs { p50: 41.25 + seed as f64, p90: 60.0, p99: 2063.0, p999: 2063.0, max: 2063.0 }),
        steps: (1..=7).map(|s| (s.to_string(), 3)).collect(),
        journal_sha256: "05d4217847f5868a1006511c47b7e913".into(),
        wire_sha256: "51".into(),
        virtual_s: 25.9,
        wall_s: 0.31,
        reached: Reached {
            outcomes: [("in-force".to_string(), 2), ("jpki-unavailable".to_string(), 1)].into(),
            faults: [("jpki-down".to_string(), 1)].into(),
            states: [("certificate/good".to_string(), 3)].into(),
        },
        smallest: None,
        incidents: Vec::new(),
        data: None,
        linkage: None,
        replay: format!("shikaku run everyday-visit --design certificate --seed {seed}"),
    }
}

/// `jpki-down`, in which a rule and an expectation did not hold.
pub fn failing(seed: u64) -> Run {
    let mut run = passing(seed);
    run.scenario = "jpki-down".into();
    run.outcome = RunOutcome::Broken;
    run.rules[1] = rule("NVN-003", RuleOutcome::Broken);
    run.expectations[0].held = false;
    run.expectations[0].detail = "expected `jpki-unavailable`, got `not-insured`".into();
    run.smallest = Some(Smallest {
        token: Some("sk2-0123".into()),
        options: String::new(),
        file: None,
        failure: "NVN-003 at facility".into(),
        people: 1,
        facilities: 1,
        visits: 1,
        faults: 0,
        tries: 12,
        journal_sha256: "77".into(),
    });
    run.replay = "shikaku replay sk1-0123".into();
    run
}

/// `line-cut`, which could not finish.
pub fn unfinished(seed: u64) -> Run {
    let mut run = passing(seed);
    run.scenario = "line-cut".into();
    run.design = "signed-challenge".into();
    run.outcome = RunOutcome::Unfinished;
    run.error = Some("the run did not end within 10 s\nof its own time".into());
    run.rules.clear();
    run.latency_ms = None;
    run
}

/// For each seed, two runs that pass, one that is broken, and one that is unfinished, passes or differs, by the seed modulo 3.
pub fn sweep(seeds: RangeInclusive<u64>) -> Vec<Run> {
    let of = |seed| {
        let mut challenge = passing(seed);
        challenge.design = "signed-challenge".into();
        let mut cut = unfinished(seed);
        match seed % 3 {
            0 => {}
            1 => (cut.outcome, cut.error) = (RunOutcome::Passed, None),
            _ => cut.outcome = RunOutcome::Differed,
        }
        [passing(seed), challenge, failing(seed), cut]
    };
    seeds.flat_map(of).collect()
}

pub fn results(seeds: RangeInclusive<u64>, runs: Vec<Run>) -> Results {
    let mut scenarios: Vec<PlannedScenario> = Vec::new();
    for run in &runs {
        if !scenarios.iter().any(|s| s.name == run.scenario) {
            scenarios.push(PlannedScenario {
                name: run.scenario.clone(),
                sha256: "ab".into(),
                designs: vec!["certificate".into(), "signed-challenge".into()],
            });
        }
    }
    let mut head = head(seeds);
    head.plan = Plan { scenarios, runs: runs.len() as u64, ..Plan::default() };
    head.with(runs, Tail { complete: true, digest: "cd".into() })
}
