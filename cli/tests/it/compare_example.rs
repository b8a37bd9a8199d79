//! The example of a comparison in the documentation: made again by the command that it names, it is the same, and the figures in README and guide are its.
//! `SHIKAKU_BLESS=1` writes all of it.

use crate::tool;
use ::compare::criteria;
use ::compare::document::{Both, Document};
use ::compare::views::numbers::{figure, interval, is_share};
use std::fs;
use std::path::{Path, PathBuf};

const EXAMPLE: &str = "docs/examples/comparison";
/// Of the files of a comparison, those that people open, and the one with all figures.
const FILES: [&str; 3] = ["report.html", "report.md", "compare.json"];
/// The charts that are pictures of their own, by criterion.
const PICTURES: [&str; 4] = ["join-kept", "wrong-refusals", "up-jpki", "cost-check"];
/// The criteria of the table in README.
const TABLE: [&str; 8] =
    ["exposure", "join-kept", "join-insurer", "wrong-refusals", "returned-claims", "up-jpki", "time-median", "cost-check"];

fn at(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

fn read(path: &str) -> String {
    fs::read_to_string(at(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn blesses() -> bool {
    std::env::var_os("SHIKAKU_BLESS").is_some()
}

/// Holds that a committed file is as expected, or writes it.
fn hold(path: &str, expected: &str) {
    if blesses() {
        fs::write(at(path), expected).unwrap();
    }
    let committed = fs::read_to_string(at(path)).unwrap_or_default();
    let first = committed.lines().zip(expected.lines()).find(|(a, b)| a != b);
    let short = |line: &str| line.chars().take(200).collect::<String>();
    let first = first.map(|(a, b)| format!("\ncommitted: {}\nmade:      {}", short(a), short(b)));
    assert!(committed == expected, "{path} is not what is made now; SHIKAKU_BLESS=1 writes it{}", first.unwrap_or_default());
}

fn document() -> Document {
    serde_json::from_str(&read(&format!("{EXAMPLE}/compare.json"))).unwrap()
}

/// A chart of the page as a picture of its own, in the colours of the page on white.
fn picture(page: &str, title: &Both) -> String {
    let svg = "<svg class=\"intervals\" xmlns=\"http://www.w3.org/2000/svg\" role=\"img\"";
    let start = format!("{svg} aria-label=\"{} / {}\"", title.ja, title.en);
    let (_, rest) = page.split_once(&start).unwrap_or_else(|| panic!("no chart of {}", title.ja));
    let (tag, rest) = rest.split_once('>').unwrap();
    let (chart, _) = rest.split_once("</svg>").unwrap();
    let tag = tag.replace("width=\"100%\"", "width=\"720\"");
    let style = "<style>svg { color: #1b1f24; background: #fff; --faint: #aab1b8; --mark: #0b57a4; font-family: sans-serif } \
                 [lang=en] { display: none }</style>";
    format!("{start}{tag}>\n{style}{chart}</svg>\n")
}

#[test]
fn the_committed_comparison_is_made_again_by_its_command() {
    let folder = tempfile::tempdir().unwrap();
    if blesses() {
        fs::create_dir_all(at(EXAMPLE)).unwrap();
    }
    let committed = fs::read_to_string(at(&format!("{EXAMPLE}/compare.json"))).unwrap_or_default();
    let before: Option<Document> = serde_json::from_str(&committed).ok();
    let command = before.as_ref().map_or("shikaku compare --seeds 1..5 --out DIR".into(), |d| d.commands[0].clone());
    let arguments = command.strip_prefix("shikaku ").unwrap().replace("DIR", folder.path().to_str().unwrap());
    let output = tool::shikaku().args(arguments.split(' ')).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let made = |file: &str| fs::read_to_string(folder.path().join(file)).unwrap();
    let document: Document = serde_json::from_str(&made("compare.json")).unwrap();
    // The commit of the tool is another one with every commit.
    let commit = before.filter(|_| !blesses()).map_or(document.commit.clone(), |d| d.commit);
    for file in FILES {
        hold(&format!("{EXAMPLE}/{file}"), &made(file).replace(&document.commit, &commit));
    }
    let page = made("report.html");
    for id in PICTURES {
        let criterion = document.criteria.iter().find(|c| c.id == id).unwrap();
        hold(&format!("{EXAMPLE}/{id}.svg"), &picture(&page, &criterion.title));
    }
}

/// What is between `<!-- comparison -->` and `<!-- /comparison -->`.
fn table(document: &Document, ja: bool) -> String {
    let pick = |both: &Both| if ja { both.ja.clone() } else { both.en.clone() };
    let titles: Vec<String> = TABLE
        .iter()
        .map(|id| {
            let criterion = document.criteria.iter().find(|c| c.id == *id).unwrap();
            let unit = criteria::find(id).unwrap().unit;
            let unit = if is_share(unit) { String::new() } else { format!(" ({})", pick(&criterion.unit)) };
            format!("{}{unit}", pick(&criterion.title))
        })
        .collect();
    let mut text = format!(
        "<!-- comparison -->\n| {} | {} |\n|---{}|\n",
        if ja { "方式" } else { "design" },
        titles.join(" | "),
        "|---:".repeat(TABLE.len())
    );
    for design in &document.designs {
        let cell = |id: &&str| {
            let unit = criteria::find(id).unwrap().unit;
            let estimate = document.cell(&design.name, id).unwrap().estimate;
            estimate.map_or("–".to_string(), |e| pick(&figure(e.value, unit)))
        };
        let figures: Vec<String> = TABLE.iter().map(cell).collect();
        text += &format!("| {} | {} |\n", pick(&design.title), figures.join(" | "));
    }
    text + "<!-- /comparison -->"
}

#[test]
fn the_table_in_both_readmes_is_that_of_the_example() {
    let document = document();
    for (file, ja) in [("README.md", false), ("README.ja.md", true)] {
        let text = read(file);
        let (before, rest) = text.split_once("<!-- comparison -->").unwrap_or_else(|| panic!("{file} has no table"));
        let (_, after) = rest.split_once("<!-- /comparison -->").unwrap();
        hold(file, &format!("{before}{}{after}", table(&document, ja)));
    }
}

/// A figure of the guide is written as `<!--design/criterion-->figure<!---->`, and an interval as `<!--design/criterion/range-->…<!---->`.
#[test]
fn every_figure_of_the_guide_is_that_of_the_example() {
    let (document, guide) = (document(), read("docs/guide.ja.md"));
    let mut expected = String::new();
    let mut parts = guide.split("<!--");
    expected += parts.next().unwrap();
    let mut figures = 0;
    for part in parts {
        let (name, rest) = part.split_once("-->").unwrap();
        expected += &format!("<!--{name}-->");
        let shown = match name.split('/').collect::<Vec<_>>()[..] {
            [design, criterion, ref more @ ..] => {
                let unit = criteria::find(criterion).unwrap_or_else(|| panic!("no criterion {criterion}")).unit;
                let cell = document.cell(design, criterion).unwrap_or_else(|| panic!("no design {design}"));
                let estimate = cell.estimate.unwrap_or_else(|| panic!("{name} has no figure"));
                figures += 1;
                Some(if more.is_empty() { figure(estimate.value, unit).ja } else { interval(&estimate, unit).unwrap().ja })
            }
            _ => None,
        };
        expected += shown.as_deref().unwrap_or(rest);
    }
    assert!(figures >= 30, "the guide has {figures} figures");
    hold("docs/guide.ja.md", &expected);
}
