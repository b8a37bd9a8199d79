//! FLOW-001: the steps ① to ⑦, each after those before it.

use crate::basis::Basis;
use crate::claim::{Claim, claims};
use crate::evidence::{Evidence, JpkiMessageKind, Trail};
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use std::collections::BTreeMap;
use terms::check::{CheckId, Step};
use terms::design::Identity;
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
    claims: CLAIMS,
    details_en: "No step is taken without all steps before it. A check that ends with the insurers' statement has all seven; ⑤ is \
                 required if the design needs JPKI in every check. Any other has no ⑦; one that staff or the card refuse at ② has \
                 ① only; one that the broker refuses has no ⑥, unless the facility retried. Every step is taken once, except that \
                 ⑤ and ⑥ may be repeated if, after a fault, the broker received the request again. Steps ③ to ⑦ are derived: ③ from \
                 the commands to the card, ④ from the first request, ⑤ from JPKI's answer, ⑥ from the answer with eligibility (one \
                 that is sent again unchanged is no further step), ⑦ from the record at the reception. \
                 A check that reached the broker without any step at a counter is that of another client, and is not looked at.",
    details_ja: "どの段階も、それより前のすべての段階なしには行われない。保険者の回答で終わる確認には七つすべてがある。⑤\
                 は、方式が確認のたびに公的個人認証サービスを必要とするときに求める。ほかの終わり方では⑦がない。②で職員\
                 又はカードが拒んだものには①だけがある。資格確認サービス機関が拒んだものには、医療機関等が再送しない限り\
                 ⑥がない。段階はいずれも一度だけ行われる。ただし障害の後に同機関が要求を再び受け取ったときは、⑤と⑥を繰り\
                 返してよい。③から⑦は、③をカードへのコマンド、④を最初の要求、⑤を公的個人認証サービスの回答、⑥を資格の回\
                 答（同じものの再送は新たな段階でない）、⑦を受付の記録から導く。窓口での段階を経ずに届いた確認は別の利用\
                 者のものであり、調べない。",
    remedy_en: "Look at what the party did at the entries named, and take the steps in the order of the source.",
    remedy_ja: "示された記録の箇所で当事者が何をしたかを調べ、段階を出典の順に行う。",
    untested_en: "no check took a step in this run",
    untested_ja: "この実行で、段階に進んだ確認がない",
    applies: Applies::ONLINE,
    needs: &[
        Sight::Party(Zone::Facility),
        Sight::Party(Zone::Reader),
        Sight::Link(Zone::Facility, Zone::Broker),
        Sight::Link(Zone::Broker, Zone::Jpki),
    ],
};

claims! { "FLOW-001";
    SKIPPED = "skipped": "a step was taken without one before it";
    ANSWERED_AGAIN = "answered-again": "⑥ was taken again without another ⑤";
    TAKEN_AGAIN = "taken-again": "a step was taken more than once without a reason";
    AFTER_REFUSAL_AT_COUNTER = "after-refusal-at-counter": "a step after ① was taken, and staff or the card had refused at ②";
    THOUGH_REFUSED = "though-refused": "a step was taken that does not go with a refusal";
    THOUGH_NOT_KNOWN = "though-not-known": "⑦ was taken, and the check ended as *not known*";
    MISSING = "missing": "the check ended with the insurers' statement without one of the steps";
}

pub struct StepsInOrder;

impl Rule for StepsInOrder {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        let mut unseen = 0;
        for (check, trail) in run.checks.iter().filter(|(_, trail)| !trail.steps.is_empty() || !trail.outcomes.is_empty()) {
            if is_of_a_counter_elsewhere(trail) {
                unseen += 1;
                continue;
            }
            judged.evaluated += 1;
            let mut findings = Findings { check, trail, all: &mut judged.findings };
            steps(run, trail, &mut findings);
            end(run, trail, &mut findings);
        }
        let checks = if unseen == 1 { "check" } else { "checks" };
        judged.unseen = (unseen > 0).then(|| format!("of {unseen} {checks} nothing was seen at a counter"));
        judged
    }
}

/// Whether another client asked the broker, with the certificate of a facility: none of ours took part in the check.
fn is_of_a_counter_elsewhere(trail: &Trail<'_>) -> bool {
    let is_ours = |zone: Zone| matches!(zone, Zone::Facility | Zone::Reader);
    !trail.requests.is_empty() && trail.outcomes.is_empty() && !trail.steps.iter().any(|(entry, _)| is_ours(entry.zone))
}

struct Findings<'a> {
    check: &'a CheckId,
    trail: &'a Trail<'a>,
    all: &'a mut Vec<Finding>,
}

impl Findings<'_> {
    fn add(&mut self, claim: &Claim, entry: &Entry, what: String) {
        let first = self.trail.steps.first().map_or(entry.seq, |(first, _)| first.seq);
        self.all.push(Finding::that(claim, entry, what).of_check(self.check, self.trail.person).since(first));
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
            findings.add(&SKIPPED, entry, format!("{} without {}", mark(*step), mark(missing)));
        } else if *step == Step::EligibilityAnswered
            && is_needed(run, Step::CodeResolved)
            && count(Step::CodeResolved) <= count(*step)
        {
            findings.add(&ANSWERED_AGAIN, entry, "⑥ again without another ⑤".into());
        }
        let before = count(*step);
        let again = is_repeatable(*step) && run.fault_before(entry.seq) && before < trail.asked_before(entry.seq);
        if before > 0 && !again {
            findings.add(&TAKEN_AGAIN, entry, format!("{} was taken again", mark(*step)));
        }
        *taken.entry(*step).or_default() += 1;
    }
}

/// ② is not taken where nobody checks the person, and ③ where no certificate is presented. ⑤ can be seen only in designs in which
/// every check needs a message of JPKI.
fn is_needed(run: &Evidence<'_>, step: Step) -> bool {
    match step {
        Step::PersonChecked => run.design.identity != Identity::NotChecked,
        Step::CertificateRead => run.design.presents_certificate(),
        Step::CodeResolved => JpkiMessageKind::that_resolves(&run.design).is_some(),
        _ => true,
    }
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
    let wrong = |step: Step| match outcome.class() {
        OutcomeClass::InForce | OutcomeClass::NotInForce => None,
        _ if refused_at_step_2 => (step != Step::CardShown).then_some(AFTER_REFUSAL_AT_COUNTER),
        OutcomeClass::Refused => {
            let allowed = step != Step::EligibilityRecorded && (step != Step::EligibilityAnswered || retried);
            (!allowed).then_some(THOUGH_REFUSED)
        }
        OutcomeClass::Indeterminate => (step == Step::EligibilityRecorded).then_some(THOUGH_NOT_KNOWN),
    };
    for (entry, step) in &trail.steps {
        if let Some(claim) = wrong(*step) {
            findings.add(&claim, entry, format!("{} was taken, and the check ended with `{outcome}`", mark(*step)));
        }
    }
    if is_answer(*outcome) {
        for step in needed(run).filter(|s| trail.count(*s) == 0) {
            findings.add(&MISSING, ended, format!("the check ended with `{outcome}` without {}", mark(step)));
        }
    }
}

fn is_answer(outcome: OutcomeCode) -> bool {
    matches!(outcome.class(), OutcomeClass::InForce | OutcomeClass::NotInForce)
}
