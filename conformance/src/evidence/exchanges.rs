//! The exchanges of the broker: answers with eligibility, challenges, feeds.

use super::boundary::Message;
use std::collections::BTreeSet;
use terms::fhir::{EligibilityAnswer, FeedBatch, Profile, outcome_from_json};
use terms::identifiers::FacilityNumber;
use terms::journal::{Direction, Entry};
use terms::messages::ChallengeGrant;
use terms::operation::Operation;
use terms::operations::{RequestChallenge, SubmitEligibilityRequest, SubmitFeed};
use terms::outcome::OutcomeCode;

/// ⑥ as the broker sent it, or as a facility received it.
#[derive(Clone, Debug)]
pub struct Answer<'a> {
    pub entry: &'a Entry,
    pub(super) exchange: usize,
    /// The facility to which the broker sent it; `None` if it was sent to another party, and for an answer that a facility
    /// received.
    pub to: Option<FacilityNumber>,
    pub answer: EligibilityAnswer,
}

/// A challenge that the broker issued.
#[derive(Clone, Debug)]
pub struct Grant<'a> {
    pub entry: &'a Entry,
    pub facility: FacilityNumber,
    pub challenge: Vec<u8>,
}

/// A feed that the broker received.
#[derive(Clone, Debug)]
pub struct Feed<'a> {
    pub entry: &'a Entry,
    /// The party that sent it, by its TLS certificate.
    pub peer: &'a str,
    pub batch: FeedBatch,
    exchange: usize,
    /// Whether the broker answered that it accepted the feed.
    pub accepted: bool,
    /// The entry of that answer, by sequence number.
    pub accepted_at: Option<u64>,
}

#[derive(Debug, Default)]
pub struct BrokerExchanges<'a> {
    /// Answers sent by the broker.
    pub sent: Vec<Answer<'a>>,
    /// Answers received by facilities.
    pub received: Vec<Answer<'a>>,
    pub grants: Vec<Grant<'a>>,
    pub feeds: Vec<Feed<'a>>,
    /// Refusals of requests for eligibility: the exchange, the entry, and the outcome.
    pub refused: Vec<(usize, &'a Entry, OutcomeCode)>,
    /// Responses with status 200 to an eligibility request that cannot be read as an answer.
    pub unreadable: Vec<&'a Entry>,
}

impl<'a> BrokerExchanges<'a> {
    /// From the messages of the broker and those of facilities.
    pub(super) fn of(at_broker: &[Message<'a>], at_facilities: &[Message<'a>]) -> Self {
        let mut all = BrokerExchanges::default();
        for message in at_facilities.iter().filter(|m| m.direction == Direction::Received) {
            let answer = (message.head().status() == Some(SubmitEligibilityRequest::STATUS)).then(|| answer(message)).flatten();
            let (entry, exchange) = (message.entry, message.exchange);
            all.received.extend(answer.map(|answer| Answer { entry, exchange, to: None, answer }));
        }
        let mut submitted = BTreeSet::new();
        for message in at_broker {
            let head = message.head();
            match (message.direction, head.request(), head.status()) {
                (Direction::Received, Some((method, path)), _) if SubmitFeed::is_asked_by(method, path) => {
                    let batch = message.body.bytes().and_then(|b| FeedBatch::from_json(&b).ok());
                    let (entry, peer, exchange) = (message.entry, message.peer, message.exchange);
                    all.feeds.extend(batch.map(|batch| Feed {
                        entry,
                        peer,
                        batch,
                        exchange,
                        accepted: false,
                        accepted_at: None,
                    }));
                }
                (Direction::Received, Some((method, path)), _) if SubmitEligibilityRequest::is_asked_by(method, path) => {
                    submitted.insert(message.exchange);
                }
                (Direction::Sent, None, Some(status)) => all.take_response(message, status, &submitted),
                _ => {}
            }
        }
        all
    }

    /// Takes a response of the broker.
    fn take_response(&mut self, message: &Message<'a>, status: u16, submitted: &BTreeSet<usize>) {
        let (entry, exchange) = (message.entry, message.exchange);
        let facility = FacilityNumber::new(message.peer).ok();
        if (200..300).contains(&status)
            && let Ok(at) = self.feeds.binary_search_by_key(&exchange, |f| f.exchange)
        {
            self.feeds[at].accepted = true;
            self.feeds[at].accepted_at = Some(entry.seq);
        }
        if let (Some(facility), RequestChallenge::STATUS) = (&facility, status) {
            let grant = message.body.bytes().and_then(|b| serde_json::from_slice::<ChallengeGrant>(&b).ok());
            let challenge = grant.and_then(|g| data_encoding::BASE64.decode(g.challenge.as_bytes()).ok());
            self.grants.extend(challenge.map(|challenge| Grant { entry, facility: facility.clone(), challenge }));
        }
        if status >= 400 && submitted.contains(&exchange) {
            let outcome = message.body.bytes().and_then(|b| outcome_from_json(&b).ok());
            self.refused.extend(outcome.map(|outcome| (exchange, entry, outcome)));
        }
        if status == SubmitEligibilityRequest::STATUS {
            match answer(message) {
                Some(answer) => self.sent.push(Answer { entry, exchange, to: facility, answer }),
                None if submitted.contains(&exchange) => self.unreadable.push(entry),
                None => {}
            }
        }
    }
}

fn answer(message: &Message<'_>) -> Option<EligibilityAnswer> {
    message.body.bytes().and_then(|b| EligibilityAnswer::from_json(&b).ok())
}
