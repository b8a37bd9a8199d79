//! `validity = "grace-three-months"`: a certificate still serves to ask for eligibility to the last day of the third
//! month after the one in which it ends.

use super::Validity;

pub struct GraceThreeMonths;

impl Validity for GraceThreeMonths {
    fn months_after_its_end(&self) -> i32 {
        3
    }
}
