//! Messages, their validators, and the glossary.
#![allow(clippy::unwrap_used, reason = "a test ends where something is missing")]

mod fhir_messages;
mod fhir_validators;
mod glossary;
#[path = "../fhir/samples.rs"]
mod samples;
