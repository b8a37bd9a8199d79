//! What a choice on the axis decides.

use sim::terms::identifiers::CertificateSerial;

/// A choice on the axis.
pub trait Remembered {
    /// The value by which a facility recognizes the holder of a certificate. `key` is the facility's own.
    fn value(&self, serial: CertificateSerial, key: &[u8; 32]) -> String;
}
