//! What the broker answers over the network.

use super::description::CHALLENGE;
use super::eligibility::Taken;
use super::{Broker, FEEDS};
use crate::capacity::Busy;
use crate::host::http::{BodyFault, FHIR_JSON, JSON, Request, Response, handled_by};
use hyper::Method;
use sim::terms::fhir::{FeedBatch, Profile, outcome_to_json};
use sim::terms::identifiers::FacilityNumber;
use sim::terms::messages::{CHALLENGE_LENGTH, ChallengeGrant, to_json};
use sim::terms::outcome::{OutcomeClass, OutcomeCode};
use std::rc::Rc;

use crate::roles::insurer::FEED_PATH;

pub const SUBMIT_PATH: &str = "/fhir/CoverageEligibilityRequest/$submit";
pub const CHALLENGES_PATH: &str = "/challenges";
/// Seconds after which asking again makes sense, when JPKI is the reason.
const RETRY_AFTER_S: u32 = 30;

impl Broker {
    /// Serves for ever.
    ///
    /// # Errors
    /// If nobody can listen on this network.
    pub async fn run(self: Rc<Self>) -> std::io::Result<()> {
        let (env, work) = (self.env.clone(), self.work.clone());
        env.serve(work, handled_by(self, |me, request| async move { me.handle(request).await })).await
    }

    async fn handle(&self, request: Request) -> Response {
        match (&request.method, request.path.as_str()) {
            (&Method::POST, SUBMIT_PATH) => self.submit(request).await,
            (&Method::POST, FEED_PATH) => self.take_feed(&request),
            (&Method::POST, CHALLENGES_PATH) => match self.licensed(&request) {
                Ok(facility) => match self.work.on(CHALLENGE).await {
                    Ok(()) => self.give_challenge(facility),
                    Err(Busy) => self.busy(),
                },
                Err(code) => refusal(code),
            },
            _ => refusal(OutcomeCode::RequestNotSupported),
        }
    }

    /// The facility that asks, if it is one and licensed.
    pub(super) fn licensed(&self, request: &Request) -> Result<FacilityNumber, OutcomeCode> {
        let number = FacilityNumber::new(&request.peer.common_name).map_err(|_| OutcomeCode::FacilityUnlicensed)?;
        let licensed = self.setup.licensed.contains(&number);
        if self.behaviour.serves_facility(licensed) { Ok(number) } else { Err(OutcomeCode::FacilityUnlicensed) }
    }

    fn give_challenge(&self, facility: FacilityNumber) -> Response {
        let challenge: [u8; CHALLENGE_LENGTH] = self.env.random();
        let expires_at = self.challenges.borrow_mut().give(challenge, facility, self.env.wall());
        let grant = ChallengeGrant { challenge: data_encoding::BASE64.encode(&challenge), expires_at };
        Response::new(201, JSON, to_json(&grant))
    }

    /// Turns a request away unlooked at: nothing is recorded of it, and nothing said of anybody.
    pub(super) fn busy(&self) -> Response {
        Response { retry_after_s: Some(self.work.capacity().retry_after_s), ..refusal(OutcomeCode::BrokerBusy) }
    }

    fn take_feed(&self, request: &Request) -> Response {
        let body = match &request.body {
            Ok(body) => body,
            Err(BodyFault::TooLarge) => return refusal(OutcomeCode::RequestTooLarge),
            Err(BodyFault::Broken) => return refusal(OutcomeCode::RequestMalformed),
        };
        let batch = match FeedBatch::from_json(body) {
            Ok(batch) => batch,
            Err(e) => {
                tracing::warn!("a feed cannot be read: {e}");
                return refusal(e.outcome());
            }
        };
        // An insurer speaks for itself only.
        let own = request.peer.common_name == format!("insurer-{}", batch.insurer.reveal());
        if !self.behaviour.takes_feed(own) {
            return refusal(OutcomeCode::RequestMalformed);
        }
        match self.eligibility.borrow_mut().take(batch) {
            Ok(Taken::New) => {
                self.disk.append(FEEDS, body.to_vec());
                self.disk.sync(FEEDS);
            }
            Ok(Taken::Before) => {}
            Err(e) => {
                tracing::warn!("a feed is not taken: {e}");
                return refusal(OutcomeCode::RequestMalformed);
            }
        }
        let mut taken = Response::new(200, FHIR_JSON, Vec::new());
        taken.extra.extend(self.behaviour.extra_feed_headers());
        taken
    }
}

/// A refusal, or an answer that says that nothing is known.
pub(super) fn refusal(code: OutcomeCode) -> Response {
    let mut response = Response::new(code.on_the_wire().status, FHIR_JSON, outcome_to_json(code));
    if code.class() == OutcomeClass::Indeterminate && code != OutcomeCode::FeedNotIn {
        response.retry_after_s = Some(RETRY_AFTER_S);
    }
    response
}
