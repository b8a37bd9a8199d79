//! ⑥: the broker asks an insurer what it knows about the person with an institution code, if the broker holds no eligibility.

use super::super::fhir::{CoverageQuestion, CoverageStatement};
use super::super::operation::{Method, Operation, ProblemKind, Refusal, media};
use super::super::roles::Zone;
use super::examples::{DAY, code, coverage, instant};

/// 保険者への資格情報の照会.
#[derive(Debug)]
pub struct AskForCoverage;

impl AskForCoverage {
    pub const NOT_COMMISSIONED: ProblemKind =
        ProblemKind::new("not-commissioned", "the insurer has not commissioned this party to ask", 403);
    /// The number authority has not yet sent the codes of the insured: retry later.
    pub const CODES_UNAVAILABLE: ProblemKind = ProblemKind::new("codes-unavailable", "codes are not known yet", 503);
    pub const MALFORMED: ProblemKind = ProblemKind::new("malformed", "the body is not a question for coverage", 400);
    pub const BUSY: ProblemKind = ProblemKind::new("busy", "the insurer has too much to do", 503);
}

impl Operation for AskForCoverage {
    type Request = CoverageQuestion;
    type Response = CoverageStatement;

    const NAME: &'static str = "ask-for-coverage";
    const JA: &'static str = "保険者への資格情報の照会";
    const TEXT_EN: &'static str = "The broker asks an insurer for the coverage of the person with an institution code";
    const FROM: &'static [Zone] = &[Zone::Broker];
    const TO: Zone = Zone::Insurer;
    const METHOD: Method = Method::Post;
    /// An operation on a type (FHIR R4, operations.html).
    const PATH: &'static str = "/fhir/Coverage/$by-institution-code";
    const REQUEST_MEDIA: &'static str = media::FHIR_JSON;
    const RESPONSE_MEDIA: &'static str = media::FHIR_JSON;

    fn refusals() -> Vec<Refusal> {
        [Self::NOT_COMMISSIONED, Self::CODES_UNAVAILABLE, Self::MALFORMED, Self::BUSY].map(Refusal::Problem).to_vec()
    }

    fn request_example() -> CoverageQuestion {
        CoverageQuestion { code: code() }
    }

    fn response_example() -> CoverageStatement {
        CoverageStatement { created: instant(0), complete_through: DAY, entries: vec![coverage()], codes: None }
    }
}
