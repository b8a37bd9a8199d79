//! The glossary.
#![allow(clippy::unwrap_used, reason = "a test ends where something is missing")]

mod glossary;
