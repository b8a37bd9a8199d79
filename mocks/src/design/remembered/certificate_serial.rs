//! `remembered = "certificate-serial"`: the serial number as the reader read it.

use super::{Remembered, Seen};

pub struct Serial;

impl Remembered for Serial {
    fn value(&self, seen: Seen<'_>, _: &[u8; 32]) -> Option<String> {
        match seen {
            Seen::Certificate(serial) => Some(serial.0.to_string()),
            Seen::Number(_) => None,
        }
    }
}
