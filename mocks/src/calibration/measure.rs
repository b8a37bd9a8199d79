//! Measurement: on one thread, after a warm-up, in rounds that are long compared with the resolution of the clock.

use super::file::Measured;
use super::watch::Watch;
use super::{CalibrationError, Inputs, Operation, Span, Task};
use sim::terms::percentile;
use std::time::Duration;

/// The minimum length of a round: reading a clock takes some tens of nanoseconds.
const SHORTEST_ROUND: Duration = Duration::from_micros(20);
/// The most operations in a round, in case the clock stops.
const LARGEST_BATCH: u64 = 1 << 20;
/// The most times that are kept for one operation.
const MOST_ROUNDS: u64 = 1_000_000;

/// How long to measure one operation.
#[derive(Clone, Copy, Debug)]
pub enum Effort {
    /// For about this long, after a warm-up of a fifth of it.
    Time(Duration),
    /// This many rounds.
    Rounds(u64),
}

impl Effort {
    fn goes_on(self, rounds: u64, watch: &Watch) -> bool {
        match self {
            Effort::Time(time) => rounds == 0 || (rounds < MOST_ROUNDS && watch.elapsed() < time),
            Effort::Rounds(all) => rounds < all.clamp(1, MOST_ROUNDS),
        }
    }

    fn warm_up(self) -> Self {
        match self {
            Effort::Time(time) => Effort::Time(time / 5),
            Effort::Rounds(all) => Effort::Rounds(all / 5 + 1),
        }
    }
}

/// Measures one operation, and checks before and after that it works.
pub fn measure(operation: &'static Operation, inputs: &Inputs, effort: Effort) -> Result<Measured, CalibrationError> {
    inputs.within(|| {
        let mut task = operation.prepare(inputs)?;
        let failed = CalibrationError::Failed { operation: operation.name };
        if !task.is_correct() {
            return Err(failed);
        }
        rounds(&mut *task, effort.warm_up());
        let (batch, mut times) = rounds(&mut *task, effort);
        if !task.is_correct() {
            return Err(failed);
        }
        Ok(figures(operation, batch, &mut times))
    })
}

/// How many operations there were in each round, and how many nanoseconds one took, round by round.
fn rounds(task: &mut dyn Task, effort: Effort) -> (u64, Vec<f64>) {
    let mut batch = 1;
    while batch < LARGEST_BATCH && task.go(batch) < SHORTEST_ROUND {
        batch *= 2;
    }
    let (mut times, watch) = (Vec::new(), Watch::start());
    while effort.goes_on(times.len() as u64, &watch) {
        times.push(task.go(batch).as_secs_f64() * 1e9 / batch as f64);
    }
    (batch, times)
}

fn figures(operation: &Operation, batch: u64, times: &mut [f64]) -> Measured {
    times.sort_by(f64::total_cmp);
    let at = |share| Span::of_nanoseconds(percentile::of_sorted(times, share).copied().unwrap_or_default());
    let count = times.len().max(1) as f64;
    Measured {
        what: operation.what.to_string(),
        median: at(0.5),
        p10: at(0.1),
        p90: at(0.9),
        mean: Span::of_nanoseconds(times.iter().sum::<f64>() / count),
        rounds: times.len() as u64,
        batch,
    }
}
