//! What servers and links can do, and when facilities ask again. Every part says where its figures are from.

use super::faults::{Place, Working};
use super::part::{is_default, words};
use super::service::ServiceTime;
use super::units::{BitRate, Share, Span, Spread};
use mocks::capacity::{Queueing, RetryPolicy, ServerCapacity, TimedDescription, TimedOperation};
use mocks::host::http::Limits;
use mocks::pki::jpki_ca::ResponderKey;
use mocks::roles::broker::cache::CachePolicy;
use mocks::roles::{broker, jpki, number_authority};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What the parties of a scenario can do. Who is not named has workers without number, and times of service that are
/// assumptions of this project.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CapacityPart {
    /// The calibration file, with the way from this file: how long operations took on a machine that was measured. `service` may
    /// name them. What is written out needs it no more.
    #[serde(default, skip_serializing)]
    pub calibration: Option<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub broker: Option<ServerPart>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub jpki: Option<ServerPart>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub number_authority: Option<ServerPart>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub facility: Option<FacilityCapacity>,
}

impl CapacityPart {
    pub(super) fn servers_mut(&mut self) -> impl Iterator<Item = (Working, &mut ServerPart)> {
        let all = [
            (Working::Broker, &mut self.broker),
            (Working::Jpki, &mut self.jpki),
            (Working::NumberAuthority, &mut self.number_authority),
        ];
        all.into_iter().filter_map(|(host, part)| Some((host, part.as_mut()?)))
    }

    pub fn server(&self, host: Working) -> Option<&ServerPart> {
        match host {
            Working::Broker => self.broker.as_ref(),
            Working::Jpki => self.jpki.as_ref(),
            Working::NumberAuthority => self.number_authority.as_ref(),
        }
    }

    /// What a server can do, with what the file does not say.
    pub fn of_server(&self, host: Working) -> ServerCapacity {
        let usual = ServerCapacity::of(timed(host));
        self.server(host).map_or(usual.clone(), |part| part.over(usual))
    }

    /// What the broker remembers.
    pub fn cache(&self) -> CachePolicy {
        self.broker.as_ref().and_then(|b| b.cache.as_ref()).map(CachePart::policy).unwrap_or_default()
    }

    /// The most records that the broker and each facility keep, where there is a bound.
    pub fn kept_records(&self) -> (Option<usize>, Option<usize>) {
        let broker = self.broker.as_ref().and_then(|b| b.keeps_records);
        let facility = self.facility.as_ref().and_then(|f| f.keeps_records);
        (broker.map(count), facility.map(count))
    }

    /// When a facility asks again, with what the file does not say.
    pub fn retry(&self) -> RetryPolicy {
        self.facility.as_ref().map(FacilityCapacity::retry).unwrap_or_default()
    }

    /// The key of JPKI's OCSP responder.
    pub fn responder_key(&self) -> ResponderKey {
        match self.jpki.as_ref().and_then(|jpki| jpki.responder_key) {
            Some(KeyKind::P256) => ResponderKey::P256,
            Some(KeyKind::Rsa2048) | None => ResponderKey::Rsa2048,
        }
    }

    /// How long a facility may go on asking beyond the usual, with every limit used up.
    pub fn longest_asking(&self) -> Duration {
        let Some(facility) = &self.facility else { return Duration::ZERO };
        let (retry, none) =
            (facility.retry(), Limits { connect: Duration::ZERO, handshake: Duration::ZERO, answer: Duration::ZERO });
        let limits = facility.limits(none);
        // For a challenge and for the check itself.
        let waits = 2 * (limits.connect + limits.handshake + limits.answer);
        let pause = 2 * retry.most_pause.max(retry.most_retry_after);
        (waits + pause).saturating_mul(u32::try_from(retry.attempts).unwrap_or(u32::MAX))
    }

    /// How long a facility waits, where the file says so.
    pub fn limits(&self, usual: Limits) -> Limits {
        self.facility.as_ref().map_or(usual, |part| part.limits(usual))
    }
}

/// The operations that a server has.
pub(super) fn timed(host: Working) -> &'static [TimedDescription] {
    match host {
        Working::Broker => broker::description::DESCRIPTION.timed,
        Working::Jpki => jpki::description::DESCRIPTION.timed,
        Working::NumberAuthority => number_authority::description::DESCRIPTION.timed,
    }
}

/// What a server can do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ServerPart {
    /// Where the figures are from: a citation, or `assumption: …`.
    pub source: String,
    /// How many work at once. Without number, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub workers: Option<u64>,
    /// The most requests that wait for a worker; who comes then is told to come again. Without bound, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub queue: Option<u64>,
    /// The longest wait that is expected of a request; who would wait longer is told to come again.
    #[serde(default, skip_serializing_if = "is_default")]
    pub patience: Option<Span>,
    /// The most connections at once; a further one is closed. Without bound, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub connections: Option<u64>,
    /// How long a connection is kept on which nothing is asked. Five minutes, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub keeps_idle: Option<Span>,
    /// Broker, JPKI: whether TLS sessions are resumed (RFC 8446, section 2.2), each ticket for two hours and once. They are not,
    /// if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub resumes_sessions: bool,
    /// After which time, in whole seconds, who is turned away is told to come again. One second, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub retry_after: Option<Span>,
    /// How long each operation takes a worker.
    #[serde(default, skip_serializing_if = "is_default")]
    pub service: ServiceTimes,
    /// The broker: what it remembers of JPKI's answers. For load studies only: it breaks rules by which runs are judged.
    #[serde(default, skip_serializing_if = "is_default")]
    pub cache: Option<CachePart>,
    /// JPKI: the key of its OCSP responder. RSA 2048, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub responder_key: Option<KeyKind>,
    /// The broker: the most audit records that it keeps on its disk; older ones are counted and forgotten. Used challenges are
    /// forgotten after ten minutes then. For load studies only. All, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub keeps_records: Option<u64>,
}

words! {
    /// The kind of a key, with which signatures go that take more time or less.
    pub enum KeyKind {
        /// What all keys of the JPKI are today.
        Rsa2048 "rsa-2048",
        P256 "p-256",
    }
}

/// What the broker remembers of JPKI's answers. Only *good* is ever remembered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CachePart {
    /// For how long it is known which code belongs to a certificate. Not at all, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub mapping: Option<Span>,
    /// For how long a certificate that was good is taken to be so without asking. Not at all, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub status: Option<Span>,
    /// How old *good* may be that is still taken where JPKI gives no usable answer. Not at all, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub status_when_jpki_fails: Option<Span>,
    /// The most certificates of which something is remembered; the oldest goes first. 100000, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub most_entries: Option<u64>,
}

impl CachePart {
    fn policy(&self) -> CachePolicy {
        CachePolicy {
            mapping: self.mapping.map(|s| s.0),
            status: self.status.map(|s| s.0),
            status_when_jpki_fails: self.status_when_jpki_fails.map(|s| s.0),
            most: self.most_entries.map_or(100_000, count),
        }
    }
}

/// How long operations take. What is not given takes the time that is an assumption of this project.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ServiceTimes {
    /// Broker, JPKI: a TLS handshake. No time, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub handshake: Option<ServiceTime>,
    /// Broker, JPKI: a TLS handshake that resumes a session. No time, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub resumption: Option<ServiceTime>,
    /// Broker: giving out a challenge. No time, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub challenge: Option<ServiceTime>,
    /// Broker: reading and checking a request: parsing, certificate path, signature.
    #[serde(default, skip_serializing_if = "is_default")]
    pub check: Option<ServiceTime>,
    /// Broker: finding the eligibility; the durable record is part of it unless `store` is given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub lookup: Option<ServiceTime>,
    /// Broker: making the record durable. No time of its own, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub store: Option<ServiceTime>,
    /// JPKI: telling a certificate's status.
    #[serde(default, skip_serializing_if = "is_default")]
    pub status: Option<ServiceTime>,
    /// JPKI: finding the institution code of a certificate.
    #[serde(default, skip_serializing_if = "is_default")]
    pub resolve: Option<ServiceTime>,
    /// The number authority: deriving the codes of one request.
    #[serde(default, skip_serializing_if = "is_default")]
    pub issue: Option<ServiceTime>,
}

impl ServiceTimes {
    pub(super) fn given_mut(&mut self) -> impl Iterator<Item = (TimedOperation, &mut ServiceTime)> {
        [
            (TimedOperation::HANDSHAKE, &mut self.handshake),
            (TimedOperation::RESUMPTION, &mut self.resumption),
            (broker::description::CHALLENGE, &mut self.challenge),
            (broker::description::CHECK, &mut self.check),
            (broker::description::LOOKUP, &mut self.lookup),
            (broker::description::STORE, &mut self.store),
            (jpki::description::STATUS, &mut self.status),
            (jpki::description::RESOLVE, &mut self.resolve),
            (number_authority::description::ISSUE, &mut self.issue),
        ]
        .into_iter()
        .filter_map(|(operation, time)| Some((operation, time.as_mut()?)))
    }

    /// What is given, by operation.
    pub fn given(&self) -> impl Iterator<Item = (TimedOperation, &ServiceTime)> {
        [
            (TimedOperation::HANDSHAKE, &self.handshake),
            (TimedOperation::RESUMPTION, &self.resumption),
            (broker::description::CHALLENGE, &self.challenge),
            (broker::description::CHECK, &self.check),
            (broker::description::LOOKUP, &self.lookup),
            (broker::description::STORE, &self.store),
            (jpki::description::STATUS, &self.status),
            (jpki::description::RESOLVE, &self.resolve),
            (number_authority::description::ISSUE, &self.issue),
        ]
        .into_iter()
        .filter_map(|(operation, time)| Some((operation, time.as_ref()?)))
    }
}

fn count(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

impl ServerPart {
    fn over(&self, mut usual: ServerCapacity) -> ServerCapacity {
        usual.queueing =
            Queueing { workers: self.workers.map(count), queue: self.queue.map(count), patience: self.patience.map(|s| s.0) };
        usual.connections = self.connections.map(count);
        if let Some(idle) = self.keeps_idle {
            usual.keeps_idle = idle.0;
        }
        usual.resumes = self.resumes_sessions;
        if let Some(after) = self.retry_after {
            usual.retry_after_s = u32::try_from(after.0.as_secs()).unwrap_or(u32::MAX);
        }
        usual.service.extend(self.service.given().map(|(operation, time)| (operation, time.distribution())));
        usual
    }
}

/// When facilities ask again, and how long they wait.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FacilityCapacity {
    /// Where the figures are from: a citation, or `assumption: …`.
    pub source: String,
    /// How often a request is sent at most. Three times, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub attempts: Option<u64>,
    /// The pause after the first attempt. 1.5 seconds, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub pause: Option<Span>,
    /// How many times as long each further pause is. 1, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub factor: Option<f64>,
    /// The longest pause. A minute, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub most_pause: Option<Span>,
    /// By which share of itself a pause is longer or shorter at most, evenly drawn. Not at all, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub jitter: Share,
    /// Whether an answer that says *not now* (503 with Retry-After: the broker has too much to do, or JPKI gave no usable
    /// answer) is asked for again, and not taken as the last word.
    #[serde(default, skip_serializing_if = "is_default")]
    pub retries_when_busy: bool,
    /// Whether a pause is at least as long as Retry-After says. It is, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub heeds_retry_after: Option<bool>,
    /// The most of a Retry-After that is heeded. Ten seconds, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub most_retry_after: Option<Span>,
    /// How long a facility waits for the connection to stand. Four seconds, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub connect: Option<Span>,
    /// For the TLS handshake. Six seconds, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub handshake: Option<Span>,
    /// From the request to the end of the answer. Ten seconds, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub answer: Option<Span>,
    /// The most records that each facility keeps on its disk. For load studies only. All, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub keeps_records: Option<u64>,
}

impl FacilityCapacity {
    pub(super) fn retry(&self) -> RetryPolicy {
        let usual = RetryPolicy::default();
        let span = |given: Option<Span>, usual: Duration| given.map_or(usual, |s| s.0);
        RetryPolicy {
            attempts: self.attempts.map_or(usual.attempts, count),
            pause: span(self.pause, usual.pause),
            factor: self.factor.unwrap_or(usual.factor),
            most_pause: span(self.most_pause, usual.most_pause),
            jitter: self.jitter.0,
            when_busy: self.retries_when_busy,
            heeds_retry_after: self.heeds_retry_after.unwrap_or(usual.heeds_retry_after),
            most_retry_after: span(self.most_retry_after, usual.most_retry_after),
        }
    }

    fn limits(&self, usual: Limits) -> Limits {
        let span = |given: Option<Span>, usual: Duration| given.map_or(usual, |s| s.0);
        Limits {
            connect: span(self.connect, usual.connect),
            handshake: span(self.handshake, usual.handshake),
            answer: span(self.answer, usual.answer),
        }
    }
}

/// A link between all parties of two places, both ways, instead of the one that is an assumption of this project.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LinkPart {
    pub between: [Place; 2],
    /// One way, for each piece of data.
    pub latency: Spread,
    /// What the link of each two parties carries, each way. Without limit, if not given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub rate: Option<BitRate>,
    /// Where the figures are from: a citation, or `assumption: …`.
    pub source: String,
}
