//! FLOW-007: for every answer in a design that presents a number, the number is looked up.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::{Evidence, LookupKey};
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use std::collections::BTreeSet;
use terms::check::{CheckId, Step};
use terms::design::{Choice, CodeLookup};
use terms::outcome::OutcomeClass;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "FLOW-007",
    title_en: "No answer without the number looked up in that very check",
    title_ja: "回答のたびに、その資格確認のために番号を照会する",
    strength: Strength::Must,
    source: "the axis *how the broker gets to the code*; 「安全で効率的な情報連携」",
    basis: Basis::Profile,
    claims: CLAIMS,
    details_en: "For every check that ends with the insurers' statement, or for which the broker sent it: between ④ and ⑥ the number \
                 authority gives the broker the code of that person by a number. A number that was replaced or withdrawn is so no \
                 longer answered for.",
    details_ja: "保険者の回答で終わり、又は資格確認サービス機関がそれを送った確認のそれぞれについて、④と⑥の間に、番号制\
                 度の機関が番号によりその人の符号を同機関に渡す。これにより、取り替えられ、又は取り消された番号には回答\
                 しなくなる。",
    remedy_en: "Ask the number authority in every check, and keep no table of numbers.",
    remedy_ja: "確認のたびに番号機関に照会し、番号の対応表を持たない。",
    untested_en: "no check ended with the insurers' statement in this run",
    untested_ja: "この実行で、保険者の回答で終わった確認がない",
    applies: Applies {
        choices: &[Choice::CodeLookup(CodeLookup::AskNumberAuthority)],
        otherwise_ja: "この方式では、番号による照会を行わない",
        otherwise_en: "in this design no number is looked up",
    },
    needs: &[
        Sight::Party(Zone::Facility),
        Sight::Link(Zone::Facility, Zone::Broker),
        Sight::Link(Zone::Broker, Zone::NumberAuthority),
    ],
};

claims! { "FLOW-007";
    NOT_LOOKED_UP = "not-looked-up": "answered without the number authority's answer on the person's number between ④ and ⑥";
}

pub struct LookedUpForEveryAnswer;

impl Rule for LookedUpForEveryAnswer {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        let sent: BTreeSet<&CheckId> = run.exchanges.sent.iter().map(|a| &a.answer.check).collect();
        let by_number = |i: &&crate::evidence::IssuedCode<'_>| i.by == LookupKey::PresentedNumber && i.code.is_some();
        // One answer of the authority is for one check only.
        let mut lookups: BTreeSet<(u64, u64)> =
            run.codes.iter().filter(by_number).map(|issued| (issued.person, issued.entry.seq)).collect();
        for (check, trail) in &run.checks {
            let bounds = trail.first(Step::EligibilityRequested).zip(trail.first(Step::EligibilityAnswered));
            let ends = |class| matches!(class, OutcomeClass::InForce | OutcomeClass::NotInForce);
            let answered = trail.outcome().is_some_and(|outcome| ends(outcome.class())) || sent.contains(check);
            let (Some((asked, answered)), Some(person), true) = (bounds, trail.person, answered) else { continue };
            judged.evaluated += 1;
            let found = lookups.range((person, asked.seq)..(person, answered.seq)).next().copied();
            match found {
                Some(lookup) => drop(lookups.remove(&lookup)),
                None => {
                    judged.findings.push(Finding::of(&NOT_LOOKED_UP, answered).of_check(check, Some(person)).since(asked.seq))
                }
            }
        }
        judged
    }
}
