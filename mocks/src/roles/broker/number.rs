//! ⑤ in designs that present a number: the broker asks the number authority which institution code belongs to it.

use super::Broker;
use super::service::refusal;
use crate::host::http::Response;
use crate::roles::broker::audit::Audit;
use sim::journal::Event;
use sim::terms::check::Step;
use sim::terms::fhir::EligibilityQuestion;
use sim::terms::identifiers::{FacilityNumber, InstitutionCode, PresentedNumber};
use sim::terms::messages::{CodeAnswer, NumberQuestion, Problem};
use sim::terms::operation::{Message, Operation};
use sim::terms::operations::ResolveNumber;
use sim::terms::outcome::OutcomeCode;
use std::rc::Rc;

impl Broker {
    /// A request that presents a number, after its form was checked: ⑤ and ⑥.
    pub(super) async fn submit_number(
        self: &Rc<Self>,
        question: &EligibilityQuestion,
        number: &PresentedNumber,
        facility: FacilityNumber,
    ) -> Response {
        let id = (question.check.clone(), facility.clone());
        // No other request may process this check meanwhile: it gets one record and one answer.
        let Some(_under_way) = Audit::begin(&self.audit, &facility, &question.check).await else {
            return self.recorded(question, &facility);
        };
        if self.is_another_question(question, &facility) {
            return refusal(OutcomeCode::RequestMalformed);
        }
        match self.code_of_number(question, number).await {
            Ok(code) => self.answer(question, id, &code, None).await,
            Err(outcome) => {
                let response = self.refusal_to(outcome, question, None, &self.eligibility.borrow());
                self.close(Some(id), Some(question), outcome, response).await
            }
        }
    }

    /// ⑤.
    async fn code_of_number(
        &self,
        question: &EligibilityQuestion,
        number: &PresentedNumber,
    ) -> Result<InstitutionCode, OutcomeCode> {
        if let Some(code) = self.behaviour.code_of_number_without_authority(number) {
            return Ok(code);
        }
        let authority = self.numbers.as_ref().ok_or(OutcomeCode::NumberAuthorityNoAnswer)?;
        let answer = authority.ask::<ResolveNumber>(&NumberQuestion::of(number)).await.map_err(|e| {
            tracing::warn!("the request to the number authority failed: {e}");
            OutcomeCode::NumberAuthorityNoAnswer
        })?;
        let code = match answer.status {
            ResolveNumber::STATUS => CodeAnswer::read(&answer.body).map(|found| self.issued(found)).ok(),
            404 => match Problem::read(&answer.body) {
                Ok(problem) if problem.code() == ResolveNumber::NO_CODE.code => return Err(OutcomeCode::NumberUnknown),
                _ => None,
            },
            _ => None,
        };
        let code = code.ok_or(OutcomeCode::NumberAuthorityNoAnswer)?;
        self.behaviour.on_number_resolved(number, &code);
        let what = "the number authority: institution code of the number".to_string();
        self.env.record(Event::Step { check: question.check.clone(), step: Step::CodeResolved, what });
        Ok(code)
    }
}
