//! What tests of pages need: Chromium, Playwright and axe-core.

use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The package of axe-core, and the digest of its script.
const AXE: &str = "axe-core@4.14.1";
const AXE_SHA256: &str = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c";

/// Chromium, if it is installed.
pub fn chromium() -> Option<PathBuf> {
    let folders: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH")?).collect();
    let names = ["chromium", "chromium-browser", "google-chrome"];
    names.iter().find_map(|name| folders.iter().map(|folder| folder.join(name)).find(|path| path.is_file()))
}

/// An interpreter with Playwright, which is installed unless an earlier run did that.
pub fn python() -> Option<PathBuf> {
    let pinned = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui/requirements.txt");
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("playwright-{}", &digest(&fs::read(&pinned).unwrap())[..12]));
    let python = home.join("bin/python");
    let works = |python: &Path| {
        Command::new(python).args(["-c", "import playwright.sync_api"]).output().is_ok_and(|o| o.status.success())
    };
    if works(&python) {
        return Some(python);
    }
    let made = Command::new("python3").args(["-m", "venv"]).arg(&home).output().ok()?;
    if !made.status.success() {
        return None;
    }
    let pip = ["-m", "pip", "install", "--quiet", "--retries=1", "--require-hashes", "--only-binary=:all:", "-r"];
    Command::new(&python).args(pip).arg(&pinned).output().ok()?;
    works(&python).then_some(python)
}

/// The script of axe-core, which npm fetches unless an earlier run did that. `None` without npm or a registry.
pub fn axe() -> Option<PathBuf> {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("axe-core");
    let script = home.join("package/axe.min.js");
    if !script.is_file() {
        fs::create_dir_all(&home).ok()?;
        let packed = Command::new("npm").args(["pack", "--silent", AXE]).current_dir(&home).output().ok()?;
        let name = String::from_utf8(packed.stdout).ok()?;
        Command::new("tar").arg("xzf").arg(name.trim()).arg("package/axe.min.js").current_dir(&home).status().ok()?;
    }
    let bytes = fs::read(&script).ok()?;
    assert_eq!(digest(&bytes), AXE_SHA256, "{AXE} is not what was looked at");
    Some(script)
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}
