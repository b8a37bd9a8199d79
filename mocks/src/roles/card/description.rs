//! The description of My Number cards, the same in all scenarios.

use crate::roles::description::{FaultTargets, Parties, RoleDescription};
use sim::terms::roles::Zone;

pub static DESCRIPTION: RoleDescription = RoleDescription {
    name: "card",
    ja: "個人番号カード",
    zone: Zone::CardChip,
    parties: Parties::Many,
    hosts: &[],
    listens: false,
    links: &[],
    timed: &[],
    stores: &[],
    targets: FaultTargets::NONE,
};
