//! `shikaku certify`: its help, its files, and its page in a browser.

use crate::tool;
use sha2::{Digest, Sha256};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

#[test]
fn the_help_is_as_documented() {
    let output = tool::shikaku().args(["certify", "--help"]).output().unwrap();
    insta::assert_snapshot!(String::from_utf8_lossy(&output.stdout));
}

#[test]
fn every_format_is_written_and_no_file_twice() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let certify = |more: &[&str]| {
        let args = ["certify", "number-authority", "--self-test", "--only", "scenario/everyday-visit"];
        tool::shikaku().args(args).args(more).output().unwrap()
    };
    let refused = certify(&["--junit", &path("x"), "--html", &path("x")]);
    assert_eq!(refused.status.code(), Some(2), "{}", String::from_utf8_lossy(&refused.stderr));
    let refused = certify(&["--ui=0.0.0.0:0"]);
    assert_eq!(refused.status.code(), Some(2), "{}", String::from_utf8_lossy(&refused.stderr));
    let done = certify(&["--junit", &path("j.xml"), "--sarif", &path("s.sarif"), "--html", &path("h.html"), "--format", "json"]);
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    let json: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
    let sarif: serde_json::Value = serde_json::from_slice(&fs::read(path("s.sarif")).unwrap()).unwrap();
    assert_eq!((json["ending"].as_str(), sarif["runs"][0]["properties"]["ending"].as_str()), (Some("passed"), Some("passed")));
    for name in ["j.xml", "h.html"] {
        let text = fs::read_to_string(path(name)).unwrap();
        assert!(text.contains("everyday-visit") && text.contains("NVN-001"), "{text}");
    }
}

/// A certification with a page. It is ended when it is dropped.
struct Running {
    process: Child,
    url: String,
}

impl Running {
    fn start(args: &[&str]) -> Running {
        let mut command = tool::process();
        command.arg("certify").args(args).arg("--ui").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let mut urls = lines.map_while(Result::ok).filter_map(|line| Some(line[line.find("http://")?..].to_string()));
        let url = urls.next().unwrap();
        // What it still writes must be read, or it would wait.
        std::thread::spawn(move || urls.for_each(drop));
        Running { process, url }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Screenshots are written to the folder that `SHIKAKU_SCREENSHOTS` names.
#[test]
fn the_page_in_a_browser() {
    let (Some(python), Some(browser)) = (python(), browser()) else {
        // Directly to stderr, since the test harness captures output.
        let _ =
            writeln!(std::io::stderr(), "\nNOT RUN: the page was not opened in a browser: Chromium or Playwright is missing\n");
        assert!(std::env::var_os("CI").is_none(), "the page must be opened in a browser in CI: see .ci/prepare");
        return;
    };
    let mut passing = Running::start(&["number-authority", "--self-test", "--only", "scenario/everyday"]);
    let failing =
        Running::start(&["broker", "--self-test", "--mutant", "broker-shows-code", "--only", "scenario/everyday-visit"]);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui/certify_ui.py");
    let mut command = bounded(&python);
    command.arg(script).arg(browser).arg(&passing.url).arg(passing.process.id().to_string()).arg(&failing.url);
    let tested = command.args(std::env::var_os("SHIKAKU_SCREENSHOTS")).output().unwrap();
    let printed = [tested.stdout, tested.stderr].concat();
    assert!(tested.status.success(), "{}", String::from_utf8_lossy(&printed));
    // The script has stopped it, which changes nothing of how the certification ended.
    assert_eq!(passing.process.wait().unwrap().code(), Some(0));
}

/// A command that is ended if it takes too long.
fn bounded(program: &Path) -> Command {
    let mut command = Command::new("timeout");
    command.args(["--kill-after=10", "300"]).arg(program);
    command
}

/// Chromium, if it is installed.
fn browser() -> Option<PathBuf> {
    let folders: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH")?).collect();
    let names = ["chromium", "chromium-browser", "google-chrome"];
    names.iter().find_map(|name| folders.iter().map(|folder| folder.join(name)).find(|path| path.is_file()))
}

/// An interpreter with Playwright, which is installed unless an earlier run did that.
fn python() -> Option<PathBuf> {
    let pinned = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui/requirements.txt");
    let digest = Sha256::digest(fs::read(&pinned).unwrap());
    let name: String = digest.iter().take(6).map(|b| format!("{b:02x}")).collect();
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("playwright-{name}"));
    let python = home.join("bin/python");
    let works = |python: &Path| {
        Command::new(python).args(["-c", "import playwright.sync_api"]).output().is_ok_and(|o| o.status.success())
    };
    if works(&python) {
        return Some(python);
    }
    let made = bounded(Path::new("python3")).args(["-m", "venv"]).arg(&home).output().ok()?;
    if !made.status.success() {
        return None;
    }
    let pip = ["-m", "pip", "install", "--quiet", "--retries=1", "--require-hashes", "--only-binary=:all:", "-r"];
    bounded(&python).args(pip).arg(&pinned).output().ok()?;
    works(&python).then_some(python)
}
