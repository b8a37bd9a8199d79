//! The description of all card readers, the same in all scenarios.

use crate::roles::description::{FaultTargets, Parties, RoleDescription};
use sim::terms::roles::Zone;

pub static DESCRIPTION: RoleDescription = RoleDescription {
    name: "reader",
    ja: "カードリーダー",
    zone: Zone::Reader,
    parties: Parties::Many,
    hosts: &[],
    listens: false,
    links: &[],
    timed: &[],
    stores: &[],
    targets: FaultTargets::NONE,
};
