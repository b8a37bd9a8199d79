//! The cancer registry asks the number authority for its own code of a person, by the four data in a report.

use super::super::fhir::ReportedPerson;
use super::super::identifiers::InstitutionCode;
use super::super::messages::{CodeAnswer, FIELD_CANCER_REGISTRY, PersonQuestion};
use super::super::operation::{Method, Operation, ProblemKind, Refusal, media};
use super::super::people::Sex;
use super::super::roles::Zone;
use jiff::civil::date;

/// 四情報による機関別符号の照会.
#[derive(Debug)]
pub struct ResolvePerson;

impl ResolvePerson {
    /// No resident has these data, or several have, or the one did not opt in: the answer does not say which.
    pub const NO_CODE: ProblemKind = ProblemKind::new("no-code", "no institution code belongs to these data", 404);
    pub const NOT_PERMITTED: ProblemKind = ProblemKind::new("not-permitted", "this party may not ask by these data", 403);
    pub const MALFORMED: ProblemKind = ProblemKind::new("malformed", "the body is not a question for the code of a person", 400);
    pub const NOT_A_QUESTION: ProblemKind = ProblemKind::new("malformed", "POST a question for the code of a person", 400);
    pub const BUSY: ProblemKind = ProblemKind::new("busy", "the authority has too much to do", 503);
}

impl Operation for ResolvePerson {
    type Request = PersonQuestion;
    type Response = CodeAnswer;

    const NAME: &'static str = "resolve-person";
    const JA: &'static str = "四情報による機関別符号の照会";
    const TEXT_EN: &'static str = "The cancer registry asks, by name, birth date, sex and address, for its own code of a person";
    const FROM: &'static [Zone] = &[Zone::Registry];
    const TO: Zone = Zone::NumberAuthority;
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/institution-codes/by-person";
    const REQUEST_MEDIA: &'static str = media::JSON;
    const RESPONSE_MEDIA: &'static str = media::JSON;

    fn refusals() -> Vec<Refusal> {
        let all = [Self::NO_CODE, Self::NOT_PERMITTED, Self::MALFORMED, Self::NOT_A_QUESTION, Self::BUSY];
        all.map(Refusal::Problem).to_vec()
    }

    fn request_example() -> PersonQuestion {
        PersonQuestion {
            field: FIELD_CANCER_REGISTRY.to_string(),
            name: "見本 花子".to_string(),
            birth: date(1961, 4, 9),
            sex: Sex::Female,
            address: "東京都架空市見本町1丁目2番3号".to_string(),
        }
    }

    fn response_example() -> CodeAnswer {
        CodeAnswer { institution_code: InstitutionCode::from_bytes([9; 16]), issued_in: None }
    }
}

impl PersonQuestion {
    /// The registry's code of the person with these data.
    pub fn of(person: &ReportedPerson) -> PersonQuestion {
        let ReportedPerson { name, birth, sex, address } = person;
        PersonQuestion {
            field: FIELD_CANCER_REGISTRY.to_string(),
            name: format!("{} {}", name.family, name.given),
            birth: *birth,
            sex: *sex,
            address: format!("{}{}{}", address.prefecture, address.municipality, address.rest),
        }
    }
}
