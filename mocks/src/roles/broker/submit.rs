//! One check at the broker: from the request to the answer.

use super::Broker;
use super::audit::{Audit, AuditLookup, AuditRecord};
use super::behaviour::{Asked, Refused};
use super::description::{CHECK, LOOKUP, STORE};
use super::eligibility::{Eligibility, Known};
use super::proof::Proved;
use super::service::refusal;
use crate::design::eligibility::BrokerData;
use crate::design::presented;
use crate::host::http::{BodyFault, Request, Response};
use crate::pki::grace::check_with_grace;
use crate::pki::path::{CertificateFault, CertificateGood, CertificateGoodSoFar};
use crate::pki::status::CertStatus;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKeyRef, Public};
use openssl::sign::Verifier;
use sim::journal::Event;
use sim::terms::check::{CheckId, Step};
use sim::terms::coverage::Validity;
use sim::terms::design::Presented;
use sim::terms::fhir::{CoverageAnswer, EligibilityAnswer, EligibilityQuestion, Profile, SignedChallenge};
use sim::terms::identifiers::{FacilityNumber, InstitutionCode, InsurerNumber, PresentedNumber};
use sim::terms::messages::signed_message;
use sim::terms::operation::{CHECK_ID, Operation};
use sim::terms::operations::SubmitEligibilityRequest;
use sim::terms::outcome::OutcomeCode;
use std::rc::Rc;
use std::time::Duration;

impl Broker {
    pub(super) async fn submit(self: &Rc<Self>, request: Request) -> Response {
        let header = request.headers.get(CHECK_ID.name).and_then(|v| v.to_str().ok()).and_then(CheckId::parse);
        let facility = match self.licensed(&request) {
            Ok(facility) => facility,
            Err(code) => {
                let number = FacilityNumber::new(&request.peer.common_name).ok();
                return self.close(header.zip(number), None, code, refusal(code)).await;
            }
        };
        let question = match self.read(&request, &facility) {
            Ok(question) => question,
            Err(code) => return self.close(header.map(|c| (c, facility)), None, code, refusal(code)).await,
        };
        let id = (question.check.clone(), facility.clone());
        if self.work.on(CHECK).await.is_err() {
            return self.busy();
        }
        if let Some(number) = &question.number {
            return self.submit_number(&question, number, facility).await;
        }

        let so_far = match self.check_presented(&question, &facility) {
            Ok(so_far) => so_far,
            Err(code) => {
                let response = self.refusal_to(code, &question, None, &self.eligibility.borrow());
                return self.close(Some(id), Some(&question), code, response).await;
            }
        };
        // No other request may process this check meanwhile: it gets one record and one answer.
        let Some(_under_way) = Audit::begin(&self.audit, &facility, &question.check).await else {
            return self.recorded(&question, &facility);
        };
        if self.is_another_question(&question, &facility) {
            return refusal(OutcomeCode::RequestMalformed);
        }
        if let Some(proved) = self.behaviour.proved_before_jpki(&so_far) {
            let response = self.answer(&question, id, &proved.code, Some(&proved.certificate)).await;
            let me = self.clone();
            // The result is no longer needed.
            drop(self.env.spawn(async move { me.resolve(&question, so_far).await.is_ok() }));
            return response;
        }
        match self.resolve(&question, so_far).await {
            Ok(proved) => self.answer(&question, id, &proved.code, Some(&proved.certificate)).await,
            Err(code) => match self.behaviour.answers_without_jpki(code) {
                Some(validity) => self.send_answer(&question, id, validity, Vec::new(), None).await,
                None => {
                    // The data are borrowed no longer than for the text: a feed may come in before the record is durable.
                    let response = self.refusal_to(code, &question, None, &self.eligibility.borrow());
                    self.close(Some(id), Some(&question), code, response).await
                }
            },
        }
    }

    /// The recorded response of a check that is requested again: its answer may have been lost in transit. A check id is for one
    /// question; another question, or the same one later, needs another id.
    pub(super) fn recorded(&self, question: &EligibilityQuestion, facility: &FacilityNumber) -> Response {
        match self.audit.borrow().find(facility, &question.check) {
            AuditLookup::Record(r) if r.question_sha256 == AuditRecord::digest(question) => match r.status {
                SubmitEligibilityRequest::STATUS => Response::with_body_of::<SubmitEligibilityRequest>(r.answer.into_bytes()),
                _ => refusal(r.outcome),
            },
            // The answer is no longer known, and no other may be given: the outcome nearest to *not known*. A retry is useless.
            AuditLookup::Forgotten => Response { retry_after_s: None, ..refusal(OutcomeCode::BrokerBusy) },
            _ => refusal(OutcomeCode::RequestMalformed),
        }
    }

    /// Whether a check that is processed again had another question before.
    pub(super) fn is_another_question(&self, question: &EligibilityQuestion, facility: &FacilityNumber) -> bool {
        let audit = self.audit.borrow();
        matches!(audit.find(facility, &question.check), AuditLookup::Record(r) if r.question_sha256 != AuditRecord::digest(question))
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
        // A facility may only ask in its own name, and by what the design presents.
        let presents = match question.number {
            Some(PresentedNumber::Medical(_)) => self.setup.design.presented == Presented::VisibleNumber,
            Some(PresentedNumber::MyNumber(_)) => self.setup.design.presented == Presented::MyNumber,
            None => self.setup.design.presents_certificate(),
        };
        if question.facility != *facility || !presents {
            return Err(OutcomeCode::RequestMalformed);
        }
        Ok(question)
    }

    /// Checks what the facility presented, without asking another party: the certificate's path and, in the signed-challenge
    /// design, that the card is present now.
    fn check_presented(
        &self,
        question: &EligibilityQuestion,
        facility: &FacilityNumber,
    ) -> Result<CertificateGoodSoFar, OutcomeCode> {
        // The challenge is consumed first, whatever the result of the other checks.
        let signed = match presented::is_signed(&self.setup.design) && self.behaviour.wants_signed_challenge() {
            false => None,
            true => {
                let signed = question.signed_challenge.as_ref().ok_or(OutcomeCode::SignatureMissing)?;
                let consumed = self.challenges.borrow_mut().consume(&signed.challenge, facility, self.env.wall());
                Some((signed, consumed.or_else(|code| self.behaviour.accepts_challenge(code).ok_or(code))?))
            }
        };
        let months = self.behaviour.months_after_its_end(self.setup.validity.months_after_its_end());
        let checked = check_with_grace(&question.certificate, &self.setup.trust, self.env.wall(), months);
        let so_far = checked.or_else(|fault| {
            let accepted = self.behaviour.accepts_certificate_fault(fault, &question.certificate, &self.setup.trust);
            accepted.ok_or(fault_code(fault))
        })?;
        if let Some((signed, _fresh)) = signed {
            let fits = so_far.public_key().is_some_and(|key| signature_fits(key, facility, signed));
            if !self.behaviour.accepts_signature(fits) {
                return Err(OutcomeCode::SignatureInvalid);
            }
        }
        Ok(so_far)
    }

    /// ⑤.
    async fn resolve(&self, question: &EligibilityQuestion, so_far: CertificateGoodSoFar) -> Result<Proved, OutcomeCode> {
        let serial = so_far.serial();
        if let Some(proved) = self.behaviour.proved_without_jpki(&so_far) {
            return Ok(proved);
        }
        let certificate = match self.behaviour.good_without_jpki(&so_far) {
            Some(certificate) => (certificate, None),
            None => self.status_of(question, &so_far).await?,
        };
        let (certificate, good_before) = certificate;
        let (code, known_before) = match self.behaviour.code_without_jpki(serial) {
            Some(code) => (code, false),
            None => self.code_belonging_to(question, &certificate).await?,
        };
        self.behaviour.on_proved(serial, &code);
        let what = match (good_before, known_before) {
            (None, false) => "JPKI: the certificate is good; institution code from JPKI".to_string(),
            (None, true) => "JPKI: the certificate is good; institution code from the cache".to_string(),
            (Some(ago), false) => format!("cache: the certificate was good {ago:?} ago; institution code from JPKI"),
            (Some(ago), true) => format!("cache: the certificate was good {ago:?} ago; institution code from the cache"),
        };
        self.env.record(Event::Step { check: question.check.clone(), step: Step::CodeResolved, what });
        Ok(Proved { certificate, code })
    }

    /// The status, from the cache or from JPKI; its age, if it is from the cache. A certificate whose status is not good is
    /// removed from the cache.
    async fn status_of(
        &self,
        question: &EligibilityQuestion,
        so_far: &CertificateGoodSoFar,
    ) -> Result<(CertificateGood, Option<Duration>), OutcomeCode> {
        let (serial, asked_at) = (so_far.serial(), self.env.now());
        let good = |ago: Duration| Some((so_far.clone().with_status(CertStatus::Good).ok()?, Some(ago)));
        let remembered = self.cache.borrow().good(serial, asked_at).and_then(good);
        if let Some(remembered) = remembered {
            return Ok(remembered);
        }
        match self.with_status(question, so_far.clone()).await {
            Ok(certificate) => {
                self.cache.borrow_mut().record_good(serial, asked_at);
                Ok((certificate, None))
            }
            Err(code) if code.is_transient() => {
                let old = self.cache.borrow().good_without_jpki(serial, self.env.now());
                old.and_then(good).ok_or(code)
            }
            Err(code) => {
                self.cache.borrow_mut().forget(serial);
                Err(code)
            }
        }
    }

    /// The code that belongs to a good certificate, from the cache or from JPKI, and whether it is from the cache.
    async fn code_belonging_to(
        &self,
        question: &EligibilityQuestion,
        certificate: &CertificateGood,
    ) -> Result<(InstitutionCode, bool), OutcomeCode> {
        let (serial, asked_at) = (certificate.serial(), self.env.now());
        if let Some(code) = self.cache.borrow().code(serial, asked_at) {
            return Ok((code, true));
        }
        let code = self.code_of(question, certificate).await?;
        self.cache.borrow_mut().record_code(serial, &code, asked_at);
        Ok((code, false))
    }

    /// ⑥.
    pub(super) async fn answer(
        &self,
        question: &EligibilityQuestion,
        id: (CheckId, FacilityNumber),
        of: &InstitutionCode,
        certificate: Option<&CertificateGood>,
    ) -> Response {
        self.work.go_on(LOOKUP).await;
        let from = BrokerData { held: &self.eligibility, insurers: &self.insurers };
        let mut of = of.clone();
        let (data, known) = loop {
            let data = self.setup.eligibility.data(from, question, &of).await;
            if let Some(revision) = self.issued_in.borrow().get(&of) {
                data.borrow_mut().expect(&of, *revision);
            }
            let known = self.known(&data.borrow(), question, &of);
            match self.replaced(question, &of, certificate, &known).await {
                Some(Ok(code)) => of = code,
                Some(Err(outcome)) => break (data, Known::Nothing(outcome)),
                None => break (data, known),
            }
        };
        match known {
            Known::Answer { validity, coverages } => {
                if let Some(certificate) = certificate {
                    tracing::debug!("answering for certificate {:?}", certificate.serial());
                }
                self.send_answer(question, id, validity, coverages, Some(&of)).await
            }
            Known::Nothing(code) => {
                let response = self.refusal_to(code, question, Some(&of), &data.borrow());
                self.close(Some(id), Some(question), code, response).await
            }
        }
    }

    /// The code that JPKI returns now, if nothing is known since the kept one is no longer used. `None` if that is not the reason.
    async fn replaced(
        &self,
        question: &EligibilityQuestion,
        of: &InstitutionCode,
        certificate: Option<&CertificateGood>,
        known: &Known,
    ) -> Option<Result<InstitutionCode, OutcomeCode>> {
        let certificate = certificate.filter(|_| *known == Known::Nothing(OutcomeCode::CodeUnknown))?;
        let kept = self.cache.borrow().code(certificate.serial(), self.env.now());
        kept.filter(|kept| kept == of)?;
        self.cache.borrow_mut().forget(certificate.serial());
        match self.code_of(question, certificate).await {
            // JPKI does not know either yet.
            Ok(code) if code == *of => None,
            asked => Some(asked),
        }
    }

    /// What the broker knows from these data about the person with this code.
    fn known(&self, data: &Eligibility, question: &EligibilityQuestion, code: &InstitutionCode) -> Known {
        let name = |number: &InsurerNumber| self.setup.insurers.get(number).cloned().unwrap_or_default();
        let known = data.known(code, question.day, question.on_record.as_ref(), name);
        self.behaviour.known(known, &Asked { question, code, data, name: &name })
    }

    /// A refusal to answer. `code` is given if the person of the question is known.
    pub(super) fn refusal_to(
        &self,
        outcome: OutcomeCode,
        question: &EligibilityQuestion,
        code: Option<&InstitutionCode>,
        data: &Eligibility,
    ) -> Response {
        let refused = Refused { outcome, question, code, data };
        self.behaviour.refusal(refusal(outcome), &refused)
    }

    /// Sends an answer.
    async fn send_answer(
        &self,
        question: &EligibilityQuestion,
        id: (CheckId, FacilityNumber),
        validity: Validity,
        coverages: Vec<CoverageAnswer>,
        code: Option<&InstitutionCode>,
    ) -> Response {
        let answer = EligibilityAnswer {
            check: question.check.clone(),
            day: self.behaviour.day_answered(question),
            created: self.env.wall(),
            validity,
            coverages,
        };
        let mut response = Response::to::<SubmitEligibilityRequest>(&answer);
        response.extra.extend(code.into_iter().flat_map(|c| self.behaviour.extra_answer_headers(c)));
        let what = format!("answered: {}", validity.outcome());
        self.env.record(Event::Step { check: question.check.clone(), step: Step::EligibilityAnswered, what });
        self.close(Some(id), Some(question), validity.outcome(), response).await
    }

    /// Records how a check ended, then sends the answer.
    pub(super) async fn close(
        &self,
        id: Option<(CheckId, FacilityNumber)>,
        question: Option<&EligibilityQuestion>,
        outcome: OutcomeCode,
        mut response: Response,
    ) -> Response {
        let Some((check, facility)) = id else {
            tracing::info!("a request without a check id is answered with `{outcome}`");
            return response;
        };
        self.work.go_on(STORE).await;
        if let Some(question) = question {
            self.behaviour.on_response(question, &mut response);
        }
        let record = AuditRecord {
            check,
            facility,
            at: self.env.wall(),
            outcome,
            question_sha256: question.map(AuditRecord::digest).unwrap_or_default(),
            status: response.status,
            answer: String::from_utf8_lossy(&response.body).into_owned(),
        };
        self.behaviour.keep_audit(&self.audit, record);
        response
    }
}

/// The outcome that a fault in a certificate leads to.
pub(super) fn fault_code(fault: CertificateFault) -> OutcomeCode {
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

/// Whether a card signed a challenge for this facility.
pub(crate) fn signature_fits(key: &PKeyRef<Public>, facility: &FacilityNumber, signed: &SignedChallenge) -> bool {
    let message = signed_message(facility, &signed.challenge);
    Verifier::new(MessageDigest::sha256(), key)
        .and_then(|mut v| v.verify_oneshot(&signed.signature, &message))
        // A signature that OpenSSL cannot even read is a wrong one.
        .unwrap_or(false)
}
