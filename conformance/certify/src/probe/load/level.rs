//! Service levels: what a system must hold under load.

use super::measured::Measured;
use jiff::SignedDuration;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// One demand.
#[derive(Clone, Debug, PartialEq)]
pub enum ServiceLevel {
    /// A percentile of the latency is at most so long: `p99=250ms`.
    Latency(Quantile, Duration),
    /// At most this share of the requests fails: `failed=0.1%`.
    Failed(f64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantile {
    P50,
    P90,
    P99,
    P999,
    Max,
}

impl Quantile {
    const ALL: [(&'static str, Quantile); 5] = [
        ("p50", Quantile::P50),
        ("p90", Quantile::P90),
        ("p99", Quantile::P99),
        ("p99.9", Quantile::P999),
        ("max", Quantile::Max),
    ];

    fn name(self) -> &'static str {
        Quantile::ALL.into_iter().find(|(_, q)| *q == self).map_or("", |(name, _)| name)
    }

    fn of_ms(self, found: &Measured) -> f64 {
        match self {
            Quantile::P50 => found.p50_ms,
            Quantile::P90 => found.p90_ms,
            Quantile::P99 => found.p99_ms,
            Quantile::P999 => found.p999_ms,
            Quantile::Max => found.max_ms,
        }
    }
}

impl FromStr for ServiceLevel {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            let known = Quantile::ALL.map(|(name, _)| name).join(", ");
            format!("`{text}` is not a service level: write p99=250ms or failed=0.1% (known: {known}, failed)")
        };
        let (what, value) = text.split_once('=').ok_or_else(wrong)?;
        if what == "failed" {
            let percent: f64 = value.strip_suffix('%').and_then(|p| p.trim().parse().ok()).ok_or_else(wrong)?;
            return if (0.0..100.0).contains(&percent) { Ok(ServiceLevel::Failed(percent / 100.0)) } else { Err(wrong()) };
        }
        let (_, quantile) = Quantile::ALL.into_iter().find(|(name, _)| *name == what).ok_or_else(wrong)?;
        let within: SignedDuration = value.parse().map_err(|_| wrong())?;
        let within = Duration::try_from(within).map_err(|_| wrong())?;
        if within.is_zero() { Err(wrong()) } else { Ok(ServiceLevel::Latency(quantile, within)) }
    }
}

impl fmt::Display for ServiceLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ServiceLevel::Latency(quantile, within) => write!(f, "{}={within:?}", quantile.name()),
            ServiceLevel::Failed(share) => write!(f, "failed={}%", share * 100.0),
        }
    }
}

impl ServiceLevel {
    /// What is demanded where nobody demands anything: in one second, and nobody is refused.
    pub fn usual() -> Vec<ServiceLevel> {
        vec![ServiceLevel::Latency(Quantile::P99, Duration::from_secs(1)), ServiceLevel::Failed(0.0)]
    }

    /// What was found, as text, if it is not held. Where nothing was answered there is no latency to hold.
    pub fn unmet(&self, found: &Measured) -> Option<String> {
        let answered = found.requests.saturating_sub(found.failed);
        match self {
            ServiceLevel::Latency(quantile, _) if answered == 0 => Some(format!("{} of no answer at all", quantile.name())),
            ServiceLevel::Latency(quantile, within) => {
                let ms = quantile.of_ms(found);
                (ms > within.as_secs_f64() * 1e3).then(|| format!("{}={ms:.1}ms of {answered} answers", quantile.name()))
            }
            ServiceLevel::Failed(share) => {
                let of = found.requests.max(1) as f64;
                let first = found.first_failure.as_deref().unwrap_or("it was not sent in time");
                let is_more = found.requests == 0 || found.failed as f64 / of > *share;
                is_more.then(|| format!("{} of {} requests failed, first: {first}", found.failed, found.requests))
            }
        }
    }

    /// The limit of a latency, in milliseconds.
    pub fn limit_ms(&self) -> Option<f64> {
        match self {
            ServiceLevel::Latency(_, within) => Some(within.as_secs_f64() * 1e3),
            ServiceLevel::Failed(_) => None,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in a test a panic is the report")]
mod tests {
    use super::*;

    #[test]
    fn a_service_level_is_read_as_written_and_nonsense_is_rejected() {
        for text in ["p99=2s", "p99.9=30s", "p50=250ms", "max=1s", "failed=0%", "failed=0.5%"] {
            assert_eq!(text.parse::<ServiceLevel>().unwrap().to_string(), text);
        }
        for text in ["p99", "p98=2s", "p99=2", "p99=0s", "failed=1", "failed=100%", "failed=-1%", "failed=NaN%", ""] {
            assert!(text.parse::<ServiceLevel>().is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_not_held_is_said_and_nothing_answered_holds_nothing() {
        let level = |text: &str| text.parse::<ServiceLevel>().unwrap();
        let found = Measured { requests: 100, failed: 1, p99_ms: 250.0, ..Measured::default() };
        assert_eq!(level("p99=250ms").unmet(&found), None);
        assert_eq!(level("p99=249ms").unmet(&found).as_deref(), Some("p99=250.0ms of 99 answers"));
        assert_eq!(level("failed=1%").unmet(&found), None);
        assert!(level("failed=0%").unmet(&found).is_some());
        let none = Measured { requests: 100, failed: 100, ..Measured::default() };
        assert!(level("p99=1s").unmet(&none).is_some() && level("failed=99%").unmet(&none).is_some());
        assert!(level("failed=99%").unmet(&Measured::default()).is_some());
    }
}
