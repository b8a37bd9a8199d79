//! AUDIT-001: every check leaves one record at the facility and one at the broker.

use crate::evidence::{Audited, Evidence, Kept, Stored};
use crate::rule::{About, Finding, Judged, Rule, Strength};
use sim::journal::Entry;
use sim::terms::check::CheckId;
use sim::terms::identifiers::FacilityNumber;
use sim::terms::outcome::OutcomeCode;
use std::collections::BTreeMap;

static ABOUT: About = About {
    id: "AUDIT-001",
    title_en: "Every check leaves exactly one record on each side",
    title_ja: "資格確認は、双方にただ一つの記録を残す",
    strength: Strength::Must,
    source: "「⑦ 資格情報の確認・記録」; profile: the broker records what it answers before the answer leaves",
    details_en: "Every check that ended has exactly one record in the facility's store `reception`, with the outcome that the check ended with. \
                 Every check whose request came in at the broker, can be read or names its check in the header `x-check-id`, and was answered, \
                 has exactly one record in the broker's store `audit`, durable before the answer left; asking again, also after a crash, adds \
                 none. Where the facility's outcome is one that a broker answers with, the broker's record says the same. An answer is \
                 counted where it is certain which request it was to.",
    remedy_en: "Write the record and make it durable before the answer is sent, whatever the answer is; on a repeated request give the \
                recorded answer again.",
    mutant: "broker-forgets-audit",
};

pub struct OneRecordOnEachSide;

impl Rule for OneRecordOnEachSide {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        at_facilities(run, &mut judged);
        at_broker(run, &mut judged);
        both_sides(run, &mut judged);
        judged
    }
}

/// The entries that recorded a check, each with the outcome that it says; `None` if it cannot be read.
type Records<'a> = Vec<(&'a Entry, Option<OutcomeCode>)>;

fn at_facilities(run: &Evidence<'_>, judged: &mut Judged) {
    let mut records: BTreeMap<(&str, &CheckId), Records<'_>> = BTreeMap::new();
    for stored in &run.receptions {
        let (check, outcome) = match &stored.kept {
            Kept::Read(record) => (Some(&record.check), Some(record.outcome)),
            Kept::Unreadable(check) => (check.as_ref(), None),
        };
        match check {
            Some(check) => records.entry((&stored.entry.host, check)).or_default().push((stored.entry, outcome)),
            None => judged.findings.push(Finding::at(ABOUT.id, stored.entry, "a record that names no check".into())),
        }
    }
    for (check, trail) in &run.checks {
        let Some((ended, outcome)) = trail.outcomes.last() else { continue };
        judged.evaluated += 1;
        let mut add = |entry: &Entry, what: String| {
            judged.findings.push(Finding::at(ABOUT.id, entry, what).of_check(check, trail.person));
        };
        if trail.outcomes.len() > 1 {
            add(ended, format!("the check ended {} times", trail.outcomes.len()));
        }
        match records.get(&(ended.host.as_str(), check)).map(Vec::as_slice) {
            None | Some([]) => add(ended, "the check ended, and the facility has no record of it".into()),
            Some([(entry, None)]) => add(entry, "the facility's record cannot be read".into()),
            Some([(entry, Some(recorded))]) if recorded != outcome => {
                add(entry, format!("the facility recorded `{recorded}`, and the check ended with `{outcome}`"));
            }
            Some([_]) => {}
            Some([.., (last, _)]) => add(last, "the facility recorded the check more than once".into()),
        }
    }
}

type AuditsByCheck<'a> = BTreeMap<(&'a FacilityNumber, &'a CheckId), Vec<(&'a Entry, OutcomeCode)>>;

fn audits<'a>(stored: &'a [Stored<'_, Audited>]) -> AuditsByCheck<'a> {
    let mut records = AuditsByCheck::new();
    for stored in stored {
        if let Kept::Read(record) = &stored.kept {
            records.entry((&record.facility, &record.check)).or_default().push((stored.entry, record.outcome));
        }
    }
    records
}

fn at_broker(run: &Evidence<'_>, judged: &mut Judged) {
    for stored in run.audits.iter().filter(|s| s.read_as().is_none()) {
        judged.findings.push(Finding::at(ABOUT.id, stored.entry, "a record of the broker cannot be read".into()));
    }
    let records = audits(&run.audits);
    // By facility and check, when the first request came in and when the first answer left.
    let mut answered: BTreeMap<(&FacilityNumber, &CheckId), (&Entry, u64)> = BTreeMap::new();
    for submission in &run.submissions {
        if let Some(left) = submission.answered {
            answered.entry((&submission.facility, &submission.check)).or_insert((submission.entry, left));
        }
    }
    let person = |check: &CheckId| run.checks.get(check).and_then(|trail| trail.person);
    for ((facility, check), (request, left)) in answered {
        judged.evaluated += 1;
        let what = match records.get(&(facility, check)).and_then(|r| r.first()) {
            None => "the broker answered, and has no record of the check",
            Some((record, _)) if record.seq > left => "the broker recorded the check only after its answer had left",
            Some(_) => continue,
        };
        let mut finding = Finding::at(ABOUT.id, request, what.into()).of_check(check, person(check));
        finding.entries.1 = left;
        judged.findings.push(finding);
    }
    for ((_, check), of_check) in &records {
        if let [(first, _), .., (last, _)] = of_check.as_slice() {
            let finding = Finding::at(ABOUT.id, last, "the broker recorded the check more than once".into());
            judged.findings.push(finding.of_check(check, person(check)).since(first.seq));
        }
    }
}

/// Where the facility ended with an answer of the broker, both recorded the same.
fn both_sides(run: &Evidence<'_>, judged: &mut Judged) {
    let mut recorded: BTreeMap<&CheckId, (&Entry, OutcomeCode)> = BTreeMap::new();
    for ((_, check), of_check) in audits(&run.audits) {
        recorded.extend(of_check.first().map(|record| (check, *record)));
    }
    for (check, trail) in &run.checks {
        let (Some((entry, audited)), Some(outcome)) = (recorded.get(check), trail.outcome()) else { continue };
        let from_the_broker = outcome.on_the_wire().status != 0;
        if from_the_broker && *audited != outcome {
            let what = format!("the broker recorded `{audited}`, and the facility was told `{outcome}`");
            judged.findings.push(Finding::at(ABOUT.id, entry, what).of_check(check, trail.person));
        }
    }
}
