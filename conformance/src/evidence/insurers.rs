//! The broker's questions to insurers and their statements, in designs in which it asks them.

use crate::wire::Head;
use terms::fhir::{CoverageQuestion, CoverageStatement, Profile};
use terms::identifiers::{InstitutionCode, InsurerNumber};
use terms::journal::{Direction, Entry, Event};
use terms::operation::Operation;
use terms::operations::AskForCoverage;
use terms::parties;
use terms::roles::Zone;

/// A question about one person that the broker sent to an insurer, and the insurer's statement.
#[derive(Clone, Debug)]
pub struct InsurerExchange<'a> {
    pub asked: &'a Entry,
    pub insurer: InsurerNumber,
    pub code: InstitutionCode,
    /// The statement, and the entry in which the broker received it; `None` if it received none that can be read.
    pub stated: Option<(&'a Entry, CoverageStatement)>,
    exchange: u64,
}

impl InsurerExchange<'_> {
    /// The statement, if it was received after the entry `after` and before the entry `before`.
    pub fn stated_between(&self, after: u64, before: u64) -> Option<&CoverageStatement> {
        self.stated.as_ref().filter(|(entry, _)| (after..before).contains(&entry.seq)).map(|(_, statement)| statement)
    }
}

/// All of them, in the order of the questions.
pub(super) fn exchanges(journal: &[Entry]) -> Vec<InsurerExchange<'_>> {
    let mut all: Vec<InsurerExchange<'_>> = Vec::new();
    for entry in journal.iter().filter(|e| e.zone == Zone::Broker) {
        let Event::Message { exchange, direction, peer, head, body } = &entry.event else { continue };
        let Some(insurer) = parties::insurer_named(peer) else { continue };
        let head = Head::new(head);
        match (direction, head.request(), head.status()) {
            (Direction::Sent, Some((method, path)), _) if AskForCoverage::is_asked_by(method, path) => {
                let question = body.bytes().and_then(|b| CoverageQuestion::from_json(&b).ok());
                all.extend(question.map(|q| InsurerExchange {
                    asked: entry,
                    insurer,
                    code: q.code,
                    stated: None,
                    exchange: *exchange,
                }));
            }
            (Direction::Received, None, Some(AskForCoverage::STATUS)) => {
                let statement = body.bytes().and_then(|b| CoverageStatement::from_json(&b).ok());
                if let (Some(statement), Some(asked)) = (statement, all.iter_mut().rev().find(|e| e.exchange == *exchange)) {
                    asked.stated = Some((entry, statement));
                }
            }
            _ => {}
        }
    }
    all
}
