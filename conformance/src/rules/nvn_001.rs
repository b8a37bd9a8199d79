//! NVN-001: 個人番号 where the matrix permits it and nowhere else.

use crate::evidence::Evidence;
use crate::exposure::nowhere_else;
use crate::matrix::DataClass;
use crate::rule::{About, Judged, Rule, Strength};

static ABOUT: About = About {
    id: "NVN-001",
    title_en: "My Number stays where the law lets it be",
    title_ja: "マイナンバーは、許された場所以外のどこにも現れない",
    strength: Strength::Must,
    source: "「いずれの利用場面も医療機関等ではマイナンバーは用いない」「マイナンバーが視認されない仕組みを検討する」",
    details_en: "My Number may be on the card's chip (in an application of its own) and on its back, with the broker as the insurers' \
                 delegate, with insurers and with the number authority. Everything that any other party wrote, sent, showed, recorded or \
                 logged is searched for every person's number in every spelling of the leak search.",
    remedy_en: "Find where the party got the number from, and do not let it in: read the certificate only, keep the card in a case that \
                shows the front, and have no field that could carry the number.",
    mutant: "reader-reads-my-number",
};

pub struct MyNumberStaysHome;

impl Rule for MyNumberStaysHome {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        nowhere_else(&ABOUT, DataClass::MyNumber, run)
    }
}
