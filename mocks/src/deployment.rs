//! Builds all parties of a run on an engine. `run` and `load` use the same builder. A role under test is not built: its address
//! goes into the network's address book.

pub mod builder;
pub mod control;
pub mod error;
pub mod member;
pub mod party;
pub mod plan;
pub mod snapshot;
pub mod tls;

use crate::capacity::Station;
use crate::env::HTTPS;
use crate::roles::description::{Parties, RoleDescription};
use crate::roles::{BUILT, ROLES};
use builder::{Builder, host_of};
use error::BuildError;
use member::Member;
use party::{Activity, Role};
use plan::Plan;
use sim::context::{self, World};
use sim::engine::Simulation;
use sim::journal::Occasion;
use sim::net::{AddressBook, Endpoint, Network};
use snapshot::StateSnapshot;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Roles under test: external systems that replace the mocks. The address of each, by role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnderTest(BTreeMap<String, Endpoint>);

impl UnderTest {
    /// No role is under test: all parties are mocks.
    pub fn none() -> Self {
        UnderTest::default()
    }

    /// Puts the role of this name under test.
    ///
    /// # Errors
    /// If there is no such role, or if no party connects to it.
    pub fn with(mut self, role: &str, at: Endpoint) -> Result<Self, BuildError> {
        let could_be = |r: &&&RoleDescription| r.listens && r.parties == Parties::One;
        if !ROLES.iter().filter(could_be).any(|r| r.name == role) {
            let known: Vec<&str> = ROLES.iter().filter(could_be).map(|r| r.name).collect();
            return Err(BuildError::UnknownRole { name: role.to_string(), known: known.join(", ") });
        }
        self.0.insert(role.to_string(), at);
        Ok(self)
    }

    fn at(&self, role: &RoleDescription) -> Option<&Endpoint> {
        self.0.get(role.name)
    }
}

/// All parties of a run.
pub struct Deployment {
    plan: Plan,
    network: Rc<dyn Network>,
    addresses: AddressBook,
    members: Vec<Member>,
}

impl Deployment {
    /// Builds the parties of all roles in the order of [`ROLES`] and starts their hosts. Must be called on a thread that has
    /// entered the run's determinism.
    ///
    /// # Errors
    /// If a certificate cannot be issued or OpenSSL rejects it.
    pub fn build(
        plan: Plan,
        simulation: &mut Simulation,
        world: &Rc<World>,
        under_test: &UnderTest,
    ) -> Result<Deployment, BuildError> {
        let addresses = addresses(under_test);
        let network = simulation.network(plan.links.clone(), addresses.clone());
        let mut deployment = Deployment { plan, network, addresses, members: Vec::new() };
        let built = || BUILT.iter().filter(|role| under_test.at(role.description()).is_none());
        for role in built() {
            let parties = role.build(&deployment.builder())?;
            let member = |(index, party)| Member { role: role.description(), party, index };
            deployment.members.extend((0..).zip(parties).map(member));
        }
        for last in [false, true] {
            for role in built().filter(|role| role.starts_last() == last) {
                deployment.start_hosts(*role, simulation, world);
            }
        }
        Ok(deployment)
    }

    /// A builder for parties that are added later, as facilities are in load studies.
    pub fn builder(&self) -> Builder<'_> {
        Builder { plan: &self.plan, network: &self.network, addresses: &self.addresses }
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
            let is_here = |m: &&Member| m.role.name == about.name && host_of(about, m.index) == Some(host);
            let here: Vec<Member> = self.members.iter().filter(is_here).cloned().collect();
            if !here.is_empty() {
                start_host(host, about, here, simulation, world);
            }
        }
    }
}

/// Every role that listens, at its host or at the address of its system under test.
fn addresses(under_test: &UnderTest) -> AddressBook {
    let book = AddressBook::default();
    for role in ROLES.iter().filter(|role| role.listens && role.parties == Parties::One) {
        match under_test.at(role) {
            Some(at) => book.add_elsewhere(role.name, role.zone, at.clone()),
            None => book.add_elsewhere(role.name, role.zone, Endpoint::new(host_of(role, 0).unwrap_or(role.name), HTTPS)),
        }
    }
    book
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
