//! Exit codes. They are part of the interface: CI relies on them.

use reports::results::RunOutcome;
use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: every rule and expectation held, or nothing was found.
    Held,
    /// 1: a rule or an expectation was broken, or a value was found.
    Broken,
    /// 2: invalid usage or input.
    Usage,
    /// 3: two runs of one seed differed.
    Differed,
    /// 4: a run could not finish, or the runs were interrupted.
    Unfinished,
}

/// The same for `--help`.
pub const HELP: &str = "\
Exit codes:
    0  every rule and expectation held, or nothing was found
  1  a rule or an expectation was broken, or a value was found
    2  invalid usage or input
  3  two runs of one seed differed
  4  a run could not finish, or the runs were interrupted";

impl Exit {
    pub fn code(self) -> i32 {
        match self {
            Exit::Held => 0,
            Exit::Broken => 1,
            Exit::Usage => 2,
            Exit::Differed => 3,
            Exit::Unfinished => 4,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code() as u8)
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
