//! Probes: requests that no mock would send. Each has a positive twin, the same request without the fault, which is sent after it:
//! so a refusal is not that of a server that refuses everything, and a server that a probe has broken is noticed at once.

pub mod all;
mod answers;
pub mod asking;
mod blame;
pub mod body;
mod checks;
pub mod client;
mod code;
pub mod expect;
mod facilities;
mod feeds;
mod forms;
mod headers;
pub mod http;
mod jpki;
pub mod load;
mod neighbours;
mod numbers;
pub mod parties;
mod records;
pub mod requests;
mod restarts;
pub mod rounds;
pub mod story;
pub mod tls;
mod validity;

use crate::clock::now;
use crate::cpu::ThreadCpu;
use crate::jpki_log::JpkiLog;
use crate::operator::Operator;
use crate::outcome::{Case, CaseOutcome, Culprit, Failure};
use crate::records::AuditExport;
use blame::Blame;
use client::{Seen, Server, Tls};
use expect::Expect;
use mocks::pki::tls::TlsIdentity;
use parties::Parties;
use requests::Good;
use scenarios::live::faults::Faults;
use sim::terms::design::Design;
use sim::terms::roles::Zone;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use story::{Story, Unmet};

/// What probes have to work with.
pub struct Bench {
    /// The role of the server.
    pub zone: Zone,
    pub server: Server,
    /// The people and parties of the kit.
    pub parties: Parties,
    /// A client that TLS accepts and that may not ask.
    pub unauthorised: TlsIdentity,
    /// The client whom the server serves.
    pub client: TlsIdentity,
    /// Clients whom it must not serve, by what is wrong with them.
    pub wrong_clients: Vec<(&'static str, &'static str, Option<TlsIdentity>)>,
    /// The request that must succeed.
    pub good: Good,
    /// The same, of several people: for load.
    pub load: Good,
    /// Of the mocks around the server.
    pub mocks_cpu: ThreadCpu,
    /// What JPKI's mock was asked.
    pub jpki: JpkiLog,
    /// Stops and starts the server.
    pub operator: Operator,
    /// What a broker has recorded.
    pub records: AuditExport,
    /// Faults of the mocks.
    pub faults: Faults,
    /// How many requests the mocks have received from the server.
    pub downstream: Arc<AtomicU64>,
    /// How many good requests were made: each has its own id.
    pub made: AtomicUsize,
    /// What the vendor claims.
    pub claims: crate::sut::Claims,
}

/// What decides which probes there are of a server.
pub struct Which<'a> {
    pub zone: Zone,
    pub design: &'a Design,
    pub good: &'a Good,
    pub wrong_clients: &'a [(&'static str, &'static str, Option<TlsIdentity>)],
    pub claims: &'a crate::sut::Claims,
    /// Whether the server can be stopped and started.
    pub can_be_stopped: bool,
    /// Whether a broker exports its audit records.
    pub has_records: bool,
}

impl Bench {
    /// Which probes there are of it.
    pub fn which(&self) -> Which<'_> {
        Which {
            zone: self.zone,
            design: &self.parties.design,
            good: &self.good,
            wrong_clients: &self.wrong_clients,
            claims: &self.claims,
            can_be_stopped: self.operator.is_there(),
            has_records: self.records.is_there(),
        }
    }

    /// TLS as the client whom the server serves.
    pub fn tls(&self) -> Tls {
        Tls::of(&self.client)
    }

    /// The number of the next request.
    pub fn next(&self) -> usize {
        self.made.fetch_add(1, Ordering::Relaxed)
    }

    /// A good request, as bytes.
    pub fn request(&self) -> Vec<u8> {
        self.good.request(self.next()).bytes()
    }

    /// A good request on a new connection.
    pub fn ask(&self) -> Seen {
        self.server.ask(&self.tls(), &self.request())
    }
}

/// About how many probes there are of a server.
pub const ABOUT: usize = 480;

/// What a probe does.
enum Act {
    /// One request, of which the expectation says what must come.
    One(Box<dyn Fn(&Bench) -> Seen + Send + Sync>),
    /// Several, which says itself what must come of each.
    Several(Box<dyn Fn(&Bench) -> Story + Send + Sync>),
}

/// One probe.
pub struct Probe {
    pub name: String,
    /// What is tested, in one sentence.
    pub what: String,
    pub expect: Expect,
    /// Whether the server must not ask anybody about it: nothing in it is worth asking.
    pub asks_nobody: bool,
    act: Act,
}

impl Probe {
    pub fn new(name: &str, what: &str, expect: Expect, act: impl Fn(&Bench) -> Seen + Send + Sync + 'static) -> Self {
        Probe { name: name.into(), what: what.into(), expect, asks_nobody: false, act: Act::One(Box::new(act)) }
    }

    /// A probe of several requests.
    pub fn story(name: &str, what: &str, act: impl Fn(&Bench) -> Story + Send + Sync + 'static) -> Self {
        let (name, what, act) = (name.into(), what.into(), Act::Several(Box::new(act)));
        Probe { name, what, expect: Expect::NotBroken, asks_nobody: false, act }
    }

    /// Whether it stops the server: nothing else may be played meanwhile.
    pub fn stops_the_server(&self) -> bool {
        self.name.starts_with("restart/") || self.name == "record/survives-crash"
    }

    /// Whether it waits for a time limit of the server.
    pub fn is_slow(&self) -> bool {
        self.name.ends_with("-that-never-ends")
    }

    /// The same, and the server must not ask anybody.
    #[must_use]
    pub fn asking_nobody(mut self) -> Self {
        self.asks_nobody = true;
        self
    }

    /// Does what the probe does. Returns what must not be, and the body of an answer.
    fn act(&self, bench: &Bench) -> (Option<Unmet>, Vec<u8>) {
        match &self.act {
            Act::One(act) => {
                let seen = act(bench);
                let unmet = self.expect.unmet(&seen).map(|likely_cause| Unmet {
                    expected: self.expect.to_string(),
                    observed: seen.to_string(),
                    likely_cause,
                    // It was reached before: a server that can no longer be is broken.
                    is_environment: false,
                });
                match seen {
                    Seen::Response(response) => (unmet, response.body),
                    _ => (unmet, Vec::new()),
                }
            }
            Act::Several(act) => (act(bench).err(), Vec::new()),
        }
    }

    /// Plays the probe, then its twin.
    pub fn play(&self, bench: &Bench) -> (Case, Vec<u8>) {
        let mut case = Case::passed(&self.name, &self.what);
        let begun = now();
        let before = bench.downstream.load(Ordering::SeqCst);
        let (unmet, body) = self.act(bench);
        let asked = bench.downstream.load(Ordering::SeqCst) - before;
        let took = begun.elapsed();
        let is_environment = unmet.as_ref().is_some_and(|u| u.is_environment);
        let failure = |expected: String, observed: String, likely_cause: Option<String>| Failure {
            expected,
            observed,
            culprit: if is_environment { Culprit::Environment } else { Culprit::SystemUnderTest },
            likely_cause,
            before: Vec::new(),
        };
        if let Some(unmet) = unmet {
            case.fail(failure(unmet.expected, unmet.observed, unmet.likely_cause));
        }
        // Slow probes are played at once, so what is asked then may be for another one.
        if self.asks_nobody && asked > 0 && !self.is_slow() {
            match blame::again(&bench.downstream, asked, took, || drop(self.act(bench))) {
                Blame::Nobody => {}
                Blame::Probe(asked) => {
                    let observed = format!("{asked} requests to other parties");
                    case.fail(failure("no request to any other party: nothing in it is worth asking".into(), observed, None));
                }
                Blame::NotKnown => {
                    case.outcome = CaseOutcome::NotReached;
                    let why = "the system asks other parties all the time, so that it is not known what it asks because of this request";
                    case.why = Some(why.into());
                }
            }
        }
        let twin = bench.ask();
        if bench.good.expect.unmet(&twin).is_some() {
            let likely = "the probe has broken the server, or it no longer serves this client".to_string();
            let expected = format!("after it, the same request without the fault: {}", bench.good.expect);
            case.fail(failure(expected, twin.to_string(), Some(likely)));
        }
        (case, body)
    }
}
