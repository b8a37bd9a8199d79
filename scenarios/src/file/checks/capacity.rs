//! Checks of capacities and links.

use super::{Checks, part};
use crate::file::capacity::{FacilityCapacity, LinkPart, ServerPart};
use crate::file::read::{KeyPath, Segment};
use crate::file::targets::{Server, Target};
use crate::file::{Share, Span};
use mocks::capacity::TimedOperation;
use sim::terms::roles::Zone;
use std::time::Duration;

/// The most workers, jobs that wait, and connections of a server.
const MAX_WORKERS: u64 = 100_000;
const MAX_QUEUE: u64 = 10_000_000;
/// The longest Retry-After, timeout of a facility, and pause between two attempts.
const MAX_WAIT: Duration = Duration::from_secs(3600);
const MAX_ATTEMPTS: u64 = 100;
const MAX_FACTOR: f64 = 100.0;

fn at(keys: &[&'static str]) -> KeyPath {
    std::iter::once("capacity").chain(keys.iter().copied()).map(Segment::Key).collect()
}

impl Checks<'_> {
    pub(super) fn capacity(&mut self) {
        let Some(capacity) = &self.scenario.capacity else { return };
        for (server, part) in &capacity.servers {
            self.server(*server, part);
        }
        if let Some(facility) = &capacity.facility {
            self.retries(facility);
        }
    }

    fn source(&mut self, place: KeyPath, source: &str) {
        let some = source.trim().trim_start_matches("assumption:").trim().len() > 2;
        self.demand(some, place, || {
            "`source` must state where the figures are from: a citation, or \"assumption: why they are likely\"".into()
        });
    }

    fn server(&mut self, host: Server, server: &ServerPart) {
        let name = host.name();
        self.source(at(&[name, "source"]), &server.source);
        self.bounds(name, server);
        if let Some(Span(after)) = server.retry_after {
            let valid = after.subsec_nanos() == 0 && after >= Duration::from_secs(1) && after <= MAX_WAIT;
            self.demand(valid, at(&[name, "retry-after"]), || "`retry-after` must be whole seconds, 1s to 3600s".into());
        }
        let known: Vec<TimedOperation> = host.role().timed.iter().map(|t| t.operation).collect();
        self.service(name, server, &known);
        let of_broker = [("keeps-records", server.keeps_records.is_some())];
        for (key, given) in of_broker {
            self.demand(!given || host.zone() == Zone::Broker, at(&[name, key]), || {
                format!("only the broker has the key `{key}`")
            });
            self.for_studies_only(at(&[name, key]), given);
        }
        let of_jpki = server.responder_key.is_none() || host.zone() == Zone::Jpki;
        self.demand(of_jpki, at(&[name, "responder-key"]), || "only JPKI has the key `responder-key`".into());
        let has_handshake = known.contains(&TimedOperation::HANDSHAKE);
        self.demand(!server.resumes_sessions || has_handshake, at(&[name, "resumes-sessions"]), || {
            "`resumes-sessions` needs a server with the operation `handshake`".into()
        });
        let resumes = !server.service.has(TimedOperation::RESUMPTION) || server.resumes_sessions;
        self.demand(resumes, at(&[name, "service", "resumption"]), || "`resumption` needs `resumes-sessions`".into());
        self.demand(server.keeps_records != Some(0), at(&[name, "keeps-records"]), || "`keeps-records` must be above 0".into());
    }

    /// How many workers, connections and waiting requests a server has.
    fn bounds(&mut self, name: &'static str, server: &ServerPart) {
        let counts = [
            ("workers", server.workers, 1, MAX_WORKERS),
            ("queue", server.queue, 0, MAX_QUEUE),
            ("connections", server.connections, 1, MAX_QUEUE),
        ];
        for (key, given, least, most) in counts {
            let valid = given.is_none_or(|n| (least..=most).contains(&n));
            self.demand(valid, at(&[name, key]), || {
                format!("`{key}` must be {least} to {most}, not {}", given.unwrap_or_default())
            });
        }
        let bounds = [("queue", server.queue.is_some()), ("patience", server.patience.is_some())];
        for (key, given) in bounds {
            self.demand(!given || server.workers.is_some(), at(&[name, key]), || {
                format!("`{key}` needs `workers`: with unlimited workers no request waits")
            });
        }
    }

    /// Service times of a server: only for operations that it has.
    fn service(&mut self, name: &'static str, server: &ServerPart, known: &[TimedOperation]) {
        for (operation, time) in server.service.given() {
            let place = at(&[name, "service", operation.name()]);
            self.demand(known.contains(&operation), place.clone(), || {
                let all: Vec<&str> = known.iter().map(|o| o.name()).collect();
                format!("`{name}` has no operation `{}`; it has: {}", operation.name(), all.join(", "))
            });
            let wrong = time.spread.error();
            self.demand(wrong.is_none(), place.clone(), || wrong.unwrap_or_default().to_string());
            let resolved = time.calibrated.is_none() || self.scenario.capacity.as_ref().is_some_and(|c| c.calibration.is_some());
            self.demand(resolved, place, || {
                "`calibrated` names an operation of a calibration file: give `calibration` in [capacity]".into()
            });
        }
    }

    /// A key that breaks a rule in the default designs is not allowed in a file with `exercises` or `breaks`.
    fn for_studies_only(&mut self, place: KeyPath, given: bool) {
        let judged = !self.scenario.exercises.is_empty() || !self.scenario.breaks.is_empty();
        self.demand(!given || !judged, place, || {
            "this key is for load studies only: it breaks the rule AUDIT-004, and the file has \
             `exercises` or `breaks`"
                .into()
        });
    }

    fn retries(&mut self, f: &FacilityCapacity) {
        let place = |key| at(&["facility", key]);
        self.source(place("source"), &f.source);
        let attempts = f.attempts.is_none_or(|n| (1..=MAX_ATTEMPTS).contains(&n));
        self.demand(attempts, place("attempts"), || format!("`attempts` must be 1 to {MAX_ATTEMPTS}"));
        let factor = f.factor.is_none_or(|n| (1.0..=MAX_FACTOR).contains(&n));
        self.demand(factor, place("factor"), || format!("`factor` must be 1 to {MAX_FACTOR}"));
        let spans = [
            ("pause", f.pause),
            ("most-pause", f.most_pause),
            ("most-retry-after", f.most_retry_after),
            ("connect", f.connect),
            ("handshake", f.handshake),
            ("answer", f.answer),
        ];
        for (key, span) in spans {
            let valid = span.is_none_or(|s| s.0 <= MAX_WAIT && (!s.0.is_zero() || key == "pause"));
            self.demand(valid, place(key), || format!("`{key}` must be above zero and at most an hour"));
        }
        self.for_studies_only(place("keeps-records"), f.keeps_records.is_some());
        self.demand(f.keeps_records != Some(0), place("keeps-records"), || "`keeps-records` must be above 0".into());
        let retry = f.retry();
        self.demand(retry.pause <= retry.most_pause, place("most-pause"), || "`most-pause` must not be below `pause`".into());
    }

    pub(super) fn link(&mut self, i: usize, link: &LinkPart) {
        self.source(part("link", i, &["source"]), &link.source);
        self.has_link(part("link", i, &["between"]), link.between);
        let pair = |l: &LinkPart| {
            let [a, b] = l.between;
            (a.min(b), a.max(b))
        };
        let twice = self.scenario.links[..i].iter().any(|l| pair(l) == pair(link));
        self.demand(!twice, part("link", i, &["between"]), || "there is another [[link]] between the same two ends".into());
        let wrong = link.latency.error();
        self.demand(wrong.is_none(), part("link", i, &["latency"]), || wrong.unwrap_or_default().to_string());
    }

    /// A fault that removes workers needs a server with a number of workers.
    pub(super) fn takes_workers(&mut self, place: KeyPath, host: Server, share: Share) {
        let valid = share.0 > 0.0 && share.0 < 1.0;
        self.demand(valid, place.clone(), || "`share` must be above 0 % and below 100 %".into());
        let workers = self.scenario.capacity.as_ref().and_then(|c| c.server(host)).and_then(|s| s.workers);
        self.demand(workers.is_some_and(|n| n > 1), place, || {
            format!("`{0}` needs a number of workers: give `workers` (2 or more) in [capacity.{0}]", host.name())
        });
    }
}
