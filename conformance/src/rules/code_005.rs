//! CODE-005: a code cannot be computed from what an institution has.

use crate::basis::Basis;
use crate::claim::{Claim, claims};
use crate::evidence::Evidence;
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use std::collections::BTreeSet;
use terms::ground::GroundPerson;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "CODE-005",
    title_en: "A code cannot be computed from what an institution has",
    title_ja: "符号は、機関が持つ情報から計算できない",
    strength: Strength::Must,
    source: "「患者個人の特定や目的外で使用されないよう、機微性に配慮した個人情報保護の措置を講じる必要がある」; profile: a code is made with a key \
             that only the number authority has",
    basis: Basis::Profile,
    claims: CLAIMS,
    details_en: "Each code that was issued or returned is compared with what anyone could compute from My Number, the resident \
                 code, a certificate's serial number or subject, or the person's insured identifier: the value itself as bytes, \
                 its MD5, SHA-1, SHA-256 and SHA-512 digests, and the HMACs with these hashes and a known key (the field's name, \
                 the asker's name, `shikaku`, the empty key), of the value alone and with the field's name before or after it, \
                 truncated to the length of a code at either end. An unusual derivation is not found: that a code is random \
                 cannot be proved from the outside.",
    remedy_en: "Use a keyed function, with a key that never leaves the number authority and is drawn at random.",
    untested_en: "no code was issued or returned in this run",
    applies: Applies::EVERYWHERE,
    needs: &[
        Sight::Link(Zone::NumberAuthority, Zone::Insurer),
        Sight::Link(Zone::NumberAuthority, Zone::Jpki),
        Sight::Link(Zone::Broker, Zone::Jpki),
    ],
};

claims! { "CODE-005";
    ITSELF = "itself": "the code is a value that institutions have";
    DIGEST = "digest": "the code is a digest of a value that institutions have";
    KNOWN_KEY = "known-key": "the code is an HMAC of a value that institutions have, under a known key";
}

pub struct NotComputable;

impl Rule for NotComputable {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        let mut seen = BTreeSet::new();
        for issued in &run.codes {
            let (Some(code), Some(resident)) = (&issued.code, run.resident(issued.person)) else { continue };
            if !seen.insert((issued.person, issued.field.as_str(), code.reveal())) {
                continue;
            }
            judged.evaluated += 1;
            let Ok(bytes) = BASE32_NOPAD.decode(code.reveal().as_bytes()) else { continue };
            if let Some((claim, how)) = computable(&bytes, &issued.field, issued.asker, resident) {
                let what = format!("the code is {how}: anyone who has that can compute it");
                judged.findings.push(Finding { person: Some(issued.person), ..Finding::that(&claim, issued.entry, what) });
            }
        }
        judged
    }
}

/// How a code can be computed, if it can.
fn computable(code: &[u8], field: &str, asker: &str, resident: &GroundPerson) -> Option<(Claim, String)> {
    for (name, value) in institution_data(resident) {
        let texts = [
            value.clone(),
            format!("{field}{value}"),
            format!("{value}{field}"),
            format!("{field}:{value}"),
            format!("{value}:{field}"),
            format!("{field}\0{value}"),
        ];
        for text in &texts {
            let text = text.as_bytes();
            if fits(code, text) {
                return Some((ITSELF, format!("the {name} itself")));
            }
            if let Some(digest) = digests(text).into_iter().find(|(_, d)| fits(code, d)) {
                return Some((DIGEST, format!("{} of the {name}", digest.0)));
            }
            for key in [field, asker, "shikaku", ""] {
                if let Some(mac) = macs(key.as_bytes(), text).into_iter().find(|(_, d)| fits(code, d)) {
                    return Some((KNOWN_KEY, format!("HMAC with {} of the {name} under a known key", mac.0)));
                }
            }
        }
    }
    None
}

/// What institutions know of a person.
fn institution_data(resident: &GroundPerson) -> Vec<(&'static str, String)> {
    let p = &resident.person;
    let mut all = vec![("My Number", p.my_number.reveal().to_string()), ("resident code", p.resident_code.reveal().to_string())];
    for c in &p.card.certificates {
        all.push(("certificate's serial number", c.serial.0.to_string()));
        all.push(("certificate's subject", c.subject_cn.clone()));
    }
    for i in p.insurance.iter().map(|period| &period.insured) {
        all.push(("insured identifier", format!("{}{}{}{}", i.insurer.reveal(), i.symbol, i.number, i.branch)));
    }
    all
}

/// Whether the code is `bytes`, or its first or last bytes.
fn fits(code: &[u8], bytes: &[u8]) -> bool {
    bytes.len() >= code.len().min(10) && (bytes.starts_with(code) || bytes.ends_with(code) || code.starts_with(bytes))
}

fn digests(text: &[u8]) -> [(&'static str, Vec<u8>); 4] {
    [
        ("MD5", Md5::digest(text).to_vec()),
        ("SHA-1", Sha1::digest(text).to_vec()),
        ("SHA-256", Sha256::digest(text).to_vec()),
        ("SHA-512", Sha512::digest(text).to_vec()),
    ]
}

fn macs(key: &[u8], text: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    macro_rules! mac {
        ($hash:ty) => {
            Hmac::<$hash>::new_from_slice(key).ok().map(|mut m| {
                m.update(text);
                m.finalize().into_bytes().to_vec()
            })
        };
    }
    let all = [("MD5", mac!(Md5)), ("SHA-1", mac!(Sha1)), ("SHA-256", mac!(Sha256)), ("SHA-512", mac!(Sha512))];
    all.into_iter().filter_map(|(name, mac)| mac.map(|m| (name, m))).collect()
}
