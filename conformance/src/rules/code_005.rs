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
use std::collections::{BTreeMap, BTreeSet};
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
    details_ja: "交付され、又は返された符号のそれぞれを、個人番号、住民票コード、電子証明書のシリアル番号や主体者、被保\
                 険者の記号・番号から誰でも計算できる値と比べる。値そのもののバイト列、そのMD5・SHA-1・SHA-256・SHA-512\
                 のダイジェスト、既知の鍵（分野の名前、照会者の名前、`shikaku`、空の鍵）によるこれらのHMACについて、値だ\
                 けの場合と、分野の名前を前又は後に付けた場合を、符号の長さに両端のどちらかで切り詰めて比べる。変わった\
                 導き方は見つからない。符号が無作為であることは、外からは証明できない。",
    remedy_en: "Use a keyed function, with a key that never leaves the number authority and is drawn at random.",
    remedy_ja: "鍵付きの関数を用いる。鍵は無作為に作り、番号機関の外に出さない。",
    untested_en: "no code was issued or returned in this run",
    untested_ja: "この実行で交付され、又は返された符号がない",
    applies: Applies::ONLINE,
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
        let mut known: BTreeMap<(&str, &str), Known> = BTreeMap::new();
        for issued in &run.codes {
            let (Some(code), Some(resident)) = (&issued.code, run.resident(issued.person)) else { continue };
            if !seen.insert((issued.person, issued.field.as_str(), code.reveal())) {
                continue;
            }
            judged.evaluated += 1;
            let Ok(bytes) = BASE32_NOPAD.decode(code.reveal().as_bytes()) else { continue };
            let (field, asker) = (issued.field.as_str(), issued.asker);
            let known = known.entry((field, asker)).or_insert_with(|| Known::new(field, asker));
            if let Some((claim, how)) = known.computable(&bytes, &institution_data(resident)) {
                let what = format!("the code is {how}: anyone who has that can compute it");
                judged.findings.push(Finding { person: Some(issued.person), ..Finding::that(&claim, issued.entry, what) });
            }
        }
        judged
    }
}

/// What is hashed with a value: the name of the field, and the keys that everybody knows.
struct Known {
    field: String,
    keys: Vec<Macs>,
}

impl Known {
    fn new(field: &str, asker: &str) -> Self {
        Known { field: field.to_string(), keys: [field, asker, "shikaku", ""].map(|key| Macs::new(key.as_bytes())).into() }
    }

    /// How a code can be computed, if it can.
    fn computable(&self, code: &[u8], values: &[(&'static str, String)]) -> Option<(Claim, String)> {
        let field = &self.field;
        for (name, value) in values {
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
                if let Some(hash) = self.keys.iter().find_map(|key| key.hash_that_gives(code, text)) {
                    return Some((KNOWN_KEY, format!("HMAC with {hash} of the {name} under a known key")));
                }
            }
        }
        None
    }
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

/// The HMACs under one key, each ready for a text: taking the key in is half of the work.
struct Macs {
    md5: Option<Hmac<Md5>>,
    sha1: Option<Hmac<Sha1>>,
    sha256: Option<Hmac<Sha256>>,
    sha512: Option<Hmac<Sha512>>,
}

impl Macs {
    fn new(key: &[u8]) -> Self {
        Macs {
            md5: Hmac::new_from_slice(key).ok(),
            sha1: Hmac::new_from_slice(key).ok(),
            sha256: Hmac::new_from_slice(key).ok(),
            sha512: Hmac::new_from_slice(key).ok(),
        }
    }

    /// The hash with which the HMAC of a text is the code.
    fn hash_that_gives(&self, code: &[u8], text: &[u8]) -> Option<&'static str> {
        fn gives<M: Mac + Clone>(mac: &Option<M>, code: &[u8], text: &[u8]) -> bool {
            mac.clone().is_some_and(|mut mac| {
                mac.update(text);
                fits(code, &mac.finalize().into_bytes())
            })
        }
        match () {
            () if gives(&self.md5, code, text) => Some("MD5"),
            () if gives(&self.sha1, code, text) => Some("SHA-1"),
            () if gives(&self.sha256, code, text) => Some("SHA-256"),
            () if gives(&self.sha512, code, text) => Some("SHA-512"),
            () => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mac<M: Mac + hmac::digest::KeyInit>(key: &str, text: &str) -> Vec<u8> {
        let mut mac = <M as Mac>::new_from_slice(key.as_bytes()).unwrap();
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().to_vec()
    }

    /// Every hash, every key and every text, of a value that institutions know.
    #[test]
    fn every_usual_way_is_found_and_a_random_code_is_not() {
        let known = Known::new("medical-insurance", "insurer-01130501");
        let value = "123456789018".to_string();
        let resident = [("My Number", value.clone())];
        let field = "medical-insurance";
        let joined = ["", ":", "\0"].map(|between| format!("{field}{between}{value}"));
        let behind = ["", ":"].map(|between| format!("{value}{between}{field}"));
        for text in [value.clone()].into_iter().chain(joined).chain(behind) {
            for (hash, digest) in digests(text.as_bytes()) {
                let found = known.computable(&digest[..16], &resident);
                assert_eq!(found, Some((DIGEST, format!("{hash} of the My Number"))));
                assert_eq!(known.computable(&digest[digest.len() - 16..], &resident).map(|(claim, _)| claim), Some(DIGEST));
            }
            for key in [field, "insurer-01130501", "shikaku", ""] {
                for (hash, code) in [
                    ("MD5", mac::<Hmac<Md5>>(key, &text)),
                    ("SHA-1", mac::<Hmac<Sha1>>(key, &text)),
                    ("SHA-256", mac::<Hmac<Sha256>>(key, &text)),
                    ("SHA-512", mac::<Hmac<Sha512>>(key, &text)),
                ] {
                    let how = format!("HMAC with {hash} of the My Number under a known key");
                    assert_eq!(known.computable(&code[..16], &resident), Some((KNOWN_KEY, how)));
                }
            }
        }
        assert_eq!(known.computable(&[0x5A; 16], &resident), None);
    }
}
