//! What a choice on the axis decides.

use sim::terms::identifiers::CertificateSerial;

/// A choice on the axis.
pub trait Remembered {
    /// The value by which a facility recognizes the person of whom it saw this. `key` is the facility's own. `None` if it keeps
    /// nothing.
    fn value(&self, seen: Seen<'_>, key: &[u8; 32]) -> Option<String>;
}

/// What a facility saw of a person.
#[derive(Clone, Copy)]
pub enum Seen<'a> {
    Certificate(CertificateSerial),
    /// A number that staff typed.
    Number(&'a str),
}
