//! Checks of what a scenario says of codes that change during a run.

use super::{Checks, part, top};
use crate::file::{CodeWish, EventPart};
use std::time::Duration;

/// How often codes can be asked for again: an answer must arrive before the next question.
const LEAST: Duration = Duration::from_secs(5);
const MOST: Duration = Duration::from_secs(24 * 3600);

impl Checks<'_> {
    pub(super) fn codes(&mut self) {
        let Some(every) = self.scenario.codes_asked_every else { return };
        let (place, changes) = (top("codes-asked-every"), self.scenario.codes_asked_every().is_some());
        self.demand((LEAST..=MOST).contains(&every.0), place.clone(), || {
            "`codes-asked-every` must be 5 seconds to 24 hours".into()
        });
        self.demand(changes, place, || {
            "no event changes a code, so nobody asks again: write an [[event]] such as `does = { gives-up-code = { person = 0 } }`".into()
        });
    }

    /// An event about a code: each must change something. A leak may be reported of a code that there is not: then it is refused.
    pub(super) fn code_event(&mut self, i: usize, e: &EventPart) {
        let (person, does) = (e.does.person(), part("event", i, &["does"]));
        let wishes = self.scenario.code_wishes(person);
        let at_once = wishes.iter().filter(|(at, _)| *at == e.at).count() > 1;
        self.demand(!at_once, does.clone(), || {
            format!("person {person} says two things about the code at the same time: choose another `at`")
        });
        let Some((wish, true)) = e.does.code_wish() else { return };
        let mut has = self.scenario.part(person).opted_in;
        for (_, earlier) in wishes.iter().take_while(|(at, _)| *at < e.at) {
            match earlier {
                CodeWish::AsksForCode => has = true,
                CodeWish::GivesUpCode => has = false,
                CodeWish::ReportsCodeLeak => {}
            }
        }
        match wish {
            CodeWish::AsksForCode => self.demand(!has, does, || {
                format!("person {person} has a code at that time: write `opted-in = false`, or an earlier `gives-up-code`")
            }),
            CodeWish::GivesUpCode => self.demand(has, does, || {
                format!("person {person} has no code to give up at that time: remove `opted-in = false`, or write an earlier `asks-for-code`")
            }),
            CodeWish::ReportsCodeLeak => {}
        }
    }
}
