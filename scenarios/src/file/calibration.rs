//! Calibration files: how long operations took on a machine that was measured.

use super::service::Calibrated;
use super::units::{Span, Spread};
use mocks::calibration::file::{Calibration, Measured};

/// The quantile of the standard normal distribution at 0.9.
const NORMAL_P90: f64 = 1.281_551_565_544_600_4;

/// The log-normal distribution with `times` the measured median and 90th percentile; constant, if these are equal.
fn spread(measured: &Measured, times: f64) -> Spread {
    let (median, p90) = (measured.median.0, measured.p90.0);
    let longer = Span(median.mul_f64(times));
    if p90 <= median {
        return Spread::Constant(longer);
    }
    let sigma = libm::log(p90.as_secs_f64() / median.as_secs_f64()) / NORMAL_P90;
    Spread::LogNormal { min: Span::default(), median: longer, sigma }
}

/// The distribution of a multiple of a measured operation.
pub(super) fn resolve(calibration: &Calibration, of: &Calibrated) -> Result<Spread, String> {
    let name = &of.operation;
    let measured = calibration.operation.get(name).ok_or_else(|| {
        let known = calibration.operation.keys().map(String::as_str);
        match super::diagnostic::nearest(name, known.clone()) {
            Some(near) => format!("the calibration has no operation `{name}`; did you mean `{near}`?"),
            None => format!("the calibration has no operation `{name}`; it has: {}", known.collect::<Vec<_>>().join(", ")),
        }
    })?;
    if !(of.times > 0.0 && of.times <= 1000.0) {
        return Err("`times` must be above 0 and at most 1000".into());
    }
    if measured.is_unsteady() {
        return Err(format!(
            "the calibration of `{name}` is unusable: its `p90` is more than twice its `median`, so the machine was busy with \
             something else; measure it again on an idle machine"
        ));
    }
    Ok(spread(measured, of.times))
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::seed::Seed;

    fn us(n: u64) -> mocks::calibration::Span {
        mocks::calibration::Span(std::time::Duration::from_micros(n))
    }

    #[test]
    fn a_fitted_time_has_the_measured_median_and_90th_percentile() {
        let what = String::new();
        let measured = Measured { what, median: us(700), p10: us(690), p90: us(840), mean: us(720), rounds: 1000, batch: 1 };
        let drawn = spread(&measured, 2.0);
        let mut stream = Seed::new(1, "calibration").stream("draws");
        let mut all: Vec<u128> = (0..40_000).map(|_| drawn.distribution().draw(&mut stream).as_nanos()).collect();
        all.sort_unstable();
        let near = |found: u128, wanted: f64| assert!((found as f64 / wanted - 1.0).abs() < 0.01, "{found} {wanted}");
        near(all[20_000], 1_400_000.0);
        near(all[36_000], 1_680_000.0);
        let steady = Measured { p90: us(700), ..measured };
        assert_eq!(spread(&steady, 1.0), Spread::Constant(Span(std::time::Duration::from_micros(700))));
    }
}
