//! The mocks' certificates, CRLs and OCSP answers, checked by the `openssl` command line, which shares no code with this
//! project's reading side. It needs the system's `openssl` binary, 3.0 or later.

use jiff::Timestamp;
use mocks::pki::Validity;
use mocks::pki::crl::{CrlContent, Revocation};
use mocks::pki::jpki_ca::JpkiPki;
use mocks::pki::keys::{KeyDomain, rsa_key};
use mocks::pki::ocsp::{OcspError, Publication, Question, answer, answer_published, read_answer, request};
use mocks::pki::profile::{AUTHENTICATION_POLICY, CertificateRequest, HolderAttributes, Municipality, Purpose, SIGNATURE_POLICY};
use mocks::pki::status::{CertStatus, RevocationReason};
use mocks::pki::tls::{TlsClient, TlsPki};
use openssl::x509::{X509, X509Crl};
use sim::seed::Seed;
use sim::terms::identifiers::{CertificateSerial, FacilityNumber};
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;

const SERIAL: u64 = 2_259_731;
/// `openssl ocsp` compares the times of an answer with the real clock and cannot be given another. Allowing a difference of
/// 300 years makes the tests pass on any date; the tests of the reader check freshness.
const ANY_TIME: &str = "9467280000";

fn at(text: &str) -> Timestamp {
    text.parse().expect("a timestamp")
}

fn now() -> Timestamp {
    at("2026-11-23T00:10:00Z")
}

fn seed() -> Seed {
    Seed::new(1, "openssl command line")
}

fn kiyose() -> Municipality {
    Municipality::new("Tokyo-to", "Kiyose-shi")
}

/// A hierarchy, one card, and a directory for the files of the command line.
struct Bench {
    pki: JpkiPki,
    card: Vec<u8>,
    directory: TempDir,
}

impl Bench {
    /// `None` if `openssl` is not installed. In CI that is a failure, so that CI never passes without having run the command
    /// line.
    fn new() -> Option<Self> {
        if Command::new("openssl").arg("version").output().is_err() {
            assert!(std::env::var_os("CI").is_none(), "the `openssl` command line is not installed; CI needs it");
            // Directly to stderr, since the test harness captures other output.
            let _ = writeln!(std::io::stderr(), "\nNOT RUN: the `openssl` command line is not installed\n");
            return None;
        }
        let pki = JpkiPki::new(&seed(), at("2023-07-16T00:00:00Z")).expect("a hierarchy");
        let card = authentication(&pki);
        let bench = Bench { pki, card, directory: TempDir::new().expect("a directory") };
        bench.write_certificates("root.pem", &[bench.pki.root().der()]);
        bench.write_certificates("issuing.pem", &[bench.pki.issuing(Purpose::Authentication).der()]);
        bench.write_certificates("signing.pem", &[bench.pki.issuing(Purpose::Signature).der()]);
        bench.write_certificates("ca.pem", &[bench.pki.root().der(), bench.pki.issuing(Purpose::Authentication).der()]);
        bench.write_certificates("card.pem", &[&bench.card]);
        Some(bench)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.path(name), bytes).expect("a file can be written");
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).expect("openssl has written the file")
    }

    fn write_certificates(&self, name: &str, all: &[&[u8]]) {
        let pem = |der: &&[u8]| X509::from_der(der).expect("a certificate").to_pem().expect("PEM");
        self.write(name, &all.iter().flat_map(pem).collect::<Vec<u8>>());
    }

    fn write_crl(&self, name: &str, der: &[u8]) {
        self.write(name, &X509Crl::from_der(der).expect("a CRL").to_pem().expect("PEM"));
    }

    /// Runs `openssl` in the directory: whether it succeeded, and all its output.
    fn openssl(&self, arguments: &str) -> (bool, String) {
        let output = Command::new("openssl")
            .args(arguments.split_whitespace())
            .current_dir(self.directory.path())
            // This machine's own configuration must have no effect.
            .env_remove("OPENSSL_CONF")
            .output()
            .expect("these tests need the `openssl` command line on the PATH (Debian: apt install openssl)");
        let text = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&text).into_owned())
    }

    fn verify(&self, options: &str, file: &str) -> (bool, String) {
        let at = now().as_second();
        self.openssl(&format!("verify -attime {at} -no-CApath -CAfile root.pem -untrusted issuing.pem {options} {file}"))
    }

    #[track_caller]
    fn accepts(&self, options: &str, file: &str) {
        let (good, output) = self.verify(options, file);
        assert!(good, "openssl verify {options} {file} failed: {output}");
    }

    #[track_caller]
    fn rejects(&self, options: &str, file: &str, error: u32) {
        let (good, output) = self.verify(options, file);
        assert!(!good && output.contains(&format!("error {error} at")), "openssl verify {options} {file}: {output}");
    }

    /// Has `openssl ocsp` make a request, with a nonce, for the file's certificate.
    fn ask(&self, file: &str) -> Vec<u8> {
        let (good, output) = self.openssl(&format!("ocsp -issuer issuing.pem -cert {file} -reqout request.der"));
        assert!(good, "openssl ocsp -reqout: {output}");
        self.read("request.der")
    }

    /// Has `openssl ocsp` read an answer to that request, twice: given the request, it compares the nonces but names no
    /// certificate; given the certificate, it reports its status but makes its own request, which therefore gets no nonce.
    fn read_answer_file(&self, file: &str, answer: &[u8]) -> (bool, String) {
        self.write("answer.der", answer);
        let at = now().as_second();
        let common = format!("-respin answer.der -no-CApath -CAfile ca.pem -attime {at} -validity_period {ANY_TIME}");
        let (good, output) = self.openssl(&format!("ocsp -reqin request.der {common}"));
        if !good {
            return (good, output);
        }
        let (good, more) = self.openssl(&format!("ocsp -issuer issuing.pem -cert {file} -no_nonce {common}"));
        (good, output + &more)
    }
}

fn request_of(serial: u64) -> CertificateRequest {
    CertificateRequest {
        serial,
        subject_cn: "997794E9AGCIEG13221003A".to_string(),
        not_before: at("2025-10-27T00:00:00Z"),
        not_after: at("2030-02-17T14:59:59Z"),
        municipality: kiyose(),
    }
}

fn authentication(pki: &JpkiPki) -> Vec<u8> {
    let key = rsa_key(&seed(), KeyDomain::Card, 0).expect("a key");
    pki.issue_authentication(&request_of(SERIAL), &key).expect("a certificate")
}

fn crl_of(revoked: &[u64]) -> CrlContent {
    let entry = |serial: &u64| Revocation {
        serial: CertificateSerial(*serial),
        at: at("2026-11-20T00:00:00Z"),
        reason: Some(RevocationReason::CertificateHold),
    };
    CrlContent {
        number: 7,
        this_update: at("2026-11-22T15:00:00Z"),
        next_update: at("2026-11-23T15:00:00Z"),
        revoked: revoked.iter().map(entry).collect(),
    }
}

#[test]
fn a_card_certificate_verifies_for_client_authentication_only() {
    let Some(bench) = Bench::new() else { return };
    bench.accepts("", "card.pem");
    bench.accepts("-purpose sslclient -x509_strict", "card.pem");
    bench.rejects("-purpose smimesign", "card.pem", 26);
    bench.rejects("-purpose sslserver", "card.pem", 26);
}

#[test]
fn a_card_certificate_verifies_only_in_its_validity_period() {
    let Some(bench) = Bench::new() else { return };
    let when = |text: &str| {
        let at = at(text).as_second();
        bench.openssl(&format!("verify -attime {at} -no-CApath -CAfile root.pem -untrusted issuing.pem card.pem"))
    };
    assert!(when("2030-02-17T14:59:58Z").0);
    assert!(when("2030-02-17T15:00:00Z").1.contains("error 10 at 0 depth"));
    assert!(when("2025-10-26T23:59:59Z").1.contains("error 9 at 0 depth"));
}

#[test]
fn another_authority_of_the_same_name_and_a_changed_byte_are_rejected() {
    let Some(bench) = Bench::new() else { return };
    let foreign = JpkiPki::foreign(&seed(), at("2023-07-16T00:00:00Z")).expect("a hierarchy");
    bench.write_certificates("foreign.pem", &[&authentication(&foreign)]);
    bench.rejects("", "foreign.pem", 20);
    let mut changed = bench.card.clone();
    let subject = changed.windows(7).rposition(|w| w == b"9AGCIEG").expect("the subject's CN");
    changed[subject] ^= 1;
    bench.write_certificates("changed.pem", &[&changed]);
    bench.rejects("", "changed.pem", 7);
}

#[test]
fn the_policy_is_the_one_of_the_certificates_kind() {
    let Some(bench) = Bench::new() else { return };
    bench.accepts(&format!("-policy_check -explicit_policy -policy {AUTHENTICATION_POLICY}"), "card.pem");
    bench.rejects(&format!("-policy_check -explicit_policy -policy {SIGNATURE_POLICY}"), "card.pem", 43);
}

#[test]
fn a_signature_certificate_verifies_and_is_no_client_certificate_by_policy() {
    let Some(bench) = Bench::new() else { return };
    let holder = HolderAttributes {
        name: "試験　花子".to_string(),
        sex: "2".to_string(),
        birth: "419900217".to_string(),
        address: "東京都清瀬市".to_string(),
    };
    let key = rsa_key(&seed(), KeyDomain::Card, 1).expect("a key");
    let der = bench.pki.issue_signature(&request_of(SERIAL), &holder, &key).expect("a certificate");
    bench.write_certificates("signature.pem", &[&der]);
    let policy = format!("-untrusted signing.pem -purpose smimesign -policy_check -explicit_policy -policy {SIGNATURE_POLICY}");
    bench.accepts(&policy, "signature.pem");
    let (_, text) = bench.openssl("x509 -in signature.pem -noout -text");
    for expected in ["Digital Signature, Non Repudiation", "L = Tokyo-to, L = Kiyose-shi", "othername: 1.3.6.1.4.1.32473.8.5.5.1"]
    {
        let loose: String = text.replace(" = ", "=");
        assert!(text.contains(expected) || loose.contains(&expected.replace(" = ", "=")), "{expected} is not in {text}");
    }
    assert!(!text.contains("Extended Key Usage") && !text.contains("Authority Information Access"));
}

#[test]
fn the_municipalitys_crl_and_the_authoritys_crl_both_decide() {
    let Some(bench) = Bench::new() else { return };
    let write = |name: &str, municipality: Option<&Municipality>, revoked: &[u64]| {
        let der = bench.pki.crl(Purpose::Authentication, municipality, &crl_of(revoked)).expect("a CRL");
        bench.write_crl(name, &der);
    };
    write("good.pem", Some(&kiyose()), &[1, 2]);
    write("revoked.pem", Some(&kiyose()), &[1, SERIAL]);
    write("elsewhere.pem", Some(&Municipality::new("Tokyo-to", "Chiyoda-ku")), &[]);
    write("whole-good.pem", None, &[]);
    write("whole-revoked.pem", None, &[SERIAL]);
    bench.accepts("-crl_check -CRLfile good.pem", "card.pem");
    bench.rejects("-crl_check -CRLfile revoked.pem", "card.pem", 23);
    bench.rejects("-crl_check -CRLfile elsewhere.pem", "card.pem", 44);
    bench.accepts("-crl_check -CRLfile whole-good.pem", "card.pem");
    bench.rejects("-crl_check -CRLfile whole-revoked.pem", "card.pem", 23);
    bench.rejects("-crl_check", "card.pem", 3);
    let (good, output) = bench.openssl("crl -in revoked.pem -noout -verify -CAfile issuing.pem -text");
    assert!(good && output.contains("verify OK") && output.contains("Certificate Hold"), "{output}");
}

#[test]
fn the_command_line_requests_and_reads_every_status() {
    let Some(bench) = Bench::new() else { return };
    let revoked = CertStatus::Revoked { at: at("2026-11-20T01:02:03Z"), reason: Some(RevocationReason::CertificateHold) };
    for (status, expected) in [
        (CertStatus::Good, vec!["card.pem: good"]),
        (revoked, vec!["card.pem: revoked", "Reason: certificateHold", "Revocation Time: Nov 20 01:02:03 2026 GMT"]),
        (CertStatus::Unknown, vec!["card.pem: unknown"]),
    ] {
        let asked = bench.ask("card.pem");
        let lookup = |serial| if serial == CertificateSerial(SERIAL) { status } else { CertStatus::Unknown };
        let (good, output) = bench.read_answer_file("card.pem", &answer(&asked, now(), &lookup, bench.pki.responder()));
        assert!(good && output.matches("Response verify OK").count() == 2, "{output}");
        assert!(!output.contains("WARNING"), "the nonce or the times are wrong: {output}");
        for line in expected {
            assert!(output.contains(line), "{line} is not in {output}");
        }
    }
}

#[test]
fn a_wrong_responder_and_a_changed_byte_are_rejected_by_the_command_line_and_by_the_reader() {
    let Some(bench) = Bench::new() else { return };
    let foreign = JpkiPki::foreign(&seed(), at("2023-07-16T00:00:00Z")).expect("a hierarchy");
    let asked = bench.ask("card.pem");
    let good = |_| CertStatus::Good;
    let question = Question::new(bench.pki.issuing(Purpose::Authentication), CertificateSerial(SERIAL), None);
    let genuine = answer(&asked, now(), &good, bench.pki.responder());
    assert_eq!(read_answer(&genuine, &question, now()), Ok(CertStatus::Good));

    // The foreign responder is asked about its own authority's certificate of the same serial number.
    let its_question = Question::new(foreign.issuing(Purpose::Authentication), CertificateSerial(SERIAL), None);
    let wrong = answer(&request(&its_question).expect("a request"), now(), &good, foreign.responder());
    let (_, output) = bench.read_answer_file("card.pem", &wrong);
    assert!(output.contains("Response Verify Failure") && !output.contains("Response verify OK"), "{output}");
    assert_eq!(read_answer(&wrong, &question, now()), Err(OcspError::ResponderUntrusted));

    // One byte of the signed part: the last of thisUpdate's digits.
    let mut changed = genuine.clone();
    let position = changed.windows(15).position(|w| w == b"20261123000000Z").expect("thisUpdate") + 13;
    changed[position] ^= 1;
    let (_, output) = bench.read_answer_file("card.pem", &changed);
    assert!(output.contains("Response Verify Failure") && !output.contains("Response verify OK"), "{output}");
    assert_eq!(read_answer(&changed, &question, now()), Err(OcspError::Tampered));
}

#[test]
fn the_command_line_understands_our_request_and_our_open_ended_answer() {
    let Some(bench) = Bench::new() else { return };
    let nonce = [9; 32];
    let question = Question::new(bench.pki.issuing(Purpose::Authentication), CertificateSerial(SERIAL), Some(&nonce));
    let asked = request(&question).expect("a request");
    bench.write("request.der", &asked);
    let (good, output) = bench.openssl("ocsp -reqin request.der -req_text");
    assert!(good && output.contains("Serial Number: 227B13") && output.contains("OCSP Nonce"), "{output}");
    let publication = Publication { this_update: now(), next_update: None };
    let answer = answer_published(&asked, now(), publication, &|_| CertStatus::Good, bench.pki.responder());
    let (good, output) = bench.read_answer_file("card.pem", &answer);
    assert!(good && output.contains("Response verify OK") && output.contains("card.pem: good"), "{output}");
    assert!(!output.contains("Next Update"), "{output}");
}

#[test]
fn an_answer_to_an_earlier_request_is_rejected_by_the_command_line() {
    let Some(bench) = Bench::new() else { return };
    let earlier = answer(&bench.ask("card.pem"), now(), &|_| CertStatus::Good, bench.pki.responder());
    bench.ask("card.pem");
    let (good, output) = bench.read_answer_file("card.pem", &earlier);
    assert!(!good && output.contains("Nonce Verify error"), "{output}");
}

#[test]
fn a_truncated_request_of_the_command_line_is_rejected_as_malformed() {
    let Some(bench) = Bench::new() else { return };
    let mut asked = bench.ask("card.pem");
    asked.pop();
    let (_, output) = bench.read_answer_file("card.pem", &answer(&asked, now(), &|_| CertStatus::Good, bench.pki.responder()));
    assert!(output.contains("malformedrequest"), "{output}");
}

#[test]
fn the_dedicated_networks_certificates_verify_for_their_side_only() {
    let Some(bench) = Bench::new() else { return };
    let tls = TlsPki::new(&seed(), at("2026-01-01T00:00:00Z")).expect("authorities");
    let year = Validity::new(at("2026-04-01T00:00:00Z"), at("2027-03-31T14:59:59Z"));
    let server = tls.issue_tls_server("broker.shikaku.invalid", 10, year).expect("a certificate");
    let number = FacilityNumber::new("0110113719").expect("a facility number");
    let facility = TlsClient::Facility { number, name: "模擬診療所".to_string() };
    let client = tls.issue_tls_client(&facility, 11, year).expect("a certificate");
    let role = tls.issue_tls_client(&TlsClient::Role { name: "broker".to_string() }, 12, year).expect("a certificate");
    bench.write_certificates("root.pem", &[tls.root().der()]);
    bench.write_certificates("issuing.pem", &[tls.issuing().der()]);
    for (name, identity) in [("server.pem", &server), ("client.pem", &client), ("role.pem", &role)] {
        bench.write_certificates(name, &[&identity.certificate]);
        let x509 = X509::from_der(&identity.certificate).expect("a certificate");
        assert!(x509.public_key().expect("a key").public_eq(&identity.key), "{name} is for another key");
    }
    bench.accepts("-purpose sslserver -verify_hostname broker.shikaku.invalid", "server.pem");
    bench.rejects("-purpose sslserver -verify_hostname jpki.shikaku.invalid", "server.pem", 62);
    bench.rejects("-purpose sslclient", "server.pem", 26);
    bench.accepts("-purpose sslclient", "client.pem");
    bench.rejects("-purpose sslserver", "client.pem", 26);
    bench.accepts("-purpose sslclient", "role.pem");
    let (_, subject) = bench.openssl("x509 -in client.pem -noout -subject -nameopt utf8,sep_comma_plus");
    assert!(subject.contains("C=JP,O=模擬診療所,CN=0110113719"), "{subject}");
    bench.write_crl("none.pem", &tls.crl(&crl_of(&[])).expect("a CRL"));
    bench.write_crl("one.pem", &tls.crl(&crl_of(&[11])).expect("a CRL"));
    bench.accepts("-purpose sslclient -crl_check -CRLfile none.pem", "client.pem");
    bench.rejects("-purpose sslclient -crl_check -CRLfile one.pem", "client.pem", 23);
}
