#![doc = include_str!("../../../docs/statement.md")]

pub mod certification;
pub mod checks;
pub mod dsse;
pub mod escape;
pub mod evidence;
pub mod in_toto;
pub mod keys;
pub mod merkle;
mod names;
mod strict;
pub mod summary;
pub mod verification;

pub use certification::{
    CaseOutcome, CaseVerdict, Certification, DriveMode, Product, RuleTable, RuleVerdict, Summary, Tool, VerdictOutcome, Waiver,
};
pub use dsse::Envelope;
pub use evidence::EvidenceFile;
pub use in_toto::Statement;
pub use keys::{PublicKey, SigningKey};
pub use verification::Verification;

#[cfg(test)]
mod tests;
