//! One certification: scenarios and probes with a system under test, or with the mock of its role on real TCP, which proves that
//! the certification itself is right.

mod certified;
mod commissioned;
mod feeding;
mod kept;
mod listed;
mod load;
mod order;
mod preflight;
mod state;

use crate::bench::{self, Around};
use crate::logs;
use crate::outcome::{Case, CaseOutcome};
use crate::played::{self, PlayedGroup};
use crate::probe::{self, Bench, Probe};
use crate::verdicts::Verdicts;
use order::{Todo, todo};
use scenarios::live::Site;
use scenarios::live::together::Group;
use sim::terms::roles::Zone;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

pub use crate::verdicts::RuleSummary;
pub use certified::Certified;
pub use kept::Kept;
pub use listed::{Listed, NOT_INCLUDED, Scope, every_case};
pub use state::{Recorded, Subject, Watcher};
use state::{Session, recorded};

/// Probes of what a broker knows only when all insurers have reported.
const NEEDS_REPORTS: &str = "answer/";
/// How many groups a self-test plays at once.
const SELF_TEST_AT_ONCE: usize = 6;

/// The names of the cases that are neither scenarios nor probes, with what each is about.
pub fn other_cases() -> Vec<(&'static str, &'static str)> {
    let mut all: Vec<_> = feeding::cases().collect();
    all.extend([
        (preflight::NAME, preflight::WHAT),
        (commissioned::NAME, commissioned::WHAT),
        (logs::NAME, logs::WHAT),
        (load::LEVEL, "The service level under load"),
        (load::BUSY, load::BUSY_WHAT),
        probe::all::RESTART,
        probe::all::RECORD,
    ]);
    all
}

/// Certifies. `kept` has what was found so far, at any time.
///
/// # Errors
/// If the scenarios that come with the tool cannot be read or drawn, which a test excludes.
pub fn certify(subject: &Subject<'_>, watcher: &Arc<dyn Watcher>, kept: &Kept) -> Result<Certified, String> {
    let started = scenarios::live::now();
    let session = Session::new(subject, watcher, kept)?;
    let watcher = watcher.as_ref();
    let todo = todo(subject, session.seed)?;
    let feeds = subject.configured.filter(|c| c.zone == Zone::Insurer).map_or(0, |_| feeding::count(subject));
    watcher.begins(todo.cases() + feeds);
    let listed = every_case(&subject.scope())?;
    kept.begin(started, subject.others(&listed, &[], kept::WHY));
    let mut cases = todo.not_played.clone();
    cases.iter().for_each(|case| watcher.ended(case));
    let (mut verdicts, mut load) = (Verdicts::default(), None);
    let mut why_not = "it was not played";
    if let Some(setup) = session.preflight(watcher) {
        watcher.ended(&setup);
        // Nothing can be learned of a system that cannot be reached.
        why_not = "the set-up is wrong";
        cases.push(setup);
    } else if let Some(plan) = &subject.load {
        (cases, load) = session.load(plan, watcher);
        cases.iter().for_each(|case| watcher.ended(case));
    } else if let Some(configured) = subject.configured.filter(|c| c.zone == Zone::Insurer) {
        for group in feeding::play(configured, &session, watcher) {
            kept.add(&group.cases, &group.verdicts);
            verdicts.add(&group.verdicts);
            cases.extend(group.cases);
        }
    } else {
        let (groups, probed) = session.play_and_probe(&todo, watcher);
        for group in groups.into_iter().chain(probed) {
            verdicts.add(&group.verdicts);
            cases.extend(group.cases);
        }
    }
    let searched = subject.configured.filter(|_| subject.load.is_none());
    let wanted = |only: &String| logs::is_of_search(only);
    if let Some(configured) = searched.filter(|_| subject.only.is_empty() || subject.only.iter().any(wanted)) {
        let secrets = std::mem::take(&mut *session.secrets.lock().unwrap_or_else(PoisonError::into_inner));
        let searched = logs::search(configured, secrets);
        searched.iter().for_each(|case| watcher.ended(case));
        cases.extend(searched);
    }
    // Those that are not played again keep what they were to whoever watches.
    let others = subject.others(&listed, &cases, why_not);
    if subject.only.is_empty() {
        others.iter().for_each(|case| watcher.ended(case));
    }
    cases.extend(others);
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    let fed = session.live.fed.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Ok(Certified { started, ended: scenarios::live::now(), cases, rules: verdicts.summary(), fed, load, interrupted: false })
}

impl Session<'_> {
    /// The case that says what is wrong with the set-up, if something is.
    fn preflight(&self, watcher: &dyn Watcher) -> Option<Case> {
        let configured = self.subject.configured?;
        watcher.plays("set-up");
        preflight::check(configured, &self.subject.site)
    }

    /// Plays all groups, and all probes: after the groups, or in a self-test beside them, since it has mocks of its own.
    fn play_and_probe(&self, todo: &Todo, watcher: &dyn Watcher) -> (Vec<PlayedGroup>, Option<PlayedGroup>) {
        if !self.is_self_test() {
            let played = self.play_one_after_the_other(todo, watcher);
            return (played, self.probe(todo, watcher));
        }
        std::thread::scope(|scope| {
            let probing = scope.spawn(|| self.probe(todo, watcher));
            let played = self.play(todo, watcher);
            (played, probing.join().unwrap_or_default())
        })
    }

    /// Plays all groups with a system under test, which knows one world.
    fn play_one_after_the_other(&self, todo: &Todo, watcher: &dyn Watcher) -> Vec<PlayedGroup> {
        let mut all = Vec::new();
        let setup = |case: Case| {
            watcher.ended(&case);
            PlayedGroup { cases: vec![case], verdicts: Vec::new(), played: None }
        };
        let is_broker = self.subject.zone == Zone::Broker && (!todo.groups.is_empty() || self.subject.wants_some(NEEDS_REPORTS));
        let mut later = todo.silent.clone();
        if is_broker {
            let first = todo.commissioned.iter().filter(|(number, _)| !todo.silent.contains_key(*number));
            all.extend(self.report(first.map(|(n, name)| (n.clone(), name.clone())).collect(), watcher).map(setup));
        }
        for group in todo.groups.iter().take_while(|_| !self.kept.stops()) {
            if is_broker && group.fed().next().is_none() {
                all.extend(self.report(std::mem::take(&mut later), watcher).map(setup));
            }
            all.push(self.play_one(group, watcher));
        }
        all
    }

    /// Plays all groups of a self-test.
    fn play(&self, todo: &Todo, watcher: &dyn Watcher) -> Vec<PlayedGroup> {
        let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
        let player = || {
            while let Some(group) = todo.groups.get(next.fetch_add(1, Ordering::Relaxed)).filter(|_| !self.kept.stops()) {
                let played = self.play_one(group, watcher);
                done.lock().unwrap_or_else(PoisonError::into_inner).push(played);
            }
        };
        std::thread::scope(|scope| {
            (0..SELF_TEST_AT_ONCE).for_each(|_| drop(scope.spawn(player)));
        });
        done.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn play_one(&self, group: &Group, watcher: &dyn Watcher) -> PlayedGroup {
        watcher.plays(&group.scenario.name);
        let order = self.order();
        // In a self-test each group has mocks of its own, which have not accepted anything yet.
        let fed = if self.is_self_test() { Arc::default() } else { self.live.fed.clone() };
        let live = self.followed(&group.scenario.name, Site { fed, ..self.live.clone() });
        watcher.group(group);
        let add = |entries: &mut Vec<_>| self.add_records(entries);
        let mut played = played::play(group, &order, &live, self.subject.tool, self.subject.zone, &add);
        if let Some(run) = played.played.take() {
            self.keep_secrets(&run.ground);
            watcher.played(&recorded(&run, &order, played.cases.iter().map(|c| c.name.clone()).collect()));
        }
        played.cases.iter().for_each(|case| watcher.ended(case));
        self.kept.add(&played.cases, &played.verdicts);
        played
    }

    /// Plays all probes. A failure to set them up is a case of its own.
    fn probe(&self, todo: &Todo, watcher: &dyn Watcher) -> Option<PlayedGroup> {
        if !todo.probes || self.kept.stops() {
            return None;
        }
        let of = |cases, verdicts| Some(PlayedGroup { cases, verdicts, played: None });
        watcher.plays(bench::PROBES);
        let live = self.followed(bench::PROBES, Site { speed: 1.0, ..self.live.clone() });
        let around = match bench::stand(&self.order(), &live, self.subject.tool, self.subject.zone, true) {
            Ok(around) => around,
            Err(why) => {
                let case = Case::not_played(bench::PROBES, "The mocks run around the system", CaseOutcome::Setup, why);
                watcher.ended(&case);
                return of(vec![case], Vec::new());
            }
        };
        let cases = match self.bench(&around) {
            Ok(bench) => {
                around.wait_until_quiet();
                self.probes(&bench, todo, watcher)
            }
            Err(why) => {
                let case = Case::not_played(bench::PROBES, "The probes are prepared", CaseOutcome::Setup, why);
                watcher.ended(&case);
                vec![case]
            }
        };
        let feeds = around.feeds.clone();
        let Some(mut stopped) = around.stop() else { return of(cases, Vec::new()) };
        self.add_records(&mut stopped.entries);
        if !self.is_self_test() {
            let accepted = feeds.lock().unwrap_or_else(PoisonError::into_inner).newest().clone();
            self.live.fed.lock().unwrap_or_else(PoisonError::into_inner).extend(accepted);
        }
        let order = self.order();
        let names = cases.iter().map(|c| c.name.clone()).collect();
        let (entries, ground) = (stopped.entries.as_slice(), &stopped.ground);
        self.keep_secrets(ground);
        let (design, seed) = (order.design.name.as_str(), order.seed);
        watcher.played(&Recorded { name: bench::PROBES, cases: names, design, seed, entries, ground, plan: None });
        let verdicts = conformance::judge_seen(entries, ground, played::seen_without(self.subject.zone, entries));
        of(cases, verdicts)
    }

    fn bench(&self, around: &Around) -> Result<Bench, String> {
        let zone = self.subject.zone;
        let mock = around.standing.addresses.get(zone.name()).map(|(_, at)| at.clone());
        let at = self.subject.configured.map_or(mock, |c| c.address.clone());
        let at = at.ok_or_else(|| format!("there is no address of {}", zone.name()))?;
        bench::bench(zone, at, &self.subject.site, around, self.subject.configured)
    }

    fn probes(&self, bench: &Bench, todo: &Todo, watcher: &dyn Watcher) -> Vec<Case> {
        let wanted = |p: &Probe| self.subject.wants(&p.name);
        let all = probe::all::all(&bench.which()).into_iter().filter(wanted);
        let (stopping, all): (Vec<Probe>, Vec<Probe>) = all.partition(Probe::stops_the_server);
        let (slow, quick): (Vec<Probe>, Vec<Probe>) = all.into_iter().partition(Probe::is_slow);
        let slow = if self.subject.quick { Vec::new() } else { slow };
        watcher.begins(todo.cases_but_probes() + quick.len() + slow.len() + stopping.len());
        let play = |probe: &Probe| {
            let (case, _) = probe.play(bench);
            watcher.ended(&case);
            self.kept.add(std::slice::from_ref(&case), &[]);
            case
        };
        // They wait for the server's time limits, so they run while nothing else does that could be mistaken for theirs.
        let one = |probe: &Probe| {
            watcher.in_case(bench::PROBES, Some(&probe.name));
            play(probe)
        };
        let goes_on = |_: &&Probe| !self.kept.stops();
        let mut cases: Vec<Case> = quick.iter().take_while(goes_on).map(one).collect();
        watcher.in_case(bench::PROBES, None);
        if self.kept.stops() {
            return cases;
        }
        cases.extend(std::thread::scope(|scope| {
            let waiting: Vec<_> = slow.iter().map(|probe| scope.spawn(|| play(probe))).collect();
            waiting.into_iter().filter_map(|w| w.join().ok()).collect::<Vec<_>>()
        }));
        cases.extend(stopping.iter().take_while(goes_on).map(one));
        watcher.in_case(bench::PROBES, None);
        if self.subject.only.is_empty() {
            let not = probe::all::not_played(&bench.which());
            not.iter().for_each(|case| watcher.ended(case));
            cases.extend(not);
        }
        cases
    }
}
