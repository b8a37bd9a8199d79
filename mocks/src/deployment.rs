//! Builds all parties of a run on an engine. `run`, `load`, `serve` and `certify` use the same builder. A role under test is not
//! built: its address goes into the network's address book.

pub mod builder;
pub mod control;
pub mod error;
pub mod member;
pub mod party;
pub mod plan;
pub mod sites;
pub mod snapshot;
pub mod tls;

use crate::capacity::Station;
use crate::roles::description::{Parties, RoleDescription};
use crate::roles::{BUILT, ROLES};
use builder::Builder;
use error::BuildError;
use member::Member;
use party::{Activity, Role};
use plan::Plan;
use sim::context::{self, World};
use sim::engine::Simulation;
use sim::journal::Occasion;
use sim::net::{AddressBook, Network};
use sites::Sites;
use snapshot::StateSnapshot;
use std::collections::BTreeMap;
use std::rc::Rc;

/// All parties of a run.
pub struct Deployment {
    plan: Plan,
    network: Rc<dyn Network>,
    addresses: AddressBook,
    sites: Sites,
    members: Vec<Member>,
}

impl Deployment {
    /// Builds the parties of all roles in the order of [`ROLES`] and starts their hosts. Must be called on a thread that has
    /// entered the run's determinism.
    ///
    /// # Errors
    /// If a certificate cannot be issued or OpenSSL rejects it, or if there is no address for a party.
    pub fn build(plan: Plan, simulation: &mut Simulation, world: &Rc<World>, sites: Sites) -> Result<Deployment, BuildError> {
        let addresses = addresses(&sites)?;
        let network = simulation.network(plan.links.clone(), addresses.clone());
        let mut deployment = Deployment { plan, network, addresses, sites, members: Vec::new() };
        let built = BUILT.iter().copied().filter(|role| deployment.sites.builds(role.description()));
        let built: Vec<&dyn Role> = built.collect();
        for role in &built {
            let parties = role.build(&deployment.builder())?;
            let member = |(index, party)| Member { role: role.description(), party, index };
            deployment.members.extend((0..).zip(parties).map(member));
        }
        for last in [false, true] {
            for role in built.iter().filter(|role| role.starts_last() == last) {
                deployment.start_hosts(*role, simulation, world);
            }
        }
        Ok(deployment)
    }

    /// A builder for parties that are added later, as facilities are in load studies.
    pub fn builder(&self) -> Builder<'_> {
        Builder { plan: &self.plan, network: &self.network, addresses: &self.addresses, sites: &self.sites }
    }

    /// The plan from which the parties were built.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The network of the parties.
    pub fn network(&self) -> &Rc<dyn Network> {
        &self.network
    }

    /// The services that can be reached.
    pub fn addresses(&self) -> &AddressBook {
        &self.addresses
    }

    /// All parties, in the order in which they were built.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// The party with this name. `None` if there is none, as for a role under test.
    pub fn member(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|m| m.name() == name)
    }

    /// The workers and queues of all parties that have them, by name.
    pub fn stations(&self) -> BTreeMap<String, Rc<Station>> {
        self.members.iter().filter_map(|m| Some((m.name().to_string(), m.station()?.clone()))).collect()
    }

    /// Writes the state of every party to the journal, in the order in which they were built.
    pub fn record_state(&self, world: &Rc<World>) {
        self.members.iter().for_each(|member| StateSnapshot(member).record(world, Occasion::End));
    }

    /// Starts the hosts of a role that have parties.
    fn start_hosts(&self, role: &dyn Role, simulation: &mut Simulation, world: &Rc<World>) {
        let about = role.description();
        for &host in about.hosts {
            let is_here = |m: &&Member| m.role.name == about.name && sites::host_of(about, m.index) == Some(host);
            let here: Vec<Member> = self.members.iter().filter(is_here).cloned().collect();
            if !here.is_empty() {
                start_host(host, about, here, simulation, world);
            }
        }
    }
}

/// Every role that listens and has one party, at its address.
fn addresses(sites: &Sites) -> Result<AddressBook, BuildError> {
    let book = AddressBook::default();
    for role in ROLES.iter().filter(|role| role.listens && role.parties == Parties::One) {
        book.add_elsewhere(role.name, role.zone, sites.of(role, role.name, 0)?);
    }
    Ok(book)
}

/// Adds a host with its parties. A party with its own host runs as the host's main task; parties that share one have separate
/// tasks.
fn start_host(host: &str, role: &RoleDescription, here: Vec<Member>, simulation: &mut Simulation, world: &Rc<World>) {
    let is_alone = role.parties == Parties::One;
    let (crashing, crashed_world, world) = (here.clone(), world.clone(), world.clone());
    simulation.host(
        host,
        move |unsynced| crashing.iter().for_each(|member| snapshot::crash(member, &crashed_world, unsynced)),
        move || {
            let start = |member: &Member| {
                let identity = member.env().identity().clone();
                let activities = member.party.clone().start().into_iter();
                activities.map(|activity| (identity.clone(), logged(activity))).collect::<Vec<_>>()
            };
            let mut tasks: Vec<_> = here.iter().flat_map(start).collect();
            let main = (is_alone && !tasks.is_empty()).then(|| tasks.remove(0));
            let main = main.map(|(identity, activity)| context::within(world.clone(), identity, activity));
            tasks.into_iter().for_each(|(identity, activity)| context::start(&world, &identity, activity));
            async move {
                match main {
                    Some(main) => main.await,
                    None => std::future::pending().await,
                }
            }
        },
    );
}

/// A server serves forever; if it ends, its log has the reason.
async fn logged(activity: Activity) {
    if let Err(e) = activity.await {
        tracing::error!(target: "mocks", "a server stopped: {e}");
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]
mod tests;
