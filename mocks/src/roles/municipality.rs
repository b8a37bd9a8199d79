//! 市町村. Keeps the residents' register. At its counter a person asks for a code for medical use, gives it up, asks again, or reports
//! that a code may have leaked; the municipality passes it on to the number authority, by the resident code.
//!
//! It never learns a code: it names none and is sent none. What cannot be delivered is sent again, in order, until it is answered.

pub mod behaviour;
pub mod counter;
pub mod description;
pub mod party;

use crate::env::Env;
use crate::host::http::{Client, HttpError};
use crate::roles::number_authority::changes::{CodeChange, CodeRequest};
use behaviour::MunicipalityBehaviour;
use counter::CounterRequest;
use sim::clock::nanos;
use sim::terms::fhir::CodeConsent;
use sim::terms::identifiers::{MyNumber, ResidentCode};
use sim::terms::messages::{LeakReport, to_json};
use sim::terms::operation::Operation;
use sim::terms::operations::{ReportCodeLeak, SubmitCodeConsent};
use sim::terms::stores;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

/// The pause before a request that was not answered is sent again.
const PAUSE: Duration = Duration::from_secs(2);
/// The store of what was asked for at the counter, on the municipality's disk.
const REQUESTS: &str = stores::CODE_REQUESTS.name;

/// What a municipality has done. It survives a crash of its host.
#[derive(Default)]
struct Done {
    /// Visits at the counter.
    served: Cell<usize>,
    /// Requests that the number authority has answered.
    answered: Cell<u64>,
}

/// A municipality.
pub struct Municipality {
    env: Env,
    /// 住民基本台帳, as far as it matters here.
    residents: Vec<(ResidentCode, MyNumber)>,
    /// Who comes, in the order of time.
    visits: Vec<CounterRequest>,
    done: Done,
    behaviour: Rc<dyn MunicipalityBehaviour>,
}

impl Municipality {
    /// A municipality to which these people come.
    pub fn new(env: &Env, residents: Vec<(ResidentCode, MyNumber)>, visits: Vec<CounterRequest>) -> Self {
        Municipality { env: env.clone(), residents, visits, done: Done::default(), behaviour: env.behaviours().of() }
    }

    /// Serves everybody who comes, one after the other, then ends.
    ///
    /// # Errors
    /// None.
    pub async fn serve_counter(self: Rc<Self>) -> std::io::Result<()> {
        let authority = self.env.client("number-authority");
        while let Some(visit) = self.visits.get(self.done.served.get()) {
            self.env.sleep_until(nanos(visit.at)).await;
            if self.behaviour.serves(visit.in_person) {
                self.pass_on(visit, &authority).await;
            } else {
                tracing::info!("refused: the person at the counter is not the one whose code it is");
            }
            self.done.served.set(self.done.served.get() + 1);
        }
        Ok(())
    }

    async fn pass_on(&self, visit: &CounterRequest, authority: &Client) {
        let all = self.behaviour.passed_on(visit, &self.residents);
        for resident in all {
            self.behaviour.on_request(&resident);
            let number = self.done.answered.get().saturating_add(1);
            let request = CodeRequest { number, resident, change: visit.change };
            let status = self.deliver(&request, authority).await;
            self.done.answered.set(number);
            let record = serde_json::json!({
                "request": number, "residentCode": request.resident, "change": name_of(visit.change), "status": status,
            });
            self.env.disk().append(REQUESTS, to_json(&record));
            self.env.disk().sync(REQUESTS);
        }
    }

    /// Sends a request until it is answered. What the number authority refuses is not sent again.
    async fn deliver(&self, request: &CodeRequest, authority: &Client) -> u16 {
        let created = self.env.wall();
        loop {
            match self.send(request, created, authority).await {
                Ok(503) => tracing::warn!("the number authority cannot take a request now"),
                Ok(status) => return status,
                Err(e) => tracing::warn!("a request was not delivered: {e}"),
            }
            self.env.sleep(PAUSE).await;
        }
    }

    async fn send(&self, request: &CodeRequest, created: jiff::Timestamp, authority: &Client) -> Result<u16, HttpError> {
        let (number, resident) = (request.number, request.resident.clone());
        let answer = match request.change {
            CodeChange::Leaked => {
                authority.ask::<ReportCodeLeak>(&LeakReport { request: number, resident_code: resident }).await?
            }
            CodeChange::Asks | CodeChange::GivesUp => {
                let given = request.change == CodeChange::Asks;
                authority.ask::<SubmitCodeConsent>(&CodeConsent { request: number, resident, created, given }).await?
            }
        };
        Ok(answer.status)
    }
}

/// In records.
fn name_of(change: CodeChange) -> &'static str {
    match change {
        CodeChange::Asks => "asks-for-code",
        CodeChange::GivesUp => "gives-up-code",
        CodeChange::Leaked => ReportCodeLeak::NAME,
    }
}
