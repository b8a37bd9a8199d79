//! ④ and ⑥: a facility asks the broker whether a person is insured.

use super::super::check::CheckId;
use super::super::coverage::{Relationship, Validity};
use super::super::fhir::{CoverageAnswer, EligibilityAnswer, EligibilityQuestion, is_sent_as_operation_outcome};
use super::super::operation::{CHECK_ID, Header, Method, Operation, Refusal, media};
use super::super::outcome::OutcomeCode;
use super::super::roles::Zone;
use super::examples::{DAY, facility, instant, insured};
use super::submit_feed::SubmitFeed;
use jiff::civil::date;

/// 資格情報の要求と応答.
#[derive(Debug)]
pub struct SubmitEligibilityRequest;

impl Operation for SubmitEligibilityRequest {
    type Request = EligibilityQuestion;
    type Response = EligibilityAnswer;

    const NAME: &'static str = "submit-eligibility-request";
    const JA: &'static str = "資格情報の要求と応答";
    const TEXT_EN: &'static str = "A facility asks whether the person whose certificate it read is insured on a day";
    const FROM: &'static [Zone] = &[Zone::Facility];
    const TO: Zone = Zone::Broker;
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/fhir/CoverageEligibilityRequest/$submit";
    const REQUEST_MEDIA: &'static str = media::FHIR_JSON;
    const RESPONSE_MEDIA: &'static str = media::FHIR_JSON;
    const HEADERS: &'static [Header] = &[CHECK_ID];

    fn refusals() -> Vec<Refusal> {
        let sent = OutcomeCode::ALL.iter().copied().filter(|code| is_sent_as_operation_outcome(*code));
        sent.map(Refusal::Outcome).collect()
    }

    fn request_example() -> EligibilityQuestion {
        EligibilityQuestion {
            check: CheckId::new(3, 41),
            facility: facility(),
            day: DAY,
            created: instant(0),
            // A sequence of one number stands for the certificate.
            certificate: vec![0x30, 0x03, 0x02, 0x01, 0x07],
            number: None,
            signed_challenge: None,
            on_record: None,
        }
    }

    fn response_example() -> EligibilityAnswer {
        let coverage = CoverageAnswer {
            insured: insured(),
            insurer_name: "多摩市国民健康保険".to_string(),
            in_force: true,
            since: date(2026, 10, 1),
            until: None,
            copayment_percent: Some(30),
            relationship: Relationship::Insured,
        };
        EligibilityAnswer {
            check: CheckId::new(3, 41),
            day: DAY,
            created: instant(1),
            validity: Validity::InForce,
            coverages: vec![coverage],
        }
    }

    /// Below whatever FHIR base a server has.
    fn is_at(path: &str) -> bool {
        path.ends_with(Self::PATH.strip_prefix(SubmitFeed::PATH).unwrap_or(Self::PATH))
    }
}
