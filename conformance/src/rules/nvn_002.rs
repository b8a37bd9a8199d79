//! NVN-002: 住民票コード where the matrix permits it and nowhere else.

use crate::evidence::Evidence;
use crate::exposure::nowhere_else;
use crate::matrix::DataClass;
use crate::rule::{About, Judged, Rule, Strength};

static ABOUT: About = About {
    id: "NVN-002",
    title_en: "The resident code stays with JPKI and the number authority",
    title_ja: "住民票コードは、公的個人認証サービスと住基ネットの外に出ない",
    strength: Strength::Must,
    source: "「住民票コード又はマイナンバーから変換する方法等により生成し」「保険医療機関等では番号・符号を用いない」",
    details_en: "The institution code is made from the resident code so that nobody else needs the resident code. Everything that a party \
                 other than JPKI and the number authority wrote, sent, showed, recorded or logged is searched for every person's code in \
                 every spelling of the leak search.",
    remedy_en: "Answer with the institution code alone. Look for a header, an error text or a debugging field that carries the key under \
                which JPKI keeps its register.",
    mutant: "jpki-shows-resident-code",
};

pub struct ResidentCodeStaysHome;

impl Rule for ResidentCodeStaysHome {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        nowhere_else(&ABOUT, DataClass::ResidentCode, run)
    }
}
