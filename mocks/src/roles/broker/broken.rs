//! What a broken broker does instead. A sound one never comes here, or is told to go on.

use super::Broker;
use super::audit::AuditRecord;
use super::eligibility::Known;
use super::service::refusal;
use super::submit::fault_code;
use crate::host::http::Response;
use crate::mutants::{Mutant, Of, Place};
use crate::pki::path::{CertificateFault, CertificateGoodSoFar};
use crate::pki::status::{CertStatus, RevocationReason};
use jiff::Span;
use sim::clock;
use sim::context;
use sim::terms::coverage::Validity;
use sim::terms::fhir::{EligibilityQuestion, outcome_to_resource};
use sim::terms::identifiers::{InstitutionCode, InsuredIdentifier, InsurerNumber};
use sim::terms::messages::to_json;
use sim::terms::operation::{CHECK_ID, media};
use sim::terms::outcome::OutcomeCode;
use std::time::Duration;

/// How long after its answer a record is made durable by a broker that is late.
const LATE: Duration = Duration::from_millis(500);
/// For the pseudonym that is the same everywhere.
const PSEUDONYM_KEY: &[u8] = b"shikaku-mutant-pseudonym";

impl Broker {
    /// The day that an answer is said to be about.
    pub(super) fn day_said(&self, question: &EligibilityQuestion) -> jiff::civil::Date {
        match self.is_mutant(Mutant::BrokerDatesAnswersWrong) {
            true => question.day.saturating_sub(Span::new().days(1)),
            false => question.day,
        }
    }

    /// Whether a certificate with this fault is let through.
    fn tolerates(&self, fault: CertificateFault) -> bool {
        let mutant = match fault {
            CertificateFault::Expired => Mutant::BrokerAcceptsExpiredCertificate,
            CertificateFault::NotYetValid => Mutant::BrokerAcceptsNotYetValidCertificate,
            CertificateFault::Untrusted => Mutant::BrokerAcceptsOtherCa,
            CertificateFault::Tampered => Mutant::BrokerAcceptsTamperedCertificate,
            CertificateFault::WrongPurpose => Mutant::BrokerAcceptsWrongPurpose,
            _ => return false,
        };
        self.is_mutant(mutant)
    }

    /// What to do with a certificate that has a fault: refuse it, or go on as if it were good.
    pub(super) fn on_fault(&self, fault: CertificateFault, der: &[u8]) -> Result<CertificateGoodSoFar, OutcomeCode> {
        let forged = || CertificateGoodSoFar::forged_by_a_mutant(der, self.setup.sabotage.serial_of(der), &self.setup.trust);
        Some(fault).filter(|f| self.tolerates(*f)).and_then(|_| forged()).ok_or(fault_code(fault))
    }

    /// Whether a challenge that is refused so is let through.
    pub(super) fn tolerates_challenge(&self, refused: OutcomeCode) -> bool {
        match refused {
            OutcomeCode::ChallengeReused => self.is_mutant(Mutant::BrokerReusesChallenges),
            OutcomeCode::ChallengeExpired => self.is_mutant(Mutant::BrokerAcceptsStaleChallenge),
            OutcomeCode::ChallengeUnknown => self.is_mutant(Mutant::BrokerAcceptsInventedChallenge),
            _ => false,
        }
    }

    /// The status that the broker takes a certificate to have, when JPKI has said `status`.
    pub(super) fn believed(&self, status: CertStatus) -> CertStatus {
        let ignored = match status {
            CertStatus::Revoked { reason: Some(RevocationReason::CertificateHold), .. } => Mutant::BrokerIgnoresSuspension,
            CertStatus::Revoked { .. } => Mutant::BrokerIgnoresRevocation,
            // No register has a certificate that was made for another purpose.
            CertStatus::Unknown => Mutant::BrokerAcceptsWrongPurpose,
            CertStatus::Good => return status,
        };
        if self.is_mutant(ignored) { CertStatus::Good } else { status }
    }

    /// What the broker tells JPKI beyond its question.
    pub(super) fn told_to_jpki(&self, question: &EligibilityQuestion) -> Vec<(&'static str, String)> {
        let of = Of::Certificate(&question.certificate);
        let mut told = Vec::new();
        if self.is_mutant(Mutant::BrokerTellsJpkiTheFacility) {
            told.push(("x-on-behalf-of", question.facility.reveal().to_string()));
        }
        if self.is_mutant(Mutant::BrokerTellsJpkiTheCheck) {
            told.push((CHECK_ID.name, question.check.to_string()));
        }
        if self.is_mutant(Mutant::BrokerAsksJpkiWithMore) {
            let insurer = self.setup.sabotage.insurer_of(&question.certificate);
            let insurer = insurer.as_ref().map_or("", |i| i.reveal());
            told.push(("x-context", format!("day={}; insurer={insurer}", question.day)));
        }
        told.extend(self.setup.sabotage.leak(Place::BrokerJpkiHeader, of).map(|spelt| ("x-subject", spelt.text())));
        told
    }

    /// What the broker takes to be known, when its data say `known`.
    pub(super) fn bend(
        &self,
        known: Known,
        question: &EligibilityQuestion,
        code: &InstitutionCode,
        name: impl Fn(&InsurerNumber) -> String,
    ) -> Known {
        let data = self.eligibility.borrow();
        match known {
            Known::Nothing(OutcomeCode::FeedNotIn) if self.is_mutant(Mutant::BrokerGuesses) => {
                Known::Answer { validity: Validity::NotInsured, coverages: Vec::new() }
            }
            Known::Nothing(OutcomeCode::FeedNotIn) if self.is_mutant(Mutant::BrokerAnswersWithoutFeed) => {
                match data.covering(code, question.day, name) {
                    Some(coverage) => Known::Answer { validity: Validity::InForce, coverages: vec![coverage] },
                    None => known,
                }
            }
            _ if self.is_mutant(Mutant::BrokerSwapsPeople) => match data.another_than(code) {
                Some(other) => data.known(other, question.day, None, name),
                None => known,
            },
            _ if self.is_mutant(Mutant::BrokerAnswersForAnotherDay) => {
                let day = question.day.saturating_sub(Span::new().days(15));
                let mut then = data.known(code, day, question.on_record.as_ref(), name);
                if let Known::Answer { coverages, .. } = &mut then {
                    // Of an end that came later nobody knew on that day.
                    coverages.iter_mut().for_each(|c| c.until = c.until.filter(|u| *u < day));
                }
                then
            }
            Known::Answer { validity: Validity::NotInsured, mut coverages }
                if self.is_mutant(Mutant::BrokerIgnoresEnd) && !coverages.is_empty() =>
            {
                coverages.truncate(1);
                coverages.iter_mut().for_each(|c| (c.in_force, c.until) = (true, None));
                Known::Answer { validity: Validity::InForce, coverages }
            }
            Known::Answer { validity, mut coverages } if self.is_mutant(Mutant::BrokerSaysWrongCopayment) => {
                for c in &mut coverages {
                    c.copayment_percent = if c.copayment_percent == 30 { 10 } else { 30 };
                }
                Known::Answer { validity, coverages }
            }
            known => known,
        }
    }

    /// What the broker says without knowing anything, if it does.
    pub(super) fn says_anyway(&self, unknown: OutcomeCode) -> Option<Validity> {
        let is_down = matches!(unknown, OutcomeCode::JpkiUnavailable | OutcomeCode::JpkiNoAnswer);
        (is_down && self.is_mutant(Mutant::BrokerSaysNotInsuredWhenJpkiIsDown)).then_some(Validity::NotInsured)
    }

    /// A refusal, with something in its diagnostics that has no business there, if there is such a thing.
    pub(super) fn refusal_to(&self, code: OutcomeCode, question: Option<&EligibilityQuestion>) -> Response {
        let of = question.map_or(Of::Anybody, |q| Of::Certificate(&q.certificate));
        let leaked = question.and_then(|_| self.setup.sabotage.leak(Place::BrokerErrorText, of));
        leaked.map_or_else(|| refusal(code), |spelt| refusal_saying(code, &spelt.in_json()))
    }

    /// The same, for one of which the person's coverage is known.
    pub(super) fn refusal_about(&self, code: OutcomeCode, question: &EligibilityQuestion, person: &InstitutionCode) -> Response {
        let insured = self.eligibility.borrow().insured(person).cloned();
        match insured.filter(|_| self.is_mutant(Mutant::BrokerNamesPersonInError)) {
            Some(InsuredIdentifier { insurer, symbol, number, branch }) => {
                let text = format!("保険者番号 {} 記号 {symbol} 番号 {number} 枝番 {branch}", insurer.reveal());
                refusal_saying(code, &text)
            }
            None => self.refusal_to(code, Some(question)),
        }
    }

    /// What gets out with a response.
    pub(super) fn let_out(&self, question: &EligibilityQuestion, response: &mut Response) {
        let (sabotage, of) = (&self.setup.sabotage, Of::Certificate(&question.certificate));
        sabotage.log(Place::BrokerLog, of);
        sabotage.record(Place::BrokerRecord, of, Some(&question.check));
        let text = |place| sabotage.leak(place, of).map(|spelt| spelt.text());
        response.extra.extend(text(Place::BrokerHeader).map(|t| ("x-trace", t)));
        response.extra.extend(text(Place::BrokerTransactionId).map(|t| ("x-transaction-id", t)));
        if let Some((first, second)) = sabotage.leak(Place::BrokerTwoHeaders, of).map(|spelt| spelt.halves()) {
            response.extra.extend([("x-trace-high", first), ("x-trace-low", second)]);
        }
    }

    /// A pseudonym of the person for the facility, the same for all of them.
    pub(super) fn pseudonym(&self, code: &InstitutionCode) -> Option<String> {
        let whole = openssl::sha::sha256(&[PSEUDONYM_KEY, code.reveal().as_bytes()].concat());
        self.is_mutant(Mutant::BrokerGivesOnePseudonym).then(|| data_encoding::HEXLOWER.encode(&whole[..16]))
    }

    /// Records how a check ended, in the way in which the broker does it.
    pub(super) fn keep_audit(&self, mut record: AuditRecord) {
        let audit = self.audit.clone();
        if self.is_mutant(Mutant::BrokerForgetsAudit) {
            return;
        }
        if self.is_mutant(Mutant::BrokerAuditsLate) {
            context::spawn(async move {
                clock::sleep(LATE).await;
                audit.borrow_mut().record(record);
            });
            return;
        }
        if self.is_mutant(Mutant::BrokerLosesAuditOnRestart) {
            audit.borrow_mut().sync();
            audit.borrow_mut().append(record);
            return;
        }
        if self.is_mutant(Mutant::BrokerAuditsAnotherOutcome) {
            let is_in_force = record.outcome == OutcomeCode::InForce;
            record.outcome = if is_in_force { OutcomeCode::NotInsured } else { OutcomeCode::InForce };
        }
        self.audit.borrow_mut().record(record.clone());
        if self.is_mutant(Mutant::BrokerAuditsTwice) {
            audit.borrow().write(&record);
            audit.borrow_mut().sync();
        }
    }
}

/// A refusal with `text`, as it stands in a JSON string, behind its diagnostics.
fn refusal_saying(code: OutcomeCode, text: &str) -> Response {
    const PLACE: &str = "@@@";
    let mut resource = outcome_to_resource(code);
    for issue in &mut resource.issue {
        issue.diagnostics = format!("{} {PLACE}", issue.diagnostics);
    }
    let body = String::from_utf8_lossy(&to_json(&resource)).replace(PLACE, text);
    Response { body: body.into_bytes(), content_type: media::FHIR_JSON, ..refusal(code) }
}
