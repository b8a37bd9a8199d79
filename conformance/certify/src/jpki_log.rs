//! What the mock of JPKI was asked and what it answered: the proof that a fault was applied.

use sim::journal::{Direction, Entry, Event};
use sim::terms::operation::Operation;
use sim::terms::operations::{CertificateStatus, ResolveCode};
use sim::terms::roles::Zone;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The most exchanges that are kept.
const KEPT: usize = 10_000;

/// One question.
#[derive(Clone, Debug)]
pub struct JpkiExchange {
    pub is_status: bool,
    pub request: Vec<u8>,
    /// Status and body. `None` while there is none.
    pub answer: Option<(u16, Vec<u8>)>,
}

#[derive(Default)]
struct Exchanges {
    all: Vec<JpkiExchange>,
    /// By exchange of the journal, the position in `all`.
    open: BTreeMap<u64, usize>,
}

/// All questions of the running world, in their order.
#[derive(Clone, Default)]
pub struct JpkiLog(Arc<Mutex<Exchanges>>);

impl JpkiLog {
    /// Looks at the next entry of the journal.
    pub fn see(&self, entry: &Entry) {
        let Event::Message { exchange, direction, head, body, .. } = &entry.event else { return };
        if entry.zone != Zone::Jpki {
            return;
        }
        let mut log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let first = head.lines().next().unwrap_or_default();
        if *direction == Direction::Received {
            let path = first.split(' ').nth(1).unwrap_or_default();
            let is_status = CertificateStatus::is_at(path);
            if (is_status || ResolveCode::is_at(path)) && log.all.len() < KEPT {
                let at = log.all.len();
                log.open.insert(*exchange, at);
                log.all.push(JpkiExchange { is_status, request: body.bytes().unwrap_or_default(), answer: None });
            }
        } else if let Some(at) = log.open.remove(exchange) {
            let status = first.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or_default();
            log.all[at].answer = Some((status, body.bytes().unwrap_or_default()));
        }
    }

    /// How many questions there were.
    pub fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).all.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The questions since there were so many.
    pub fn since(&self, count: usize) -> Vec<JpkiExchange> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).all.iter().skip(count).cloned().collect()
    }
}
