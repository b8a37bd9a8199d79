//! Runs for the tests of this crate.

use super::{
    Checks, Expectation, Finding, Head, LatencyMs, Plan, PlannedScenario, RuleOutcome, RuleResult, Run, RunOutcome, SCHEMA,
};

pub fn passed() -> Run {
    run(RunOutcome::Passed)
}

pub fn broken() -> Run {
    run(RunOutcome::Broken)
}

pub fn head() -> Head {
    let designs = vec!["certificate".to_string()];
    let scenarios = vec![PlannedScenario { name: "jpki-down".into(), sha256: "00".into(), designs }];
    Head {
        schema: SCHEMA.into(),
        tool: "shikaku".into(),
        version: "0".into(),
        commit: Some("0123abcd".into()),
        openssl: "OpenSSL 3.6.3".into(),
        engine: Some("events".into()),
        rules: Some(vec!["FLOW-004".into(), "NVN-003".into(), "SEC-008".into()]),
        seed: 7,
        last_seed: 7,
        mutant: None,
        plan: Plan { scenarios, runs: 2, ..Plan::default() },
        partition: None,
    }
}

fn run(outcome: RunOutcome) -> Run {
    Run {
        scenario: "jpki-down".into(),
        design: "certificate".into(),
        seed: 7,
        outcome,
        error: None,
        checks: Checks { started: 3, in_force: 2, not_in_force: 0, refused: 0, indeterminate: 1 },
        expectations: vec![Expectation {
            what: "visit 1 (person 1)".into(),
            held: outcome == RunOutcome::Passed,
            detail: "expected `jpki-unavailable`, got `not-insured`".into(),
            at: Some("scenarios/core/jpki-down.toml:42".into()),
        }],
        rules: vec![RuleResult {
            id: "NVN-003".into(),
            outcome: if outcome == RunOutcome::Passed { RuleOutcome::Held } else { RuleOutcome::Broken },
            warning: false,
            evaluated: 12,
            findings: (0..5)
                .map(|i| Finding {
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
                })
                .collect(),
            remarks: Vec::new(),
            why: None,
            not_applicable: None,
        }],
        latency_ms: Some(LatencyMs { p50: 41.25, p90: 60.0, p99: 2063.0, p999: 2063.0, max: 2063.0 }),
        steps: Default::default(),
        journal_sha256: "05d4217847f5868a1006511c47b7e913".into(),
        wire_sha256: String::new(),
        incidents: Vec::new(),
        virtual_s: 25.9,
        wall_s: 0.31,
        reached: Default::default(),
        smallest: None,
        data: None,
        linkage: None,
        replay: "shikaku run jpki-down --design certificate --seed 7".into(),
    }
}
