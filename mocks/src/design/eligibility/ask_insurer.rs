//! `eligibility = "ask-insurer"`: the data stays with the insurers, each of which the broker asks in every check.

use super::EligibilityHome;

pub struct AskInsurer;

impl EligibilityHome for AskInsurer {
    fn insurers_send_feeds(&self) -> bool {
        false
    }

    fn insurers_answer(&self) -> bool {
        true
    }
}
