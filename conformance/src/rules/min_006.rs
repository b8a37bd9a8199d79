//! MIN-006: what a TLS handshake reveals to the line identifies nobody.

use crate::basis::Basis;
use crate::claim::{Claim, claims};
use crate::evidence::Evidence;
use crate::parts::parts;
use crate::personal::{Kind, Personal};
use crate::rule::{About, Applies, Finding, Judged, Rule, Strength};
use data_encoding::BASE64;
use terms::journal::Event;

static ABOUT: About = About {
    id: "MIN-006",
    title_en: "What a TLS handshake reveals identifies nobody",
    title_ja: "TLSのハンドシェイクで見える名前に個人情報を含めない",
    strength: Strength::Must,
    source: "RFC 8446, section 4.1.2; RFC 6066, section 3: a server name is sent unencrypted",
    basis: Basis::Demanded,
    claims: CLAIMS,
    details_en: "Server names and subjects in TLS certificates, as the two ends saw them, and the unencrypted handshake records \
                 are searched for names, readings, addresses and dates of birth of the run's people. (Numbers and codes are \
                 covered by the rules of the matrix.)",
    details_ja: "両端が見たTLSのサーバー名と証明書の主体者、及び暗号化されていないハンドシェイクの記録から、実行中の人の\
                 氏名、読み、住所、生年月日を探す。（番号と符号は、データの種類と場所の表による規則が見る。）",
    remedy_en: "Name hosts and facilities in TLS, never a person, a visit or a record.",
    remedy_ja: "TLSでは機器と医療機関等を名乗り、人、受診、記録を名乗らない。",
    untested_en: "no TLS handshake took place in this run",
    untested_ja: "この実行で、TLSのハンドシェイクがない",
    applies: Applies::ONLINE,
    needs: &[],
};

/// The content type of a handshake record (RFC 8446, section 5.1).
const HANDSHAKE: u8 = 22;

claims! { "MIN-006";
    NAME = "name": "a TLS handshake shows a person's name";
    READING = "reading": "a TLS handshake shows the reading of a person's name";
    ADDRESS = "address": "a TLS handshake shows a person's address";
    BIRTH = "birth": "a TLS handshake shows a person's date of birth";
}

pub struct HandshakeNamesNobody;

impl Rule for HandshakeNamesNobody {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        let personal = Personal::attributes(run.ground);
        for entry in run.journal {
            let texts: Vec<Vec<u8>> = match &entry.event {
                Event::Tls { .. } => parts(&entry.event).into_iter().map(|p| p.bytes.into_owned()).collect(),
                Event::Wire { bytes, .. } => {
                    let bytes = BASE64.decode(bytes.as_bytes()).unwrap_or_default();
                    Some(bytes).filter(|b| b.first() == Some(&HANDSHAKE)).into_iter().collect()
                }
                _ => continue,
            };
            judged.evaluated += u64::from(!texts.is_empty());
            for found in texts.iter().flat_map(|t| personal.find(t)) {
                let Some(claim) = claim(found.kind) else { continue };
                let what = format!("a handshake shows the {} of person {}", found.kind.name(), found.person);
                judged.findings.push(Finding { person: Some(found.person), ..Finding::that(&claim, entry, what) });
            }
        }
        judged
    }
}

/// The claim that finds an attribute of a person; `None` for what is not searched for here.
fn claim(kind: Kind) -> Option<Claim> {
    match kind {
        Kind::Name => Some(NAME),
        Kind::Reading => Some(READING),
        Kind::Address => Some(ADDRESS),
        Kind::DateOfBirth => Some(BIRTH),
        Kind::InsuredNumber | Kind::Subject | Kind::Serial => None,
    }
}
