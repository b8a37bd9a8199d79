//! The municipality passes on that a person asks for a code for medical use, or gives it up.

use super::super::fhir::CodeConsent;
use super::super::identifiers::ResidentCode;
use super::super::operation::{Empty, Method, Operation, ProblemKind, Refusal, media};
use super::super::roles::Zone;
use super::examples::instant;

/// 医療等分野の符号の利用の申出と撤回.
#[derive(Debug)]
pub struct SubmitCodeConsent;

impl SubmitCodeConsent {
    pub const NOT_PERMITTED: ProblemKind = ProblemKind::new("not-permitted", "only a municipality may say this of a person", 403);
    /// Nobody has this resident code.
    pub const UNKNOWN_RESIDENT: ProblemKind = ProblemKind::new("unknown-resident", "there is no such resident", 404);
    /// The request is neither the next one of this municipality nor its last one again.
    pub const OUT_OF_ORDER: ProblemKind = ProblemKind::new("out-of-order", "the requests of a municipality come in order", 409);
    pub const MALFORMED: ProblemKind = ProblemKind::new("malformed", "the body is not a consent to a code", 400);
    pub const NOT_A_CONSENT: ProblemKind = ProblemKind::new("malformed", "POST a consent to a code", 400);
    pub const BUSY: ProblemKind = ProblemKind::new("busy", "the authority has too much to do", 503);
}

impl Operation for SubmitCodeConsent {
    type Request = CodeConsent;
    /// Nothing: not even whether the person had a code before.
    type Response = Empty;

    const NAME: &'static str = "submit-code-consent";
    const JA: &'static str = "符号の利用の申出・撤回";
    const TEXT_EN: &'static str = "A municipality passes on that a person asks for a code for medical use, or gives it up";
    const FROM: &'static [Zone] = &[Zone::Municipality];
    const TO: Zone = Zone::NumberAuthority;
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/fhir/Consent";
    const REQUEST_MEDIA: &'static str = media::FHIR_JSON;
    const RESPONSE_MEDIA: &'static str = media::FHIR_JSON;

    fn refusals() -> Vec<Refusal> {
        let all =
            [Self::NOT_PERMITTED, Self::UNKNOWN_RESIDENT, Self::OUT_OF_ORDER, Self::MALFORMED, Self::NOT_A_CONSENT, Self::BUSY];
        all.map(Refusal::Problem).to_vec()
    }

    fn request_example() -> CodeConsent {
        CodeConsent { request: 17, resident: ResidentCode::from_body(9_876_543_210), created: instant(0), given: true }
    }

    fn response_example() -> Empty {
        Empty
    }
}
