//! The common parts of mutants.

mod active;
mod description;
mod encoding;
mod forged;
mod knowledge;
mod leak;
mod leak_source;
mod memory;
mod refusal;
mod stores;

pub use active::ActiveMutant;
pub use description::{Mutant, MutantDescription};
pub use encoding::{Encoded, Encoding};
pub use knowledge::{Knowledge, Of};
pub use leak::{Leak, LeakPlace};
pub use leak_source::{LeakSource, LeakedClass};

pub(super) use description::{ASK_INSURER, Breaks, CERTIFICATE, EVERYDAY_VISIT, SIGNED_CHALLENGE, VISIBLE_NUMBER};
pub(super) use forged::{forged_certificate, forged_challenge};
pub(super) use leak::Leaking;
pub(super) use memory::CodeMemory;
pub(super) use refusal::with_diagnostics;
pub(super) use stores::keep_patient;
