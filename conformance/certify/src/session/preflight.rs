//! Whether a system can be tested at all. What is wrong here is an error of the set-up, not of the system.

use crate::kit::credentials::Credentials;
use crate::outcome::{Case, Culprit, Failure};
use crate::probe::client::{Response, Seen, Server, Tls};
use crate::probe::requests::Request;
use crate::site::SiteFile;
use crate::sut::Configured;
use jiff::Timestamp;
use mocks::pki::ocsp::{self, Question};
use mocks::pki::status::CertStatus;
use scenarios::file::bounded;
use serde::Deserialize;
use sim::terms::identifiers::{CertificateSerial, FacilityNumber};
use sim::terms::messages::{FIELD_MEDICAL_INSURANCE, IssueAnswer, IssueQuestion, KnownBy};
use sim::terms::operation::{Message, Method, Operation};
use sim::terms::operations::{CertificateStatus, IssueCodes};
use sim::terms::roles::Zone;
use std::path::Path;

/// The case of the set-up.
pub(super) const NAME: &str = "set-up";
pub(super) const WHAT: &str = "The system can be reached with the certificates of the kit";
/// The facility in whose name the system is tried.
const FACILITY: u64 = 131_000_001;
/// How far a clock may be off, in seconds.
const CLOCK_SECONDS: i64 = 300;
/// The largest `people.ndjson` that is read, in bytes.
const MOST_BYTES: u64 = 64 << 20;
/// How many days the network's revocation list is valid.
const LIST_DAYS: i64 = 7;

/// A case that says what is wrong. `None` if the system can be tested.
pub fn check(configured: &Configured, site: &SiteFile) -> Option<Case> {
    let address = configured.address.clone()?;
    let mut case = Case::passed(NAME, WHAT);
    let credentials = match Credentials::of(site, scenarios::live::now()) {
        Ok(credentials) => credentials,
        Err(e) => {
            case.fail(wrong("the kit has authorities", e.to_string(), "make the kit again with `shikaku serve --kit`".into()));
            return Some(case);
        }
    };
    if let Some(days) = age_of_list(configured).filter(|days| *days >= LIST_DAYS) {
        let observed = format!("`ca/tls-crl.pem` is {days} days old, and its next update is due after {LIST_DAYS}");
        let remedy = "start `shikaku serve --kit` once: it renews the list; then give it to the system".to_string();
        case.fail(wrong("the kit's revocation list is in force", observed, remedy));
        return Some(case);
    }
    let server = Server { at: address, name: configured.zone.name().into(), root: credentials.tls_root_der().to_vec() };
    let identity = match configured.zone {
        Zone::Broker => credentials.facility_identity(&FacilityNumber::from_body(FACILITY)),
        Zone::Jpki => credentials.client_identity("broker"),
        _ => credentials.client_identity("jpki"),
    };
    let seen = match &identity {
        Ok(identity) => server.ask(&Tls::of(identity), b"GET /shikaku-set-up HTTP/1.1\r\nhost: set-up\r\n\r\n"),
        Err(e) => Seen::TlsRefused(e.to_string()),
    };
    let remedy = match &seen {
        Seen::Response(answer) => {
            let clock = clock(answer, scenarios::live::now());
            let tls = identity.as_ref().map(Tls::of).unwrap_or_default();
            let failure = clock.or_else(|| people(configured, &credentials, |request| server.ask(&tls, &request.bytes())))?;
            case.fail(failure);
            return Some(case);
        }
        Seen::NoConnection(_) => format!("start the system so that it listens at {}, or mend `address`", server.at),
        Seen::TlsRefused(why) if why.contains("certificate verify failed") => format!(
            "the system must present `tls/{name}-server.pem` of the kit, or another certificate for `{name}` of its authority",
            name = server.name
        ),
        Seen::TlsRefused(_) => {
            "the system must trust `ca/tls-root.pem`, speak TLS 1.3, and accept client certificates".to_string()
        }
        Seen::Silence => "the system accepts the connection and says nothing: does it expect TLS there?".to_string(),
        Seen::Closed => "the system ends the connection: does it accept client certificates of the kit?".to_string(),
        Seen::NotHttp(_) => "something else listens at this address".to_string(),
    };
    case.fail(wrong("an HTTP answer to a request for nothing", seen.to_string(), remedy));
    Some(case)
}

fn wrong(expected: &str, observed: String, remedy: String) -> Failure {
    let (expected, culprit) = (expected.into(), Culprit::Environment);
    Failure { expected, observed, culprit, likely_cause: Some(remedy), before: Vec::new() }
}

/// The system's clock, if it says in its answers what it shows (RFC 9110, section 6.6.1): TIME-003 allows five minutes.
fn clock(answer: &Response, now: Timestamp) -> Option<Failure> {
    let shows = jiff::fmt::rfc2822::parse(answer.header("date")?).ok()?.timestamp();
    let seconds = shows.duration_since(now).as_secs();
    (seconds.abs() > CLOCK_SECONDS).then(|| {
        let observed = format!("`Date` differs by {} s", seconds.abs());
        wrong("the clock of the system is right", observed, "set the clocks of both machines, for instance by NTP".into())
    })
}

/// Whether the system knows the first person of the kit, if it is one into which people are imported.
fn people(configured: &Configured, credentials: &Credentials, ask: impl Fn(Request) -> Seen) -> Option<Failure> {
    let person = first_person(&configured.folder.join(&configured.sut.kit).join("people.ndjson"))?;
    let request = |path: &str, media: &str, body: Vec<u8>| {
        let headers = [("host", configured.zone.name()), ("accept", media), ("content-type", media)];
        let headers = headers.into_iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        Request { method: Method::Post.name().into(), target: path.into(), headers, body }
    };
    let is_unknown = match configured.zone {
        Zone::Jpki => {
            let question = Question::new(credentials.card_issuer(), CertificateSerial(person.certificate_serial), None);
            let body = ocsp::request(&question).ok()?;
            let Seen::Response(answer) = ask(request(CertificateStatus::PATH, CertificateStatus::REQUEST_MEDIA, body)) else {
                return None;
            };
            ocsp::read_answer(&answer.body, &question, scenarios::live::now()) == Ok(CertStatus::Unknown)
        }
        Zone::NumberAuthority => {
            let (field, known_by) = (FIELD_MEDICAL_INSURANCE.to_string(), KnownBy::ResidentCode);
            let question = IssueQuestion { field, known_by, numbers: vec![person.resident_code], with_revision: false };
            let Seen::Response(answer) = ask(request(IssueCodes::PATH, IssueCodes::REQUEST_MEDIA, question.write())) else {
                return None;
            };
            IssueAnswer::read(&answer.body).is_ok_and(|answer| answer.codes == [None])
        }
        _ => false,
    };
    is_unknown.then(|| {
        let observed = "person 00 is not known".to_string();
        wrong("the people of the kit are imported", observed, "import `people.ndjson` of the kit into the system".into())
    })
}

/// What a system with imported people is asked about.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Imported {
    resident_code: String,
    certificate_serial: u64,
}

fn first_person(people: &Path) -> Option<Imported> {
    let all = bounded::bytes(people, MOST_BYTES).ok()?;
    serde_json::from_slice(all.split(|byte| *byte == b'\n').next()?).ok()
}

/// How many days ago the revocation list of the kit was written.
fn age_of_list(configured: &Configured) -> Option<i64> {
    let path = configured.folder.join(&configured.sut.kit).join("ca/tls-crl.pem");
    let written = Timestamp::try_from(std::fs::metadata(path).ok()?.modified().ok()?).ok()?;
    Some(scenarios::live::now().duration_since(written).as_hours() / 24)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_off_by_more_than_five_minutes_is_named() {
        let now: Timestamp = "2026-11-24T00:00:00Z".parse().unwrap_or_default();
        let shows = |date: &str| {
            let headers = vec![("date".to_string(), date.to_string())];
            clock(&Response { status: 404, headers, body: Vec::new() }, now).map(|failure| failure.observed)
        };
        for right in ["Tue, 24 Nov 2026 00:00:00 GMT", "Tue, 24 Nov 2026 00:05:00 GMT", "yesterday", ""] {
            assert_eq!(shows(right), None, "{right}");
        }
        assert_eq!(shows("Mon, 23 Nov 2026 23:54:00 GMT").as_deref(), Some("`Date` differs by 360 s"));
        assert_eq!(shows("Tue, 24 Nov 2026 01:00:00 GMT").as_deref(), Some("`Date` differs by 3600 s"));
    }
}
