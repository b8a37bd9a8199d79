//! The broker's questions to insurers and their statements, in designs in which it asks them.

use super::boundary::Message;
use std::collections::BTreeMap;
use terms::fhir::{CoverageQuestion, CoverageStatement, Profile};
use terms::identifiers::{InstitutionCode, InsurerNumber};
use terms::journal::{Direction, Entry};
use terms::operation::Operation;
use terms::operations::AskForCoverage;
use terms::parties;

/// A question about one person that the broker sent to an insurer, and the insurer's statement.
#[derive(Clone, Debug)]
pub struct InsurerExchange<'a> {
    pub asked: &'a Entry,
    pub insurer: InsurerNumber,
    pub code: InstitutionCode,
    /// The statement, and the entry in which the broker received it; `None` if it received none that can be read.
    pub stated: Option<(&'a Entry, CoverageStatement)>,
}

impl InsurerExchange<'_> {
    /// The statement, if it was asked for after the entry `after` and was received before the entry `before`.
    pub fn stated_between(&self, after: u64, before: u64) -> Option<&CoverageStatement> {
        let (entry, statement) = self.stated.as_ref()?;
        (after <= self.asked.seq && entry.seq < before).then_some(statement)
    }
}

/// All of them, in the order of the questions, from the messages of the broker.
pub(super) fn exchanges<'a>(at_broker: &[Message<'a>]) -> Vec<InsurerExchange<'a>> {
    let mut all: Vec<InsurerExchange<'_>> = Vec::new();
    // By exchange, the index of the question.
    let mut open: BTreeMap<usize, usize> = BTreeMap::new();
    for message in at_broker {
        let Some(insurer) = parties::insurer_named(message.peer) else { continue };
        let head = message.head();
        match (message.direction, head.request(), head.status()) {
            (Direction::Sent, Some((method, path)), _) if AskForCoverage::is_asked_by(method, path) => {
                let question = message.body.bytes().and_then(|b| CoverageQuestion::from_json(&b).ok());
                let Some(CoverageQuestion { code }) = question else { continue };
                open.insert(message.exchange, all.len());
                all.push(InsurerExchange { asked: message.entry, insurer, code, stated: None });
            }
            (Direction::Received, None, Some(AskForCoverage::STATUS)) => {
                let statement = message.body.bytes().and_then(|b| CoverageStatement::from_json(&b).ok());
                let asked = open.remove(&message.exchange).and_then(|i| all.get_mut(i));
                if let (Some(statement), Some(asked)) = (statement, asked) {
                    asked.stated = Some((message.entry, statement));
                }
            }
            _ => {}
        }
    }
    all
}
