//! The municipality passes on that a person suspects that a code has leaked: the number authority issues another one.

use super::super::identifiers::ResidentCode;
use super::super::messages::LeakReport;
use super::super::operation::{Empty, Method, Operation, ProblemKind, Refusal, media};
use super::super::roles::Zone;
use super::submit_code_consent::SubmitCodeConsent;

/// 符号の漏えいの疑いの届出と、符号の再発行.
#[derive(Debug)]
pub struct ReportCodeLeak;

impl ReportCodeLeak {
    /// The person has no code now, so that there is nothing to replace.
    pub const NO_CODE: ProblemKind = ProblemKind::new("no-code", "the person has no code", 404);
    pub const MALFORMED: ProblemKind = ProblemKind::new("malformed", "the body is not a report of a leak", 400);
    pub const NOT_A_REPORT: ProblemKind = ProblemKind::new("malformed", "POST a report of a leak", 400);
}

impl Operation for ReportCodeLeak {
    type Request = LeakReport;
    /// Nothing: the municipality learns neither the old nor the new code.
    type Response = Empty;

    const NAME: &'static str = "report-code-leak";
    const JA: &'static str = "符号の漏えいの届出";
    const TEXT_EN: &'static str =
        "A municipality passes on that a person suspects that a code has leaked, and another one is issued";
    const FROM: &'static [Zone] = &[Zone::Municipality];
    const TO: Zone = Zone::NumberAuthority;
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/institution-codes/reissue";
    const REQUEST_MEDIA: &'static str = media::JSON;
    const RESPONSE_MEDIA: &'static str = media::JSON;

    fn refusals() -> Vec<Refusal> {
        let consent = [SubmitCodeConsent::NOT_PERMITTED, SubmitCodeConsent::OUT_OF_ORDER, SubmitCodeConsent::BUSY];
        [Self::NO_CODE, Self::MALFORMED, Self::NOT_A_REPORT].into_iter().chain(consent).map(Refusal::Problem).collect()
    }

    fn request_example() -> LeakReport {
        LeakReport { request: 18, resident_code: ResidentCode::from_body(9_876_543_210) }
    }

    fn response_example() -> Empty {
        Empty
    }
}
