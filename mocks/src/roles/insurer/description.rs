//! What is true of every insurer, whatever the scenario.

use crate::roles::description::{FaultTargets, LinkDescription, Parties, RoleDescription};
use sim::terms::roles::Zone;

pub static DESCRIPTION: RoleDescription = RoleDescription {
    name: "insurer",
    ja: "医療保険者",
    zone: Zone::Insurer,
    parties: Parties::Many,
    hosts: &["insurers"],
    listens: false,
    links: &[LinkDescription::between_data_centres(Zone::Broker), LinkDescription::between_data_centres(Zone::NumberAuthority)],
    timed: &[],
    stores: &[],
    targets: FaultTargets { host: true, ..FaultTargets::NONE },
};
