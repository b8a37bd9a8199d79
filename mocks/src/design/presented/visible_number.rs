//! `presented = "visible-number"`: the visible medical number, which staff type from a card or slip of its own.

use super::{Presented, Shown};

pub struct VisibleNumber;

impl Presented for VisibleNumber {
    fn shown(&self) -> Shown {
        Shown::NumberSlip
    }
}
