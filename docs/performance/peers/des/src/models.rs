//! The parties: a facility that sends checks, delays without a queue, stations with one.

use std::collections::VecDeque;
use std::time::Duration;

use nexosim::model::{Context, Model, schedulable};
use nexosim::ports::Output;
use nexosim::time::MonotonicTime;
use rand::SeedableRng;
use rand_distr::{Distribution, Exp, LogNormal};
use rand_pcg::Pcg64Mcg;
use serde::{Deserialize, Serialize};

const ARRIVALS: f64 = 100.0; // a second
const STAFF_MIN: f64 = 0.8;
const STAFF_MU: f64 = 0.0; // a median of 1 s: ln 1 is 0
const STAFF_SIGMA: f64 = 0.4;
const RECORD: Duration = Duration::from_millis(3);

/// One check in progress.
#[derive(Clone, Serialize, Deserialize)]
pub struct Check {
    pub number: usize,
    pub sent: MonotonicTime,
    pub answered: MonotonicTime,
    /// The sum of both waits at each station.
    pub waits: [Duration; 2],
}

/// A positive duration: nothing can be scheduled for the present moment.
fn seconds(value: f64) -> Duration {
    Duration::from_secs_f64(value).max(Duration::from_nanos(1))
}

fn exponential(mean: f64) -> Exp<f64> {
    Exp::new(1.0 / mean).expect("means are positive")
}

/// A separate random number generator for each model, as models may run in parallel.
fn generator(seed: u64, model: u64) -> Pcg64Mcg {
    // Two bits for three models; `seed_from_u64` makes neighbouring seeds independent.
    Pcg64Mcg::seed_from_u64((seed << 2) | model)
}

/// Checks arrive here and are entered by staff, and their answers are recorded.
#[derive(Serialize, Deserialize)]
pub struct Facility {
    pub line: Output<Check>,
    pub recorded: Output<Check>,
    arrived: usize,
    checks: usize,
    rng: Pcg64Mcg,
}

#[Model]
impl Facility {
    pub fn new(checks: usize, seed: u64) -> Self {
        Self { line: Output::default(), recorded: Output::default(), arrived: 0, checks, rng: generator(seed, 2) }
    }

    #[nexosim(init)]
    async fn init(&mut self, cx: &Context<Self>) {
        self.next(cx);
    }

    fn next(&mut self, cx: &Context<Self>) {
        if self.arrived < self.checks {
            let gap = exponential(1.0 / ARRIVALS).sample(&mut self.rng);
            cx.schedule_event(seconds(gap), schedulable!(Self::arrive), ()).expect("the gap is positive");
        }
    }

    #[nexosim(schedulable)]
    fn arrive(&mut self, _: (), cx: &Context<Self>) {
        let staff = LogNormal::new(STAFF_MU, STAFF_SIGMA).expect("sigma is finite").sample(&mut self.rng);
        let delay = seconds(STAFF_MIN + staff);
        cx.schedule_event(delay, schedulable!(Self::send), self.arrived).expect("the delay is positive");
        self.arrived += 1;
        self.next(cx);
    }

    #[nexosim(schedulable)]
    async fn send(&mut self, number: usize, cx: &Context<Self>) {
        let now = cx.time();
        self.line.send(Check { number, sent: now, answered: now, waits: [Duration::ZERO; 2] }).await;
    }

    /// The answer arrives.
    pub fn answer(&mut self, mut check: Check, cx: &Context<Self>) {
        check.answered = cx.time();
        cx.schedule_event(RECORD, schedulable!(Self::record), check).expect("the delay is positive");
    }

    #[nexosim(schedulable)]
    async fn record(&mut self, check: Check) {
        self.recorded.send(check).await;
    }
}

/// A path with the same delay for each check.
#[derive(Serialize, Deserialize)]
pub struct Delay {
    pub output: Output<Check>,
    length: Duration,
}

#[Model]
impl Delay {
    pub fn new(length: Duration) -> Self {
        Self { output: Output::default(), length }
    }

    pub fn enter(&mut self, check: Check, cx: &Context<Self>) {
        cx.schedule_event(self.length, schedulable!(Self::leave), check).expect("the delay is positive");
    }

    #[nexosim(schedulable)]
    async fn leave(&mut self, check: Check) {
        self.output.send(check).await;
    }
}

/// A check at a station: whether this is its last visit, and since when.
#[derive(Clone, Serialize, Deserialize)]
struct Visit {
    check: Check,
    last: bool,
    since: MonotonicTime,
}

/// Servers behind one queue, first come, first served. A check visits twice, each time for different work.
#[derive(Serialize, Deserialize)]
pub struct Station {
    pub after_first: Output<Check>,
    pub after_last: Output<Check>,
    /// The index of this station's waits in a check.
    index: usize,
    idle: usize,
    means: [f64; 2],
    queue: VecDeque<Visit>,
    rng: Pcg64Mcg,
}

#[Model]
impl Station {
    pub fn new(index: usize, servers: usize, means: [f64; 2], seed: u64) -> Self {
        Self {
            after_first: Output::default(),
            after_last: Output::default(),
            index,
            idle: servers,
            means,
            queue: VecDeque::new(),
            rng: generator(seed, index as u64),
        }
    }

    /// A check's first visit.
    pub fn first(&mut self, check: Check, cx: &Context<Self>) {
        self.enter(Visit { check, last: false, since: cx.time() }, cx);
    }

    /// A check's last visit.
    pub fn last(&mut self, check: Check, cx: &Context<Self>) {
        self.enter(Visit { check, last: true, since: cx.time() }, cx);
    }

    fn enter(&mut self, visit: Visit, cx: &Context<Self>) {
        if self.idle > 0 {
            self.idle -= 1;
            self.serve(visit, cx);
        } else {
            self.queue.push_back(visit);
        }
    }

    fn serve(&mut self, mut visit: Visit, cx: &Context<Self>) {
        visit.check.waits[self.index] += cx.time().duration_since(visit.since);
        let service = exponential(self.means[usize::from(visit.last)]).sample(&mut self.rng);
        cx.schedule_event(seconds(service), schedulable!(Self::served), visit).expect("the service is positive");
    }

    #[nexosim(schedulable)]
    async fn served(&mut self, visit: Visit, cx: &Context<Self>) {
        match self.queue.pop_front() {
            Some(next) => self.serve(next, cx),
            None => self.idle += 1,
        }
        let output = if visit.last { &mut self.after_last } else { &mut self.after_first };
        output.send(visit.check).await;
    }
}
