//! `presented = "my-number"`: My Number, which staff read from the back of the card. Forbidden by law; the yardstick.

use super::{Presented, Shown};

pub struct MyNumber;

impl Presented for MyNumber {
    fn shown(&self) -> Shown {
        Shown::CardBack
    }
}
