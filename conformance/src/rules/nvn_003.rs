//! NVN-003: 機関別符号 where the matrix permits it and nowhere else.

use crate::evidence::Evidence;
use crate::exposure::nowhere_else;
use crate::matrix::DataClass;
use crate::rule::{About, Judged, Rule, Strength};

static ABOUT: About = About {
    id: "NVN-003",
    title_en: "The institution code never reaches a facility",
    title_ja: "機関別符号は、保険医療機関等に届かない",
    strength: Strength::Must,
    source: "「保険医療機関等では番号・符号を用いない」",
    details_en: "The code in the field of medical insurance may be with the broker, JPKI, insurers and the number authority. Everything that \
                 card, reader, facility and line wrote, carried, showed, recorded or logged is searched for every person's code in every \
                 spelling of the leak search.",
    remedy_en: "Answer facilities by the certificate that they presented. Look for trace headers, error texts and identifiers of resources \
                that are made of the code.",
    mutant: "broker-shows-code",
};

pub struct InstitutionCodeStaysHome;

impl Rule for InstitutionCodeStaysHome {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        nowhere_else(&ABOUT, DataClass::InstitutionCode, run)
    }
}
