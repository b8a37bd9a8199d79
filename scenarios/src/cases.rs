//! How cases of cancer are drawn: how many reports each has, and what is in them.

use sim::seed::Stream;

/// ICD-O-3 sites and their shares of all cases, in percent: about those of Japan in 2020 (全国がん登録), rounded, and not checked again; an
/// assumption. The rest is other.
const SITES: [(&str, u64); 8] =
    [("C18", 11), ("C34", 13), ("C16", 12), ("C50", 10), ("C61", 9), ("C20", 5), ("C22", 4), ("C25", 5)];
const OTHER_SITE: &str = "C80";
/// How often a facility codes the site otherwise. An assumption.
pub const SITE_DIFFERS: f64 = 0.1;
/// How many people of a hundred have one, two, three and four reports: 1.8 on average. An assumption.
const REPORTS: [u64; 4] = [45, 35, 15, 5];

/// The site of a tumour.
pub fn site(draw: &mut Stream) -> &'static str {
    let mut rest = draw.below(100);
    for (site, share) in SITES {
        if rest < share {
            return site;
        }
        rest -= share;
    }
    OTHER_SITE
}

/// How many facilities report a case.
pub fn number_of_reports(draw: &mut Stream) -> u64 {
    let mut rest = draw.below(REPORTS.iter().sum());
    for (number, share) in (1..).zip(REPORTS) {
        if rest < share {
            return number;
        }
        rest -= share;
    }
    1
}

/// How often one report differs from the residents' register, if so many pairs of reports differ: a pair does if either report does.
pub fn slips(pairs_that_differ: f64) -> f64 {
    1.0 - libm::sqrt(1.0 - pairs_that_differ.clamp(0.0, 1.0))
}
