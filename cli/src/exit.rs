//! Exit codes. They are part of the interface: CI relies on them.

use reports::results::RunOutcome;
use std::process::ExitCode;

/// How a command ended. The numbers are the exit codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Every rule and expectation held, or nothing was found.
    Held = 0,
    /// A rule or an expectation was broken, or a value was found.
    Broken = 1,
    /// Invalid usage or input.
    Usage = 2,
    /// Two runs of one seed differed.
    Differed = 3,
    /// The command could not finish, could not look at everything, or could not write its results.
    Unfinished = 4,
}

/// The same for `--help`.
pub const HELP: &str = "Exit codes:
  0  every rule and expectation held, or nothing was found
  1  a rule or an expectation was broken, or a value was found
  2  invalid usage or input
  3  two runs of one seed differed
  4  could not finish, look at everything, or write the results";

impl Exit {
    pub fn code(self) -> u8 {
        self as u8
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code())
    }
}

impl From<RunOutcome> for Exit {
    fn from(worst: RunOutcome) -> Exit {
        match worst {
            RunOutcome::Passed => Exit::Held,
            RunOutcome::Inconclusive => Exit::Unfinished,
            RunOutcome::Broken => Exit::Broken,
            RunOutcome::Differed => Exit::Differed,
            RunOutcome::Unfinished => Exit::Unfinished,
        }
    }
}

/// Invalid input from the user. The message names the input, the place and the remedy.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct UsageError(pub String);

/// A [`UsageError`] as the error of a command.
pub fn usage(message: impl Into<String>) -> anyhow::Error {
    UsageError(message.into()).into()
}
