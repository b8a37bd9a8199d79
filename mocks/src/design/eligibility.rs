//! The axis `eligibility`: where the insurers' data is kept.

mod ask_insurer;
mod broker_holds_all;

use sim::terms::design::{self, Design};

/// A choice on the axis.
pub trait EligibilityHome {
    /// Whether insurers send what they know ahead of all questions.
    fn insurers_send_feeds(&self) -> bool;

    /// Whether insurers are servers that answer for one institution code at a time.
    fn insurers_answer(&self) -> bool;
}

/// The choice of a design.
pub fn of(design: &Design) -> &'static dyn EligibilityHome {
    match design.eligibility {
        design::Eligibility::BrokerHoldsAll => &broker_holds_all::BrokerHoldsAll,
        design::Eligibility::AskInsurer => &ask_insurer::AskInsurer,
    }
}
