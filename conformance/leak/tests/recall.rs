//! The table of forms in the documentation is what `examples/recall` prints, but for the speed, which differs between runs.
#![allow(clippy::unwrap_used, reason = "a test ends where something is missing")]

#[path = "../examples/recall/forms.rs"]
mod forms;
#[path = "../examples/recall/measure.rs"]
#[allow(dead_code, reason = "speed is not tested")]
mod measure;
#[path = "../examples/recall/packed.rs"]
mod packed;
#[path = "../benches/texts.rs"]
#[allow(dead_code, reason = "the bench also searches its texts")]
mod people;
#[path = "../examples/recall/table.rs"]
#[allow(dead_code, reason = "speed is not tested")]
mod table;
#[path = "../examples/recall/texts.rs"]
mod texts;
#[path = "../src/tests/writing.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod writing;

use forms::forms;
use leak::Detector;
use table::{EACH, HEAD, PEOPLE, example, share};

/// Of the larger numbers of people, so many values are planted here.
const FEW: u64 = 20;

fn page() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/rules/leak-search.md")).unwrap()
}

fn between<'p>(page: &'p str, from: &str, to: &str) -> &'p str {
    page.split(from).nth(1).and_then(|rest| rest.split(to).next()).unwrap()
}

/// The cells of each row: form, example, planted, found three times, by chance three times, speed.
fn rows(page: &str) -> Vec<Vec<&str>> {
    let table = between(page, "<!-- recall -->\n", "<!-- end of recall -->").strip_prefix(HEAD).unwrap();
    table.lines().map(|line| line.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

#[test]
fn the_table_of_forms_is_what_the_command_prints() {
    let page = page();
    let rows = rows(&page);
    let few = table::column(PEOPLE[0]).unwrap();
    assert_eq!(rows.len(), few.len(), "run the example `recall` and put its table into the page");
    for ((row, form), recall) in rows.iter().zip(forms()).zip(few) {
        let wanted = [form.name.clone(), example(&form), recall.planted.to_string(), share(&recall)];
        assert_eq!(row[..4], wanted, "run the example `recall` and put its table into the page");
        assert_eq!(row[6], recall.chance.to_string(), "{}", form.name);
        assert_eq!(recall.planted, EACH * form.of.classes().len() as u64);
    }
}

#[test]
fn among_more_people_what_the_table_says_is_found() {
    let page = page();
    let detector = Detector::new(measure::secrets(PEOPLE[1]), &[writing::KEY.to_vec()]).unwrap();
    for (row, form) in rows(&page).iter().zip(forms()) {
        let recall = measure::recall(&detector, &form, FEW);
        assert!(row[4] != "all" || recall.found == recall.planted, "{}: {recall:?}", form.name);
    }
}

/// Whatever is not always found has its reason below the table.
#[test]
fn every_form_that_is_missed_has_its_reason() {
    let page = page();
    let reasons = between(&page, "<!-- end of recall -->", "\n## ");
    for row in rows(&page) {
        let missed = row[3..6].iter().any(|found| *found != "all");
        assert!(!missed || reasons.contains(&format!("`{}`", row[0])), "{row:?} has no reason");
    }
}
