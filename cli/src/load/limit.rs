//! The search for the highest rate at which a service level holds.

use super::{LoadArgs, Slo, Study, results};
use crate::exit::Exit;
use crate::file::AtomicFile;
use crate::output;
use crate::results_out::Format;
use reports::load::LoadResults;
use reports::load::limit::{LimitResults, LimitTry, SCHEMA};
use scenarios::file::load::LoadPart;
use std::time::Duration;

/// How long each try is measured, if --minutes is not given.
const MINUTES: f64 = 3.0;
/// Below this share of definite answers a rate is too high, however fast the answers are.
const ANSWERED: f64 = 0.99;
/// Precision of the limit, as a factor.
const EXACT: f64 = 1.02;
/// Most doublings and halvings: a factor of a thousand each way.
const MOST_STEPS: u32 = 10;

struct Try {
    rate: f64,
    results: LoadResults,
    holds: bool,
}

impl Try {
    fn reported(&self, slo: &Slo) -> LimitTry {
        let stations = self.results.runs.iter().flat_map(|r| &r.stations);
        let busiest = stations.max_by(|a, b| a.utilisation.unwrap_or(0.0).total_cmp(&b.utilisation.unwrap_or(0.0)));
        LimitTry {
            rate_per_s: self.rate,
            found_ms: slo.found_ms(&self.results),
            answered: self.answered(),
            holds: self.holds,
            busiest: busiest.map(|s| s.name.clone()),
            utilisation: busiest.and_then(|s| s.utilisation),
            digest: self.results.digest.clone(),
        }
    }

    fn answered(&self) -> f64 {
        let runs = &self.results.runs;
        runs.iter().map(|r| r.answered).sum::<f64>() / runs.len().max(1) as f64
    }
}

struct Search<'a> {
    study: &'a Study<'a>,
    slo: &'a Slo,
    tries: Vec<Try>,
}

impl Search<'_> {
    /// Plays at a rate. `None` if interrupted.
    fn holds_at(&mut self, rate: f64) -> anyhow::Result<Option<bool>> {
        let mut load: LoadPart = self.study.load.clone();
        load.rate.0 = rate;
        let study = Study { load, seeds: self.study.seeds.clone(), design: self.study.design.clone(), ..*self.study };
        let Some(results) = results(&study)? else { return Ok(None) };
        let mut one = Try { rate, results, holds: false };
        one.holds = self.slo.holds(&one.results) && one.answered() >= ANSWERED;
        let holds = one.holds;
        output::note(&format!("{rate:.2} visits per second: {}", if holds { "holds" } else { "does not hold" }));
        self.tries.push(one);
        Ok(Some(holds))
    }

    /// The highest rate at which the service level held and the lowest that did not, if there are any.
    fn bracket(&mut self) -> anyhow::Result<Option<(Option<f64>, Option<f64>)>> {
        let start = self.study.load.rate.0;
        let Some(first) = self.holds_at(start)? else { return Ok(None) };
        let (mut low, mut high) = if first { (Some(start), None) } else { (None, Some(start)) };
        for step in 1..=MOST_STEPS {
            let factor = 2f64.powi(step as i32);
            let rate = if first { start * factor } else { start / factor };
            let Some(holds) = self.holds_at(rate)? else { return Ok(None) };
            if holds {
                low = Some(rate)
            } else {
                high = Some(rate)
            }
            if holds != first {
                break;
            }
        }
        while let (Some(l), Some(h)) = (low, high)
            && h / l > EXACT
        {
            let middle = (l * h).sqrt();
            let Some(holds) = self.holds_at(middle)? else { return Ok(None) };
            if holds { low = Some(middle) } else { high = Some(middle) }
        }
        Ok(Some((low, high)))
    }
}

pub(super) fn find(study: &Study<'_>, slo: &Slo, args: &LoadArgs, out: Option<AtomicFile>) -> anyhow::Result<Exit> {
    let minutes = args.minutes.unwrap_or(MINUTES);
    let load = study.load.cut_to(Duration::from_secs_f64(minutes * 60.0));
    let study = Study { load, seeds: study.seeds.clone(), design: study.design.clone(), ..*study };
    let mut search = Search { study: &study, slo, tries: Vec::new() };
    let Some((low, high)) = search.bracket()? else {
        output::note("interrupted: nothing is reported");
        return Ok(Exit::Unfinished);
    };
    let mut tries: Vec<LimitTry> = search.tries.iter().map(|t| t.reported(slo)).collect();
    tries.sort_by(|a, b| a.rate_per_s.total_cmp(&b.rate_per_s));
    let found = LimitResults {
        schema: SCHEMA.into(),
        tool: "shikaku".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        scenario: study.scenario.name.clone(),
        sha256: study.scenario.sha256.clone(),
        design: study.design.name.clone(),
        crypto: study.crypto.name().into(),
        slo: slo.to_string(),
        limit_per_s: low,
        breaks_at_per_s: high,
        tries,
    };
    if let Some(file) = out {
        file.write_whole(found.to_json()?.as_bytes())?;
    }
    output::print(&match args.format {
        Format::Json => found.to_json()?,
        Format::Human => found.human(),
    })?;
    Ok(if low.is_some() { Exit::Held } else { Exit::Broken })
}
