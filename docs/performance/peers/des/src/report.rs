//! The command line, and the JSON line that all programs of the comparison print.

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::models::Check;

/// As many as in the other programs, so that quantiles are of equally many checks.
const BATCHES: usize = 20;

pub struct Args {
    pub checks: usize,
    pub seed: u64,
    /// One by default: the other programs use one core, and passing so little work between threads costs more than it saves.
    pub threads: usize,
}

impl Args {
    pub fn parse() -> Result<Self, String> {
        let mut args = Self { checks: 20_000, seed: 1, threads: 1 };
        let mut arguments = std::env::args().skip(1);
        while let Some(option) = arguments.next() {
            let value = arguments.next().and_then(|value| value.parse::<u32>().ok());
            let value = value.ok_or_else(|| format!("{option} needs a number"))?;
            match option.as_str() {
                "--checks" => args.checks = value as usize,
                "--seed" => args.seed = value.into(),
                "--threads" => args.threads = value as usize,
                _ => return Err(format!("unknown argument {option}; known: --checks, --seed, --threads")),
            }
        }
        if args.checks < BATCHES {
            return Err(format!("--checks must be at least {BATCHES}, one for each batch"));
        }
        Ok(args)
    }
}

/// The version that was built, read from the lock file.
fn version() -> &'static str {
    let lock = include_str!("../Cargo.lock");
    let after = lock.split_once("name = \"nexosim\"\nversion = \"").expect("nexosim is locked").1;
    after.split_once('"').expect("its version is quoted").0
}

/// The nearest rank: the smallest value that at least a share `q` of the values does not exceed.
fn quantile(ordered: &[f64], q: f64) -> f64 {
    ordered[((q * ordered.len() as f64).ceil() as usize).max(1) - 1]
}

fn summary(checks: &[Check]) -> Map<String, Value> {
    let mean = |value: &dyn Fn(&Check) -> Duration| {
        checks.iter().map(|check| value(check).as_secs_f64() * 1e3).sum::<f64>() / checks.len() as f64
    };
    let response = |check: &Check| check.answered.duration_since(check.sent);
    let mut ordered: Vec<f64> = checks.iter().map(|check| response(check).as_secs_f64() * 1e3).collect();
    ordered.sort_unstable_by(f64::total_cmp);
    let (all, broker, jpki) = (mean(&response), mean(&|check| check.waits[0]), mean(&|check| check.waits[1]));
    let values = json!({
        "mean_ms": all,
        "p50_ms": quantile(&ordered, 0.50),
        "p99_ms": quantile(&ordered, 0.99),
        // Each check visits each station twice.
        "broker_wait_ms": broker / 2.0,
        "jpki_wait_ms": jpki / 2.0,
        // The response without the queues. Its mean is known exactly, so it shows a lost hop or a wrong service at once.
        "work_ms": all - broker - jpki,
    });
    match values {
        Value::Object(values) => values,
        _ => unreachable!("an object was written"),
    }
}

pub fn line(args: &Args, wall: Duration, checks: &[Check]) -> Value {
    let n = checks.len();
    let batches: Vec<_> = (0..BATCHES).map(|i| summary(&checks[i * n / BATCHES..(i + 1) * n / BATCHES])).collect();
    let mut line = summary(checks);
    let columns = line.keys().map(|key| (key.clone(), batches.iter().map(|batch| batch[key].clone()).collect()));
    let columns: Map<String, Value> = columns.collect();
    line.insert("batches".into(), columns.into());
    for (key, value) in [
        ("name", json!("nexosim")),
        ("version", json!(version())),
        ("checks", json!(n)),
        ("seed", json!(args.seed)),
        ("wall_s", json!(wall.as_secs_f64())),
    ] {
        line.insert(key.into(), value);
    }
    line.into()
}
