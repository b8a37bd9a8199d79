//! The description of the broker, the same in all scenarios.

use crate::capacity::{TimedDescription, TimedOperation};
use crate::roles::description::{FaultTargets, LinkDescription, Parties, RoleDescription};
use sim::sample::Distribution;
use sim::terms::roles::Zone;
use sim::terms::stores::{AUDIT, CHALLENGES, FEEDS};

/// Issuing a challenge.
pub const CHALLENGE: TimedOperation = TimedOperation::new("challenge");
/// Reading and checking a request.
pub const CHECK: TimedOperation = TimedOperation::new("check");
/// Finding the eligibility. Unless [`STORE`] has its own time, making the record durable is part of it.
pub const LOOKUP: TimedOperation = TimedOperation::new("lookup");
/// Making the record durable.
pub const STORE: TimedOperation = TimedOperation::new("store");

pub static DESCRIPTION: RoleDescription = RoleDescription {
    name: "broker",
    ja: "資格確認サービス機関（仮称）",
    zone: Zone::Broker,
    parties: Parties::One,
    hosts: &["broker"],
    listens: true,
    links: &[LinkDescription::between_data_centres(Zone::Jpki), LinkDescription::between_data_centres(Zone::NumberAuthority)],
    timed: &[
        TimedDescription { operation: TimedOperation::HANDSHAKE, text_en: "A TLS handshake", service: None },
        TimedDescription {
            operation: TimedOperation::RESUMPTION,
            text_en: "A TLS handshake that resumes a session",
            service: None,
        },
        TimedDescription { operation: CHALLENGE, text_en: "Issuing a challenge", service: None },
        TimedDescription {
            operation: CHECK,
            text_en: "Reading and checking a request: parsing, certificate path, signature",
            service: Some(Distribution::LogNormal { min_ms: 0.4, median_ms: 0.8, sigma: 0.4 }),
        },
        TimedDescription {
            operation: LOOKUP,
            text_en: "Finding the eligibility; the durable record is part of it unless `store` is given",
            service: Some(Distribution::LogNormal { min_ms: 0.8, median_ms: 2.0, sigma: 0.5 }),
        },
        TimedDescription { operation: STORE, text_en: "Making the record durable", service: None },
    ],
    stores: &[AUDIT, CHALLENGES, FEEDS],
    targets: FaultTargets::ALL,
};
