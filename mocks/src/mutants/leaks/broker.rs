//! Leaks at the broker: a place is a behaviour, a leak is a row.

use super::super::kit::Encoding::*;
use super::super::kit::LeakedClass::*;
use super::super::kit::{EVERYDAY_VISIT, LeakPlace, Leaking, MutantDescription, Of, with_diagnostics};
use crate::behaviour::Dishonest;
use crate::host::http::Response;
use crate::roles::broker::behaviour::{BrokerBehaviour, ExtraHeaders, Refused};
use sim::terms::fhir::EligibilityQuestion;
use std::rc::Rc;

#[rustfmt::skip]
pub(in crate::mutants) const LEAKS: &[MutantDescription] = &[
    MutantDescription::leak("broker-shows-resident-code", ResidentCode, &BROKER_RECORD, Plain, "the broker keeps the resident code in its records", &["NVN-012/found"]),
    MutantDescription::leak("broker-shows-other-institution-code", OtherInstitutionCode, &BROKER_JPKI_HEADER, Plain, "the broker names the exchange's code in a header of its question to JPKI", &["NVN-026/found"]),
    MutantDescription::leak("broker-shows-medical-record", MedicalRecord, &BROKER_LOG, Plain, "the broker logs a medical record", &["NVN-048/found"]),
    MutantDescription::leak("broker-shows-research-code", ResearchCode, &BROKER_RECORD, Plain, "the broker keeps the research code in its records", &["NVN-057/found"]),
    MutantDescription::leak("broker-shows-code", InstitutionCode, &BROKER_HEADER, Plain, "the broker puts the institution code into a header of its answer", &["NVN-018/found"]),
    MutantDescription::leak("broker-puts-code-into-error-text", InstitutionCode, &BROKER_ERROR_TEXT, Plain, "the broker puts the institution code into the text of a refusal", &["NVN-018/found"]),
    MutantDescription::leak("broker-json-escapes-code", InstitutionCode, &BROKER_ERROR_TEXT, JsonEscapes, "the broker puts the institution code into the text of a refusal, in JSON's escapes", &["NVN-018/found"]),
    MutantDescription::leak("broker-hides-code-in-transaction-id", InstitutionCode, &BROKER_TRANSACTION_ID, Base64, "the broker's transaction id is the institution code in Base64", &["NVN-018/found"]),
    MutantDescription::leak("broker-hashes-code", InstitutionCode, &BROKER_HEADER, Sha256, "the broker puts the SHA-256 of the institution code into a header of its answer", &["NVN-018/found"]),
    MutantDescription::leak("broker-sends-code-bytes", InstitutionCodeBytes, &BROKER_HEADER, Hex, "the broker puts the octets of the institution code into a header of its answer", &["NVN-018/found"]),
    MutantDescription::leak("broker-splits-code-over-two-fields", InstitutionCode, &BROKER_TWO_HEADERS, Plain, "the broker puts the institution code into two headers, one half each", &["NVN-018/found"]),
    MutantDescription::leak("broker-nests-code", InstitutionCode, &BROKER_HEADER, Base64OfGzip, "the broker puts the institution code into a header, compressed and then in Base64", &["NVN-018/found"]),
    MutantDescription::leak("broker-code-in-tls-name", InstitutionCode, &BROKER_TLS_SUBJECT, Plain, "the broker's TLS certificate has an institution code in its subject", &["NVN-018/found"]),
];

/// The broker's log.
const BROKER_LOG: LeakPlace = LeakPlace {
    name: "broker-log",
    scenario: EVERYDAY_VISIT,
    discloses: |leaking| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(InBrokerLog(leaking))),
};

struct InBrokerLog(Leaking);

impl BrokerBehaviour for InBrokerLog {
    fn on_response(&self, question: &EligibilityQuestion, _response: &mut Response) {
        self.0.log(Of::Certificate(&question.certificate));
    }
}

/// A store of the broker's own.
const BROKER_RECORD: LeakPlace = LeakPlace {
    name: "broker-record",
    scenario: EVERYDAY_VISIT,
    discloses: |leaking| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(InBrokerRecord(leaking))),
};

struct InBrokerRecord(Leaking);

impl BrokerBehaviour for InBrokerRecord {
    fn on_response(&self, question: &EligibilityQuestion, _response: &mut Response) {
        self.0.keep(Of::Certificate(&question.certificate), Some(&question.check));
    }
}

/// A header of the answer ⑥.
const BROKER_HEADER: LeakPlace = LeakPlace {
    name: "broker-header",
    scenario: EVERYDAY_VISIT,
    discloses: |leaking| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(InBrokerHeader(leaking))),
};

struct InBrokerHeader(Leaking);

impl BrokerBehaviour for InBrokerHeader {
    fn on_response(&self, question: &EligibilityQuestion, response: &mut Response) {
        response.extra.extend(self.0.header("x-trace", Of::Certificate(&question.certificate)));
    }
}

/// A header of the answer ⑥ that is named as a transaction id.
const BROKER_TRANSACTION_ID: LeakPlace = LeakPlace {
    name: "broker-transaction-id",
    scenario: EVERYDAY_VISIT,
    discloses: |leaking| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(InBrokerTransactionId(leaking))),
};

struct InBrokerTransactionId(Leaking);

impl BrokerBehaviour for InBrokerTransactionId {
    fn on_response(&self, question: &EligibilityQuestion, response: &mut Response) {
        response.extra.extend(self.0.header("x-transaction-id", Of::Certificate(&question.certificate)));
    }
}

/// Two headers of the answer ⑥, one half each.
const BROKER_TWO_HEADERS: LeakPlace = LeakPlace {
    name: "broker-two-headers",
    scenario: EVERYDAY_VISIT,
    discloses: |leaking| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(InBrokerTwoHeaders(leaking))),
};

struct InBrokerTwoHeaders(Leaking);

impl BrokerBehaviour for InBrokerTwoHeaders {
    fn on_response(&self, question: &EligibilityQuestion, response: &mut Response) {
        if let Some((first, second)) = self.0.value(Of::Certificate(&question.certificate)).map(|encoded| encoded.halves()) {
            response.extra.extend([("x-trace-high", first), ("x-trace-low", second)]);
        }
    }
}

/// In the diagnostics of a refusal.
const BROKER_ERROR_TEXT: LeakPlace = LeakPlace {
    name: "broker-error-text",
    scenario: "two-insurers",
    discloses: |leaking| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(InBrokerErrorText(leaking))),
};

struct InBrokerErrorText(Leaking);

impl BrokerBehaviour for InBrokerErrorText {
    fn refusal(&self, refusal: Response, refused: &Refused<'_>) -> Response {
        match self.0.value(Of::Certificate(&refused.question.certificate)) {
            Some(encoded) => with_diagnostics(refusal, refused.outcome, &encoded.in_json()),
            None => refusal,
        }
    }
}

/// In a header of ⑤.
const BROKER_JPKI_HEADER: LeakPlace = LeakPlace {
    name: "broker-jpki-header",
    scenario: EVERYDAY_VISIT,
    discloses: |leaking| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(InBrokerJpkiHeader(leaking))),
};

struct InBrokerJpkiHeader(Leaking);

impl BrokerBehaviour for InBrokerJpkiHeader {
    fn extra_jpki_headers(&self, question: &EligibilityQuestion) -> ExtraHeaders {
        self.0.header("x-subject", Of::Certificate(&question.certificate))
    }
}

/// In the subject of the certificate that is presented to facilities.
const BROKER_TLS_SUBJECT: LeakPlace = LeakPlace {
    name: "broker-tls-subject",
    scenario: EVERYDAY_VISIT,
    discloses: |leaking| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(InBrokerTlsSubject(leaking))),
};

struct InBrokerTlsSubject(Leaking);

impl BrokerBehaviour for InBrokerTlsSubject {
    fn tls_unit(&self) -> Option<String> {
        self.0.text(Of::Anybody)
    }
}
