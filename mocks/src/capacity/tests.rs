use super::*;
use crate::capacity::station::testing::Recursion;
use sim::context::{self, Party};
use sim::engine::{EngineKind, Simulation, Until};
use sim::seed::Seed;
use sim::terms::roles::Zone;
use std::cell::Cell;

const MS: u64 = 1_000_000;

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

fn queueing(workers: usize, queue: Option<usize>) -> Queueing {
    Queueing { workers: Some(workers), queue, patience: None }
}

/// Runs `test` as a party of a simulation for `lasts` milliseconds. `at` is called at each tick.
fn play(lasts: u64, mut at: impl FnMut(u64), test: impl AsyncFn() + 'static) {
    let seed = Seed::new(1, "capacity");
    let (mut simulation, world) = Simulation::new(EngineKind::Ticks, seed, jiff::Timestamp::UNIX_EPOCH, Default::default());
    let (test, party) = (Rc::new(test), Party::new(&seed, "broker", Zone::Broker));
    let host_world = world.clone();
    let software = move || {
        let test = test.clone();
        let inside = async move {
            test().await;
            std::future::pending::<()>().await;
        };
        context::within(host_world.clone(), party.clone(), inside)
    };
    Simulation::host(&mut simulation, "broker", |_| {}, software);
    let done = |now: Duration| {
        at(now.as_millis() as u64);
        if now >= ms(lasts) { Until::Done } else { Until::Open }
    };
    simulation.run_until(done, ms(lasts + 1)).unwrap();
}

/// When each job arrived, and when it was done, if it was accepted.
type Ends = Rc<RefCell<Vec<(u64, Option<u64>)>>>;

/// Submits a job at a time and records when it was done.
fn bring(station: &Rc<Station>, at: u64, takes: u64, into: &Ends) {
    let (station, into) = (station.clone(), into.clone());
    drop(context::spawn(async move {
        sim::clock::sleep_until(at).await;
        let done = station.work(Duration::from_nanos(takes)).await;
        into.borrow_mut().push((at, done.ok().map(|()| sim::clock::now())));
    }));
}

#[test]
fn two_workers_serve_in_turn_and_a_full_queue_rejects() {
    let station = Station::new(queueing(2, Some(1)), ms(10));
    let ends = Rc::new(RefCell::new(Vec::new()));
    let (mine, into) = (station.clone(), ends.clone());
    play(
        60,
        |_| {},
        async move || {
            for (at, takes) in [(1_000_001, 5 * MS), (2 * MS, 20 * MS), (2_500_000, MS), (3_000_000, MS), (40 * MS, 7)] {
                bring(&mine, at, takes, &into);
            }
        },
    );
    let mut ends = ends.take();
    ends.sort();
    let wanted = [
        (1_000_001, Some(6_000_001)),
        (2 * MS, Some(22 * MS)),
        // Waits for the first.
        (2_500_000, Some(7_000_001)),
        // The queue has room for one.
        (3 * MS, None),
        (40 * MS, Some(40 * MS + 7)),
    ];
    assert_eq!(ends, wanted);
    let figures = station.figures(60 * MS);
    assert_eq!((figures.arrived, figures.served, figures.shed, figures.longest_queue), (5, 4, 1, 1));
    assert_eq!((figures.wait_ns, figures.service_ns), (3_500_001, 26_000_007));
    let by_bucket: Vec<_> = figures.buckets.iter().map(|b| (b.arrivals, b.shed, b.busy_ns, b.queue_ns)).collect();
    let second = (0, 0, 10 * MS, 0);
    let first = (4, 1, 5 * MS + 8 * MS + MS, 3_500_001);
    assert_eq!(by_bucket[..5], [first, second, (0, 0, 2 * MS, 0), (0, 0, 0, 0), (1, 0, 7, 0)]);
    let little = station.littles_law(60 * MS).unwrap();
    assert_eq!((little.entered, little.present, little.area_ns), (4, 0, 29_500_008));
    assert!((little.l() - little.lambda_per_s() * little.w_s()).abs() < 1e-9);
}

#[test]
fn a_job_without_time_needs_no_worker_and_no_job_waits_for_unlimited_workers() {
    let (none, many) = (Station::new(queueing(1, Some(0)), ms(10)), Station::new(Queueing::default(), ms(10)));
    let ends = Rc::new(RefCell::new(Vec::new()));
    let (one, all, into) = (none.clone(), many.clone(), ends.clone());
    play(
        30,
        |_| {},
        async move || {
            bring(&one, MS, 0, &into);
            for _ in 0..3 {
                bring(&all, 2 * MS, 9 * MS + 1, &into);
            }
        },
    );
    assert_eq!(
        ends.take(),
        [(MS, Some(MS)), (2 * MS, Some(11 * MS + 1)), (2 * MS, Some(11 * MS + 1)), (2 * MS, Some(11 * MS + 1))]
    );
    assert_eq!((none.figures(30 * MS).arrived, many.figures(30 * MS).served), (0, 3));
    assert_eq!(many.littles_law(30 * MS).unwrap().area_ns, 27_000_003);
}

#[test]
fn the_job_of_a_caller_that_goes_away_is_still_done_and_littles_law_is_true_at_any_time() {
    let station = Station::new(queueing(1, None), ms(10));
    let ends = Rc::new(RefCell::new(Vec::new()));
    let (mine, into) = (station.clone(), ends.clone());
    let (watched, checked) = (station.clone(), Rc::new(Cell::new(0)));
    let count = checked.clone();
    let watch = move |now: u64| {
        watched.littles_law(now * MS).unwrap_or_else(|e| panic!("at {now} ms: {e}"));
        count.set(count.get() + 1);
    };
    play(100, watch, async move || {
        let impatient = mine.clone();
        drop(context::spawn(async move {
            sim::clock::sleep_until(MS).await;
            assert!(sim::clock::timeout(ms(5), impatient.work(ms(30))).await.is_err());
        }));
        bring(&mine, 2 * MS, 10 * MS, &into);
        bring(&mine, 50 * MS, 200 * MS, &into);
    });
    assert_eq!(ends.take(), [(2 * MS, Some(41 * MS))]);
    let figures = station.figures(100 * MS);
    assert_eq!((figures.served, figures.present, figures.wait_ns, figures.service_ns), (2, 1, 29_000_000, 90_000_000));
    let little = station.littles_law(100 * MS).unwrap();
    // The last caller goes away with the simulation.
    assert_eq!((little.went_away, little.present, little.area_ns), (2, 0, (5 + 39 + 50) * i128::from(MS)));
    assert_eq!(checked.get(), 101);
}

#[test]
fn a_station_that_misses_a_caller_is_detected() {
    let station = Station::new(queueing(1, None), ms(10));
    let mine = station.clone();
    play(
        30,
        |_| {},
        async move || {
            bring(&mine, MS, 2 * MS, &Rc::default());
            bring(&mine, 5 * MS, 2 * MS, &Rc::default());
            mine.forget_one();
        },
    );
    let broken = station.littles_law(30 * MS).unwrap_err();
    assert!(matches!(broken, LittleBroken::Area { .. }), "{broken}");
}

#[test]
fn a_crash_loses_waiting_jobs_and_jobs_in_service() {
    let station = Station::new(queueing(1, None), ms(10));
    let (mine, controlled) = (station.clone(), station.clone());
    let ends = Rc::new(RefCell::new(Vec::new()));
    let into = ends.clone();
    play(
        60,
        move |now| {
            if now == 20 {
                controlled.reset(20 * MS)
            }
        },
        async move || {
            bring(&mine, 2 * MS, 3 * MS, &into);
            bring(&mine, 6 * MS, 30 * MS, &into);
            bring(&mine, 7 * MS, 30 * MS, &into);
            bring(&mine, 30 * MS, 4 * MS, &into);
        },
    );
    assert_eq!(ends.take(), [(2 * MS, Some(5 * MS)), (30 * MS, Some(34 * MS))]);
    let figures = station.figures(60 * MS);
    assert_eq!((figures.arrived, figures.served, figures.lost, figures.present), (4, 2, 2, 0));
    assert_eq!((figures.wait_ns, figures.service_ns), (u128::from(13 * MS), u128::from((3 + 14 + 4) * MS)));
    station.littles_law(60 * MS).unwrap();
}

#[test]
fn removed_workers_finish_their_jobs_and_added_ones_take_from_the_queue() {
    let station = Station::new(queueing(2, None), ms(10));
    let (mine, controlled) = (station.clone(), station.clone());
    let ends = Rc::new(RefCell::new(Vec::new()));
    let into = ends.clone();
    let change = move |now| match now {
        5 => controlled.work_at(0.5, 5 * MS),
        40 => controlled.work_at(1.0, 40 * MS),
        n => drop(controlled.littles_law(n * MS).unwrap()),
    };
    play(100, change, async move || {
        for at in 1..=6 {
            bring(&mine, at * MS, 10 * MS, &into);
        }
        bring(&mine, 30 * MS, 10 * MS, &into);
    });
    let ends: Vec<u64> = ends.take().into_iter().map(|(_, end)| end.unwrap() / MS).collect();
    // Two begin at 1 and 2; at 5 one worker is removed: the one that finishes first, at 11. From 12 on one serves: ends at 22,
    // 32, 42. At 40 there are two again: one begins at once, the last when the other is done.
    assert_eq!(ends, [11, 12, 22, 32, 42, 50, 52]);
    assert_eq!(station.figures(100 * MS).served, 7);
    station.littles_law(100 * MS).unwrap();
}

#[test]
fn a_job_that_would_wait_too_long_is_rejected() {
    let station = Station::new(Queueing { patience: Some(ms(8)), ..queueing(1, None) }, ms(10));
    let (mine, ends) = (station.clone(), Rc::new(RefCell::new(Vec::new())));
    let into = ends.clone();
    play(
        60,
        |_| {},
        async move || {
            bring(&mine, MS, 9 * MS, &into);
            bring(&mine, 2 * MS, MS, &into);
            bring(&mine, 2 * MS, MS, &into);
        },
    );
    let mut ends = ends.take();
    ends.sort();
    assert_eq!(ends, [(MS, Some(10 * MS)), (2 * MS, None), (2 * MS, Some(11 * MS))]);
}

/// Erlang C: the mean wait in M/M/c, in mean service times.
fn erlang_c(workers: usize, load: f64) -> f64 {
    let terms = (0..workers).scan(1.0, |term, k| {
        let now = *term;
        *term *= load / (k + 1) as f64;
        Some(now)
    });
    let sum: f64 = terms.sum();
    let last = (1..=workers).fold(1.0, |p, k| p * load / k as f64) * workers as f64 / (workers as f64 - load);
    last / (sum + last) / (workers as f64 - load)
}

#[test]
fn waits_are_those_of_erlang_c() {
    for (workers, use_of_each) in [(1, 0.7), (2, 0.8), (8, 0.9)] {
        let mut stream = Seed::new(5, "erlang").stream("jobs");
        let exponential = |mean_ms| Distribution::Exponential { min_ms: 0.0, mean_ms };
        let service_ms = 5.0;
        let between = exponential(service_ms / (workers as f64 * use_of_each));
        let mut station = Recursion::new(queueing(workers, None));
        let (mut now, mut waited, jobs) = (0, 0u128, 400_000u64);
        for _ in 0..jobs {
            now += between.draw(&mut stream).as_nanos() as u64;
            waited += u128::from(station.wait(now, exponential(service_ms).draw(&mut stream)));
        }
        let mean = waited as f64 / jobs as f64 / (service_ms * 1e6);
        let wanted = erlang_c(workers, workers as f64 * use_of_each);
        assert!((mean / wanted - 1.0).abs() < 0.04, "{workers}: {mean}, but Erlang C gives {wanted}");
    }
}

#[test]
fn a_bounded_queue_gives_the_waits_of_a_step_by_step_simulation() {
    let mut stream = Seed::new(9, "brute").stream("jobs");
    for _ in 0..300 {
        let (workers, most) = (1 + (stream.next_u64() % 3) as usize, (stream.next_u64() % 4) as usize);
        let mut arrivals: Vec<(u64, u64)> = (0..25).map(|_| (stream.next_u64() % 60, 1 + stream.next_u64() % 9)).collect();
        arrivals.sort();
        let mut station = Recursion::new(queueing(workers, Some(most)));
        let found: Vec<Option<u64>> = arrivals.iter().map(|(at, takes)| station.try_wait(*at, *takes)).collect();
        // The same, simulated one nanosecond at a time.
        let (mut busy, mut line): (Vec<u64>, Vec<usize>) = (Vec::new(), Vec::new());
        let mut waits = vec![None; arrivals.len()];
        for t in 0..600 {
            busy.retain(|end| *end > t);
            let mut serve = |line: &mut Vec<usize>| {
                while busy.len() < workers && !line.is_empty() {
                    let job = line.remove(0);
                    waits[job] = Some(t - arrivals[job].0);
                    busy.push(t + arrivals[job].1);
                }
            };
            serve(&mut line);
            for (job, _) in arrivals.iter().enumerate().filter(|(_, (at, _))| *at == t) {
                line.push(job);
                serve(&mut line);
                line.truncate(most);
            }
        }
        assert_eq!(found, waits, "{workers} workers, queue of {most}: {arrivals:?}");
    }
}

#[test]
fn pauses_grow_up_to_the_longest_and_jitter_stays_in_its_share() {
    let mut stream = Seed::new(1, "retry").stream("facility");
    let plain = RetryPolicy::default();
    assert_eq!([1, 2, 7].map(|n| plain.pause_after(n, None, &mut stream)), [ms(1500); 3]);
    let backoff = RetryPolicy { factor: 2.0, most_pause: Duration::from_secs(5), ..plain };
    assert_eq!([1, 2, 3, 9].map(|n| backoff.pause_after(n, None, &mut stream)), [ms(1500), ms(3000), ms(5000), ms(5000)]);
    let asked = |s| Some(Duration::from_secs(s));
    assert_eq!([1, 4, 60].map(|s| plain.pause_after(1, asked(s), &mut stream)), [ms(1500), ms(4000), ms(10_000)]);
    assert_eq!(RetryPolicy { heeds_retry_after: false, ..plain }.pause_after(1, asked(4), &mut stream), ms(1500));
    // Nothing was drawn so far.
    assert_eq!(stream.next_u64(), Seed::new(1, "retry").stream("facility").next_u64());
    let jitter = RetryPolicy { jitter: 0.5, ..plain };
    let drawn: Vec<_> = (0..200).map(|_| jitter.pause_after(1, None, &mut stream)).collect();
    assert!(drawn.iter().all(|p| (ms(750)..=ms(2250)).contains(p)) && drawn.iter().min() < Some(&ms(800)));
    assert!((0..200).all(|_| jitter.pause_after(1, asked(4), &mut stream) >= ms(4000)));
}
