//! CODE-001: no two people have one code.

use crate::evidence::Evidence;
use crate::rule::{About, Applies, Finding, Judged, Rule, Strength};
use std::collections::BTreeMap;

static ABOUT: About = About {
    id: "CODE-001",
    title_en: "No two people have one code",
    title_ja: "符号は重複しない",
    strength: Strength::Must,
    source: "「重複しない番号を交付するため、住民票コード又はマイナンバーから変換する方法等により生成し」",
    details_en: "Of all codes that the number authority and JPKI gave out in the run, in whatever field, no code was given for two persons.",
    remedy_en: "Derive each code from what belongs to one person alone, and from enough of it that no two can collide.",
    untested_en: "no code was given out in this run",
    applies: Applies::EVERYWHERE,
};

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
                let what = format!("persons {whose} and {} were given one code", issued.person);
                let finding = Finding { person: Some(issued.person), ..Finding::at(ABOUT.id, issued.entry, what) };
                judged.findings.push(finding.since(first.seq));
            }
        }
        judged
    }
}
