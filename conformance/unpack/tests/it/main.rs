//! What comes out of containers.
#![allow(clippy::unwrap_used, reason = "a test ends where something is missing")]

mod archives;
mod documents;
mod field_cases;
mod hostile;
mod sink;
