//! ⑤: the broker asks JPKI which institution code belongs to a certificate.

use super::super::identifiers::InstitutionCode;
use super::super::messages::{CodeAnswer, CodeQuestion};
use super::super::operation::{Method, Operation, ProblemKind, Refusal, media};
use super::super::roles::Zone;
use super::jpki_problems::{BUSY, NOT_A_QUESTION, NOT_APPROVED};

/// 機関別符号の照会.
#[derive(Debug)]
pub struct ResolveCode;

impl ResolveCode {
    /// The certificate is not registered, or its holder has no code.
    pub const NO_CODE: ProblemKind = ProblemKind::new("no-code", "no institution code belongs to this certificate", 404);
    /// The number authority has not issued the codes yet: retry later.
    pub const CODES_UNAVAILABLE: ProblemKind = ProblemKind::new("codes-unavailable", "codes are not known yet", 503);
    pub const MALFORMED: ProblemKind = ProblemKind::new("malformed", "the body is not a question for a code", 400);
}

impl Operation for ResolveCode {
    type Request = CodeQuestion;
    type Response = CodeAnswer;

    const NAME: &'static str = "resolve-code";
    const JA: &'static str = "機関別符号の照会";
    const TEXT_EN: &'static str = "An approved verifier asks which institution code belongs to a certificate";
    const FROM: &'static [Zone] = &[Zone::Broker];
    const TO: Zone = Zone::Jpki;
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/institution-codes/resolve";
    const REQUEST_MEDIA: &'static str = media::JSON;
    const RESPONSE_MEDIA: &'static str = media::JSON;

    fn refusals() -> Vec<Refusal> {
        [Self::NO_CODE, Self::CODES_UNAVAILABLE, Self::MALFORMED, NOT_A_QUESTION, NOT_APPROVED, BUSY]
            .map(Refusal::Problem)
            .to_vec()
    }

    fn request_example() -> CodeQuestion {
        CodeQuestion { issuer_key_id: "0102030405060708090a0b0c0d0e0f1011121314".to_string(), certificate_serial: 10_001 }
    }

    fn response_example() -> CodeAnswer {
        CodeAnswer::of(InstitutionCode::from_bytes([7; 16]))
    }
}
