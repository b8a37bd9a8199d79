use super::*;
use crate::pki::authority;
use crate::pki::authority::{Authority, AuthoritySpec};
use crate::pki::extensions;
use crate::pki::fixture::*;
use crate::pki::jpki_ca::JpkiPki;
use crate::pki::keys::{KeyDomain, SubjectKey, ec_key, rsa_key};
use crate::pki::names::Dn;
use crate::pki::profile::{Purpose, SIGNATURE_POLICY};
use crate::pki::times::Validity;
use proptest::prelude::*;
use rcgen::{CertificateParams, ExtendedKeyUsagePurpose, KeyUsagePurpose};

fn fault(der: &[u8], trust: &JpkiTrust) -> CertificateFault {
    check_authentication_certificate(der, trust, now()).expect_err("a fault")
}

/// A certificate from the right authority, with parameters changed by the test.
fn issued_with(pki: &JpkiPki, change: impl Fn(&mut CertificateParams)) -> Vec<u8> {
    let (key, authority) = (card_key(), pki.authority(Purpose::Authentication));
    let key = SubjectKey::new(&key).expect("a key");
    let validity = Validity::new(request().not_before, request().not_after);
    let mut params = authority::params(&Dn::japan().common("X"), SERIAL, validity).expect("parameters");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    params.custom_extensions = vec![
        extensions::policy(true, AUTHENTICATION_POLICY, None).expect("an extension"),
        authority.certificate().authority_key_id().expect("an extension"),
    ];
    change(&mut params);
    authority.issue(&params, &key).expect("a certificate")
}

#[test]
fn a_card_certificate_is_good_so_far_and_has_its_serial_issuer_and_key() {
    let pki = pki();
    let der = certificate(&pki);
    let good = check_authentication_certificate(&der, &pki.trust(), now()).expect("a good certificate");
    assert_eq!(good.serial(), CertificateSerial(SERIAL));
    assert_eq!(good.issuer_key_id(), pki.issuing(Purpose::Authentication).key_id());
    assert!(good.public_key().unwrap().public_eq(&card_key()));
    assert_eq!(*good.digest(), openssl::sha::sha256(&der));
    let point = extensions::distribution_point(&kiyose().distribution_point(Purpose::Authentication)).expect("a name");
    assert_eq!(good.distribution_point(), Some(&point));
    assert!(!format!("{good:?}").contains("2259731"));
}

#[test]
fn validity_includes_its_first_and_its_last_second() {
    let pki = pki();
    let der = certificate(&pki);
    let check = |when: &str| check_authentication_certificate(&der, &pki.trust(), at(when)).map(|_| ());
    assert_eq!(check("2025-10-26T23:59:59Z"), Err(CertificateFault::NotYetValid));
    assert_eq!(check("2025-10-27T00:00:00Z"), Ok(()));
    assert_eq!(check("2030-02-17T14:59:58Z"), Ok(()));
    assert_eq!(check("2030-02-17T14:59:59Z"), Ok(()));
    assert_eq!(check("2030-02-17T14:59:59.999Z"), Ok(()));
    assert_eq!(check("2030-02-17T15:00:00Z"), Err(CertificateFault::Expired));
}

#[test]
fn an_authority_of_the_same_name_with_another_key_is_untrusted() {
    let (pki, foreign) = (pki(), foreign());
    assert_eq!(pki.issuing(Purpose::Authentication).subject_name(), foreign.issuing(Purpose::Authentication).subject_name());
    assert_eq!(fault(&certificate(&foreign), &pki.trust()), CertificateFault::Untrusted);
    assert_eq!(fault(foreign.issuing(Purpose::Authentication).der(), &pki.trust()), CertificateFault::Untrusted);
}

#[test]
fn a_forged_key_identifier_does_not_make_a_foreign_certificate_trusted() {
    let (pki, foreign) = (pki(), foreign());
    let der = issued_with(&foreign, |params| {
        let forged = pki.issuing(Purpose::Authentication).authority_key_id().expect("an extension");
        params.custom_extensions[1] = forged;
    });
    assert_eq!(fault(&der, &pki.trust()), CertificateFault::Tampered);
}

#[test]
fn an_authority_of_another_name_is_untrusted_even_with_the_right_key_identifier() {
    let pki = pki();
    let spec = AuthoritySpec {
        name: Dn::japan().organisation("ELSEWHERE"),
        alternative_name: None,
        serial: 1,
        validity: Validity::days(at("2023-07-16T00:00:00Z"), 3652),
        path_length: None,
    };
    let other = Authority::root(&spec, rsa_key(&seed(), KeyDomain::Authority, 2000).expect("a key")).expect("an authority");
    let mut params = authority::params(&Dn::japan().common("X"), 1, spec.validity).expect("parameters");
    params.custom_extensions = vec![pki.issuing(Purpose::Authentication).authority_key_id().expect("an extension")];
    let der = other.issue(&params, &SubjectKey::new(&card_key()).expect("a key")).expect("a certificate");
    assert_eq!(fault(&der, &pki.trust()), CertificateFault::Untrusted);
}

#[test]
fn two_generations_of_one_name_are_distinguished_by_key_identifier() {
    let created = at("2024-01-01T00:00:00Z");
    let (old, new) = (pki(), JpkiPki::generation(&seed(), created, 1).expect("a hierarchy"));
    let both = old.trust().and(new.trust());
    for pki in [&old, &new] {
        let good = check_authentication_certificate(&certificate(pki), &both, now()).expect("a good certificate");
        assert_eq!(good.issuer_key_id(), pki.issuing(Purpose::Authentication).key_id());
    }
    assert_eq!(fault(&certificate(&new), &old.trust()), CertificateFault::Untrusted);
}

#[test]
fn certificates_for_other_purposes_are_rejected() {
    let pki = pki();
    let signature = pki.issue_signature(&request(), &holder(), &card_key()).expect("a certificate");
    for der in [&signature, pki.responder().certificate(), pki.root().der(), pki.issuing(Purpose::Authentication).der()] {
        assert_eq!(fault(der, &pki.trust()), CertificateFault::WrongPurpose);
    }
    type Change = fn(&mut CertificateParams);
    let changes: [(&str, Change); 6] = [
        ("no clientAuth", |p| p.extended_key_usages.clear()),
        ("serverAuth instead", |p| p.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth]),
        ("nonRepudiation", |p| p.key_usages.push(KeyUsagePurpose::ContentCommitment)),
        ("no digitalSignature", |p| p.key_usages = vec![KeyUsagePurpose::KeyAgreement]),
        ("no policy", |p| drop(p.custom_extensions.remove(0))),
        ("another policy", |p| p.custom_extensions[0] = extensions::policy(true, SIGNATURE_POLICY, None).expect("a policy")),
    ];
    for (name, change) in changes {
        assert_eq!(fault(&issued_with(&pki, change), &pki.trust()), CertificateFault::WrongPurpose, "{name}");
    }
    assert!(check_authentication_certificate(&issued_with(&pki, |_| ()), &pki.trust(), now()).is_ok());
}

#[test]
fn a_subordinate_authority_is_rejected() {
    let pki = pki();
    let der = issued_with(&pki, |p| p.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained));
    assert_eq!(fault(&der, &pki.trust()), CertificateFault::WrongPurpose);
}

#[test]
fn an_unknown_critical_extension_is_rejected() {
    let der = issued_with(&pki(), |params| {
        let mut unknown = rcgen::CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 32473, 1], vec![5, 0]);
        unknown.set_criticality(true);
        params.custom_extensions.push(unknown);
    });
    assert_eq!(fault(&der, &pki().trust()), CertificateFault::WrongPurpose);
}

#[test]
fn a_certificate_of_an_authority_that_is_not_valid_yet_is_untrusted() {
    let late = JpkiPki::new(&seed(), at("2027-01-01T00:00:00Z")).expect("a hierarchy");
    assert_eq!(fault(&certificate(&late), &late.trust()), CertificateFault::Untrusted);
}

/// A cached proof of a path to the root is not used where anything could have changed.
#[test]
fn a_trust_with_a_cached_path_gives_the_same_results_as_a_fresh_one() {
    // Its authorities expire before the card's certificate does.
    let pki = JpkiPki::new(&seed(), at("2017-12-01T00:00:00Z")).expect("a hierarchy");
    let (der, trust) = (certificate(&pki), pki.trust());
    let check = |der: &[u8], trust: &JpkiTrust, at| check_authentication_certificate(der, trust, at).map(|good| good.serial());
    assert!(check(&der, &trust, now()).is_ok());
    for when in
        ["2025-10-26T23:59:59Z", "2026-11-23T00:10:00Z", "2027-11-29T00:00:00Z", "2027-12-05T00:00:00Z", "2030-02-17T15:00:00Z"]
    {
        assert_eq!(check(&der, &trust, at(when)), check(&der, &pki.trust(), at(when)), "{when}");
    }
    assert_eq!(check(&der, &trust, at("2027-12-05T00:00:00Z")), Err(CertificateFault::Untrusted));
    for bit in (0..der.len() * 8).step_by(211) {
        let changed = flipped(&der, bit);
        let cached = check(&changed, &trust, now());
        assert!(cached.is_err(), "bit {bit}");
        assert_eq!(cached, check(&changed, &pki.trust(), now()), "bit {bit}");
    }
    let foreign = certificate(&foreign());
    assert_eq!(check(&foreign, &trust, now()), Err(CertificateFault::Untrusted));
}

#[test]
fn status_turns_good_so_far_into_good_or_a_fault() {
    let pki = pki();
    let good = check_authentication_certificate(&certificate(&pki), &pki.trust(), now()).expect("a good certificate");
    let revoked = |reason| CertStatus::Revoked { at: now(), reason };
    let outcome = |status| good.clone().with_status(status).map(|good| good.serial());
    assert_eq!(outcome(CertStatus::Good), Ok(CertificateSerial(SERIAL)));
    assert_eq!(outcome(revoked(None)), Err(CertificateFault::Revoked));
    assert_eq!(outcome(revoked(Some(RevocationReason::KeyCompromise))), Err(CertificateFault::Revoked));
    assert_eq!(outcome(revoked(Some(RevocationReason::CertificateHold))), Err(CertificateFault::Suspended));
    assert_eq!(outcome(CertStatus::Unknown), Err(CertificateFault::StatusUnknown));
}

#[test]
fn everything_made_twice_from_one_seed_is_the_same_bytes() {
    let all = || {
        let pki = pki();
        let signature = pki.issue_signature(&request(), &holder(), &card_key()).expect("a certificate");
        let authorities = [Purpose::Authentication, Purpose::Signature].map(|p| pki.issuing(p).der().to_vec());
        (pki.root().der().to_vec(), authorities, pki.responder().certificate().to_vec(), certificate(&pki), signature)
    };
    assert_eq!(all(), all());
}

#[test]
fn the_bytes_are_the_same_in_every_process_and_with_every_openssl() {
    let pki = pki();
    let signature = pki.issue_signature(&request(), &holder(), &card_key()).expect("a certificate");
    let all = [pki.root().der(), pki.responder().certificate(), &certificate(&pki), &signature].concat();
    let digest = data_encoding::HEXLOWER.encode(&openssl::sha::sha256(&all));
    // Only a change of the content of certificates may change this.
    assert_eq!(digest, "8293bbfc5ffcc60b2186a7bd4679ae1a2486c8b1da2cd7f526d85cb58f3e5cdd");
}

#[test]
fn an_authentication_certificate_has_the_profile_and_the_size_of_a_real_one() {
    let der = certificate(&pki());
    assert!((1_400..1_650).contains(&der.len()), "{} bytes", der.len());
    let (parsed, _) = read(&der).expect("a certificate");
    let tbs = &parsed.tbs_certificate;
    let critical: Vec<_> = tbs.extensions.iter().flatten().filter(|e| e.critical).map(|e| e.extn_id.to_string()).collect();
    assert_eq!(critical, ["2.5.29.15", "2.5.29.32"], "keyUsage and certificatePolicies");
    assert_eq!(tbs.issuer.to_string().matches("OU=").count(), 2);
    let key_id = tbs.get::<AuthorityKeyIdentifier>().expect("readable").expect("present").1;
    assert!(key_id.authority_cert_issuer.is_some() && key_id.authority_cert_serial_number.is_some());
}

#[test]
fn the_same_certificate_over_an_ec_key_is_good_too() {
    let (pki, key) = (pki(), ec_key(&seed(), "next card").expect("a key"));
    let der = pki.issue_authentication(&request(), &key).expect("a certificate");
    assert!(check_authentication_certificate(&der, &pki.trust(), now()).is_ok());
}

#[test]
fn every_single_flipped_bit_is_detected() {
    let pki = pki();
    let (der, trust) = (certificate(&pki), pki.trust());
    for bit in 0..der.len() * 8 {
        assert!(check_authentication_certificate(&flipped(&der, bit), &trust, now()).is_err(), "bit {bit}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_checked_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(check_authentication_certificate(&bytes, &JpkiTrust::default(), now()).is_err());
    }

    #[test]
    fn a_corrupted_certificate_is_never_good(from in 0usize..1500, with in prop::collection::vec(any::<u8>(), 1..40)) {
        let pki = pki();
        let der = certificate(&pki);
        let mut corrupted = der.clone();
        let from = from.min(der.len() - 1);
        let to = (from + with.len()).min(der.len());
        corrupted[from..to].copy_from_slice(&with[..to - from]);
        prop_assert_eq!(check_authentication_certificate(&corrupted, &pki.trust(), now()).is_ok(), corrupted == der);
    }
}
