//! ⑤ in designs that present a number: the broker asks the number authority which institution code belongs to it.

use super::super::identifiers::{InstitutionCode, MedicalNumber, MyNumber, PresentedNumber};
use super::super::messages::{CodeAnswer, FIELD_MEDICAL_INSURANCE, NumberKind, NumberQuestion};
use super::super::operation::{Method, Operation, ProblemKind, Refusal, media};
use super::super::roles::Zone;

/// 番号による機関別符号の照会.
#[derive(Debug)]
pub struct ResolveNumber;

impl ResolveNumber {
    /// Nobody has the number, or its holder has no code.
    pub const NO_CODE: ProblemKind = ProblemKind::new("no-code", "no institution code belongs to this number", 404);
    pub const NOT_PERMITTED: ProblemKind = ProblemKind::new("not-permitted", "this party may not ask by this number", 403);
    pub const WRONG_NUMBER: ProblemKind = ProblemKind::new("malformed", "the number is not of the kind that `kind` says", 400);
    pub const MALFORMED: ProblemKind = ProblemKind::new("malformed", "the body is not a question for the code of a number", 400);
    pub const NOT_A_QUESTION: ProblemKind = ProblemKind::new("malformed", "POST a question for the code of a number", 400);
    pub const BUSY: ProblemKind = ProblemKind::new("busy", "the authority has too much to do", 503);
}

impl Operation for ResolveNumber {
    type Request = NumberQuestion;
    type Response = CodeAnswer;

    const NAME: &'static str = "resolve-number";
    const JA: &'static str = "番号による機関別符号の照会";
    const TEXT_EN: &'static str = "The broker asks which institution code belongs to a number, in designs that present one";
    const FROM: &'static [Zone] = &[Zone::Broker];
    const TO: Zone = Zone::NumberAuthority;
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/institution-codes/by-number";
    const REQUEST_MEDIA: &'static str = media::JSON;
    const RESPONSE_MEDIA: &'static str = media::JSON;

    fn refusals() -> Vec<Refusal> {
        let all = [Self::NO_CODE, Self::NOT_PERMITTED, Self::WRONG_NUMBER, Self::MALFORMED, Self::NOT_A_QUESTION, Self::BUSY];
        all.map(Refusal::Problem).to_vec()
    }

    fn request_example() -> NumberQuestion {
        let number = MedicalNumber::from_body(1_234_567_890_123).reveal().to_string();
        NumberQuestion { field: FIELD_MEDICAL_INSURANCE.to_string(), kind: NumberKind::MedicalNumber, number }
    }

    fn response_example() -> CodeAnswer {
        CodeAnswer::of(InstitutionCode::from_bytes([7; 16]))
    }
}

impl NumberQuestion {
    /// The code in the field of medical insurance that belongs to a number.
    pub fn of(number: &PresentedNumber) -> NumberQuestion {
        let kind = match number {
            PresentedNumber::Medical(_) => NumberKind::MedicalNumber,
            PresentedNumber::MyNumber(_) => NumberKind::MyNumber,
        };
        NumberQuestion { field: FIELD_MEDICAL_INSURANCE.to_string(), kind, number: number.reveal().to_string() }
    }

    /// The number, if it is one of its kind.
    pub fn number(&self) -> Option<PresentedNumber> {
        match self.kind {
            NumberKind::MedicalNumber => MedicalNumber::new(&self.number).ok().map(PresentedNumber::Medical),
            NumberKind::MyNumber => MyNumber::new(&self.number).ok().map(PresentedNumber::MyNumber),
        }
    }
}
