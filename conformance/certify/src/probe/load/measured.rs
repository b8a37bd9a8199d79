//! What a load measures.

use serde::Serialize;

/// What was measured. Latencies are in milliseconds from the instant at which a request was due, by the nearest rank, of requests that
/// were answered.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Measured {
    /// Requests a second that were due, and that were answered.
    pub offered: f64,
    pub answered: f64,
    pub requests: usize,
    pub connections: usize,
    /// Requests that were not answered as they must be, those refused because of load among them.
    pub failed: usize,
    /// Of these, refused with 503 and `broker-busy` or `busy`: in good order, if they say when to come again.
    pub busy: usize,
    /// Of these, without `Retry-After`.
    pub busy_without_retry_after: usize,
    /// Of the failed ones, not sent: the end had come.
    pub not_sent: usize,
    /// Connections that had to be opened again.
    pub reconnected: usize,
    pub p50_ms: f64,
    pub p90_ms: f64,
    pub p99_ms: f64,
    pub p999_ms: f64,
    pub max_ms: f64,
    /// How late requests were sent although a connection was free, in milliseconds: the testbed's own part (p99).
    pub late_p99_ms: f64,
    /// The share of one processor that the mocks around the system needed; 1 is the most that they can have. Nothing where the
    /// operating system does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mocks_busy: Option<f64>,
    /// Of the failures, what was seen first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_failure: Option<String>,
}
