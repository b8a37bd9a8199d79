//! `validity = "grace-one-month"`: a certificate still serves to ask for eligibility to the last day of the month after
//! the one in which it ends.

use super::Validity;

pub struct GraceOneMonth;

impl Validity for GraceOneMonth {
    fn months_after_its_end(&self) -> i32 {
        1
    }
}
