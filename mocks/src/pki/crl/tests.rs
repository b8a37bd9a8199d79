use super::*;
use crate::pki::fixture::*;
use crate::pki::jpki_ca::JpkiPki;
use crate::pki::profile::{Municipality, Purpose};
use crate::pki::tls::TlsPki;
use proptest::prelude::*;

const AUTHENTICATION: Purpose = Purpose::Authentication;

fn content() -> CrlContent {
    let entry = |serial, reason| Revocation { serial: CertificateSerial(serial), at: at("2026-11-20T00:00:00Z"), reason };
    CrlContent {
        number: 300,
        this_update: at("2026-11-22T15:00:00Z"),
        next_update: at("2026-11-23T15:00:00Z"),
        revoked: vec![
            entry(5, None),
            entry(SERIAL, Some(CrlReason::CertificateHold)),
            entry(1 << 40, Some(CrlReason::Superseded)),
        ],
    }
}

fn list(pki: &JpkiPki, municipality: Option<&Municipality>) -> Vec<u8> {
    pki.crl(AUTHENTICATION, municipality, &content()).expect("a CRL")
}

fn kiyose_point() -> DistributionPointName {
    extensions::distribution_point(&kiyose().distribution_point(AUTHENTICATION)).expect("a name")
}

fn read(der: &[u8], pki: &JpkiPki, serial: u64, when: Timestamp) -> Result<CertStatus, CrlError> {
    is_revoked(der, pki.issuing(AUTHENTICATION), CertificateSerial(serial), Some(&kiyose_point()), when)
}

#[test]
fn a_crl_revokes_what_it_lists_and_nothing_else() {
    let pki = pki();
    for der in [list(&pki, Some(&kiyose())), list(&pki, None)] {
        let revoked = |reason| Ok(CertStatus::Revoked { at: at("2026-11-20T00:00:00Z"), reason });
        assert_eq!(read(&der, &pki, SERIAL, now()), revoked(Some(CrlReason::CertificateHold)));
        assert_eq!(read(&der, &pki, 5, now()), revoked(None));
        assert_eq!(read(&der, &pki, 1 << 40, now()), revoked(Some(CrlReason::Superseded)));
        assert_eq!(read(&der, &pki, 6, now()), Ok(CertStatus::Good));
    }
}

#[test]
fn an_empty_crl_is_valid() {
    let pki = pki();
    let der = pki.crl(AUTHENTICATION, None, &CrlContent { revoked: vec![], ..content() }).expect("a CRL");
    assert_eq!(read(&der, &pki, SERIAL, now()), Ok(CertStatus::Good));
}

#[test]
fn the_crl_of_another_municipality_is_rejected() {
    let pki = pki();
    let other = list(&pki, Some(&Municipality::new("Tokyo-to", "Chiyoda-ku")));
    assert_eq!(read(&other, &pki, SERIAL, now()), Err(CrlError::WrongScope));
    let whole_only =
        is_revoked(&list(&pki, Some(&kiyose())), pki.issuing(AUTHENTICATION), CertificateSerial(SERIAL), None, now());
    assert_eq!(whole_only, Err(CrlError::WrongScope));
}

#[test]
fn the_crl_of_another_authority_is_rejected() {
    let pki = pki();
    assert_eq!(read(&list(&foreign(), None), &pki, SERIAL, now()), Err(CrlError::WrongIssuer));
    let signature = pki.crl(Purpose::Signature, None, &content()).expect("a CRL");
    assert_eq!(read(&signature, &pki, SERIAL, now()), Err(CrlError::WrongIssuer));
}

#[test]
fn a_crl_is_valid_from_its_update_to_the_next() {
    let pki = pki();
    let der = list(&pki, None);
    assert_eq!(read(&der, &pki, 6, at("2026-11-22T14:59:59Z")), Err(CrlError::NotYetValid));
    assert_eq!(read(&der, &pki, 6, at("2026-11-22T15:00:00Z")), Ok(CertStatus::Good));
    assert_eq!(read(&der, &pki, 6, at("2026-11-23T15:00:00Z")), Ok(CertStatus::Good));
    assert_eq!(read(&der, &pki, 6, at("2026-11-23T15:00:01Z")), Err(CrlError::Stale));
}

#[test]
fn crls_are_the_same_bytes_every_time() {
    assert_eq!(list(&pki(), Some(&kiyose())), list(&pki(), Some(&kiyose())));
}

#[test]
fn the_dedicated_networks_crl_is_read_the_same_way() {
    let tls = TlsPki::new(&seed(), at("2026-01-01T00:00:00Z")).expect("authorities");
    let der = tls.crl(&content()).expect("a CRL");
    let status = is_revoked(&der, tls.issuing(), CertificateSerial(5), None, now());
    assert!(matches!(status, Ok(CertStatus::Revoked { .. })));
    #[cfg(feature = "vendored")]
    assert_eq!(der, tls.crl(&content()).expect("a CRL"));
}

#[test]
fn every_single_flipped_bit_of_a_crl_is_detected() {
    let pki = pki();
    let der = list(&pki, Some(&kiyose()));
    for bit in 0..der.len() * 8 {
        assert!(read(&flipped(&der, bit), &pki, SERIAL, now()).is_err(), "bit {bit}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(read(&bytes, &pki(), SERIAL, now()).is_err());
    }
}
