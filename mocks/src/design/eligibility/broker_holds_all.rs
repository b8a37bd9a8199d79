//! `eligibility = "broker-holds-all"`: insurers feed the broker, which answers from what it holds.

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

pub struct BrokerHoldsAll;

impl EligibilityChoice for BrokerHoldsAll {
    fn insurers_answer(&self) -> bool {
        false
    }

    fn run(&self, insurer: Rc<Insurer>) -> LocalBoxFuture<'static, io::Result<()>> {
        Box::pin(insurer.feed_broker())
    }

    fn data<'a>(
        &self,
        from: BrokerData<'a>,
        _: &'a EligibilityQuestion,
        _: &'a InstitutionCode,
    ) -> LocalBoxFuture<'a, Rc<RefCell<Eligibility>>> {
        Box::pin(ready(from.held.clone()))
    }
}
