//! The binary under test, in the same environment on every machine.

use assert_cmd::Command;
use std::path::Path;

/// What the binary may see of the environment of the tests. Everything else, such as `COLUMNS`, `LANG`, `TZ`, `NO_COLOR`,
/// `RUST_BACKTRACE`, `CI` or `OPENSSL_CONF`, could change what it prints.
const PASSED_ON: &[&str] = &["PATH", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "LD_LIBRARY_PATH", "LLVM_PROFILE_FILE"];

/// Turns off the limit of real time on making a failing run smaller, so that only the number of tries ends it. With the default a
/// busy machine would find another smallest case.
pub const UNHURRIED: [&str; 2] = ["--shrink-time", "24h"];

/// The binary, to be started by the standard library.
pub fn process() -> std::process::Command {
    in_fixed_environment(path())
}

/// The binary, to be run to its end.
pub fn shikaku() -> Command {
    Command::from_std(process())
}

/// A line of shell in a folder. `$SHIKAKU` is the binary.
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
