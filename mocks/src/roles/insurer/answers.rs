//! The answers of an insurer over the network, in designs in which the broker asks it.

use super::description::COVERAGE;
use super::fault::InsurerFault;
use super::{Feed, Insurer};
use crate::capacity::{Busy, ServerWork};
use crate::host::http::{Client, Request, Response, handled_by};
use sim::clock;
use sim::terms::fhir::{CoverageQuestion, CoverageStatement};
use sim::terms::identifiers::InstitutionCode;
use sim::terms::operation::{Message, NOT_FOUND};
use sim::terms::operations::AskForCoverage;
use sim::terms::roles::Zone;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

/// The pause before the number authority is asked for the codes again.
const PAUSE: Duration = Duration::from_secs(1);

impl Insurer {
    /// Gets the codes of the people it insures, and answers the broker forever. Until it has the codes, it answers *not now*.
    ///
    /// # Errors
    /// If listening is not possible on this network.
    pub async fn answer_questions(self: Rc<Self>) -> std::io::Result<()> {
        self.by_code.take();
        drop(self.env.spawn(self.clone().get_ready()));
        let (env, work) = (self.env.clone(), self.env.server_work(&format!("{}/work", self.env.name())));
        let serving = Rc::new((self, work.clone()));
        let service = handled_by(serving, |serving, request| async move {
            let (insurer, work) = &*serving;
            insurer.handle(work, request).await
        });
        env.serve(work, service).await
    }

    /// Sets the fault from now on.
    pub(super) fn set_fault(&self, fault: InsurerFault) {
        self.fault.set(fault);
    }

    async fn get_ready(self: Rc<Self>) {
        let [authority, broker, jpki] = ["number-authority", "broker", "jpki"].map(|service| self.env.client(service));
        self.take_codes(&authority).await;
        self.idle(clock::today(), &broker, &jpki).await;
        while let Some(at) = self.codes.next_ask(self.env.now()) {
            self.env.sleep_until(at).await;
            self.codes.asked(at);
            self.take_codes(&authority).await;
        }
    }

    /// Asks for the codes until it gets them.
    async fn take_codes(&self, authority: &Client) {
        let (codes, revision) = loop {
            match self.codes(authority).await {
                Ok(codes) => break codes,
                Err(e) => tracing::warn!("no institution codes yet: {e}"),
            }
            self.env.sleep(PAUSE).await;
        };
        drop(self.codes.learn(self.insured.iter().map(|i| &i.number), &codes, revision));
        self.codes.fed(revision);
        let mut by_code = BTreeMap::<InstitutionCode, Vec<usize>>::new();
        for (index, code) in codes.into_iter().enumerate() {
            code.into_iter().for_each(|code| by_code.entry(code).or_default().push(index));
        }
        tracing::info!("ready to answer: institution codes of {} people received", by_code.len());
        self.by_code.replace(Some(by_code));
    }

    async fn handle(&self, work: &ServerWork, request: Request) -> Response {
        match self.fault.get() {
            InsurerFault::Slow(by) => self.env.sleep(by).await,
            // It ends when the caller disconnects.
            InsurerFault::Silent => std::future::pending().await,
            InsurerFault::None | InsurerFault::Nonsense => {}
        }
        if !self.behaviour.answers(request.peer.common_name == Zone::Broker.name()) {
            return Response::problem(AskForCoverage::NOT_COMMISSIONED);
        }
        if !request.asks_for::<AskForCoverage>() {
            return Response::problem(NOT_FOUND);
        }
        let question = request.body.as_ref().ok().and_then(|body| CoverageQuestion::read(body).ok());
        let Some(CoverageQuestion { code }) = question else { return Response::problem(AskForCoverage::MALFORMED) };
        let retry_after_s = Some(work.capacity().retry_after_s);
        if let Err(Busy) = work.on(COVERAGE).await {
            return Response { retry_after_s, ..Response::problem(AskForCoverage::BUSY) };
        }
        if self.fault.get() == InsurerFault::Nonsense {
            return Response::with_body_of::<AskForCoverage>(b"{\"resourceType\":\"Bundle\",\"type\":7}".to_vec());
        }
        let Some(statement) = self.statement(&code) else {
            return Response { retry_after_s, ..Response::problem(AskForCoverage::CODES_UNAVAILABLE) };
        };
        let mut response = Response::to::<AskForCoverage>(&statement);
        response.extra.extend(self.behaviour.extra_headers(self.first_insured()));
        response
    }

    /// What it knows now about the person with this code. `None` while the codes are not known.
    fn statement(&self, code: &InstitutionCode) -> Option<CoverageStatement> {
        let by_code = self.by_code.borrow();
        let (periods, complete_through) = (by_code.as_ref()?.get(code), clock::today());
        let now = Feed::new(Duration::from_nanos(self.env.now()), complete_through);
        let entries = periods
            .into_iter()
            .flatten()
            .filter_map(|i| self.insured.get(*i)?.entry(code, &now))
            .filter(|e| !e.withdrawn)
            .collect();
        Some(CoverageStatement { created: self.env.wall(), complete_through, entries, codes: self.codes.known_about(code) })
    }
}
