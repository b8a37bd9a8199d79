//! Results as tables in Parquet files, for pandas, DuckDB, R and other readers: one row per run, one per rule and run, and one
//! per finding. The tables are written run by run; the number of buffered rows is bounded.

pub mod table;

use crate::results::{Finding, LatencyMs, RuleOutcome, RuleResult, Run};
use ::parquet::errors::ParquetError;
use std::io::Write;
use table::{Cell, Column, Kind, Table};

/// The columns that identify a run: the same in every table, as the key of joins.
const RUN: [Column; 3] = [Column("scenario", Kind::Text), Column("design", Kind::Text), Column("seed", Kind::Count)];

const RUNS: [Column; 33] = [
    RUN[0],
    RUN[1],
    RUN[2],
    Column("outcome", Kind::Text),
    Column("error", Kind::OptionalText),
    Column("checks_started", Kind::Count),
    Column("checks_in_force", Kind::Count),
    Column("checks_not_in_force", Kind::Count),
    Column("checks_refused", Kind::Count),
    Column("checks_indeterminate", Kind::Count),
    Column("expectations", Kind::Count),
    Column("expectations_not_held", Kind::Count),
    Column("rules_broken", Kind::Count),
    Column("findings", Kind::Count),
    Column("p50_ms", Kind::OptionalNumber),
    Column("p90_ms", Kind::OptionalNumber),
    Column("p99_ms", Kind::OptionalNumber),
    Column("p999_ms", Kind::OptionalNumber),
    Column("max_ms", Kind::OptionalNumber),
    Column("step_1", Kind::Count),
    Column("step_2", Kind::Count),
    Column("step_3", Kind::Count),
    Column("step_4", Kind::Count),
    Column("step_5", Kind::Count),
    Column("step_6", Kind::Count),
    Column("step_7", Kind::Count),
    Column("virtual_s", Kind::Number),
    Column("wall_s", Kind::Number),
    Column("journal_sha256", Kind::Text),
    Column("wire_sha256", Kind::Text),
    Column("replay", Kind::Text),
    Column("smallest_token", Kind::OptionalText),
    Column("smallest_failure", Kind::OptionalText),
];

const RULES: [Column; 7] = [
    RUN[0],
    RUN[1],
    RUN[2],
    Column("rule", Kind::Text),
    Column("outcome", Kind::Text),
    Column("evaluated", Kind::Count),
    Column("findings", Kind::Count),
];

const FINDINGS: [Column; 14] = [
    RUN[0],
    RUN[1],
    RUN[2],
    Column("rule", Kind::Text),
    Column("claim", Kind::Text),
    Column("what", Kind::Text),
    Column("host", Kind::Text),
    Column("zone", Kind::Text),
    Column("check", Kind::OptionalText),
    Column("person", Kind::OptionalCount),
    Column("place", Kind::OptionalText),
    Column("spelling", Kind::OptionalText),
    Column("first_entry", Kind::Count),
    Column("last_entry", Kind::Count),
];

/// The three tables: `runs`, `rules` and `findings`.
pub struct Tables<W: Write + Send> {
    runs: Table<W, 33>,
    rules: Table<W, 7>,
    findings: Table<W, 14>,
}

impl<W: Write + Send> Tables<W> {
    pub fn begin(runs: W, rules: W, findings: W) -> Result<Self, ParquetError> {
        Ok(Tables {
            runs: Table::begin(runs, "runs", RUNS)?,
            rules: Table::begin(rules, "rules", RULES)?,
            findings: Table::begin(findings, "findings", FINDINGS)?,
        })
    }

    pub fn take(&mut self, run: &Run) -> Result<(), ParquetError> {
        self.runs.push(row(run))?;
        for rule in &run.rules {
            self.rules.push(rule_row(run, rule))?;
            for finding in &rule.findings {
                self.findings.push(finding_row(run, rule, finding))?;
            }
        }
        Ok(())
    }

    pub fn finish(self) -> Result<(), ParquetError> {
        self.runs.finish()?;
        self.rules.finish()?;
        self.findings.finish()
    }
}

fn row(run: &Run) -> [Cell<'_>; 33] {
    let ms = |pick: fn(&LatencyMs) -> f64| Cell::OptionalNumber(run.latency_ms.as_ref().map(pick));
    let step = |number: &str| Cell::Count(run.steps.get(number).copied().unwrap_or(0));
    let count = |n: usize| Cell::Count(n as u64);
    let smallest = run.smallest.as_ref();
    [
        Cell::Text(&run.scenario),
        Cell::Text(&run.design),
        Cell::Count(run.seed),
        Cell::Text(run.outcome.name()),
        Cell::OptionalText(run.error.as_deref()),
        Cell::Count(run.checks.started),
        Cell::Count(run.checks.in_force),
        Cell::Count(run.checks.not_in_force),
        Cell::Count(run.checks.refused),
        Cell::Count(run.checks.indeterminate),
        count(run.expectations.len()),
        count(run.expectations.iter().filter(|e| !e.held).count()),
        count(run.rules.iter().filter(|r| r.outcome == RuleOutcome::Broken).count()),
        count(run.rules.iter().map(|r| r.findings.len()).sum()),
        ms(|l| l.p50),
        ms(|l| l.p90),
        ms(|l| l.p99),
        ms(|l| l.p999),
        ms(|l| l.max),
        step("1"),
        step("2"),
        step("3"),
        step("4"),
        step("5"),
        step("6"),
        step("7"),
        Cell::Number(run.virtual_s),
        Cell::Number(run.wall_s),
        Cell::Text(&run.journal_sha256),
        Cell::Text(&run.wire_sha256),
        Cell::Text(&run.replay),
        Cell::OptionalText(smallest.and_then(|s| s.token.as_deref())),
        Cell::OptionalText(smallest.map(|s| s.failure.as_str())),
    ]
}

fn rule_row<'a>(run: &'a Run, rule: &'a RuleResult) -> [Cell<'a>; 7] {
    [
        Cell::Text(&run.scenario),
        Cell::Text(&run.design),
        Cell::Count(run.seed),
        Cell::Text(&rule.id),
        Cell::Text(rule.outcome.name()),
        Cell::Count(rule.evaluated),
        Cell::Count(rule.findings.len() as u64),
    ]
}

fn finding_row<'a>(run: &'a Run, rule: &'a RuleResult, finding: &'a Finding) -> [Cell<'a>; 14] {
    [
        Cell::Text(&run.scenario),
        Cell::Text(&run.design),
        Cell::Count(run.seed),
        Cell::Text(&rule.id),
        Cell::Text(&finding.claim),
        Cell::Text(&finding.what),
        Cell::Text(&finding.host),
        Cell::Text(&finding.zone),
        Cell::OptionalText(finding.check.as_deref()),
        Cell::OptionalCount(finding.person),
        Cell::OptionalText(finding.place.as_deref()),
        Cell::OptionalText(finding.spelling.as_deref()),
        Cell::Count(finding.entries.0),
        Cell::Count(finding.entries.1),
    ]
}
