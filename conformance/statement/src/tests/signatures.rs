//! Keys, algorithms and signatures.

use super::sample::*;
use crate::dsse::{Envelope, PAYLOAD_TYPE, pae};
use crate::keys::{KeyError, PublicKey, SigningKey};
use data_encoding::{BASE64, HEXLOWER};
use openssl::bn::BigNum;
use openssl::ecdsa::EcdsaSig;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::sign::Signer;
use openssl::symm::Cipher;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

fn value(envelope: &Envelope) -> Value {
    serde_json::from_str(&envelope.to_json().unwrap()).unwrap()
}

fn read(value: &Value) -> Result<Envelope, String> {
    Envelope::read((serde_json::to_string_pretty(value).unwrap() + "\n").as_bytes())
}

/// Whether an envelope with another signature is accepted.
fn accepts(key: &PKey<Private>, signature: &[u8]) -> bool {
    let mut envelope = value(&Envelope::sign(b"{}", &signing(key)).unwrap());
    envelope["signatures"][0]["sig"] = BASE64.encode(signature).into();
    read(&envelope).unwrap().signed(&[public(key)]).problems.is_empty()
}

#[test]
fn the_encoding_is_that_of_the_specification() {
    assert_eq!(pae("http://example.com/HelloWorld", b"hello world"), b"DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    assert_eq!(pae("", b""), b"DSSEv1 0  0 ");
}

#[test]
fn another_key_and_another_algorithm_are_found() {
    let (ed, p256) = (ed25519(), ec(Nid::X9_62_PRIME256V1));
    let signed_by = |key: &PKey<Private>| Envelope::sign(b"{}", &signing(key)).unwrap();
    for (key, others) in [(&ed, [ed25519(), p256.clone()]), (&p256, [ec(Nid::X9_62_PRIME256V1), ed.clone()])] {
        for other in &others {
            let signed = signed_by(key).signed(&[public(other)]);
            assert_eq!((signed.by.len(), signed.unchecked.len(), signed.problems.len()), (0, 1, 1));
            // The same under the id of the key that is expected.
            let mut renamed = value(&signed_by(key));
            renamed["signatures"][0]["keyid"] = public(other).id().into();
            let signed = read(&renamed).unwrap().signed(&[public(other)]);
            assert!(signed.by.is_empty() && signed.problems[0].contains("is not valid"), "{signed:?}");
        }
    }
    // The right key with another digest.
    let mut signer = Signer::new(MessageDigest::sha512(), &p256).unwrap();
    let signature = signer.sign_oneshot_to_vec(&pae(PAYLOAD_TYPE, b"{}")).unwrap();
    assert!(!accepts(&p256, &signature));
}

#[test]
fn a_payload_or_a_type_that_was_swapped_is_found() {
    let key = ed25519();
    let (one, two) = (Envelope::sign(b"{}", &signing(&key)).unwrap(), Envelope::sign(b"[]", &signing(&key)).unwrap());
    let mut swapped = value(&one);
    swapped["payload"] = value(&two)["payload"].clone();
    assert!(read(&swapped).unwrap().signed(&[public(&key)]).by.is_empty());
    // A signature over the bytes alone, as other formats have it.
    assert!(!accepts(&key, &signing(&key).sign(b"{}").unwrap()));
    assert!(!accepts(&key, &signing(&key).sign(&pae("application/json", b"{}")).unwrap()));
}

#[test]
fn an_envelope_without_signatures_is_refused_and_every_signature_counts() {
    let (one, two) = (ed25519(), ec(Nid::X9_62_PRIME256V1));
    let mut envelope = Envelope::sign(b"{}", &signing(&one)).unwrap();
    let mut none = value(&envelope);
    none["signatures"] = json!([]);
    assert_eq!(read(&none).unwrap_err(), "it has no signature");

    envelope.join(Envelope::sign(b"{}", &signing(&two)).unwrap()).unwrap();
    let both = envelope.signed(&[public(&one), public(&two)]);
    assert_eq!((both.by.len(), both.unchecked.len(), both.problems.len()), (2, 0, 0));
    let first = envelope.signed(&[public(&one)]);
    assert_eq!(
        (first.by, first.unchecked, first.problems.len()),
        (vec![public(&one).id().into()], vec![public(&two).id().into()], 0)
    );
    assert!(envelope.signed(&[public(&ed25519())]).problems[0].contains("there is no signature of the key"));
    assert!(envelope.clone().join(Envelope::sign(b"[]", &signing(&two)).unwrap()).is_err());
    // The second one is bad, and the first one does not hide it.
    let mut bad = value(&envelope);
    bad["signatures"][1]["sig"] = bad["signatures"][0]["sig"].clone();
    assert_eq!(read(&bad).unwrap().signed(&[public(&one), public(&two)]).problems.len(), 1);
    envelope.join(Envelope::sign(b"{}", &signing(&two)).unwrap()).unwrap();
    assert!(envelope.signed(&[public(&one), public(&two)]).problems[0].contains("more than one signature"));
}

/// Whoever has a signature can make a second one that is valid for the same statement: nothing depends on its bytes.
#[test]
fn a_malleable_signature_changes_nothing_that_is_said() {
    let p256 = ec(Nid::X9_62_PRIME256V1);
    let signature = EcdsaSig::from_der(&signing(&p256).sign(&pae(PAYLOAD_TYPE, b"{}")).unwrap()).unwrap();
    let mut order = BigNum::new().unwrap();
    let mut context = openssl::bn::BigNumContext::new().unwrap();
    p256.ec_key().unwrap().group().order(&mut order, &mut context).unwrap();
    let mut mirrored = BigNum::new().unwrap();
    mirrored.checked_sub(&order, signature.s()).unwrap();
    let mirrored = EcdsaSig::from_private_components(signature.r().to_owned().unwrap(), mirrored).unwrap();
    assert!(accepts(&p256, &mirrored.to_der().unwrap()));
    // Another encoding of the same numbers is not accepted.
    let der = signature.to_der().unwrap();
    assert!(accepts(&p256, &der) && !accepts(&p256, &[&der[..], &[0]].concat()));
    let long_form = [&[0x30, 0x81, der[1]], &der[2..]].concat();
    assert!(!accepts(&p256, &long_form) && !accepts(&p256, &[]) && !accepts(&p256, &[0; 64]));

    // Ed25519: S + L is refused (RFC 8032, section 5.1.7).
    let ed = ed25519();
    let good = signing(&ed).sign(&pae(PAYLOAD_TYPE, b"{}")).unwrap();
    let order = HEXLOWER.decode(b"edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010").unwrap();
    let mut shifted = good.clone();
    let mut carry = 0;
    for (byte, add) in shifted[32..].iter_mut().zip(order) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        (*byte, carry) = ((sum & 0xff) as u8, sum >> 8);
    }
    assert!(accepts(&ed, &good) && !accepts(&ed, &shifted));
}

#[test]
fn keys_are_read_strictly_and_ids_do_not_depend_on_the_encoding() {
    let p256 = ec(Nid::X9_62_PRIME256V1);
    let id = HEXLOWER.encode(&Sha256::digest(p256.public_key_to_der().unwrap()));
    assert_eq!((signing(&p256).public().id(), public(&p256).id()), (id.as_str(), id.as_str()));
    let pem = p256.private_key_to_pem_pkcs8().unwrap();
    let encrypted = p256.private_key_to_pem_pkcs8_passphrase(Cipher::aes_256_cbc(), b"good").unwrap();
    let error = |pem: &[u8], pass: Option<&[u8]>| SigningKey::from_pem(pem, pass).map(|_| ()).unwrap_err();
    assert_eq!(SigningKey::from_pem(&encrypted, Some(b"good")).unwrap().public().id(), id);
    assert!(matches!(error(&encrypted, None), KeyError::Encrypted));
    assert!(matches!(error(&encrypted, Some(b"bad")), KeyError::Passphrase));
    assert!(matches!(error(&p256.ec_key().unwrap().private_key_to_pem().unwrap(), None), KeyError::NotPrivate));
    assert!(matches!(error(b"", None), KeyError::NotPrivate));
    assert!(matches!(error(&pem[..pem.len() / 2], None), KeyError::Damaged));
    let rsa = PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap();
    for other in [ec(Nid::SECP384R1), rsa, PKey::generate_ed448().unwrap(), PKey::generate_x25519().unwrap()] {
        assert!(matches!(error(&other.private_key_to_pem_pkcs8().unwrap(), None), KeyError::Unsuitable));
        let public = PublicKey::from_pem(&other.public_key_to_pem().unwrap()).map(|_| ());
        assert!(matches!(public.unwrap_err(), KeyError::Unsuitable));
    }
    assert!(matches!(PublicKey::from_pem(&pem).map(|_| ()).unwrap_err(), KeyError::NotPublic));
}
