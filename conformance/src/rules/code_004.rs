//! CODE-004: only people who opted in have a code.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::{CodeChange, CodeRequest, Evidence};
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use terms::parties;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "CODE-004",
    title_en: "Only those who opted in have a code",
    title_ja: "符号は利用を希望する者だけに交付する",
    strength: Strength::Must,
    source: "「利用を希望する者が使う仕組みとする必要がある」「本人の同意のもとで希望する患者が番号を持つ仕組みとし」",
    basis: Basis::Demanded,
    claims: CLAIMS,
    details_en: "Whenever the number authority or JPKI was asked for the code of a person who did not opt in, the answer was \
                 that there is none. A person who asks for a code during the run has opted in from when the number authority was \
                 asked; CODE-006 and CODE-007 judge who gave it up.",
    details_ja: "利用を希望しない者の符号を番号機関又は公的個人認証サービスに照会したときは、常に「符号なし」と回\
                 答される。実行中に符号を求めた者は、番号機関が申出を受けた時から希望した者とする。撤回した者については \
                 CODE-006 と CODE-007 で確かめる。",
    remedy_en: "Ask for consent first; issue no code, not even an unused one, for a person who did not opt in.",
    remedy_ja: "先に同意を確かめる。希望しない者には、使わない符号であっても交付しない。",
    untested_en: "nobody asked for the code of a person who did not opt in, in this run",
    untested_ja: "この実行で、利用を希望しない者の符号が照会されていない",
    applies: Applies::ONLINE,
    needs: &[
        Sight::Link(Zone::NumberAuthority, Zone::Insurer),
        Sight::Link(Zone::NumberAuthority, Zone::Jpki),
        Sight::Link(Zone::Broker, Zone::Jpki),
    ],
};

claims! { "CODE-004";
    GIVEN = "given": "a code was given for a person who did not opt in";
}

pub struct OnlyWhoOptedIn;

impl Rule for OnlyWhoOptedIn {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        for issued in &run.codes {
            let Some(resident) = run.resident(issued.person).filter(|r| !r.person.opted_in) else { continue };
            let asks = |r: &CodeRequest<'_>| r.change == CodeChange::Asks && r.accepted && r.person == issued.person;
            if run.code_requests.iter().any(|r| asks(r) && r.asked.seq < issued.entry.seq) {
                continue;
            }
            judged.evaluated += 1;
            if issued.code.is_some() {
                let what = format!("`{}` was given a code for a person who did not opt in", parties::shown(issued.asker));
                judged
                    .findings
                    .push(Finding { person: Some(resident.person.index), ..Finding::that(&GIVEN, issued.entry, what) });
            }
        }
        judged
    }
}
