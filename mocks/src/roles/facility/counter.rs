//! What happens at the counter in designs without a reader: a number is typed, or a paper card is copied.

use super::visit::Visit;
use super::{Answered, Facility, Presents, SeenAtCounter};
use crate::design::presented::Shown;
use crate::roles::facility::behaviour::PersonChecked;
use crate::timing::{CARD_COPIED, NUMBER_TYPED};
use jiff::civil::Date;
use sim::journal::{CardSide, Event};
use sim::terms::check::Step;
use sim::terms::outcome::OutcomeCode;
use std::cell::Cell;

impl Facility {
    /// ①: the person shows what the design asks for.
    pub(super) fn show(&self, visit: &Visit, shown: Shown) {
        let (side, in_case, what) = match shown {
            // The case shows the front only, so the number on the back is not visible.
            Shown::CardInCase => (CardSide::Front, true, "the card is shown in its case, front side up"),
            Shown::CardBack => (CardSide::Back, false, "the card is shown out of its case, back side up"),
            Shown::NumberSlip => (CardSide::Paper, false, "the slip with the medical number is shown"),
            Shown::InsuranceCard => (CardSide::Paper, false, "the paper insurance card is shown"),
        };
        let text = || match side {
            CardSide::Front => Some(visit.card.borrow().front().lines()),
            CardSide::Back => Some(visit.card.borrow().back().lines()),
            CardSide::Paper => paper(visit),
        };
        if let Some(text) = self.env.records_everything().then(text).flatten() {
            self.env.record(Event::CardFace { check: visit.check.clone(), side, in_case, text });
        }
        self.behaviour.on_card_shown(visit);
        let what = what.to_string();
        self.env.record(Event::Step { check: visit.check.clone(), step: Step::CardShown, what });
    }

    /// ② to ⑥ with a number: staff type it, and the broker is asked by it.
    pub(super) async fn steps_by_number(
        &self,
        visit: &Visit,
        asked_day: &Cell<Option<Date>>,
    ) -> Result<(Answered, SeenAtCounter), OutcomeCode> {
        let checked = self.behaviour.when_person_is_checked(false);
        if checked == PersonChecked::Before {
            self.check_person(visit, None).await?;
        }
        // A person to whom no number was issued has none to show.
        let number = visit.number.clone().ok_or(OutcomeCode::NumberUnknown)?;
        self.type_number().await;
        let day = self.behaviour.day_asked(self.env.wall(), self.env.now());
        asked_day.set(Some(day));
        let answered = self.ask((visit, day), Presents::Number(self.behaviour.number_presented(number.clone()))).await?;
        if checked == PersonChecked::After {
            self.check_person(visit, None).await?;
        }
        Ok((answered, SeenAtCounter::Number(number)))
    }

    /// Staff type a number until its check digit is right.
    async fn type_number(&self) {
        let slip = self.design.parameters.typing_slip.map_or(0.0, |share| share.probability());
        loop {
            self.work.on(NUMBER_TYPED).await;
            let is_wrong = self.slips.borrow_mut().unit() < slip;
            // Every slip would make a check that never ends.
            if !is_wrong || slip >= 1.0 {
                return;
            }
        }
    }

    /// Staff copy the insured identifier from the paper card. Nobody is asked, so that nothing is known.
    pub(super) async fn copy_card(&self, visit: &Visit) -> OutcomeCode {
        if visit.insurance_card.is_none() {
            return OutcomeCode::NoInsuranceCard;
        }
        self.work.on(CARD_COPIED).await;
        OutcomeCode::CopiedFromCard
    }
}

/// What is printed on the paper that the person shows: whose it is, as on the front of the My Number card, and the identifier. `None` if
/// the person has none.
fn paper(visit: &Visit) -> Option<String> {
    let identifier = match (&visit.insurance_card, &visit.number) {
        (Some(insured), _) => vec![
            ("保険者番号", insured.insurer.reveal()),
            ("記号", insured.symbol.as_str()),
            ("番号", insured.number.as_str()),
            ("枝番", insured.branch.as_str()),
        ],
        (None, Some(number)) => vec![("医療用の番号", number.reveal())],
        (None, None) => return None,
    };
    let front = visit.card.borrow().front();
    let whose = ["氏名", "生年月日", "性別"].into_iter().filter_map(|label| Some((label, front.text(label)?)));
    let lines = whose.chain(identifier).filter(|(_, text)| !text.is_empty());
    Some(lines.map(|(label, text)| format!("{label}: {text}")).collect::<Vec<_>>().join("\n"))
}
