//! Plays a study from every seed, with progress, until it is interrupted.

use super::{Study, measure};
use crate::interrupt;
use crate::progress;
use indicatif::ProgressBar;
use reports::load::LoadRun;
use scenarios::load::{LoadOrder, Watch, play};
use std::sync::Arc;

/// What was played of a study.
pub(super) struct PlayedSeeds {
    pub runs: Vec<LoadRun>,
    /// Whether every seed was, to its end.
    pub whole: bool,
}

/// The steps of the progress bar for each seed.
const STEPS: u64 = 1000;

/// The bar of `tries` times all seeds.
pub(super) fn bar(study: &Study<'_>, tries: u64) -> ProgressBar {
    progress::share(study.count().saturating_mul(tries).saturating_mul(STEPS))
}

/// Plays the study. A seed that is under way when the user interrupts is ended where it is, and its figures are those until then.
/// `give_up` gets the runs before if it cannot be, since it is still being set up.
pub(super) fn play_seeds(study: &Study<'_>, bar: &ProgressBar, give_up: impl Fn(Vec<LoadRun>)) -> anyhow::Result<PlayedSeeds> {
    let mut runs = Vec::new();
    let begun = bar.position();
    let long = (study.load.end().as_secs_f64()).max(1e-9);
    for (index, seed) in (0..).zip(study.seeds.clone()) {
        if interrupt::requested() {
            return Ok(PlayedSeeds { runs, whole: false });
        }
        let order = LoadOrder { design: study.design.clone(), seed, crypto: study.crypto, load: study.load.clone() };
        let watch = Arc::new(Watch::default());
        let look = || {
            if interrupt::requested() {
                watch.stop();
            }
            let share = (watch.at().as_secs_f64() / long).min(1.0);
            bar.set_position(begun + index * STEPS + (share * STEPS as f64) as u64);
        };
        let work = || play(study.scenario, &order, &watch);
        let played = interrupt::watched_with(work, look, || give_up(std::mem::take(&mut runs)))?;
        let stopped = played.stopped_at.is_some();
        runs.push(measure::run(study, seed, &played));
        if stopped {
            return Ok(PlayedSeeds { runs, whole: false });
        }
    }
    bar.set_position(begun + study.count() * STEPS);
    Ok(PlayedSeeds { runs, whole: true })
}
