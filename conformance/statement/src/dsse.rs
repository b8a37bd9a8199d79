//! The envelope: DSSE v1 (<https://github.com/secure-systems-lab/dsse>), in JSON.

use crate::escape::escaped;
use crate::keys::{KeyError, PublicKey, SigningKey};
use crate::strict;
use data_encoding::BASE64;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The type of the payload: an in-toto statement.
pub const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";
/// The largest envelope that is read, in bytes.
pub const LARGEST: u64 = 16 << 20;
/// The most signatures that are read.
const MOST_SIGNATURES: usize = 16;

/// A payload and its signatures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// The statement, in base 64.
    payload: String,
    /// `application/vnd.in-toto+json`.
    #[serde(rename = "payloadType")]
    payload_type: String,
    signatures: Vec<Signature>,
}

/// A signature over the pre-authentication encoding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// SHA-256 of the public key as `SubjectPublicKeyInfo` in DER.
    keyid: String,
    /// In base 64.
    sig: String,
}

/// Whose signatures an envelope has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signed {
    /// The ids of the given keys with a valid signature.
    pub by: Vec<String>,
    /// The ids of other keys: their signatures were not checked.
    pub unchecked: Vec<String>,
    /// What is wrong.
    pub problems: Vec<String>,
}

/// The bytes that are signed: PAE("DSSEv1", type, payload) of the specification.
pub fn pae(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let mut bytes = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), payload.len()).into_bytes();
    bytes.extend(payload);
    bytes
}

impl Envelope {
    /// Signs a payload.
    ///
    /// # Errors
    /// Those of the key.
    pub fn sign(payload: &[u8], key: &SigningKey) -> Result<Envelope, KeyError> {
        let sig = key.sign(&pae(PAYLOAD_TYPE, payload))?;
        let signature = Signature { keyid: key.public().id().to_string(), sig: BASE64.encode(&sig) };
        Ok(Envelope { payload: BASE64.encode(payload), payload_type: PAYLOAD_TYPE.into(), signatures: vec![signature] })
    }

    /// Reads an envelope in the form in which [`Envelope::to_json`] writes it.
    ///
    /// # Errors
    /// What is wrong and where, in text that can be shown.
    pub fn read(bytes: &[u8]) -> Result<Envelope, String> {
        if bytes.len() as u64 > LARGEST {
            return Err(format!("it is longer than {LARGEST} bytes"));
        }
        let envelope: Envelope = strict::read_canonical(bytes)?;
        match (envelope.payload_type.as_str(), envelope.signatures.len()) {
            (PAYLOAD_TYPE, 1..=MOST_SIGNATURES) => Ok(envelope),
            (PAYLOAD_TYPE, 0) => Err("it has no signature".into()),
            (PAYLOAD_TYPE, _) => Err(format!("it has more than {MOST_SIGNATURES} signatures")),
            (other, _) => Err(format!("the payload is of the type `{}`; expected `{PAYLOAD_TYPE}`", escaped(other))),
        }
    }

    /// The document, indented, with a line feed at its end.
    ///
    /// # Errors
    /// None that input can cause.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        strict::written(self)
    }

    /// The payload: nothing in it may be believed before [`Envelope::signed`].
    ///
    /// # Errors
    /// If it is not base 64.
    pub fn payload(&self) -> Result<Vec<u8>, String> {
        BASE64.decode(self.payload.as_bytes()).map_err(|e| format!("`payload` is not base 64: {e}"))
    }

    /// The ids of the keys that claim to have signed.
    pub fn key_ids(&self) -> Vec<String> {
        self.signatures.iter().map(|s| escaped(&s.keyid)).collect()
    }

    /// Checks the signatures of these keys, each with the key's own algorithm.
    pub fn signed(&self, keys: &[PublicKey]) -> Signed {
        let mut signed = Signed::default();
        let payload = match self.payload() {
            Ok(payload) => payload,
            Err(e) => return Signed { problems: vec![e], ..signed },
        };
        let message = pae(&self.payload_type, &payload);
        for (index, signature) in self.signatures.iter().enumerate() {
            let id = escaped(&signature.keyid);
            if self.signatures[..index].iter().any(|s| s.keyid == signature.keyid) {
                signed.problems.push(format!("the key {id} has more than one signature"));
                continue;
            }
            let Some(key) = keys.iter().find(|k| k.id() == signature.keyid) else {
                signed.unchecked.push(id);
                continue;
            };
            let sig = BASE64.decode(signature.sig.as_bytes());
            match sig.is_ok_and(|sig| key.verifies(&message, &sig)) {
                true => signed.by.push(id),
                false => signed.problems.push(format!(
                    "the signature of the key {id} ({}) is not valid: the statement was changed, or signed with another key",
                    key.algorithm().name()
                )),
            }
        }
        for key in keys.iter().filter(|k| !self.signatures.iter().any(|s| s.keyid == k.id())) {
            signed.problems.push(format!("there is no signature of the key {}", key.id()));
        }
        signed
    }

    /// Adds the signatures of another envelope of the same payload.
    ///
    /// # Errors
    /// If the payload differs.
    pub fn join(&mut self, other: Envelope) -> Result<(), String> {
        if (&self.payload, &self.payload_type) != (&other.payload, &other.payload_type) {
            return Err("the envelopes have different payloads".into());
        }
        self.signatures.extend(other.signatures);
        Ok(())
    }
}
