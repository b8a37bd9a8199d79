//! The exchanges of the broker: answers with eligibility, challenges, feeds.

use super::boundary::Message;
use std::collections::BTreeSet;
use terms::fhir::{EligibilityAnswer, FeedBatch, Profile};
use terms::identifiers::FacilityNumber;
use terms::journal::{Direction, Entry};
use terms::messages::ChallengeGrant;
use terms::operation::Operation;
use terms::operations::{RequestChallenge, SubmitEligibilityRequest, SubmitFeed};

/// ⑥ as it left the broker, or as it came in at a facility.
#[derive(Clone, Debug)]
pub struct Answer<'a> {
    pub entry: &'a Entry,
    pub(super) exchange: usize,
    /// The facility that the broker sent it to; `None` if it was sent to anybody else, and where it came in.
    pub to: Option<FacilityNumber>,
    pub answer: EligibilityAnswer,
}

/// A challenge that the broker gave out.
#[derive(Clone, Debug)]
pub struct Grant<'a> {
    pub entry: &'a Entry,
    pub facility: FacilityNumber,
    pub challenge: Vec<u8>,
}

/// A feed that came in at the broker.
#[derive(Clone, Debug)]
pub struct Feed<'a> {
    pub entry: &'a Entry,
    /// The party that sent it, by its TLS certificate.
    pub peer: &'a str,
    pub batch: FeedBatch,
    exchange: usize,
    /// Whether the broker answered that it took it.
    pub taken: bool,
}

#[derive(Debug, Default)]
pub struct BrokerExchanges<'a> {
    /// Answers as they left the broker.
    pub sent: Vec<Answer<'a>>,
    /// Answers as they came in at facilities.
    pub received: Vec<Answer<'a>>,
    pub grants: Vec<Grant<'a>>,
    pub feeds: Vec<Feed<'a>>,
    /// What left the broker with status 200 for a request for eligibility and is no answer that can be read.
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
                    all.feeds.extend(batch.map(|batch| Feed { entry, peer, batch, exchange, taken: false }));
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
            && let Some(feed) = self.feeds.iter_mut().rev().find(|f| f.exchange == exchange)
        {
            feed.taken = true;
        }
        if let (Some(facility), RequestChallenge::STATUS) = (&facility, status) {
            let grant = message.body.bytes().and_then(|b| serde_json::from_slice::<ChallengeGrant>(&b).ok());
            let challenge = grant.and_then(|g| data_encoding::BASE64.decode(g.challenge.as_bytes()).ok());
            self.grants.extend(challenge.map(|challenge| Grant { entry, facility: facility.clone(), challenge }));
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
