//! What a choice on the axis decides.

use sim::terms::design::Parameters;
use std::time::Duration;

/// What a broker makes of a certificate that JPKI does not know (`unknown`, RFC 6960, section 2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownStatus {
    /// It refuses: the certificate cannot be trusted.
    Refused,
    /// Nothing is known: JPKI may know the certificate later.
    NotKnown,
}

/// A choice on the axis. The defaults are the source's example.
pub trait Validity {
    /// For how many months after the month of its end a certificate serves to ask for eligibility: to the last day of the
    /// last of them.
    fn months_after_its_end(&self) -> i32 {
        0
    }

    /// What becomes of a certificate that JPKI does not know.
    fn unknown_status(&self) -> UnknownStatus {
        UnknownStatus::Refused
    }

    /// How long after a renewal JPKI does not know the new certificate.
    fn renewed_known_after(&self, _parameters: &Parameters) -> Duration {
        Duration::ZERO
    }
}
