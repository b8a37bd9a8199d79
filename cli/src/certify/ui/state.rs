//! What the page shows: cases and messages. Its memory is bounded: the oldest messages are dropped and counted.

use super::runs::Run;
use ::certify::outcome::{Case, CaseOutcome};
use ::certify::report::Ending;
use ::certify::session::RuleSummary;
use scenarios::live::together::Group;
use sim::ground::Ground;
use sim::journal::{Content, Entry, Event};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The most messages that are kept, and the most bytes of them.
const MOST_MESSAGES: usize = 5_000;
const MOST_BYTES: usize = 32 << 20;
/// The most runs whose ground truth is kept.
const MOST_RUNS: usize = 200;
/// How many of the newest runs may be in progress.
const IN_PROGRESS: usize = 16;
/// The most cases that are kept, repetitions included.
const MOST_CASES: usize = 20_000;
/// The most cases and messages of one answer: the page asks for the rest at once.
const AT_ONCE: usize = 500;

/// How far the certification is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    Running,
    Ended,
    /// A case is played again.
    Repeating,
}

/// A case that ended.
#[derive(Clone)]
pub struct EndedCase {
    pub case: Case,
    /// 0 in the certification itself, then the number of the repetition.
    pub round: u32,
}

/// A message as one of its ends saw it.
pub struct Message {
    pub number: u64,
    pub run: u64,
    pub run_name: String,
    pub case: Option<String>,
    pub round: u32,
    pub entry: Entry,
}

/// What a certification found, besides its cases.
#[derive(Clone)]
pub struct Conclusion {
    pub ending: Ending,
    pub rules: Vec<RuleSummary>,
    /// By rule or case, why a failure of it is accepted for now.
    pub waived: BTreeMap<String, String>,
}

/// What happened since the page last asked.
pub struct News {
    pub phase: Phase,
    pub planned: usize,
    pub playing: String,
    pub ending: Option<Ending>,
    pub cases: Vec<EndedCase>,
    pub next_case: usize,
    /// Each with the ground truth of its run, if that is still there.
    pub messages: Vec<(Arc<Message>, Option<Arc<Ground>>)>,
    pub next_message: u64,
    pub dropped: u64,
    pub more: bool,
}

/// Everything that the page shows.
pub struct Shown {
    pub phase: Phase,
    pub planned: usize,
    pub playing: String,
    pub conclusion: Option<Arc<Conclusion>>,
    round: u32,
    cases: Vec<EndedCase>,
    messages: VecDeque<Arc<Message>>,
    /// How many messages were dropped: the number of the first one that is kept.
    dropped: u64,
    bytes: usize,
    next_run: u64,
    runs: BTreeMap<u64, Run>,
    /// The case that somebody wants to be played again.
    wanted: Option<String>,
}

/// What the certification, the server and the page share.
pub struct State(Mutex<Shown>);

/// Why a case cannot be played again now.
#[derive(Debug, PartialEq, Eq)]
pub enum NotNow {
    Busy,
    Unknown,
}

impl State {
    pub fn new() -> State {
        State(Mutex::new(Shown {
            phase: Phase::Running,
            planned: 0,
            playing: String::new(),
            conclusion: None,
            round: 0,
            cases: Vec::new(),
            messages: VecDeque::new(),
            dropped: 0,
            bytes: 0,
            next_run: 0,
            runs: BTreeMap::new(),
            wanted: None,
        }))
    }

    /// What is shown, until it is dropped.
    pub fn lock(&self) -> MutexGuard<'_, Shown> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks for a case to be played again.
    pub fn want(&self, name: &str) -> Result<(), NotNow> {
        let mut shown = self.lock();
        if shown.phase != Phase::Ended || shown.wanted.is_some() || shown.cases.len() >= MOST_CASES {
            return Err(NotNow::Busy);
        }
        if !shown.cases.iter().any(|c| c.case.name == name && repeatable(&c.case)) {
            return Err(NotNow::Unknown);
        }
        shown.wanted = Some(name.to_string());
        Ok(())
    }

    /// The case that is to be played again, if one is: from now on it is being played.
    pub fn take_wanted(&self) -> Option<String> {
        let mut shown = self.lock();
        let name = shown.wanted.take()?;
        shown.phase = Phase::Repeating;
        shown.round = shown.round.saturating_add(1);
        shown.playing.clone_from(&name);
        Some(name)
    }

    /// All was played.
    pub fn ended(&self, conclusion: Conclusion) {
        let mut shown = self.lock();
        shown.conclusion = Some(Arc::new(conclusion));
        shown.rest();
    }

    /// A case was played again. `why` says why it could not be.
    pub fn repeated(&self, name: &str, why: Option<String>) {
        let mut shown = self.lock();
        let has_ended = shown.cases.iter().rev().any(|c| c.round == shown.round && c.case.name == name);
        let missing = (!has_ended).then(|| "it cannot be played alone".to_string());
        let before = shown.cases.iter().find(|c| c.case.name == name).map(|c| c.case.what.clone()).unwrap_or_default();
        let not_played = |outcome, why| Case::not_played(name, before.clone(), outcome, why);
        if let Some(why) = why {
            shown.case(&not_played(CaseOutcome::Setup, why));
        } else if let Some(why) = missing {
            shown.case(&not_played(CaseOutcome::NotReached, why));
        }
        shown.rest();
    }

    /// A message by its number, and the ground truth of its run, if both are still there.
    pub fn message(&self, number: u64) -> Option<(Arc<Message>, Option<Arc<Ground>>)> {
        let shown = self.lock();
        let at = usize::try_from(number.checked_sub(shown.dropped)?).ok()?;
        let message = shown.messages.get(at)?;
        Some((message.clone(), shown.ground_of(message)))
    }

    /// What is new: `cases` and `messages` are the numbers of the first that the page does not have.
    pub fn news(&self, cases: usize, messages: u64) -> News {
        let shown = self.lock();
        let begins = cases.min(shown.cases.len());
        let new: Vec<EndedCase> = shown.cases[begins..].iter().take(AT_ONCE).cloned().collect();
        let next_case = begins + new.len();
        let skipped = messages.saturating_sub(shown.dropped);
        let skipped = usize::try_from(skipped).unwrap_or(usize::MAX).min(shown.messages.len());
        let listed = shown.messages.iter().skip(skipped).take(AT_ONCE);
        let listed: Vec<_> = listed.map(|message| (message.clone(), shown.ground_of(message))).collect();
        let next_message = shown.dropped + (skipped + listed.len()) as u64;
        News {
            phase: shown.phase,
            planned: shown.planned,
            playing: shown.playing.clone(),
            ending: shown.conclusion.as_ref().map(|c| c.ending),
            more: next_case < shown.cases.len() || next_message < shown.dropped + shown.messages.len() as u64,
            cases: new,
            next_case,
            messages: listed,
            next_message,
            dropped: shown.dropped,
        }
    }
}

/// Whether a case may be played again: not what tries the set-up, nor a search of logs, which needs all people.
pub fn repeatable(case: &Case) -> bool {
    let group = case.name.split('/').next().unwrap_or_default();
    case.outcome != CaseOutcome::NotApplicable && !["set-up", "logs", ::certify::bench::PROBES].contains(&group)
}

impl Shown {
    fn rest(&mut self) {
        self.phase = Phase::Ended;
        self.playing.clear();
    }

    fn ground_of(&self, message: &Message) -> Option<Arc<Ground>> {
        self.runs.get(&message.run).and_then(|run| run.ground.clone())
    }

    pub fn case(&mut self, case: &Case) {
        if self.cases.len() < MOST_CASES {
            self.cases.push(EndedCase { case: case.clone(), round: self.round });
        }
    }

    /// A run begins under this name.
    pub fn run(&mut self, name: &str, group: Option<&Group>) -> u64 {
        let number = self.next_run;
        self.next_run += 1;
        self.runs.insert(number, Run::new(name, group));
        self.runs.values_mut().rev().skip(IN_PROGRESS).for_each(Run::shrink);
        if self.runs.len() > MOST_RUNS {
            self.runs.pop_first();
        }
        number
    }

    /// The newest run of this name; it begins if there is none.
    fn run_named(&mut self, name: &str) -> u64 {
        let newest = self.runs.iter().rev().find(|(_, run)| run.name == name).map(|(number, _)| *number);
        newest.unwrap_or_else(|| self.run(name, None))
    }

    /// What follows in a run is of this case.
    pub fn in_case(&mut self, name: &str, case: Option<&str>) {
        let number = self.run_named(name);
        if let Some(run) = self.runs.get_mut(&number) {
            run.in_case = case.map(str::to_string);
        }
    }

    pub fn ground(&mut self, name: &str, ground: &Ground) {
        let number = match name {
            // Probes have no group that begins their run.
            ::certify::bench::PROBES => self.run(name, None),
            _ => self.run_named(name),
        };
        if let Some(run) = self.runs.get_mut(&number) {
            run.ground = Some(Arc::new(ground.clone()));
        }
    }

    pub fn entry(&mut self, name: &str, entry: &Entry) {
        let number = self.run_named(name);
        let Some(run) = self.runs.get_mut(&number) else { return };
        run.learn(entry);
        let Event::Message { exchange, head, body, .. } = &entry.event else { return };
        let case = run.case(&entry.host, *exchange, head);
        self.bytes += size(head, body);
        let next = self.dropped + self.messages.len() as u64;
        let (run_name, round) = (name.to_string(), self.round);
        self.messages.push_back(Arc::new(Message { number: next, run: number, run_name, case, round, entry: entry.clone() }));
        while self.messages.len() > MOST_MESSAGES || self.bytes > MOST_BYTES && self.messages.len() > 1 {
            let Some(oldest) = self.messages.pop_front() else { break };
            if let Event::Message { head, body, .. } = &oldest.entry.event {
                self.bytes = self.bytes.saturating_sub(size(head, body));
            }
            self.dropped += 1;
        }
    }
}

fn size(head: &str, body: &Content) -> usize {
    match body {
        Content::Text(text) | Content::Base64(text) => head.len() + text.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::journal::Direction;
    use sim::terms::roles::Zone;

    fn conclusion() -> Conclusion {
        Conclusion { ending: Ending::Passed, rules: Vec::new(), waived: BTreeMap::new() }
    }

    fn message(seq: u64, bytes: usize) -> Entry {
        let event = Event::Message {
            exchange: seq,
            direction: Direction::Sent,
            peer: "jpki".into(),
            head: "GET / HTTP/1.1".into(),
            body: Content::Text("x".repeat(bytes)),
        };
        Entry { seq, at_ns: seq, host: "broker".into(), zone: Zone::Broker, event }
    }

    #[test]
    fn the_newest_messages_are_kept_and_the_others_counted() {
        let state = State::new();
        let all = MOST_MESSAGES as u64 + 7;
        (0..all).for_each(|seq| state.lock().entry("run", &message(seq, 0)));
        let news = state.news(0, 0);
        assert_eq!((news.dropped, news.messages.len(), news.next_message, news.more), (7, AT_ONCE, 7 + AT_ONCE as u64, true));
        assert!(state.message(6).is_none());
        assert_eq!(state.message(7).map(|(m, _)| m.entry.seq), Some(7));
        assert_eq!(state.message(all - 1).map(|(m, _)| m.entry.seq), Some(all - 1));
        assert!(state.message(all).is_none());
        assert_eq!(state.news(0, all).messages.len(), 0);
    }

    #[test]
    fn the_bytes_of_messages_are_bounded() {
        let state = State::new();
        let large = MOST_BYTES / 4;
        (0..9).for_each(|seq| state.lock().entry("run", &message(seq, large)));
        let kept = state.news(0, 0).messages.len();
        assert_eq!((kept, state.news(0, 0).dropped), (3, 6));
        // One that is larger than all together is kept alone.
        state.lock().entry("run", &message(9, MOST_BYTES + 1));
        assert_eq!(state.news(0, 0).messages.len(), 1);
    }

    #[test]
    fn a_message_of_a_probe_is_of_the_probe_in_progress() {
        let state = State::new();
        let case = |number| state.message(number).and_then(|(m, _)| m.case.clone());
        state.lock().in_case("probes", Some("tls/a"));
        state.lock().entry("probes", &message(0, 0));
        state.lock().in_case("probes", None);
        state.lock().entry("probes", &message(1, 0));
        assert_eq!((case(0).as_deref(), case(1)), (Some("tls/a"), None));
    }

    #[test]
    fn a_case_is_repeated_only_after_the_end_and_only_once_at_a_time() {
        let state = State::new();
        state.lock().case(&Case::passed("tls/a", "what it is"));
        state.lock().case(&Case::not_played("tls/b", "", CaseOutcome::NotApplicable, ""));
        state.lock().case(&Case::passed("logs/system.log", ""));
        assert_eq!(state.want("tls/a"), Err(NotNow::Busy));
        state.ended(conclusion());
        for not in ["tls/c", "tls/b", "logs/system.log"] {
            assert_eq!(state.want(not), Err(NotNow::Unknown), "{not}");
        }
        assert_eq!((state.want("tls/a"), state.want("tls/a")), (Ok(()), Err(NotNow::Busy)));
        assert_eq!((state.take_wanted().as_deref(), state.take_wanted()), (Some("tls/a"), None));
        assert_eq!(state.want("tls/a"), Err(NotNow::Busy));
        state.lock().case(&Case::passed("tls/a", "what it is"));
        state.repeated("tls/a", None);
        let news = state.news(3, 0);
        assert_eq!((news.phase, news.ending, news.cases.len()), (Phase::Ended, Some(Ending::Passed), 1));
        assert_eq!(news.cases[0].round, 1);
    }

    #[test]
    fn a_repetition_that_fails_or_plays_nothing_is_shown() {
        let state = State::new();
        state.lock().case(&Case::passed("tls/a", "what it is"));
        state.ended(conclusion());
        for why in [Some("no port is free".to_string()), None] {
            assert_eq!(state.want("tls/a"), Ok(()));
            state.take_wanted();
            state.repeated("tls/a", why);
        }
        let shown: Vec<_> = state.news(1, 0).cases.into_iter().map(|c| (c.round, c.case.outcome, c.case.why)).collect();
        let why = |why: &str| Some(why.to_string());
        assert_eq!(
            shown,
            [(1, CaseOutcome::Setup, why("no port is free")), (2, CaseOutcome::NotReached, why("it cannot be played alone"))]
        );
    }
}
