//! A world of mocks that runs until it is stopped: for systems that are developed or tested against it.

use super::faults::FaultQueue;
use super::{Site, beginning_now};
use crate::file::Scenario;
use crate::run::{Order, RunError, head, message};
use crate::stage::Stage;
use mocks::roles::card::Card;
use mocks::roles::description::Parties;
use sim::clock::nanos;
use sim::engine::Until;
use sim::ground::Ground;
use sim::journal::{Entry, Follow, Journal};
use sim::log::JournalLog;
use sim::net::Endpoint;
use sim::terms::roles::Zone;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// A running world.
#[derive(Clone, Debug)]
pub struct Standing {
    /// By party, the address at which it can be reached, of all that listen.
    pub addresses: BTreeMap<String, (Zone, Endpoint)>,
    pub ground: Ground,
    /// What is played, with everything drawn.
    pub plan: Scenario,
    /// By number, the names of the insurers.
    pub insurers: BTreeMap<String, String>,
    /// By person, what the card presents.
    pub cards: Vec<PresentedCard>,
}

/// What a card presents: for systems that play the card themselves.
#[derive(Clone)]
pub struct PresentedCard {
    /// 利用者証明用電子証明書 as the card gives it, in DER; a scenario may have put something else in its place.
    pub certificate: Vec<u8>,
    /// Its private key, as PKCS #8 in PEM.
    pub key: String,
}

/// Without its key.
impl std::fmt::Debug for PresentedCard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PresentedCard({} bytes)", self.certificate.len())
    }
}

/// What is left of a world that was stopped.
pub struct Stopped {
    /// Empty if the journal keeps none.
    pub entries: Vec<Entry>,
    pub ground: Ground,
    pub plan: Scenario,
}

/// Sees every entry of a journal with its line.
pub type FollowLines = Box<dyn FnMut(&Entry, &[u8]) + Send>;

/// How a world is followed while it runs.
pub struct Watching {
    /// Called with every entry of the journal.
    pub follow: FollowLines,
    /// Whether the entries are kept in memory too.
    pub keeps: bool,
    /// Called once, when all parties listen.
    pub ready: Box<dyn FnOnce(&Standing) + Send>,
    /// The world runs until this is set.
    pub stop: Arc<AtomicBool>,
    /// Faults beside those of the scenario.
    pub faults: Option<FaultQueue>,
    /// Zones in which only others do something, although there are mocks.
    pub elsewhere: Vec<Zone>,
}

/// Builds the world of a scenario and lets it stand until it is stopped. Its visits take place at their times.
///
/// # Errors
/// If an address is taken, or if the world cannot be built.
pub fn serve(scenario: &Scenario, order: &Order, site: &Site, tool: &str, watching: Watching) -> Result<Stopped, RunError> {
    let (scenario, order, site, tool) = (scenario.clone(), order.clone(), site.clone(), tool.to_string());
    let thread = std::thread::Builder::new().name("serve".into()).stack_size(16 << 20);
    let standing = thread.spawn(move || {
        let log = JournalLog::new(&["mocks"]);
        tracing::subscriber::with_default(log, || stand(&scenario, &order, &site, &tool, watching))
    });
    standing.map_err(RunError::Thread)?.join().unwrap_or_else(|panic| Err(RunError::Panicked(message(panic.as_ref()))))
}

/// Longer than anything is served.
const NEVER: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

fn stand(scenario: &Scenario, order: &Order, site: &Site, tool: &str, watching: Watching) -> Result<Stopped, RunError> {
    let Watching { mut follow, keeps, ready, stop, faults, mut elsewhere } = watching;
    let (plan, start, starts_in) = beginning_now(scenario.planned(order.seed));
    let seed = plan.seed(order.seed);
    let follow: Follow = Box::new(move |entry, line| follow(entry, line));
    let place = site.place(starts_in, Journal::followed(follow, keeps))?;
    elsewhere.extend(place.elsewhere());
    elsewhere.sort_unstable();
    elsewhere.dedup();
    let mut stage = Stage::build(&plan, start, order.design.clone(), seed, order.mutant, place)?;
    stage.world.note(0, head(&plan, order, tool, start, elsewhere));
    let known = stage.deployment.addresses().names();
    let listens = |name: &str| {
        let member = stage.deployment.member(name);
        member.is_some_and(|m| m.role.listens && (m.role.parties == Parties::One || m.env().server_tls().is_some()))
    };
    let at = |(name, zone): (String, Zone)| {
        let at = stage.deployment.addresses().get(&name)?.at?;
        listens(&name).then_some((name, (zone, at)))
    };
    let addresses = known.into_iter().filter_map(at).collect();
    let insurers = stage.deployment.plan().insurers.iter().map(|i| (i.number.reveal().to_string(), i.name.clone())).collect();
    let (cards, ground) = (presented(&stage), stage.ground.clone());
    let mut ready = Some((ready, Standing { addresses, ground, plan: plan.clone(), insurers, cards }));
    let timeline = &mut stage.timeline;
    timeline.await_beginning(&stage.simulation);
    let mut has_run = false;
    let ended = stage.simulation.run_until(
        |now| {
            timeline.advance(now);
            while let Some(asked) = faults.as_ref().and_then(FaultQueue::next) {
                timeline.disturb(nanos(now), &asked.does, asked.begins);
                // Nobody waits any more if this took too long.
                let _ = asked.done.send(());
            }
            // The first call comes before the hosts run, the second after they have begun to listen.
            if std::mem::replace(&mut has_run, true)
                && now > Duration::ZERO
                && let Some((ready, standing)) = ready.take()
            {
                ready(&standing);
            }
            match stop.load(Ordering::SeqCst) {
                true => Until::Done,
                false => timeline.next().map_or(Until::Open, Until::At),
            }
        },
        NEVER,
    );
    ended?;
    stage.deployment.record_state(&stage.world);
    let entries = stage.world.journal.borrow_mut().take_entries();
    Ok(Stopped { entries, ground: stage.ground, plan })
}

/// What the cards of all people present.
fn presented(stage: &Stage) -> Vec<PresentedCard> {
    let of = |card: &Rc<RefCell<Card>>| {
        let card = card.borrow();
        let key = card.content().authentication_key.private_key_to_pem_pkcs8().unwrap_or_default();
        let certificate = card.content().authentication_certificate.clone();
        PresentedCard { certificate, key: String::from_utf8(key).unwrap_or_default() }
    };
    stage.deployment.plan().people.iter().filter_map(|planned| planned.card.as_ref().map(of)).collect()
}
