//! The axis `presented`: what a facility presents to the broker when it asks.

mod axis;

pub use axis::Presented;

use sim::terms::design::{self, Design};

macro_rules! choices {
    ($($file:ident::$behaviour:ident for $choice:ident;)*) => {
        $(mod $file;)*

        fn behaviour_of(choice: design::Presented) -> &'static dyn Presented {
            match choice { $(design::Presented::$choice => &$file::$behaviour),* }
        }
    };
}

choices! {
    certificate::Certificate for Certificate;
    signed_challenge::SignedChallenge for SignedChallenge;
}

/// Whether the card signs a challenge of the broker in a design.
pub fn is_signed(design: &Design) -> bool {
    behaviour_of(design.presented).is_signed()
}
