//! AUDIT-002: every check that the broker answers leaves one record there, durable before the answer is sent.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::{Audits, Evidence};
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use std::collections::BTreeMap;
use terms::check::CheckId;
use terms::identifiers::FacilityNumber;
use terms::journal::Entry;
use terms::outcome::OutcomeCode;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "AUDIT-002",
    title_en: "Every check leaves exactly one record at the broker, before its answer leaves",
    title_ja: "資格確認は、回答の前に資格確認サービス機関にただ一つの記録を残す",
    strength: Strength::Must,
    source: "「⑦ 資格情報の確認・記録」; profile: the broker records what it answers before the answer leaves",
    basis: Basis::Example,
    claims: CLAIMS,
    details_en: "Every check whose request the broker received and answered, if the request can be read or names its check in \
                 the header `x-check-id`, has exactly one record in the broker's store `audit`, durable before the answer was \
                 sent. A retry, also after a crash, adds no record, unless the check ended as *not known* because of JPKI: then \
                 a retry may be reprocessed, and adds a record with a different outcome. A request that is rejected without \
                 being read (503, `broker-busy`) leaves no record. An answer counts only if it is certain to which request it \
                 responds. Of records that a broker exported at the end, it is not known when each was written.",
    details_ja: "資格確認サービス機関が受け取って回答した確認は、要求を読めるか、ヘッダー`x-check-id`に確認が示されてい\
                 れば、同機関の保存先`audit`に、回答の送信前に永続化されたただ一つの記録がある。再送は、異常終了の後でも\
                 記録を増やさない。ただし、公的個人認証サービスのために「確認できない」で終わった確認は、再送で処理し直\
                 して、異なる結果の記録を加えてよい。読まずに拒んだ要求（503、`broker-busy`）は記録を残さない。どの要求\
                 への回答かが確かなものだけを数える。終わりに書き出された記録では、それぞれがいつ書かれたかは分からない。",
    remedy_en: "Write the record and make it durable before the answer is sent, whatever the answer is; answer a retry with the \
                recorded answer.",
    remedy_ja: "回答が何であれ、送る前に記録を書いて永続化する。再送には記録した回答を返す。",
    untested_en: "no request for eligibility was answered in this run",
    untested_ja: "この実行で回答された資格の照会がない",
    applies: Applies::ONLINE,
    needs: &[Sight::Records(Zone::Broker), Sight::Link(Zone::Facility, Zone::Broker)],
};

claims! { "AUDIT-002";
    UNREADABLE = "unreadable": "a record of the broker cannot be read";
    NO_RECORD = "no-record": "the broker answered, and has no record of the check";
    RECORDED_LATE = "recorded-late": "the broker recorded the check only after its answer was sent";
    RECORDED_AGAIN = "recorded-again": "the broker recorded the check more than once";
}

/// What is not looked at where records were exported.
const NOT_WHEN: &str = "the records were exported at the end: whether each was durable before its answer left was not looked at";

pub struct OneRecordAtBroker;

impl Rule for OneRecordAtBroker {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        if run.seen.has_only_records(Zone::Broker) {
            judged.remarks.push(NOT_WHEN.into());
        }
        at_broker(run, &mut judged);
        judged
    }
}

fn at_broker(run: &Evidence<'_>, judged: &mut Judged) {
    for stored in run.audits.iter().filter(|s| s.parsed().is_none()) {
        judged.findings.push(Finding::of(&UNREADABLE, stored.entry));
    }
    let records: Audits<'_> = run.audits_by_check();
    let exported = run.seen.has_only_records(Zone::Broker);
    // By facility and check, the entry of the first request and the sequence number of the first answer.
    let mut answered: BTreeMap<(&FacilityNumber, &CheckId), (&Entry, u64)> = BTreeMap::new();
    for submission in &run.submissions {
        if let Some(left) = submission.answered {
            answered.entry((&submission.facility, &submission.check)).or_insert((submission.entry, left));
        }
    }
    let person = |check: &CheckId| run.checks.get(check).and_then(|trail| trail.person);
    for ((facility, check), (request, left)) in answered {
        judged.evaluated += 1;
        let claim = match records.get(&(facility, check)).and_then(|r| r.first()) {
            None => NO_RECORD,
            Some((record, _)) if record.seq > left && !exported => RECORDED_LATE,
            Some(_) => continue,
        };
        let mut finding = Finding::of(&claim, request).of_check(check, person(check));
        finding.entries.1 = left;
        judged.findings.push(finding);
    }
    for ((_, check), of_check) in &records {
        let reprocessed = |pair: &[(&Entry, OutcomeCode)]| is_reprocessed(run, check, pair);
        if let [(first, _), .., (last, _)] = of_check.as_slice()
            && !of_check.windows(2).all(reprocessed)
        {
            let finding = Finding::of(&RECORDED_AGAIN, last);
            judged.findings.push(finding.of_check(check, person(check)).since(first.seq));
        }
    }
}

/// Whether the second of two records is of a check that was reprocessed: it was requested again after JPKI had failed, and its
/// outcome changed.
fn is_reprocessed(run: &Evidence<'_>, check: &CheckId, pair: &[(&Entry, OutcomeCode)]) -> bool {
    let [(first, before), (second, after)] = pair else { return false };
    if run.seen.has_only_records(Zone::Broker) {
        // When each was written is not known.
        let twice = run.checks.get(check).is_some_and(|t| t.requests.len() > 1);
        return before.is_transient() && before != after && twice;
    }
    let asked = run.checks.get(check).is_some_and(|t| t.requests.iter().any(|r| first.seq < *r && *r < second.seq));
    before.is_transient() && before != after && asked
}
