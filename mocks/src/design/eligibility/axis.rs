//! What a choice on the axis decides.

use crate::roles::broker::eligibility::Eligibility;
use crate::roles::broker::insurers::InsurerClients;
use crate::roles::insurer::Insurer;
use futures_util::future::LocalBoxFuture;
use sim::terms::fhir::EligibilityQuestion;
use sim::terms::identifiers::InstitutionCode;
use std::cell::RefCell;
use std::io;
use std::rc::Rc;

/// A choice on the axis.
pub trait EligibilityChoice {
    /// Whether insurers answer questions. If not, the broker accepts their feeds.
    fn insurers_answer(&self) -> bool;

    /// The activity of an insurer while its host is up.
    fn run(&self, insurer: Rc<Insurer>) -> LocalBoxFuture<'static, io::Result<()>>;

    /// The data from which the broker answers a question about the person with this code.
    fn data<'a>(
        &self,
        from: BrokerData<'a>,
        question: &'a EligibilityQuestion,
        code: &'a InstitutionCode,
    ) -> LocalBoxFuture<'a, Rc<RefCell<Eligibility>>>;
}

/// The sources from which a broker can get eligibility.
#[derive(Clone, Copy)]
pub struct BrokerData<'a> {
    /// The content of the accepted feeds.
    pub held: &'a Rc<RefCell<Eligibility>>,
    /// The insurers that it can ask.
    pub insurers: &'a InsurerClients,
}
