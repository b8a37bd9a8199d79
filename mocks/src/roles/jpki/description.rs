//! What is true of JPKI, whatever the scenario.

use crate::roles::description::{LinkDescription, Parties, RoleDescription};
use sim::terms::roles::Zone;

pub static DESCRIPTION: RoleDescription = RoleDescription {
    name: "jpki",
    ja: "公的個人認証サービス（地方公共団体システム機構）",
    zone: Zone::Jpki,
    parties: Parties::One,
    hosts: &["jpki"],
    listens: true,
    links: &[LinkDescription::between_data_centres(Zone::NumberAuthority)],
};
