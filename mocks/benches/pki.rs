//! Times of the operations of a check: `cargo bench -p mocks --bench pki`.

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::Timestamp;
use mocks::pki::jpki_ca::JpkiPki;
use mocks::pki::keys::{KeyDomain, KeySigner, rsa_key};
use mocks::pki::ocsp::{Question, answer, read_answer, request};
use mocks::pki::path::check_authentication_certificate;
use mocks::pki::profile::{CertificateRequest, Municipality, Purpose};
use mocks::pki::status::CertStatus;
use sim::seed::Seed;
use sim::terms::identifiers::CertificateSerial;
use std::hint::black_box;

const SERIAL: u64 = 2_259_731;

fn at(text: &str) -> Timestamp {
    text.parse().expect("a timestamp")
}

fn benches(c: &mut Criterion) {
    let seed = Seed::new(1, "bench");
    let now = at("2026-11-23T00:10:00Z");
    let pki = JpkiPki::new(&seed, at("2023-07-16T00:00:00Z")).expect("a hierarchy");
    let key = rsa_key(&seed, KeyDomain::Card, 0).expect("a key");
    let wanted = CertificateRequest {
        serial: SERIAL,
        subject_cn: "997794E9AGCIEG13221003A".to_string(),
        not_before: at("2025-10-27T00:00:00Z"),
        not_after: at("2030-02-17T14:59:59Z"),
        municipality: Municipality::new("Tokyo-to", "Kiyose-shi"),
    };
    let card = pki.issue_authentication(&wanted, &key).expect("a certificate");
    let trust = pki.trust();
    let nonce = [7; 16];
    let question = Question::new(pki.issuing(Purpose::Authentication), CertificateSerial(SERIAL), Some(&nonce));
    let asked = request(&question).expect("a request");
    let answered = answer(&asked, now, &|_| CertStatus::Good, pki.responder());
    let signer = KeySigner::new(key.clone()).expect("a signer");

    c.bench_function("card signature, RSA-2048 PKCS#1", |b| b.iter(|| signer.signature(black_box(b"challenge"))));
    c.bench_function("certificate path check", |b| {
        b.iter(|| check_authentication_certificate(black_box(&card), &trust, now).is_ok())
    });
    c.bench_function("OCSP answer", |b| b.iter(|| answer(black_box(&asked), now, &|_| CertStatus::Good, pki.responder())));
    c.bench_function("OCSP read", |b| b.iter(|| read_answer(black_box(&answered), &question, now)));
    c.bench_function("issue a card certificate", |b| b.iter(|| pki.issue_authentication(black_box(&wanted), &key).is_ok()));
    c.bench_function("RSA key from the pool", |b| {
        let mut index = 0;
        b.iter(|| {
            index = (index + 1) % KeyDomain::Card.keys();
            rsa_key(&seed, KeyDomain::Card, index).is_ok()
        })
    });
}

criterion_group!(pki, benches);
criterion_main!(pki);
