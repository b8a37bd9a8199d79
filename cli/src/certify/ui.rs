//! `--ui`: a page that shows a certification while it runs, served by the command itself.

mod http;
mod pretty;
mod runs;
mod server;
mod state;
mod views;

use crate::exit::usage;
use crate::{interrupt, output};
use ::certify::outcome::Case;
use ::certify::report::{Waived, ending};
use ::certify::session::{Certified, Recorded, Watcher};
use anyhow::Context;
use runs::Classifiers;
use scenarios::live::together::Group;
use server::Server;
use sim::ground::Ground;
use sim::journal::Entry;
use state::{Conclusion, State};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

/// Where the page is served unless an address is given: at a free port.
pub const ADDRESS: &str = "127.0.0.1:0";
/// How often it is looked whether a case is to be repeated.
const LOOKS: Duration = Duration::from_millis(50);

/// A page that is served.
pub struct Ui {
    state: Arc<State>,
}

impl Ui {
    /// Listens, and prints the URL of the page. Others on the network can open it only if the configuration lets the certification
    /// leave this machine.
    pub fn start(address: &str, leaves_this_machine: bool) -> anyhow::Result<Ui> {
        let at: SocketAddr =
            address.parse().map_err(|_| usage(format!("--ui: `{address}` is not an IP address with a port: 127.0.0.1:8080")))?;
        if !at.ip().is_loopback() && !leaves_this_machine {
            let what = "is not an address of this machine alone: write `leaves-this-machine = true` into the configuration if that is meant";
            return Err(usage(format!("--ui: `{at}` {what}")));
        }
        let listener = TcpListener::bind(at).map_err(|e| usage(format!("--ui: `{at}` cannot be listened at: {e}")))?;
        let here = listener.local_addr()?;
        let mut secret = [0; 16];
        getrandom::fill(&mut secret).map_err(|e| anyhow::anyhow!("--ui: the system gives no random bytes: {e}"))?;
        let token = data_encoding::HEXLOWER.encode(&secret);
        output::note(&format!("the certification can be watched at http://{here}/{token}/"));
        let state = Arc::new(State::new());
        let server = Server { state: state.clone(), token, port: here.port(), classifiers: Classifiers::default() };
        let answering: http::Answering = Arc::new(move |request| server.answer(request));
        listener.set_nonblocking(true)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("--ui: no event queue")?;
        let listener = runtime.block_on(async { tokio::net::TcpListener::from_std(listener) })?;
        let accepting = std::thread::Builder::new().name("ui".into());
        let accept = move || runtime.block_on(http::accept(listener, answering));
        accepting.spawn(accept).context("--ui: no thread can be started")?;
        Ok(Ui { state })
    }

    /// A watcher that shows everything on the page, and passes it on.
    pub fn watcher(&self, next: Option<Arc<dyn Watcher>>) -> Arc<dyn Watcher> {
        Arc::new(Watched { state: self.state.clone(), next })
    }

    /// The certification has ended.
    pub fn ended(&self, certified: &Certified, waived: &Waived<'_>) {
        let names = waived.iter().map(|(of, why)| (of.to_string(), why.to_string()));
        let (ending, rules, waived) = (ending(certified, waived), certified.rules.clone(), names.collect());
        self.state.ended(Conclusion { ending, rules, waived });
    }

    /// Continues to serve until the user stops the command. Cases that are wanted again are played by `repeat`, one at a time. One
    /// that cannot be played is shown with the reason.
    pub fn serve(&self, mut repeat: impl FnMut(&str) -> anyhow::Result<()>) {
        if !interrupt::requested() {
            output::note("the page is served until Ctrl-C");
        }
        while !interrupt::requested() {
            match self.state.take_wanted() {
                Some(case) => {
                    let played = repeat(&case);
                    self.state.repeated(&case, played.err().map(|e| format!("{e:#}")));
                }
                None => std::thread::sleep(LOOKS),
            }
        }
    }
}

struct Watched {
    state: Arc<State>,
    next: Option<Arc<dyn Watcher>>,
}

impl Watcher for Watched {
    fn begins(&self, cases: usize) {
        self.state.lock().planned = cases;
        self.next.iter().for_each(|next| next.begins(cases));
    }

    fn plays(&self, what: &str) {
        self.state.lock().playing = what.to_string();
        self.next.iter().for_each(|next| next.plays(what));
    }

    fn ended(&self, case: &Case) {
        self.state.lock().case(case);
        self.next.iter().for_each(|next| next.ended(case));
    }

    fn group(&self, group: &Group) {
        self.state.lock().run(&group.scenario.name, Some(group));
        self.next.iter().for_each(|next| next.group(group));
    }

    fn in_case(&self, run: &str, case: Option<&str>) {
        self.state.lock().in_case(run, case);
        self.next.iter().for_each(|next| next.in_case(run, case));
    }

    fn ground(&self, run: &str, ground: &Ground) {
        self.state.lock().ground(run, ground);
        self.next.iter().for_each(|next| next.ground(run, ground));
    }

    fn entry(&self, run: &str, entry: &Entry) {
        self.state.lock().entry(run, entry);
        self.next.iter().for_each(|next| next.entry(run, entry));
    }

    fn played(&self, run: &Recorded<'_>) {
        self.next.iter().for_each(|next| next.played(run));
    }
}
