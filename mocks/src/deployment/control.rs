//! What faults and events of a scenario do to a party from inside. What they do to its clock, pace, queue, disk or TLS from outside
//! needs no control of its own: see [`super::Member`].

use crate::pki::status::RevocationReason;
use crate::roles::insurer::InsurerFault;
use crate::roles::jpki::Behaviour;
use jiff::Timestamp;
use sim::terms::identifiers::CertificateSerial;
use sim::terms::people::{CardCertificate, Person};

/// Something that a party is made to do.
#[derive(Clone, Debug)]
pub enum FaultControl {
    /// JPKI behaves so from now on.
    Jpki(Behaviour),
    /// An insurer behaves so from now on.
    Insurer(InsurerFault),
    /// A municipality or a holder reports a change of a certificate.
    Certificate(CertificateChange),
}

/// A change in the register of certificates.
#[derive(Clone, Debug)]
pub enum CertificateChange {
    /// 更新. A new certificate takes the place of `old`.
    Renewed { person: Box<Person>, old: CertificateSerial, new: Box<CardCertificate> },
    /// 失効.
    Revoked { serial: CertificateSerial, at: Timestamp, reason: RevocationReason },
    /// 一時停止.
    Suspended { serial: CertificateSerial, at: Timestamp },
    /// 一時停止の解除.
    Resumed { serial: CertificateSerial },
}

/// What came of a control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Controlled {
    Done,
    /// The party has no such control, as a system under test has none.
    Unknown,
}
