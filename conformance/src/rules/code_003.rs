//! CODE-003: the code stays the same when the card is renewed and when the insurer changes.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::{CodeChange, CodeRequest, Evidence, IssuedCode};
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use std::collections::BTreeMap;
use terms::parties;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "CODE-003",
    title_en: "The code stays the same after renewal and change of insurer",
    title_ja: "電子証明書の更新や保険者の異動があっても符号は変わらない",
    strength: Strength::Must,
    source: "「保険者全体の機関別符号（保険者が変わっても符号は変わらない）」",
    basis: Basis::Example,
    claims: CLAIMS,
    details_en: "All codes of one person in one field that were issued or returned, to any party, by any number and for any \
                 certificate, are the same. Each code after a person's first is compared with the first. Of a person \
                 whose code was replaced, since a leak was reported, the codes up to then are compared; CODE-008 and CODE-009 judge what \
                 follows.",
    details_ja: "一つの分野における一人の符号は、どの当事者に、どの番号で、どの電子証明書について交付され、又は返されて\
                 も、すべて同じである。二つ目以降の符号を最初のものと比べる。漏えいの届出により符号が替えられた者につ\
                 いては、その時までの符号を比べ、その後は CODE-008 と CODE-009 で確かめる。",
    remedy_en: "Derive the code from the person, never from the card, the certificate or the party that asks.",
    remedy_ja: "符号は人から導く。カード、電子証明書、照会者からは導かない。",
    untested_en: "no person's code was issued or returned twice in this run",
    untested_ja: "この実行で、一人の符号が二度交付され、又は返されたことがない",
    applies: Applies::ONLINE,
    needs: &[
        Sight::Link(Zone::NumberAuthority, Zone::Insurer),
        Sight::Link(Zone::NumberAuthority, Zone::Jpki),
        Sight::Link(Zone::Broker, Zone::Jpki),
    ],
};

claims! { "CODE-003";
    CHANGED = "changed": "a person has two codes in one field";
}

pub struct CodeStays;

impl Rule for CodeStays {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        let mut first: BTreeMap<(u64, &str), &IssuedCode<'_>> = BTreeMap::new();
        for issued in &run.codes {
            let Some(code) = &issued.code else { continue };
            let Some(before) = first.get(&(issued.person, issued.field.as_str())) else {
                first.insert((issued.person, issued.field.as_str()), issued);
                continue;
            };
            let replaced = |r: &CodeRequest<'_>| r.change == CodeChange::Leaked && r.accepted && r.person == issued.person;
            if run.code_requests.iter().any(|r| replaced(r) && r.asked.seq < issued.entry.seq) {
                continue;
            }
            judged.evaluated += 1;
            if before.code.as_ref() != Some(code) {
                let (to, earlier) = (parties::shown(issued.asker), parties::shown(before.asker));
                let what = format!("`{to}` was given a different code for the person than `{earlier}` had been given");
                let finding = Finding { person: Some(issued.person), ..Finding::that(&CHANGED, issued.entry, what) };
                judged.findings.push(finding.since(before.entry.seq));
            }
        }
        judged
    }
}
