//! REG-003: every report that the registry accepts is stored once, before the answer.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::Evidence;
use crate::registry::Registry;
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use std::collections::BTreeMap;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "REG-003",
    title_en: "Every accepted report is stored exactly once, before its answer leaves",
    title_ja: "受け付けた届出は、回答の前にただ一度記録する",
    strength: Strength::Must,
    source: "「※全国がん登録への活用は突合事務等の実務的な課題を検討」; profile: a report that is sent again is the same report",
    basis: Basis::Profile,
    claims: CLAIMS,
    details_en: "Each version of a report that got an answer of success has exactly one record in the registry's store `cancer-reports`, durable \
                 before the first such answer was sent. A report that is sent again, with the same number and version, adds none.",
    details_ja: "受け付けられた届出の版ごとに、登録の保存先`cancer-reports`に、最初の受付の回答の前に永続化された\
                 ただ一つの記録がある。同じ番号と版の再送は記録を増やさない。",
    remedy_en: "Make the record durable before the answer; find a report by its number and version before storing it.",
    remedy_ja: "回答の前に記録を永続化する。保存の前に、番号と版で既にあるかを確かめる。",
    untested_en: "no report was accepted in this run",
    untested_ja: "この実行で受け付けられた届出がない",
    applies: Applies::EVERYWHERE,
    needs: &[Sight::Party(Zone::Registry)],
};

claims! { "REG-003";
    NOT_STORED = "not-stored": "a report was accepted, and was not stored before";
    STORED_AGAIN = "stored-again": "a version of a report is stored more than once";
}

pub struct StoredOnce;

impl Rule for StoredOnce {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let (mut judged, registry) = (Judged::default(), Registry::of(run));
        let mut stored: BTreeMap<(String, u32), u64> = BTreeMap::new();
        for (entry, report) in registry.stored.iter().filter_map(|(entry, report)| Some((entry, report.as_ref()?))) {
            let first = *stored.entry((report.number(), report.version)).or_insert(entry.seq);
            if first != entry.seq {
                judged.findings.push(Finding::of(&STORED_AGAIN, entry).since(first));
            }
        }
        for sent in registry.sent.iter().filter(|sent| sent.is_accepted()) {
            let (Some(report), Some((answer, _))) = (&sent.report, sent.answered) else { continue };
            judged.evaluated += 1;
            let before = stored.get(&(report.number(), report.version)).is_some_and(|at| *at < answer.seq);
            if !before {
                judged.findings.push(Finding::of(&NOT_STORED, answer).since(sent.message.seq()));
            }
        }
        judged
    }
}
