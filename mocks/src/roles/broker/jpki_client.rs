//! Step ⑤: asks JPKI for the status of a certificate and for the code that belongs to it.

use super::Broker;
use crate::design::validity::UnknownStatus;
use crate::host::http::{Answer, HttpError};
use crate::pki::ocsp::{self, OcspError};
use crate::pki::path::{CertificateFault, CertificateGood, CertificateGoodSoFar};
use sim::terms::fhir::EligibilityQuestion;
use sim::terms::identifiers::InstitutionCode;
use sim::terms::messages::{CodeAnswer, CodeQuestion, Problem};
use sim::terms::operation::{Message, Operation};
use sim::terms::operations::{CertificateStatus, ResolveCode};
use sim::terms::outcome::OutcomeCode;
use x509_ocsp::OcspResponseStatus;

impl Broker {
    /// Asks for the status of a certificate that is good so far. The nonce ensures that the answer belongs to this question.
    pub(super) async fn with_status(
        &self,
        asked: &EligibilityQuestion,
        so_far: CertificateGoodSoFar,
    ) -> Result<CertificateGood, OutcomeCode> {
        let nonce: [u8; 16] = self.env.random();
        let question = so_far.question(Some(&nonce));
        let request = ocsp::request(&question).map_err(|e| {
            tracing::error!("the OCSP request could not be created: {e}");
            OutcomeCode::JpkiNonsense
        })?;
        let answer = self.ask_jpki::<CertificateStatus>(asked, request).await?;
        if answer.status == 503 {
            tracing::warn!("OCSP is unavailable");
            return Err(OutcomeCode::JpkiUnavailable);
        }
        if answer.status != CertificateStatus::STATUS {
            tracing::warn!("OCSP answered with status {}", answer.status);
            return Err(OutcomeCode::JpkiNonsense);
        }
        let status = match ocsp::read_answer(&answer.body, &question, self.env.wall()) {
            Ok(status) => status,
            Err(e) => self.behaviour.status_from_unusable(&e).ok_or_else(|| {
                tracing::warn!("the OCSP response was rejected: {e}");
                match e {
                    OcspError::Refused(OcspResponseStatus::TryLater) => OutcomeCode::JpkiUnavailable,
                    _ => OutcomeCode::JpkiNonsense,
                }
            })?,
        };
        let believed = self.behaviour.believed_status_of(status, &asked.certificate, self.env.wall());
        so_far.with_status(believed).map_err(|fault| match fault {
            CertificateFault::Revoked => OutcomeCode::CertificateRevoked,
            CertificateFault::Suspended => OutcomeCode::CertificateSuspended,
            CertificateFault::StatusUnknown => self.of_unknown_status(),
            _ => OutcomeCode::CertificateUntrusted,
        })
    }

    /// The outcome for a certificate that JPKI does not know. The chain is valid, so the CA issued it, but the CA's register does
    /// not contain it.
    fn of_unknown_status(&self) -> OutcomeCode {
        match self.behaviour.unknown_status(self.setup.validity.unknown_status()) {
            UnknownStatus::Refused => OutcomeCode::CertificateUntrusted,
            UnknownStatus::NotKnown => OutcomeCode::StatusUnknown,
        }
    }

    /// Sends a question to JPKI. It discloses nothing about the check.
    async fn ask_jpki<O: Operation>(&self, asked: &EligibilityQuestion, body: Vec<u8>) -> Result<Answer, OutcomeCode> {
        let extra = self.behaviour.extra_jpki_headers(asked);
        let headers: Vec<_> = extra.iter().map(|(name, text)| (*name, text.as_str())).collect();
        self.jpki.ask_with::<O>(O::PATH, &headers, body).await.map_err(unreachable)
    }

    /// Asks for the code that belongs to a good certificate.
    pub(super) async fn code_of(
        &self,
        asked: &EligibilityQuestion,
        certificate: &CertificateGood,
    ) -> Result<InstitutionCode, OutcomeCode> {
        let question = CodeQuestion {
            issuer_key_id: data_encoding::HEXLOWER.encode(certificate.issuer_key_id().as_bytes()),
            certificate_serial: certificate.serial().0,
        };
        let answer = self.ask_jpki::<ResolveCode>(asked, question.write()).await?;
        match answer.status {
            ResolveCode::STATUS => match CodeAnswer::read(&answer.body) {
                Ok(found) => Ok(self.issued(found)),
                Err(_) => self.behaviour.code_from_unreadable(certificate.serial()).ok_or(OutcomeCode::JpkiNonsense),
            },
            404 => match Problem::read(&answer.body) {
                Ok(problem) if problem.code() == ResolveCode::NO_CODE.code => Err(OutcomeCode::CodeUnknown),
                _ => Err(OutcomeCode::JpkiNonsense),
            },
            503 => Err(OutcomeCode::JpkiUnavailable),
            _ => Err(OutcomeCode::JpkiNonsense),
        }
    }
}

impl Broker {
    /// The code in an answer. From when on the insurers know it is noted.
    pub(super) fn issued(&self, found: CodeAnswer) -> InstitutionCode {
        let CodeAnswer { institution_code, issued_in } = found;
        if let Some(revision) = issued_in {
            self.issued_in.borrow_mut().insert(institution_code.clone(), revision);
        }
        institution_code
    }
}

fn unreachable(error: HttpError) -> OutcomeCode {
    tracing::warn!("the request to JPKI failed: {error}");
    match error {
        HttpError::NoConnection(_) | HttpError::Refused | HttpError::NotSent | HttpError::ClosedEarly | HttpError::Tls(_) => {
            OutcomeCode::JpkiUnavailable
        }
        HttpError::NoAnswer(_) => OutcomeCode::JpkiNoAnswer,
        HttpError::NotHttp(_) | HttpError::TooLarge => OutcomeCode::JpkiNonsense,
    }
}
