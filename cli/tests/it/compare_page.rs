//! The page of `shikaku compare` in a browser: `cli/tests/ui/compare_ui.py` by Playwright, with Chromium.
//!
//! Without Chromium or Playwright the test says on stderr that it did not run, and passes; if the environment variable `CI` is set it
//! fails. With npm, axe-core looks for barriers too. `SHIKAKU_SCREENSHOTS` is a folder for the screenshots and the PDF.

use crate::{browser, tool};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
#[allow(clippy::print_stderr, reason = "it says that it did not run")]
fn readers_of_the_page_find_what_they_need() {
    let (Some(python), Some(chromium)) = (browser::python(), browser::chromium()) else {
        assert!(std::env::var_os("CI").is_none(), "the page has to be opened in a browser in CI");
        eprintln!("NOT RUN: the page was not opened in a browser: Chromium or Playwright is missing");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let figure = "[[figure]]\nkey = \"maintenance-clinic\"\nja = \"x\"\nen = \"x\"\nunit = \"yen a month\"\nlow = 3000\nmode = 20000\n\
                  high = 20000\nsource = \"x\"\nconfidence = \"read\"\n";
    fs::write(at("mine.toml"), figure).unwrap();
    let mine = at("mine.toml");
    for (out, more) in [("report", &[][..]), ("changed", &["--assumptions", mine.to_str().unwrap()])] {
        let small = ["compare", "--designs", "certificate,ask-insurer,least-kept", "--seeds", "1..2", "--persons", "24", "--out"];
        tool::shikaku().args(small).arg(at(out)).args(more).assert().success();
    }
    let shots = std::env::var_os("SHIKAKU_SCREENSHOTS").map_or_else(|| at("shots"), PathBuf::from);
    fs::create_dir_all(&shots).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui/compare_ui.py");
    let mut command = Command::new(python);
    command.arg("-B").arg(script).args([at("report"), at("changed"), chromium, shots]).args(browser::axe());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
}
