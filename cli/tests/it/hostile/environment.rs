//! The environment changes no digest: whatever it sets, a run is the same or is refused with a reason.

use crate::tool;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// The digest of a run's results, or why there are none.
fn digest(before: &str, folder: &Path) -> Result<String, String> {
    let line = format!("{before}; exec \"$SHIKAKU\" run borrowed-card --design certificate --format json");
    let output = tool::shell(&line, folder).output().unwrap();
    let results: Option<serde_json::Value> = serde_json::from_slice(&output.stdout).ok();
    match (output.status.code(), results) {
        (Some(0), Some(results)) => Ok(results["digest"].as_str().unwrap().to_string()),
        (code, _) => Err(format!("{code:?}: {}", String::from_utf8_lossy(&output.stderr))),
    }
}

#[test]
fn no_environment_changes_a_digest() {
    let folder = tempfile::tempdir().unwrap();
    let config = "openssl_conf = d\n[d]\nssl_conf = s\nalg_section = a\n[a]\ndefault_properties = nosuch=yes\n[s]\nsystem_default = x\n[x]\n\
        CipherString = DEFAULT:@SECLEVEL=5\nMinProtocol = TLSv1.3\nGroups = P-521\n";
    fs::write(folder.path().join("openssl.cnf"), config).unwrap();
    fs::create_dir(folder.path().join("read-only")).unwrap();
    fs::set_permissions(folder.path().join("read-only"), fs::Permissions::from_mode(0o555)).unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let usual = digest("true", folder.path()).unwrap();
    for before in [
        "export OPENSSL_CONF=$PWD/openssl.cnf",
        "export OPENSSL_CONF=/nonexistent SSL_CERT_FILE=/dev/null SSL_CERT_DIR=/ OPENSSL_MODULES=/tmp OPENSSL_ia32cap=0",
        "unset HOME TMPDIR PATH",
        "export HOME=/nonexistent TMPDIR=/nonexistent",
        "export TZ=Asia/Tokyo LANG=ja_JP.UTF-8 LC_ALL=tr_TR.UTF-8 COLUMNS=1 CI=true NO_COLOR=1 RUST_BACKTRACE=full",
        "export RUST_LOG=trace TOKIO_WORKER_THREADS=1 MALLOC_ARENA_MAX=1 MIMALLOC_SHOW_STATS=0",
        "cd read-only",
        "ulimit -n 16",
        "ulimit -s 256",
        "ulimit -c 0; ulimit -v 400000",
        "umask 777",
        "exec 0<&-",
    ] {
        assert_eq!(digest(before, folder.path()).as_ref(), Ok(&usual), "{before}");
    }
    fs::set_permissions(folder.path().join("read-only"), fs::Permissions::from_mode(0o755)).unwrap();
}

/// A limit of the size of files is a full disk: the older results are whole, and the reason is said.
#[test]
fn files_may_be_limited_in_size() {
    let folder = tempfile::tempdir().unwrap();
    let run = |before: &str, more: &str| {
        let line = format!("{before}; exec \"$SHIKAKU\" run borrowed-card --design certificate --out out {more}");
        tool::shell(&line, folder.path()).output().unwrap()
    };
    assert_eq!(run("true", "").status.code(), Some(0));
    let results = || fs::read(folder.path().join("out/results.json")).unwrap();
    let before = results();
    for limit in ["ulimit -f 0", "ulimit -f 1"] {
        let ended = run(limit, "--replace");
        let said = String::from_utf8_lossy(&ended.stderr);
        assert!(
            matches!(ended.status.code(), Some(2 | 4)) && said.contains("File too large"),
            "{limit}: {:?}: {said}",
            ended.status
        );
        assert!(results() == before, "{limit}");
        let left = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(left, 1, "{limit}: a temporary file is left");
    }
    // Also where nothing but the output is written.
    let line = "ulimit -f 0; \"$SHIKAKU\" schema scenario > here; echo $? >&2";
    let ended = tool::shell(line, folder.path()).output().unwrap();
    assert!(String::from_utf8_lossy(&ended.stderr).ends_with("4\n"), "{}", String::from_utf8_lossy(&ended.stderr));
}

/// A folder that cannot be written is named before anything runs.
#[test]
fn what_cannot_be_written_is_refused_before_anything_runs() {
    let folder = tempfile::tempdir().unwrap();
    for out in ["/proc/here", "/dev/null/here"] {
        let output = tool::shikaku().args(["run", "borrowed-card", "--out", out]).current_dir(folder.path()).output().unwrap();
        let refused = output.status.code() == Some(2) && output.stdout.is_empty();
        assert!(refused, "{out}: {}", String::from_utf8_lossy(&output.stderr));
    }
    let line = "TMPDIR=/nonexistent exec \"$SHIKAKU\" run borrowed-card --junit /dev/stdout";
    let output = tool::shell(line, folder.path()).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(2) && errors.contains("no temporary file can be created in `/nonexistent`"), "{errors}");
}
