//! One check at the broker: from the request to the answer.

use super::Broker;
use super::audit::AuditRecord;
use super::eligibility::Known;
use super::service::refusal;
use crate::design::Variant;
use crate::host::http::{BodyFault, FHIR_JSON, Request, Response};
use crate::mutants::Mutant;
use crate::pki::path::{CertificateFault, CertificateGood, CertificateGoodSoFar, check_authentication_certificate};
use crate::pki::status::CertStatus;
use crate::timing::{BROKER_CHECK, BROKER_LOOKUP};
use openssl::hash::MessageDigest;
use openssl::sign::Verifier;
use sha2::{Digest, Sha256};
use sim::clock;
use sim::context;
use sim::journal::Event;
use sim::terms::check::{CheckId, Step};
use sim::terms::coverage::Validity;
use sim::terms::fhir::{EligibilityAnswer, EligibilityQuestion};
use sim::terms::identifiers::{FacilityNumber, InstitutionCode};
use sim::terms::messages::signed_message;
use sim::terms::outcome::OutcomeCode;

/// Header in which a facility repeats its check id, so that also a request that cannot be read is recorded under it.
pub const CHECK_HEADER: &str = "x-check-id";

/// What the steps up to ⑤ have proved: nothing else can be turned into an answer.
struct Proved {
    certificate: CertificateGood,
    code: InstitutionCode,
}

impl Broker {
    pub(super) async fn submit(&self, request: Request) -> Response {
        let header = request.headers.get(CHECK_HEADER).and_then(|v| v.to_str().ok()).and_then(CheckId::parse);
        let facility = match self.licensed(&request) {
            Ok(facility) => facility,
            Err(code) => {
                let number = FacilityNumber::new(&request.peer.common_name).ok();
                return self.close(header.zip(number), &[], code, refusal(code));
            }
        };
        let question = match self.read(&request, &facility) {
            Ok(question) => question,
            Err(code) => return self.close(header.map(|c| (c, facility)), &[], code, refusal(code)),
        };
        let id = (question.check.clone(), facility.clone());
        self.work.on(BROKER_CHECK).await;

        let so_far = match self.check_presented(&question, &facility) {
            Ok(so_far) => so_far,
            Err(code) => return self.close(Some(id), &question.certificate, code, refusal(code)),
        };
        // The answer to this very check may have been lost on the way: it is given again as it was recorded.
        if let Some(recorded) = self.audit.borrow().find(&facility, &question.check) {
            return match recorded.certificate_sha256 == sha256_hex(&question.certificate) {
                true => Response::new(recorded.status, FHIR_JSON, recorded.answer.clone().into_bytes()),
                false => refusal(OutcomeCode::RequestMalformed),
            };
        }
        match self.resolve(&question.check, so_far).await {
            Ok(proved) => self.answer(&question, id, &proved).await,
            Err(code) => self.close(Some(id), &question.certificate, code, refusal(code)),
        }
    }

    fn read(&self, request: &Request, facility: &FacilityNumber) -> Result<EligibilityQuestion, OutcomeCode> {
        let body = match &request.body {
            Ok(body) => body,
            Err(BodyFault::TooLarge) => return Err(OutcomeCode::RequestTooLarge),
            Err(BodyFault::Broken) => return Err(OutcomeCode::RequestMalformed),
        };
        let question = EligibilityQuestion::from_json(body).map_err(|e| {
            tracing::info!("a request cannot be read: {e}");
            e.outcome()
        })?;
        // A facility asks for itself only.
        if question.facility != *facility {
            return Err(OutcomeCode::RequestMalformed);
        }
        Ok(question)
    }

    /// Checks what the facility presented, without asking anybody: the certificate's path and, in the signed-challenge
    /// variant, that the card behind it is there now.
    fn check_presented(
        &self,
        question: &EligibilityQuestion,
        facility: &FacilityNumber,
    ) -> Result<CertificateGoodSoFar, OutcomeCode> {
        // The challenge is used up first, whatever comes of the rest.
        let signed = match self.setup.variant {
            Variant::Certificate => None,
            Variant::SignedChallenge => {
                let signed = question.signed_challenge.as_ref().ok_or(OutcomeCode::SignatureMissing)?;
                let fresh = self.challenges.borrow_mut().take(&signed.challenge, facility, clock::wall())?;
                Some((signed, fresh))
            }
        };
        let so_far =
            check_authentication_certificate(&question.certificate, &self.setup.trust, clock::wall()).map_err(fault_code)?;
        if let Some((signed, _fresh)) = signed {
            let message = signed_message(facility, &signed.challenge);
            let good = Verifier::new(MessageDigest::sha256(), so_far.public_key())
                .and_then(|mut v| v.verify_oneshot(&signed.signature, &message))
                // A signature that OpenSSL cannot even read is a wrong one.
                .unwrap_or(false);
            if !good {
                return Err(OutcomeCode::SignatureInvalid);
            }
        }
        Ok(so_far)
    }

    /// ⑤.
    async fn resolve(&self, check: &CheckId, so_far: CertificateGoodSoFar) -> Result<Proved, OutcomeCode> {
        let serial = so_far.serial();
        if self.is_mutant(Mutant::BrokerSkipsJpki) {
            let remembered = self.remembered.borrow().get(&serial).cloned();
            if let Some(code) = remembered {
                let certificate = so_far.with_status(CertStatus::Good).map_err(fault_code)?;
                return Ok(Proved { certificate, code });
            }
        }
        let certificate = self.with_status(so_far).await?;
        let code = self.code_of(&certificate).await?;
        self.remembered.borrow_mut().insert(serial, code.clone());
        let what = "JPKI: the certificate is good; its institution code is known".to_string();
        context::record(Event::Step { check: check.clone(), step: Step::CodeResolved, what });
        Ok(Proved { certificate, code })
    }

    /// ⑥.
    async fn answer(&self, question: &EligibilityQuestion, id: (CheckId, FacilityNumber), proved: &Proved) -> Response {
        self.work.on(BROKER_LOOKUP).await;
        let name = |number: &_| self.setup.insurers.get(number).cloned().unwrap_or_default();
        let mut known = self.eligibility.borrow().known(&proved.code, question.day, question.on_record.as_ref(), name);
        if self.is_mutant(Mutant::BrokerGuesses) && matches!(known, Known::Nothing(OutcomeCode::FeedNotIn)) {
            known = Known::Answer { validity: Validity::NotInsured, coverages: Vec::new() };
        }
        let (validity, coverages) = match known {
            Known::Answer { validity, coverages } => (validity, coverages),
            Known::Nothing(code) => return self.close(Some(id), &question.certificate, code, refusal(code)),
        };
        let answer =
            EligibilityAnswer { check: question.check.clone(), day: question.day, created: clock::wall(), validity, coverages };
        let mut response = Response::new(200, FHIR_JSON, answer.to_json());
        if self.is_mutant(Mutant::BrokerShowsCode) {
            response.extra.push(("x-trace", proved.code.reveal().to_string()));
        }
        tracing::debug!("answering on certificate {:?}", proved.certificate.serial());
        let what = format!("answered: {}", validity.outcome());
        context::record(Event::Step { check: question.check.clone(), step: Step::EligibilityAnswered, what });
        self.close(Some(id), &question.certificate, validity.outcome(), response)
    }

    /// Records how a check ended, then lets the answer go.
    fn close(
        &self,
        id: Option<(CheckId, FacilityNumber)>,
        certificate: &[u8],
        outcome: OutcomeCode,
        response: Response,
    ) -> Response {
        let Some((check, facility)) = id else {
            tracing::info!("a request without a check id is answered with `{outcome}`");
            return response;
        };
        if self.is_mutant(Mutant::BrokerForgetsAudit) {
            return response;
        }
        self.audit.borrow_mut().record(AuditRecord {
            check,
            facility,
            at: clock::wall(),
            outcome,
            certificate_sha256: if certificate.is_empty() { String::new() } else { sha256_hex(certificate) },
            status: response.status,
            answer: String::from_utf8_lossy(&response.body).into_owned(),
        });
        response
    }
}

fn sha256_hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(bytes))
}

/// The outcome that a fault in a certificate leads to.
fn fault_code(fault: CertificateFault) -> OutcomeCode {
    match fault {
        CertificateFault::Unreadable => OutcomeCode::CertificateUnreadable,
        CertificateFault::Expired => OutcomeCode::CertificateExpired,
        CertificateFault::NotYetValid => OutcomeCode::CertificateNotYetValid,
        CertificateFault::Untrusted | CertificateFault::StatusUnknown => OutcomeCode::CertificateUntrusted,
        CertificateFault::Tampered => OutcomeCode::CertificateTampered,
        CertificateFault::WrongPurpose => OutcomeCode::CertificateWrongPurpose,
        CertificateFault::Revoked => OutcomeCode::CertificateRevoked,
        CertificateFault::Suspended => OutcomeCode::CertificateSuspended,
    }
}
