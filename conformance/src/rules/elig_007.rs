//! ELIG-007: a difference between the facility's record and the register is no statement about the person.

use crate::basis::Basis;
use crate::claim::{Claim, claims};
use crate::evidence::Evidence;
use crate::registered::{Registers, Truth, first_seq};
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use std::collections::BTreeMap;
use terms::check::CheckId;
use terms::identifiers::InsuredIdentifier;
use terms::outcome::OutcomeCode;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "ELIG-007",
    title_en: "What is not registered under the identifier asked about is not found, and neither ended nor insured elsewhere",
    title_ja: "照会された記号・番号等が登録と一致しないことを、資格の喪失や新しい資格として示さない",
    strength: Strength::Must,
    source: "「電子証明書に対応する資格情報を引き当てて、保険医療機関等に通知する」; profile: a facility's record can differ from the register in a branch, a \
             digit, the width or the letters",
    basis: Basis::Profile,
    claims: CLAIMS,
    details_en: "In every check that asks about a coverage, the identifier asked about is compared, character by character, with those that \
                 insurers have registered for the person who came. `in-force` requires the one in force, `insured-elsewhere` and \
                 `coverage-ended` a registered one that is not in force on the day, the former if another one is, the latter if none is. \
                 `identifier-not-found` requires that none is registered for the person under that identifier. `not-insured` is no \
                 outcome of a check that asks about a coverage. *Not known* is always allowed. While a change is being propagated, \
                 both the old and the new data are right.",
    details_ja: "資格を指定して照会する確認では、指定された記号・番号等を、来た人について保険者が登録したものと一文字ず\
                 つ比べる。「資格有効」は有効なものとの一致を、「別の資格で有効」と「資格無効」はその日に有効でない登録\
                 済みのものとの一致を要し、前者は別の有効なものがあるとき、後者はないときである。`identifier-not-found`\
                 は、その記号・番号等がその人に登録されていないことを要する。資格を指定した確認は`not-insured`で終わらな\
                 い。「確認できない」は常に許される。変更が届くまでの間は、新旧どちらのデータでもよい。",
    remedy_en: "Compare the identifier with all that are registered under the person's code. If it is none of them, answer \
                `identifier-not-found`; the facility then asks by the certificate alone and corrects its record.",
    remedy_ja: "記号・番号等を、その人の符号の下に登録されたすべてと比べる。どれにも一致しなければ`identifier-not-found`\
                と回答する。医療機関等は電子証明書だけで照会し直し、記録を正す。",
    untested_en: "no check that asked about a coverage of a known person ended with a statement about it in this run",
    untested_ja: "この実行で、知られた人の資格を指定した確認が、それについての回答で終わっていない",
    applies: Applies::EVERYWHERE,
    needs: &[Sight::Party(Zone::Facility), Sight::Link(Zone::Facility, Zone::Broker)],
};

claims! { "ELIG-007";
    MISMATCH_AS_STATEMENT = "mismatch-as-statement": "a statement was answered about an identifier under which the person is not registered";
    FOUND = "found": "`identifier-not-found` was answered for an identifier under which the person is registered";
    ENDED_OR_ELSEWHERE = "ended-or-elsewhere": "`coverage-ended` and `insured-elsewhere` were mixed up, or an end was answered as `not-insured`";
}

pub struct MismatchIsNoStatement;

impl Rule for MismatchIsNoStatement {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        let mut registers = Registers::of(run);
        let asked = run.submissions.iter().filter_map(|s| Some((&s.check, s.question.as_ref()?.on_record.as_ref()?)));
        let asked: BTreeMap<&CheckId, &InsuredIdentifier> = asked.collect();
        for (check, asked) in asked {
            let Some(trail) = run.checks.get(check) else { continue };
            let resident = trail.person.and_then(|index| run.resident(index));
            let (Some(resident), Some((ended, outcome))) = (resident, trail.outcomes.last()) else { continue };
            if !STATEMENTS.contains(outcome) || resident.institution_code.is_none() {
                continue;
            }
            judged.evaluated += 1;
            let truths = registers.truths(resident, trail, ended);
            let wrong: Vec<Claim> = truths.iter().filter_map(|truth| wrong(truth, *outcome, asked)).collect();
            if let Some(claim) = wrong.last().filter(|_| wrong.len() == truths.len()) {
                let finding = Finding::of(claim, ended).of_check(check, trail.person);
                judged.findings.push(finding.since(first_seq(trail, ended)));
            }
        }
        judged
    }
}

/// The outcomes that say something about the coverage asked about.
const STATEMENTS: [OutcomeCode; 5] = [
    OutcomeCode::InForce,
    OutcomeCode::NotInsured,
    OutcomeCode::CoverageEnded,
    OutcomeCode::InsuredElsewhere,
    OutcomeCode::IdentifierNotFound,
];

fn wrong(truth: &Truth<'_>, outcome: OutcomeCode, asked: &InsuredIdentifier) -> Option<Claim> {
    let registered = truth.insurance.iter().any(|p| p.insured == *asked);
    let others = truth.in_force().filter(|p| p.insured != *asked).count();
    let in_force = truth.in_force().any(|p| p.insured == *asked);
    let right = match (registered, in_force) {
        (false, _) => OutcomeCode::IdentifierNotFound,
        (true, true) => OutcomeCode::InForce,
        (true, false) if others > 0 => OutcomeCode::InsuredElsewhere,
        (true, false) => OutcomeCode::CoverageEnded,
    };
    match (registered, outcome) {
        _ if outcome == right => None,
        (false, _) => Some(MISMATCH_AS_STATEMENT),
        (true, OutcomeCode::IdentifierNotFound) => Some(FOUND),
        // ELIG-001 judges whether somebody insures the person at all.
        (true, OutcomeCode::InForce) => None,
        (true, _) => Some(ENDED_OR_ELSEWHERE),
    }
}
