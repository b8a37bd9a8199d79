//! The binary under test, in the same environment on every machine.

use assert_cmd::Command;
use std::path::Path;

/// Environment variables that are passed to the binary. Others, such as `COLUMNS`, `LANG`, `TZ`, `NO_COLOR`, `RUST_BACKTRACE`,
/// `CI` or `OPENSSL_CONF`, could change its output.
const PASSED_ON: &[&str] = &["PATH", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "LD_LIBRARY_PATH", "LLVM_PROFILE_FILE"];

/// Disables the wall-clock limit on shrinking, so that the result does not depend on the machine. With the default a busy
/// machine would find a different smallest case.
pub const UNLIMITED_SHRINKING: [&str; 2] = ["--shrink-time", "24h"];

/// A command of the standard library that starts the binary.
pub fn process() -> std::process::Command {
    in_fixed_environment(path())
}

/// A command that runs the binary to its end.
pub fn shikaku() -> Command {
    Command::from_std(process())
}

/// A shell command in a folder. `$SHIKAKU` is the binary.
pub fn shell(line: &str, folder: &Path) -> std::process::Command {
    let mut command = in_fixed_environment(Path::new("sh"));
    command.args(["-c", line]).env("SHIKAKU", path()).current_dir(folder);
    command
}

fn path() -> &'static Path {
    assert_cmd::cargo::cargo_bin!("shikaku")
}

fn in_fixed_environment(program: &Path) -> std::process::Command {
    let mut command = std::process::Command::new(program);
    command.env_clear().envs(PASSED_ON.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
    command
}
