//! The axis `codes`: how the number authority makes institution codes.

mod axis;

pub use axis::{CodeHolder, CodeSource};

use sim::terms::design::{self, Design};

macro_rules! choices {
    ($($file:ident::$behaviour:ident for $choice:ident;)*) => {
        $(mod $file;)*

        fn behaviour_of(choice: design::Codes) -> &'static dyn CodeSource {
            match choice { $(design::Codes::$choice => &$file::$behaviour),* }
        }
    };
}

choices! {
    from_resident_code::FromResidentCode for FromResidentCode;
    from_my_number::FromMyNumber for FromMyNumber;
    random_table::RandomTable for RandomTable;
}

/// How codes are made in a design.
pub fn source(design: &Design) -> &'static dyn CodeSource {
    behaviour_of(design.codes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roles::number_authority::keys::CodeKeys;
    use sim::seed::Seed;
    use sim::terms::design::Codes;
    use sim::terms::identifiers::{MyNumber, ResidentCode};
    use std::collections::BTreeSet;

    /// The same over 10^8 codes: `cargo run --release --example code_collisions`.
    #[test]
    fn no_two_codes_are_the_same_of_any_person_field_or_generation_however_they_are_made() {
        let keys = CodeKeys::new(&Seed::new(1, "collisions"));
        for codes in [Codes::FromResidentCode, Codes::FromMyNumber, Codes::RandomTable] {
            let design = Design { codes, ..Design::default() };
            let (source, mut seen) = (source(&design), BTreeSet::new());
            for person in 0..10_000 {
                let (resident, my_number) = (ResidentCode::from_body(person), MyNumber::from_body(person));
                for field in ["medical-insurance", "exchange", "medical-insurance/1"] {
                    for generation in 0..3 {
                        let of = CodeHolder { resident: &resident, my_number: Some(&my_number), generation };
                        assert!(seen.insert(source.code(&keys, field, &of)), "{codes:?} {person} {field} {generation}");
                        assert!(seen.contains(&source.code(&keys, field, &of)));
                    }
                }
            }
        }
    }
}
