//! The commands of a vendor's configuration: each is run in a shell, in the folder of the file, and has an end.

use crate::clock::now;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The longest output that is read, in bytes.
const LONGEST: u64 = 256 << 20;
/// How many of the last lines of an output are shown.
const SHOWN: usize = 3;

/// Why a command did not do what it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// How it ended.
    pub how: String,
    /// The last lines that it wrote to stderr. They are the vendor's own, and are shown to the vendor.
    pub last_lines: Vec<String>,
}

impl Failed {
    fn of(how: impl Into<String>) -> Self {
        Failed { how: how.into(), last_lines: Vec::new() }
    }
}

/// Runs a command to its end, but no longer than that. It and what it started are then ended.
///
/// # Errors
/// If it could not be run, did not end with 0, or did not end.
pub fn run(line: &str, folder: &Path, longest: Duration) -> Result<(), Failed> {
    let (stderr, mut child) = start(line, folder, Stdio::null())?;
    ended(&mut child, longest).map_err(|how| Failed { how, last_lines: last_lines(stderr) })
}

/// The same, and returns what it wrote to stdout.
///
/// # Errors
/// As [`run`], and if it wrote more than 256 MiB.
pub fn output(line: &str, folder: &Path, longest: Duration) -> Result<Vec<u8>, Failed> {
    let cannot = |e: std::io::Error| Failed::of(format!("its output cannot be kept: {e}"));
    let stdout = tempfile::tempfile().map_err(cannot)?;
    let to = stdout.try_clone().map_err(cannot)?;
    let (stderr, mut child) = start(line, folder, to.into())?;
    ended(&mut child, longest).map_err(|how| Failed { how, last_lines: last_lines(stderr) })?;
    let mut written = Vec::new();
    read_from_start(stdout, &mut written).map_err(cannot)?;
    if written.len() as u64 > LONGEST {
        return Err(Failed::of(format!("it wrote more than {LONGEST} bytes")));
    }
    Ok(written)
}

/// Runs a command that starts something: it ends with 0, or goes on. Returns whether `is_up` in time. What it has started is left
/// running.
///
/// # Errors
/// As [`run`].
pub fn start_until(line: &str, folder: &Path, longest: Duration, mut is_up: impl FnMut() -> bool) -> Result<bool, Failed> {
    let (stderr, mut child) = start(line, folder, Stdio::null())?;
    let begun = now();
    while begun.elapsed() < longest {
        match child.try_wait() {
            Ok(Some(status)) if !status.success() => {
                return Err(Failed { how: format!("it ended with {status}"), last_lines: last_lines(stderr) });
            }
            Err(e) => return Err(Failed::of(format!("it cannot be waited for: {e}"))),
            Ok(_) if is_up() => return Ok(true),
            Ok(_) => std::thread::sleep(Duration::from_millis(50)),
        }
    }
    Ok(false)
}

/// The commands that are running, by the id of their process. What they start is in a group of the same id.
static RUNNING: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

/// Ends all commands that are running, with what they have started. What `start_until` has started is left running.
pub fn end_all() {
    let all = std::mem::take(&mut *RUNNING.lock().unwrap_or_else(PoisonError::into_inner));
    all.into_iter().for_each(end_group);
}

fn end_group(id: u32) {
    if cfg!(unix) {
        let group = format!("-{id}");
        let _ = Command::new("kill").args(["-KILL", "--", &group]).stdin(Stdio::null()).stderr(Stdio::null()).status();
    }
}

fn start(line: &str, folder: &Path, stdout: Stdio) -> Result<(File, Child), Failed> {
    let cannot = |e: std::io::Error| Failed::of(format!("its stderr cannot be kept: {e}"));
    let stderr = tempfile::tempfile().map_err(cannot)?;
    let to = stderr.try_clone().map_err(cannot)?;
    let mut command = Command::new("sh");
    command.arg("-c").arg(line).current_dir(folder).stdin(Stdio::null()).stdout(stdout).stderr(to);
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        // What the shell starts is ended with it, and no signal that is meant for us reaches it.
        command.process_group(0);
    }
    let child = command.spawn().map_err(|e| Failed::of(format!("it cannot be started: {e}")))?;
    Ok((stderr, child))
}

fn ended(child: &mut Child, longest: Duration) -> Result<(), String> {
    let running = || RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    running().insert(child.id());
    let ended = wait(child, longest);
    running().remove(&child.id());
    ended
}

fn wait(child: &mut Child, longest: Duration) -> Result<(), String> {
    let begun = now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => return Err(format!("it ended with {status}")),
            Ok(None) if begun.elapsed() < longest => std::thread::sleep(Duration::from_millis(20)),
            Ok(None) => {
                end(child);
                return Err(format!("it did not end within {} s", longest.as_secs()));
            }
            Err(e) => return Err(format!("it cannot be waited for: {e}")),
        }
    }
}

/// Ends a command and what it has started.
fn end(child: &mut Child) {
    end_group(child.id());
    // It may have ended in between.
    let _ = child.kill().and_then(|()| child.wait().map(drop));
}

fn read_from_start(mut file: File, to: &mut Vec<u8>) -> std::io::Result<()> {
    use std::io::Seek;
    file.rewind()?;
    file.take(LONGEST + 1).read_to_end(to).map(drop)
}

fn last_lines(stderr: File) -> Vec<String> {
    let mut text = Vec::new();
    // Without it, the end of the command is still reported.
    let _ = read_from_start(stderr, &mut text);
    let text = String::from_utf8_lossy(&text[text.len().saturating_sub(4096)..]).into_owned();
    let shown = |line: &str| line.chars().filter(|c| !c.is_control()).take(200).collect();
    let lines: Vec<String> = text.lines().map(shown).collect();
    lines[lines.len().saturating_sub(SHOWN)..].to_vec()
}

#[cfg(all(test, unix))]
#[allow(clippy::unwrap_used, reason = "in a test a panic is the report")]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(20);

    #[test]
    fn output_errors_and_commands_without_end_are_told_apart() {
        let here = Path::new(".");
        assert_eq!(output("printf 'a\\nb'", here, LONG), Ok(b"a\nb".to_vec()));
        let failed = run("echo one >&2; echo two >&2; exit 3", here, LONG).unwrap_err();
        assert!(failed.how.contains('3') && failed.last_lines == ["one", "two"], "{failed:?}");
        let begun = now();
        assert!(run("sleep 60", here, Duration::from_millis(200)).unwrap_err().how.contains("did not end"));
        assert!(begun.elapsed() < LONG);
    }

    #[test]
    fn a_command_that_starts_something_may_end_or_go_on() {
        let folder = tempfile::tempdir().unwrap();
        let up = folder.path().join("up");
        let is_up = || up.exists();
        assert_eq!(start_until("touch up; sleep 2", folder.path(), LONG, is_up), Ok(true));
        assert_eq!(start_until("true", folder.path(), LONG, is_up), Ok(true));
        assert!(start_until("exit 1", folder.path(), LONG, || false).is_err());
        assert_eq!(start_until("true", folder.path(), Duration::from_millis(200), || false), Ok(false));
    }
}
