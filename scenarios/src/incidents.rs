//! What came of the attacks and errors of a run, by cause: how many were met, and how many were let through.
//!
//! Attacks and errors that are visits are counted by how these ended. The others are models over the ground truth and over what the
//! parties hold at the end of the run: nothing is sent for them.

mod collusion;
mod counted;
mod identifiers;
mod insider;
mod unanswered;

pub(crate) use counted::Counted;
pub use counted::Incidents;

use crate::file::realism::RealError;
use crate::file::{RegisterError, RiskKind};
use sim::terms::outcome::OutcomeClass;
use std::collections::BTreeMap;

impl Counted<'_> {
    /// All causes of the run, in the order of their names.
    pub fn incidents(&self) -> Vec<Incidents> {
        let mut all = self.by_visits();
        for (i, risk) in self.plan.risks.iter().enumerate() {
            let (draw, found) = (&mut self.seed.stream(&format!("risk/{i}")), Incidents::of(risk.does.name()));
            all.push(match &risk.does {
                RiskKind::TypedIdentifiers { entries, slip } => identifiers::typed(self, found, *entries, slip.0, draw),
                RiskKind::GuessedIdentifiers { guesses } => identifiers::guessed(self, found, *guesses, draw),
                RiskKind::Insider { at } => insider::reads(self, found, at.zone()),
                RiskKind::ColludingFacilities { facilities } => collusion::joined(self, found, *facilities),
                RiskKind::EmergencyMode => unanswered::treated(self, found),
                RiskKind::AskedLaterByIdentifiers { slip } => unanswered::asked_later(self, found, slip.0, draw),
                // These are visits.
                RiskKind::BorrowedCard { .. }
                | RiskKind::StolenCard { .. }
                | RiskKind::CopiedCertificate { .. }
                | RiskKind::ReplayedRequest { .. } => continue,
            });
        }
        all.sort_by(|a, b| a.cause.cmp(&b.cause));
        all
    }

    /// Whether another copayment is registered than the person's. Whoever has the one that is entered in error has no error.
    fn has_wrong_copayment(&self, person: u64) -> bool {
        let registered = self.plan.register_errors.iter().filter(|e| e.person == person).find_map(|e| match e.what {
            RegisterError::Copayment { percent } => Some(percent),
            _ => None,
        });
        let own = usize::try_from(person).ok().and_then(|index| self.ground.people.get(index)?.person.insurance.last());
        own.map(|period| period.copayment_percent) != registered
    }

    /// The causes of visits. An attack could only have been met by its own visits, and an error by every visit.
    fn by_visits(&self) -> Vec<Incidents> {
        let mut all: BTreeMap<&str, Incidents> = BTreeMap::new();
        for (part, visit) in self.plan.visits.iter().zip(self.visits) {
            let Some(cause) = part.counts_as.as_deref() else { continue };
            if cause == RealError::WrongCopayment.cause() && !self.has_wrong_copayment(part.person) {
                continue;
            }
            let found = all.entry(cause).or_insert_with(|| Incidents::of(cause.to_string()));
            found.met += 1;
            match visit.outcome.map(|outcome| outcome.class()) {
                Some(OutcomeClass::InForce) => found.let_through += 1,
                Some(OutcomeClass::NotInForce | OutcomeClass::Refused) => found.refused += 1,
                Some(OutcomeClass::Indeterminate) | None => found.not_known += 1,
            }
            if let Some(outcome) = visit.outcome {
                found.count(outcome.code());
            }
        }
        let visits = self.plan.visits.len() as u64;
        for found in all.values_mut() {
            found.out_of = if found.cause.starts_with("real/") { visits } else { found.met };
        }
        all.into_values().collect()
    }
}
