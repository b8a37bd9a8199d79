//! Service levels of load studies.

use crate::run::select;
use reports::load::{LoadResults, Times};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A quantile that must be at most a given time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slo {
    /// Of the time at the counter, and not of the answer alone.
    counter: bool,
    quantile: Quantile,
    within: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quantile {
    P50,
    P90,
    P99,
    P999,
}

impl Quantile {
    const ALL: [(&'static str, Quantile); 4] =
        [("p50", Quantile::P50), ("p90", Quantile::P90), ("p99", Quantile::P99), ("p99.9", Quantile::P999)];

    fn of(self, times: &Times) -> f64 {
        match self {
            Quantile::P50 => times.p50.value,
            Quantile::P90 => times.p90.value,
            Quantile::P99 => times.p99.value,
            Quantile::P999 => times.p999.value,
        }
    }
}

impl FromStr for Slo {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a service level: write p99=2s or counter-p99=30s (known: p50, p90, p99, p99.9)");
        let (what, time) = text.split_once('=').ok_or_else(wrong)?;
        let (counter, name) = match what.strip_prefix("counter-") {
            Some(name) => (true, name),
            None => (false, what),
        };
        let (_, quantile) = Quantile::ALL.into_iter().find(|(known, _)| *known == name).ok_or_else(wrong)?;
        let within = select::time(time)?;
        if within.is_zero() { Err(wrong()) } else { Ok(Slo { counter, quantile, within }) }
    }
}

impl fmt::Display for Slo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, _) = Quantile::ALL.into_iter().find(|(_, q)| *q == self.quantile).unwrap_or(Quantile::ALL[0]);
        write!(f, "{}{name}={:?}", if self.counter { "counter-" } else { "" }, self.within)
    }
}

impl Slo {
    /// The measured quantile, in milliseconds.
    pub fn found_ms(&self, results: &LoadResults) -> f64 {
        self.quantile.of(if self.counter { &results.counter } else { &results.answer })
    }

    /// Whether it holds. It does not if no check ended, nor if a visit was still under way when the run was ended, ten minutes
    /// after the last arrival: times only cover checks that ended, and would look too good.
    pub fn holds(&self, results: &LoadResults) -> bool {
        let times = if self.counter { &results.counter } else { &results.answer };
        let all_left = results.runs.iter().all(|run| run.left_over == 0);
        times.count > 0 && all_left && self.found_ms(results) <= self.within.as_secs_f64() * 1e3
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_level_is_read_as_written_and_nonsense_is_rejected() {
        for text in ["p99=2s", "counter-p99.9=30s", "p50=250ms"] {
            assert_eq!(text.parse::<Slo>().unwrap().to_string(), text);
        }
        for text in ["p99", "p98=2s", "p99=2", "p99=0s", "desk-p99=1s", ""] {
            assert!(text.parse::<Slo>().is_err(), "{text}");
        }
    }
}
