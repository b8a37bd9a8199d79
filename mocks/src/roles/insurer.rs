//! 医療保険者 (協会けんぽ, 健保組合, 市町村国保, 後期高齢者医療広域連合). Keeps eligibility under My Number, gets the institution code of
//! each insured person from the number authority, and feeds the broker or answers its questions, depending on the design.

mod answers;
pub mod behaviour;
mod codes;
mod codes_in_use;
pub mod description;
mod fault;
pub mod party;

pub use fault::InsurerFault;

use crate::env::Env;
use crate::host::http::{Client, HttpError};
use behaviour::{IdleInsurer, InsurerBehaviour};
use codes_in_use::CodesInUse;
use jiff::civil::Date;
use sim::clock;
use sim::terms::fhir::{CodesKnown, FeedBatch, FeedEntry, Profile};
use sim::terms::identifiers::{InstitutionCode, InsurerNumber, MyNumber};
use sim::terms::operation::Operation;
use sim::terms::operations::SubmitFeed;
use sim::terms::people::InsurancePeriod;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::time::Duration;

/// How many times a feed is tried, and the pause between two tries.
const ATTEMPTS: usize = 30;
const PAUSE: Duration = Duration::from_secs(2);

/// The most entries in one message: about 1.3 KB each, so that a message stays well below the server's limit.
const MAX_ENTRIES: usize = 100;
/// The watermark of a message that is not the last of its feed: complete through no day.
const NOTHING: Date = jiff::civil::date(1900, 1, 1);

/// One feed: when it is sent, and what is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Feed {
    /// After the start of the run. What the insurer learns later is not in it, however often it is retried.
    pub after: Duration,
    /// Through which day the feed is complete: changes after it are not in it.
    pub complete_through: Date,
    /// Its last message is sent first, out of order; then, after the broker has rejected it, all in order. There are at least
    /// two.
    pub reversed: bool,
    /// Each message is sent twice, as by a queue that delivers at least once.
    pub sent_twice: bool,
}

impl Feed {
    /// A feed that is sent once and in order.
    pub fn new(after: Duration, complete_through: Date) -> Self {
        Feed { after, complete_through, reversed: false, sent_twice: false }
    }
}

/// One period of one person's insurance, as known to the insurer over time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Insured {
    pub number: MyNumber,
    pub period: InsurancePeriod,
    /// When the insurer learns that the period begins, after the start of the run; zero is before.
    pub begins_known_from: Duration,
    /// When it learns that the period ends. The end may be days earlier (遡及喪失).
    pub end_known_from: Duration,
    /// How long after it has learned of a beginning, of an end and of a correction its feeds have it; zero is at once.
    pub fed_after: Duration,
    /// When it finds out that this is wrong, and takes it back.
    pub withdrawn_from: Option<Duration>,
}

impl Insured {
    /// A period that has always been known.
    pub fn known(number: MyNumber, period: InsurancePeriod) -> Self {
        let (begins_known_from, end_known_from, fed_after) = Default::default();
        Insured { number, period, begins_known_from, end_known_from, fed_after, withdrawn_from: None }
    }

    /// The period as an entry of a feed, for a person with this code. `None` if it had not begun or was not known.
    fn entry(&self, code: &InstitutionCode, feed: &Feed) -> Option<FeedEntry> {
        let (period, through) = (&self.period, feed.complete_through);
        if self.fed(self.begins_known_from) > feed.after || period.from > through {
            return None;
        }
        let ended = self.fed(self.end_known_from) <= feed.after && period.until.is_some_and(|u| u < through);
        let until = period.until.filter(|_| ended);
        let withdrawn = self.is_withdrawn(feed.after);
        Some(FeedEntry { until, end_reason: period.end_reason.filter(|_| ended), withdrawn, ..FeedEntry::of(code, period) })
    }

    /// When its feeds have what it learns at a time. What it knew before the run was fed before.
    pub fn fed(&self, known_from: Duration) -> Duration {
        if known_from.is_zero() { known_from } else { known_from.saturating_add(self.fed_after) }
    }

    fn is_withdrawn(&self, at: Duration) -> bool {
        self.withdrawn_from.is_some_and(|from| self.fed(from) <= at)
    }
}

/// What an insurer has sent. It survives a crash of the insurer's host.
#[derive(Default)]
pub struct Sent {
    /// Messages that the broker has accepted.
    messages: Cell<u64>,
    /// Feeds that are completed or abandoned.
    feeds: Cell<usize>,
}

/// An insurer. What it has sent survives a restart.
pub struct Insurer {
    number: InsurerNumber,
    insured: Vec<Insured>,
    feeds: Vec<Feed>,
    sent: Sent,
    env: Env,
    /// How it decides.
    behaviour: Rc<dyn InsurerBehaviour>,
    /// By code, the indices of a person's periods, once the number authority has sent the codes since the last start. Only for
    /// questions: a feed fetches the codes each time.
    by_code: RefCell<Option<BTreeMap<InstitutionCode, Vec<usize>>>>,
    /// What it knows of codes that change, and when it asks again.
    codes: CodesInUse,
    fault: Cell<InsurerFault>,
}

impl Insurer {
    /// The same after so many messages that the broker accepted earlier.
    #[must_use]
    pub fn that_sent(self, messages: u64) -> Self {
        self.sent.messages.set(messages);
        self
    }

    /// The same, which asks the number authority again for codes at this interval, if there is one.
    #[must_use]
    pub fn that_asks_again(mut self, every: Option<Duration>) -> Self {
        self.codes.asked_every = every;
        self
    }

    /// An insurer that has sent nothing yet. `feeds` are in the order in which they are sent; without any, the insurer sends
    /// nothing today.
    pub fn new(env: &Env, number: InsurerNumber, insured: Vec<Insured>, feeds: Vec<Feed>) -> Self {
        Insurer {
            number,
            insured,
            feeds,
            sent: Sent::default(),
            env: env.clone(),
            behaviour: env.behaviours().of(),
            by_code: RefCell::default(),
            codes: CodesInUse::default(),
            fault: Cell::default(),
        }
    }

    /// The entries of a feed: all periods that had begun by its day and were known when it was due, with the ends that were known
    /// then.
    fn entries(&self, codes: &[Option<InstitutionCode>], feed: &Feed) -> Vec<FeedEntry> {
        let with_code = self.insured.iter().zip(codes).filter_map(|(insured, code)| Some((insured, code.as_ref()?)));
        let all: Vec<FeedEntry> = with_code.filter_map(|(insured, code)| insured.entry(code, feed)).collect();
        let key = |e: &FeedEntry| (e.code.clone(), e.insured.clone(), e.since);
        let right: BTreeSet<_> = all.iter().filter(|e| !e.withdrawn).map(key).collect();
        // What is stated again, corrected, is not taken back.
        let mut taken_back = BTreeSet::new();
        all.into_iter().filter(|e| !e.withdrawn || (!right.contains(&key(e)) && taken_back.insert(key(e)))).collect()
    }

    /// The entries of a feed, message by message.
    fn messages(feed: &Feed, entries: Vec<FeedEntry>) -> Vec<Vec<FeedEntry>> {
        let mut messages: Vec<Vec<FeedEntry>> = entries.chunks(MAX_ENTRIES).map(<[FeedEntry]>::to_vec).collect();
        let least = if feed.reversed { 2 } else { 1 };
        while messages.len() < least {
            messages.push(Vec::new());
        }
        messages
    }

    /// Sends one feed, in as many messages as it needs; only the last has the watermark of the feed.
    async fn feed(&self, feed: &Feed, authority: &Client, broker: &Client) -> Result<usize, FeedError> {
        let (codes, revision) = self.codes(authority).await?;
        let known = self.codes.learn(self.insured.iter().map(|i| &i.number), &codes, revision);
        let entries = self.entries(&codes, feed);
        let count = entries.len();
        let messages = Self::messages(feed, entries);
        let last = messages.len() - 1;
        // Until the last message, the watermark of the earlier feed stays.
        let before = self.feeds.iter().filter(|f| f.after < feed.after).map(|f| f.complete_through).max().unwrap_or(NOTHING);
        let through = |i| if i == last { feed.complete_through } else { before };
        let head = |i| (through(i), known.clone().filter(|_| i == last));
        if feed.reversed {
            let running = self.sent.messages.get() + messages.len() as u64;
            match self.send(running, head(last), messages[last].clone(), broker).await? {
                200 => tracing::error!("the broker accepted a message out of order"),
                status => tracing::info!("a message out of order was rejected with status {status}"),
            }
        }
        for (i, entries) in messages.into_iter().enumerate() {
            let running = self.sent.messages.get() + 1;
            let times = if feed.sent_twice { 2 } else { 1 };
            for _ in 0..times {
                match self.send(running, head(i), entries.clone(), broker).await? {
                    200 => self.sent.messages.set(running),
                    status => return Err(FeedError::Refused("the broker", status)),
                }
            }
        }
        self.codes.fed(known.map(|known| known.revision));
        Ok(count)
    }

    /// Sends one message and returns the status of the answer.
    async fn send(
        &self,
        running: u64,
        (complete_through, codes): (Date, Option<CodesKnown>),
        entries: Vec<FeedEntry>,
        broker: &Client,
    ) -> Result<u16, HttpError> {
        let (insurer, created) = (self.number.clone(), self.env.wall());
        let batch = FeedBatch { insurer, running, created, complete_through, entries, codes };
        let extra = self.behaviour.extra_headers(self.first_insured());
        let headers: Vec<_> = extra.iter().map(|(name, text)| (*name, text.as_str())).collect();
        Ok(broker.ask_with::<SubmitFeed>(SubmitFeed::PATH, &headers, batch.to_json()).await?.status)
    }

    /// Feeds the broker as planned, from where it stopped when its host went down, then ends. An honest insurer asks JPKI
    /// nothing.
    ///
    /// # Errors
    /// None: a feed that cannot be delivered is abandoned and logged.
    pub async fn feed_broker(self: Rc<Self>) -> std::io::Result<()> {
        let [authority, broker, jpki] = ["number-authority", "broker", "jpki"].map(|service| self.env.client(service));
        loop {
            let feed = self.feeds.get(self.sent.feeds.get());
            let asks = self.codes.next_ask(self.env.now());
            match (feed, asks) {
                (Some(feed), asks) if asks.is_none_or(|at| clock::nanos(feed.after) <= at) => {
                    self.env.sleep_until(clock::nanos(feed.after)).await;
                    self.deliver(feed, &authority, &broker).await;
                    self.sent.feeds.set(self.sent.feeds.get() + 1);
                    let complete_through = self.feeds.iter().map(|f| f.complete_through).max().unwrap_or(NOTHING);
                    self.idle(complete_through, &broker, &jpki).await;
                }
                (_, Some(at)) => {
                    self.env.sleep_until(at).await;
                    self.feed_changed_codes(&authority, &broker).await;
                }
                (_, None) => return Ok(()),
            }
        }
    }

    async fn idle(&self, complete_through: Date, broker: &Client, jpki: &Client) {
        let env = &self.env;
        let idle = IdleInsurer { me: &self.number, first_insured: self.first_insured(), complete_through, broker, jpki, env };
        self.behaviour.on_idle(idle).await;
    }

    fn first_insured(&self) -> Option<&MyNumber> {
        self.insured.first().map(|i| &i.number)
    }

    async fn deliver(&self, feed: &Feed, authority: &Client, broker: &Client) {
        for _ in 0..ATTEMPTS {
            match self.feed(feed, authority, broker).await {
                Ok(count) => {
                    tracing::info!("feed of {count} entries delivered, complete through {}", feed.complete_through);
                    return;
                }
                Err(e) => tracing::warn!("feed not delivered: {e}"),
            }
            self.env.sleep(PAUSE).await;
        }
        tracing::error!("feed abandoned after {ATTEMPTS} attempts");
    }
}

#[derive(Debug, thiserror::Error)]
enum FeedError {
    #[error(transparent)]
    Http(#[from] HttpError),
    #[error("{0} answered with status {1}")]
    Refused(&'static str, u16),
    #[error("the answer of {0} is invalid")]
    Nonsense(&'static str),
}

#[cfg(test)]
mod tests;
