//! Load studies: the measurements, as a document and as text.

mod diff;
mod interval;
pub mod limit;
mod page;
mod text;
mod words;

pub use diff::{compare, unlike};
pub use interval::{of_batches, of_seeds, without};
pub use page::page;
pub use text::{human, service_level};

use crate::page::Both;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The value of [`LoadResults::schema`].
pub const SCHEMA: &str = "shikaku/load/v3";

/// The results of a load study.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Load results")]
pub struct LoadResults {
    pub schema: String,
    pub tool: String,
    pub version: String,
    pub openssl: String,
    pub scenario: String,
    /// The scenario's title.
    pub title: Both,
    /// SHA-256 of the scenario's content, in lower-case hex.
    pub sha256: String,
    pub design: String,
    /// `real`, or `modelled`: signatures and TLS are stand-ins, and only the capacity model determines how long they take.
    pub crypto: String,
    pub rate_per_s: f64,
    pub facilities: u64,
    pub sites: u64,
    /// How long arrivals are measured, in seconds of virtual time.
    pub measured_s: f64,
    /// The faults of the study, by their beginning.
    pub faults: Vec<PlannedFault>,
    /// What the intervals of `counter` and `answer` are computed from.
    pub intervals: Basis,
    /// Whether the study was interrupted: seeds are missing, or the last one was not played to its end.
    pub interrupted: bool,
    /// How many seeds were to be played.
    pub planned_seeds: u64,
    /// From arriving at a facility to leaving its counter.
    pub counter: Times,
    /// From step ④ to the end of the check.
    pub answer: Times,
    pub runs: Vec<LoadRun>,
    /// SHA-256 over the runs without the values of this machine.
    pub digest: String,
}

/// What confidence intervals are computed from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// 20 batches of the one run, which is stationary.
    Batches,
    /// Several seeds, each an independent run.
    Seeds,
    /// There are none: one run that has a fault or a curve of arrivals, or that was interrupted, is not stationary.
    None,
}

/// A fault as the study plans it, in seconds after the warm-up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlannedFault {
    /// Its kind, by the keyword of scenario files.
    pub what: String,
    pub from_s: f64,
    pub to_s: f64,
    /// The number of the affected site, from 1; `null` for all sites.
    pub site: Option<u64>,
    /// Whether it begins and ends within the time that is measured, warm-up included.
    pub whole: bool,
}

/// A measured value, and its 95 % confidence interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Estimate {
    pub value: f64,
    /// Half of the width of the 95 % confidence interval; `null` if there was too little data.
    pub plus_minus: Option<f64>,
}

/// Times in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Times {
    pub count: u64,
    pub mean: Estimate,
    pub p50: Estimate,
    pub p90: Estimate,
    pub p99: Estimate,
    pub p999: Estimate,
    pub max: f64,
}

/// One run, from one seed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LoadRun {
    pub seed: u64,
    /// How many people arrived, including those of the warm-up.
    pub came: u64,
    /// How many arrived in the measured time.
    pub measured: u64,
    pub outcomes: BTreeMap<String, u64>,
    /// The share of those measured who got a definite answer.
    pub answered: f64,
    /// Definite answers a second.
    pub goodput_per_s: f64,
    pub most_at_counters: u64,
    /// How many were still at a counter when the run was ended.
    pub left_over: u64,
    /// When the run was interrupted, in seconds after the warm-up; `null` if it was not. Figures are of the time before.
    pub stopped_at_s: Option<f64>,
    pub facilities_visited: u64,
    pub virtual_s: f64,
    pub counter: Times,
    pub answer: Times,
    /// ① to ⑦, each from the end of the step before; ① from the arrival.
    pub steps: Vec<Times>,
    pub stations: Vec<StationRun>,
    /// By ten seconds.
    pub course: Vec<Stretch>,
    pub faults: Vec<FaultRun>,
    /// From the end of the last fault until recovery, in seconds. The system has recovered at the first of three consecutive
    /// stretches in which the 99th percentile of `answer` is at most 1.5 times that of before the first fault, and the share of
    /// those answered is at most 0.01 lower. `null` if it did not recover, there was no fault, or one did not end.
    pub recovery_s: Option<f64>,
    /// SHA-256 of all bytes on all wires.
    pub wire_sha256: String,
    pub machine: Machine,
}

/// A server's workers and their queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StationRun {
    pub name: String,
    pub workers: Option<u64>,
    pub arrived: u64,
    pub served: u64,
    pub shed: u64,
    pub lost: u64,
    /// The share of the workers' time in which they were busy, over the measured time; `null` without a number of workers.
    pub utilisation: Option<f64>,
    /// The mean wait of the jobs that arrived in the measured time, in milliseconds.
    pub wait_ms: Estimate,
    /// The mean number of waiting jobs.
    pub queue: f64,
    pub longest_queue: u64,
    pub connections_refused: u64,
    /// Little's law over the whole run: the mean number present, arrivals per second, and the mean time present in seconds.
    pub l: f64,
    pub lambda_per_s: f64,
    pub w_s: f64,
    /// By ten seconds.
    pub course: Vec<StationStretch>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StationStretch {
    pub utilisation: Option<f64>,
    pub queue: f64,
    pub longest_queue: u64,
    pub shed: u64,
}

/// Those who arrived within ten seconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stretch {
    /// Seconds after the warm-up.
    pub from_s: u64,
    pub arrivals: u64,
    pub answered: u64,
    pub refused: u64,
    pub unknown: u64,
    /// Milliseconds; `null` if nobody arrived.
    pub answer_p50: Option<f64>,
    pub answer_p99: Option<f64>,
    pub counter_p99: Option<f64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FaultRun {
    /// Seconds after the warm-up.
    pub at_s: f64,
    pub what: String,
}

/// What the run used of this machine. Not part of any digest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Machine {
    pub wall_s: f64,
    /// How much of it was spent on setting up the study.
    pub setup_s: f64,
    pub checks_per_wall_s: f64,
    pub simulated_s_per_wall_s: f64,
    /// The peak memory of the process so far, in MiB.
    pub peak_memory_mib: Option<u64>,
}

/// How long after the last fault the system recovered. `first` and `last` are the start of the first fault and the end of the
/// last, in seconds after the warm-up.
pub fn recovery(course: &[Stretch], first: f64, last: f64) -> Option<f64> {
    // Those who arrived in the last stretch before the fault may have been waiting when it began.
    let before: Vec<&Stretch> = course.iter().filter(|s| s.from_s.saturating_add(20) as f64 <= first && s.arrivals > 0).collect();
    let sum = |of: fn(&Stretch) -> u64| before.iter().map(|s| of(s)).sum::<u64>() as f64;
    let usual = sum(|s| s.answered) / sum(|s| s.arrivals).max(1.0);
    // Each stretch has few visits: the reference is the median over stretches.
    let mut p99: Vec<f64> = before.iter().filter_map(|s| s.answer_p99).collect();
    p99.sort_by(f64::total_cmp);
    let usual_p99 = p99.get(p99.len() / 2)?;
    let recovered = |s: &Stretch| {
        let share = s.answered as f64 / s.arrivals.max(1) as f64;
        s.arrivals == 0 || (s.answer_p99.is_some_and(|p| p <= 1.5 * usual_p99) && share >= usual - 0.01)
    };
    let after = course.iter().position(|s| s.from_s as f64 >= last)?;
    let from = course[after..].windows(3).position(|w| w.iter().all(recovered))?;
    Some((course[after + from].from_s as f64 - last).max(0.0))
}

impl LoadResults {
    /// Computes the digest.
    pub fn sealed(mut self) -> Result<Self, serde_json::Error> {
        let mut digest = Sha256::new();
        for run in &self.runs {
            let reported = LoadRun { machine: Machine::default(), ..run.clone() };
            digest.update(serde_json::to_vec(&reported)?);
        }
        self.digest = digest.finalize().iter().map(|b| format!("{b:02x}")).collect();
        Ok(self)
    }

    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }
}

/// The JSON Schema of [`LoadResults`] (2020-12), with a line feed at its end.
pub fn json_schema() -> Result<String, serde_json::Error> {
    Ok(serde_json::to_string_pretty(&schemars::schema_for!(LoadResults))? + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stretch(i: u64, p99: f64, answered: u64) -> Stretch {
        let (p, unknown) = (Some(p99), 100 - answered);
        Stretch { from_s: i * 10, arrivals: 100, answered, refused: 0, unknown, answer_p50: p, answer_p99: p, counter_p99: p }
    }

    #[test]
    fn recovery_is_measured_from_the_end_of_the_last_fault() {
        let mut course: Vec<Stretch> = (0..20).map(|i| stretch(i, 100.0, 100)).collect();
        assert_eq!(recovery(&course, 50.0, 80.0), Some(0.0));
        // Slow for three stretches after it, then one that is fast by chance.
        [8, 9, 10, 12].into_iter().for_each(|i| course[i] = stretch(i as u64, 500.0, 100));
        assert_eq!(recovery(&course, 50.0, 80.0), Some(50.0));
        (13..20).for_each(|i| course[i] = stretch(i as u64, 100.0, 90));
        assert_eq!(recovery(&course, 50.0, 80.0), None);
    }

    #[test]
    fn those_who_were_waiting_when_the_fault_began_are_not_part_of_the_reference() {
        let mut course: Vec<Stretch> = (0..20).map(|i| stretch(i, 100.0, 100)).collect();
        course[4] = stretch(4, 9000.0, 0);
        (8..20).for_each(|i| course[i] = stretch(i as u64, 100.0, 90));
        assert_eq!(recovery(&course, 50.0, 80.0), None);
    }
}
