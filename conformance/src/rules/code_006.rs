//! CODE-006: a code is issued only to who asked for it.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::{CodeChange, Evidence, LookupKey};
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use std::collections::BTreeMap;
use terms::parties;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "CODE-006",
    title_en: "A code is issued only as the person says",
    title_ja: "符号の交付と停止は、本人の申出による",
    strength: Strength::Must,
    source: "「利用を希望する者が使う仕組みとする必要がある」「本人の同意のもとで希望する患者が番号を持つ仕組みとし」",
    basis: Basis::Demanded,
    claims: CLAIMS,
    details_en: "Each request that the number authority registered is compared with what the person said at the municipality's counter: \
                 there must be an earlier statement of the same kind by the person, one for each request; a request that is sent again \
                 counts once. Whenever the number authority is asked for the code of a person who has given it up, the answer must be \
                 that there is none.",
    details_ja: "番号機関が登録した申出を、市町村の窓口で本人が述べた内容と比べる。同じ種類の本人の申出が先にあり\
                 、申出一つに登録は一つでなければならない。再送された申出は一度と数える。撤回した者の符号を番号\
                 機関に照会したときは、常に「符号なし」と回答されなければならない。",
    remedy_en: "Register what the person says, after checking that it is the person, and nothing else; stop issuing when it is given up.",
    remedy_ja: "本人であることを確かめたうえで、本人の申出だけを登録する。撤回されたら交付を止める。",
    untested_en: "nobody asked for a code, gave one up or reported a leak in this run",
    untested_ja: "この実行で、符号の申出、撤回、漏えいの届出がない",
    applies: Applies::ONLINE,
    needs: &[Sight::Link(Zone::NumberAuthority, Zone::Municipality), Sight::Party(Zone::NumberAuthority)],
};

claims! { "CODE-006";
    NOT_SAID = "not-said": "the number authority registered what the person had not said";
    GIVEN_UP = "given-up": "a code was issued for a person who had given it up";
}

pub struct OnlyAsThePersonSays;

impl Rule for OnlyAsThePersonSays {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        let wishes = run.code_wishes();
        let mut used: BTreeMap<(u64, CodeChange), usize> = BTreeMap::new();
        for request in run.code_requests.iter().filter(|r| r.accepted) {
            judged.evaluated += 1;
            let said = wishes.iter().filter(|w| (w.person, w.change) == (request.person, request.change));
            let used = used.entry((request.person, request.change)).or_default();
            *used += 1;
            if said.filter(|w| w.seq < request.asked.seq).count() < *used {
                let finding = Finding { person: Some(request.person), ..Finding::of(&NOT_SAID, request.entry) };
                judged.findings.push(finding.since(request.asked.seq));
            }
        }
        let gave_up = |person| run.code_requests.iter().any(|r| r.person == person && r.change == CodeChange::GivesUp);
        for issued in run.codes.iter().filter(|issued| issued.by != LookupKey::Certificate && gave_up(issued.person)) {
            if run.has_code_at(issued.person, issued.entry.seq) {
                continue;
            }
            judged.evaluated += 1;
            if issued.code.is_some() {
                let what = format!("`{}` was given the code of a person who had given it up", parties::shown(issued.asker));
                judged.findings.push(Finding { person: Some(issued.person), ..Finding::that(&GIVEN_UP, issued.entry, what) });
            }
        }
        judged
    }
}
