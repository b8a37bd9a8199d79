//! The scenarios that come with the tool.

use crate::file::{FileError, Scenario};

macro_rules! files {
    ($($name:literal)*) => {
        /// Every file of the `core` suite: name and text, in the order in which the suite is run.
        pub const CORE: &[(&str, &str)] = &[$(($name, include_str!(concat!("../core/", $name, ".toml")))),*];
    };
}

files! {
    "everyday-visit"
    "morning-rush"
    "certificate-expired"
    "certificate-not-yet-valid"
    "certificate-revoked"
    "certificate-suspended"
    "certificate-from-another-ca"
    "certificate-tampered"
    "certificate-of-another-kind"
    "certificate-unreadable"
    "card-renewed"
    "signature-wrong"
    "challenge-reused"
    "challenge-too-old"
    "challenge-invented"
    "pin-wrong"
    "pin-locked"
    "borrowed-card"
    "not-insured"
    "insured-elsewhere"
    "feed-not-in"
    "feed-a-day-behind"
    "two-insurers"
    "no-institution-code"
    "facility-tls-certificate"
    "facility-unlicensed"
    "requests-out-of-form"
    "jpki-down"
    "jpki-slow"
    "jpki-nonsense"
    "broker-clock-ahead"
    "broker-restarted"
    "broker-down"
    "line-cut"
}

/// The `core` suite.
pub fn core() -> Result<Vec<Scenario>, FileError> {
    let read = |(name, text): &(&str, &str)| {
        let mut scenario = Scenario::read(&format!("{name}.toml"), text)?;
        scenario.source = name.to_string();
        Ok(scenario)
    };
    CORE.iter().map(read).collect()
}
