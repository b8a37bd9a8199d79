//! The description of the line, the same in all scenarios.

use crate::roles::description::{FaultTargets, LinkDescription, Parties, RoleDescription};
use sim::terms::roles::Zone;

pub static DESCRIPTION: RoleDescription = RoleDescription {
    name: "line",
    ja: "レセプト請求の専用回線",
    zone: Zone::Line,
    parties: Parties::One,
    hosts: &["line"],
    listens: true,
    links: &[LinkDescription::between_data_centres(Zone::Broker)],
    timed: &[],
    stores: &[],
    targets: FaultTargets { host: true, ..FaultTargets::NONE },
};
