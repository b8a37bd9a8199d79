//! The description of an insurer, the same in all scenarios.

use crate::capacity::{TimedDescription, TimedOperation};
use crate::roles::description::{FaultTargets, LinkDescription, Parties, RoleDescription};
use sim::sample::Distribution;
use sim::terms::roles::Zone;

/// Finding the coverage of an institution code.
pub const COVERAGE: TimedOperation = TimedOperation::new("coverage");

pub static DESCRIPTION: RoleDescription = RoleDescription {
    name: "insurer",
    ja: "医療保険者",
    zone: Zone::Insurer,
    parties: Parties::Many,
    hosts: &["insurers"],
    // Only in designs in which the broker asks them.
    listens: true,
    links: &[LinkDescription::between_data_centres(Zone::Broker), LinkDescription::between_data_centres(Zone::NumberAuthority)],
    timed: &[
        TimedDescription { operation: TimedOperation::HANDSHAKE, text_en: "A TLS handshake", service: None },
        TimedDescription {
            operation: TimedOperation::RESUMPTION,
            text_en: "A TLS handshake that resumes a session",
            service: None,
        },
        TimedDescription {
            operation: COVERAGE,
            text_en: "Finding the coverage of an institution code",
            service: Some(Distribution::LogNormal { min_ms: 0.8, median_ms: 2.0, sigma: 0.5 }),
        },
    ],
    stores: &[],
    targets: FaultTargets { host: true, pace: true, workers: true, clock: false },
};
