//! FLOW-001: the steps ① to ⑦, each after those before it.

use crate::evidence::{Evidence, JpkiMessageKind, Trail};
use crate::rule::{About, Applies, Basis, Finding, Judged, Rule, Sight, Strength};
use std::collections::BTreeMap;
use terms::check::{CheckId, Step};
use terms::journal::Entry;
use terms::outcome::{OutcomeClass, OutcomeCode};
use terms::roles::Zone;

static ABOUT: About = About {
    id: "FLOW-001",
    title_en: "Every check goes through the steps in order",
    title_ja: "資格確認は①～⑦の順に行われる",
    strength: Strength::Must,
    source: "「【資格確認の主な流れ】①～⑦」",
    basis: Basis::Example,
    claims: &[],
    details_en: "No step is taken without all steps before it. A check that ends with the insurers' statement has all seven; ⑤ is \
                 required if the design needs JPKI in every check. Any other has no ⑦; one that staff or the card refuse at ② has \
                 ① only; one that the broker refuses has no ⑥, unless the facility retried. Every step is taken once, except that \
                 ⑤ and ⑥ may be repeated if, after a fault, the broker received the request again. Steps ③ to ⑦ are derived: ③ from \
                 the commands to the card, ④ from the first request, ⑤ from JPKI's answer, ⑥ from the answer with eligibility (one \
                 that is sent again unchanged is no further step), ⑦ from the record at the reception.",
    remedy_en: "Look at what the party did at the entries named, and take the steps in the order of the source.",
    untested_en: "no check took a step in this run",
    applies: Applies::EVERYWHERE,
    needs: &[
        Sight::Party(Zone::Facility),
        Sight::Party(Zone::Reader),
        Sight::Link(Zone::Facility, Zone::Broker),
        Sight::Link(Zone::Broker, Zone::Jpki),
    ],
};

pub struct StepsInOrder;

impl Rule for StepsInOrder {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        for (check, trail) in run.checks.iter().filter(|(_, trail)| !trail.steps.is_empty() || !trail.outcomes.is_empty()) {
            judged.evaluated += 1;
            let mut findings = Findings { check, trail, all: &mut judged.findings };
            steps(run, trail, &mut findings);
            end(run, trail, &mut findings);
        }
        judged
    }
}

struct Findings<'a> {
    check: &'a CheckId,
    trail: &'a Trail<'a>,
    all: &'a mut Vec<Finding>,
}

impl Findings<'_> {
    fn add(&mut self, entry: &Entry, what: String) {
        let first = self.trail.steps.first().map_or(entry.seq, |(first, _)| first.seq);
        self.all.push(Finding::at(ABOUT.id, entry, what).of_check(self.check, self.trail.person).since(first));
    }
}

fn mark(step: Step) -> char {
    ['①', '②', '③', '④', '⑤', '⑥', '⑦'][usize::from(step.number()) - 1]
}

fn is_repeatable(step: Step) -> bool {
    matches!(step, Step::CodeResolved | Step::EligibilityAnswered)
}

/// Order and number of the steps, whatever the outcome.
fn steps(run: &Evidence<'_>, trail: &Trail<'_>, findings: &mut Findings<'_>) {
    let mut taken: BTreeMap<Step, usize> = BTreeMap::new();
    for (entry, step) in &trail.steps {
        let count = |s: Step| taken.get(&s).copied().unwrap_or_default();
        if let Some(missing) = needed(run).filter(|s| s < step).find(|s| count(*s) == 0) {
            findings.add(entry, format!("{} without {}", mark(*step), mark(missing)));
        } else if *step == Step::EligibilityAnswered
            && is_needed(run, Step::CodeResolved)
            && count(Step::CodeResolved) <= count(*step)
        {
            findings.add(entry, "⑥ again without another ⑤".into());
        }
        let before = count(*step);
        let again = is_repeatable(*step) && run.fault_before(entry.seq) && before < trail.asked_before(entry.seq);
        if before > 0 && !again {
            findings.add(entry, format!("{} was taken again", mark(*step)));
        }
        *taken.entry(*step).or_default() += 1;
    }
}

/// ⑤ can be seen only in designs in which every check needs a message of JPKI.
fn is_needed(run: &Evidence<'_>, step: Step) -> bool {
    step != Step::CodeResolved || JpkiMessageKind::that_resolves(&run.design).is_some()
}

/// The steps that every answered check has.
fn needed<'r>(run: &'r Evidence<'_>) -> impl Iterator<Item = Step> + 'r {
    Step::ALL.into_iter().filter(|step| is_needed(run, *step))
}

/// Whether the steps fit the outcome. A check that has not ended yet may have reached any step.
fn end(run: &Evidence<'_>, trail: &Trail<'_>, findings: &mut Findings<'_>) {
    let Some((ended, outcome)) = trail.outcomes.last() else { return };
    let refused_at_step_2 = [OutcomeCode::PhotoMismatch, OutcomeCode::PinWrong, OutcomeCode::PinLocked].contains(outcome);
    // After a retry, a check may end differently from the broker's first attempt.
    let retried = trail.asked_before(ended.seq) > 1;
    let allowed = |step: Step| match outcome.class() {
        OutcomeClass::InForce | OutcomeClass::NotInForce => true,
        _ if refused_at_step_2 => step == Step::CardShown,
        OutcomeClass::Refused => step != Step::EligibilityRecorded && (step != Step::EligibilityAnswered || retried),
        OutcomeClass::Indeterminate => step != Step::EligibilityRecorded,
    };
    for (entry, step) in trail.steps.iter().filter(|(_, step)| !allowed(*step)) {
        findings.add(entry, format!("{} was taken, and the check ended with `{outcome}`", mark(*step)));
    }
    if is_answer(*outcome) {
        for step in needed(run).filter(|s| trail.count(*s) == 0) {
            findings.add(ended, format!("the check ended with `{outcome}` without {}", mark(step)));
        }
    }
}

fn is_answer(outcome: OutcomeCode) -> bool {
    matches!(outcome.class(), OutcomeClass::InForce | OutcomeClass::NotInForce)
}
