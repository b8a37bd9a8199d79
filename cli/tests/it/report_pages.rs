//! The pages of `shikaku load --html` and `shikaku run --html`: what is in them, and in a browser by `cli/tests/ui/report_ui.py`.
//!
//! Without Chromium or Playwright the test of the browser says on stderr that it did not run, and passes; if the environment variable `CI`
//! is set it fails. With npm, axe-core looks for barriers too. `SHIKAKU_SCREENSHOTS` is a folder for the screenshots and the PDFs.

use crate::{browser, load, tool};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A mutant whose value travels over several hops to the facility.
const LEAKS: [&str; 6] = ["run", "everyday-visit", "--design", "certificate", "--mutant", "broker-shows-code"];

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The failing run, against a base line in which it passed.
fn run_page(folder: &Path) {
    let at = |name: &str| folder.join(name);
    tool::shikaku().args(&LEAKS[..4]).args(["--seeds", "1..2", "--out"]).arg(at("base")).assert().success();
    let failing = ["--seeds", "1..2", "--shrink", "0", "--out"];
    let mut command = tool::shikaku();
    command.args(LEAKS).args(failing).arg(at("out")).arg("--html").arg(at("run")).arg("--baseline").arg(at("base"));
    command.assert().code(1);
}

#[test]
fn a_page_shows_what_failed_and_masks_the_values_of_people() {
    let folder = tempfile::tempdir().unwrap();
    run_page(folder.path());
    let page = text(&folder.path().join("run/report.html"));
    assert!(page.contains("NVN-018") && page.contains("class=\"marked\"") && page.contains("悪化"), "{page}");
    // The values of the run's people are in its recordings, and not in its page.
    let people = folder.path().join("people.ndjson");
    tool::shikaku().args(["population", "--scenario", "everyday-visit", "--seed", "1", "--out"]).arg(&people).assert().success();
    let scan = |what: &str| tool::shikaku().args(["scan", "--people"]).arg(&people).arg(folder.path().join(what)).assert();
    scan("out").code(1);
    scan("run").success();
}

#[test]
fn a_base_line_and_a_page_that_cannot_be_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("page");
    let refused = |args: &[&str]| {
        let output = tool::shikaku().args(["run", "everyday-visit"]).args(args).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let page = out.to_str().unwrap();
    assert!(refused(&["--html", page, "--baseline", "nowhere"]).contains("nowhere"));
    assert!(refused(&["--baseline", "nowhere"]).contains("--html"));
    assert!(refused(&["--html", "/dev/null/page"]).contains("--html"));
    assert!(!out.exists() || fs::read_dir(&out).unwrap().next().is_none());
}

#[test]
#[allow(clippy::print_stderr, reason = "it says that it did not run")]
fn readers_of_the_pages_find_what_they_need() {
    let (Some(python), Some(chromium)) = (browser::python(), browser::chromium()) else {
        assert!(std::env::var_os("CI").is_none(), "the pages have to be opened in a browser in CI");
        eprintln!("NOT RUN: the pages were not opened in a browser: Chromium or Playwright is missing");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let study = load::study(&folder, load::FAULT);
    let mut command = tool::shikaku();
    command
        .arg("load")
        .arg(study)
        .args(["--seeds", "1..2", "--lang", "ja", "--out"])
        .arg(at("load.json"))
        .arg("--html")
        .arg(at("load"));
    command.assert().success();
    run_page(folder.path());
    let shots = std::env::var_os("SHIKAKU_SCREENSHOTS").map_or_else(|| at("shots"), PathBuf::from);
    fs::create_dir_all(&shots).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui/report_ui.py");
    let inputs = [at("load/report.html"), at("load.json"), at("run/report.html"), at("out/results.json"), chromium, shots];
    let output = Command::new(python).arg("-B").arg(script).args(inputs).args(browser::axe()).output().unwrap();
    assert!(output.status.success(), "{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
}
