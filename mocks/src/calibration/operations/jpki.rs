//! The operations of JPKI and the number authority.

use crate::calibration::inputs::{Asked, Inputs};
use crate::calibration::task::{Turn, whole};
use crate::calibration::{CalibrationError, Operation, Task};
use crate::pki::ocsp::{Question, read_answer, request};
use crate::pki::profile::Purpose;
use crate::pki::status::CertStatus;
use sim::terms::check::Step;
use sim::terms::messages::{CodeAnswer, CodeQuestion, FIELD_MEDICAL_INSURANCE, IssueAnswer, IssueQuestion, KnownBy, to_json};
use sim::terms::roles::Zone;

const NONCE: [u8; 16] = [7; 16];

pub(super) const ALL: &[Operation] = &[
    Operation {
        name: "ocsp-status",
        party: Some(Zone::Jpki),
        step: Some(Step::CodeResolved),
        what: "A certificate's status: the OCSP request read, looked up in a register of 100,000 people, the answer signed (RSA-2048)",
        what_ja: "証明書の状態：OCSPの要求を読み、10万人の登録から引き、回答に署名する（RSA-2048）",
        prepare: ocsp_status,
    },
    Operation {
        name: "code-resolve",
        party: Some(Zone::Jpki),
        step: Some(Step::CodeResolved),
        what: "A certificate's institution code: the JSON question read, looked up in a register of 100,000 people, the answer written",
        what_ja: "証明書に対応する機関別符号：JSONの照会を読み、10万人の登録から引き、回答を書く",
        prepare: code_resolve,
    },
    Operation {
        name: "code-issue",
        party: Some(Zone::NumberAuthority),
        step: None,
        what: "One institution code derived: the JSON question read, two HMACs, the answer written",
        what_ja: "機関別符号を一つ導出する：JSONの照会を読み、HMACを二回計算し、回答を書く",
        prepare: code_issue,
    },
];

fn ocsp_status(inputs: &Inputs) -> Result<Box<dyn Task>, CalibrationError> {
    let (registers, pki, now) = (inputs.registers()?, inputs.pki.clone(), inputs.now);
    let issuer = pki.issuing(Purpose::Authentication);
    let question = |a: &Asked| request(&Question::new(issuer, a.serial, Some(&NONCE)));
    let requests = registers.asked.iter().map(question).collect::<Result<Vec<_>, _>>()?;
    let (register, mut turn) = (registers.clone(), Turn::of(requests.len()));
    let run = move || {
        let asked = turn.next();
        (asked, register.jpki.answer_status(&requests[asked]))
    };
    Ok(whole(run, move |(asked, body)| {
        let serial = registers.asked[*asked].serial;
        let question = Question::new(pki.issuing(Purpose::Authentication), serial, Some(&NONCE));
        read_answer(body, &question, now) == Ok(CertStatus::Good)
    }))
}

fn code_resolve(inputs: &Inputs) -> Result<Box<dyn Task>, CalibrationError> {
    let registers = inputs.registers()?;
    let key_id = inputs.pki.issuing(Purpose::Authentication).key_id().as_bytes();
    let issuer_key_id = data_encoding::HEXLOWER.encode(key_id);
    let question = |serial: u64| to_json(&CodeQuestion { issuer_key_id: issuer_key_id.clone(), certificate_serial: serial });
    let questions: Vec<Vec<u8>> = registers.asked.iter().map(|a| question(a.serial.0)).collect();
    let (register, mut turn) = (registers.clone(), Turn::of(questions.len()));
    let run = move || {
        let asked = turn.next();
        (asked, register.jpki.resolve(&questions[asked]))
    };
    Ok(whole(run, move |(asked, response)| {
        let found = serde_json::from_slice::<CodeAnswer>(&response.body);
        found.is_ok_and(|found| found.institution_code == registers.asked[*asked].code)
    }))
}

fn code_issue(inputs: &Inputs) -> Result<Box<dyn Task>, CalibrationError> {
    let registers = inputs.registers()?;
    let question = |a: &Asked| {
        let numbers = vec![a.resident.reveal().to_string()];
        to_json(&IssueQuestion::new(FIELD_MEDICAL_INSURANCE, KnownBy::ResidentCode, numbers))
    };
    let questions: Vec<Vec<u8>> = registers.asked.iter().map(question).collect();
    let (register, mut turn) = (registers.clone(), Turn::of(questions.len()));
    let run = move || {
        let asked = turn.next();
        let question = serde_json::from_slice::<IssueQuestion>(&questions[asked]).ok();
        let issued = question.and_then(|q| register.authority.issue(&q, "jpki").ok());
        (asked, issued.map(|answer| to_json(&answer)))
    };
    Ok(whole(run, move |(asked, body)| {
        let answer = body.as_ref().and_then(|b| serde_json::from_slice::<IssueAnswer>(b).ok());
        answer.is_some_and(|a| a.codes == [Some(registers.asked[*asked].code.clone())])
    }))
}
