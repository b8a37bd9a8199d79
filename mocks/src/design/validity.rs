//! The axis `validity`: how long a certificate serves to ask for eligibility, and what becomes of one that JPKI does not know.

mod axis;

pub use axis::{UnknownStatus, Validity};

use sim::terms::design::{self, Design};

macro_rules! choices {
    ($($file:ident::$behaviour:ident for $choice:ident;)*) => {
        $(mod $file;)*

        fn behaviour_of(choice: design::Validity) -> &'static dyn Validity {
            match choice { $(design::Validity::$choice => &$file::$behaviour),* }
        }
    };
}

choices! {
    to_its_end::ToItsEnd for ToItsEnd;
    grace_one_month::GraceOneMonth for GraceOneMonth;
    grace_three_months::GraceThreeMonths for GraceThreeMonths;
    unknown_not_known::UnknownNotKnown for UnknownNotKnown;
    renewal_known_later::RenewalKnownLater for RenewalKnownLater;
}

/// What a design says of the validity of certificates.
pub fn of(design: &Design) -> &'static dyn Validity {
    behaviour_of(design.validity)
}
