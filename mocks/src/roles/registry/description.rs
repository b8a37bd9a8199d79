//! The description of the cancer registry, the same in all scenarios.

use crate::capacity::{TimedDescription, TimedOperation};
use crate::roles::description::{FaultTargets, LinkDescription, Parties, RoleDescription};
use sim::sample::Distribution;
use sim::terms::roles::Zone;
use sim::terms::stores::{CANCER_REPORTS, LINKAGE};

/// Reading a report and making it durable.
pub const TAKE_REPORT: TimedOperation = TimedOperation::new("take-report");

pub static DESCRIPTION: RoleDescription = RoleDescription {
    name: "registry",
    ja: "全国がん登録",
    zone: Zone::Registry,
    parties: Parties::One,
    hosts: &["registry"],
    listens: true,
    links: &[LinkDescription::between_data_centres(Zone::NumberAuthority)],
    timed: &[TimedDescription {
        operation: TAKE_REPORT,
        text_en: "Reading a report and making it durable",
        service: Some(Distribution::LogNormal { min_ms: 1.0, median_ms: 3.0, sigma: 0.5 }),
    }],
    stores: &[CANCER_REPORTS, LINKAGE],
    targets: FaultTargets::ALL,
};
