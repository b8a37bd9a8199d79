//! Passes the commit of the source to the program, so that results state which tool made them.

use std::path::Path;
use std::process::Command;

/// The source of the program. Where it changes, the program is built again anyway.
const SOURCE: [&str; 8] = [
    "src",
    "../sim",
    "../mocks/src",
    "../scenarios/src",
    "../conformance/src",
    "../conformance/leak/src",
    "../conformance/unpack/src",
    "../reports/src",
];
/// The files whose changes make it another program.
const TRACKED: [&str; 3] = [":(top)*.rs", ":(top)*.toml", ":(top)Cargo.lock"];

/// The output of git in this folder. `None` without git or outside of a repository.
fn git(args: &[&str]) -> Option<String> {
    let output = Command::new("git").args(args).output().ok().filter(|o| o.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_string())
}

fn main() {
    // Those who build from an archive can name the commit.
    println!("cargo::rerun-if-env-changed=SHIKAKU_COMMIT");
    // Each commit and checkout adds to this log.
    let log = git(&["rev-parse", "--git-path", "logs/HEAD"]);
    let watched = ["build.rs"].into_iter().chain(SOURCE).chain(log.as_deref());
    for path in watched.filter(|path| Path::new(path).exists()) {
        println!("cargo::rerun-if-changed={path}");
    }
    let found = || {
        let commit = git(&["rev-parse", "HEAD"])?;
        let status = [&["status", "--porcelain", "--untracked-files=no", "--"][..], &TRACKED].concat();
        let modified = git(&status).is_none_or(|changes| !changes.is_empty());
        Some(if modified { format!("{commit}-modified") } else { commit })
    };
    let commit = std::env::var("SHIKAKU_COMMIT").ok().filter(|named| !named.is_empty()).or_else(found);
    println!("cargo::rustc-env=SHIKAKU_COMMIT={}", commit.unwrap_or_else(|| "unknown".into()));
}
