//! AUDIT-001: every check leaves one record at the facility.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::{Evidence, RecordContent};
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use std::collections::BTreeMap;
use terms::check::CheckId;
use terms::journal::Entry;
use terms::outcome::OutcomeCode;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "AUDIT-001",
    title_en: "Every check leaves exactly one record at the facility",
    title_ja: "資格確認は、医療機関等にただ一つの記録を残す",
    strength: Strength::Must,
    source: "「⑦ 資格情報の確認・記録」",
    basis: Basis::Example,
    claims: CLAIMS,
    details_en: "Every check that ended has exactly one record in the facility's store `reception`, with the outcome of the \
                 check, whatever it is.",
    details_ja: "終わった確認のそれぞれについて、医療機関等の保存先`reception`に、結果が何であれその確認の結果を記した記\
                 録がただ一つある。",
    remedy_en: "Write one record for each check when it ends, also when it was refused or is indeterminate.",
    remedy_ja: "確認が終わるごとに一つの記録を書く。拒否された場合も、確認できなかった場合も書く。",
    untested_en: "no check ended in this run",
    untested_ja: "この実行で終わった確認がない",
    applies: Applies::EVERYWHERE,
    needs: &[Sight::Party(Zone::Facility)],
};

claims! { "AUDIT-001";
    NAMES_NO_CHECK = "names-no-check": "the facility made a record that names no check";
    ENDED_AGAIN = "ended-again": "the check ended more than once";
    NO_RECORD = "no-record": "the check ended, and the facility has no record of it";
    UNREADABLE = "unreadable": "the facility's record cannot be read";
    OTHER_OUTCOME = "other-outcome": "the facility recorded another outcome than that with which the check ended";
    RECORDED_AGAIN = "recorded-again": "the facility recorded the check more than once";
}

pub struct OneRecordAtFacility;

impl Rule for OneRecordAtFacility {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        at_facilities(run, &mut judged);
        judged
    }
}

/// The entries that recorded a check, each with the recorded outcome; `None` if the record cannot be read.
type Records<'a> = Vec<(&'a Entry, Option<OutcomeCode>)>;

fn at_facilities(run: &Evidence<'_>, judged: &mut Judged) {
    let mut records: BTreeMap<(&str, &CheckId), Records<'_>> = BTreeMap::new();
    for stored in &run.receptions {
        let (check, outcome) = match &stored.content {
            RecordContent::Parsed(record) => (Some(&record.check), Some(record.outcome)),
            RecordContent::Unreadable(check) => (check.as_ref(), None),
        };
        match check {
            Some(check) => records.entry((&stored.entry.host, check)).or_default().push((stored.entry, outcome)),
            None => judged.findings.push(Finding::of(&NAMES_NO_CHECK, stored.entry)),
        }
    }
    for (check, trail) in &run.checks {
        let Some((ended, outcome)) = trail.outcomes.last() else { continue };
        judged.evaluated += 1;
        let mut add = |finding: Finding| judged.findings.push(finding.of_check(check, trail.person));
        if trail.outcomes.len() > 1 {
            add(Finding::that(&ENDED_AGAIN, ended, format!("the check ended {} times", trail.outcomes.len())));
        }
        match records.get(&(ended.host.as_str(), check)).map(Vec::as_slice) {
            None | Some([]) => add(Finding::of(&NO_RECORD, ended)),
            Some([(entry, None)]) => add(Finding::of(&UNREADABLE, entry)),
            Some([(entry, Some(recorded))]) if recorded != outcome => {
                let what = format!("the facility recorded `{recorded}`, and the check ended with `{outcome}`");
                add(Finding::that(&OTHER_OUTCOME, entry, what));
            }
            Some([_]) => {}
            Some([.., (last, _)]) => add(Finding::of(&RECORDED_AGAIN, last)),
        }
    }
}
