//! Keys that sign statements: Ed25519, or ECDSA on P-256 with SHA-256.

use data_encoding::HEXLOWER;
use openssl::ec::EcKey;
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{HasPublic, Id, PKey, PKeyRef, Private, Public};
use openssl::sign::{Signer, Verifier};
use sha2::{Digest, Sha256};

/// The largest key file that is read, in bytes.
pub const LARGEST: u64 = 64 << 10;

/// What a key signs with. A signature of another algorithm is never accepted for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// RFC 8032.
    Ed25519,
    /// ECDSA on P-256 with SHA-256, signatures in DER.
    EcdsaP256,
}

impl Algorithm {
    pub fn name(self) -> &'static str {
        match self {
            Algorithm::Ed25519 => "Ed25519",
            Algorithm::EcdsaP256 => "ECDSA P-256 with SHA-256",
        }
    }

    fn of<T: HasPublic>(key: &PKeyRef<T>) -> Result<Algorithm, KeyError> {
        match key.id() {
            Id::ED25519 => Ok(Algorithm::Ed25519),
            Id::EC if key.ec_key()?.group().curve_name() == Some(Nid::X9_62_PRIME256V1) => Ok(Algorithm::EcdsaP256),
            _ => Err(KeyError::Unsuitable),
        }
    }

    fn digest(self) -> Option<MessageDigest> {
        match self {
            Algorithm::Ed25519 => None,
            Algorithm::EcdsaP256 => Some(MessageDigest::sha256()),
        }
    }
}

/// Why a key cannot be used. It never repeats a byte of the file.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("it is not a private key in PEM as PKCS#8 (-----BEGIN PRIVATE KEY-----): convert it with `openssl pkcs8 -topk8`")]
    NotPrivate,
    #[error(
        "it is not a public key in PEM (-----BEGIN PUBLIC KEY-----): make it from the private key with `openssl pkey -in key.pem \
         -pubout -out pub.pem`"
    )]
    NotPublic,
    #[error("the key is encrypted: give its passphrase with --passphrase-file or --passphrase-env")]
    Encrypted,
    #[error("it cannot be decrypted: the passphrase is wrong, or the file is damaged")]
    Passphrase,
    #[error("it is damaged")]
    Damaged,
    #[error("the key is neither Ed25519 nor ECDSA on P-256: make one with `openssl genpkey -algorithm ed25519 -out key.pem`")]
    Unsuitable,
    #[error("OpenSSL reports: {0}")]
    OpenSsl(#[from] ErrorStack),
}

/// Whether a PEM file has a block of this kind first.
fn begins(pem: &[u8], kind: &str) -> bool {
    let text = String::from_utf8_lossy(pem);
    text.lines().find(|l| l.starts_with("-----BEGIN ")).is_some_and(|l| l.trim_end() == format!("-----BEGIN {kind}-----"))
}

/// A key that checks signatures.
pub struct PublicKey {
    key: PKey<Public>,
    algorithm: Algorithm,
    id: String,
}

impl PublicKey {
    /// Reads a `SubjectPublicKeyInfo` in PEM.
    ///
    /// # Errors
    /// If it is not one, or of another algorithm.
    pub fn from_pem(pem: &[u8]) -> Result<PublicKey, KeyError> {
        if !begins(pem, "PUBLIC KEY") {
            return Err(KeyError::NotPublic);
        }
        let key = PKey::public_key_from_pem(pem).map_err(|_| KeyError::Damaged)?;
        PublicKey::of(&key)
    }

    fn of<T: HasPublic>(key: &PKeyRef<T>) -> Result<PublicKey, KeyError> {
        let algorithm = Algorithm::of(key)?;
        let key = match algorithm {
            Algorithm::Ed25519 => PKey::public_key_from_raw_bytes(&key.raw_public_key()?, Id::ED25519)?,
            // Made again from the point, so that its encoding, and with it the id, does not depend on the file's.
            Algorithm::EcdsaP256 => {
                let ec = key.ec_key()?;
                let again = EcKey::from_public_key(ec.group(), ec.public_key())?;
                again.check_key().map_err(|_| KeyError::Damaged)?;
                PKey::from_ec_key(again)?
            }
        };
        let id = HEXLOWER.encode(&Sha256::digest(key.public_key_to_der()?));
        Ok(PublicKey { key, algorithm, id })
    }

    /// SHA-256 of the key as `SubjectPublicKeyInfo` in DER, as 64 hexadecimal digits.
    pub fn id(&self) -> &str {
        &self.id
    }

    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Whether a signature over these bytes is valid. A signature that cannot be read is not.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let verified = match self.algorithm.digest() {
            None => Verifier::new_without_digest(&self.key),
            Some(digest) => Verifier::new(digest, &self.key),
        };
        verified.and_then(|mut v| v.verify_oneshot(signature, message)).unwrap_or(false)
    }
}

/// A key that signs. It is never shown.
pub struct SigningKey {
    key: PKey<Private>,
    public: PublicKey,
}

impl SigningKey {
    /// Reads PKCS#8 in PEM, encrypted or not.
    ///
    /// # Errors
    /// If it is not one, of another algorithm, or encrypted under another passphrase.
    pub fn from_pem(pem: &[u8], passphrase: Option<&[u8]>) -> Result<SigningKey, KeyError> {
        let key = match (begins(pem, "PRIVATE KEY"), begins(pem, "ENCRYPTED PRIVATE KEY"), passphrase) {
            (true, ..) => PKey::private_key_from_pem(pem).map_err(|_| KeyError::Damaged)?,
            (_, true, Some(passphrase)) => {
                PKey::private_key_from_pem_passphrase(pem, passphrase).map_err(|_| KeyError::Passphrase)?
            }
            (_, true, None) => return Err(KeyError::Encrypted),
            _ => return Err(KeyError::NotPrivate),
        };
        let public = PublicKey::of(&key)?;
        Ok(SigningKey { key, public })
    }

    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Signs these bytes.
    ///
    /// # Errors
    /// Those of OpenSSL.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let mut signer = match self.public.algorithm.digest() {
            None => Signer::new_without_digest(&self.key)?,
            Some(digest) => Signer::new(digest, &self.key)?,
        };
        Ok(signer.sign_oneshot_to_vec(message)?)
    }
}
