//! CODE-001: no two people have the same code.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::Evidence;
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use std::collections::BTreeMap;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "CODE-001",
    title_en: "No two people have the same code",
    title_ja: "符号は重複しない",
    strength: Strength::Must,
    source: "「重複しない番号を交付するため、住民票コード又はマイナンバーから変換する方法等により生成し」",
    basis: Basis::Demanded,
    claims: CLAIMS,
    details_en: "No code that the number authority issued or JPKI returned in the run, in any field, belongs to two people.",
    details_ja: "番号機関が交付し、又は公的個人認証サービスが返した符号は、どの分野でも、二人に属することがない。",
    remedy_en: "Derive each code from data of one person alone, with enough entropy that no two codes collide.",
    remedy_ja: "符号はそれぞれ一人のデータだけから、衝突しないだけの長さで導く。",
    untested_en: "no code was issued or returned in this run",
    untested_ja: "この実行で交付され、又は返された符号がない",
    applies: Applies::ONLINE,
    needs: &[
        Sight::Link(Zone::NumberAuthority, Zone::Insurer),
        Sight::Link(Zone::NumberAuthority, Zone::Jpki),
        Sight::Link(Zone::Broker, Zone::Jpki),
    ],
};

claims! { "CODE-001";
    SHARED = "shared": "two people have the same code";
}

pub struct OnePersonOneCode;

impl Rule for OnePersonOneCode {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        let mut owner = BTreeMap::new();
        for issued in &run.codes {
            let Some(code) = &issued.code else { continue };
            judged.evaluated += 1;
            let (first, whose) = owner.entry(code.reveal()).or_insert((issued.entry, issued.person));
            if *whose != issued.person {
                let what = format!("the same code was given for the persons {whose} and {}", issued.person);
                let finding = Finding { person: Some(issued.person), ..Finding::that(&SHARED, issued.entry, what) };
                judged.findings.push(finding.since(first.seq));
            }
        }
        judged
    }
}
