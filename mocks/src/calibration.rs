//! Measures what the operations of a check cost on this machine: the cryptography and the reading and writing of messages,
//! executed with the parties' own code on inputs from the mocks.
//!
//! Runs take service times from [`crate::timing`] or from their scenario; both may be assumptions. What is measured here is
//! written to a [calibration file](file::Calibration), and a scenario that names one gets service times measured on a machine.
//!
//! This is the only module in this crate that reads the machine's clock. No run may use it.

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

/// All operations, in the order of a check.
pub fn operations() -> impl Iterator<Item = &'static Operation> {
    operations::ALL.iter().copied().flatten()
}

/// The operation with this name.
pub fn find(name: &str) -> Option<&'static Operation> {
    operations().find(|o| o.name == name)
}

#[cfg(test)]
mod tests;
