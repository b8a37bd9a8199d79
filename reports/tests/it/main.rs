//! Reports as other tools read them, and their published schemas.
#![allow(clippy::unwrap_used, reason = "a test ends where something is missing")]

// The samples of the crate's own tests refer to it as `crate::results`.
use reports::results;

mod ci_readers;
mod parquet;
mod schema;
