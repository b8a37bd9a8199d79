//! A verifier that cannot use OCSP fetches the list of revoked certificates (RFC 5280, section 5).

use super::super::operation::{Der, Empty, Method, Operation, Refusal, media};
use super::super::roles::Zone;
use super::examples::der;
use super::jpki_problems::{INTERNAL, NOT_APPROVED};

/// 失効情報の提供.
#[derive(Debug)]
pub struct RevocationList;

impl Operation for RevocationList {
    type Request = Empty;
    type Response = Der;

    const NAME: &'static str = "revocation-list";
    const JA: &'static str = "失効情報の提供";
    const TEXT_EN: &'static str = "An approved verifier fetches the list of certificates that are revoked or on hold (RFC 5280)";
    const FROM: &'static [Zone] = &[Zone::Broker];
    const TO: Zone = Zone::Jpki;
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/crl";
    const REQUEST_MEDIA: &'static str = media::JSON;
    const RESPONSE_MEDIA: &'static str = media::PKIX_CRL;

    fn refusals() -> Vec<Refusal> {
        [NOT_APPROVED, INTERNAL].map(Refusal::Problem).to_vec()
    }

    fn request_example() -> Empty {
        Empty
    }

    fn response_example() -> Der {
        let name = der::sequence(&[der::tagged(0x31, &der::sequence(&[der::object(&der::COUNTRY), der::tagged(0x13, b"JP")]))]);
        let (made, next) = (der::tagged(0x17, b"261124000000Z"), der::tagged(0x17, b"261125000000Z"));
        let revoked = der::sequence(&[der::sequence(&[der::integer(10_001), der::tagged(0x17, b"261123000000Z")])]);
        let list = der::sequence(&[der::integer(1), der::sha256_with_rsa(), name, made, next, revoked]);
        Der(der::sequence(&[list, der::sha256_with_rsa(), der::bits(&[4; 256])]))
    }
}
