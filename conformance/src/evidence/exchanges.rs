//! The exchanges of the broker: answers with eligibility, challenges, feeds.

use crate::wire::Head;
use std::collections::BTreeSet;
use terms::fhir::{EligibilityAnswer, FeedBatch, Profile};
use terms::identifiers::FacilityNumber;
use terms::journal::{Direction, Entry, Event};
use terms::messages::ChallengeGrant;
use terms::operation::Operation;
use terms::operations::{RequestChallenge, SubmitEligibilityRequest, SubmitFeed};
use terms::roles::Zone;

/// ⑥ as the broker sent it, or as a facility received it.
#[derive(Clone, Debug)]
pub struct Answer<'a> {
    pub entry: &'a Entry,
    pub(super) exchange: u64,
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
    exchange: u64,
    /// Whether the broker answered that it accepted the feed.
    pub accepted: bool,
}

#[derive(Debug, Default)]
pub struct BrokerExchanges<'a> {
    /// Answers sent by the broker.
    pub sent: Vec<Answer<'a>>,
    /// Answers received by facilities.
    pub received: Vec<Answer<'a>>,
    pub grants: Vec<Grant<'a>>,
    pub feeds: Vec<Feed<'a>>,
    /// Responses with status 200 to an eligibility request that cannot be read as an answer.
    pub unreadable: Vec<&'a Entry>,
}

impl<'a> BrokerExchanges<'a> {
    pub(super) fn of(journal: &'a [Entry]) -> Self {
        let mut all = BrokerExchanges::default();
        let mut submitted = BTreeSet::new();
        for entry in journal {
            let Event::Message { exchange, direction, peer, head, body } = &entry.event else { continue };
            let head = Head::new(head);
            let json = || body.bytes();
            match (entry.zone, direction, head.request(), head.status()) {
                (Zone::Facility, Direction::Received, _, Some(200)) => {
                    let answer = json().and_then(|b| EligibilityAnswer::from_json(&b).ok());
                    all.received.extend(answer.map(|answer| Answer { entry, exchange: *exchange, to: None, answer }));
                }
                (Zone::Broker, Direction::Received, Some((method, path)), _) if SubmitFeed::is_asked_by(method, path) => {
                    let batch = json().and_then(|b| FeedBatch::from_json(&b).ok());
                    all.feeds.extend(batch.map(|batch| Feed { entry, peer, batch, exchange: *exchange, accepted: false }));
                }
                (Zone::Broker, Direction::Received, Some((method, path)), _)
                    if SubmitEligibilityRequest::is_asked_by(method, path) =>
                {
                    submitted.insert(*exchange);
                }
                (Zone::Broker, Direction::Sent, None, Some(status)) => {
                    let facility = FacilityNumber::new(peer).ok();
                    if (200..300).contains(&status)
                        && let Some(feed) = all.feeds.iter_mut().rev().find(|f| f.exchange == *exchange)
                    {
                        feed.accepted = true;
                    }
                    if let (Some(facility), RequestChallenge::STATUS) = (&facility, status) {
                        let grant = json().and_then(|b| serde_json::from_slice::<ChallengeGrant>(&b).ok());
                        let challenge = grant.and_then(|g| data_encoding::BASE64.decode(g.challenge.as_bytes()).ok());
                        all.grants.extend(challenge.map(|challenge| Grant { entry, facility: facility.clone(), challenge }));
                    }
                    if status == SubmitEligibilityRequest::STATUS {
                        match json().and_then(|b| EligibilityAnswer::from_json(&b).ok()) {
                            Some(answer) => all.sent.push(Answer { entry, exchange: *exchange, to: facility, answer }),
                            None if submitted.contains(exchange) => all.unreadable.push(entry),
                            None => {}
                        }
                    }
                }
                _ => {}
            }
        }
        all
    }
}
