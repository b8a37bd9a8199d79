//! An insurer, or JPKI, asks the number authority for the institution codes of people.

use super::super::identifiers::InstitutionCode;
use super::super::messages::{FIELD_MEDICAL_INSURANCE, IssueAnswer, IssueQuestion, KnownBy};
use super::super::operation::{Method, Operation, ProblemKind, Refusal, media};
use super::super::roles::Zone;

/// 機関別符号の発行.
#[derive(Debug)]
pub struct IssueCodes;

impl IssueCodes {
    /// The most numbers in one question.
    pub const MAX_NUMBERS: usize = 500;
    pub const NOT_PERMITTED: ProblemKind = ProblemKind::new("not-permitted", "this party may not ask by this number", 403);
    pub const TOO_MANY: ProblemKind = ProblemKind::new("too-many", "more than 500 numbers in one question", 413);
    pub const WRONG_NUMBER: ProblemKind = ProblemKind::new("malformed", "a number is not of the kind that `knownBy` says", 400);
    pub const MALFORMED: ProblemKind = ProblemKind::new("malformed", "the body is not a question for codes", 400);
    pub const NOT_A_QUESTION: ProblemKind = ProblemKind::new("malformed", "POST a question for codes", 400);
    pub const BUSY: ProblemKind = ProblemKind::new("busy", "the authority has too much to do", 503);
}

impl Operation for IssueCodes {
    type Request = IssueQuestion;
    type Response = IssueAnswer;

    const NAME: &'static str = "issue-codes";
    const JA: &'static str = "機関別符号の発行";
    const TEXT_EN: &'static str = "An insurer asks by My Number, JPKI by resident code, for the institution codes of people";
    const FROM: &'static [Zone] = &[Zone::Insurer, Zone::Jpki];
    const TO: Zone = Zone::NumberAuthority;
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/institution-codes/issue";
    const REQUEST_MEDIA: &'static str = media::JSON;
    const RESPONSE_MEDIA: &'static str = media::JSON;

    fn refusals() -> Vec<Refusal> {
        let all = [Self::NOT_PERMITTED, Self::TOO_MANY, Self::WRONG_NUMBER, Self::MALFORMED, Self::NOT_A_QUESTION, Self::BUSY];
        all.map(Refusal::Problem).to_vec()
    }

    fn request_example() -> IssueQuestion {
        // Reserved for examples: the check digit is valid, but nobody has the number.
        let numbers = vec!["123456789018".to_string()];
        IssueQuestion::new(FIELD_MEDICAL_INSURANCE, KnownBy::MyNumber, numbers)
    }

    fn response_example() -> IssueAnswer {
        IssueAnswer::of(vec![Some(InstitutionCode::from_bytes([7; 16]))])
    }
}
