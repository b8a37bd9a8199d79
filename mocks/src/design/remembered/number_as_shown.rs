//! `remembered = "number-as-shown"`: the number as staff typed it.

use super::{Remembered, Seen};

pub struct Number;

impl Remembered for Number {
    fn value(&self, seen: Seen<'_>, _: &[u8; 32]) -> Option<String> {
        match seen {
            Seen::Certificate(_) => None,
            Seen::Number(number) => Some(number.to_string()),
        }
    }
}
