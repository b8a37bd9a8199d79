//! `remembered = "certificate-serial"`: the serial number as the reader read it.

use super::Remembered;
use sim::terms::identifiers::CertificateSerial;

pub struct Serial;

impl Remembered for Serial {
    fn value(&self, serial: CertificateSerial, _: &[u8; 32]) -> String {
        serial.0.to_string()
    }
}
