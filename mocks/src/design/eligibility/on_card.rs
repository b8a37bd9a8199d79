//! `eligibility = "on-card"`: insurers keep their data and send nothing; nobody asks them.

use super::axis::{BrokerData, EligibilityChoice};
use crate::roles::broker::eligibility::Eligibility;
use crate::roles::insurer::Insurer;
use futures_util::future::LocalBoxFuture;
use sim::terms::fhir::EligibilityQuestion;
use sim::terms::identifiers::InstitutionCode;
use std::cell::RefCell;
use std::future::ready;
use std::io;
use std::rc::Rc;

pub struct OnCard;

impl EligibilityChoice for OnCard {
    fn insurers_answer(&self) -> bool {
        false
    }

    fn run(&self, _: Rc<Insurer>) -> LocalBoxFuture<'static, io::Result<()>> {
        Box::pin(ready(Ok(())))
    }

    fn data<'a>(
        &self,
        from: BrokerData<'a>,
        _: &'a EligibilityQuestion,
        _: &'a InstitutionCode,
    ) -> LocalBoxFuture<'a, Rc<RefCell<Eligibility>>> {
        // It has received no feed, so that it answers nothing.
        Box::pin(ready(from.held.clone()))
    }
}
