//! Codes that change during a run: what people say at the municipality's counter, and what a visit finds of it.

use super::moments::SETTLED;
use super::{CodeWish, EventKind, FaultPart, Scenario, Span, VisitPart};
use std::collections::BTreeSet;
use std::time::Duration;

/// How often JPKI and the insurers ask again, if the file does not say. An assumption: nothing is published.
const ASKED_EVERY: Duration = Duration::from_secs(60);

/// What a visit finds of a person's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CodeFound {
    Has,
    HasNone,
    /// JPKI, insurers and the broker do not all know of a change yet.
    Changing,
}

impl EventKind {
    /// What somebody says about the person's code, and whether it is the person.
    pub fn code_wish(&self) -> Option<(CodeWish, bool)> {
        match self {
            EventKind::AsksForCode { .. } => Some((CodeWish::AsksForCode, true)),
            EventKind::GivesUpCode { .. } => Some((CodeWish::GivesUpCode, true)),
            EventKind::ReportsCodeLeak { .. } => Some((CodeWish::ReportsCodeLeak, true)),
            EventKind::PosesAtMunicipality { wish, .. } => Some((*wish, false)),
            _ => None,
        }
    }
}

impl Scenario {
    /// How often JPKI and the insurers ask for codes again. `None` if no event changes a code.
    pub fn codes_asked_every(&self) -> Option<Duration> {
        let changes = self.events.iter().any(|e| e.does.code_wish().is_some());
        changes.then(|| self.codes_asked_every.map_or(ASKED_EVERY, |every| every.0))
    }

    /// What a person says about the own code, in the order of time.
    pub fn code_wishes(&self, person: u64) -> Vec<(Span, CodeWish)> {
        let of_person = self.events.iter().filter(|e| e.does.person() == person);
        let own = |(wish, in_person)| if in_person { Some(wish) } else { None };
        let mut all: Vec<(Span, CodeWish)> = of_person.filter_map(|e| Some((e.at, e.does.code_wish().and_then(own)?))).collect();
        all.sort_by_key(|(at, _)| *at);
        all
    }

    /// Whether the person has a code at some time of the run.
    pub fn ever_has_code(&self, person: u64) -> bool {
        self.part(person).opted_in || self.code_wishes(person).iter().any(|(_, wish)| *wish == CodeWish::AsksForCode)
    }

    /// How many codes of a person are replaced during the run.
    pub fn codes_replaced(&self, person: u64) -> u32 {
        let (mut has, mut replaced) = (self.part(person).opted_in, 0u32);
        for (_, wish) in self.code_wishes(person) {
            match wish {
                CodeWish::AsksForCode => has = true,
                CodeWish::GivesUpCode => has = false,
                CodeWish::ReportsCodeLeak => replaced = replaced.saturating_add(u32::from(has)),
            }
        }
        replaced
    }

    /// What a visit may find of the person's code.
    pub(super) fn code_found(&self, visit: &VisitPart) -> BTreeSet<CodeFound> {
        let found = |has| if has { CodeFound::Has } else { CodeFound::HasNone };
        let mut has = self.part(visit.person).opted_in;
        let mut all = BTreeSet::from([found(has)]);
        for (at, wish) in self.code_wishes(visit.person) {
            let before = has;
            has = match wish {
                CodeWish::AsksForCode => true,
                CodeWish::GivesUpCode => false,
                CodeWish::ReportsCodeLeak => has,
            };
            if before == has && (wish != CodeWish::ReportsCodeLeak || !has) {
                continue;
            }
            if visit.at.0 >= self.code_known_everywhere(at.0).saturating_add(SETTLED) {
                all = [found(has)].into();
            } else if visit.at.0.saturating_add(SETTLED) > at.0 {
                all.extend([found(before), CodeFound::Changing, found(has)]);
            }
        }
        all
    }

    /// When everybody has asked after a change. While something fails, nobody can.
    fn code_known_everywhere(&self, at: Duration) -> Duration {
        let every = self.codes_asked_every().unwrap_or_default();
        let mut by = at.saturating_add(every);
        let mut faults: Vec<&FaultPart> = self.faults.iter().collect();
        faults.sort_by_key(|f| f.at);
        for fault in faults {
            if fault.at.0 <= by.saturating_add(SETTLED) && fault.end().0 >= at {
                by = by.max(fault.end().0.saturating_add(every));
            }
        }
        by
    }
}
