//! CODE-009: one report of a leak makes one new code, however often it arrives.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::{CodeChange, Evidence, LookupKey};
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use std::collections::{BTreeMap, BTreeSet};
use terms::roles::Zone;

static ABOUT: About = About {
    id: "CODE-009",
    title_en: "One report of a leak makes one new code",
    title_ja: "一つの届出による再発行は一度だけである",
    strength: Strength::Must,
    source: "「重複しない番号を交付するため」; profile: a request that arrives twice is carried out once",
    basis: Basis::Profile,
    claims: CLAIMS,
    details_en: "The number authority must not issue more different codes of one person in one field than one, and one for each report of a \
                 leak by the person. A municipality repeats a report whose answer was lost, and each further code would end the one \
                 before, under which records are found.",
    details_ja: "番号機関が一つの分野で一人に交付する異なる符号は、一つと、本人の漏えいの届出一件につき一つまでで\
                 ある。市町村は、回答が失われた届出を再送する。そのたびに新しい符号を交付すると、記録を引き当てる\
                 直前の符号が使えなくなる。",
    remedy_en: "Recognize a request by its number, and answer it again as before.",
    remedy_ja: "届出をその番号で見分け、再送には前と同じ回答を返す。",
    untested_en: "no leak of a code was reported in this run",
    untested_ja: "この実行で符号の漏えいの届出がない",
    applies: Applies::ONLINE,
    needs: &[Sight::Link(Zone::NumberAuthority, Zone::Municipality), Sight::Party(Zone::NumberAuthority)],
};

claims! { "CODE-009";
    REISSUED_AGAIN = "reissued-again": "the number authority issued more codes of a person than leaks were reported";
}

pub struct OneReportOneCode;

impl Rule for OneReportOneCode {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        let wishes = run.code_wishes();
        let reports =
            |person, seq| wishes.iter().filter(|w| w.person == person && w.change == CodeChange::Leaked && w.seq < seq).count();
        let mut codes: BTreeMap<(u64, &str), BTreeSet<&str>> = BTreeMap::new();
        for issued in run.codes.iter().filter(|i| i.by != LookupKey::Certificate) {
            let (Some(code), reported) = (&issued.code, reports(issued.person, issued.entry.seq)) else { continue };
            let of_person = codes.entry((issued.person, issued.field.as_str())).or_default();
            let is_new = of_person.insert(code.reveal());
            if reported == 0 {
                continue;
            }
            judged.evaluated += 1;
            if is_new && of_person.len() > 1 + reported {
                judged.findings.push(Finding { person: Some(issued.person), ..Finding::of(&REISSUED_AGAIN, issued.entry) });
            }
        }
        judged
    }
}
