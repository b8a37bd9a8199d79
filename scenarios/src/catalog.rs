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
    "two-facilities"
    "certificate-expired"
    "certificate-not-yet-valid"
    "certificate-revoked"
    "certificate-suspended"
    "certificate-from-another-ca"
    "certificate-tampered"
    "certificate-of-another-kind"
    "certificate-unreadable"
    "card-renewed"
    "renewed-and-moved"
    "card-lost-and-found"
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
    "feed-after-visit"
    "two-insurers"
    "no-institution-code"
    "facility-tls-certificate"
    "facility-unlicensed"
    "requests-out-of-form"
    "jpki-down"
    "jpki-slow"
    "jpki-nonsense"
    "jpki-nonsense-later"
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_file_of_the_folder_is_in_the_suite_and_can_be_read() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/core");
        let files: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|e| e.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        let table: BTreeSet<String> = CORE.iter().map(|(name, _)| name.to_string()).collect();
        assert_eq!(files, table, "a scenario file and the table in catalog.rs do not agree");
        let scenarios = core().unwrap_or_else(|e| panic!("{e}"));
        assert!(scenarios.len() >= 20);
        for s in scenarios {
            assert!(!s.title.ja.is_empty() && !s.title.en.is_empty() && !s.story.trim().is_empty(), "{}", s.name);
        }
    }
}
