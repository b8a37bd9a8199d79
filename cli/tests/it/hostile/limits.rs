//! What the machine may not have: memory and threads. Every command ends with an exit code of the interface and says what was missing.

use super::{Limits, finish, limited};
use crate::tool;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Stdio;

/// Every command, with as little to do as it can have. `rec` has recordings, `evidence` a certification.
const COMMANDS: [&[&str]; 21] = [
    &["run", "borrowed-card", "--design", "certificate", "--html", "html"],
    &["load", "oracle-mm1", "--minutes", "0.1"],
    &["check", "everyday-visit"],
    &["merge", "rec/results.json"],
    &["judge", "rec", "--lang", "ja"],
    &["replay", "sk2-nothing"],
    &["calibrate", "--rounds", "1", "--only", "ocsp-status"],
    &["population", "--persons", "3"],
    &["serve", "--port", "0", "--kit", "rec/results.json"],
    &["certify", "number-authority", "--self-test", "--only", "http/root"],
    &["scan", "--people", "people.ndjson", "rec"],
    &["statement", "sign", "evidence", "--key", "key.pem", "--out", "statement.json", "--replace"],
    &["statement", "show", "statement.json"],
    &["verify", "statement.json", "--key", "pub.pem", "--evidence", "evidence"],
    &["diff", "rec/results.json", "rec/results.json"],
    &["compare", "--list-assumptions"],
    &["designs"],
    &["rules", "--lang", "ja"],
    &["explain", "NVN-003"],
    &["contract"],
    &["schema", "scenario"],
];

/// Those that go on for a minute if they have what they need.
const LONG: [&[&str]; 3] =
    [&["coverage"], &["selftest"], &["compare", "--designs", "certificate", "--seeds", "1..1", "--out", "compared", "--replace"]];

/// Each command with limits; the last ones are for those that are short.
fn cases(limits: &[u64], for_long: usize) -> Vec<(&'static [&'static str], u64)> {
    let short = COMMANDS.iter().flat_map(|args| limits.iter().map(move |limit| (*args, *limit)));
    let long = LONG.iter().flat_map(|args| limits.iter().take(for_long).map(move |limit| (*args, *limit)));
    short.chain(long).collect()
}

/// What the commands read.
fn prepared() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let shikaku = |args: &[&str]| {
        let output = tool::shikaku().args(args).current_dir(folder.path()).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    shikaku(&["run", "borrowed-card", "--journals", "all", "--out", "rec"]);
    shikaku(&["population", "--persons", "3", "--out", "people.ndjson"]);
    shikaku(&["certify", "number-authority", "--self-test", "--only", "http/root", "--out", "evidence"]);
    let keys =
        "openssl genpkey -algorithm ed25519 -out key.pem && openssl pkey -in key.pem -pubout -out pub.pem && chmod 644 key.pem";
    assert!(tool::shell(keys, folder.path()).status().unwrap().success());
    shikaku(&["statement", "sign", "evidence", "--key", "key.pem", "--out", "statement.json"]);
    folder
}

#[test]
fn without_memory_every_command_says_so() {
    let folder = prepared();
    let mut wrong = Vec::new();
    for (args, megabytes) in cases(&[80, 110, 150, 200, 280, 400], 2) {
        let ended = limited(args, folder.path(), Limits { megabytes, seconds: 60 });
        // A run that could not be set up is in the results, with the reason.
        let said = ended.stderr.contains("error: ") || ended.stderr.contains("note: ") || !ended.stdout.is_empty();
        let says_why = ended.code != Some(4) || said;
        // The system's own reader of programs needs some of it too.
        let is_loaded = !ended.stderr.contains("error while loading shared libraries");
        if is_loaded && !(ended.is_orderly() && says_why) {
            wrong.push(format!("{args:?} with {megabytes} MB: {}", ended.shown()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Runs the tool as a user for whom the system counts processes: it does not for root.
fn with_processes(count: u64, args: &[&str], folder: &Path) -> super::Ended {
    let line = format!(
        "as=; [ \"$(id -u)\" != 0 ] || as='setpriv --reuid=65534 --regid=65534 --clear-groups'; \
         exec prlimit --nproc={count} $as ./tool \"$@\""
    );
    let mut command = tool::shell(&line, folder);
    command.arg("sh").args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    finish(command.spawn().unwrap(), 120, None)
}

#[test]
fn without_threads_every_command_says_so() {
    let folder = prepared();
    // Others must reach it, and write.
    let open = tool::shell("chmod -R a+rwX . && cp \"$SHIKAKU\" tool && chmod 755 tool", folder.path()).status();
    assert!(open.unwrap().success());
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
    let mut wrong = Vec::new();
    let mut refused = 0;
    for (args, count) in cases(&[1, 2, 4], 1) {
        let ended = with_processes(count, args, folder.path());
        refused += usize::from(ended.code == Some(4));
        let said = format!("{}{}", ended.stdout, ended.stderr);
        let says_why = ended.code != Some(4) || said.contains("thread") || said.contains("temporarily unavailable");
        if !(ended.is_orderly() && says_why) {
            wrong.push(format!("{args:?} with {count} processes: {}", ended.shown()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(refused > 0, "the limit of processes has no effect: are prlimit and setpriv installed?");
}
