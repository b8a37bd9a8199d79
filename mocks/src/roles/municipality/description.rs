//! The description of a municipality, the same in all scenarios.

use crate::roles::description::{FaultTargets, LinkDescription, Parties, RoleDescription};
use sim::terms::roles::Zone;
use sim::terms::stores;

pub static DESCRIPTION: RoleDescription = RoleDescription {
    name: "municipality",
    ja: "市町村",
    zone: Zone::Municipality,
    parties: Parties::One,
    hosts: &["municipality"],
    listens: false,
    links: &[LinkDescription::between_data_centres(Zone::NumberAuthority)],
    timed: &[],
    stores: &[stores::CODE_REQUESTS],
    targets: FaultTargets { host: true, pace: false, workers: false, clock: false },
};
