//! A facility asks the broker for a fresh challenge that the card then signs.

use super::super::messages::{CHALLENGE_LENGTH, ChallengeGrant};
use super::super::operation::{Empty, Header, Method, Operation, Refusal, media};
use super::super::outcome::OutcomeCode;
use super::super::roles::Zone;
use super::examples::instant;

/// チャレンジの発行.
#[derive(Debug)]
pub struct RequestChallenge;

impl Operation for RequestChallenge {
    type Request = Empty;
    type Response = ChallengeGrant;

    const NAME: &'static str = "request-challenge";
    const JA: &'static str = "チャレンジの発行";
    const TEXT_EN: &'static str = "A facility asks for a fresh random value that the card signs";
    const FROM: &'static [Zone] = &[Zone::Facility];
    const TO: Zone = Zone::Broker;
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/challenges";
    const REQUEST_MEDIA: &'static str = media::JSON;
    const RESPONSE_MEDIA: &'static str = media::JSON;
    const HEADERS: &'static [Header] = &[];
    const STATUS: u16 = 201;

    fn refusals() -> Vec<Refusal> {
        [OutcomeCode::FacilityUnlicensed, OutcomeCode::BrokerBusy].map(Refusal::Outcome).to_vec()
    }

    fn request_example() -> Empty {
        Empty
    }

    fn response_example() -> ChallengeGrant {
        ChallengeGrant { challenge: data_encoding::BASE64.encode(&[7; CHALLENGE_LENGTH]), expires_at: instant(60) }
    }
}
