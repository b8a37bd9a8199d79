//! The decisions of a broker that a dishonest one could take otherwise.

use super::audit::{Audit, AuditRecord};
use super::challenges::ChallengeFresh;
use super::eligibility::{Eligibility, Known};
use super::proof::Proved;
use crate::behaviour::RoleBehaviour;
use crate::host::http::Response;
use crate::pki::ocsp::OcspError;
use crate::pki::path::{CertificateFault, CertificateGood, CertificateGoodSoFar, JpkiTrust};
use crate::pki::status::CertStatus;
use jiff::civil::Date;
use sim::terms::coverage::Validity;
use sim::terms::fhir::{CoverageStatement, EligibilityQuestion};
use sim::terms::identifiers::{CertificateSerial, InstitutionCode, InsurerNumber};
use sim::terms::outcome::OutcomeCode;
use std::cell::RefCell;
use std::rc::Rc;

/// Headers beyond those that a message needs: names in lower case, and values.
pub type ExtraHeaders = Vec<(&'static str, String)>;

/// A question about one person, and what the broker holds to answer it from.
pub struct Asked<'a> {
    pub question: &'a EligibilityQuestion,
    pub code: &'a InstitutionCode,
    pub data: &'a Eligibility,
    /// The name of an insurer.
    pub name: &'a dyn Fn(&InsurerNumber) -> String,
}

/// A question that is not answered, and why. Of whom it is about the code is there, if it is known.
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

    /// Whether a facility is served that is `licensed` or is not.
    fn serves_facility(&self, licensed: bool) -> bool {
        licensed
    }

    /// Whether a feed is taken that came from the insurer that it speaks for (`own`), or from another.
    fn takes_feed(&self, own: bool) -> bool {
        own
    }

    /// What goes along with what is sent to an insurer: the answer to a feed, or a question in a check.
    fn extra_insurer_headers(&self, _question: Option<&EligibilityQuestion>) -> ExtraHeaders {
        Vec::new()
    }

    /// What takes the place of asking an insurer about the person with this code.
    fn statement_without_insurer(&self, _insurer: &InsurerNumber, _code: &InstitutionCode) -> Option<CoverageStatement> {
        None
    }

    /// What is used in place of an insurer's statement when the insurer gave no usable answer.
    fn statement_without_answer(&self) -> Option<CoverageStatement> {
        None
    }

    /// An insurer has stated what it knows of the person with this code.
    fn on_statement(&self, _insurer: &InsurerNumber, _code: &InstitutionCode, _statement: &CoverageStatement) {}

    /// Whether the card has to sign a challenge where the design says so.
    fn wants_signed_challenge(&self) -> bool {
        true
    }

    /// Takes a challenge that was refused so for a fresh one.
    fn accepts_challenge(&self, _refused: OutcomeCode) -> Option<ChallengeFresh> {
        None
    }

    /// Whether a signature is accepted that `fits` or does not.
    fn accepts_signature(&self, fits: bool) -> bool {
        fits
    }

    /// Takes a certificate with a fault for one without.
    fn accepts_certificate_fault(
        &self,
        _fault: CertificateFault,
        _der: &[u8],
        _trust: &JpkiTrust,
    ) -> Option<CertificateGoodSoFar> {
        None
    }

    /// What is answered from at once, before JPKI is asked.
    fn proved_before_jpki(&self, _so_far: &CertificateGoodSoFar) -> Option<Proved> {
        None
    }

    /// What takes the place of asking JPKI.
    fn proved_without_jpki(&self, _so_far: &CertificateGoodSoFar) -> Option<Proved> {
        None
    }

    /// What takes the place of asking JPKI for the certificate's status.
    fn good_without_jpki(&self, _so_far: &CertificateGoodSoFar) -> Option<CertificateGood> {
        None
    }

    /// What takes the place of asking JPKI for the certificate's code.
    fn code_without_jpki(&self, _serial: CertificateSerial) -> Option<InstitutionCode> {
        None
    }

    /// JPKI has called the certificate good and this is its code.
    fn on_proved(&self, _serial: CertificateSerial, _code: &InstitutionCode) {}

    /// What goes along with a question to JPKI.
    fn extra_jpki_headers(&self, _question: &EligibilityQuestion) -> ExtraHeaders {
        Vec::new()
    }

    /// The status that is taken from an OCSP answer that cannot be accepted.
    fn status_from_unusable(&self, _why: &OcspError) -> Option<CertStatus> {
        None
    }

    /// The status that a certificate is taken to have when JPKI has answered `status`.
    fn believed_status(&self, status: CertStatus) -> CertStatus {
        status
    }

    /// The code that is taken from an answer of JPKI's that cannot be read.
    fn code_from_unreadable(&self, _serial: CertificateSerial) -> Option<InstitutionCode> {
        None
    }

    /// What is answered when the data say `known`.
    fn known(&self, known: Known, _asked: &Asked<'_>) -> Known {
        known
    }

    /// What is answered although JPKI left it open, for the reason `why`.
    fn answers_without_jpki(&self, _why: OutcomeCode) -> Option<Validity> {
        None
    }

    /// The day that an answer is said to be about.
    fn day_answered(&self, question: &EligibilityQuestion) -> Date {
        question.day
    }

    /// What goes along with an answer about the person with this code.
    fn extra_answer_headers(&self, _code: &InstitutionCode) -> ExtraHeaders {
        Vec::new()
    }

    /// The refusal that is sent.
    fn refusal(&self, refusal: Response, _refused: &Refused<'_>) -> Response {
        refusal
    }

    /// Called with every response to a question that could be read, before it is recorded and leaves.
    fn on_response(&self, _question: &EligibilityQuestion, _response: &mut Response) {}

    /// Records how a check ended, before the response leaves.
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
