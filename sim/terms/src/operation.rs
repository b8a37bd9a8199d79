//! The declaration of an operation: one message pair between two parties, written once for client, server and judge.

use super::fhir::{FhirError, Profile, outcome_to_json};
use super::messages::{Problem, to_json};
use super::outcome::OutcomeCode;
use super::roles::Zone;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::fmt;

/// Media types of bodies.
pub mod media {
    /// HL7 FHIR R4 as JSON (FHIR R4, http.html).
    pub const FHIR_JSON: &str = "application/fhir+json";
    /// RFC 8259.
    pub const JSON: &str = "application/json";
    /// RFC 9457.
    pub const PROBLEM_JSON: &str = "application/problem+json";
    /// RFC 6960, appendix A.
    pub const OCSP_REQUEST: &str = "application/ocsp-request";
    /// RFC 6960, appendix A.
    pub const OCSP_RESPONSE: &str = "application/ocsp-response";
    /// RFC 5280, section 4.2.1.13, and RFC 2585.
    pub const PKIX_CRL: &str = "application/pkix-crl";
}

/// A header defined by this project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// In lower case.
    pub name: &'static str,
    pub text_en: &'static str,
}

/// The check for which a facility asks, so that even a request that cannot be parsed is recorded under it.
pub const CHECK_ID: Header = Header { name: "x-check-id", text_en: "The id of the check, as in the body" };

/// HTTP method (RFC 9110, section 9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
}

impl Method {
    /// As it is written in a request.
    pub const fn name(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
        }
    }
}

/// An error response of a server (RFC 9457).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProblemKind {
    /// The stable code.
    pub code: &'static str,
    pub title: &'static str,
    /// HTTP status (RFC 9110).
    pub status: u16,
}

impl ProblemKind {
    pub const fn new(code: &'static str, title: &'static str, status: u16) -> Self {
        ProblemKind { code, title, status }
    }

    /// The body.
    pub fn problem(&self) -> Problem {
        Problem::new(self.code, self.title, self.status)
    }
}

/// The answer of a server to a request for an operation that it does not have.
pub const NOT_FOUND: ProblemKind = ProblemKind::new("not-found", "there is no such resource here", 404);

/// One way in which an operation can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A FHIR `OperationOutcome` with this code.
    Outcome(OutcomeCode),
    /// A problem document.
    Problem(ProblemKind),
}

impl Refusal {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::Outcome(code) => code.code(),
            Refusal::Problem(kind) => kind.code,
        }
    }

    /// HTTP status (RFC 9110).
    pub fn status(&self) -> u16 {
        match self {
            Refusal::Outcome(code) => code.on_the_wire().status,
            Refusal::Problem(kind) => kind.status,
        }
    }

    pub fn media_type(&self) -> &'static str {
        match self {
            Refusal::Outcome(_) => media::FHIR_JSON,
            Refusal::Problem(_) => media::PROBLEM_JSON,
        }
    }

    /// The body.
    pub fn body(&self) -> Vec<u8> {
        match self {
            Refusal::Outcome(code) => outcome_to_json(*code),
            Refusal::Problem(kind) => to_json(&kind.problem()),
        }
    }
}

/// A body that has a codec.
pub trait Message: Sized {
    /// Why the bytes are not such a message. It repeats no value of the message.
    type Error: fmt::Display;

    fn read(body: &[u8]) -> Result<Self, Self::Error>;

    fn write(&self) -> Vec<u8>;
}

impl<P: Profile> Message for P {
    type Error = FhirError;

    fn read(body: &[u8]) -> Result<Self, FhirError> {
        P::from_json(body)
    }

    fn write(&self) -> Vec<u8> {
        self.to_json()
    }
}

/// Why a body is not the expected JSON message: the position, and no values.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the expected message: line {line}, column {column}")]
pub struct UnexpectedMessage {
    /// From 1.
    pub line: usize,
    /// From 1.
    pub column: usize,
}

/// Reads a JSON message strictly: also what a parser would take for the same, such as a list in the place of an object, is an error.
pub fn read_json<T: DeserializeOwned + Serialize>(body: &[u8]) -> Result<T, UnexpectedMessage> {
    let at = |e: serde_json::Error| UnexpectedMessage { line: e.line(), column: e.column() };
    let message: T = serde_json::from_slice(body).map_err(at)?;
    let sent: Value = serde_json::from_slice(body).map_err(at)?;
    let meant: Value = serde_json::from_slice(&to_json(&message)).map_err(at)?;
    if has_form_of(&sent, &meant) { Ok(message) } else { Err(UnexpectedMessage { line: 1, column: 1 }) }
}

/// Whether every value of the one has the type of that of the other. Texts may have more than one form.
fn has_form_of(sent: &Value, meant: &Value) -> bool {
    match (sent, meant) {
        (Value::Object(sent), Value::Object(meant)) => {
            sent.len() == meant.len() && meant.iter().all(|(name, meant)| sent.get(name).is_some_and(|s| has_form_of(s, meant)))
        }
        (Value::Array(sent), Value::Array(meant)) => {
            sent.len() == meant.len() && sent.iter().zip(meant).all(|(sent, meant)| has_form_of(sent, meant))
        }
        (Value::String(_), Value::String(_)) => true,
        (sent, meant) => sent == meant,
    }
}

macro_rules! json_messages {
    ($($name:path),*) => {
        $(impl Message for $name {
            type Error = UnexpectedMessage;

            fn read(body: &[u8]) -> Result<Self, UnexpectedMessage> {
                read_json(body)
            }

            fn write(&self) -> Vec<u8> {
                to_json(self)
            }
        })*
    };
}

json_messages!(
    super::messages::ChallengeGrant,
    super::messages::CodeQuestion,
    super::messages::CodeAnswer,
    super::messages::IssueQuestion,
    super::messages::IssueAnswer,
    super::messages::NumberQuestion,
    super::messages::PersonQuestion,
    super::messages::LeakReport,
    Problem
);

/// A body without content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Empty;

/// Why a body is not empty, or not DER.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BytesError {
    #[error("the body must be empty")]
    NotEmpty,
    #[error("the body is not one DER sequence")]
    NotDer,
}

impl Message for Empty {
    type Error = BytesError;

    fn read(body: &[u8]) -> Result<Self, BytesError> {
        if body.is_empty() { Ok(Empty) } else { Err(BytesError::NotEmpty) }
    }

    fn write(&self) -> Vec<u8> {
        Vec::new()
    }
}

/// A body that is one SEQUENCE in DER. Its content is not parsed here.
#[derive(Clone, PartialEq, Eq)]
pub struct Der(pub Vec<u8>);

/// Without its bytes, which may identify a person.
impl fmt::Debug for Der {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Der({} bytes)", self.0.len())
    }
}

impl Message for Der {
    type Error = BytesError;

    fn read(body: &[u8]) -> Result<Self, BytesError> {
        let is_sequence = matches!(body, [0x30, ..]) && der_length(&body[1..]) == Some(body.len() - 1);
        if is_sequence { Ok(Der(body.to_vec())) } else { Err(BytesError::NotDer) }
    }

    fn write(&self) -> Vec<u8> {
        self.0.clone()
    }
}

/// The length of a length field and of the content that it announces (X.690, section 8.1.3).
fn der_length(from: &[u8]) -> Option<usize> {
    let first = usize::from(*from.first()?);
    if first < 0x80 {
        return Some(1 + first);
    }
    let octets = from.get(1..first - 0x80 + 1).filter(|o| !o.is_empty() && o.len() <= 4)?;
    let content = octets.iter().fold(0usize, |n, b| n << 8 | usize::from(*b));
    content.checked_add(1 + octets.len())
}

/// One message pair: a client's request and the server's response.
pub trait Operation: Sync + 'static {
    type Request: Message;
    /// The response if the operation succeeds.
    type Response: Message;

    /// Its name in documents, in kebab case.
    const NAME: &'static str;
    /// The Japanese term.
    const JA: &'static str;
    /// What it does.
    const TEXT_EN: &'static str;
    /// The zones whose parties may request it.
    const FROM: &'static [Zone];
    /// The zone whose party answers.
    const TO: Zone;
    const METHOD: Method;
    const PATH: &'static str;
    const REQUEST_MEDIA: &'static str;
    const RESPONSE_MEDIA: &'static str;
    /// Headers beyond those of HTTP itself.
    const HEADERS: &'static [Header] = &[];
    /// HTTP status of the successful response.
    const STATUS: u16 = 200;

    /// Every way in which it can fail; the first one is its example.
    fn refusals() -> Vec<Refusal>;

    fn request_example() -> Self::Request;

    fn response_example() -> Self::Response;

    /// Whether a request with this method and path, without its query, is for this operation.
    fn is_asked_by(method: &str, path: &str) -> bool {
        method == Self::METHOD.name() && Self::is_at(path)
    }

    /// Whether the path, without its query, is the operation's.
    fn is_at(path: &str) -> bool {
        path == Self::PATH
    }
}

/// An operation in the list of all operations: what [`Operation`] declares, without its types.
pub trait OperationDescription: Sync {
    fn name(&self) -> &'static str;
    fn ja(&self) -> &'static str;
    fn text_en(&self) -> &'static str;
    fn from(&self) -> &'static [Zone];
    fn to(&self) -> Zone;
    fn method(&self) -> Method;
    fn path(&self) -> &'static str;
    fn request_media(&self) -> &'static str;
    fn response_media(&self) -> &'static str;
    fn headers(&self) -> &'static [Header];
    fn status(&self) -> u16;
    fn refusals(&self) -> Vec<Refusal>;
    /// The body of the example request.
    fn request_example(&self) -> Vec<u8>;
    /// The body of the example response.
    fn response_example(&self) -> Vec<u8>;
    /// Reads a request and writes it again.
    fn reread_request(&self, body: &[u8]) -> Result<Vec<u8>, String>;
    /// Reads a successful response and writes it again.
    fn reread_response(&self, body: &[u8]) -> Result<Vec<u8>, String>;
}

/// Describes an operation, which is a type without values.
#[derive(Debug)]
pub struct Described<O>(std::marker::PhantomData<fn() -> O>);

impl<O> Described<O> {
    pub const fn new() -> Self {
        Described(std::marker::PhantomData)
    }
}

impl<O> Default for Described<O> {
    fn default() -> Self {
        Described::new()
    }
}

fn reread<M: Message>(body: &[u8]) -> Result<Vec<u8>, String> {
    M::read(body).map(|message| message.write()).map_err(|e| e.to_string())
}

impl<O: Operation> OperationDescription for Described<O> {
    fn name(&self) -> &'static str {
        O::NAME
    }

    fn ja(&self) -> &'static str {
        O::JA
    }

    fn text_en(&self) -> &'static str {
        O::TEXT_EN
    }

    fn from(&self) -> &'static [Zone] {
        O::FROM
    }

    fn to(&self) -> Zone {
        O::TO
    }

    fn method(&self) -> Method {
        O::METHOD
    }

    fn path(&self) -> &'static str {
        O::PATH
    }

    fn request_media(&self) -> &'static str {
        O::REQUEST_MEDIA
    }

    fn response_media(&self) -> &'static str {
        O::RESPONSE_MEDIA
    }

    fn headers(&self) -> &'static [Header] {
        O::HEADERS
    }

    fn status(&self) -> u16 {
        O::STATUS
    }

    fn refusals(&self) -> Vec<Refusal> {
        O::refusals()
    }

    fn request_example(&self) -> Vec<u8> {
        O::request_example().write()
    }

    fn response_example(&self) -> Vec<u8> {
        O::response_example().write()
    }

    fn reread_request(&self, body: &[u8]) -> Result<Vec<u8>, String> {
        reread::<O::Request>(body)
    }

    fn reread_response(&self, body: &[u8]) -> Result<Vec<u8>, String> {
        reread::<O::Response>(body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn der_is_one_sequence_and_nothing_after_it() {
        let long = [&[0x30, 0x81, 0x80][..], &[0; 0x80]].concat();
        for good in [&[0x30, 0x00][..], &[0x30, 0x02, 0x05, 0x00], &long] {
            assert_eq!(Der::read(good).unwrap().write(), good);
        }
        for bad in [&[][..], &[0x30], &[0x31, 0x00], &[0x30, 0x01], &[0x30, 0x00, 0x00], &[0x30, 0x80], &[0x30, 0x82, 0x01]] {
            assert_eq!(Der::read(bad), Err(BytesError::NotDer), "{bad:?}");
        }
    }

    #[test]
    fn an_error_names_a_position_and_no_value() {
        let error = Problem::read(b"{\"type\":\"x\",\"title\":123456789018}").unwrap_err();
        assert_eq!(error.to_string(), "not the expected message: line 1, column 32");
    }

    #[test]
    fn what_a_parser_takes_for_the_same_is_refused() {
        use crate::messages::{CodeQuestion, IssueAnswer, IssueQuestion};
        let question = r#"{"field":"medical-insurance","knownBy":"my-number","numbers":[]}"#;
        assert!(IssueQuestion::read(question.as_bytes()).is_ok());
        assert!(IssueQuestion::read(question.replace("\"my-number\"", "{\"my-number\":null}").as_bytes()).is_err());
        assert!(IssueQuestion::read(br#"["medical-insurance","my-number",[]]"#).is_err());
        assert!(CodeQuestion::read(br#"["00",1]"#).is_err());
        assert!(IssueAnswer::read(br#"{"codes":[null]}"#).is_ok());
        assert!(IssueAnswer::read(br#"[[null]]"#).is_err());
        assert!(Problem::read(br#"["urn:shikaku:problem:malformed","x",400]"#).is_err());
        let instant = |text: &str| {
            crate::messages::ChallengeGrant::read(format!("{{\"challenge\":\"x\",\"expiresAt\":{text}}}").as_bytes())
        };
        assert_eq!(instant("\"2026-11-24T09:00:00+09:00\""), instant("\"2026-11-24T00:00:00.000Z\""));
    }
}
