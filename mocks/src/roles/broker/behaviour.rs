//! The decisions of a broker that a dishonest one could make differently.

use super::audit::{Audit, AuditRecord};
use super::challenges::ChallengeFresh;
use super::eligibility::{Eligibility, Known};
use super::proof::Proved;
use crate::behaviour::RoleBehaviour;
use crate::design::validity::UnknownStatus;
use crate::host::http::Response;
use crate::pki::ocsp::OcspError;
use crate::pki::path::{CertificateFault, CertificateGood, CertificateGoodSoFar, JpkiTrust};
use crate::pki::status::CertStatus;
use jiff::Timestamp;
use jiff::civil::Date;
use sim::terms::coverage::Validity;
use sim::terms::fhir::{CoverageStatement, EligibilityQuestion, FeedBatch};
use sim::terms::identifiers::{CertificateSerial, InstitutionCode, InsurerNumber, PresentedNumber};
use sim::terms::outcome::OutcomeCode;
use std::cell::RefCell;
use std::rc::Rc;

/// Headers in addition to those of the message: names in lower case, and values.
pub type ExtraHeaders = Vec<(&'static str, String)>;

/// A question about one person, and the data from which the broker answers it.
pub struct Asked<'a> {
    pub question: &'a EligibilityQuestion,
    pub code: &'a InstitutionCode,
    pub data: &'a Eligibility,
    /// The name of an insurer.
    pub name: &'a dyn Fn(&InsurerNumber) -> String,
}

/// A question that is not answered, and why. `code` is the code of the person asked about, if it is known.
pub struct Refused<'a> {
    pub outcome: OutcomeCode,
    pub question: &'a EligibilityQuestion,
    pub code: Option<&'a InstitutionCode>,
    pub data: &'a Eligibility,
}

/// How a broker decides. The defaults are those of an honest one.
pub trait BrokerBehaviour {
    /// A unit in the subject of the certificate that the broker shows on the network.
    fn tls_unit(&self) -> Option<String> {
        None
    }

    /// Whether a facility is served; `licensed` states whether it is licensed.
    fn serves_facility(&self, licensed: bool) -> bool {
        licensed
    }

    /// Whether a feed is accepted; `own` states whether its sender is the insurer that it names.
    fn accepts_feed(&self, own: bool) -> bool {
        own
    }

    /// What is taken over from a feed that is accepted.
    fn taken(&self, batch: FeedBatch) -> FeedBatch {
        batch
    }

    /// Whether an accepted feed is made durable.
    fn keeps_feed(&self) -> bool {
        true
    }

    /// Additional headers of a message to an insurer: of the answer to a feed, or of a question in a check.
    fn extra_insurer_headers(&self, _question: Option<&EligibilityQuestion>) -> ExtraHeaders {
        Vec::new()
    }

    /// Replaces asking an insurer about the person with this code.
    fn statement_without_insurer(&self, _insurer: &InsurerNumber, _code: &InstitutionCode) -> Option<CoverageStatement> {
        None
    }

    /// Replaces the statement of an insurer that gave no usable answer.
    fn statement_without_answer(&self) -> Option<CoverageStatement> {
        None
    }

    /// Called with the statement of an insurer about the person with this code.
    fn on_statement(&self, _insurer: &InsurerNumber, _code: &InstitutionCode, _statement: &CoverageStatement) {}

    /// Whether a signed challenge is required in a design that requires it.
    fn wants_signed_challenge(&self) -> bool {
        true
    }

    /// Accepts a challenge as fresh that was rejected with this outcome.
    fn accepts_challenge(&self, _refused: OutcomeCode) -> Option<ChallengeFresh> {
        None
    }

    /// Whether a signature is accepted; `fits` states whether it is valid.
    fn accepts_signature(&self, fits: bool) -> bool {
        fits
    }

    /// Accepts a certificate with a fault.
    fn accepts_certificate_fault(
        &self,
        _fault: CertificateFault,
        _der: &[u8],
        _trust: &JpkiTrust,
    ) -> Option<CertificateGoodSoFar> {
        None
    }

    /// For how many months after the month of its end a certificate is accepted; the design defines `months`.
    fn months_after_its_end(&self, months: i32) -> i32 {
        months
    }

    /// What becomes of a certificate that JPKI does not know; the design defines `status`.
    fn unknown_status(&self, status: UnknownStatus) -> UnknownStatus {
        status
    }

    /// The basis of an answer that is sent before JPKI is asked.
    fn proved_before_jpki(&self, _so_far: &CertificateGoodSoFar) -> Option<Proved> {
        None
    }

    /// Replaces asking JPKI.
    fn proved_without_jpki(&self, _so_far: &CertificateGoodSoFar) -> Option<Proved> {
        None
    }

    /// Replaces asking JPKI for the certificate's status.
    fn good_without_jpki(&self, _so_far: &CertificateGoodSoFar) -> Option<CertificateGood> {
        None
    }

    /// Replaces asking JPKI for the certificate's code.
    fn code_without_jpki(&self, _serial: CertificateSerial) -> Option<InstitutionCode> {
        None
    }

    /// Called when JPKI has answered that the certificate is good and what its code is.
    fn on_proved(&self, _serial: CertificateSerial, _code: &InstitutionCode) {}

    /// Replaces asking the number authority for the code of a number.
    fn code_of_number_without_authority(&self, _number: &PresentedNumber) -> Option<InstitutionCode> {
        None
    }

    /// Called when the number authority has answered what the code of a number is.
    fn on_number_resolved(&self, _number: &PresentedNumber, _code: &InstitutionCode) {}

    /// Additional headers of a question to JPKI.
    fn extra_jpki_headers(&self, _question: &EligibilityQuestion) -> ExtraHeaders {
        Vec::new()
    }

    /// The status that is taken from an OCSP response that must be rejected.
    fn status_from_unusable(&self, _why: &OcspError) -> Option<CertStatus> {
        None
    }

    /// The status that the broker uses when JPKI has answered `status`.
    fn believed_status(&self, status: CertStatus) -> CertStatus {
        status
    }

    /// The same for the certificate in the question, in DER.
    fn believed_status_of(&self, status: CertStatus, _certificate: &[u8], _now: Timestamp) -> CertStatus {
        self.believed_status(status)
    }

    /// The code that is used when JPKI's answer cannot be read.
    fn code_from_unreadable(&self, _serial: CertificateSerial) -> Option<InstitutionCode> {
        None
    }

    /// What is answered when the data lead to `known`.
    fn known(&self, known: Known, _asked: &Asked<'_>) -> Known {
        known
    }

    /// What is answered although JPKI gave no usable answer, for the reason `why`.
    fn answers_without_jpki(&self, _why: OutcomeCode) -> Option<Validity> {
        None
    }

    /// The day stated in an answer.
    fn day_answered(&self, question: &EligibilityQuestion) -> Date {
        question.day
    }

    /// Additional headers of an answer about the person with this code.
    fn extra_answer_headers(&self, _code: &InstitutionCode) -> ExtraHeaders {
        Vec::new()
    }

    /// The refusal that is sent.
    fn refusal(&self, refusal: Response, _refused: &Refused<'_>) -> Response {
        refusal
    }

    /// Called with every response to a question that could be read, before it is recorded and sent.
    fn on_response(&self, _question: &EligibilityQuestion, _response: &mut Response) {}

    /// Records how a check ended, before the response is sent.
    fn keep_audit(&self, audit: &Rc<RefCell<Audit>>, record: AuditRecord) {
        audit.borrow_mut().record(record);
    }
}

struct Honest;

impl BrokerBehaviour for Honest {}

impl RoleBehaviour for dyn BrokerBehaviour {
    fn honest() -> Rc<Self> {
        Rc::new(Honest)
    }
}
