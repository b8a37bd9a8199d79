//! 医療保険者 (協会けんぽ, 健保組合, 市町村国保, 後期高齢者医療広域連合). Keeps eligibility under My Number, gets the institution code of
//! each insured person from the number authority, and feeds the broker.

use crate::host::http::{Client, FHIR_JSON, HttpError, JSON};
use crate::roles::number_authority::{ISSUE_PATH, MAX_NUMBERS};
use jiff::civil::Date;
use sim::clock;
use sim::people::InsurancePeriod;
use sim::terms::fhir::{FeedBatch, FeedEntry};
use sim::terms::identifiers::{InstitutionCode, InsurerNumber, MyNumber};
use sim::terms::messages::{FIELD_MEDICAL_INSURANCE, IssueAnswer, IssueQuestion, KnownBy, to_json};
use std::rc::Rc;
use std::time::Duration;

/// The path on which the broker takes feeds.
pub const FEED_PATH: &str = "/fhir";
/// How many times a feed is tried, and how long is waited in between.
const ATTEMPTS: usize = 30;
const PAUSE: Duration = Duration::from_secs(2);

/// What an insurer sends and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeedPlan {
    /// Through which day the feed is complete: changes after it are not in it.
    pub complete_through: Date,
    /// How long after the start of the run it is sent; `None` is not at all.
    pub after: Option<Duration>,
}

pub struct Insurer {
    pub number: InsurerNumber,
    pub insured: Vec<(MyNumber, InsurancePeriod)>,
    pub plan: FeedPlan,
}

impl Insurer {
    /// What the feed holds: all periods that began through `plan.complete_through`, with the ends that were known then.
    fn entries(&self, codes: &[Option<InstitutionCode>]) -> Vec<FeedEntry> {
        let through = self.plan.complete_through;
        let begun = self.insured.iter().zip(codes).filter(|((_, p), _)| p.from <= through);
        begun
            .filter_map(|((_, period), code)| {
                let ended = period.until.is_some_and(|u| u < through);
                Some(FeedEntry {
                    code: code.clone()?,
                    insured: period.insured.clone(),
                    since: period.from,
                    until: period.until.filter(|_| ended),
                    end_reason: period.end_reason.filter(|_| ended),
                    copayment_percent: period.copayment_percent,
                    relationship: period.relationship,
                })
            })
            .collect()
    }

    async fn codes(&self, authority: &Client) -> Result<Vec<Option<InstitutionCode>>, FeedError> {
        let mut codes = Vec::with_capacity(self.insured.len());
        for chunk in self.insured.chunks(MAX_NUMBERS) {
            let numbers = chunk.iter().map(|(n, _)| n.reveal().to_string()).collect();
            let question = IssueQuestion { field: FIELD_MEDICAL_INSURANCE.into(), known_by: KnownBy::MyNumber, numbers };
            let answer = authority.post(ISSUE_PATH, JSON, to_json(&question)).await?;
            let answer: IssueAnswer = match answer.status {
                200 => serde_json::from_slice(&answer.body).map_err(|_| FeedError::Nonsense("the number authority"))?,
                status => return Err(FeedError::Refused("the number authority", status)),
            };
            if answer.codes.len() != chunk.len() {
                return Err(FeedError::Nonsense("the number authority"));
            }
            codes.extend(answer.codes);
        }
        Ok(codes)
    }

    async fn feed(&self, authority: &Client, broker: &Client) -> Result<usize, FeedError> {
        let codes = self.codes(authority).await?;
        let entries = self.entries(&codes);
        let count = entries.len();
        let batch = FeedBatch {
            insurer: self.number.clone(),
            running: 1,
            created: clock::wall(),
            complete_through: self.plan.complete_through,
            entries,
        };
        match broker.post(FEED_PATH, FHIR_JSON, batch.to_json()).await? {
            answer if answer.status == 200 => Ok(count),
            answer => Err(FeedError::Refused("the broker", answer.status)),
        }
    }

    /// Feeds the broker as planned, then ends. `delivered` is told when the broker has taken the feed.
    pub async fn run(self: Rc<Self>, authority: Client, broker: Client, delivered: impl Fn()) {
        let Some(after) = self.plan.after else {
            tracing::info!("no feed today");
            return;
        };
        clock::sleep(after).await;
        for _ in 0..ATTEMPTS {
            match self.feed(&authority, &broker).await {
                Ok(count) => {
                    tracing::info!("feed of {count} entries delivered, complete through {}", self.plan.complete_through);
                    delivered();
                    return;
                }
                Err(e) => tracing::warn!("feed not delivered: {e}"),
            }
            clock::sleep(PAUSE).await;
        }
        tracing::error!("feed given up");
    }
}

#[derive(Debug, thiserror::Error)]
enum FeedError {
    #[error(transparent)]
    Http(#[from] HttpError),
    #[error("{0} answered with status {1}")]
    Refused(&'static str, u16),
    #[error("the answer of {0} makes no sense")]
    Nonsense(&'static str),
}
