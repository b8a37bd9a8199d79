//! `eligibility = "broker-holds-all"`: insurers feed the broker, which answers from what it has.

use super::EligibilityHome;

pub struct BrokerHoldsAll;

impl EligibilityHome for BrokerHoldsAll {
    fn insurers_send_feeds(&self) -> bool {
        true
    }

    fn insurers_answer(&self) -> bool {
        false
    }
}
