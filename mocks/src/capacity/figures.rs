//! The figures of a station: whole numbers, in nanoseconds, in total and by time bucket.

use super::little::Little;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The most time buckets. Anything later counts in the last one.
const MOST_BUCKETS: usize = 1 << 17;

/// The figures of a station in one time bucket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bucket {
    /// Jobs that arrived, including rejected ones.
    pub arrivals: u64,
    /// Jobs that were rejected.
    pub shed: u64,
    /// Busy time of all workers together, in nanoseconds.
    pub busy_ns: u64,
    /// Waiting time of all jobs together, in nanoseconds.
    pub queue_ns: u64,
    /// The most jobs that waited at once.
    pub longest_queue: u64,
}

/// The figures of a station from the start of the run to a moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StationFigures {
    /// The name of the station's server.
    pub name: String,
    /// The number of workers, if limited.
    pub workers: Option<usize>,
    /// Jobs that arrived, including rejected ones.
    pub arrived: u64,
    /// Jobs that were done.
    pub served: u64,
    /// Jobs that were rejected.
    pub shed: u64,
    /// Jobs that were lost in a crash of their host.
    pub lost: u64,
    /// Jobs that are waiting or in service at the end.
    pub present: u64,
    /// Waiting time of all jobs together, in nanoseconds.
    pub wait_ns: u128,
    /// Busy time of all workers together, in nanoseconds.
    pub service_ns: u128,
    /// The most jobs that waited at once.
    pub longest_queue: u64,
    /// Connections that were closed because there were too many.
    pub connections_refused: u64,
    /// The most connections at once.
    pub most_connections: u64,
    /// Width of a time bucket, in nanoseconds.
    pub bucket_ns: u64,
    pub buckets: Vec<Bucket>,
    /// The result of the check of Little's law.
    pub little: Option<Little>,
}

/// The running figures. Times are booked when a job arrives, up to its end, and reversed if its times change.
#[derive(Clone)]
pub(super) struct Book {
    bucket_ns: u64,
    buckets: Vec<Bucket>,
    /// The bucket of the newest arrival.
    newest: usize,
    arrived: u64,
    shed: u64,
    pub lost: u64,
    wait_ns: u128,
    service_ns: u128,
    longest_queue: u64,
    pub most_connections: u64,
    pub connections_refused: u64,
}

impl Book {
    pub fn new(bucket_ns: u64) -> Self {
        Book {
            bucket_ns: bucket_ns.max(1),
            buckets: Vec::new(),
            newest: 0,
            arrived: 0,
            shed: 0,
            lost: 0,
            wait_ns: 0,
            service_ns: 0,
            longest_queue: 0,
            most_connections: 0,
            connections_refused: 0,
        }
    }

    fn index(&self, at: u64) -> usize {
        usize::try_from(at / self.bucket_ns).unwrap_or(usize::MAX).min(MOST_BUCKETS - 1)
    }

    fn bucket(&mut self, index: usize) -> &mut Bucket {
        if index >= self.buckets.len() {
            self.buckets.resize(index + 1, Bucket::default());
        }
        &mut self.buckets[index]
    }

    pub fn arrived(&mut self, at: u64) {
        self.arrived += 1;
        let index = self.index(at);
        self.bucket(index).arrivals += 1;
    }

    pub fn shed(&mut self, at: u64) {
        self.shed += 1;
        let index = self.index(at);
        self.bucket(index).shed += 1;
    }

    /// `waiting` jobs wait from `at` on.
    pub fn queues(&mut self, at: u64, waiting: usize) {
        let (waiting, index) = (waiting as u64, self.index(at));
        self.longest_queue = self.longest_queue.max(waiting);
        let bucket = self.bucket(index);
        bucket.longest_queue = bucket.longest_queue.max(waiting);
    }

    /// Advances to `now`: at the start of each bucket until then, the jobs that start later are waiting.
    pub fn cross(&mut self, now: u64, starts: &BinaryHeap<Reverse<u64>>) {
        let index = self.index(now);
        for next in self.newest + 1..=index {
            let begins = next as u64 * self.bucket_ns;
            let waiting = starts.iter().filter(|Reverse(start)| *start > begins).count();
            if waiting == 0 {
                break;
            }
            self.queues(begins, waiting);
        }
        self.newest = self.newest.max(index);
    }

    /// Books that a job waits from one time to another, or reverses it.
    pub fn waits(&mut self, from: u64, to: u64, add: bool) {
        let span = u128::from(to.saturating_sub(from));
        self.wait_ns = if add { self.wait_ns + span } else { self.wait_ns - span };
        self.spread(from, to, |bucket, ns| bucket.queue_ns = changed(bucket.queue_ns, ns, add));
    }

    /// Books that a worker works from one time to another, or reverses it.
    pub fn works(&mut self, from: u64, to: u64, add: bool) {
        let span = u128::from(to.saturating_sub(from));
        self.service_ns = if add { self.service_ns + span } else { self.service_ns - span };
        self.spread(from, to, |bucket, ns| bucket.busy_ns = changed(bucket.busy_ns, ns, add));
    }

    fn spread(&mut self, mut from: u64, to: u64, mut book: impl FnMut(&mut Bucket, u64)) {
        while from < to {
            let index = self.index(from);
            let ends = if index + 1 == MOST_BUCKETS { u64::MAX } else { (index as u64 + 1).saturating_mul(self.bucket_ns) };
            let until = to.min(ends);
            book(self.bucket(index), until - from);
            from = until;
        }
    }

    /// How long all jobs stay, in nanoseconds.
    pub fn stayed_ns(&self) -> u128 {
        self.wait_ns + self.service_ns
    }

    pub fn figures(self, workers: Option<usize>, present: u64) -> StationFigures {
        StationFigures {
            name: String::new(),
            workers,
            arrived: self.arrived,
            served: self.arrived - self.shed - self.lost - present,
            shed: self.shed,
            lost: self.lost,
            present,
            wait_ns: self.wait_ns,
            service_ns: self.service_ns,
            longest_queue: self.longest_queue,
            connections_refused: self.connections_refused,
            most_connections: self.most_connections,
            bucket_ns: self.bucket_ns,
            buckets: self.buckets,
            little: None,
        }
    }
}

fn changed(sum: u64, by: u64, up: bool) -> u64 {
    if up { sum.saturating_add(by) } else { sum.saturating_sub(by) }
}
