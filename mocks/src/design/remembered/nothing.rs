//! `remembered = "nothing"`: no value of what was presented.

use super::{Remembered, Seen};

pub struct Nothing;

impl Remembered for Nothing {
    fn value(&self, _: Seen<'_>, _: &[u8; 32]) -> Option<String> {
        None
    }
}
