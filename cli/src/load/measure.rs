//! Turns the measurements of a load study into results.

use super::Study;
use reports::load::{
    Estimate, FaultRun, LoadResults, LoadRun, Machine, SCHEMA, StationRun, StationStretch, Stretch, Times, of_batches, of_seeds,
    recovery,
};
use scenarios::file::load::LoadPart;
use scenarios::load::{BATCHES, BUCKET_NS, Histogram, Loaded, StationFigures, percentile_us};

fn ms(us: u64) -> f64 {
    us as f64 / 1000.0
}

fn quantile_of(of: &Histogram, q: f64) -> f64 {
    ms(percentile_us(of, q).unwrap_or(0))
}

/// Percentiles over all batches, with confidence intervals from the batches.
fn times(batches: &[&Histogram]) -> Times {
    let Some((first, rest)) = batches.split_first() else { return Times::default() };
    let mut all = (*first).clone();
    for batch in rest {
        // Histograms of one study have the same bounds.
        let _ = all.add(*batch);
    }
    // If a batch has too few values for a quantile, there is no interval.
    let quantile = |q: f64| {
        let enough = batches.len() > 1 && batches.iter().all(|b| b.len() as f64 * (1.0 - q) >= 1.0);
        let each: Vec<f64> = if enough { batches.iter().map(|b| quantile_of(b, q)).collect() } else { Vec::new() };
        of_batches(quantile_of(&all, q), &each)
    };
    let means: Vec<f64> = batches.iter().filter(|b| !b.is_empty()).map(|b| b.mean() / 1000.0).collect();
    Times {
        count: all.len(),
        mean: of_batches(if all.is_empty() { 0.0 } else { all.mean() / 1000.0 }, if batches.len() > 1 { &means } else { &[] }),
        p50: quantile(0.5),
        p90: quantile(0.9),
        p99: quantile(0.99),
        p999: quantile(0.999),
        max: quantile_of(&all, 1.0),
    }
}

/// The same over seeds.
fn over_seeds(runs: &[LoadRun], of: impl Fn(&LoadRun) -> &Times) -> Times {
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

fn station(s: &StationFigures, load: &LoadPart) -> StationRun {
    let bucket_s = s.bucket_ns as f64 / 1e9;
    let warm_up = (load.warm_up.0.as_secs_f64() / bucket_s).ceil() as usize;
    let measured = ((load.warm_up.0 + load.lasts.0).as_secs_f64() / bucket_s) as usize;
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
        wait_ms: of_batches(wait(buckets).unwrap_or(0.0), &batches),
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

pub(super) fn run(seed: u64, load: &LoadPart, loaded: &Loaded) -> LoadRun {
    let m = &loaded.meter;
    let measured_s = load.lasts.0.as_secs_f64();
    let answered: u64 = m.stretches.iter().map(|s| s.answered).sum();
    let (wall, setup) = (loaded.wall_time.as_secs_f64(), loaded.setup_time.as_secs_f64());
    let of = |h: &scenarios::load::Coarse, q: f64| percentile_us(h, q).map(ms);
    let course: Vec<Stretch> = (0..)
        .zip(&m.stretches)
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
        .collect();
    let warm_up_s = load.warm_up.0.as_secs_f64();
    let faults: Vec<FaultRun> =
        m.faults.iter().map(|(at, what)| FaultRun { at_s: *at as f64 / 1e9 - warm_up_s, what: what.clone() }).collect();
    let recovery_s = match (faults.first(), faults.last()) {
        (Some(first), Some(last)) => recovery(&course, first.at_s, last.at_s),
        _ => None,
    };
    LoadRun {
        seed,
        came: m.came,
        measured: m.measured,
        outcomes: m.outcomes.iter().map(|(code, n)| (code.code().to_string(), *n)).collect(),
        answered: answered as f64 / m.measured.max(1) as f64,
        goodput_per_s: answered as f64 / measured_s,
        most_at_counters: m.most_under_way as u64,
        left_over: loaded.left_over,
        facilities_visited: loaded.facilities_open,
        virtual_s: loaded.virtual_time.as_secs_f64(),
        counter: times(&m.batches.iter().map(|b| &b.counter).collect::<Vec<_>>()),
        answer: times(&m.batches.iter().map(|b| &b.answer).collect::<Vec<_>>()),
        steps: m.steps.iter().map(|s| times(&[s])).collect(),
        stations: loaded.stations.iter().map(|s| station(s, load)).collect(),
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

pub(super) fn results(study: &Study<'_>, runs: Vec<LoadRun>) -> anyhow::Result<LoadResults> {
    let several = runs.len() > 1;
    let (counter, answer) = match runs.first() {
        Some(one) if !several => (one.counter, one.answer),
        _ => (over_seeds(&runs, |r| &r.counter), over_seeds(&runs, |r| &r.answer)),
    };
    let results = LoadResults {
        schema: SCHEMA.into(),
        tool: "shikaku".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        openssl: scenarios::openssl_version().into(),
        scenario: study.scenario.name.clone(),
        sha256: study.scenario.sha256.clone(),
        design: study.design.name.clone(),
        crypto: study.crypto.name().into(),
        rate_per_s: study.load.rate.0,
        facilities: study.load.facilities(),
        sites: study.load.sites,
        measured_s: study.load.lasts.0.as_secs_f64(),
        intervals: if several { "seeds" } else { "batches" }.into(),
        counter,
        answer,
        runs,
        digest: String::new(),
    };
    Ok(results.sealed()?)
}
