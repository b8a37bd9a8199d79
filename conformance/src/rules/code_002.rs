//! CODE-002: no two institutions have the same code for one person.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::Evidence;
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use std::collections::BTreeMap;
use terms::messages::{FIELD_EXCHANGE, FIELD_MEDICAL_INSURANCE, FIELD_RESEARCH};
use terms::roles::Zone;

static ABOUT: About = About {
    id: "CODE-002",
    title_en: "No two institutions' fields have the same code for one person",
    title_ja: "同じ人の符号は機関（利用分野）ごとに異なる",
    strength: Strength::Must,
    source: "「機関別符号」「患者個人の特定や目的外で使用されないよう、機微性に配慮した個人情報保護の措置を講じる必要がある」",
    basis: Basis::Example,
    claims: CLAIMS,
    details_en: "The codes of one person that were issued or returned for different fields in the run differ.",
    details_ja: "この実行で異なる分野に交付され、又は返された、一人の符号は互いに異なる。",
    remedy_en: "Include the field in the derivation, so that codes of two fields cannot be joined without the authority's keys.",
    remedy_ja: "導出に分野を含め、二つの分野の符号を鍵なしには結び付けられないようにする。",
    untested_en: "no person's codes were issued or returned for two fields in this run",
    untested_ja: "この実行で、一人の符号が二つの分野に交付され、又は返されたことがない",
    applies: Applies::CERTIFICATE,
    needs: &[
        Sight::Link(Zone::NumberAuthority, Zone::Insurer),
        Sight::Link(Zone::NumberAuthority, Zone::Jpki),
        Sight::Link(Zone::Broker, Zone::Jpki),
    ],
};

claims! { "CODE-002";
    SAME_IN_TWO_FIELDS = "same-in-two-fields": "a person has the same code in two fields";
}

pub struct FieldsDiffer;

impl Rule for FieldsDiffer {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        // By person, each field's code with the first entry that has it.
        let mut by_person: BTreeMap<u64, BTreeMap<&str, (&str, &terms::journal::Entry)>> = BTreeMap::new();
        for issued in &run.codes {
            if let Some(code) = &issued.code {
                let fields = by_person.entry(issued.person).or_default();
                fields.entry(issued.field.as_str()).or_insert((code.reveal(), issued.entry));
            }
        }
        for (person, fields) in by_person.iter().filter(|(_, fields)| fields.len() > 1) {
            judged.evaluated += 1;
            let all: Vec<_> = fields.iter().collect();
            for (i, (field, (code, entry))) in all.iter().enumerate() {
                if let Some((other, (_, before))) = all[..i].iter().find(|(_, (c, _))| c == code) {
                    let name = |field: &str| {
                        let known = [FIELD_MEDICAL_INSURANCE, FIELD_EXCHANGE, FIELD_RESEARCH].into_iter().find(|f| *f == field);
                        known.map_or("another".to_string(), |f| format!("`{f}`"))
                    };
                    let what = format!("the fields {} and {} have the same code for a person", name(other), name(field));
                    let finding = Finding { person: Some(*person), ..Finding::that(&SAME_IN_TWO_FIELDS, entry, what) };
                    judged.findings.push(finding.since(before.seq));
                }
            }
        }
        judged
    }
}
