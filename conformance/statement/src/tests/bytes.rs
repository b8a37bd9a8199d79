//! Every changed byte is found.

use super::sample::*;
use crate::dsse::Envelope;
use crate::in_toto::Statement;
use crate::keys::PublicKey;
use openssl::nid::Nid;

/// Whether an envelope is read, signed by the keys, and says something that is read.
fn is_accepted(bytes: &[u8], keys: &[PublicKey]) -> bool {
    let Ok(envelope) = Envelope::read(bytes) else { return false };
    let signed = envelope.signed(keys);
    let whole = signed.problems.is_empty() && signed.unchecked.is_empty();
    whole && envelope.payload().is_ok_and(|p| Statement::read(&p).is_ok_and(|s| s.problems().is_empty()))
}

#[test]
fn every_changed_removed_and_added_byte_of_a_statement_is_found() {
    let payload = statement(certification()).to_json().unwrap();
    for key in [ed25519(), ec(Nid::X9_62_PRIME256V1)] {
        let keys = [public(&key)];
        let good = Envelope::sign(payload.as_bytes(), &signing(&key)).unwrap().to_json().unwrap().into_bytes();
        assert!(is_accepted(&good, &keys));
        for position in 0..good.len() {
            for change in [1, 2, 0x20, 0x80] {
                let mut changed = good.clone();
                changed[position] ^= change;
                assert!(!is_accepted(&changed, &keys), "byte {position} ^ {change}");
            }
            let mut shorter = good.clone();
            shorter.remove(position);
            assert!(!is_accepted(&shorter, &keys), "without byte {position}");
            let mut longer = good.clone();
            longer.insert(position, b' ');
            assert!(!is_accepted(&longer, &keys), "a space at byte {position}");
        }
        for cut in [0, 1, good.len() / 2, good.len() - 1] {
            assert!(!is_accepted(&good[..cut], &keys));
        }
        assert!(!is_accepted(&[&good[..], b"\n"].concat(), &keys));
    }
}

/// A signer could make such a payload; its form is checked all the same.
#[test]
fn every_changed_byte_of_a_payload_that_was_signed_again_is_read_strictly_or_differs() {
    let good = statement(certification());
    let payload = good.to_json().unwrap().into_bytes();
    for position in 0..payload.len() {
        let mut changed = payload.clone();
        changed[position] ^= 1;
        assert!(Statement::read(&changed).map_or(true, |read| read != good), "byte {position}");
    }
}

#[test]
fn unknown_and_duplicate_members_are_named() {
    let key = ed25519();
    let envelope = Envelope::sign(b"{}", &signing(&key)).unwrap().to_json().unwrap();
    let error = |text: String| Envelope::read(text.as_bytes()).unwrap_err();
    assert!(error(envelope.replacen('{', "{\n  \"x\": 1,", 1)).contains("unknown field `x`"));
    assert!(error(envelope.replacen('{', "{\n  \"payload\": \"\",", 1)).contains("duplicate field `payload`"));
    assert!(error(envelope.replacen("\"sig\"", "\"sig\": \"\",\n      \"sig\"", 1)).contains("duplicate field `sig`"));
    assert!(error(envelope.trim_end().to_string()).contains("is not in the form in which statements are written"));
    assert!(error(envelope.replace("vnd.in-toto", "vnd.other")).contains("expected `application/vnd.in-toto+json`"));

    let payload = statement(certification()).to_json().unwrap();
    let error = |text: String| Statement::read(text.as_bytes()).unwrap_err();
    assert!(error(payload.replacen("\"seed\": 7", "\"seed\": 7,\n      \"seed\": 7", 1)).contains("duplicate field `seed`"));
    assert!(
        error(payload.replacen("\"seed\": 7", "\"seed\": 7,\n      \"\\u001b[31m\": 7", 1)).contains("unknown field `\\u{1b}")
    );
    assert!(error(payload.replacen("\"seed\": 7", "\"seed\": 7.0", 1)).contains("invalid type"));
    // The same instant, written in another way.
    let shifted = payload.replacen("2027-04-06T00:00:00Z", "2027-04-06T09:00:00+09:00", 1);
    assert!(error(shifted).contains("is not in the form"));
    assert!(error("[".repeat(100_000)).contains("invalid type") || error("[".repeat(100_000)).contains("recursion"));
}

#[test]
fn a_huge_envelope_is_refused() {
    let huge = vec![b' '; usize::try_from(crate::dsse::LARGEST).unwrap() + 1];
    assert!(Envelope::read(&huge).unwrap_err().contains("longer than"));
    let key = ed25519();
    let mut many = Envelope::sign(b"{}", &signing(&key)).unwrap();
    for _ in 0..16 {
        many.join(Envelope::sign(b"{}", &signing(&key)).unwrap()).unwrap();
    }
    assert!(Envelope::read(many.to_json().unwrap().as_bytes()).unwrap_err().contains("more than 16 signatures"));
}
