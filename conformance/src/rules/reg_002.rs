//! REG-002: two reports are joined only with evidence for it.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::Evidence;
use crate::registry::{Decision, Registry};
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use std::collections::{BTreeMap, BTreeSet};
use terms::fhir::CaseReport;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "REG-002",
    title_en: "Two reports are joined only with evidence that they are of one person",
    title_ja: "届出の同定は、根拠の記録がある場合に限る",
    strength: Strength::Must,
    source: "「※全国がん登録への活用は突合事務等の実務的な課題を検討」",
    basis: Basis::Considered,
    claims: CLAIMS,
    details_en: "A pair that is joined by code has the same code twice. A pair that is joined by weights has a record whose weights add up to its \
                 sum, whose sum is at least 22 bits, and whose fields agree as the two reports say: fields that are recorded as the same are equal, \
                 and those recorded as different are not. A pair that is joined by a person was in question before. Reports of one patient are \
                 joined with each other, directly or over other reports. Whether they are of one person is not judged: the result says how many were \
                 joined wrongly.",
    details_ja: "符号による同定では、二つの届出の符号が同じである。重みによる同定には記録があり、重みの和が記録の\
                 合計と一致し、合計は 22 ビット以上であり、各項目の一致・不一致は二つの届出のとおりである。人が同\
                 定した組は、先に確認待ちになっている。同じ患者とされた届出は、直接に、又は他の届出を介して結ばれ\
                 ている。本当に同じ人かどうかは判定しない。誤った同定の数は結果に示す。",
    remedy_en: "Record the fields, their weights and the sum with each decision, and join nothing without such a record.",
    remedy_ja: "判断ごとに、項目、重み、合計を記録する。記録なしに同定しない。",
    untested_en: "no two reports were joined in this run",
    untested_ja: "この実行で同定された届出の組がない",
    applies: Applies::EVERYWHERE,
    needs: &[Sight::Party(Zone::Registry)],
};

claims! { "REG-002";
    UNREADABLE = "unreadable": "a record about a pair cannot be read";
    NO_EVIDENCE = "no-evidence": "a pair is joined, and its record has no codes or weights that say so";
    BELOW_THRESHOLD = "below-threshold": "a pair is joined although its weights do not reach the threshold";
    UNTRUE = "untrue": "a record says of a field of two reports what is not so";
    NOT_IN_QUESTION = "not-in-question": "a person joined a pair that was not in question";
    UNEXPLAINED = "unexplained": "two reports of one patient are not joined by any decision";
}

/// From this sum on, in thousandths of a bit: see the clause.
const THRESHOLD: i64 = 22_000;

pub struct JoinedWithEvidence;

impl Rule for JoinedWithEvidence {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let (mut judged, registry) = (Judged::default(), Registry::of(run));
        let versions = registry.versions();
        let mut in_question: BTreeSet<(&[String; 2], [u32; 2])> = BTreeSet::new();
        for (entry, decision) in &registry.decisions {
            let Some(decision) = decision else {
                judged.findings.push(Finding::of(&UNREADABLE, entry));
                continue;
            };
            let pair = (&decision.pair, decision.versions);
            if decision.class == "look" {
                in_question.insert(pair);
            }
            if decision.class != "same" {
                continue;
            }
            judged.evaluated += 1;
            let claim = match decision.by.as_str() {
                "code" => (!is_by_code(decision)).then_some(NO_EVIDENCE),
                "person" => (!in_question.contains(&pair)).then_some(NOT_IN_QUESTION),
                _ => by_weights(decision, &versions),
            };
            judged.findings.extend(claim.map(|claim| Finding::of(&claim, entry)));
        }
        unexplained(&registry, &mut judged);
        judged
    }
}

fn is_by_code(decision: &Decision) -> bool {
    matches!(&decision.codes, [Some(a), Some(b)] if a == b)
}

fn by_weights(decision: &Decision, versions: &BTreeMap<(String, u32), &CaseReport>) -> Option<crate::claim::Claim> {
    let sum: i64 = decision.agreements.iter().map(|agreement| agreement.weight).sum();
    if decision.agreements.is_empty() || sum != decision.weight {
        return Some(NO_EVIDENCE);
    }
    let ([a, b], [of_a, of_b]) = (&decision.pair, decision.versions);
    let report = |number: &String, version: u32| versions.get(&(number.clone(), version));
    if let (Some(a), Some(b)) = (report(a, of_a), report(b, of_b))
        && decision.agreements.iter().any(|agreement| !is_true(&agreement.field, &agreement.level, a, b))
    {
        return Some(UNTRUE);
    }
    (sum < THRESHOLD).then_some(BELOW_THRESHOLD)
}

/// Whether two reports agree in a field as a record says. Levels in between are not looked at, but that the field is not equal.
fn is_true(field: &str, level: &str, a: &CaseReport, b: &CaseReport) -> bool {
    let (one, other) = (&a.person, &b.person);
    let equal = match field {
        "family" => one.name.family == other.name.family,
        "given" => one.name.given == other.name.given,
        "birth" => one.birth == other.birth,
        "sex" => one.sex == other.sex,
        "address" => one.address == other.address,
        "site" => a.site == b.site,
        "chart" => a.facility == b.facility && a.chart == b.chart,
        _ => return false,
    };
    equal == (level == "same")
}

/// Reports of one patient that no chain of decisions joins. The last record of a pair counts, and only of the versions that the patient
/// has.
fn unexplained(registry: &Registry<'_>, judged: &mut Judged) {
    let Some((entry, patients)) = &registry.patients else { return };
    let current: BTreeMap<&str, u32> =
        patients.iter().flat_map(|patient| &patient.reports).map(|report| (report.report.as_str(), report.version)).collect();
    let decisions = registry.decisions.iter().filter_map(|(_, decision)| decision.as_ref());
    let is_current = |decision: &&Decision| {
        decision.pair.iter().zip(decision.versions).all(|(number, version)| current.get(number.as_str()) == Some(&version))
    };
    let last: BTreeMap<&[String; 2], &Decision> = decisions.filter(is_current).map(|d| (&d.pair, d)).collect();
    let joined = last.into_values().filter(|decision| decision.class == "same");
    let mut neighbours: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for decision in joined {
        let [a, b] = &decision.pair;
        neighbours.entry(a).or_default().insert(b);
        neighbours.entry(b).or_default().insert(a);
    }
    for patient in patients.iter().filter(|patient| patient.reports.len() > 1) {
        judged.evaluated += 1;
        let of: BTreeSet<&str> = patient.reports.iter().map(|r| r.report.as_str()).collect();
        let mut reached: BTreeSet<&str> = of.iter().take(1).copied().collect();
        let mut open: Vec<&str> = reached.iter().copied().collect();
        while let Some(at) = open.pop() {
            let next = neighbours.get(at).into_iter().flatten().filter(|next| of.contains(*next));
            for next in next.copied().collect::<Vec<_>>() {
                if reached.insert(next) {
                    open.push(next);
                }
            }
        }
        if reached != of {
            judged.findings.push(Finding::of(&UNEXPLAINED, entry));
        }
    }
}
