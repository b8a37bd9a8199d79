//! How codes changed in a run: what people said at a municipality's counter, what the number authority was sent, and which codes are
//! no longer used since.

use super::boundary::Message;
use crate::wire::Head;
use std::collections::{BTreeMap, BTreeSet};
use terms::fault::{ASKS_FOR_CODE, GIVES_UP_CODE, REPORTS_CODE_LEAK};
use terms::fhir::CodeConsent;
use terms::ground::Ground;
use terms::identifiers::InstitutionCode;
use terms::journal::{Direction, Entry};
use terms::messages::LeakReport;
use terms::operation::{Message as Body, Operation};
use terms::operations::{ReportCodeLeak, SubmitCodeConsent};

/// What is said about a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CodeChange {
    Asks,
    GivesUp,
    Leaked,
}

impl CodeChange {
    /// The kind of the event in which a person says so.
    pub fn event(self) -> &'static str {
        match self {
            CodeChange::Asks => ASKS_FOR_CODE,
            CodeChange::GivesUp => GIVES_UP_CODE,
            CodeChange::Leaked => REPORTS_CODE_LEAK,
        }
    }

    pub const ALL: [CodeChange; 3] = [CodeChange::Asks, CodeChange::GivesUp, CodeChange::Leaked];
}

/// A request of a municipality that the number authority answered. One that was sent again counts once, by its first answer.
#[derive(Clone, Debug)]
pub struct CodeRequest<'a> {
    /// The answer.
    pub entry: &'a Entry,
    pub asked: &'a Entry,
    pub person: u64,
    pub change: CodeChange,
    /// Whether the number authority registered it.
    pub accepted: bool,
}

/// What a person said at the counter.
#[derive(Clone, Copy, Debug)]
pub struct CodeWish {
    pub seq: u64,
    pub at_ns: u64,
    pub person: u64,
    pub change: CodeChange,
}

/// A code that is no longer used.
#[derive(Clone, Debug)]
pub struct EndedCode<'a> {
    pub person: u64,
    pub code: &'a InstitutionCode,
    /// The answer to the request that ended it.
    pub since: &'a Entry,
    /// When the person has it again: the entry's number.
    pub until: Option<u64>,
    /// Whether another one replaced it. Otherwise the person gave it up.
    pub replaced: bool,
}

impl EndedCode<'_> {
    /// Whether it is not used at an entry.
    pub fn covers(&self, entry: &Entry) -> bool {
        self.since.seq < entry.seq && self.until.is_none_or(|until| entry.seq < until)
    }
}

/// All requests, from the messages of the number authority.
pub(super) fn requests<'a>(at_authority: &[Message<'a>], ground: &Ground) -> Vec<CodeRequest<'a>> {
    let by_resident: BTreeMap<&str, u64> =
        ground.people.iter().enumerate().map(|(i, r)| (r.person.resident_code.reveal(), i as u64)).collect();
    let mut open: BTreeMap<usize, (&Entry, u64, u64, CodeChange)> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    for Message { entry, exchange, direction, peer, text, body, .. } in at_authority {
        let head = Head::new(text);
        match (direction, head.request(), head.status()) {
            (Direction::Received, Some((method, path)), _) => {
                let read = body.bytes().and_then(|body| read(method, path, &body));
                let known =
                    read.and_then(|(number, resident, change)| Some((number, *by_resident.get(resident.as_str())?, change)));
                open.extend(known.map(|(number, person, change)| (*exchange, (*entry, number, person, change))));
            }
            (Direction::Sent, None, Some(status)) => {
                let Some((asked, number, person, change)) = open.remove(exchange) else { continue };
                // What the authority cannot take now, and what is not from a municipality, is not answered yet.
                if status != 503 && status != 403 && seen.insert((*peer, number)) {
                    all.push(CodeRequest { entry, asked, person, change, accepted: (200..300).contains(&status) });
                }
            }
            _ => {}
        }
    }
    all
}

/// The number of a request, the resident code and what is said.
fn read(method: &str, path: &str, body: &[u8]) -> Option<(u64, String, CodeChange)> {
    if SubmitCodeConsent::is_asked_by(method, path) {
        let consent = CodeConsent::read(body).ok()?;
        let change = if consent.given { CodeChange::Asks } else { CodeChange::GivesUp };
        return Some((consent.request, consent.resident.reveal().to_string(), change));
    }
    if ReportCodeLeak::is_asked_by(method, path) {
        let report = LeakReport::read(body).ok()?;
        return Some((report.request, report.resident_code.reveal().to_string(), CodeChange::Leaked));
    }
    None
}

/// What asking, feeding the broker and a check that is under way take at most, where nothing fails: 15 s.
pub const SLACK_NS: u64 = 15_000_000_000;
