//! The scenarios that come with the tool.

use crate::file::{FileErrors, Library, Scenario};
use crate::plan::swarm;

macro_rules! files {
    ($(#[$doc:meta])* $suite:ident in $folder:literal: $($name:literal)*) => {
        $(#[$doc])*
        const $suite: &[(&str, &str)] = &[$(($name, include_str!(concat!("../", $folder, "/", $name, ".toml")))),*];
    };
}

files! {
    /// Flow, insurers, card life cycle, security and the most common faults. Takes seconds; run it for every change.
    CORE in "core":
    "everyday-visit"
    "morning-rush"
    "two-facilities"
    "poisson-minute"
    "monday-morning"
    "every-two-seconds"
    "doors-open"
    "certificate-expired"
    "certificate-not-yet-valid"
    "certificate-revoked"
    "certificate-revoked-during-the-day"
    "certificate-suspended"
    "certificate-from-another-ca"
    "certificate-tampered"
    "certificate-of-another-kind"
    "certificate-unreadable"
    "card-renewed"
    "card-renewed-during-the-day"
    "renewed-and-moved"
    "card-lost-and-found"
    "signature-wrong"
    "challenge-reused"
    "challenge-too-old"
    "challenge-invented"
    "pin-wrong"
    "pin-locked"
    "pin-locked-and-reset"
    "borrowed-card"
    "borrowed-card-then-own"
    "not-insured"
    "insured-elsewhere"
    "insured-elsewhere-today"
    "insurance-gap"
    "seventy-five-today"
    "seventy-five-tomorrow"
    "insurance-ended-retroactively"
    "insurer-changed-during-the-day"
    "insurer-changed-retroactively"
    "feed-not-in"
    "feed-a-day-behind"
    "feed-after-visit"
    "feed-out-of-order"
    "feed-sent-twice"
    "feed-while-a-record-is-written"
    "feed-never-complete"
    "two-insurers"
    "no-institution-code"
    "facility-tls-certificate"
    "facility-tls-expires"
    "facility-unlicensed"
    "requests-out-of-form"
    "deviations-in-a-row"
    "jpki-down"
    "jpki-slow"
    "jpki-nonsense"
    "jpki-nonsense-later"
    "broker-clock-ahead"
    "broker-restarted"
    "broker-down"
    "line-cut"
    "emergency-room-across-midnight"
    "month-end-at-midnight"
    "fiscal-year-begins-at-midnight"
    "batch-of-the-new-day-late"
}

files! {
    /// Each kind of fault, while visits go on, and the recovery after it.
    FAULTS in "faults":
    "jpki-silent"
    "jpki-speaks-of-yesterday"
    "jpki-says-try-later"
    "jpki-status-in-other-forms"
    "jpki-fails-in-part"
    "tls-revocation-list-too-old"
    "broker-stopped-in-good-order"
    "broker-crashes-during-checks"
    "number-authority-down"
    "line-down"
    "insurers-down"
    "broker-works-slowly"
    "jpki-works-slowly"
    "broker-at-half-capacity"
    "jpki-at-half-capacity"
    "flood-with-queue"
    "line-slow"
    "line-loses-packets"
    "way-to-jpki-loses-packets"
    "line-narrow"
    "answers-do-not-come-back"
    "broker-cut-off-from-jpki"
    "insurers-cut-off-from-broker"
    "broker-clock-behind"
    "facility-clock-far-ahead"
    "clocks-drift"
    "facility-floods-the-broker"
    "requests-that-never-end"
    "card-lost-on-the-way"
    "certificate-ends-while-jpki-is-silent"
    "feed-twice-and-out-of-order"
    "terminal-clock-ahead-across-midnight"
    "terminal-clock-behind-across-midnight"
}

files! {
    /// Long scenarios with many people.
    SOAK in "soak":
    "monday-hour"
    "night"
}

files! {
    /// Effects that only show in designs that differ from the source's example.
    DESIGNS in "designs":
    "seven-minutes-later"
    "insurers-asked"
    "moves-while-insurers-are-asked"
    "insurer-silent"
    "insurer-slow"
    "insurer-answers-nonsense"
    "insurers-down-when-asked"
    "number-looked-up"
    "number-cannot-be-looked-up"
    "my-number-at-the-counter"
    "paper-card-copied"
    "pin-for-everybody"
    "face-terminal"
    "nothing-kept"
    "over-the-internet"
    "codes-made-otherwise"
}

files! {
    /// What goes wrong at the counter and beside it: validity as a policy, parts that fail, outages as they happened, attacks.
    COUNTER in "counter":
    "expiry-grace"
    "expiry-grace-days"
    "expiry-grace-one-month"
    "certificate-not-registered"
    "certificate-not-registered-yet"
    "renewed-and-not-known-for-a-day"
    "renewed-after-its-end"
    "revoked-within-its-grace"
    "terminal-power-cut"
    "terminal-power-cut-while-people-wait"
    "reader-frozen"
    "card-taken-away"
    "dead-chip-and-wrong-card"
    "same-person-twice"
    "printer-of-the-day-before"
    "disk-full"
    "database-of-yesterday"
    "staff-skip-the-person-check"
    "terminal-clock-a-year-ahead"
    "terminal-clock-16h"
    "jpki-clock-two-seconds"
    "face-then-pin-then-lock"
    "region-cut"
    "carrier-down-for-29-minutes"
    "load-balancer-to-one-server"
    "jpki-maintenance-for-an-hour"
    "everyone-comes-back-at-once"
    "emergency-mode"
    "borrowed-cards"
    "stolen-cards"
    "copied-certificates"
    "replayed-requests"
    "typed-and-guessed-identifiers"
    "insiders"
    "colluding-facilities"
    "a-morning-at-published-rates"
}

files! {
    /// People of every age, wrong data and late data, while every party works as built.
    DATA in "data":
    "school-child"
    "seventy-this-month"
    "born-on-29-february"
    "household-of-who-turns-75"
    "household-moves"
    "record-with-another-branch"
    "record-with-a-slip"
    "record-in-full-width"
    "record-with-another-letter"
    "record-of-another-person"
    "record-of-an-ended-coverage"
    "wrong-link-to-an-uninsured-person"
    "wrong-link-to-an-insured-person"
    "two-people-swapped"
    "wrong-link-in-a-family"
    "wrong-link-found-out-in-two-steps"
    "two-records-of-one-person"
    "wrong-copayment"
    "shares-withheld-for-days"
    "wrong-date-of-birth"
    "branch-filled-in"
    "slip-in-the-register"
    "letter-that-cannot-be-carried"
    "name-withheld"
    "number-withheld"
    "wrong-batch-withdrawn"
    "certificate-registered-days-later"
    "registered-three-weeks-late"
    "feeds-days-behind-the-registers"
    "old-insurer-a-day-late"
    "old-insurer-first"
    "new-insurer-first"
    "both-insurers-weeks-late"
    "retroactive-by-a-year"
    "two-moves-in-one-month"
    "left-and-insured-again"
    "night-maintenance"
    "insurer-sends-nothing"
    "job-changes-of-april"
}

files! {
    /// The rest of the source: who has a code, and what else a code or My Number is for.
    SOURCE in "source":
    "one-code-wherever-the-person-goes"
    "cancer-registry-morning"
    "cancer-registry-without-codes"
    "cancer-report-corrected-and-withdrawn"
    "cancer-report-sent-twice"
    "cancer-report-withdrawn-by-another-facility"
    "cancer-report-from-unlicensed-facility"
    "cancer-registry-crashes"
    "cancer-registry-gets-no-codes"
    "code-asked-for"
    "code-given-up-and-asked-for-again"
    "code-leak-reported"
    "code-leak-and-kept-mapping"
    "code-changes-while-number-authority-is-down"
    "impostor-at-the-municipality"
    "leak-reported-without-a-code"
    "report-of-a-leak-arrives-again"
    "codes-change-in-turn"
}

/// A set of scenarios that comes with the tool.
pub struct Suite {
    pub name: &'static str,
    /// What it is for.
    pub what: &'static str,
    /// Name and text of each file, in the order in which they are run.
    files: &'static [(&'static str, &'static str)],
}

/// All suites.
pub const SUITES: &[Suite] = &[
    Suite {
        name: "core",
        what: "flow, insurers, cards, security, the most common faults: seconds, for every change",
        files: CORE,
    },
    Suite { name: "faults", what: "each kind of fault while visits go on, and the recovery after it", files: FAULTS },
    Suite { name: "swarm", what: "everything drawn from the seed: people, visits, faults, design", files: &[] },
    Suite { name: "soak", what: "long scenarios with many people", files: SOAK },
    Suite {
        name: "counter",
        what: "validity as a policy, failures at the counter, outages as they happened, attacks",
        files: COUNTER,
    },
    Suite { name: "data", what: "people of every age, wrong data and late data, while every party works as built", files: DATA },
    Suite { name: "designs", what: "effects that only show in designs that differ from the source's example", files: DESIGNS },
    Suite {
        name: "source",
        what: "the rest of the source: who has a code, and what else a code or My Number is for",
        files: SOURCE,
    },
];

impl Suite {
    pub fn find(name: &str) -> Option<&'static Suite> {
        SUITES.iter().find(|s| s.name == name)
    }

    /// The file of a built-in scenario, relative to the root of the project.
    pub fn file_of(name: &str) -> Option<String> {
        let has = |s: &&Suite| s.files.iter().any(|(file, _)| *file == name);
        SUITES.iter().find(has).map(|s| format!("scenarios/{}/{name}.toml", s.name))
    }

    /// Its scenarios.
    pub fn scenarios(&self) -> Result<Vec<Scenario>, FileErrors> {
        if self.name == swarm::NAME {
            return Ok(vec![swarm::scenario()]);
        }
        let read = |(name, text): &(&str, &str)| {
            // The path in the project, which a demand that is not met names.
            let file = format!("scenarios/{}/{name}.toml", self.name);
            let mut scenario = Scenario::read(&file, text, &Library::none())?;
            scenario.source = name.to_string();
            Ok(scenario)
        };
        self.files.iter().map(read).collect()
    }
}

/// The load studies that come with the tool, and what some of them include.
const LOAD: &[(&str, &str)] = &[
    ("national-peak", include_str!("../load/national-peak.toml")),
    ("jpki-out", include_str!("../load/jpki-out.toml")),
    ("jpki-out-remembered", include_str!("../load/jpki-out-remembered.toml")),
    ("broker-at-half", include_str!("../load/broker-at-half.toml")),
    ("line-cut-and-back", include_str!("../load/line-cut-and-back.toml")),
    ("one-region-cut", include_str!("../load/one-region-cut.toml")),
    ("oracle-mm1", include_str!("../load/oracle-mm1.toml")),
    ("oracle-mmc", include_str!("../load/oracle-mmc.toml")),
    ("oracle-md1", include_str!("../load/oracle-md1.toml")),
    ("oracle-tandem", include_str!("../load/oracle-tandem.toml")),
];
const LOAD_PARTS: &[(&str, &str)] = &[("prefecture.part.toml", include_str!("../load/prefecture.part.toml"))];

/// All load studies.
pub fn load_studies() -> Result<Vec<Scenario>, FileErrors> {
    let read = |path: &std::path::Path, _: &std::path::Path| {
        let part = LOAD_PARTS.iter().find(|(name, _)| path == std::path::Path::new(name));
        part.map(|(_, text)| text.to_string()).ok_or_else(|| std::io::ErrorKind::NotFound.into())
    };
    let library = Library { read: &read, rules: None };
    let study = |(name, text): &(&str, &str)| {
        let mut scenario = Scenario::read(&format!("{name}.toml"), text, &library)?;
        scenario.source = name.to_string();
        Ok(scenario)
    };
    LOAD.iter().map(study).collect()
}

files! {
    /// What `shikaku compare` plays in every design.
    COMPARE in "compare":
    "everyday"
    "outages"
    "causes"
}

/// The scenarios that designs are compared by.
pub fn comparison() -> Result<Vec<Scenario>, FileErrors> {
    Suite { name: "compare", what: "", files: COMPARE }.scenarios()
}

/// The `core` suite.
pub fn core() -> Result<Vec<Scenario>, FileErrors> {
    Suite { name: "core", what: "", files: CORE }.scenarios()
}

/// Every scenario of every suite.
pub fn all() -> Result<Vec<Scenario>, FileErrors> {
    let suites: Result<Vec<_>, _> = SUITES.iter().map(Suite::scenarios).collect();
    Ok(suites?.concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::Expect;
    use std::collections::BTreeSet;

    #[test]
    fn every_file_of_a_folder_is_in_its_suite_and_can_be_read() {
        for suite in SUITES.iter().filter(|s| s.name != swarm::NAME) {
            let folder = format!("{}/{}", env!("CARGO_MANIFEST_DIR"), suite.name);
            let files: BTreeSet<String> = std::fs::read_dir(folder)
                .unwrap()
                .map(|e| e.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
                .collect();
            let table: BTreeSet<String> = suite.files.iter().map(|(name, _)| name.to_string()).collect();
            assert_eq!(files, table, "the files of `{}` and the table in catalog.rs differ", suite.name);
        }
        let names: BTreeSet<String> = all().unwrap_or_else(|e| panic!("{e}")).into_iter().map(|s| s.name).collect();
        assert_eq!(names.len(), all().unwrap().len(), "two scenarios have the same name");
        assert!(names.len() > 60, "{}", names.len());
    }

    #[test]
    fn every_scenario_of_the_comparison_is_in_the_table_and_leaves_the_design_open() {
        let folder = format!("{}/compare", env!("CARGO_MANIFEST_DIR"));
        let files = std::fs::read_dir(folder).unwrap().count();
        let all = comparison().unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(files, all.len());
        for scenario in all {
            let fits = crate::designs::named().iter().filter(|d| scenario.needs.met_by(d)).count();
            assert_eq!(fits, crate::designs::named().len(), "{} needs {}", scenario.name, scenario.needs);
        }
    }

    #[test]
    fn every_load_study_is_in_the_table_and_can_be_read() {
        let folder = format!("{}/load", env!("CARGO_MANIFEST_DIR"));
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
            .filter(|name| !name.ends_with(".part.toml"))
            .collect();
        files.sort();
        let mut table: Vec<String> = LOAD.iter().map(|(name, _)| format!("{name}.toml")).collect();
        table.sort();
        assert_eq!(files, table);
        let studies = load_studies().unwrap_or_else(|e| panic!("{e}"));
        assert!(studies.iter().all(|s| s.load.is_some()));
    }

    #[test]
    fn every_scenario_says_which_rules_it_exercises() {
        for s in all().unwrap().iter().filter(|s| s.generator.is_none()) {
            assert!(!s.exercises.is_empty(), "{} exercises no rule", s.name);
        }
    }

    /// Safety during faults is not enough: each scenario shows that people are served again.
    #[test]
    fn every_scenario_of_the_fault_suite_heals_and_says_what_it_is_for() {
        for s in Suite::find("faults").unwrap().scenarios().unwrap() {
            assert!(s.heals_within.is_some(), "{} has no `heals-within`", s.name);
            let served = |v: &&crate::file::VisitPart| v.expect != Expect::NeverWrong;
            assert!(s.visits.iter().any(|v| served(&v)), "{}", s.name);
        }
    }
}
