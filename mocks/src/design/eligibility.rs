//! The axis `eligibility`: where the insurers' data is kept.

mod ask_insurer;
mod axis;
mod broker_holds_all;

pub use axis::EligibilityHome;

use sim::terms::design::{self, Design};

/// The choice of a design.
pub fn of(design: &Design) -> &'static dyn EligibilityHome {
    match design.eligibility {
        design::Eligibility::BrokerHoldsAll => &broker_holds_all::BrokerHoldsAll,
        design::Eligibility::AskInsurer => &ask_insurer::AskInsurer,
    }
}
