//! Messages, and validators that are not ours.
#![allow(clippy::unwrap_used, reason = "a test ends where something is missing")]

mod fhir_messages;
mod fhir_validators;
#[path = "../fhir/samples.rs"]
mod samples;
mod written_once;
