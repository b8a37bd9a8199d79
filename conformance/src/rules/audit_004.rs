//! AUDIT-004: what was answered is still on disk after a crash and at the end.

use crate::basis::Basis;
use crate::claim::{Claim, claims};
use crate::evidence::Evidence;
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use terms::check::CheckId;
use terms::journal::{Entry, Event, Occasion};
use terms::roles::Zone;
use terms::stores::{AUDIT, RECEPTION};

static ABOUT: About = About {
    id: "AUDIT-004",
    title_en: "No record is lost, after crashes and until the end of the run",
    title_ja: "記録は障害後も最後まで失われない",
    strength: Strength::Must,
    source: "「⑦ 資格情報の確認・記録」; profile: a record is durable before the answer leaves",
    basis: Basis::Example,
    claims: CLAIMS,
    details_en: "In every snapshot of a disk, after a crash and at the end of the run, the broker's store `audit` has a record \
                 of every check that it had answered before, and a facility's store `reception` has one of every check that had \
                 ended there before.",
    details_ja: "異常終了の後と実行の終わりのディスクの状態のすべてにおいて、資格確認サービス機関の保存先`audit`にはそれ\
                 までに回答したすべての確認の記録があり、医療機関等の保存先`reception`にはそれまでにそこで終わったすべて\
                 の確認の記録がある。",
    remedy_en: "Sync the store before the answer leaves, and read it again when the party starts.",
    remedy_ja: "回答を送る前に保存先を同期し、起動時に読み直す。",
    untested_en: "no snapshot of a disk was taken after an answer or the end of a check in this run",
    untested_ja: "この実行で、回答又は確認の終わりの後に取られたディスクの状態がない",
    applies: Applies::EVERYWHERE,
    needs: &[Sight::Records(Zone::Broker), Sight::Party(Zone::Facility), Sight::Link(Zone::Facility, Zone::Broker)],
};

claims! { "AUDIT-004";
    BROKER_LOST = "broker-lost": "the broker's disk has no record of a check that it had answered before";
    FACILITY_LOST = "facility-lost": "the facility's disk has no record of a check that had ended there before";
}

pub struct RecordsSurvive;

impl Rule for RecordsSurvive {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        let mut ended: BTreeMap<&str, Vec<(u64, &CheckId)>> = BTreeMap::new();
        for (check, trail) in &run.checks {
            for (entry, _) in &trail.outcomes {
                ended.entry(&entry.host).or_default().push((entry.seq, check));
            }
        }
        for (first, occasion, kept) in snapshots(run) {
            let (host, zone, seq) = (&first.host, first.zone, first.seq);
            let (claim, due): (Claim, BTreeSet<&CheckId>) = match zone {
                Zone::Broker => {
                    let answered = run.submissions.iter().filter(|s| s.answered.is_some_and(|left| left < seq));
                    (BROKER_LOST, answered.map(|s| &s.check).collect())
                }
                _ => {
                    let here = ended.get(host.as_str()).into_iter().flatten().filter(|(at, _)| *at < seq);
                    (FACILITY_LOST, here.map(|(_, check)| *check).collect())
                }
            };
            judged.evaluated += due.len() as u64;
            let when = match occasion {
                Occasion::End => "at the end",
                Occasion::Crash => "after the crash",
            };
            for check in due.into_iter().filter(|check| !kept.contains(*check)) {
                let what = format!("{when} the disk has no record of a check that had ended before");
                let person = run.checks.get(check).and_then(|t| t.person);
                judged.findings.push(Finding::that(&claim, first, what).of_check(check, person));
            }
        }
        judged
    }
}

/// The snapshots of all disks: the entry with which each begins, its occasion, and the checks of which the disk has a record.
fn snapshots<'a>(run: &Evidence<'a>) -> Vec<(&'a Entry, Occasion, BTreeSet<CheckId>)> {
    let mut all: Vec<(&Entry, Occasion, BTreeSet<CheckId>)> = Vec::new();
    // By host, the index of its newest snapshot.
    let mut newest: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in run.journal.iter().filter(|e| matches!(e.zone, Zone::Broker | Zone::Facility)) {
        let wanted = if entry.zone == Zone::Broker { AUDIT.name } else { RECEPTION.name };
        match &entry.event {
            Event::Snapshot { when } => {
                newest.insert(&entry.host, all.len());
                all.push((entry, *when, BTreeSet::new()));
            }
            Event::State { store, content, .. } if store == wanted => {
                let snapshot = newest.get(entry.host.as_str()).and_then(|i| all.get_mut(*i));
                snapshot.into_iter().for_each(|s| s.2.extend(content.bytes().and_then(|b| check_of(&b))));
            }
            _ => {}
        }
    }
    all
}

fn check_of(record: &[u8]) -> Option<CheckId> {
    #[derive(Deserialize)]
    struct Named {
        check: CheckId,
    }
    serde_json::from_slice::<Named>(record).ok().map(|n| n.check)
}
