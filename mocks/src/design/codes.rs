//! The axis `codes`: how the number authority makes institution codes.

mod axis;

pub use axis::CodeSource;

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
