//! FLOW-002: for every answer, JPKI is asked for status and code, and answers both.

use crate::basis::Basis;
use crate::claim::{Claim, claims};
use crate::evidence::{Evidence, JpkiMessageKind};
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use std::collections::{BTreeMap, BTreeSet};
use terms::check::{CheckId, Step};
use terms::design::{Choice, CodeLookup};
use terms::journal::Entry;
use terms::outcome::{OutcomeClass, OutcomeCode};
use terms::roles::Zone;

static ABOUT: About = About {
    id: "FLOW-002",
    title_en: "No answer without a certificate status and a code lookup for that very check",
    title_ja: "回答のたびに、その資格確認のために電子証明書の状態と機関別符号を照会する",
    strength: Strength::Must,
    source: "「公的個人認証サービスに電子証明書に対応する機関別符号を照会。回答された機関別符号を用いて、電子証明書に対応する資格情報を\
             引き当てて、保険医療機関等に通知する」",
    basis: Basis::Example,
    claims: CLAIMS,
    details_en: "For every check that ends with the insurers' statement, or for which the broker sent it: between ④ and ⑥ the \
                 broker asks JPKI for the status of a certificate of that person (OCSP) and for the code, and JPKI answers both. \
                 An exchange counts for one check only, so that a check answered from a cache lacks one, also when several \
                 checks of a person are in progress.",
    details_ja: "保険者の回答で終わり、又は資格確認サービス機関がそれを送った確認のそれぞれについて、④と⑥の間に、同機関\
                 がその人の電子証明書の状態（OCSP）と符号を公的個人認証サービスに照会し、その両方に回答がある。一つのや\
                 り取りは一つの確認だけに数える。したがって、保持した値で回答した確認には欠ける。一人の複数の確認が同時\
                 に進むときも同じである。",
    remedy_en: "Ask for status and code in every check, and cache neither.",
    remedy_ja: "確認のたびに状態と符号を照会し、どちらも保持しない。",
    untested_en: "no check ended with the insurers' statement in this run",
    untested_ja: "この実行で、保険者の回答で終わった確認がない",
    applies: Applies {
        choices: &[Choice::CodeLookup(CodeLookup::AskJpki)],
        otherwise_ja: "この方式では、公的個人認証サービスに毎回は照会しない",
        otherwise_en: "in this design the broker need not ask JPKI for code and status in every check",
    },
    needs: &[Sight::Party(Zone::Facility), Sight::Link(Zone::Facility, Zone::Broker), Sight::Link(Zone::Broker, Zone::Jpki)],
};

claims! { "FLOW-002";
    STATUS_NOT_ASKED = "status-not-asked": "answered without asking JPKI for the status of the certificate between ④ and ⑥";
    STATUS_NOT_ANSWERED = "status-not-answered": "answered without JPKI's answer on the status of the certificate between ④ and ⑥";
    CODE_NOT_ASKED = "code-not-asked": "answered without asking JPKI for the code between ④ and ⑥";
    CODE_NOT_ANSWERED = "code-not-answered": "answered without JPKI's answer on the code between ④ and ⑥";
}

pub struct AskedForEveryAnswer;

impl Rule for AskedForEveryAnswer {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        let needed = [
            (JpkiMessageKind::StatusAsked, STATUS_NOT_ASKED),
            (JpkiMessageKind::StatusAnswered, STATUS_NOT_ANSWERED),
            (JpkiMessageKind::CodeAsked, CODE_NOT_ASKED),
            (JpkiMessageKind::CodeAnswered, CODE_NOT_ANSWERED),
        ];
        exchanges(run, &needed, &mut judged);
        judged
    }
}

fn is_answer(outcome: OutcomeCode) -> bool {
    matches!(outcome.class(), OutcomeClass::InForce | OutcomeClass::NotInForce)
}

/// Each answered check needs exchanges of its own with JPKI between ④ and ⑥: of these kinds, each with the claim that finds that
/// it is missing.
pub(super) fn exchanges(run: &Evidence<'_>, needed: &[(JpkiMessageKind, Claim)], judged: &mut Judged) {
    struct Window<'a> {
        check: &'a CheckId,
        asked: u64,
        answered: &'a Entry,
        supplied: bool,
    }
    let sent: BTreeSet<&CheckId> = run.exchanges.sent.iter().map(|a| &a.answer.check).collect();
    let mut by_person: BTreeMap<Option<u64>, Vec<Window<'_>>> = BTreeMap::new();
    for (check, trail) in &run.checks {
        let bounds = trail.first(Step::EligibilityRequested).zip(trail.first(Step::EligibilityAnswered));
        // Also if the answer was lost on the way.
        let answered = trail.outcome().is_some_and(is_answer) || sent.contains(check);
        if let (Some((asked, answered)), true) = (bounds, answered) {
            let window = Window { check, asked: asked.seq, answered, supplied: false };
            judged.evaluated += 1;
            by_person.entry(trail.person).or_default().push(window);
        }
    }
    let mut messages: BTreeMap<(JpkiMessageKind, Option<u64>), Vec<u64>> = BTreeMap::new();
    for message in &run.jpki_messages {
        // The person of a check may not be known; then an exchange about anybody counts.
        for person in [Some(message.person), None] {
            messages.entry((message.kind, person)).or_default().push(message.seq);
        }
    }
    for (person, windows) in &mut by_person {
        for (kind, claim) in needed {
            windows.iter_mut().for_each(|w| w.supplied = false);
            // In order of time, each exchange is assigned to the open check with the earliest answer: if any assignment supplies
            // all checks, this one does.
            for seq in messages.get(&(*kind, *person)).into_iter().flatten() {
                let open = windows.iter_mut().filter(|w| !w.supplied && w.asked < *seq && *seq < w.answered.seq);
                if let Some(window) = open.min_by_key(|w| w.answered.seq) {
                    window.supplied = true;
                }
            }
            for window in windows.iter().filter(|w| !w.supplied) {
                let finding = Finding::of(claim, window.answered);
                judged.findings.push(finding.of_check(window.check, *person).since(window.asked));
            }
        }
    }
}
