//! The codes of the people whom an insurer insures: asked for again where they change, so that what is fed under a code that was given
//! up or replaced is taken back.

use super::{ATTEMPTS, Feed, FeedError, Insured, Insurer, PAUSE};
use crate::host::http::Client;
use sim::terms::identifiers::InstitutionCode;
use sim::terms::messages::{FIELD_MEDICAL_INSURANCE, IssueAnswer, IssueQuestion, KnownBy};
use sim::terms::operation::{Message, Operation};
use sim::terms::operations::IssueCodes;
use std::time::Duration;

impl Insurer {
    /// The codes of the people it insures or has insured, in their order, and the revision of the register, if codes change.
    pub(super) async fn codes(&self, authority: &Client) -> Result<(Vec<Option<InstitutionCode>>, Option<u64>), FeedError> {
        let mut codes = Vec::with_capacity(self.insured.len());
        let with_revision = self.codes.asked_every.is_some();
        let mut revision = with_revision.then_some(u64::MAX);
        // An insurer that insures nobody asks for the revision alone.
        let nobody = (with_revision && self.insured.is_empty()).then_some(&[][..]);
        for chunk in self.insured.chunks(IssueCodes::MAX_NUMBERS).chain(nobody) {
            let numbers = chunk.iter().map(|i| i.number.reveal().to_string()).collect();
            let question =
                IssueQuestion { with_revision, ..IssueQuestion::new(FIELD_MEDICAL_INSURANCE, KnownBy::MyNumber, numbers) };
            let answer = authority.ask::<IssueCodes>(&question).await?;
            let answer: IssueAnswer = match answer.status {
                IssueCodes::STATUS => IssueAnswer::read(&answer.body).map_err(|_| FeedError::Nonsense("the number authority"))?,
                status => return Err(FeedError::Refused("the number authority", status)),
            };
            if answer.codes.len() != chunk.len() || answer.revision.is_some() != with_revision {
                return Err(FeedError::Nonsense("the number authority"));
            }
            // A change between two questions may be missing.
            revision = revision.zip(answer.revision).map(|(so_far, this)| this.min(so_far));
            let used = |(insured, code): (&Insured, _)| self.behaviour.code_used(&insured.number, code);
            codes.extend(chunk.iter().zip(answer.codes).map(used));
        }
        Ok((codes, revision))
    }

    /// Asks for the codes again, and feeds the broker if any code has changed, also of somebody else: then it knows that this insurer
    /// has asked since.
    pub(super) async fn feed_changed_codes(&self, authority: &Client, broker: &Client) {
        self.codes.asked(self.env.now());
        // The first feed has the codes anyway.
        let sent = self.feeds.get(..self.sent.feeds.get()).unwrap_or_default();
        let Some(complete_through) = sent.iter().map(|f| f.complete_through).max() else { return };
        for _ in 0..ATTEMPTS {
            match self.codes(authority).await {
                Ok((_, revision)) if revision == self.codes.revision_fed() => return,
                Ok(_) => {
                    let now = Feed::new(Duration::from_nanos(self.env.now()), complete_through);
                    return self.deliver(&now, authority, broker).await;
                }
                Err(e) => tracing::warn!("no institution codes: {e}"),
            }
            self.env.sleep(PAUSE).await;
        }
    }
}
