//! Tests of whole statements.

mod bytes;
mod evidence_files;
mod sample;
mod signatures;
mod structure;
