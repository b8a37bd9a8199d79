//! The axis `presented`: what a facility presents to the broker when it asks.

mod axis;

pub use axis::{Presented, Shown};

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
    visible_number::VisibleNumber for VisibleNumber;
    my_number::MyNumber for MyNumber;
    paper_card::PaperCard for PaperCard;
}

/// What the person shows at the counter in a design.
pub fn shown(design: &Design) -> Shown {
    behaviour_of(design.presented).shown()
}

/// Whether the card signs a challenge of the broker in a design.
pub fn is_signed(design: &Design) -> bool {
    behaviour_of(design.presented).is_signed()
}
