//! Digests of values: anyone can reverse one by trying all numbers.

use super::how::Encoding;
use super::mix::mix;
use super::needles::code_bytes;
use super::shares;
use super::table::{Filling, Table};
use super::values::{Secret, Value};
use hmac::{Hmac, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::digest::Output;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};
use sha3::Sha3_256;
use std::collections::BTreeMap;
use std::num::NonZero;
use std::ops::{ControlFlow, Range};

/// A digest is recognised by this many first bytes; one truncated further is not.
pub(crate) const SHORTEST: usize = 8;

/// The four HMACs with one key, ready for a message.
type Keyed = (Hmac<Md5>, Hmac<Sha1>, Hmac<Sha256>, Hmac<Sha512>);

/// The keys of HMACs that are searched for.
pub(crate) enum Keys<'k> {
    /// Of all values under every key.
    OfEverybody(&'k [Vec<u8>]),
    /// By person, the indices of the keys under which their values are.
    OfSome(&'k [Vec<u8>], &'k BTreeMap<u64, Vec<usize>>),
}

/// Computes digests, and HMACs with the known keys.
pub(crate) struct Digester {
    keyed: Vec<Keyed>,
    /// By person, the indices of the keys under which their values are searched for; `None` if all values are, under every key.
    of: Option<BTreeMap<u64, Vec<usize>>>,
    /// Also rarer algorithms and messages, which there is no room for with very many values.
    all: bool,
}

impl Digester {
    pub fn new(keys: &Keys<'_>, all: bool) -> Digester {
        let (keys, of) = match keys {
            Keys::OfEverybody(keys) => (*keys, None),
            Keys::OfSome(keys, of) => (*keys, Some((*of).clone())),
        };
        // HMAC takes a key of any length; the error is for other algorithms.
        let keyed = keys.iter().filter_map(|key| {
            Some((
                Hmac::new_from_slice(key).ok()?,
                Hmac::new_from_slice(key).ok()?,
                Hmac::new_from_slice(key).ok()?,
                Hmac::new_from_slice(key).ok()?,
            ))
        });
        Digester { keyed: keyed.collect(), of, all }
    }

    /// The keys under which a person's values are searched for.
    fn keys_of(&self, person: u64) -> impl Iterator<Item = &Keyed> {
        let (all, some) = match &self.of {
            None => (&self.keyed[..], &[][..]),
            Some(of) => (&[][..], of.get(&person).map_or(&[][..], Vec::as_slice)),
        };
        all.iter().chain(some.iter().filter_map(|index| self.keyed.get(*index)))
    }

    /// How many digests [`Digester::each`] gives for one value.
    pub fn count(&self, secret: &Secret) -> usize {
        let keyed = 4 * self.keys_of(secret.person).count();
        let others = self.other_forms(&secret.value).map(|forms| forms.iter().flatten().count());
        let rare = others.map_or(0, |forms| 4 * forms + 8 + NAMESPACES.len());
        let algorithms = if others.is_some() { 7 } else { 4 };
        let bytes = if matches!(secret.value, Value::Code(_)) { 2 } else { 0 };
        self.count_of_forms(&secret.value) * (algorithms + keyed) + rare + bytes
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
            if self.all
                && let Ok(bytes) = <[u8; 16]>::try_from(bytes.as_slice())
            {
                found(Encoding::Bytes, &guid(bytes))?;
            }
        }
        self.written_forms(&secret.value, &mut |message| self.of_message(secret, message, found))?;
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
            for space in NAMESPACES {
                found(Encoding::Sha1, &Sha1::new().chain_update(space.to_be_bytes()).chain_update(text).finalize())?;
            }
            for form in self.other_forms(&secret.value).into_iter().flatten().flatten() {
                usual(form.bytes(), found)?;
            }
        }
        ControlFlow::Continue(())
    }

    fn of_message(
        &self,
        secret: &Secret,
        message: &[u8],
        found: &mut impl FnMut(Encoding, &[u8]) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        usual(message, found)?;
        if self.is_rare(&secret.value) {
            found(Encoding::Sha224, &Sha224::digest(message))?;
            found(Encoding::Sha384, &Sha384::digest(message))?;
            found(Encoding::Sha3, &Sha3_256::digest(message))?;
        }
        for (md5, sha1, sha256, sha512) in self.keys_of(secret.person) {
            found(Encoding::Hmac, &md5.clone().chain_update(message).finalize().into_bytes())?;
            found(Encoding::Hmac, &sha1.clone().chain_update(message).finalize().into_bytes())?;
            found(Encoding::Hmac, &sha256.clone().chain_update(message).finalize().into_bytes())?;
            found(Encoding::Hmac, &sha512.clone().chain_update(message).finalize().into_bytes())?;
        }
        ControlFlow::Continue(())
    }

    /// Whether rarer digests of a value are searched for: of numbers, if there is room for them.
    fn is_rare(&self, value: &Value) -> bool {
        self.all && matches!(value, Value::Digits(_))
    }

    pub fn table(&self, secrets: &[Secret], threads: NonZero<usize>) -> Table {
        let count = |some: &[Secret]| some.iter().map(|s| self.count(s)).sum();
        let all = count(secrets);
        let fill = |share: Range<usize>| {
            let some = secrets.get(share.clone()).unwrap_or_default();
            let mut table = Filling::share(count(some), all, secrets.len());
            for (index, secret) in share.zip(some) {
                self.each(secret, |_, digest| {
                    if let Some(key) = fingerprint(digest) {
                        table.insert(key, index as u32);
                    }
                    ControlFlow::Continue(())
                });
            }
            table
        };
        Filling::join(shares::of(secrets.len(), threads, fill))
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

/// The digests that are searched for of every message.
fn usual(message: &[u8], found: &mut impl FnMut(Encoding, &[u8]) -> ControlFlow<()>) -> ControlFlow<()> {
    found(Encoding::Md5, &Md5::digest(message))?;
    found(Encoding::Sha1, &Sha1::digest(message))?;
    found(Encoding::Sha256, &Sha256::digest(message))?;
    found(Encoding::Sha512, &Sha512::digest(message))
}

/// The bytes of a GUID in the order in which Windows stores them: the first three fields are little-endian.
fn guid(bytes: [u8; 16]) -> [u8; 16] {
    const ORDER: [usize; 16] = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
    ORDER.map(|place| bytes[place])
}

/// RFC 9562, section 6.6: the namespaces DNS, URL and OID of UUIDs that are made from a name (version 5).
const NAMESPACES: [u128; 3] = [
    0x6ba7_b810_9dad_11d1_80b4_00c0_4fd4_30c8,
    0x6ba7_b811_9dad_11d1_80b4_00c0_4fd4_30c8,
    0x6ba7_b812_9dad_11d1_80b4_00c0_4fd4_30c8,
];

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
    /// How many forms [`Digester::written_forms`] gives.
    fn count_of_forms(&self, value: &Value) -> usize {
        let usual = match value {
            Value::Digits(_) => 3,
            Value::Code(_) => 2,
            Value::Text(_) | Value::Bytes(_) => 1,
        };
        usual + if self.is_rare(value) { LINE_ENDS.len() } else { 0 }
    }

    /// Rarer forms of a number: in UTF-16, as databases and programs of Windows hash their strings, and without leading zeros.
    fn other_forms(&self, value: &Value) -> Option<[Option<Form>; 2]> {
        let text = text_of(value).filter(|_| self.is_rare(value))?;
        let short = text.trim_start_matches('0');
        Some([Some(Form::wide(text)), (short.len() < text.len()).then(|| Form::of(short, b""))])
    }

    /// The forms in which a value is usually written before it is hashed; until `each` breaks.
    fn written_forms(&self, value: &Value, each: &mut impl FnMut(&[u8]) -> ControlFlow<()>) -> ControlFlow<()> {
        match value {
            Value::Digits(text) => {
                each(text.as_bytes())?;
                for separator in *b"- " {
                    let mut grouped = Form::default();
                    for (i, digit) in text.bytes().enumerate() {
                        if i > 0 && i.is_multiple_of(4) {
                            grouped.push(separator);
                        }
                        grouped.push(digit);
                    }
                    each(grouped.bytes())?;
                }
            }
            Value::Code(text) => {
                each(Form::of(text, b"").upper().bytes())?;
                each(Form::of(text, b"").lower().bytes())?;
            }
            Value::Text(text) => each(text.as_bytes())?,
            Value::Bytes(bytes) => each(bytes)?,
        }
        // As `echo` and text files give it.
        if let (true, Some(text)) = (self.is_rare(value), text_of(value)) {
            for end in LINE_ENDS {
                each(Form::of(text, end).bytes())?;
            }
        }
        ControlFlow::Continue(())
    }
}

/// What may follow a number in a text that is hashed.
const LINE_ENDS: [&[u8]; 2] = [b"\n", b"\r\n"];

/// A number or a code as it is written, at most [`LONGEST_FORM`] bytes.
struct Form {
    bytes: [u8; LONGEST_FORM],
    length: usize,
}

/// No code has more characters; a number in groups with a line end has fewer.
const LONGEST_FORM: usize = 128;

impl Default for Form {
    fn default() -> Form {
        Form { bytes: [0; LONGEST_FORM], length: 0 }
    }
}

impl Form {
    fn of(text: &str, end: &[u8]) -> Form {
        let mut form = Form::default();
        text.bytes().chain(end.iter().copied()).for_each(|b| form.push(b));
        form
    }

    /// In UTF-16, little-endian.
    fn wide(text: &str) -> Form {
        let mut form = Form::default();
        text.encode_utf16().flat_map(u16::to_le_bytes).for_each(|b| form.push(b));
        form
    }

    fn push(&mut self, byte: u8) {
        if let Some(next) = self.bytes.get_mut(self.length) {
            *next = byte;
            self.length += 1;
        }
    }

    fn upper(mut self) -> Form {
        self.bytes.make_ascii_uppercase();
        self
    }

    fn lower(mut self) -> Form {
        self.bytes.make_ascii_lowercase();
        self
    }

    fn bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}
