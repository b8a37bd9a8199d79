//! The description of all facilities, the same in all scenarios.

use crate::roles::description::{FaultTargets, LinkDescription, Parties, RoleDescription};
use sim::sample::Distribution;
use sim::terms::roles::Zone;
use sim::terms::stores::{CHARTS, PATIENTS, RECEPTION};

pub static DESCRIPTION: RoleDescription = RoleDescription {
    name: "facility",
    ja: "保険医療機関・薬局・介護事業者",
    zone: Zone::Facility,
    parties: Parties::Many,
    // Two, so that a regional fault can affect one of them.
    hosts: &["facilities-east", "facilities-west"],
    listens: false,
    links: &[
        LinkDescription {
            to: Zone::Line,
            // An optical access line to the dedicated network. An assumption of this project.
            latency: Distribution::LogNormal { min_ms: 2.0, median_ms: 5.0, sigma: 0.5 },
            bits_per_second: 100_000_000,
        },
        LinkDescription {
            to: Zone::Registry,
            // The same access line, over the internet. An assumption of this project.
            latency: Distribution::LogNormal { min_ms: 3.0, median_ms: 8.0, sigma: 0.5 },
            bits_per_second: 100_000_000,
        },
    ],
    timed: &[],
    stores: &[RECEPTION, CHARTS, PATIENTS],
    targets: FaultTargets { clock: true, ..FaultTargets::NONE },
};
