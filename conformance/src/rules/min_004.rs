//! MIN-004: the facility's request identifies the person by the certificate alone.

use crate::basis::Basis;
use crate::claim::{Claim, claims};
use crate::evidence::{Evidence, Message};
use crate::personal::{Kind, Personal};
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use terms::journal::Direction;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "MIN-004",
    title_en: "The facility asks by the certificate alone",
    title_ja: "医療機関等は電子証明書だけで照会し、氏名等を送らない",
    strength: Strength::Must,
    source: "「電子証明書を読み取り、資格確認サービス機関（仮称）に資格情報の照会・確認を行う」「保険医療機関等では番号・符号を用いない」",
    basis: Basis::Example,
    claims: CLAIMS,
    details_en: "Head and body of every request that leaves a facility are searched for names (also in two parts), readings, \
                 addresses and dates of birth of the run's people, in plain text, in JSON escapes and percent-encoded. The \
                 coverage that a facility has on record may be named; the content of the certificate is not searched. Reports to the \
                 cancer registry, which knows people by these data, are not searched.",
    details_ja: "医療機関等から出る要求のヘッダーと本文から、実行中の人の氏名（二つに分けたものを含む）、読み、住所、生\
                 年月日を、そのままの文字、JSONの表記、パーセント符号化で探す。医療機関等が記録している資格は示してよい。\
                 電子証明書の中身は探さない。これらで人を識別する全国がん登録への届出は対象としない。",
    remedy_en: "Send the certificate, the day and the facility's number; the face of the card is for the staff only.",
    remedy_ja: "電子証明書、日付、医療機関等の番号を送る。カードの券面は職員だけが見る。",
    untested_en: "no request left a facility in this run",
    untested_ja: "この実行で、要求が医療機関等から出ていない",
    applies: Applies::ONLINE,
    needs: &[Sight::Link(Zone::Facility, Zone::Broker)],
};

claims! { "MIN-004";
    NAME = "name": "a request of a facility contains a person's name";
    READING = "reading": "a request of a facility contains the reading of a person's name";
    ADDRESS = "address": "a request of a facility contains a person's address";
    BIRTH = "birth": "a request of a facility contains a person's date of birth";
}

pub struct CertificateAlone;

impl Rule for CertificateAlone {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        let personal = Personal::attributes(run.ground);
        // The cancer registry knows people by what is looked for here.
        let asks = |m: &&Message<'_>| m.direction == Direction::Sent && m.peer != Zone::Registry.name();
        for message in run.messages_of(Zone::Facility).iter().filter(asks) {
            let (entry, head, body) = (message.entry, message.text, message.body);
            if message.head().request().is_none() {
                continue;
            }
            judged.evaluated += 1;
            for (name, bytes) in [("head", head.as_bytes().to_vec()), ("body", body.bytes().unwrap_or_default())] {
                for found in personal.find(&bytes) {
                    let Some(claim) = claim(found.kind) else { continue };
                    let what = format!("the request contains the {} of person {}", found.kind.name(), found.person);
                    let place = Some(format!("{name}, byte {}", found.at));
                    judged.findings.push(Finding { person: Some(found.person), place, ..Finding::that(&claim, entry, what) });
                }
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
