//! Hostile input, hostile environments and hostile ends: every case has a limit of memory and of time, and ends with an exit code of the
//! interface. `docs/security.md` has the table of what was tried.

mod arithmetic;
mod bounds;
mod documents;
mod environment;
mod limits;
mod numbers;
mod panics;
mod secrets;
mod shows;
mod signals;
mod writes;

use crate::tool;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// How a limited command ended.
struct Ended {
    /// `None` if it was killed, by a limit or for taking too long.
    code: Option<i32>,
    stdout: String,
    stderr: String,
    took: Duration,
}

impl Ended {
    /// Whether it ended as the interface says, and without a panic.
    fn is_orderly(&self) -> bool {
        matches!(self.code, Some(0..=4)) && !self.stderr.contains("panicked")
    }

    fn shown(&self) -> String {
        let (out, err): (String, String) = (self.stdout.chars().take(600).collect(), self.stderr.chars().take(1500).collect());
        format!("{:?} after {:?}\n{out}\n{err}", self.code, self.took)
    }
}

/// Limits of one case.
#[derive(Clone, Copy)]
struct Limits {
    /// Of its address space.
    megabytes: u64,
    seconds: u64,
}

/// What `check` and most other commands may need.
const SMALL: Limits = Limits { megabytes: 1000, seconds: 10 };

/// A busy machine gives a process less than half of a processor.
const PATIENCE: u64 = 6;

/// The shell command of the tool within limits of memory and of processor time.
fn limited_process(args: &[&str], folder: &Path, limits: Limits) -> std::process::Command {
    let line = format!(
        "ulimit -v {} && ulimit -t {} && ulimit -c 0 && exec \"$SHIKAKU\" \"$@\"",
        limits.megabytes * 1024,
        limits.seconds
    );
    let mut command = tool::shell(&line, folder);
    // The first argument after the line is `$0`.
    command.arg("sh").args(args).stdin(Stdio::null());
    command
}

/// Runs the tool within its limits.
fn limited(args: &[&str], folder: &Path, limits: Limits) -> Ended {
    let mut command = limited_process(args, folder, limits);
    finish(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap(), limits.seconds * PATIENCE, None)
}

/// Waits for a process, and reads what it writes. With a signal, it gets that after so many milliseconds.
#[allow(clippy::disallowed_methods, reason = "how long a process takes is what is tested")]
fn finish(mut child: Child, seconds: u64, signal: Option<(&str, u64)>) -> Ended {
    let started = Instant::now(); // how long it takes is what is tested
    let read = |mut from: Box<dyn Read + Send>| {
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            // The first megabytes are enough to judge by; the rest is read so that the process is not blocked.
            let _ = (&mut from).take(8 << 20).read_to_end(&mut bytes);
            let _ = std::io::copy(&mut from, &mut std::io::sink());
            String::from_utf8_lossy(&bytes).into_owned()
        })
    };
    let stdout = child.stdout.take().map(|out| read(Box::new(out)));
    let stderr = child.stderr.take().map(|err| read(Box::new(err)));
    let mut sent = None;
    let code = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status.code();
        }
        if let Some((name, _)) = signal.filter(|(_, after)| sent.is_none() && started.elapsed() >= Duration::from_millis(*after))
        {
            let line = format!("kill -{name} {}", child.id());
            let _ = tool::shell(&line, Path::new("/")).stderr(Stdio::null()).status();
            sent = Some(Instant::now()); // as above
        }
        if started.elapsed() > Duration::from_secs(seconds) {
            let _ = child.kill();
            let _ = child.wait();
            break None;
        }
        std::thread::sleep(Duration::from_millis(3));
    };
    let took = sent.unwrap_or(started).elapsed();
    let text = |reader: Option<std::thread::JoinHandle<String>>| reader.map_or(String::new(), |r| r.join().unwrap());
    Ended { code, stdout: text(stdout), stderr: text(stderr), took }
}

/// The head of a scenario of so many people, without visits.
fn head(people: u64) -> String {
    format!("title = {{ ja = \"試験\", en = \"A test\" }}\nstory = \"A story.\"\npeople = {people}\n")
}

fn visit(at: u64, person: u64) -> String {
    format!("[[visit]]\nat = \"{at}s\"\nperson = {person}\nexpect = \"never-wrong\"\n")
}
