//! ⑥ where the broker holds no eligibility: it asks every insurer that has commissioned it, all at once.

use super::behaviour::BrokerBehaviour;
use super::eligibility::Eligibility;
use crate::env::Env;
use crate::host::http::Client;
use futures_util::future::join_all;
use sim::terms::fhir::{CoverageQuestion, CoverageStatement, EligibilityQuestion, FeedBatch};
use sim::terms::identifiers::{InstitutionCode, InsurerNumber};
use sim::terms::operation::{Message, Operation};
use sim::terms::operations::AskForCoverage;
use sim::terms::parties;
use std::rc::Rc;

/// The connections to insurers. Empty if insurers cannot be asked.
pub struct InsurerClients {
    clients: Vec<(InsurerNumber, Client)>,
    behaviour: Rc<dyn BrokerBehaviour>,
}

impl InsurerClients {
    /// Clients of these insurers. Each connects when it first asks.
    pub fn new<'a>(env: &Env, behaviour: Rc<dyn BrokerBehaviour>, insurers: impl Iterator<Item = &'a InsurerNumber>) -> Self {
        let client = |number: &InsurerNumber| (number.clone(), env.client(&parties::insurer(number)));
        InsurerClients { clients: insurers.map(client).collect(), behaviour }
    }

    /// What all insurers know now about the person with this code. The data of an insurer that gave no usable answer are missing.
    pub async fn ask(&self, question: &EligibilityQuestion, code: &InstitutionCode) -> Eligibility {
        let asked = self.clients.iter().map(|(insurer, client)| self.ask_one(insurer, client, question, code));
        let statements = join_all(asked).await;
        let mut all = Eligibility::asked_for(self.clients.iter().map(|(number, _)| number.clone()).collect());
        for ((insurer, _), statement) in self.clients.iter().zip(statements) {
            let Some(CoverageStatement { created, complete_through, entries, codes }) = statement else { continue };
            let batch = FeedBatch { insurer: insurer.clone(), running: 1, created, complete_through, entries, codes };
            if let Err(e) = all.take(batch) {
                tracing::error!("an insurer's statement was rejected: {e}");
            }
        }
        all
    }

    async fn ask_one(
        &self,
        insurer: &InsurerNumber,
        client: &Client,
        question: &EligibilityQuestion,
        code: &InstitutionCode,
    ) -> Option<CoverageStatement> {
        if let Some(kept) = self.behaviour.statement_without_insurer(insurer, code) {
            return Some(kept);
        }
        let extra = self.behaviour.extra_insurer_headers(Some(question));
        let headers: Vec<_> = extra.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let body = CoverageQuestion { code: code.clone() }.write();
        let statement = match client.ask_with::<AskForCoverage>(AskForCoverage::PATH, &headers, body).await {
            Ok(answer) if answer.status == AskForCoverage::STATUS => usable(&answer.body, insurer, code),
            Ok(answer) => {
                tracing::warn!("an insurer answered with status {}", answer.status);
                None
            }
            Err(e) => {
                tracing::warn!("the request to an insurer failed: {e}");
                None
            }
        };
        match statement {
            Some(statement) => {
                self.behaviour.on_statement(insurer, code, &statement);
                Some(statement)
            }
            None => self.behaviour.statement_without_answer(),
        }
    }
}

/// The statement in an answer, if it can be read and is only about that person and that insurer.
fn usable(body: &[u8], insurer: &InsurerNumber, code: &InstitutionCode) -> Option<CoverageStatement> {
    match CoverageStatement::read(body) {
        Ok(statement) if statement.entries.iter().all(|e| e.insured.insurer == *insurer && e.code == *code) => Some(statement),
        Ok(_) => {
            tracing::warn!("an insurer's answer is for another person or insurer");
            None
        }
        Err(e) => {
            tracing::warn!("an insurer's answer cannot be read: {e}");
            None
        }
    }
}
