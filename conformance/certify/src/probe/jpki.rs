//! What only JPKI answers: certificate status, the revocation list, and whom it answers.

use super::client::{Response, Seen, Tls};
use super::expect::Expect;
use super::forms::of_good;
use super::requests::Request;
use super::story::{Story, holds, must, prepared};
use super::{Bench, Probe};
use mocks::pki::ocsp::{Question, read_answer, request};
use mocks::pki::profile::Purpose;
use mocks::pki::status::CertStatus;
use openssl::hash::MessageDigest;
use openssl::ocsp::{OcspCertId, OcspCertStatus, OcspRequest, OcspResponse, OcspResponseStatus};
use openssl::x509::{CrlStatus, X509, X509Crl};
use sim::terms::identifiers::CertificateSerial;
use sim::terms::operation::{Method, Operation, media};
use sim::terms::operations::{CertificateStatus, ResolveCode, RevocationList};

/// The OCSP response malformedRequest (RFC 6960, section 4.2.1).
const MALFORMED: [u8; 5] = [0x30, 3, 0x0A, 1, 1];
const OK: Expect = Expect::Success(200);
const NOT_APPROVED: Expect = Expect::Refused(&[403], &["not-approved"]);
/// The most certificates of one request.
const MOST: usize = 64;
/// People of the kit.
const GOOD: usize = 0;
const REVOKED: usize = 3;
const ON_HOLD: usize = 4;

pub fn probes() -> Vec<Probe> {
    vec![
        Probe::story("jpki/not-approved", "Another party than the broker, on every path", not_approved),
        Probe::story("ocsp/malformed-request", "Bytes that are not an OCSP request", malformed_request),
        Probe::story("ocsp/answer-form", "Nonce, responder, times and signature of an answer", answer_form),
        Probe::story("ocsp/statuses", "A revoked and a suspended certificate, and one that is not in the register", statuses),
        Probe::story("ocsp/several-certificates", "A request about 64 certificates, and about 65", several),
        Probe::story("ocsp/sha-256", "A CertID with SHA-256", sha_256),
        Probe::story("crl/form", "A valid revocation list with what is revoked and suspended", crl_form),
        Probe::story("code/unknown-certificate", "The code of a certificate that is not registered", unknown_certificate),
    ]
}

/// A request for status; `GET` without a body.
fn at(bench: &Bench, method: &str, path: &str, media: &str, body: Vec<u8>) -> Request {
    let headers = [("host", bench.server.name.as_str()), ("accept", "*/*"), ("content-type", media)];
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_string())).to_vec();
    Request { method: method.into(), target: path.into(), headers, body }
}

fn ocsp(bench: &Bench, body: Vec<u8>) -> Seen {
    let request = at(bench, Method::Post.name(), CertificateStatus::PATH, CertificateStatus::REQUEST_MEDIA, body);
    bench.server.ask(&bench.tls(), &request.bytes())
}

fn not_approved(bench: &Bench) -> Story {
    let paths = [
        (Method::Post.name(), CertificateStatus::PATH),
        (Method::Get.name(), RevocationList::PATH),
        (Method::Post.name(), ResolveCode::PATH),
        (Method::Get.name(), "/no-such-resource"),
    ];
    for (method, path) in paths {
        let request =
            at(bench, method, path, media::JSON, if method == Method::Get.name() { Vec::new() } else { b"{}".to_vec() });
        let seen = bench.server.ask(&Tls::of(&bench.unauthorised), &request.bytes());
        must(&format!("{method} {path}"), &NOT_APPROVED, seen)?;
    }
    Ok(())
}

fn malformed_request(bench: &Bench) -> Story {
    for (when, body) in
        [("no body", Vec::new()), ("text", b"hello".to_vec()), ("an empty sequence", vec![0x30, 0]), ("zeros", vec![0; 500])]
    {
        let answer = must(when, &OK, ocsp(bench, body))?;
        holds(answer.body == MALFORMED, &format!("{when}: malformedRequest"), "another OCSP response")?;
    }
    Ok(())
}

/// The serial number of a person's certificate in use.
fn serial(bench: &Bench, person: usize) -> Result<CertificateSerial, super::story::Unmet> {
    let person = prepared(bench.parties.person(person), "a person of the kit")?;
    Ok(person.person.current_certificate().serial)
}

/// Asks for the status of a certificate with a nonce, and reads the answer as a broker must.
fn status_of(bench: &Bench, serial: CertificateSerial) -> Result<(CertStatus, Response), super::story::Unmet> {
    let nonce = [0x5A; 16];
    let question = Question::new(bench.parties.jpki.issuing(Purpose::Authentication), serial, Some(&nonce));
    let body = prepared(request(&question).ok(), "an OCSP request")?;
    let answer = must("a question for a status", &OK, ocsp(bench, body))?;
    match read_answer(&answer.body, &question, scenarios::live::now()) {
        Ok(status) => Ok((status, answer)),
        Err(e) => holds(false, "an answer that a broker accepts", &e.to_string()).map(|()| (CertStatus::Unknown, answer)),
    }
}

fn answer_form(bench: &Bench) -> Story {
    let (status, answer) = status_of(bench, serial(bench, GOOD)?)?;
    holds(status == CertStatus::Good, "a good certificate", "another status")?;
    let media = answer.header("content-type").unwrap_or_default();
    holds(media == CertificateStatus::RESPONSE_MEDIA, "the media type of OCSP", "another one")?;
    let id = cert_id(bench, MessageDigest::sha1())?;
    let basic = OcspResponse::from_der(&answer.body).and_then(|r| r.basic()).ok();
    let basic = prepared(basic, "the answer is read")?;
    let Some(status) = basic.find_status(&id) else { return holds(false, "a status of the certificate asked about", "none") };
    let Some(next) = status.next_update() else { return holds(false, "nextUpdate", "none") };
    // There is no other access to times of this kind than their texts.
    let (this, next) = (minute_of(&status.this_update.to_string()), minute_of(&next.to_string()));
    holds(this.is_some_and(|this| this % 15 == 0), "thisUpdate at a quarter of an hour", "another minute")?;
    let minutes = this.zip(next).map(|(this, next)| (next - this).rem_euclid(24 * 60));
    holds(minutes == Some(15), "nextUpdate 15 minutes after thisUpdate", "another span")
}

/// The minute of the day in a time as OpenSSL writes it: `Nov 24 00:15:00 2026 GMT`.
fn minute_of(time: &str) -> Option<i64> {
    let clock = time.split_whitespace().find(|part| part.contains(':'))?;
    let mut parts = clock.split(':').map(|part| part.parse::<i64>().ok());
    Some(parts.next()?? * 60 + parts.next()??)
}

fn statuses(bench: &Bench) -> Story {
    let is = |person, hold: bool| {
        let (status, _) = status_of(bench, serial(bench, person)?)?;
        let suspended = matches!(status, CertStatus::Revoked { reason: Some(reason), .. } if reason as u8 == 6);
        holds(
            matches!(status, CertStatus::Revoked { .. }) && suspended == hold,
            "revoked, with certificateHold only if suspended",
            "another status",
        )
    };
    is(REVOKED, false)?;
    is(ON_HOLD, true)?;
    let (status, _) = status_of(bench, CertificateSerial(0x7FFF_FFFF_0000_0001))?;
    holds(status == CertStatus::Unknown, "unknown for a certificate that is not in the register", "another status")
}

fn cert_id(bench: &Bench, digest: MessageDigest) -> Result<OcspCertId, super::story::Unmet> {
    let person = prepared(bench.parties.person(GOOD), "a person of the kit")?;
    let issued = prepared(person.certificates.last(), "a certificate")?;
    let issuer = X509::from_der(bench.parties.jpki.issuing(Purpose::Authentication).der()).ok();
    let id =
        X509::from_der(&issued.der).ok().zip(issuer).and_then(|(of, issuer)| OcspCertId::from_cert(digest, &of, &issuer).ok());
    prepared(id, "a CertID")
}

/// An OCSP request about one certificate so many times.
fn about(bench: &Bench, times: usize, digest: MessageDigest) -> Result<Vec<u8>, super::story::Unmet> {
    let mut request = prepared(OcspRequest::new().ok(), "an OCSP request")?;
    for _ in 0..times {
        let id = cert_id(bench, digest)?;
        prepared(request.add_id(id).ok(), "a CertID in it")?;
    }
    prepared(request.to_der().ok(), "its bytes")
}

fn several(bench: &Bench) -> Story {
    let answer = must("64 certificates", &OK, ocsp(bench, about(bench, MOST, MessageDigest::sha1())?))?;
    let status = OcspResponse::from_der(&answer.body).map(|r| r.status());
    holds(status.is_ok_and(|s| s == OcspResponseStatus::SUCCESSFUL), "64 certificates: successful", "another OCSP response")?;
    let answer = must("65 certificates", &OK, ocsp(bench, about(bench, MOST + 1, MessageDigest::sha1())?))?;
    holds(answer.body == MALFORMED, "65 certificates: malformedRequest", "another OCSP response")
}

fn sha_256(bench: &Bench) -> Story {
    let answer = must("a CertID with SHA-256", &OK, ocsp(bench, about(bench, 1, MessageDigest::sha256())?))?;
    let id = cert_id(bench, MessageDigest::sha256())?;
    let basic = OcspResponse::from_der(&answer.body).and_then(|r| r.basic()).ok();
    let good = basic.as_ref().and_then(|b| b.find_status(&id)).is_some_and(|s| s.status == OcspCertStatus::GOOD);
    holds(good, "the status good for the same CertID", "another answer")
}

fn crl_form(bench: &Bench) -> Story {
    let request = at(bench, Method::Get.name(), RevocationList::PATH, "", Vec::new()).without("content-type");
    let answer = must("GET /crl", &OK, bench.server.ask(&bench.tls(), &request.bytes()))?;
    let media = answer.header("content-type").unwrap_or_default();
    holds(media == RevocationList::RESPONSE_MEDIA, "the media type of a revocation list", "another one")?;
    let Ok(crl) = X509Crl::from_der(&answer.body) else { return holds(false, "one CRL in DER", "other bytes") };
    let issuer = X509::from_der(bench.parties.jpki.issuing(Purpose::Authentication).der()).and_then(|c| c.public_key());
    let issuer = prepared(issuer.ok(), "the authority's key")?;
    holds(crl.verify(&issuer).is_ok_and(|fits| fits), "a signature of the authentication authority", "another one")?;
    let lasts = crl.next_update().and_then(|next| crl.last_update().diff(next).ok());
    holds(lasts.is_some_and(|l| (l.days, l.secs) == (1, 0)), "nextUpdate 24 hours after thisUpdate", "another span")?;
    let listed = |person: usize| {
        let person = prepared(bench.parties.person(person), "a person of the kit")?;
        let of = prepared(person.certificates.last().and_then(|c| X509::from_der(&c.der).ok()), "a certificate")?;
        Ok(matches!(crl.get_by_cert(&of), CrlStatus::Revoked(_)))
    };
    let (revoked, on_hold, good) = (listed(REVOKED)?, listed(ON_HOLD)?, listed(GOOD)?);
    holds(revoked && on_hold && !good, "the revoked and the suspended certificate, and no good one", "another list")
}

fn unknown_certificate(bench: &Bench) -> Story {
    let unknown = Expect::Refused(&[404], &["no-code"]);
    let seen = of_good(bench, |r| {
        let mut json: serde_json::Value = serde_json::from_slice(&r.body).unwrap_or_default();
        json["certificateSerial"] = serde_json::json!(0x7FFF_FFFF_0000_0001_u64);
        Request { body: json.to_string().into_bytes(), ..r }
    });
    must("a serial number that is not in the register", &unknown, seen)?;
    let seen = of_good(bench, |r| {
        let mut json: serde_json::Value = serde_json::from_slice(&r.body).unwrap_or_default();
        json["issuerKeyId"] = serde_json::json!("00".repeat(20));
        Request { body: json.to_string().into_bytes(), ..r }
    });
    must("an authority that is not JPKI's", &unknown, seen).map(drop)
}
