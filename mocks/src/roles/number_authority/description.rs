//! The description of the number authority, the same in all scenarios.

use crate::capacity::{TimedDescription, TimedOperation};
use crate::roles::description::{FaultTargets, Parties, RoleDescription};
use sim::sample::Distribution;
use sim::terms::roles::Zone;

/// Deriving the codes of one request.
pub const ISSUE: TimedOperation = TimedOperation::new("issue");

pub static DESCRIPTION: RoleDescription = RoleDescription {
    name: "number-authority",
    ja: "住基ネット・情報提供ネットワークシステム",
    zone: Zone::NumberAuthority,
    parties: Parties::One,
    hosts: &["number-authority"],
    listens: true,
    links: &[],
    timed: &[TimedDescription {
        operation: ISSUE,
        text_en: "Deriving the codes of one request",
        service: Some(Distribution::LogNormal { min_ms: 2.0, median_ms: 5.0, sigma: 0.4 }),
    }],
    stores: &[],
    targets: FaultTargets::ALL,
};
