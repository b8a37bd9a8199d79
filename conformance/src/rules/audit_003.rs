//! AUDIT-003: facility and broker recorded the same outcome of a check.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::Evidence;
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use std::collections::{BTreeMap, BTreeSet};
use terms::check::CheckId;
use terms::journal::Entry;
use terms::outcome::OutcomeCode;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "AUDIT-003",
    title_en: "Facility and broker recorded the same outcome of a check",
    title_ja: "医療機関等と資格確認サービス機関の記録は一致する",
    strength: Strength::Must,
    source: "「⑦ 資格情報の確認・記録」; profile: outcome codes are the same on both sides",
    basis: Basis::Example,
    claims: CLAIMS,
    details_en: "If the facility's outcome is one with which a broker answers, the broker's record of the check has the same \
                 outcome.",
    details_ja: "医療機関等での結果が資格確認サービス機関の回答しうるものであれば、同機関のその確認の記録も同じ結果であ\
                 る。",
    remedy_en: "Record the answered outcome on both sides.",
    remedy_ja: "回答した結果を双方で記録する。",
    untested_en: "no check that the broker recorded ended with one of its answers in this run",
    untested_ja: "この実行で、資格確認サービス機関が記録した確認のうち、その回答で終わったものがない",
    applies: Applies::ONLINE,
    needs: &[Sight::Records(Zone::Broker), Sight::Party(Zone::Facility)],
};

claims! { "AUDIT-003";
    DIFFERS = "differs": "broker and facility recorded different outcomes";
}

pub struct BothSidesAgree;

impl Rule for BothSidesAgree {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        both_sides(run, &mut judged);
        judged
    }
}

/// If the check ended with an answer of the broker, both sides recorded the same outcome.
fn both_sides(run: &Evidence<'_>, judged: &mut Judged) {
    let mut recorded: BTreeMap<&CheckId, (&Entry, OutcomeCode)> = BTreeMap::new();
    let asked: BTreeSet<_> = run.submissions.iter().map(|s| (&s.facility, &s.check)).collect();
    for ((facility, check), of_check) in run.audits_by_check() {
        // Another facility may have sent this one's check id; that record belongs to the other facility.
        let ground_facility =
            run.checks.get(check).and_then(|t| t.outcomes.last()).and_then(|(e, _)| run.ground_facility(&e.host));
        if asked.contains(&(facility, check)) && ground_facility.is_some_and(|f| f.number != *facility) {
            continue;
        }
        recorded.extend(of_check.last().map(|record| (check, *record)));
    }
    for (check, trail) in &run.checks {
        let (Some((entry, audited)), Some(outcome)) = (recorded.get(check), trail.outcome()) else { continue };
        // A request that is rejected unread leaves no record, but an earlier attempt may have left one.
        let from_the_broker = outcome.on_the_wire().status != 0 && outcome != OutcomeCode::BrokerBusy;
        judged.evaluated += u64::from(from_the_broker);
        if from_the_broker && *audited != outcome {
            let what = format!("the broker recorded `{audited}`, and the facility recorded `{outcome}`");
            judged.findings.push(Finding::that(&DIFFERS, entry, what).of_check(check, trail.person));
        }
    }
}
