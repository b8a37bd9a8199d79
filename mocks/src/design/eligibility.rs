//! The axis `eligibility`: where the insurers' eligibility is kept, and who answers questions about it.

mod axis;

pub use axis::{BrokerData, EligibilityChoice};

use sim::terms::design::{self, Design};

macro_rules! choices {
    ($($file:ident::$behaviour:ident for $choice:ident;)*) => {
        $(mod $file;)*

        fn behaviour_of(choice: design::Eligibility) -> &'static dyn EligibilityChoice {
            match choice { $(design::Eligibility::$choice => &$file::$behaviour),* }
        }
    };
}

choices! {
    broker_holds_all::BrokerHoldsAll for BrokerHoldsAll;
    ask_insurer::AskInsurer for AskInsurer;
    on_card::OnCard for OnCard;
}

/// The behaviour of insurers and broker on this axis in a design.
pub fn kept(design: &Design) -> &'static dyn EligibilityChoice {
    behaviour_of(design.eligibility)
}
