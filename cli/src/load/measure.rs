//! Turns the measurements of a load study into results.

use super::Study;
use reports::load::{
    Basis, Estimate, FaultRun, LoadResults, LoadRun, Machine, SCHEMA, StationRun, StationStretch, Stretch, Times, of_batches,
    of_seeds, recovery, without,
};
use reports::page::Both;
use scenarios::file::load::LoadPart;
use scenarios::load::{BATCHES, BUCKET_NS, Histogram, Loaded, StationFigures, percentile_us};

fn ms(us: u64) -> f64 {
    us as f64 / 1000.0
}

fn quantile_of(of: &Histogram, q: f64) -> f64 {
    ms(percentile_us(of, q).unwrap_or(0))
}

/// Percentiles over all batches, with confidence intervals from the batches if the run is stationary.
fn times(batches: &[&Histogram], stationary: bool) -> Times {
    let Some((first, rest)) = batches.split_first() else { return Times::default() };
    let mut all = (*first).clone();
    for batch in rest {
        // Histograms of one study have the same bounds.
        let _ = all.add(*batch);
    }
    // If a batch has too few values for a quantile, there is no interval.
    let quantile = |q: f64| {
        let enough = stationary && batches.len() > 1 && batches.iter().all(|b| b.len() as f64 * (1.0 - q) >= 1.0);
        let each: Vec<f64> = if enough { batches.iter().map(|b| quantile_of(b, q)).collect() } else { Vec::new() };
        of_batches(quantile_of(&all, q), &each)
    };
    let means: Vec<f64> = batches.iter().filter(|b| !b.is_empty()).map(|b| b.mean() / 1000.0).collect();
    Times {
        count: all.len(),
        mean: of_batches(
            if all.is_empty() { 0.0 } else { all.mean() / 1000.0 },
            if stationary && batches.len() > 1 { &means } else { &[] },
        ),
        p50: quantile(0.5),
        p90: quantile(0.9),
        p99: quantile(0.99),
        p999: quantile(0.999),
        max: quantile_of(&all, 1.0),
    }
}

/// The same over seeds.
fn over_seeds(runs: &[&LoadRun], of: impl Fn(&LoadRun) -> &Times) -> Times {
    let all = |part: fn(&Times) -> Estimate| of_seeds(&runs.iter().map(|r| part(of(r)).value).collect::<Vec<_>>());
    Times {
        count: runs.iter().map(|r| of(r).count).sum(),
        mean: all(|t| t.mean),
        p50: all(|t| t.p50),
        p90: all(|t| t.p90),
        p99: all(|t| t.p99),
        p999: all(|t| t.p999),
        max: runs.iter().map(|r| of(r).max).fold(0.0, f64::max),
    }
}

/// `measured` is how many seconds were measured.
fn station(s: &StationFigures, load: &LoadPart, measured: f64, stationary: bool) -> StationRun {
    let bucket_s = s.bucket_ns as f64 / 1e9;
    let warm_up = (load.warm_up.0.as_secs_f64() / bucket_s).ceil() as usize;
    let measured = ((load.warm_up.0.as_secs_f64() + measured) / bucket_s) as usize;
    let buckets = s.buckets.get(warm_up..measured.min(s.buckets.len())).unwrap_or_default();
    let sum = |of: fn(&scenarios::load::Bucket) -> u64| buckets.iter().map(of).sum::<u64>() as f64;
    let seconds = (measured.saturating_sub(warm_up)) as f64 * bucket_s;
    let share = |busy_ns: f64, s_long: f64| s.workers.map(|w| busy_ns / 1e9 / (w as f64 * s_long.max(bucket_s)));
    // Waiting per arrival: by Little's law the mean wait, in each batch.
    let wait = |part: &[scenarios::load::Bucket]| {
        let served: u64 = part.iter().map(|b| b.arrivals - b.shed).sum();
        let waited: u64 = part.iter().map(|b| b.queue_ns).sum();
        (served > 0).then(|| waited as f64 / served as f64 / 1e6)
    };
    let size = buckets.len().div_ceil(BATCHES).max(1);
    let batches: Vec<f64> = if buckets.len() >= BATCHES { buckets.chunks(size).filter_map(wait).collect() } else { Vec::new() };
    let little = s.little.as_ref();
    StationRun {
        name: s.name.clone(),
        workers: s.workers.map(|w| w as u64),
        arrived: s.arrived,
        served: s.served,
        shed: s.shed,
        lost: s.lost,
        utilisation: share(sum(|b| b.busy_ns), seconds),
        wait_ms: match stationary {
            true => of_batches(wait(buckets).unwrap_or(0.0), &batches),
            false => without(wait(buckets).unwrap_or(0.0)),
        },
        queue: sum(|b| b.queue_ns) / 1e9 / seconds.max(bucket_s),
        longest_queue: s.longest_queue,
        connections_refused: s.connections_refused,
        l: little.map_or(0.0, |l| l.l()),
        lambda_per_s: little.map_or(0.0, |l| l.lambda_per_s()),
        w_s: little.map_or(0.0, |l| l.w_s()),
        course: s
            .buckets
            .iter()
            .skip(warm_up)
            .map(|b| StationStretch {
                utilisation: share(b.busy_ns as f64, bucket_s),
                queue: b.queue_ns as f64 / s.bucket_ns as f64,
                longest_queue: b.longest_queue,
                shed: b.shed,
            })
            .collect(),
    }
}

/// The peak memory of the process, if the system reports it.
fn peak_memory_mib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1024)
}

/// What happened in each stretch of the measured time.
fn course(loaded: &Loaded) -> Vec<Stretch> {
    let of = |h: &scenarios::load::Coarse, q: f64| percentile_us(h, q).map(ms);
    (0..)
        .zip(&loaded.meter.stretches)
        .map(|(i, s)| Stretch {
            from_s: i * BUCKET_NS / 1_000_000_000,
            arrivals: s.arrivals,
            answered: s.answered,
            refused: s.refused,
            unknown: s.unknown,
            answer_p50: of(&s.answer, 0.5),
            answer_p99: of(&s.answer, 0.99),
            counter_p99: of(&s.counter, 0.99),
        })
        .collect()
}

/// A run.
pub(super) fn run(study: &Study<'_>, seed: u64, loaded: &Loaded) -> LoadRun {
    let (load, m) = (&study.load, &loaded.meter);
    let stopped_at_s = loaded.stopped_at.map(|at| at.as_secs_f64() - load.warm_up.0.as_secs_f64());
    let measured_s = stopped_at_s.map_or(load.lasts.0.as_secs_f64(), |at| at.clamp(0.0, load.lasts.0.as_secs_f64()));
    // Whether all parts of the measured time are alike, so that batches of it can be compared.
    let stationary = study.is_stationary() && stopped_at_s.is_none();
    // What was stopped is known up to the last whole stretch: one site may have gone on for longer than another.
    let bucket_s = BUCKET_NS as f64 / 1e9;
    let known = stopped_at_s.map_or(m.stretches.len(), |_| (measured_s / bucket_s) as usize);
    let known_s = if stopped_at_s.is_some() { known as f64 * bucket_s } else { measured_s };
    let answered_in = |stretches: usize| m.stretches.iter().take(stretches).map(|s| s.answered).sum::<u64>() as f64;
    let (wall, setup) = (loaded.wall_time.as_secs_f64(), loaded.setup_time.as_secs_f64());
    let course = course(loaded);
    let warm_up_s = load.warm_up.0.as_secs_f64();
    let faults: Vec<FaultRun> =
        m.faults.iter().map(|(at, what)| FaultRun { at_s: *at as f64 / 1e9 - warm_up_s, what: what.clone() }).collect();
    // Nobody recovers from what has not ended.
    let ended = stopped_at_s.is_none() && study.faults().iter().all(|f| f.whole);
    let recovery_s = match (faults.first(), faults.last()) {
        (Some(first), Some(last)) if ended => recovery(&course, first.at_s, last.at_s),
        _ => None,
    };
    LoadRun {
        seed,
        came: m.came,
        measured: m.measured,
        outcomes: m.outcomes.iter().map(|(code, n)| (code.code().to_string(), *n)).collect(),
        answered: answered_in(m.stretches.len()) / m.measured.max(1) as f64,
        goodput_per_s: answered_in(known) / known_s.max(bucket_s),
        most_at_counters: m.most_under_way as u64,
        left_over: loaded.left_over,
        stopped_at_s,
        facilities_visited: loaded.facilities_open,
        virtual_s: loaded.virtual_time.as_secs_f64(),
        counter: times(&m.batches.iter().map(|b| &b.counter).collect::<Vec<_>>(), stationary),
        answer: times(&m.batches.iter().map(|b| &b.answer).collect::<Vec<_>>(), stationary),
        steps: m.steps.iter().map(|s| times(&[s], stationary)).collect(),
        stations: loaded.stations.iter().map(|s| station(s, load, measured_s, stationary)).collect(),
        course,
        faults,
        recovery_s,
        wire_sha256: loaded.wire_sha256.clone(),
        machine: Machine {
            wall_s: wall,
            setup_s: setup,
            checks_per_wall_s: m.ended as f64 / (wall - setup).max(1e-9),
            simulated_s_per_wall_s: loaded.virtual_time.as_secs_f64() / (wall - setup).max(1e-9),
            peak_memory_mib: peak_memory_mib(),
        },
    }
}

/// The runs from which the figures of the study are: not one that was stopped, unless there is no other.
fn counted(runs: &[LoadRun]) -> Vec<&LoadRun> {
    let ended: Vec<&LoadRun> = runs.iter().filter(|r| r.stopped_at_s.is_none()).collect();
    if ended.is_empty() { runs.iter().collect() } else { ended }
}

/// The results of the seeds that were played; `whole` is whether that is all.
pub(super) fn results(study: &Study<'_>, runs: Vec<LoadRun>, whole: bool) -> anyhow::Result<LoadResults> {
    let counted = counted(&runs);
    let (counter, answer) = match counted.as_slice() {
        [one] => (one.counter, one.answer),
        several => (over_seeds(several, |r| &r.counter), over_seeds(several, |r| &r.answer)),
    };
    let intervals = match counted.as_slice() {
        [one] if study.is_stationary() && one.stopped_at_s.is_none() => Basis::Batches,
        [_] => Basis::None,
        _ => Basis::Seeds,
    };
    let results = LoadResults {
        schema: SCHEMA.into(),
        tool: "shikaku".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        openssl: scenarios::openssl_version().into(),
        scenario: study.scenario.name.clone(),
        title: Both::new(&study.scenario.title.ja, &study.scenario.title.en),
        sha256: study.scenario.sha256.clone(),
        design: study.design.name.clone(),
        crypto: study.crypto.name().into(),
        rate_per_s: study.load.rate.0,
        facilities: study.load.facilities(),
        sites: study.load.sites,
        measured_s: study.load.lasts.0.as_secs_f64(),
        faults: study.faults(),
        intervals,
        interrupted: !whole,
        planned_seeds: study.count(),
        counter,
        answer,
        runs,
        digest: String::new(),
    };
    Ok(results.sealed()?)
}
