//! Visits that are drawn rather than listed.

use super::demands::Expect;
use super::part::is_default;
use super::units::{Frequency, Share, Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Visits over a period. Persons and facilities are drawn from the seed. Nobody visits twice within a minute: if no person is
/// available, the visit waits until one is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct WorkloadPart {
    /// The earliest visit, after the start of the run.
    pub from: Span,
    /// The end of the arrivals.
    pub until: Span,
    pub arrivals: Arrivals,
    /// The share of people who enter their PIN; staff compare the photo of the others.
    #[serde(default, skip_serializing_if = "is_default")]
    pub by_pin: Share,
    /// How each visit must end.
    #[serde(default = "undisturbed")]
    pub expect: Expect,
}

impl WorkloadPart {
    /// How many visits there are on average.
    pub fn average(&self) -> f64 {
        let length = self.until.0.saturating_sub(self.from.0).as_secs_f64();
        match &self.arrivals {
            Arrivals::Constant { every } => length / every.0.as_secs_f64().max(1e-9),
            Arrivals::Poisson { rate } => length * rate.0,
            Arrivals::Curve { shape, peak } => {
                let points = shape.points();
                length * peak.0 * points.iter().sum::<f64>() / points.len() as f64
            }
            Arrivals::Trace { times } => times.len() as f64,
        }
    }
}

fn undisturbed() -> Expect {
    Expect::AsIfUndisturbed
}

/// The times of visits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
pub enum Arrivals {
    /// At a constant interval.
    Constant { every: Span },
    /// Independently of each other, at this average rate.
    Poisson { rate: Frequency },
    /// Independently of each other, at a rate that follows the curve. The curve's day is compressed into the workload's period.
    Curve { shape: Shape, peak: Frequency },
    /// At these times after `from`.
    Trace { times: Vec<Span> },
}

/// How arrivals spread over a day, as shares of the peak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// A Monday from 8:00 to 19:00: a peak at nine, a gap at noon, a lower peak at four. An assumption.
    MondayMorning,
    /// The same all day.
    Flat,
}

impl Shape {
    /// The share of the peak at evenly spaced times; linear between them.
    pub fn points(self) -> &'static [f64] {
        match self {
            // 8, 9, 10, … 19 o'clock.
            Shape::MondayMorning => &[0.35, 1.0, 0.9, 0.75, 0.45, 0.15, 0.2, 0.5, 0.65, 0.55, 0.3, 0.0],
            Shape::Flat => &[1.0, 1.0],
        }
    }

    /// The share of the peak at `at`, from 0 (the beginning) to 1 (the end).
    pub fn at(self, at: f64) -> f64 {
        let points = self.points();
        let place = at.clamp(0.0, 1.0) * (points.len() - 1) as f64;
        let (i, rest) = (place.floor() as usize, place.fract());
        let next = points.get(i + 1).or(points.last()).copied().unwrap_or(0.0);
        points.get(i).copied().unwrap_or(0.0) * (1.0 - rest) + next * rest
    }
}
