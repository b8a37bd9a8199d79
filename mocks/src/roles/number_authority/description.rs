//! What is true of the number authority, whatever the scenario.

use crate::roles::description::{Parties, RoleDescription};
use sim::terms::roles::Zone;

pub static DESCRIPTION: RoleDescription = RoleDescription {
    name: "number-authority",
    ja: "住基ネット・情報提供ネットワークシステム",
    zone: Zone::NumberAuthority,
    parties: Parties::One,
    hosts: &["number-authority"],
    listens: true,
    links: &[],
};
