//! FLOW-010: what is shown and printed at a check belongs to that check.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::Evidence;
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use std::collections::{BTreeMap, BTreeSet};
use terms::check::CheckId;
use terms::identifiers::InsuredIdentifier;
use terms::journal::Event;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "FLOW-010",
    title_en: "A screen or a print shows nothing of the person before",
    title_ja: "画面及び印刷物に、前の人の情報を出さない",
    strength: Strength::Must,
    source: "「⑦ 資格情報の確認・記録」; profile: what is shown at a check is what was answered in it",
    basis: Basis::Profile,
    claims: CLAIMS,
    details_en: "No screen and no print of a check contains the insurer number together with the insured number of another person \
                 of the run, unless the same coverage was answered to the facility in that check. What an insurer has recorded \
                 under another person's number is answered and shown as that person's: this rule can't see it.",
    details_ja: "確認の画面と印刷物には、実行中のほかの人の保険者番号と被保険者番号が共に現れない。ただし、その確認で同\
                 じ資格が医療機関等に回答された場合を除く。保険者が別の人の番号の下に登録した内容は、その人のものとして\
                 回答され表示されるので、この規則では分からない。",
    remedy_en: "Clear the screen and the printer's queue when a check ends, when the terminal starts, and at the end of the day.",
    remedy_ja: "確認が終わるとき、端末の起動時、一日の終わりに、画面と印刷待ちを消去する。",
    untested_en: "nothing was shown at a check in this run",
    untested_ja: "この実行で、確認の際に表示されたものがない",
    applies: Applies::ONLINE,
    needs: &[Sight::Party(Zone::Facility)],
};

claims! { "FLOW-010";
    OF_ANOTHER = "of-another": "a coverage of another person was shown or printed";
}

pub struct NothingOfThePersonBefore;

/// A coverage as a screen shows it: the number of the insurer and the number of the insured.
type Shown<'a> = (&'a str, &'a str);

impl Rule for NothingOfThePersonBefore {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        let (coverages, answered) = (coverages(run), answered(run));
        for entry in run.journal.iter().filter(|e| e.zone == Zone::Facility) {
            let Event::Screen { check, text } = &entry.event else { continue };
            judged.evaluated += 1;
            let trail = run.checks.get(check);
            let of_check = answered.get(check);
            let words: BTreeSet<&str> = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
            let shown = words.iter().flat_map(|number| coverages.get(number).into_iter().flatten().map(move |c| (number, c)));
            let foreign = |(number, (insurer, people)): &(&&str, &(&str, BTreeSet<u64>))| {
                let own = trail.and_then(|t| t.person).is_some_and(|person| people.contains(&person));
                let was_answered = of_check.is_some_and(|all| all.contains(&(*insurer, **number)));
                words.contains(insurer) && !own && !was_answered
            };
            if let Some((_, (_, people))) = shown.into_iter().find(foreign) {
                let whose = people.first().copied();
                let finding = Finding::of(&OF_ANOTHER, entry);
                judged.findings.push(finding.of_check(check, whose));
            }
        }
        judged
    }
}

/// By insured number, the insurers' numbers with it, each with the people who have it.
fn coverages<'a>(run: &Evidence<'a>) -> BTreeMap<&'a str, Vec<(&'a str, BTreeSet<u64>)>> {
    let mut all: BTreeMap<&str, Vec<(&str, BTreeSet<u64>)>> = BTreeMap::new();
    for (index, resident) in (0..).zip(&run.ground.people) {
        for period in &resident.person.insurance {
            let (insurer, number) = shown(&period.insured);
            let of_number = all.entry(number).or_default();
            match of_number.iter_mut().find(|(known, _)| *known == insurer) {
                Some((_, people)) => drop(people.insert(index)),
                None => of_number.push((insurer, BTreeSet::from([index]))),
            }
        }
    }
    all
}

fn shown(insured: &InsuredIdentifier) -> Shown<'_> {
    (insured.insurer.reveal(), &insured.number)
}

/// By check, the coverages that were answered in it.
fn answered<'r>(run: &'r Evidence<'_>) -> BTreeMap<&'r CheckId, BTreeSet<Shown<'r>>> {
    let mut all: BTreeMap<&CheckId, BTreeSet<Shown<'_>>> = BTreeMap::new();
    for answer in run.exchanges.received.iter().chain(&run.exchanges.sent) {
        let coverages = answer.answer.coverages.iter().map(|c| shown(&c.insured));
        all.entry(&answer.answer.check).or_default().extend(coverages);
    }
    all
}
