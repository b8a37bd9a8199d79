//! The axis `remembered`: what identifies a person at a facility afterwards.

mod axis;

pub use axis::{Remembered, Seen};

use sim::terms::design::{self, Design};

macro_rules! choices {
    ($($file:ident::$behaviour:ident for $choice:ident;)*) => {
        $(mod $file;)*

        fn behaviour_of(choice: design::Remembered) -> &'static dyn Remembered {
            match choice { $(design::Remembered::$choice => &$file::$behaviour),* }
        }
    };
}

choices! {
    certificate_serial::Serial for CertificateSerial;
    facility_pseudonym::Pseudonym for FacilityPseudonym;
    number_as_shown::Number for NumberAsShown;
    nothing::Nothing for Nothing;
}

/// The value by which a facility recognizes the person of whom it saw this, in a design. `None` if it keeps nothing.
pub fn value(design: &Design, seen: Seen<'_>, key: &[u8; 32]) -> Option<String> {
    behaviour_of(design.remembered).value(seen, key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::terms::identifiers::CertificateSerial;

    #[test]
    fn a_pseudonym_differs_between_facilities_and_what_was_shown_does_not() {
        let serial = Seen::Certificate(CertificateSerial(123_456_789));
        let at = |remembered: design::Remembered, seen, key: u8| {
            let design = Design { remembered, ..Design::default() };
            value(&design, seen, &[key; 32])
        };
        let (as_read, pseudonym) = (design::Remembered::CertificateSerial, design::Remembered::FacilityPseudonym);
        assert_eq!(at(as_read, serial, 1), at(as_read, serial, 2));
        for seen in [serial, Seen::Number("12345678901238")] {
            assert_ne!(at(pseudonym, seen, 1), at(pseudonym, seen, 2));
            assert_eq!(at(pseudonym, seen, 1), at(pseudonym, seen, 1));
            assert!(!at(pseudonym, seen, 1).unwrap().contains("123456789"));
            assert_eq!(at(design::Remembered::Nothing, seen, 1), None);
        }
        assert_eq!(at(design::Remembered::NumberAsShown, Seen::Number("12345678901238"), 1).as_deref(), Some("12345678901238"));
    }
}
