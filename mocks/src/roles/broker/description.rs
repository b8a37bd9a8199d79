//! What is true of the broker, whatever the scenario.

use crate::roles::description::{LinkDescription, Parties, RoleDescription};
use sim::terms::roles::Zone;

pub static DESCRIPTION: RoleDescription = RoleDescription {
    name: "broker",
    ja: "資格確認サービス機関（仮称）",
    zone: Zone::Broker,
    parties: Parties::One,
    hosts: &["broker"],
    listens: true,
    links: &[LinkDescription::between_data_centres(Zone::Jpki)],
};
