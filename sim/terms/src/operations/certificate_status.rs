//! ⑤: the broker asks JPKI whether a certificate is revoked or on hold (OCSP, RFC 6960).

use super::super::operation::{Der, Method, Operation, Refusal, media};
use super::super::roles::Zone;
use super::examples::der;
use super::jpki_problems::{BUSY, NOT_A_QUESTION, NOT_APPROVED};

/// 電子証明書の有効性確認.
#[derive(Debug)]
pub struct CertificateStatus;

impl Operation for CertificateStatus {
    type Request = Der;
    type Response = Der;

    const NAME: &'static str = "certificate-status";
    const JA: &'static str = "電子証明書の有効性確認";
    const TEXT_EN: &'static str = "An approved verifier asks whether a certificate is good, revoked or on hold (RFC 6960)";
    const FROM: &'static [Zone] = &[Zone::Broker];
    const TO: Zone = Zone::Jpki;
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/ocsp";
    const REQUEST_MEDIA: &'static str = media::OCSP_REQUEST;
    const RESPONSE_MEDIA: &'static str = media::OCSP_RESPONSE;

    /// An OCSP answer `tryLater` is a successful response.
    fn refusals() -> Vec<Refusal> {
        [BUSY, NOT_APPROVED, NOT_A_QUESTION].map(Refusal::Problem).to_vec()
    }

    fn request_example() -> Der {
        // OCSPRequest { TBSRequest { requestList { Request { reqCert } } } }
        let request_list = der::sequence(&[der::sequence(&[certificate_id()])]);
        Der(der::sequence(&[der::sequence(&[request_list])]))
    }

    fn response_example() -> Der {
        let single = der::sequence(&[certificate_id(), der::tagged(0x80, &[]), der::time("20261124000000Z")]);
        let responder = der::tagged(0xA2, &der::octets(&[3; 20]));
        let data = der::sequence(&[responder, der::time("20261124000000Z"), der::sequence(&[single])]);
        let basic = der::sequence(&[data, der::sha256_with_rsa(), der::bits(&[4; 256])]);
        let bytes = der::sequence(&[der::object(&der::OCSP_BASIC), der::octets(&basic)]);
        // responseStatus: successful.
        Der(der::sequence(&[vec![0x0A, 0x01, 0x00], der::tagged(0xA0, &bytes)]))
    }
}

/// CertID: SHA-1 of the issuer's name and key, and the serial number.
fn certificate_id() -> Vec<u8> {
    let algorithm = der::sequence(&[der::object(&der::SHA_1), der::tagged(0x05, &[])]);
    der::sequence(&[algorithm, der::octets(&[1; 20]), der::octets(&[2; 20]), der::integer(10_001)])
}
