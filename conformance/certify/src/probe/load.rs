//! The load of `certify --load`: good requests that arrive at a given rate whether or not earlier ones have been answered, on kept
//! connections, with every latency counted from the instant at which its request was due. So a server that stalls is charged for
//! all requests that waited for it (coordinated omission).

pub mod level;
mod measured;

pub use measured::Measured;

use super::Bench;
use super::client::{Open, Response, Seen};
use super::code::code_of;
use crate::clock::now;
use level::ServiceLevel;
use sim::sample::Distribution;
use sim::seed::Seed;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use terms::outcome::OutcomeCode;
use terms::percentile;

/// How long after the last request was due everything must have been answered.
const PATIENCE: Duration = Duration::from_secs(15);
/// How many requests each connection makes before anything is measured.
const WARM_UP: usize = 3;
/// The header that says when a busy server may be asked again.
const RETRY_AFTER: &str = "retry-after";

/// What is asked of the system.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Requests a second on average; the times between them are exponential, drawn from the seed.
    pub rate: f64,
    pub lasts: Duration,
    pub connections: usize,
    pub levels: Vec<ServiceLevel>,
}

/// When requests are due, after the start.
fn arrivals(plan: &Plan, seed: &Seed) -> Vec<Duration> {
    let gaps = Distribution::Exponential { min_ms: 0.0, mean_ms: 1e3 / plan.rate };
    let (mut stream, mut at, mut all) = (seed.stream("certify/load/arrivals"), Duration::ZERO, Vec::new());
    loop {
        at += gaps.draw(&mut stream);
        if at >= plan.lasts {
            return all;
        }
        all.push(at);
    }
}

/// One client's part.
#[derive(Default)]
struct Part {
    times: Vec<Duration>,
    late: Vec<Duration>,
    failed: usize,
    busy: usize,
    busy_without_retry_after: usize,
    not_sent: usize,
    reconnected: usize,
    first_failure: Option<String>,
}

impl Part {
    fn failed(&mut self, what: &Seen) {
        self.failed += 1;
        if let Seen::Response(response) = what
            && is_busy(response)
        {
            self.busy += 1;
            self.busy_without_retry_after += usize::from(response.header(RETRY_AFTER).is_none());
        }
        self.first_failure.get_or_insert_with(|| what.to_string());
    }
}

fn is_busy(response: &Response) -> bool {
    let codes = [OutcomeCode::BrokerBusy.code(), "busy"];
    response.status == 503 && code_of(&response.body).is_some_and(|code| codes.contains(&code.as_str()))
}

/// A client with a kept connection.
struct Client<'a> {
    bench: &'a Bench,
    open: Option<Open>,
    part: Part,
}

impl Client<'_> {
    /// One request. `None` if it was answered as it must be.
    fn ask(&mut self, number: usize, request: &[u8]) -> Option<Seen> {
        let mut open = match self.open.take() {
            Some(open) => open,
            None => match self.bench.server.open(&self.bench.tls()) {
                Ok(open) => {
                    self.part.reconnected += 1;
                    open
                }
                Err(seen) => return Some(seen),
            },
        };
        let seen = open.ask(request);
        let good = &self.bench.load;
        match &seen {
            _ if good.expect.unmet(&seen).is_some() => {
                // A refusal does not end a connection.
                self.open = matches!(&seen, Seen::Response(r) if is_busy(r)).then_some(open);
                Some(seen)
            }
            Seen::Response(response) if (good.answers)(number, &response.body) => {
                self.open = Some(open);
                None
            }
            _ => Some(Seen::NotHttp("the answer to another question, or none that the contract knows".into())),
        }
    }

    /// Opens the connection and makes some requests that do not count.
    fn warm_up(&mut self) {
        for _ in 0..WARM_UP {
            let number = self.bench.next();
            self.ask(number, &self.bench.load.request(number).bytes());
        }
        self.part = Part::default();
    }
}

/// Sends requests as planned.
pub fn run(bench: &Bench, plan: &Plan, seed: &Seed) -> Measured {
    let due = arrivals(plan, seed);
    let mut clients: Vec<Client<'_>> =
        (0..plan.connections).map(|_| Client { bench, open: None, part: Part::default() }).collect();
    std::thread::scope(|scope| clients.iter_mut().for_each(|client| drop(scope.spawn(|| client.warm_up()))));
    let (next, before) = (AtomicUsize::new(0), bench.mocks_cpu.used());
    let begun = now();
    std::thread::scope(|scope| {
        clients
            .iter_mut()
            .for_each(|client| drop(scope.spawn(|| play(client, &due, &next, begun, begun + plan.lasts + PATIENCE))));
    });
    let wall = begun.elapsed();
    let mocks_busy = before.zip(bench.mocks_cpu.used()).map(|(a, b)| b.saturating_sub(a).as_secs_f64() / wall.as_secs_f64());
    measured(plan, due.len(), wall, mocks_busy, clients.into_iter().map(|client| client.part))
}

/// Plays whichever requests are next, until none is left.
fn play(client: &mut Client<'_>, due: &[Duration], next: &AtomicUsize, begun: Instant, end: Instant) {
    while let Some(after) = due.get(next.fetch_add(1, Ordering::Relaxed)) {
        let intended = begun + *after;
        if now() > end {
            client.part.failed += 1;
            client.part.not_sent += 1;
            continue;
        }
        // What it takes to make a request is the client's own time.
        let number = client.bench.next();
        let request = client.bench.load.request(number).bytes();
        let early = intended.saturating_duration_since(now());
        if !early.is_zero() {
            std::thread::sleep(early);
            client.part.late.push(intended.elapsed());
        }
        match client.ask(number, &request) {
            None => client.part.times.push(intended.elapsed()),
            Some(seen) => client.part.failed(&seen),
        }
    }
}

fn measured(
    plan: &Plan,
    requests: usize,
    wall: Duration,
    mocks_busy: Option<f64>,
    parts: impl Iterator<Item = Part>,
) -> Measured {
    let mut all = Measured { requests, connections: plan.connections, mocks_busy, ..Measured::default() };
    let (mut times, mut late) = (Vec::new(), Vec::new());
    for part in parts {
        times.extend(part.times);
        late.extend(part.late);
        all.failed += part.failed;
        all.busy += part.busy;
        all.busy_without_retry_after += part.busy_without_retry_after;
        all.not_sent += part.not_sent;
        all.reconnected += part.reconnected;
        all.first_failure = all.first_failure.take().or(part.first_failure);
    }
    times.sort_unstable();
    late.sort_unstable();
    let of = |sorted: &[Duration], share| percentile::of_sorted(sorted, share).map_or(0.0, |d| d.as_secs_f64() * 1e3);
    let shares = [0.5, 0.9, 0.99, 0.999, 1.0].map(|share| of(&times, share));
    [all.p50_ms, all.p90_ms, all.p99_ms, all.p999_ms, all.max_ms] = shares;
    all.late_p99_ms = of(&late, 0.99);
    all.offered = requests as f64 / plan.lasts.as_secs_f64();
    all.answered = times.len() as f64 / wall.max(plan.lasts).as_secs_f64();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrivals_have_the_rate_and_are_those_of_the_seed() {
        let plan = Plan { rate: 500.0, lasts: Duration::from_secs(20), connections: 1, levels: Vec::new() };
        let all = arrivals(&plan, &Seed::new(1, "load"));
        // 10,000 exponential gaps: their sum has a standard deviation of 1 %.
        assert!((9_600..10_400).contains(&all.len()), "{}", all.len());
        assert!(all.is_sorted() && all.iter().all(|at| *at < plan.lasts));
        assert_eq!(all, arrivals(&plan, &Seed::new(1, "load")));
        assert_ne!(all, arrivals(&plan, &Seed::new(2, "load")));
    }

    #[test]
    fn percentiles_are_those_of_the_project_and_failures_are_counted() {
        let plan = Plan { rate: 10.0, lasts: Duration::from_secs(10), connections: 2, levels: Vec::new() };
        let times = |from: u64, to: u64| (from..=to).map(Duration::from_millis).collect();
        let one = Part { times: times(1, 50), ..Part::default() };
        let other = Part { times: times(51, 100), failed: 3, busy: 1, first_failure: Some("x".into()), ..Part::default() };
        let found = measured(&plan, 103, Duration::from_secs(11), Some(0.5), [one, other].into_iter());
        assert_eq!((found.p50_ms, found.p90_ms, found.p99_ms, found.p999_ms, found.max_ms), (50.0, 90.0, 99.0, 100.0, 100.0));
        assert_eq!((found.failed, found.busy, found.first_failure.as_deref()), (3, 1, Some("x")));
        assert!((found.offered - 10.3).abs() < 1e-9 && (found.answered - 100.0 / 11.0).abs() < 1e-9);
    }
}
