//! How the system under test is stopped and started in the middle: by its vendor's commands, or in a self-test as a host of the mocks.

use crate::clock::now;
use crate::command::{self, Failed};
use crate::probe::client::{Seen, Server};
use crate::sut::Configured;
use scenarios::file::{FaultKind, Host, Target};
use scenarios::live::faults::{Faults, Underway};
use sim::terms::roles::Zone;
use std::path::PathBuf;
use std::time::Duration;

/// How long a command may take.
const COMMAND: Duration = Duration::from_secs(60);
/// How long after its end a system may still accept connections.
const ENDED_WITHIN: Duration = Duration::from_secs(10);
/// Within which time a system serves again, unless the vendor states another one.
const STARTS_WITHIN: Duration = Duration::from_secs(30);

/// How the system ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// In good order.
    Stop,
    /// As in a crash.
    Kill,
}

#[derive(Clone)]
enum By {
    Mock(Faults, Host),
    Commands { start: String, stop: String, kill: String, folder: PathBuf },
}

/// Stops and starts the system.
#[derive(Clone)]
pub struct Operator {
    by: Option<By>,
    /// Within which time after a start the system serves.
    pub starts_within: Duration,
}

/// A system that is down.
pub struct Down(Option<Underway>);

impl Operator {
    /// For the mock of a role.
    pub fn of_mock(zone: Zone, faults: &Faults) -> Self {
        let by = Host::named(zone.name()).map(|host| By::Mock(faults.clone(), host));
        Operator { by, starts_within: STARTS_WITHIN }
    }

    /// By the commands of a configuration, if it names them.
    pub fn of(configured: &Configured) -> Self {
        let c = &configured.sut.commands;
        let stop = c.stop.as_ref().or(c.kill.as_ref());
        let by = c.start.as_ref().zip(stop).map(|(start, stop)| By::Commands {
            start: start.clone(),
            stop: stop.clone(),
            kill: c.kill.as_ref().unwrap_or(stop).clone(),
            folder: configured.folder.clone(),
        });
        Operator { by, starts_within: c.starts_within.map_or(STARTS_WITHIN, Duration::from_secs) }
    }

    /// Whether the system can be stopped at all.
    pub fn is_there(&self) -> bool {
        self.by.is_some()
    }

    /// Ends the system, and makes sure that it has ended.
    ///
    /// # Errors
    /// What went wrong: nothing of it says anything about the system.
    pub fn down(&self, way: Way, server: &Server) -> Result<Down, Failed> {
        let failed = |how: &str| Failed { how: how.into(), last_lines: Vec::new() };
        let down = match &self.by {
            None => return Err(failed("the configuration names no commands that stop and start the system")),
            Some(By::Mock(faults, host)) => {
                let does = FaultKind::HostDown { host: *host, keeps_unsynced: way == Way::Stop };
                Down(Some(faults.begin(does).ok_or_else(|| failed("the mock cannot be stopped"))?))
            }
            Some(By::Commands { stop, kill, folder, .. }) => {
                command::run(if way == Way::Stop { stop } else { kill }, folder, COMMAND)?;
                Down(None)
            }
        };
        let begun = now();
        while !matches!(server.tcp(), Err(Seen::NoConnection(_))) {
            if begun.elapsed() > ENDED_WITHIN {
                return Err(failed("the system still accepts connections: the command did not end it"));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(down)
    }

    /// Starts the system again. Whether it serves is seen afterwards.
    ///
    /// # Errors
    /// What went wrong.
    pub fn up(&self, down: Down, server: &Server) -> Result<(), Failed> {
        match &self.by {
            Some(By::Commands { start, folder, .. }) => {
                command::start_until(start, folder, self.starts_within, || server.tcp().is_ok()).map(drop)
            }
            _ => {
                // The mock's host starts again when its fault ends.
                drop(down.0);
                Ok(())
            }
        }
    }
}
