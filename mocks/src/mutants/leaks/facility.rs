//! Leaks at the facility: a place is a behaviour, a leak is a row.

use super::super::kit::Encoding::*;
use super::super::kit::LeakedClass::*;
use super::super::kit::{EVERYDAY_VISIT, LeakPlace, Leaking, MutantDescription, Of};
use crate::behaviour::Dishonest;
use crate::host::http::Client;
use crate::roles::facility::Visit;
use crate::roles::facility::behaviour::FacilityBehaviour;
use crate::roles::line::behaviour::LineBehaviour;
use sim::context;
use sim::journal::Event;
use sim::terms::identifiers::FacilityNumber;
use std::rc::Rc;

#[rustfmt::skip]
pub(in crate::mutants) const LEAKS: &[MutantDescription] = &[
    MutantDescription::leak("facility-shows-my-number", MyNumber, &FACILITY_SCREEN, Plain, "the facility's screen shows My Number", &["NVN-003/found"]),
    MutantDescription::leak("facility-shows-resident-code", ResidentCode, &FACILITY_RECORD, Plain, "the facility keeps the resident code in its records", &["NVN-010/found"]),
    MutantDescription::leak("line-shows-resident-code", ResidentCode, &FACILITY_PREFACE, Plain, "the resident code is sent over the line in clear", &["NVN-011/found"]),
    MutantDescription::leak("facility-shows-institution-code", InstitutionCode, &FACILITY_LOG, Plain, "the facility logs the institution code", &["NVN-018/found"]),
    MutantDescription::leak("facility-shows-other-institution-code", OtherInstitutionCode, &FACILITY_PRINT, Plain, "the facility prints the exchange's code", &["NVN-024/found"]),
    MutantDescription::leak("line-shows-other-institution-code", OtherInstitutionCode, &FACILITY_PREFACE, Plain, "the exchange's code is sent over the line in clear", &["NVN-025/found"]),
    MutantDescription::leak("facility-shows-research-code", ResearchCode, &FACILITY_RECORD, Plain, "the facility keeps the research code in its records", &["NVN-055/found"]),
    MutantDescription::leak("facility-logs-number-hash", MyNumber, &FACILITY_LOG, Md5, "the facility logs the MD5 of My Number", &["NVN-003/found"]),
    MutantDescription::leak("facility-logs-number-sha1", MyNumber, &FACILITY_LOG, Sha1, "the facility logs the SHA-1 of My Number", &["NVN-003/found"]),
    MutantDescription::leak("facility-logs-number-sha512", MyNumber, &FACILITY_LOG, Sha512, "the facility logs the SHA-512 of My Number", &["NVN-003/found"]),
    MutantDescription::leak("facility-logs-truncated-hash", MyNumber, &FACILITY_LOG, TruncatedSha256, "the facility logs the first eight octets of the SHA-256 of My Number", &["NVN-003/found"]),
    MutantDescription::leak("facility-logs-keyed-hash", MyNumber, &FACILITY_LOG, HmacSha256, "the facility logs the HMAC of My Number with its own number as the key", &["NVN-003/found"]),
    MutantDescription::leak("facility-logs-reversed", MyNumber, &FACILITY_LOG, Reversed, "the facility logs My Number reversed", &["NVN-003/found"]),
    MutantDescription::leak("facility-logs-grouped", MyNumber, &FACILITY_LOG, Grouped, "the facility logs My Number in groups of four", &["NVN-003/found"]),
    MutantDescription::leak("facility-logs-number-base64url", MyNumber, &FACILITY_LOG, Base64Url, "the facility logs My Number in URL-safe Base64", &["NVN-003/found"]),
    MutantDescription::leak("facility-logs-in-two-lines", MyNumber, &FACILITY_TWO_LOG_LINES, Plain, "the facility logs My Number in two lines, one half each", &["NVN-003/found"]),
    MutantDescription::leak("facility-screen-full-width", MyNumber, &FACILITY_SCREEN, FullWidth, "the facility's screen shows My Number in full-width digits", &["NVN-003/found"]),
    MutantDescription::leak("facility-screen-html", MyNumber, &FACILITY_SCREEN, Html, "the facility's screen shows My Number as HTML character references", &["NVN-003/found"]),
    MutantDescription::leak("facility-prints-kanji-digits", MyNumber, &FACILITY_PRINT, Kanji, "the facility prints My Number in kanji digits", &["NVN-003/found"]),
    MutantDescription::leak("facility-record-utf16", MyNumber, &FACILITY_RECORD, Utf16, "the facility keeps My Number in UTF-16", &["NVN-003/found"]),
    MutantDescription::leak("facility-record-shift-jis", MyNumber, &FACILITY_RECORD, ShiftJis, "the facility keeps My Number in full-width digits, in Shift_JIS", &["NVN-003/found"]),
    MutantDescription::leak("facility-record-gzip", MyNumber, &FACILITY_RECORD, Gzip, "the facility keeps My Number compressed with gzip", &["NVN-003/found"]),
    MutantDescription::leak("facility-record-bcd", MyNumber, &FACILITY_RECORD, Bcd, "the facility keeps My Number in binary-coded decimal", &["NVN-003/found"]),
    MutantDescription::leak("facility-record-integer", MyNumber, &FACILITY_RECORD, Integer, "the facility keeps My Number as a binary number", &["NVN-003/found"]),
    MutantDescription::leak("facility-asks-with-number-in-url", MyNumber, &FACILITY_TARGET, Percent, "the facility puts My Number, percent-encoded, into the target of its request", &["NVN-003/found"]),
    MutantDescription::leak("line-carries-number-in-clear", MyNumber, &FACILITY_PREFACE, Plain, "My Number is sent over the line in clear before TLS begins", &["NVN-004/found", "SEC-006/not-tls"]),
];

/// The facility's log. A keyed digest uses the facility's own number, which is its only key.
const FACILITY_LOG: LeakPlace = LeakPlace {
    name: "facility-log",
    scenario: EVERYDAY_VISIT,
    discloses: |leaking| Dishonest::one::<dyn FacilityBehaviour>(Rc::new(InFacilityLog(leaking))),
};

struct InFacilityLog(Leaking);

impl FacilityBehaviour for InFacilityLog {
    fn on_check_ended(&self, visit: &Visit, me: &FacilityNumber) {
        if let Some(encoded) = self.0.value_with(Of::Person(visit.person), me.reveal()) {
            tracing::info!(target: "mocks", "value: {}", encoded.text());
        }
    }
}

/// The first half in one line of the log, the second in the next.
const FACILITY_TWO_LOG_LINES: LeakPlace = LeakPlace {
    name: "facility-two-log-lines",
    scenario: EVERYDAY_VISIT,
    discloses: |leaking| Dishonest::one::<dyn FacilityBehaviour>(Rc::new(InFacilityTwoLogLines(leaking))),
};

struct InFacilityTwoLogLines(Leaking);

impl FacilityBehaviour for InFacilityTwoLogLines {
    fn on_check_ended(&self, visit: &Visit, _me: &FacilityNumber) {
        if let Some((first, second)) = self.0.value(Of::Person(visit.person)).map(|encoded| encoded.halves()) {
            tracing::info!(target: "mocks", "value: {first}");
            tracing::info!(target: "mocks", "{second}");
        }
    }
}

/// The facility's screen.
const FACILITY_SCREEN: LeakPlace = LeakPlace {
    name: "facility-screen",
    scenario: EVERYDAY_VISIT,
    discloses: |leaking| Dishonest::one::<dyn FacilityBehaviour>(Rc::new(InFacilityScreen(leaking))),
};

struct InFacilityScreen(Leaking);

impl FacilityBehaviour for InFacilityScreen {
    fn on_check_ended(&self, visit: &Visit, _me: &FacilityNumber) {
        if let Some(text) = self.0.text(Of::Person(visit.person)) {
            context::record(Event::Screen { check: visit.check.clone(), text: format!("患者 {text}") });
        }
    }
}

/// A printed sheet for the patient.
const FACILITY_PRINT: LeakPlace = LeakPlace {
    name: "facility-print",
    scenario: EVERYDAY_VISIT,
    discloses: |leaking| Dishonest::one::<dyn FacilityBehaviour>(Rc::new(InFacilityPrint(leaking))),
};

struct InFacilityPrint(Leaking);

impl FacilityBehaviour for InFacilityPrint {
    fn on_check_ended(&self, visit: &Visit, _me: &FacilityNumber) {
        if let Some(text) = self.0.text(Of::Person(visit.person)) {
            context::record(Event::Screen { check: visit.check.clone(), text: format!("受付票（印刷）\n患者 {text}") });
        }
    }
}

/// A store of the facility's own.
const FACILITY_RECORD: LeakPlace = LeakPlace {
    name: "facility-record",
    scenario: EVERYDAY_VISIT,
    discloses: |leaking| Dishonest::one::<dyn FacilityBehaviour>(Rc::new(InFacilityRecord(leaking))),
};

struct InFacilityRecord(Leaking);

impl FacilityBehaviour for InFacilityRecord {
    fn on_check_ended(&self, visit: &Visit, _me: &FacilityNumber) {
        self.0.keep(Of::Person(visit.person), Some(&visit.check));
    }
}

/// In the query of the target of ④.
const FACILITY_TARGET: LeakPlace = LeakPlace {
    name: "facility-target",
    scenario: EVERYDAY_VISIT,
    discloses: |leaking| Dishonest::one::<dyn FacilityBehaviour>(Rc::new(InFacilityTarget(leaking))),
};

struct InFacilityTarget(Leaking);

impl FacilityBehaviour for InFacilityTarget {
    fn target(&self, visit: &Visit, path: &str) -> String {
        let text = self.0.text(Of::Person(visit.person));
        text.map_or_else(|| path.to_string(), |text| format!("{path}?patient={text}"))
    }
}

/// In clear, before the TLS of ④ begins. The line removes it.
const FACILITY_PREFACE: LeakPlace = LeakPlace {
    name: "facility-preface",
    scenario: EVERYDAY_VISIT,
    discloses: |leaking| {
        Dishonest::one::<dyn FacilityBehaviour>(Rc::new(InFacilityPreface(leaking.clone())))
            .and::<dyn LineBehaviour>(Rc::new(InFacilityPreface(leaking)))
    },
};

struct InFacilityPreface(Leaking);

impl FacilityBehaviour for InFacilityPreface {
    fn before_request(&self, visit: &Visit, _me: &FacilityNumber, broker: &Client) {
        if let Some(encoded) = self.0.value(Of::Person(visit.person)) {
            broker.send_in_clear([b"patient=", encoded.bytes(), b"\n"].concat());
        }
    }
}

impl LineBehaviour for InFacilityPreface {
    fn takes_off_clear_text(&self) -> bool {
        true
    }
}
