//! The verdicts of the judge, converted for results.

use conformance::{Seen, Strength};
use reports::results::{DataQuality, Finding, Linkage, Reason, RegisterDiffers, RuleOutcome, RuleResult, WrongDisclosure};
use scenarios::Design;
use scenarios::file::Scenario;
use scenarios::run::Played;
use sim::ground::Ground;
use sim::journal::Entry;

pub fn rules(played: &Played) -> Vec<RuleResult> {
    conformance::judge(&played.entries, &played.ground).into_iter().map(result_of).collect()
}

/// Judges a journal as if only some parties were seen.
pub fn seen(entries: &[Entry], ground: &Ground, seen: Seen) -> Vec<RuleResult> {
    conformance::judge_seen(entries, ground, seen).into_iter().map(result_of).collect()
}

/// The rules that a run may break: those of its scenario, and those of its design if that is a yardstick.
pub fn on_purpose(plan: &Scenario, design: &Design) -> Vec<String> {
    plan.breaks.iter().chain(&design.breaks).cloned().collect()
}

/// Whether a rule fails a run: it is broken, a MUST, and not among those that the scenario breaks on purpose.
pub fn fails(rule: &RuleResult, on_purpose: &[String]) -> bool {
    rule.outcome == RuleOutcome::Broken && !rule.warning && !on_purpose.contains(&rule.id)
}

fn is_should(id: &str) -> bool {
    conformance::rules::all().iter().any(|rule| rule.about().id == id && rule.about().strength == Strength::Should)
}

/// The ids of all rules, in the order in which they judge.
pub fn ids() -> Vec<String> {
    conformance::rules::all().iter().map(|rule| rule.about().id.to_string()).collect()
}

fn result_of(verdict: conformance::Verdict) -> RuleResult {
    RuleResult {
        id: verdict.id.to_string(),
        warning: verdict.outcome == conformance::RuleOutcome::Broken && is_should(verdict.id),
        outcome: match verdict.outcome {
            conformance::RuleOutcome::Held => RuleOutcome::Held,
            conformance::RuleOutcome::Broken => RuleOutcome::Broken,
            conformance::RuleOutcome::NotReached => RuleOutcome::NotReached,
            conformance::RuleOutcome::NotApplicable => RuleOutcome::NotApplicable,
            conformance::RuleOutcome::NotObservable => RuleOutcome::NotObservable,
            conformance::RuleOutcome::Inconclusive => RuleOutcome::Inconclusive,
        },
        evaluated: verdict.evaluated,
        findings: verdict.findings.into_iter().map(finding).collect(),
        remarks: verdict.remarks,
        why: verdict.why,
        not_applicable: verdict.not_applicable.map(|a| Reason { ja: a.otherwise_ja.to_string(), en: a.otherwise_en.to_string() }),
    }
}

/// How well the cancer registry found the reports of one person. `None` without a registry.
pub fn linkage(entries: &[Entry], ground: &Ground) -> Option<Linkage> {
    let conformance::linkage::Linkage { reports, with_code, same, candidates, looked_at, joined, joined_rightly } =
        conformance::linkage::linkage(entries, ground)?;
    Some(Linkage { reports, with_code, same, candidates, looked_at, joined, joined_rightly })
}

/// What came of wrong and late data. `None` if the registers said what is true all the time.
pub fn data(entries: &[Entry], ground: &Ground) -> Option<DataQuality> {
    if ground.people.iter().all(|person| person.registered.is_empty()) {
        return None;
    }
    let seconds = |ns: u64| ns as f64 / 1e9;
    let measured = conformance::measures::data_quality(entries, ground);
    let disclosure = |d: conformance::measures::WrongDisclosure| WrongDisclosure {
        person: d.person,
        class: d.class.to_string(),
        facility: d.facility,
        visitor: d.visitor,
        times: d.times,
        first_s: seconds(d.first_ns),
        last_s: seconds(d.last_ns),
    };
    let differs = |d: conformance::measures::RegisterDiffers| RegisterDiffers {
        person: d.person,
        from_s: seconds(d.from_ns),
        until_s: d.until_ns.map(seconds),
    };
    Some(DataQuality {
        wrong_disclosures: measured.wrong_disclosures.into_iter().map(disclosure).collect(),
        answers_unlike_truth: measured.answers_unlike_truth.into_iter().map(|(kind, n)| (kind.to_string(), n)).collect(),
        registers_differ: measured.registers_differ.into_iter().map(differs).collect(),
    })
}

fn finding(f: conformance::Finding) -> Finding {
    Finding {
        claim: f.claim.to_string(),
        what: f.what,
        host: f.host,
        zone: f.zone.name().to_string(),
        check: f.check.map(|c| c.to_string()),
        person: f.person,
        place: f.place,
        spelling: f.spelling,
        hops: f.hops,
        entries: f.entries,
    }
}
