//! The messages, and independent validators.
#![allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

mod fhir_empty;
mod fhir_messages;
mod fhir_validators;
#[path = "../fhir/samples.rs"]
mod samples;
mod written_once;
