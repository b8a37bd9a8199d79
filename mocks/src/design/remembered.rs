//! The axis `remembered`: what identifies a person at a facility afterwards.

mod axis;

pub use axis::Remembered;

use sim::terms::design::{self, Design};
use sim::terms::identifiers::CertificateSerial;

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
}

/// The value by which a facility recognizes the holder of a certificate in a design.
pub fn value(design: &Design, serial: CertificateSerial, key: &[u8; 32]) -> String {
    behaviour_of(design.remembered).value(serial, key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pseudonym_differs_between_facilities_and_a_serial_does_not() {
        let serial = CertificateSerial(123_456_789);
        let at = |design: &Design, key: u8| value(design, serial, &[key; 32]);
        let (serials, mut pseudonyms) = (Design::default(), Design::default());
        pseudonyms.remembered = design::Remembered::FacilityPseudonym;
        assert_eq!(at(&serials, 1), at(&serials, 2));
        assert_ne!(at(&pseudonyms, 1), at(&pseudonyms, 2));
        assert_eq!(at(&pseudonyms, 1), at(&pseudonyms, 1));
        assert!(!at(&pseudonyms, 1).contains("123456789"));
    }
}
