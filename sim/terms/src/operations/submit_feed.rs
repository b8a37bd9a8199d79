//! An insurer reports to the broker which coverages have begun, changed and ended.

use super::super::fhir::FeedBatch;
use super::super::operation::{Empty, Method, Operation, Refusal, media};
use super::super::outcome::OutcomeCode;
use super::super::roles::Zone;
use super::examples::{DAY, coverage, instant, insured};

/// 資格情報の登録.
#[derive(Debug)]
pub struct SubmitFeed;

impl Operation for SubmitFeed {
    type Request = FeedBatch;
    type Response = Empty;

    const NAME: &'static str = "submit-feed";
    const JA: &'static str = "資格情報の登録";
    const TEXT_EN: &'static str = "An insurer reports changes of coverage, and through which day its report is complete";
    const FROM: &'static [Zone] = &[Zone::Insurer];
    const TO: Zone = Zone::Broker;
    const METHOD: Method = Method::Post;
    /// The FHIR base: a transaction is posted to it (FHIR R4, http.html).
    const PATH: &'static str = "/fhir";
    const REQUEST_MEDIA: &'static str = media::FHIR_JSON;
    const RESPONSE_MEDIA: &'static str = media::FHIR_JSON;

    fn refusals() -> Vec<Refusal> {
        [OutcomeCode::RequestMalformed, OutcomeCode::RequestUnknownField, OutcomeCode::RequestTooLarge]
            .map(Refusal::Outcome)
            .to_vec()
    }

    fn request_example() -> FeedBatch {
        FeedBatch {
            insurer: insured().insurer,
            running: 17,
            created: instant(0),
            complete_through: DAY,
            entries: vec![coverage()],
            codes: None,
        }
    }

    fn response_example() -> Empty {
        Empty
    }
}
