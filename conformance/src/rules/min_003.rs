//! MIN-003: error texts carry no personal data.

use crate::basis::Basis;
use crate::claim::{Claim, claims};
use crate::evidence::Evidence;
use crate::personal::{Kind, Personal};
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use crate::wire::Head;
use terms::journal::Event;
use terms::outcome::OutcomeClass;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "MIN-003",
    title_en: "Error texts carry no personal data",
    title_ja: "エラーの文面に個人情報を含めない",
    strength: Strength::Must,
    source: "個人情報保護法 第23条 (安全管理措置); RFC 9457, section 5; profile: an error states its code and the remedy",
    basis: Basis::Demanded,
    claims: CLAIMS,
    details_en: "Head and body of every response with status 400 or higher, at both ends, and the screen of every check that was \
                 refused or is indeterminate, are searched for names, readings, addresses, dates of birth, insured numbers, \
                 certificate subjects and serial numbers of the run's people. A number counts only if no digit is next to it.",
    details_ja: "状態400以上の応答のヘッダーと本文（両端）、及び拒否され又は確認できなかった確認の画面から、実行中の人の\
                 氏名、読み、住所、生年月日、被保険者番号、電子証明書の主体者とシリアル番号を探す。数は、隣に数字がない\
                 ときだけ数える。",
    remedy_en: "Build error texts from fixed sentences and the stable code, never from the request or a record.",
    remedy_ja: "エラーの文面は、定型の文と決まった符号から作り、要求や記録からは作らない。",
    untested_en: "no request or check was refused, and no check was indeterminate, in this run",
    untested_ja: "この実行で、拒まれた要求も確認もなく、確認できなかったものもない",
    applies: Applies::EVERYWHERE,
    needs: &[Sight::Party(Zone::Facility), Sight::Link(Zone::Facility, Zone::Broker)],
};

claims! { "MIN-003";
    NAME = "name": "an error text contains a person's name";
    READING = "reading": "an error text contains the reading of a person's name";
    ADDRESS = "address": "an error text contains a person's address";
    BIRTH = "birth": "an error text contains a person's date of birth";
    INSURED_NUMBER = "insured-number": "an error text contains a person's insured number";
    SUBJECT = "subject": "an error text contains the subject of a person's certificate";
    SERIAL = "serial": "an error text contains the serial number of a person's certificate";
}

pub struct ErrorsNameNobody;

impl Rule for ErrorsNameNobody {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        let personal = Personal::everything(run.ground);
        for entry in run.journal {
            let texts: Vec<(&str, Vec<u8>)> = match &entry.event {
                Event::Message { head, body, .. } if Head::new(head).status().is_some_and(|s| s >= 400) => {
                    vec![("head", head.clone().into_bytes()), ("body", body.bytes().unwrap_or_default())]
                }
                Event::Screen { check, text } => match run.checks.get(check).and_then(|t| t.outcome()).map(|o| o.class()) {
                    Some(OutcomeClass::Refused | OutcomeClass::Indeterminate) => vec![("screen", text.clone().into_bytes())],
                    _ => continue,
                },
                _ => continue,
            };
            judged.evaluated += 1;
            for (name, bytes) in texts {
                for found in personal.find(&bytes) {
                    let what = format!("an error text contains the {} of person {}", found.kind.name(), found.person);
                    let place = Some(format!("{name}, byte {}", found.at));
                    judged.findings.push(Finding {
                        person: Some(found.person),
                        place,
                        ..Finding::that(&claim(found.kind), entry, what)
                    });
                }
            }
        }
        judged
    }
}

fn claim(kind: Kind) -> Claim {
    match kind {
        Kind::Name => NAME,
        Kind::Reading => READING,
        Kind::Address => ADDRESS,
        Kind::DateOfBirth => BIRTH,
        Kind::InsuredNumber => INSURED_NUMBER,
        Kind::Subject => SUBJECT,
        Kind::Serial => SERIAL,
    }
}
