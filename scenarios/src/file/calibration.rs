//! Calibration files: how long operations took on a machine that was measured.

use super::service::Calibrated;
use super::units::{Span, Spread};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What a calibration file says its form is.
pub const SCHEMA: &str = "shikaku/calibration/v1";
/// The quantile of the standard normal distribution at 0.9.
const NORMAL_P90: f64 = 1.281_551_565_544_600_4;

/// A machine as it was measured.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Calibration {
    pub schema: String,
    /// Which processor, in words.
    pub machine: String,
    /// Which OpenSSL.
    pub openssl: String,
    /// By its name, how long each operation took.
    #[serde(rename = "operation", default)]
    pub operations: BTreeMap<String, Measured>,
}

/// How long one operation took.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Measured {
    pub median: Span,
    pub p10: Span,
    pub p90: Span,
    pub mean: Span,
    /// How often it was measured.
    pub rounds: u64,
}

impl Measured {
    /// The log-normal with the measured median and 90th percentile, `times` as long; constant, if these are the same.
    pub fn spread(&self, times: f64) -> Result<Spread, &'static str> {
        let (median, p90) = (self.median.0, self.p90.0);
        if median.is_zero() || p90 < median {
            return Err("its `median` must be above zero, and its `p90` not below that");
        }
        let longer = Span(median.mul_f64(times));
        if p90 == median {
            return Ok(Spread::Constant(longer));
        }
        let sigma = libm::log(p90.as_secs_f64() / median.as_secs_f64()) / NORMAL_P90;
        Ok(Spread::LogNormal { min: Span::default(), median: longer, sigma })
    }
}

impl Calibration {
    /// How a multiple of a measured operation is spread.
    pub(super) fn resolve(&self, of: &Calibrated) -> Result<Spread, String> {
        let name = &of.operation;
        let measured = self.operations.get(name).ok_or_else(|| {
            let known = self.operations.keys().map(String::as_str);
            match super::diagnostic::nearest(name, known.clone()) {
                Some(near) => format!("the calibration has no operation `{name}`; did you mean `{near}`?"),
                None => format!("the calibration has no operation `{name}`; it has: {}", known.collect::<Vec<_>>().join(", ")),
            }
        })?;
        if !(of.times > 0.0 && of.times <= 1000.0) {
            return Err("`times` must be above 0 and at most 1000".into());
        }
        measured.spread(of.times).map_err(|wrong| format!("the calibration of `{name}` cannot be used: {wrong}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::seed::Seed;

    fn us(n: u64) -> Span {
        Span(std::time::Duration::from_micros(n))
    }

    #[test]
    fn a_fitted_time_has_the_measured_median_and_90th_percentile() {
        let measured = Measured { median: us(700), p10: us(690), p90: us(840), mean: us(720), rounds: 1000 };
        let spread = measured.spread(2.0).unwrap();
        let mut stream = Seed::new(1, "calibration").stream("draws");
        let mut all: Vec<u128> = (0..40_000).map(|_| spread.distribution().draw(&mut stream).as_nanos()).collect();
        all.sort_unstable();
        let near = |found: u128, wanted: f64| assert!((found as f64 / wanted - 1.0).abs() < 0.01, "{found} {wanted}");
        near(all[20_000], 1_400_000.0);
        near(all[36_000], 1_680_000.0);
        assert_eq!(Measured { p90: us(700), ..measured }.spread(1.0), Ok(Spread::Constant(us(700))));
        assert!(Measured { p90: us(600), ..measured }.spread(1.0).is_err());
    }
}
