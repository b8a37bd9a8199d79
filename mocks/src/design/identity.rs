//! The axis `identity`: how the counter checks the person.

mod axis;

pub use axis::{IdentityCheck, Means};

use sim::terms::design::{self, Design};

macro_rules! choices {
    ($($file:ident::$behaviour:ident for $choice:ident;)*) => {
        $(mod $file;)*

        fn behaviour_of(choice: design::Identity) -> &'static dyn IdentityCheck {
            match choice { $(design::Identity::$choice => &$file::$behaviour),* }
        }
    };
}

choices! {
    photo_or_pin::PhotoOrPin for PhotoOrPin;
    photo::Photo for Photo;
    pin::Pin for Pin;
    photo_and_pin::PhotoAndPin for PhotoAndPin;
    face_terminal::FaceTerminal for FaceTerminal;
    not_checked::NotChecked for NotChecked;
}

/// What the counter does in a design to check a person who would rather enter the PIN, or not.
pub fn means(design: &Design, wants_pin: bool) -> &'static [Means] {
    behaviour_of(design.identity).means(wants_pin)
}
