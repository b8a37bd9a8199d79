//! What the broker answers over the network.

use super::description::CHALLENGE;
use super::eligibility::Taken;
use super::{Broker, FEEDS};
use crate::capacity::Busy;
use crate::host::http::{BodyFault, Request, Response, handled_by};
use sim::terms::fhir::{FeedBatch, Profile, outcome_to_json};
use sim::terms::identifiers::FacilityNumber;
use sim::terms::messages::{CHALLENGE_LENGTH, ChallengeGrant};
use sim::terms::operation::{Empty, media};
use sim::terms::operations::{RequestChallenge, SubmitEligibilityRequest, SubmitFeed};
use sim::terms::outcome::{OutcomeClass, OutcomeCode};
use sim::terms::parties;
use std::rc::Rc;

/// Retry-After, in seconds, of an outcome that is *not known*. A missing feed has none.
const RETRY_AFTER_S: u32 = 30;

impl Broker {
    /// Serves forever.
    ///
    /// # Errors
    /// If listening is not possible on this network.
    pub async fn run(self: Rc<Self>) -> std::io::Result<()> {
        let (env, work) = (self.env.clone(), self.work.clone());
        env.serve(work, handled_by(self, |me, request| async move { me.handle(request).await })).await
    }

    async fn handle(self: &Rc<Self>, request: Request) -> Response {
        if request.asks_for::<SubmitEligibilityRequest>() {
            return self.submit(request).await;
        }
        if request.asks_for::<SubmitFeed>() && !self.setup.eligibility.insurers_answer() {
            return self.take_feed(&request);
        }
        if !request.asks_for::<RequestChallenge>() {
            return refusal(OutcomeCode::RequestNotSupported);
        }
        match self.licensed(&request) {
            Ok(facility) => match self.work.on(CHALLENGE).await {
                Ok(()) => self.issue_challenge(facility),
                Err(Busy) => self.busy(),
            },
            Err(code) => refusal(code),
        }
    }

    /// The facility that sent the request, if it is a licensed facility.
    pub(super) fn licensed(&self, request: &Request) -> Result<FacilityNumber, OutcomeCode> {
        let number = FacilityNumber::new(&request.peer.common_name).map_err(|_| OutcomeCode::FacilityUnlicensed)?;
        let licensed = self.setup.licensed.contains(&number);
        if self.behaviour.serves_facility(licensed) { Ok(number) } else { Err(OutcomeCode::FacilityUnlicensed) }
    }

    fn issue_challenge(&self, facility: FacilityNumber) -> Response {
        let challenge: [u8; CHALLENGE_LENGTH] = self.env.random();
        let expires_at = self.challenges.borrow_mut().issue(challenge, facility, self.env.wall());
        let grant = ChallengeGrant { challenge: data_encoding::BASE64.encode(&challenge), expires_at };
        Response::to::<RequestChallenge>(&grant)
    }

    /// Rejects a request without reading it: it is not recorded, and the response contains nothing about any person.
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
        // An insurer may only send feeds in its own name.
        let own = request.peer.common_name == parties::insurer(&batch.insurer);
        if !self.behaviour.accepts_feed(own) {
            return refusal(OutcomeCode::RequestMalformed);
        }
        match self.eligibility.borrow_mut().take(self.behaviour.taken(batch)) {
            Ok(Taken::New) if self.behaviour.keeps_feed() => {
                self.disk.append(FEEDS, body.to_vec());
                self.disk.sync(FEEDS);
            }
            Ok(Taken::New | Taken::Before) => {}
            Err(e) => {
                tracing::warn!("a feed was rejected: {e}");
                return refusal(OutcomeCode::RequestMalformed);
            }
        }
        let mut response = Response::to::<SubmitFeed>(&Empty);
        response.extra.extend(self.behaviour.extra_insurer_headers(None));
        response
    }
}

/// A refusal, or an answer that nothing is known.
pub(super) fn refusal(code: OutcomeCode) -> Response {
    let mut response = Response::new(code.on_the_wire().status, media::FHIR_JSON, outcome_to_json(code));
    if code.class() == OutcomeClass::Indeterminate && code != OutcomeCode::FeedNotIn {
        response.retry_after_s = Some(RETRY_AFTER_S);
    }
    response
}
