use super::*;
use crate::pki::authority::CaCertificate;
use crate::pki::fixture::*;
use crate::pki::jpki_ca::{JpkiPki, ResponderKey};
use crate::pki::keys::{KeyDomain, KeySigner, rsa_key};
use crate::pki::names::Dn;
use crate::pki::profile::Purpose;
use crate::pki::status::{CertStatus, RevocationReason};
use crate::pki::times::Validity;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use sim::terms::identifiers::CertificateSerial;
use x509_ocsp::OcspResponseStatus;

const NONCE: &[u8] = &[7; 16];

fn question(pki: &JpkiPki) -> Question<'_> {
    Question::new(pki.issuing(Purpose::Authentication), CertificateSerial(SERIAL), Some(NONCE))
}

fn lookup(status: CertStatus) -> impl Fn(CertificateSerial) -> CertStatus {
    move |serial| if serial == CertificateSerial(SERIAL) { status } else { CertStatus::Unknown }
}

fn asked(question: &Question<'_>) -> Vec<u8> {
    super::request(question).expect("a request")
}

fn answered(pki: &JpkiPki, status: CertStatus) -> Vec<u8> {
    answer(&asked(&question(pki)), now(), &lookup(status), pki.responder())
}

fn published(pki: &JpkiPki, this_update: &str, next_update: Option<&str>) -> Result<CertStatus, OcspError> {
    let publication = Publication { this_update: at(this_update), next_update: next_update.map(at) };
    let bytes = answer_published(&asked(&question(pki)), now(), publication, &lookup(CertStatus::Good), pki.responder());
    read_answer(&bytes, &question(pki), now())
}

#[test]
fn every_status_arrives_as_it_was_sent() {
    let pki = pki();
    let revoked = at("2026-11-01T00:00:00Z");
    let hold = Some(RevocationReason::CertificateHold);
    for status in [
        CertStatus::Good,
        CertStatus::Unknown,
        CertStatus::Revoked { at: revoked, reason: None },
        CertStatus::Revoked { at: revoked, reason: hold },
    ] {
        assert_eq!(read_answer(&answered(&pki, status), &question(&pki), now()), Ok(status));
    }
}

#[test]
fn a_responder_may_have_a_p_256_key() {
    let pki = JpkiPki::with_responder(&seed(), at("2023-07-16T00:00:00Z"), ResponderKey::P256).expect("a hierarchy");
    let bytes = answered(&pki, CertStatus::Good);
    assert_eq!(read_answer(&bytes, &question(&pki), now()), Ok(CertStatus::Good));
    let rsa = answered(&self::pki(), CertStatus::Good);
    assert!(bytes.len() + 300 < rsa.len(), "{} and {} bytes", bytes.len(), rsa.len());
    let basic = openssl::ocsp::OcspResponse::from_der(&bytes).expect("an answer").basic().expect("a basic answer");
    let mut store = openssl::x509::store::X509StoreBuilder::new().expect("a store");
    let mut param = openssl::x509::verify::X509VerifyParam::new().expect("a parameter");
    param.set_time(now().as_second());
    store.set_param(&param).expect("a parameter");
    store.add_cert(openssl::x509::X509::from_der(pki.root().der()).expect("a certificate")).expect("a store");
    let mut issuing = openssl::stack::Stack::new().expect("a stack");
    issuing
        .push(openssl::x509::X509::from_der(pki.issuing(Purpose::Authentication).der()).expect("a certificate"))
        .expect("a stack");
    basic.verify(&issuing, &store.build(), openssl::ocsp::OcspFlag::empty()).expect("OpenSSL accepts it");
}

/// A cached proof about a responder is not used where anything could have changed.
#[test]
fn an_authority_with_a_cached_delegate_gives_the_same_results_as_a_fresh_one() {
    let pki = JpkiPki::new(&seed(), at("2017-12-01T00:00:00Z")).expect("a hierarchy");
    let fresh = || CaCertificate::from_der(pki.issuing(Purpose::Authentication).der()).expect("an authority");
    let bytes = answered(&pki, CertStatus::Good);
    assert_eq!(read_answer(&bytes, &question(&pki), now()), Ok(CertStatus::Good));
    for bit in (0..bytes.len() * 8).step_by(173) {
        let (changed, fresh) = (flipped(&bytes, bit), fresh());
        let again = Question { issuer: &fresh, ..question(&pki) };
        let cached = read_answer(&changed, &question(&pki), now());
        assert!(cached.is_err(), "bit {bit}");
        assert_eq!(cached, read_answer(&changed, &again, now()), "bit {bit}");
    }
    // By that time its authority has expired, and with it the responder.
    let (later, fresh) = (at("2027-12-05T00:00:00Z"), fresh());
    let bytes = answer(&asked(&question(&pki)), later, &lookup(CertStatus::Good), pki.responder());
    let cached = read_answer(&bytes, &question(&pki), later);
    assert_eq!(cached, Err(OcspError::ResponderUntrusted));
    assert_eq!(cached, read_answer(&bytes, &Question { issuer: &fresh, ..question(&pki) }, later));
}

#[test]
fn the_same_question_gets_the_same_bytes() {
    assert_eq!(answered(&pki(), CertStatus::Good), answered(&pki(), CertStatus::Good));
}

#[test]
fn a_certificate_of_another_authority_is_unknown() {
    let (pki, foreign) = (pki(), foreign());
    let bytes = answer(&asked(&question(&foreign)), now(), &lookup(CertStatus::Good), pki.responder());
    // The reader of the foreign certificate trusts the foreign authority, so it rejects the whole answer.
    assert_eq!(read_answer(&bytes, &question(&foreign), now()), Err(OcspError::ResponderUntrusted));
    let parsed = openssl::ocsp::OcspResponse::from_der(&bytes).expect("an answer");
    let id = openssl::ocsp::OcspCertId::from_cert(
        openssl::hash::MessageDigest::sha1(),
        &openssl::x509::X509::from_der(&certificate(&foreign)).expect("a certificate"),
        foreign.issuing(Purpose::Authentication).x509(),
    );
    let basic = parsed.basic().expect("a basic answer");
    let status = basic.find_status(&id.expect("an identifier")).expect("a status");
    assert_eq!(status.status, openssl::ocsp::OcspCertStatus::UNKNOWN);
}

#[test]
fn an_answer_from_a_foreign_hierarchy_of_the_same_name_is_rejected() {
    let (pki, foreign) = (pki(), foreign());
    let bytes = answer(&asked(&question(&pki)), now(), &lookup(CertStatus::Good), foreign.responder());
    assert_eq!(read_answer(&bytes, &question(&pki), now()), Err(OcspError::ResponderUntrusted));
}

/// A responder with the given certificate and the key number `key` of the fixture's authorities.
fn impostor(pki: &JpkiPki, certificate: &[u8], key: u64) -> Responder {
    let signer = KeySigner::new(rsa_key(&seed(), KeyDomain::Authority, key).expect("a key")).expect("a signer");
    Responder::with_certificate(pki.issuing(Purpose::Authentication), certificate, signer, Schedule::JPKI).expect("a responder")
}

#[test]
fn an_answer_under_a_certificate_that_is_not_a_responders_is_rejected() {
    let pki = pki();
    // A card's own certificate is signed by the authority, and its key may sign.
    let card = pki.issue_authentication(&request_for_key(9), &rsa_key(&seed(), KeyDomain::Authority, 900).expect("a key"));
    let responder = impostor(&pki, &card.expect("a certificate"), 900);
    let bytes = answer(&asked(&question(&pki)), now(), &lookup(CertStatus::Good), &responder);
    assert_eq!(read_answer(&bytes, &question(&pki), now()), Err(OcspError::ResponderNotDelegated));
}

fn request_for_key(serial: u64) -> crate::pki::profile::CertificateRequest {
    crate::pki::profile::CertificateRequest { serial, ..crate::pki::fixture::request() }
}

#[test]
fn a_responder_signs_with_the_key_of_its_certificate() {
    let pki = pki();
    let responder = impostor(&pki, pki.responder().certificate(), 901);
    let bytes = answer(&asked(&question(&pki)), now(), &lookup(CertStatus::Good), &responder);
    assert_eq!(read_answer(&bytes, &question(&pki), now()), Err(OcspError::ResponderUnknown));
}

#[test]
fn the_authority_itself_may_answer() {
    let pki = pki();
    let responder = impostor(&pki, pki.issuing(Purpose::Authentication).der(), 1);
    let bytes = answer(&asked(&question(&pki)), now(), &lookup(CertStatus::Good), &responder);
    assert_eq!(read_answer(&bytes, &question(&pki), now()), Ok(CertStatus::Good));
}

#[test]
fn a_responder_whose_certificate_has_expired_is_rejected() {
    let pki = pki();
    let spec = ResponderSpec {
        name: Dn::japan().common("Old responder"),
        serial: 99,
        validity: Validity::days(at("2024-01-01T00:00:00Z"), 365),
    };
    let key = rsa_key(&seed(), KeyDomain::Authority, 902).expect("a key");
    let old = Responder::delegated(pki.authority(Purpose::Authentication), &spec, key, Schedule::JPKI).expect("a responder");
    let bytes = answer(&asked(&question(&pki)), now(), &lookup(CertStatus::Good), &old);
    assert_eq!(read_answer(&bytes, &question(&pki), now()), Err(OcspError::ResponderNotInForce));
}

#[test]
fn an_answer_about_another_certificate_is_rejected() {
    let pki = pki();
    let bytes = answered(&pki, CertStatus::Good);
    let other = Question { serial: CertificateSerial(SERIAL + 1), ..question(&pki) };
    assert_eq!(read_answer(&bytes, &other, now()), Err(OcspError::WrongCertificate));
}

#[test]
fn an_answer_to_another_question_or_an_earlier_one_is_rejected() {
    let pki = pki();
    let bytes = answered(&pki, CertStatus::Good);
    let later = Question { nonce: Some(&[8; 16]), ..question(&pki) };
    assert_eq!(read_answer(&bytes, &later, now()), Err(OcspError::NonceWrong));
    let plain = Question { nonce: None, ..question(&pki) };
    let without = answer(&asked(&plain), now(), &lookup(CertStatus::Good), pki.responder());
    assert_eq!(read_answer(&without, &question(&pki), now()), Err(OcspError::NonceMissing));
    assert_eq!(read_answer(&without, &plain, now()), Ok(CertStatus::Good));
}

#[test]
fn an_answer_is_accepted_only_while_it_is_valid() {
    let pki = pki();
    assert_eq!(published(&pki, "2026-11-23T00:00:00Z", Some("2026-11-23T00:15:00Z")), Ok(CertStatus::Good));
    assert_eq!(published(&pki, "2026-11-22T23:00:00Z", Some("2026-11-23T00:05:00Z")), Ok(CertStatus::Good));
    assert_eq!(published(&pki, "2026-11-22T23:00:00Z", Some("2026-11-23T00:04:59Z")), Err(OcspError::Stale));
    assert_eq!(published(&pki, "2026-11-23T00:15:00Z", Some("2026-11-23T00:30:00Z")), Ok(CertStatus::Good));
    assert_eq!(published(&pki, "2026-11-23T00:15:01Z", Some("2026-11-23T00:30:00Z")), Err(OcspError::NotYetValid));
    assert_eq!(published(&pki, "2026-11-23T00:00:00Z", Some("2026-11-22T00:00:00Z")), Err(OcspError::Times));
    assert_eq!(published(&pki, "2026-11-23T00:10:00Z", None), Ok(CertStatus::Good));
    assert_eq!(published(&pki, "2026-11-23T00:00:00Z", None), Err(OcspError::Stale));
}

#[test]
fn the_tolerance_comes_from_the_question() {
    let pki = pki();
    let bytes = answered(&pki, CertStatus::Good);
    let strict = Question { tolerance: SignedDuration::ZERO, ..question(&pki) };
    assert_eq!(read_answer(&bytes, &strict, at("2026-11-23T00:15:00Z")), Ok(CertStatus::Good));
    assert_eq!(read_answer(&bytes, &strict, at("2026-11-23T00:15:01Z")), Err(OcspError::Stale));
    assert_eq!(read_answer(&bytes, &strict, at("2026-11-23T00:09:59Z")), Err(OcspError::NotYetValid));
}

#[test]
fn the_schedule_rounds_down_to_the_last_publication() {
    let at_0014 = Schedule::JPKI.at(at("2026-11-23T00:14:59.9Z"));
    assert_eq!(at_0014.this_update, at("2026-11-23T00:00:00Z"));
    assert_eq!(at_0014.next_update, Some(at("2026-11-23T00:15:00Z")));
    assert_eq!(Schedule::JPKI.at(at("2026-11-23T00:15:00Z")).this_update, at("2026-11-23T00:15:00Z"));
    let extreme = Schedule { period: SignedDuration::ZERO, valid_for: SignedDuration::MAX }.at(Timestamp::MAX);
    assert_eq!(extreme.next_update, None);
}

#[test]
fn refusals_have_their_status_and_are_not_an_answer() {
    let pki = pki();
    for (refusal, status) in [
        (Refusal::MalformedRequest, OcspResponseStatus::MalformedRequest),
        (Refusal::InternalError, OcspResponseStatus::InternalError),
        (Refusal::TryLater, OcspResponseStatus::TryLater),
        (Refusal::SigRequired, OcspResponseStatus::SigRequired),
        (Refusal::Unauthorized, OcspResponseStatus::Unauthorized),
    ] {
        assert_eq!(read_answer(&refuse(refusal), &question(&pki), now()), Err(OcspError::Refused(status)));
    }
}

#[test]
fn malformed_requests_are_rejected_as_such() {
    let pki = pki();
    let ask = |bytes: &[u8]| answer(bytes, now(), &lookup(CertStatus::Good), pki.responder());
    let malformed = refuse(Refusal::MalformedRequest);
    let good = asked(&question(&pki));
    assert_eq!(ask(b""), malformed);
    assert_eq!(ask(&[&good[..], &[0]].concat()), malformed, "something follows the request");
    // SEQUENCE { SEQUENCE { SEQUENCE {} } }: no question at all.
    assert_eq!(ask(&[0x30, 4, 0x30, 2, 0x30, 0]), malformed);
    for length in [0, MAX_NONCE + 1] {
        let nonce = vec![1; length];
        assert_eq!(ask(&asked(&Question { nonce: Some(&nonce), ..question(&pki) })), malformed, "nonce of {length}");
    }
    let longest = vec![1; MAX_NONCE];
    let question = Question { nonce: Some(&longest), ..question(&pki) };
    assert_eq!(read_answer(&ask(&asked(&question)), &question, now()), Ok(CertStatus::Good));
}

#[test]
fn every_single_flipped_bit_of_an_answer_is_detected() {
    let pki = pki();
    for status in [CertStatus::Good, CertStatus::Revoked { at: now(), reason: None }] {
        let bytes = answered(&pki, status);
        for bit in 0..bytes.len() * 8 {
            let read = read_answer(&flipped(&bytes, bit), &question(&pki), now());
            assert!(read.is_err(), "bit {bit}: {read:?}");
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let pki = pki();
        prop_assert!(read_answer(&bytes, &question(&pki), now()).is_err());
        let reply = answer(&bytes, now(), &lookup(CertStatus::Good), pki.responder());
        prop_assert_eq!(reply, refuse(Refusal::MalformedRequest));
    }

    #[test]
    fn a_corrupted_request_is_answered_and_never_about_another_certificate(bit in 0usize..900) {
        let pki = pki();
        let good = asked(&question(&pki));
        let corrupted = flipped(&good, bit % (good.len() * 8));
        let reply = answer(&corrupted, now(), &lookup(CertStatus::Good), pki.responder());
        let read = read_answer(&reply, &question(&pki), now());
        prop_assert!(read.is_err() || read == Ok(CertStatus::Good), "{:?}", read);
    }

    #[test]
    fn a_corrupted_answer_is_rejected(from in 0usize..2000, with in prop::collection::vec(any::<u8>(), 1..40)) {
        let pki = pki();
        let bytes = answered(&pki, CertStatus::Good);
        let mut corrupted = bytes.clone();
        let from = from.min(bytes.len() - 1);
        let to = (from + with.len()).min(bytes.len());
        corrupted[from..to].copy_from_slice(&with[..to - from]);
        prop_assert_eq!(read_answer(&corrupted, &question(&pki), now()).is_ok(), corrupted == bytes);
    }
}
