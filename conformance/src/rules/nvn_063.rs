//! NVN-063: the card is in its case.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::Evidence;
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use terms::journal::Event;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "NVN-063",
    title_en: "The card is shown in a case that shows the front only",
    title_ja: "カードは表面のみが見えるケースに入れて提示する",
    strength: Strength::Should,
    source: "「ICチップをカードリーダーで読み取る、表面のみが見えるカードケースの利用など、マイナンバーが視認されない仕組みを検討する」",
    basis: Basis::Example,
    claims: CLAIMS,
    details_en: "Every time a face of a card can be seen at a facility, the card is in its case.",
    details_ja: "医療機関等でカードの面が見えるときは、常にケースに入っている。",
    remedy_en: "Hand out cases with the cards, and readers that read through them.",
    remedy_ja: "カードと共にケースを配り、ケース越しに読めるリーダーを用いる。",
    untested_en: "no card was shown in this run",
    untested_ja: "この実行で、示されたカードがない",
    applies: Applies::MY_NUMBER_CARD,
    needs: &[Sight::Party(Zone::Facility)],
};

claims! { "NVN-063";
    OUT_OF_CASE = "out-of-case": "the card is out of its case";
}

pub struct InItsCase;

impl Rule for InItsCase {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        for entry in run.journal {
            let Event::CardFace { check, in_case, .. } = &entry.event else { continue };
            judged.evaluated += 1;
            if !in_case {
                let person = run.checks.get(check).and_then(|t| t.person);
                judged.findings.push(Finding::of(&OUT_OF_CASE, entry).of_check(check, person));
            }
        }
        judged
    }
}
