//! Digests of values: anyone can reverse one by trying all numbers.

use super::how::Encoding;
use super::needles::code_bytes;
use super::table::{Table, mix};
use super::values::{Secret, Value};
use hmac::{Hmac, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::digest::Output;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};
use sha3::Sha3_256;
use std::ops::ControlFlow;

/// A digest is recognised by this many first bytes; one truncated further is not.
pub(crate) const SHORTEST: usize = 8;

/// The four HMACs with one key, ready for a message.
type Keyed = (Hmac<Md5>, Hmac<Sha1>, Hmac<Sha256>, Hmac<Sha512>);

/// Computes digests, and HMACs with the known keys.
pub(crate) struct Digester {
    keyed: Vec<Keyed>,
    /// Also rarer algorithms and messages, which there is no room for with very many values.
    all: bool,
}

impl Digester {
    pub fn new(keys: &[Vec<u8>], all: bool) -> Digester {
        // HMAC takes a key of any length; the error is for other algorithms.
        let keyed = keys.iter().filter_map(|key| {
            Some((
                Hmac::new_from_slice(key).ok()?,
                Hmac::new_from_slice(key).ok()?,
                Hmac::new_from_slice(key).ok()?,
                Hmac::new_from_slice(key).ok()?,
            ))
        });
        Digester { keyed: keyed.collect(), all }
    }

    /// How many digests [`Digester::each`] gives for one value.
    pub fn count(&self, secret: &Secret) -> usize {
        let (algorithms, twice) = if self.is_rare(&secret.value) { (7, 8) } else { (4, 0) };
        self.written_forms(&secret.value).len() * (algorithms + 4 * self.keyed.len()) + twice + 1
    }

    /// Every digest of every usual written form of `secret`, and the bytes that a code encodes, which are searched for like
    /// digests; until `found` breaks.
    pub fn each(&self, secret: &Secret, mut found: impl FnMut(Encoding, &[u8]) -> ControlFlow<()>) {
        // A loop that `found` can end early.
        let _ = self.try_each(secret, &mut found);
    }

    fn try_each(&self, secret: &Secret, found: &mut impl FnMut(Encoding, &[u8]) -> ControlFlow<()>) -> ControlFlow<()> {
        if let Value::Code(code) = &secret.value
            && let Some(bytes) = code_bytes(code)
        {
            found(Encoding::Bytes, &bytes)?;
        }
        for message in self.written_forms(&secret.value) {
            found(Encoding::Md5, &Md5::digest(&message))?;
            found(Encoding::Sha1, &Sha1::digest(&message))?;
            found(Encoding::Sha256, &Sha256::digest(&message))?;
            found(Encoding::Sha512, &Sha512::digest(&message))?;
            if self.is_rare(&secret.value) {
                found(Encoding::Sha224, &Sha224::digest(&message))?;
                found(Encoding::Sha384, &Sha384::digest(&message))?;
                found(Encoding::Sha3, &Sha3_256::digest(&message))?;
            }
            for (md5, sha1, sha256, sha512) in &self.keyed {
                found(Encoding::Hmac, &md5.clone().chain_update(&message).finalize().into_bytes())?;
                found(Encoding::Hmac, &sha1.clone().chain_update(&message).finalize().into_bytes())?;
                found(Encoding::Hmac, &sha256.clone().chain_update(&message).finalize().into_bytes())?;
                found(Encoding::Hmac, &sha512.clone().chain_update(&message).finalize().into_bytes())?;
            }
        }
        if self.is_rare(&secret.value)
            && let Some(text) = text_of(&secret.value)
        {
            for digest in twice::<Md5>(text) {
                found(Encoding::Md5, &digest)?;
            }
            for digest in twice::<Sha1>(text) {
                found(Encoding::Sha1, &digest)?;
            }
            for digest in twice::<Sha256>(text) {
                found(Encoding::Sha256, &digest)?;
            }
            for digest in twice::<Sha512>(text) {
                found(Encoding::Sha512, &digest)?;
            }
        }
        ControlFlow::Continue(())
    }

    /// Whether rarer digests of a value are searched for: of numbers, if there is room for them.
    fn is_rare(&self, value: &Value) -> bool {
        self.all && matches!(value, Value::Digits(_))
    }

    pub fn table(&self, secrets: &[Secret]) -> Table {
        let mut table = Table::for_entries(secrets.iter().map(|s| self.count(s)).sum());
        for (index, secret) in secrets.iter().enumerate() {
            self.each(secret, |_, digest| {
                if let Some(key) = fingerprint(digest) {
                    table.insert(key, index as u32);
                }
                ControlFlow::Continue(())
            });
        }
        table
    }

    /// Which digest of `secret` the bytes begin with, and how much of it.
    pub fn matching(&self, secret: &Secret, bytes: &[u8]) -> Option<(Encoding, usize)> {
        let mut found = None;
        self.each(secret, |encoding, digest| {
            let same = digest.iter().zip(bytes).enumerate().take_while(|(i, (a, b))| alike(*i, **a, **b)).count();
            if same < SHORTEST {
                return ControlFlow::Continue(());
            }
            found = Some((encoding, same));
            ControlFlow::Break(())
        });
        found
    }
}

/// Whether a byte of a digest is as computed. RFC 9562, section 4: in a UUID made of a digest, four bits are the version, and two
/// the variant.
fn alike(place: usize, computed: u8, found: u8) -> bool {
    let differ = computed ^ found;
    match place {
        6 => differ == 0 || differ & 0x0F == 0 && matches!(found >> 4, 3 | 5 | 8),
        8 => differ == 0 || differ & 0x3F == 0 && found >> 6 == 2,
        _ => differ == 0,
    }
}

/// The key of a digest, from its first bytes.
#[inline]
pub(crate) fn fingerprint(bytes: &[u8]) -> Option<u64> {
    bytes.first_chunk().map(|first| mix(u64::from_le_bytes(*first)))
}

/// Digests of digests: of the bytes, and of the bytes in hex.
fn twice<D: Digest>(text: &str) -> [Output<D>; 2] {
    let once = D::digest(text);
    [D::digest(&once), D::digest(data_encoding::HEXLOWER.encode(&once))]
}

fn text_of(value: &Value) -> Option<&str> {
    match value {
        Value::Digits(text) | Value::Code(text) | Value::Text(text) => Some(text),
        Value::Bytes(_) => None,
    }
}

impl Digester {
    /// The forms in which a value is usually written before it is hashed.
    fn written_forms(&self, value: &Value) -> Vec<Vec<u8>> {
        let grouped = |text: &str, separator: &str| {
            let groups: Vec<&[u8]> = text.as_bytes().chunks(4).collect();
            groups.join(separator.as_bytes())
        };
        let mut forms = match value {
            Value::Digits(text) => vec![text.clone().into_bytes(), grouped(text, "-"), grouped(text, " ")],
            Value::Code(text) => vec![text.to_ascii_uppercase().into_bytes(), text.to_ascii_lowercase().into_bytes()],
            Value::Text(text) => vec![text.clone().into_bytes()],
            Value::Bytes(bytes) => vec![bytes.clone()],
        };
        // As `echo` and text files give it.
        if let (true, Some(text)) = (self.is_rare(value), text_of(value)) {
            forms.extend(["\n", "\r\n"].map(|end| format!("{text}{end}").into_bytes()));
        }
        forms
    }
}
