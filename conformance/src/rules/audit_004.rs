//! AUDIT-004: what the broker answered is still on its disk after a crash and at the end.

use crate::evidence::Evidence;
use crate::rule::{About, Applies, Finding, Judged, Rule, Strength};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use terms::check::CheckId;
use terms::journal::{Entry, Event, Occasion};
use terms::roles::Zone;
use terms::stores::{AUDIT, RECEPTION};

static ABOUT: About = About {
    id: "AUDIT-004",
    title_en: "No record is lost, through crashes to the end",
    title_ja: "記録は障害後も最後まで失われない",
    strength: Strength::Must,
    source: "「⑦ 資格情報の確認・記録」; profile: a record is durable before the answer leaves",
    details_en: "Whenever the state of a disk is recorded, after a crash and at the end of the run, the broker's store `audit` has a record of every check that \
                 it had answered by then, and a facility's store `reception` one of every check that had ended there.",
    remedy_en: "Sync the store before the answer leaves, and read it again when the party starts.",
    untested_en: "no disk's state was recorded after an answer or the end of a check in this run",
    applies: Applies::EVERYWHERE,
};

pub struct RecordsSurvive;

impl Rule for RecordsSurvive {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        for (first, occasion, kept) in snapshots(run) {
            let (host, zone, seq) = (&first.host, first.zone, first.seq);
            let due: BTreeSet<&CheckId> = match zone {
                Zone::Broker => {
                    let answered = run.submissions.iter().filter(|s| s.answered.is_some_and(|left| left < seq));
                    answered.map(|s| &s.check).collect()
                }
                _ => {
                    let ended = run.checks.iter().filter(|(_, t)| t.outcomes.iter().any(|(e, _)| e.host == *host && e.seq < seq));
                    ended.map(|(check, _)| check).collect()
                }
            };
            judged.evaluated += due.len() as u64;
            let when = match occasion {
                Occasion::End => "at the end",
                Occasion::Crash => "after the crash",
            };
            for check in due.into_iter().filter(|check| !kept.contains(*check)) {
                let what = format!("{when} the disk has no record of a check that had ended by then");
                let person = run.checks.get(check).and_then(|t| t.person);
                judged.findings.push(Finding::at(ABOUT.id, first, what).of_check(check, person));
            }
        }
        judged
    }
}

/// Each snapshot of a disk that keeps records of checks: its first entry, the occasion, and the checks of which it has one. The
/// snapshot of an empty disk has no entry; then the end of the run is its occasion, as the entry before that.
fn snapshots<'a>(run: &Evidence<'a>) -> Vec<(&'a Entry, Occasion, BTreeSet<CheckId>)> {
    let mut all: Vec<(&Entry, Occasion, BTreeSet<CheckId>)> = Vec::new();
    // By host, the open snapshot: its entries follow each other without others between them.
    let mut going_on: BTreeMap<&str, (usize, u64)> = BTreeMap::new();
    let mut hosts: BTreeMap<&str, &Entry> = BTreeMap::new();
    for entry in run.journal {
        if matches!(&entry.event, Event::Record { store, .. } if store == AUDIT.name || store == RECEPTION.name)
            || speaks_of_a_check(entry)
        {
            hosts.entry(&entry.host).or_insert(entry);
        }
        let Event::State { store, when, content } = &entry.event else { continue };
        if !matches!(entry.zone, Zone::Broker | Zone::Facility) {
            continue;
        }
        let index = match going_on.get(entry.host.as_str()) {
            Some((index, last)) if last.checked_add(1) == Some(entry.seq) && all[*index].1 == *when => *index,
            _ => {
                all.push((entry, *when, BTreeSet::new()));
                all.len() - 1
            }
        };
        going_on.insert(&entry.host, (index, entry.seq));
        let wanted = if entry.zone == Zone::Broker { AUDIT.name } else { RECEPTION.name };
        if store == wanted {
            all[index].2.extend(content.bytes().and_then(|b| check_of(&b)));
        }
    }
    let is_recorded = run.journal.iter().any(|e| matches!(e.event, Event::State { when: Occasion::End, .. }));
    if let (true, Some(last)) = (is_recorded, run.journal.last()) {
        let recorded: BTreeSet<String> =
            all.iter().filter(|(_, when, _)| *when == Occasion::End).map(|(e, _, _)| e.host.clone()).collect();
        for (host, entry) in hosts.into_iter().filter(|(host, _)| !recorded.contains(*host)) {
            // Nothing at all was on the disk at the end: the last thing that the host did represents it.
            let of_host = run.journal.iter().rev().find(|e| e.host == host && e.zone == entry.zone).unwrap_or(entry);
            if last.seq > of_host.seq {
                all.push((of_host, Occasion::End, BTreeSet::new()));
            }
        }
    }
    all
}

fn speaks_of_a_check(entry: &Entry) -> bool {
    matches!(entry.zone, Zone::Broker | Zone::Facility) && matches!(entry.event, Event::Step { .. } | Event::Outcome { .. })
}

fn check_of(record: &[u8]) -> Option<CheckId> {
    #[derive(Deserialize)]
    struct Named {
        check: CheckId,
    }
    serde_json::from_slice::<Named>(record).ok().map(|n| n.check)
}
