//! NVN-062: the back of the card is not shown at a counter.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::Evidence;
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use terms::journal::{CardSide, Event};
use terms::roles::Zone;

static ABOUT: About = About {
    id: "NVN-062",
    title_en: "The back of the card, with My Number in print, is not shown at a counter",
    title_ja: "マイナンバーが記載されたカードの裏面は、窓口で見えない",
    strength: Strength::Must,
    source: "「表面のみが見えるカードケースの利用など、マイナンバーが視認されない仕組みを検討する」",
    basis: Basis::Considered,
    claims: CLAIMS,
    details_en: "Every time a face of a card can be seen at a facility, it is the front.",
    details_ja: "医療機関等で見えるカードの面は、常に表面である。",
    remedy_en: "Show the card in its case, front side up; place readers so that the card lies with its back on the reader.",
    remedy_ja: "カードはケースに入れ、表面を上にして示す。カードの裏面がリーダーに接するように置く。",
    untested_en: "no card was shown in this run",
    untested_ja: "この実行で、示されたカードがない",
    applies: Applies::MY_NUMBER_CARD,
    needs: &[Sight::Party(Zone::Facility)],
};

claims! { "NVN-062";
    BACK = "back": "the back of the card can be seen";
}

pub struct FrontOnly;

impl Rule for FrontOnly {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        for entry in run.journal {
            let Event::CardFace { check, side, .. } = &entry.event else { continue };
            judged.evaluated += 1;
            if *side == CardSide::Back {
                let person = run.checks.get(check).and_then(|t| t.person);
                judged.findings.push(Finding::of(&BACK, entry).of_check(check, person));
            }
        }
        judged
    }
}
