//! What the operations of a check really cost on this machine: the cryptography and the reading and writing of messages, measured
//! by doing them, with the parties' own code on inputs that the mocks make.
//!
//! Runs take times of service from [`crate::timing`] or from their scenario; both may be guesses. What is measured here is written
//! into a [calibration file](file::Calibration), and a scenario that names one is given times that some machine really needed.
//!
//! This is the one place in this crate that reads the machine's clock. Nothing of a run may come here.

mod error;
pub mod file;
mod inputs;
pub mod machine;
pub mod measure;
mod operation;
mod operations;
mod span;
mod task;
mod watch;

pub use error::CalibrationError;
pub use inputs::{Inputs, PEOPLE};
pub use operation::Operation;
pub use span::Span;
pub use task::Task;

/// All of them, in the order of a check.
pub fn operations() -> impl Iterator<Item = &'static Operation> {
    operations::ALL.iter().copied().flatten()
}

/// The operation of a name.
pub fn find(name: &str) -> Option<&'static Operation> {
    operations().find(|o| o.name == name)
}

#[cfg(test)]
mod tests;
