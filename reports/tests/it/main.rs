//! Reports as other tools read them, and their published schemas.
#![allow(clippy::unwrap_used, reason = "a test ends where something is missing")]

// The samples of the reports' own tests name it so.
use reports::results;

mod ci_readers;
mod parquet;
mod schema;
