//! REG-005: what the weights do not decide, a person looks at.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::Evidence;
use crate::registry::Registry;
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use std::collections::{BTreeMap, BTreeSet};
use terms::roles::Zone;

static ABOUT: About = About {
    id: "REG-005",
    title_en: "A person looks at every pair that the weights do not decide",
    title_ja: "重みで決まらない届出の組は、人が確認する",
    strength: Strength::Must,
    source: "「※全国がん登録への活用は突合事務等の実務的な課題を検討」",
    basis: Basis::Considered,
    claims: CLAIMS,
    details_en: "A pair without two codes whose weights add up to at least 10 bits and less than 22 is in question: the registry decides neither way \
                 by itself, and by the end of the run a person has, if both reports are still in the same versions.",
    details_ja: "二つの符号がそろわず、重みの和が 10 ビット以上 22 ビット未満の組は確認待ちである。登録はどちらと\
                 も自ら決めず、二つの届出の版が変わらない限り、実行の終わりまでに人が決めている。",
    remedy_en: "Give such pairs to people, and keep them waiting until somebody has decided.",
    remedy_ja: "そのような組は人に渡し、誰かが決めるまで待たせる。",
    untested_en: "no pair was in question in this run",
    untested_ja: "この実行で確認待ちの組がない",
    applies: Applies::EVERYWHERE,
    needs: &[Sight::Party(Zone::Registry)],
};

claims! { "REG-005";
    DECIDED_ALONE = "decided-alone": "the registry decided by itself about a pair that is in question";
    NOT_LOOKED_AT = "not-looked-at": "nobody looked at a pair that is in question";
}

/// From the first sum on, and below the second, in thousandths of a bit: see the clause.
const IN_QUESTION: std::ops::Range<i64> = 10_000..22_000;

pub struct PeopleLook;

impl Rule for PeopleLook {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let (mut judged, registry) = (Judged::default(), Registry::of(run));
        let newest = registry.newest();
        let is_current = |number: &String, version: u32| newest.get(number).is_some_and(|n| n.version == version);
        let mut waiting = BTreeMap::new();
        let mut looked = BTreeSet::new();
        for (entry, decision) in registry.decisions.iter().filter_map(|(entry, d)| Some((entry, d.as_ref()?))) {
            let pair = (&decision.pair, decision.versions);
            match decision.by.as_str() {
                "person" => {
                    looked.insert(pair);
                }
                "weights" if IN_QUESTION.contains(&decision.weight) => {
                    judged.evaluated += 1;
                    if decision.class == "look" {
                        waiting.insert(pair, *entry);
                    } else {
                        judged.findings.push(Finding::of(&DECIDED_ALONE, entry));
                    }
                }
                // A later record of a pair replaces the earlier ones.
                _ => {
                    waiting.remove(&pair);
                }
            }
        }
        for ((pair, versions), entry) in waiting {
            let current = pair.iter().zip(versions).all(|(number, version)| is_current(number, version));
            if current && registry.patients.is_some() && !looked.contains(&(pair, versions)) {
                judged.findings.push(Finding::of(&NOT_LOOKED_AT, entry));
            }
        }
        judged
    }
}
