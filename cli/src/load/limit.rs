//! The search for the highest rate at which a service level holds.

use super::out::Files;
use super::{LoadArgs, Slo, Study, played, results};
use crate::exit::Exit;
use crate::results_out::Format;
use crate::{interrupt, output};
use reports::load::LoadResults;
use reports::load::limit::{LimitResults, LimitTry, SCHEMA};
use reports::texts::say;
use scenarios::file::load::LoadPart;
use std::cell::RefCell;
use std::time::Duration;

/// How long each try of a study without faults is measured, if --minutes is not given.
const MINUTES: f64 = 3.0;
/// Below this share of definite answers a rate is too high, however fast the answers are.
const ANSWERED: f64 = 0.99;
/// With fewer visits than this, a share of 99 % says little: lower rates are not tried.
const FEWEST: f64 = 200.0;
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
    args: &'a LoadArgs,
    files: RefCell<Files>,
    tries: Vec<Try>,
    /// The highest rate at which the service level held and the lowest that did not, so far.
    low: Option<f64>,
    high: Option<f64>,
}

/// The user interrupted a try, which counts for nothing.
struct Interrupted;

impl Search<'_> {
    /// Plays at a rate.
    fn holds_at(&mut self, rate: f64) -> anyhow::Result<Result<bool, Interrupted>> {
        let mut load: LoadPart = self.study.load.clone();
        load.rate.0 = rate;
        let study = Study { load, seeds: self.study.seeds.clone(), design: self.study.design.clone(), ..*self.study };
        let bar = played::bar(&study, 1);
        bar.set_message(format!("{rate:.2} visits per second"));
        let give_up = || {
            if let Err(e) = interrupt::keeping(|| self.report(true)) {
                output::error(&e);
            }
        };
        let results = results(&study, &bar, give_up)?;
        bar.finish_and_clear();
        let Some(results) = results else { return Ok(Err(Interrupted)) };
        let mut one = Try { rate, results, holds: false };
        one.holds = self.slo.holds(&one.results) && one.answered() >= ANSWERED;
        let holds = one.holds;
        let id = if holds { "note-try-holds" } else { "note-try-breaks" };
        output::note(&say(self.args.lang.into(), id, &[("rate", &format!("{rate:.2}"))]));
        self.tries.push(one);
        match holds {
            true => self.low = Some(self.low.map_or(rate, |low| low.max(rate))),
            false => self.high = Some(self.high.map_or(rate, |high| high.min(rate))),
        }
        Ok(Ok(holds))
    }

    /// Doubles or halves the rate until the level breaks or holds, then narrows the limit down.
    fn search(&mut self) -> anyhow::Result<Result<(), Interrupted>> {
        let start = self.study.load.rate.0;
        let Ok(first) = self.holds_at(start)? else { return Ok(Err(Interrupted)) };
        for step in 1..=MOST_STEPS {
            let factor = 2f64.powi(step as i32);
            let rate = if first { start * factor } else { start / factor };
            if !first && rate * self.study.load.lasts.0.as_secs_f64() * (self.study.count() as f64) < FEWEST {
                break;
            }
            let Ok(holds) = self.holds_at(rate)? else { return Ok(Err(Interrupted)) };
            if holds != first {
                break;
            }
        }
        while let (Some(low), Some(high)) = (self.low, self.high)
            && high / low > EXACT
        {
            if self.holds_at((low * high).sqrt())?.is_err() {
                return Ok(Err(Interrupted));
            }
        }
        Ok(Ok(()))
    }
}

impl Search<'_> {
    /// Reports the tries so far.
    fn report(&self, interrupted: bool) -> anyhow::Result<()> {
        let (study, args) = (self.study, self.args);
        let mut tries: Vec<LimitTry> = self.tries.iter().map(|t| t.reported(self.slo)).collect();
        tries.sort_by(|a, b| a.rate_per_s.total_cmp(&b.rate_per_s));
        let found = LimitResults {
            schema: SCHEMA.into(),
            tool: "shikaku".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            scenario: study.scenario.name.clone(),
            sha256: study.scenario.sha256.clone(),
            design: study.design.name.clone(),
            crypto: study.crypto.name().into(),
            slo: self.slo.to_string(),
            measured_s: study.load.lasts.0.as_secs_f64(),
            faults: study.faults(),
            interrupted,
            limit_per_s: self.low,
            breaks_at_per_s: self.high,
            tries,
        };
        let json = found.to_json()?;
        self.files.borrow_mut().json(&json)?;
        let is_json = args.format == Format::Json;
        output::print_as(is_json, &if is_json { json } else { found.human(args.lang.into()) })?;
        if interrupted {
            output::note(&say(args.lang.into(), "note-tries", &[("n", &found.tries.len().to_string())]));
        }
        Ok(())
    }
}

pub(super) fn find(study: &Study<'_>, slo: &Slo, args: &LoadArgs, files: Files) -> anyhow::Result<Exit> {
    // A study with faults is played as it is: a limit without its faults would be that of another study.
    let minutes = args.minutes.or(study.scenario.faults.is_empty().then_some(MINUTES));
    let load = minutes.map_or(study.load.clone(), |m| study.load.cut_to(Duration::from_secs_f64(m * 60.0)));
    let study = Study { load, seeds: study.seeds.clone(), design: study.design.clone(), ..*study };
    study.announce("note-try", args.lang.into());
    let mut search = Search { study: &study, slo, args, files: RefCell::new(files), tries: Vec::new(), low: None, high: None };
    let interrupted = search.search()?.is_err();
    interrupt::keeping(|| search.report(interrupted))?;
    Ok(match (interrupted, search.low) {
        (true, _) => Exit::Unfinished,
        (false, Some(_)) => Exit::Held,
        (false, None) => Exit::Broken,
    })
}
