//! A station: workers that serve one job at a time, and a queue in front of them. First come, first served, in exact nanoseconds.
//!
//! The start and end of a job are computed when it arrives, by recursion over the times at which the workers become free; the
//! job then wakes once, at its end. An idle station costs nothing. On an engine with ticks, jobs whose exact times lie within
//! two ticks of each other may be served in another order than that of their exact times; the times themselves are never
//! rounded.

use super::figures::{Book, StationFigures};
use super::little::{Count, Little, LittleBroken};
use sim::clock::{self, nanos};
use sim::context::{self, World};
use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::rc::Rc;
use std::time::Duration;
use tokio::sync::Notify;

/// The longest that one job can take. No run lasts this long.
const LONGEST_JOB: u64 = 30 * 24 * 3600 * 1_000_000_000;

/// How a station queues.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Queueing {
    /// The number of workers. `None` is unlimited: no job waits.
    pub workers: Option<usize>,
    /// The most jobs that wait. Further jobs are rejected; work that has begun continues ([`Station::go_on`]). `None` is
    /// unlimited.
    pub queue: Option<usize>,
    /// The longest wait of a job. A job that would wait longer is rejected.
    pub patience: Option<Duration>,
}

/// A job that is rejected: the queue is full, or the wait would be too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the queue is full")]
pub struct Busy;

/// The workers and the queue of one server. They survive a restart of the server; [`Station::reset`] is for a crash.
pub struct Station {
    inner: RefCell<Inner>,
}

/// One job, from its arrival to its end. Times are nanoseconds since the start of the run.
pub(super) struct Job {
    pub arrival: u64,
    service: u64,
    start: Cell<u64>,
    pub end: Cell<u64>,
    /// When its caller went away before its end.
    left: Cell<Option<u64>>,
    /// Whether it was lost in a crash of its host.
    lost: Cell<bool>,
    /// Notified when start and end have changed.
    moved: Notify,
}

struct Inner {
    queueing: Queueing,
    /// The configured number of workers, which a fault may reduce.
    given: Option<usize>,
    /// When each worker has finished all jobs accepted so far. Empty if workers are unlimited.
    free: BinaryHeap<Reverse<u64>>,
    /// Jobs in the order of arrival; those at the front that have ended are removed when another one arrives.
    jobs: VecDeque<Rc<Job>>,
    /// The start times of the waiting jobs.
    starts: BinaryHeap<Reverse<u64>>,
    book: Book,
    count: Count,
}

impl Station {
    /// A station whose figures are kept by time buckets of this width.
    pub fn new(queueing: Queueing, bucket: Duration) -> Rc<Station> {
        let inner = Inner {
            queueing,
            given: queueing.workers,
            free: all_free(queueing.workers, 0),
            jobs: VecDeque::new(),
            starts: BinaryHeap::new(),
            book: Book::new(nanos(bucket)),
            count: Count::default(),
        };
        Rc::new(Station { inner: RefCell::new(inner) })
    }

    /// Runs a job that takes `time`: waits for a worker and for the work. A job that takes no time returns at once. If the caller
    /// goes away, the job is still done.
    pub async fn work(&self, time: Duration) -> Result<(), Busy> {
        if time.is_zero() {
            return Ok(());
        }
        let job = self.inner.borrow_mut().admit(clock::now(), nanos(time), Bound::Kept)?;
        self.wait_for(job).await;
        Ok(())
    }

    /// Like [`Station::work`], for a job that belongs to work that has begun: it waits like any other and is never rejected.
    pub async fn go_on(&self, time: Duration) {
        if time.is_zero() {
            return;
        }
        let job = self.inner.borrow_mut().admit(clock::now(), nanos(time), Bound::Ignored);
        if let Ok(job) = job {
            self.wait_for(job).await;
        }
    }

    async fn wait_for(&self, job: Rc<Job>) {
        let caller = Caller::enter(self, job.clone());
        loop {
            let end = job.end.get();
            if self.is_limited() {
                tokio::select! {
                    biased;
                    () = clock::sleep_until(end) => {}
                    () = job.moved.notified() => {}
                }
            } else {
                clock::sleep_until(end).await;
            }
            if job.lost.get() {
                // Its host is down: the caller never gets a result.
                drop(caller);
                return std::future::pending().await;
            }
            if job.end.get() <= clock::now() {
                break;
            }
        }
        caller.leave();
    }

    fn is_limited(&self) -> bool {
        self.inner.borrow().given.is_some()
    }

    /// From `now_ns` on, this share of the configured workers is active, rounded down, but at least one. Jobs in service are
    /// finished; waiting jobs are served by the remaining workers. With unlimited workers nothing changes.
    pub fn work_at(&self, share: f64, now_ns: u64) {
        let mut inner = self.inner.borrow_mut();
        let Some(given) = inner.given else { return };
        let left = ((given as f64 * share) as usize).clamp(1, given);
        inner.reschedule(left, now_ns);
    }

    /// The host went down at `now_ns`: all jobs that are waiting or in service are lost.
    pub fn reset(&self, now_ns: u64) {
        self.inner.borrow_mut().lose_all(now_ns);
    }

    /// Records the current number of connections.
    pub fn has_connections(&self, count: usize) {
        let book = &mut self.inner.borrow_mut().book;
        book.most_connections = book.most_connections.max(count as u64);
    }

    /// Records that a connection was closed because there are too many.
    pub fn refused_connection(&self) {
        self.inner.borrow_mut().book.connections_refused += 1;
    }

    /// The figures up to `now_ns`.
    pub fn figures(&self, now_ns: u64) -> StationFigures {
        let inner = self.inner.borrow();
        let mut book = inner.book.clone();
        book.cross(now_ns, &inner.starts);
        let mut present = 0;
        for job in inner.jobs.iter().filter(|j| j.end.get() > now_ns) {
            present += 1;
            job.cut(&mut book, now_ns);
        }
        book.figures(inner.given, present)
    }

    /// Little's law, L = λW, from the start of the run to `now_ns`: the number of callers present, counted as they enter and
    /// leave, against the stays of jobs by the recursion.
    pub fn littles_law(&self, now_ns: u64) -> Result<Little, LittleBroken> {
        let inner = self.inner.borrow();
        let ahead = inner.jobs.iter().filter(|j| j.left.get().is_none() && j.end.get() > now_ns);
        let (present, rest) = ahead.fold((0, 0), |(n, rest), j| (n + 1, rest + i128::from(j.end.get()) - i128::from(now_ns)));
        inner.count.littles_law(now_ns, inner.book.stayed_ns(), present, rest)
    }

    /// Makes the station miss the next caller that leaves, so that a test can see that this is detected.
    #[cfg(test)]
    pub(super) fn forget_one(&self) {
        self.inner.borrow_mut().count.forget_one();
    }
}

/// Whether the queue's bounds apply to a job.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bound {
    Kept,
    Ignored,
}

fn all_free(workers: Option<usize>, now: u64) -> BinaryHeap<Reverse<u64>> {
    std::iter::repeat_n(Reverse(now), workers.unwrap_or(0)).collect()
}

impl Inner {
    /// Removes what has ended at `now`.
    fn advance(&mut self, now: u64) {
        self.book.cross(now, &self.starts);
        while self.starts.peek().is_some_and(|Reverse(start)| *start <= now) {
            self.starts.pop();
        }
        while self.jobs.front().is_some_and(|j| j.end.get() <= now) {
            self.jobs.pop_front();
        }
    }

    /// Accepts or rejects a job.
    fn admit(&mut self, now: u64, service: u64, bound: Bound) -> Result<Rc<Job>, Busy> {
        self.advance(now);
        self.book.arrived(now);
        let start = self.free.peek().map_or(now, |Reverse(free)| now.max(*free));
        let Queueing { workers, queue, patience } = self.queueing;
        if start > now && bound == Bound::Kept {
            let full = queue.is_some_and(|most| self.starts.len() >= most);
            let long = patience.is_some_and(|most| start - now > nanos(most));
            if full || long {
                self.book.shed(now);
                return Err(Busy);
            }
        }
        let service = service.min(LONGEST_JOB);
        let job = Rc::new(Job {
            arrival: now,
            service,
            start: Cell::new(start),
            end: Cell::new(start.saturating_add(service)),
            left: Cell::new(None),
            lost: Cell::new(false),
            moved: Notify::new(),
        });
        if workers.is_some() {
            self.free.pop();
            self.free.push(Reverse(job.end.get()));
        }
        if start > now {
            self.starts.push(Reverse(start));
            self.book.queues(now, self.starts.len());
        }
        job.book(&mut self.book);
        self.jobs.push_back(job.clone());
        Ok(job)
    }

    /// Reassigns the waiting jobs to `workers` workers.
    fn reschedule(&mut self, workers: usize, now: u64) {
        self.advance(now);
        self.queueing.workers = Some(workers);
        let running = self.jobs.iter().filter(|j| j.start.get() <= now && j.end.get() > now);
        let mut ends: Vec<u64> = running.map(|j| j.end.get()).collect();
        // While there are too many workers, those that finish first take no further job.
        ends.sort_unstable_by_key(|end| Reverse(*end));
        ends.resize(workers, now);
        self.free = ends.into_iter().map(Reverse).collect();
        self.starts.clear();
        for job in self.jobs.iter().filter(|j| j.start.get() > now) {
            job.unbook(&mut self.book);
            let Some(Reverse(free)) = self.free.pop() else { break };
            let (start, before) = (free.max(now).max(job.arrival), job.end.get());
            let end = start.saturating_add(job.service);
            job.start.set(start);
            job.end.set(end);
            self.free.push(Reverse(end));
            job.book(&mut self.book);
            if job.left.get().is_some() {
                self.count.went_away_ns += i128::from(end) - i128::from(before);
            }
            if start > now {
                self.starts.push(Reverse(start));
            }
            job.moved.notify_one();
        }
    }

    fn lose_all(&mut self, now: u64) {
        self.advance(now);
        for job in self.jobs.drain(..).filter(|j| j.end.get() > now) {
            job.cut(&mut self.book, now);
            self.book.lost += 1;
            let ended = now.max(job.arrival);
            if job.left.get().is_some() {
                self.count.went_away_ns += i128::from(ended) - i128::from(job.end.get());
            }
            job.start.set(job.start.get().min(ended));
            job.end.set(ended);
            job.lost.set(true);
            job.moved.notify_one();
        }
        self.starts.clear();
        self.free = all_free(self.queueing.workers, now);
    }
}

impl Job {
    fn book(&self, book: &mut Book) {
        book.waits(self.arrival, self.start.get(), true);
        book.works(self.start.get(), self.end.get(), true);
    }

    fn unbook(&self, book: &mut Book) {
        book.waits(self.arrival, self.start.get(), false);
        book.works(self.start.get(), self.end.get(), false);
    }

    /// Reverses the times that are booked after `now`.
    fn cut(&self, book: &mut Book, now: u64) {
        let (start, end) = (self.start.get(), self.end.get());
        book.waits(now.clamp(self.arrival, start), start, false);
        book.works(now.clamp(start, end), end, false);
    }
}

/// The caller that waits for a job. Counted while it waits.
struct Caller<'a> {
    station: &'a Station,
    job: Rc<Job>,
    world: Rc<World>,
    has_left: bool,
}

impl<'a> Caller<'a> {
    fn enter(station: &'a Station, job: Rc<Job>) -> Self {
        let world = context::world();
        station.inner.borrow_mut().count.enter(clock::now(), world.slack());
        Caller { station, job, world, has_left: false }
    }

    /// The job is done.
    fn leave(mut self) {
        self.has_left = true;
        self.station.inner.borrow_mut().count.leave(clock::now(), self.job.end.get());
    }
}

impl Drop for Caller<'_> {
    fn drop(&mut self) {
        if self.has_left {
            return;
        }
        // A caller may be dropped outside any task, as in a crash: then there is no exact time.
        let now = self.world.engine_now().max(self.job.arrival);
        let mut inner = self.station.inner.borrow_mut();
        if self.job.end.get() <= now {
            inner.count.leave(now, self.job.end.get());
        } else {
            self.job.left.set(Some(now));
            inner.count.go_away(now, self.job.end.get());
        }
    }
}

/// The recursion alone, without callers and without an engine.
#[cfg(test)]
pub(super) mod testing {
    use super::*;

    pub struct Recursion(Rc<Station>);

    impl Recursion {
        pub fn new(queueing: Queueing) -> Self {
            Recursion(Station::new(queueing, Duration::from_secs(10)))
        }

        /// How long a job that arrives at `now` waits.
        pub fn wait(&mut self, now: u64, takes: Duration) -> u64 {
            self.try_wait(now, nanos(takes)).unwrap_or_default()
        }

        pub fn try_wait(&mut self, now: u64, takes: u64) -> Option<u64> {
            let job = self.0.inner.borrow_mut().admit(now, takes, Bound::Kept).ok()?;
            Some(job.start.get() - now)
        }
    }
}
