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
