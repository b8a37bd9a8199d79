//! What came of attacks and errors over all runs, with intervals.

use crate::results::{Incidents, Run};
use crate::rules::Lang;
use crate::texts::say;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The 97.5th percentile of the normal distribution: each end of a 95 % interval excludes 2.5 %.
const Z: f64 = 1.959_963_984_540_054;

/// A share with its 95 % interval (Wilson 1927), from counts of independent cases. `None` without cases.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ShareWithInterval {
    pub share: f64,
    pub low: f64,
    pub high: f64,
}

impl ShareWithInterval {
    pub fn of(hits: u64, cases: u64) -> Option<ShareWithInterval> {
        if cases == 0 {
            return None;
        }
        let (n, share) = (cases as f64, hits as f64 / cases as f64);
        let scale = 1.0 + Z * Z / n;
        let middle = (share + Z * Z / (2.0 * n)) / scale;
        let half = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt() / scale;
        // At the ends rounding would leave the interval beside the share.
        let low = if hits == 0 { 0.0 } else { (middle - half).max(0.0) };
        let high = if hits == cases { 1.0 } else { (middle + half).min(1.0) };
        Some(ShareWithInterval { share, low, high })
    }

    pub(crate) fn text(self, lang: Lang) -> String {
        let [share, low, high] = [self.share, self.low, self.high].map(percent);
        say(lang, "interval", &[("share", &share), ("low", &low), ("high", &high)])
    }
}

/// With two significant digits below 1 %, so that rare errors are not shown as none.
fn percent(share: f64) -> String {
    let percent = share * 100.0;
    match percent {
        p if p == 0.0 || p >= 1.0 => format!("{p:.1} %"),
        p if p >= 0.01 => format!("{p:.3} %"),
        p => format!("{p:.1e} %"),
    }
}

/// The sums over runs, by design and cause.
#[derive(Clone, Debug, Default)]
pub struct AllIncidents(BTreeMap<(String, String), Incidents>);

impl AllIncidents {
    pub fn take(&mut self, run: &Run) {
        for one in &run.incidents {
            let sum = self.0.entry((one.cause.clone(), run.design.clone())).or_default();
            // Results of others state what they like.
            let add = |sum: &mut u64, one: u64| *sum = sum.saturating_add(one);
            add(&mut sum.out_of, one.out_of);
            add(&mut sum.met, one.met);
            add(&mut sum.let_through, one.let_through);
            add(&mut sum.refused, one.refused);
            add(&mut sum.not_known, one.not_known);
        }
    }

    /// One line for each cause and design; empty if there is none.
    pub fn text(&self, lang: Lang) -> String {
        let mut text = String::new();
        for ((cause, design), sum) in &self.0 {
            let share = |hits, cases| ShareWithInterval::of(hits, cases).map_or(String::new(), |s| s.text(lang));
            let [met, out_of, through, refused, unknown] =
                [sum.met, sum.out_of, sum.let_through, sum.refused, sum.not_known].map(|n| n.to_string());
            let values = [("cause", cause.as_str()), ("design", design), ("met", &met), ("out_of", &out_of)];
            let share_met = share(sum.met, sum.out_of);
            let came = [
                ("through", through.as_str()),
                ("share", &share(sum.let_through, sum.met)),
                ("refused", &refused),
                ("unknown", &unknown),
            ];
            let met = say(lang, "incident-met", &[values.as_slice(), &[("share", &share_met)]].concat());
            // Writing to a String does not fail.
            let _ = writeln!(text, "{met}\n  {}", say(lang, "incident-came", &came));
        }
        if text.is_empty() { text } else { format!("{}\n{text}", say(lang, "incidents", &[])) }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in a test a panic is the report")]
mod tests {
    use super::*;
    use crate::results::samples;

    #[test]
    fn intervals_are_those_of_wilson() {
        assert_eq!(ShareWithInterval::of(0, 0), None);
        // Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20.
        for (hits, cases, low, high) in [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611)] {
            let found = ShareWithInterval::of(hits, cases).unwrap();
            assert!((found.low - low).abs() < 5e-5 && (found.high - high).abs() < 5e-5, "{hits} of {cases}: {found:?}");
        }
    }

    #[test]
    fn the_sums_of_all_runs_are_shown_by_cause_and_design() {
        let mut all = AllIncidents::default();
        assert_eq!(all.text(Lang::En), "");
        let cause = "borrowed-card".to_string();
        let of = BTreeMap::new();
        let one = Incidents { cause, out_of: 20, met: 20, let_through: 1, refused: 19, not_known: 0, of };
        let rare = Incidents { cause: "real/reader-stuck".into(), out_of: 4000, met: 7, not_known: 7, ..Incidents::default() };
        for seed in 0..2 {
            let mut run = samples::passed();
            run.seed = seed;
            run.incidents = vec![one.clone(), rare.clone()];
            all.take(&run);
        }
        insta::assert_snapshot!(all.text(Lang::En));
        insta::assert_snapshot!("in_japanese", all.text(Lang::Ja));
    }
}
