//! Whether a certificate is still good: the status from OCSP and from a CRL.

use jiff::Timestamp;
use x509_cert::serial_number::SerialNumber;

/// Why a certificate was revoked (RFC 5280 section 5.3.1). Only `CertificateHold` can be undone.
pub use x509_cert::ext::pkix::CrlReason as RevocationReason;

/// 失効情報. The status of a certificate (RFC 6960 section 2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertStatus {
    /// Issued and not revoked.
    Good,
    /// 失効, or 一時停止 where the reason is `CertificateHold`.
    Revoked { at: Timestamp, reason: Option<RevocationReason> },
    /// The authority does not know the certificate.
    Unknown,
}

/// A serial number as the unsigned 64-bit number that every certificate of this hierarchy has; `None` for a negative or
/// longer one, which can only belong to another hierarchy.
pub(super) fn serial_value(serial: &SerialNumber) -> Option<u64> {
    let bytes = serial.as_bytes();
    if bytes.first().is_some_and(|first| first & 0x80 != 0) {
        return None;
    }
    let significant = &bytes[bytes.iter().take_while(|b| **b == 0).count()..];
    (significant.len() <= 8).then(|| significant.iter().fold(0u64, |value, b| value << 8 | u64::from(*b)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use der::Decode;

    #[test]
    fn serial_numbers_keep_their_value_and_foreign_ones_have_none() {
        for value in [0, 1, 127, 128, 2_259_731, u64::MAX] {
            let serial = SerialNumber::new(&value.to_be_bytes()).expect("a serial number");
            assert_eq!(serial_value(&serial), Some(value));
        }
        assert_eq!(serial_value(&SerialNumber::new(&[1; 9]).expect("a serial number")), None);
        assert_eq!(serial_value(&SerialNumber::from_der(&[2, 1, 0xff]).expect("a serial number")), None);
    }
}
