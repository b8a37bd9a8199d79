//! `eligibility = "ask-insurer"`: insurers answer questions, and the broker asks all of them in every check and keeps nothing.

use super::axis::{BrokerData, EligibilityChoice};
use crate::roles::broker::eligibility::Eligibility;
use crate::roles::insurer::Insurer;
use futures_util::future::LocalBoxFuture;
use sim::terms::fhir::EligibilityQuestion;
use sim::terms::identifiers::InstitutionCode;
use std::cell::RefCell;
use std::io;
use std::rc::Rc;

pub struct AskInsurer;

impl EligibilityChoice for AskInsurer {
    fn insurers_answer(&self) -> bool {
        true
    }

    fn run(&self, insurer: Rc<Insurer>) -> LocalBoxFuture<'static, io::Result<()>> {
        Box::pin(insurer.answer_questions())
    }

    fn data<'a>(
        &self,
        from: BrokerData<'a>,
        question: &'a EligibilityQuestion,
        code: &'a InstitutionCode,
    ) -> LocalBoxFuture<'a, Rc<RefCell<Eligibility>>> {
        Box::pin(async move { Rc::new(RefCell::new(from.insurers.ask(question, code).await)) })
    }
}
