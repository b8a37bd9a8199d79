//! The description of JPKI, the same in all scenarios.

use crate::capacity::{TimedDescription, TimedOperation};
use crate::roles::description::{FaultTargets, LinkDescription, Parties, RoleDescription};
use sim::sample::Distribution;
use sim::terms::roles::Zone;

/// Answering an OCSP request for a certificate's status.
pub const STATUS: TimedOperation = TimedOperation::new("status");
/// Finding the institution code of a certificate.
pub const RESOLVE: TimedOperation = TimedOperation::new("resolve");

pub static DESCRIPTION: RoleDescription = RoleDescription {
    name: "jpki",
    ja: "公的個人認証サービス（地方公共団体システム機構）",
    zone: Zone::Jpki,
    parties: Parties::One,
    hosts: &["jpki"],
    listens: true,
    links: &[LinkDescription::between_data_centres(Zone::NumberAuthority)],
    timed: &[
        TimedDescription { operation: TimedOperation::HANDSHAKE, text_en: "A TLS handshake", service: None },
        TimedDescription {
            operation: TimedOperation::RESUMPTION,
            text_en: "A TLS handshake that resumes a session",
            service: None,
        },
        TimedDescription {
            operation: STATUS,
            text_en: "Answering about a certificate's status: one signature and a look-up",
            service: Some(Distribution::LogNormal { min_ms: 1.5, median_ms: 3.0, sigma: 0.4 }),
        },
        TimedDescription {
            operation: RESOLVE,
            text_en: "Finding the institution code of a certificate",
            service: Some(Distribution::LogNormal { min_ms: 0.8, median_ms: 2.0, sigma: 0.5 }),
        },
    ],
    stores: &[],
    targets: FaultTargets::ALL,
};
