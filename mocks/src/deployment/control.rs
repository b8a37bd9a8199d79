//! How faults and events of a scenario change a party's behaviour. Changes to its clock, pace, queue, disk or TLS come from
//! outside and need no control here: see [`super::Member`].

use crate::pki::status::RevocationReason;
use crate::roles::insurer::InsurerFault;
use crate::roles::jpki::JpkiFault;
use jiff::Timestamp;
use sim::terms::identifiers::CertificateSerial;
use sim::terms::people::{CardCertificate, Person};

/// A change that is applied to a party.
#[derive(Clone, Debug)]
pub enum FaultControl {
    /// The fault of JPKI from now on.
    Jpki(JpkiFault),
    /// The fault of an insurer from now on.
    Insurer(InsurerFault),
    /// A municipality or a holder reports a change of a certificate.
    Certificate(CertificateChange),
}

/// A change in the register of certificates.
#[derive(Clone, Debug)]
pub enum CertificateChange {
    /// 更新. A new certificate replaces `old`.
    Renewed { person: Box<Person>, old: CertificateSerial, new: Box<CardCertificate> },
    /// A certificate that was issued before arrives in the register.
    Registered { serial: CertificateSerial },
    /// 失効.
    Revoked { serial: CertificateSerial, at: Timestamp, reason: RevocationReason },
    /// 一時停止.
    Suspended { serial: CertificateSerial, at: Timestamp },
    /// 一時停止の解除.
    Resumed { serial: CertificateSerial },
}

/// The result of a control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Controlled {
    Done,
    /// The party does not have this control.
    Unknown,
}
