//! The certification of an insurer's system that sends feeds: its command is run for each insurer of the kit while the mocks stand,
//! and then the people come. They are served rightly only if the reports to the broker were right.

use super::state::{Session, Subject, Watcher, recorded};
use crate::command::{self, Failed};
use crate::outcome::{Case, CaseOutcome, Culprit, Failure};
use crate::played::{self, PlayedGroup};
use crate::story;
use crate::sut::Configured;
use scenarios::file::{FaultKind, FaultPart, Host, Scenario, Span, Target};
use scenarios::live::together::grouped;
use scenarios::live::{FollowEntries, Gate, Site};
use scenarios::population::Disclosure;
use sim::journal::{Entry, Event};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

/// How long a command may take for one insurer.
const COMMAND: Duration = Duration::from_secs(60);

/// A story about feeds.
struct Story {
    name: &'static str,
    what: &'static str,
    /// The host that is down from the beginning, and for how many seconds. The command is run while it is.
    down: Option<(&'static str, u64)>,
    /// How often the command is run for each insurer.
    times: usize,
}

const STORIES: [Story; 4] = [
    Story {
        name: "feed/everything",
        what: "Each insurer reports everything, and the people are served rightly",
        down: None,
        times: 1,
    },
    Story {
        name: "feed/sent-again",
        what: "The command is run twice for each insurer: nothing becomes wrong",
        down: None,
        times: 2,
    },
    Story {
        name: "feed/broker-down-at-first",
        what: "The broker is down for the first six seconds: the system tries again",
        down: Some(("broker", 6)),
        times: 1,
    },
    Story {
        name: "feed/number-authority-down-at-first",
        what: "The number authority is down for the first six seconds: the system tries again",
        down: Some(("number-authority", 6)),
        times: 1,
    },
];

/// The names of the stories, with what each is about.
pub(super) fn cases() -> impl Iterator<Item = (&'static str, &'static str)> {
    STORIES.iter().map(|story| (story.name, story.what))
}

/// How many stories are played.
pub(super) fn count(subject: &Subject<'_>) -> usize {
    STORIES.iter().filter(|story| subject.wants(story.name)).count()
}

/// Plays all stories.
pub(super) fn play(configured: &Configured, session: &Session<'_>, watcher: &dyn Watcher) -> Vec<PlayedGroup> {
    let subject = session.subject;
    let wanted = |s: &&Story| subject.wants(s.name);
    let all = STORIES.iter().filter(wanted).map(|story| {
        watcher.plays(story.name);
        let played = match scenario(story) {
            Ok(scenario) => one(configured, session, story, scenario, watcher),
            Err(why) => failed(story, &why),
        };
        played.cases.iter().for_each(|case| watcher.ended(case));
        played
    });
    all.collect()
}

fn failed(story: &Story, why: &str) -> PlayedGroup {
    let case = Case::not_played(story.name, story.what, CaseOutcome::Setup, why);
    PlayedGroup { cases: vec![case], verdicts: Vec::new(), played: None }
}

fn scenario(story: &Story) -> Result<Scenario, String> {
    let mut scenario = story::scenario().map_err(|e| e.to_string())?;
    // Each story has the people of the kit, and a name of its own.
    scenario.draws_as = Some(std::mem::replace(&mut scenario.name, story.name.replace('/', "-")));
    if let Some((host, seconds)) = story.down {
        let host = Host::named(host).ok_or_else(|| format!("there is no host `{host}`"))?;
        let does = FaultKind::HostDown { host, keeps_unsynced: false };
        // Not at once: a host that has not begun to listen cannot stop.
        scenario.faults.push(FaultPart { at: Span::seconds(1), lasts: Span::seconds(seconds), site: None, does });
    }
    Ok(scenario)
}

fn one(configured: &Configured, session: &Session<'_>, story: &Story, scenario: Scenario, watcher: &dyn Watcher) -> PlayedGroup {
    let (order, subject) = (session.order(), session.subject);
    let live = session.followed(&scenario.name, session.live.clone());
    let insurers = match insurers(&scenario, order.seed) {
        Ok(insurers) => insurers,
        Err(why) => return failed(story, &why),
    };
    let (gate, begun) = (Gate::default(), Arc::new(Mutex::new(None)));
    let (send, ready) = mpsc::channel();
    *begun.lock().unwrap_or_else(PoisonError::into_inner) = Some(send);
    let (notify, follow, waits_for_fault) = (begun, live.follow.clone(), story.down.is_some());
    let following = FollowEntries(Arc::new(move |entry: &Entry| {
        // The head is written when everything is built, the fault when it begins.
        let begins =
            if waits_for_fault { matches!(entry.event, Event::Fault { .. }) } else { matches!(entry.event, Event::Run { .. }) };
        if begins && let Some(send) = notify.lock().unwrap_or_else(PoisonError::into_inner).take() {
            let _ = send.send(());
        }
        if let Some(FollowEntries(follow)) = &follow {
            follow(entry);
        }
    }));
    let site = Site { gate: Some(gate.clone()), follow: Some(following), without: ["insurer".to_string()].into(), ..live };
    let group = match grouped(vec![scenario], order.seed) {
        Ok(mut groups) if !groups.is_empty() => groups.remove(0),
        _ => return failed(story, "the kit's people cannot be drawn"),
    };
    watcher.group(&group);
    watcher.in_case(&group.scenario.name, Some(story.name));
    let feeding = std::thread::scope(|scope| {
        let insurers = &insurers;
        let feeder = scope.spawn(move || {
            let fed = match ready.recv_timeout(Duration::from_secs(30)) {
                Ok(()) => feed_all(configured, story, insurers),
                Err(_) => Vec::new(),
            };
            // Also if something failed: the answers to people are judged too.
            gate.open();
            fed
        });
        let played = played::play(&group, &order, &site, subject.tool, subject.zone, &|_| ());
        (played, feeder.join().unwrap_or_default())
    });
    let (mut played, failures) = feeding;
    if let Some(run) = played.played.take() {
        session.keep_secrets(&run.ground);
        watcher.played(&recorded(&run, &order, vec![story.name.to_string()]));
    }
    for case in &mut played.cases {
        (case.name, case.what) = (story.name.into(), story.what.into());
        failures.iter().cloned().for_each(|failure| case.fail(failure));
    }
    played
}

/// The numbers of the insurers that insure somebody of a scenario, now or before.
fn insurers(scenario: &Scenario, seed: u64) -> Result<BTreeSet<String>, String> {
    let people = Disclosure::of_scenario(seed, scenario).map_err(|e| e.to_string())?;
    let of = |person| people.person(person).into_iter().flat_map(|p| p.insurance).map(|i| i.insurer_number);
    Ok((0..people.count()).flat_map(of).collect())
}

/// Runs the command for each insurer, and returns what went wrong.
fn feed_all(configured: &Configured, story: &Story, insurers: &BTreeSet<String>) -> Vec<Failure> {
    let Some(command) = &configured.sut.commands.feed else { return Vec::new() };
    let failure = |insurer: &str, Failed { how, last_lines: before }: Failed| Failure {
        expected: format!("the command for the insurer {insurer} ends with 0 within {} s", COMMAND.as_secs()),
        observed: how,
        culprit: Culprit::SystemUnderTest,
        likely_cause: Some("the last lines that it wrote to stderr are below".into()),
        before,
    };
    let states = match tempfile::tempdir() {
        Ok(states) => states,
        Err(e) => {
            return vec![Failure {
                culprit: Culprit::Environment,
                ..failure("", Failed { how: format!("no temporary folder: {e}"), last_lines: Vec::new() })
            }];
        }
    };
    let kit = configured.folder.join(&configured.sut.kit);
    let kit = kit.canonicalize().unwrap_or(kit);
    let mut failures = Vec::new();
    for insurer in insurers {
        let state = states.path().join(format!("{insurer}.state"));
        let quoted = |path: &Path| path.display().to_string();
        let line = command.replace("@KIT@", &quoted(&kit)).replace("@INSURER@", insurer).replace("@STATE@", &quoted(&state));
        for _ in 0..story.times {
            if let Err(failed) = command::run(&line, &configured.folder, COMMAND) {
                failures.push(failure(insurer, failed));
                // The others would wait as long.
                return failures;
            }
        }
    }
    failures
}
