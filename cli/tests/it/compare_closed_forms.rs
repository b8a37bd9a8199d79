//! A world in which it is known how many cards are borrowed and how many coverages are wrongly linked: what the comparison measures and adds up
//! is what follows from these numbers by hand.

use crate::tool;
use ::compare::document::Document;
use std::fmt::Write;
use std::fs;

/// Of twelve borrowed cards staff notice nine; in four visits of somebody without insurance, and in two of somebody with one, the register
/// has the coverage of another person under the number.
const NOTICED: u64 = 9;
const UNNOTICED: u64 = 3;
const LINKED_WITHOUT: u64 = 4;
const LINKED_WITH: u64 = 2;
const SEEDS: u64 = 2;
/// The scenario `causes` has one borrowed card more, which staff notice.
const IN_CAUSES: u64 = 1;

fn world() -> String {
    let mut text = String::from(
        "title = { ja = \"既知の誤り\", en = \"Errors of known number\" }\nstory = \"So many of each.\"\npeople = 24\nfacilities = 3\n\
         [[person]]\nindex = 21\ninsurance = \"ended\"\n\
         [[register-error]]\nperson = 20\nwhat = { under-number-of = { other = 21 } }\n\
         [[register-error]]\nperson = 22\nwhat = { under-number-of = { other = 23 } }\n",
    );
    let noticed = (0..NOTICED).map(|person| (person, "person-check = \"photo-of-another\""));
    let unnoticed = (NOTICED..NOTICED + UNNOTICED).map(|person| (person, "person-check = \"another-unnoticed\""));
    let without = (0..LINKED_WITHOUT).map(|_| (21, "counts-as = \"link-without\""));
    let with = (0..LINKED_WITH).map(|_| (23, "counts-as = \"link-with\""));
    for ((person, what), at) in noticed.chain(unnoticed).chain(without).chain(with).zip(1..) {
        let at = 70 * at;
        let _ =
            write!(text, "[[visit]]\nat = \"{at}s\"\nperson = {person}\nfacility = {}\n{what}\nexpect = \"counted\"\n", at % 3);
    }
    text
}

/// Figures without a range, so that sums of them are known.
fn figures() -> String {
    let figure = |(key, value): (&str, f64)| {
        format!(
            "[[figure]]\nkey = \"{key}\"\nja = \"試験\"\nen = \"A test\"\nunit = \"share\"\nlow = {value}\nmode = {value}\nhigh = {value}\n\
             source = \"a test\"\nconfidence = \"read\"\n"
        )
    };
    [("often-borrowed", BORROWED), ("often-late-move", MOVES), ("often-late-end", ENDS)].map(figure).concat()
}

const BORROWED: f64 = 1e-5;
const MOVES: f64 = 0.002;
const ENDS: f64 = 0.0005;
/// The expected values of two figures that keep their ranges: (low + mode + high) / 3.
const CLAIMS: f64 = (1_650_000_000.0 + 1_716_000_000.0 + 1_780_000_000.0) / 3.0;
const REPAIRED: f64 = (0.7 + 0.9 + 0.98) / 3.0;

fn played() -> Document {
    let folder = tempfile::tempdir().unwrap();
    let [world_file, figures_file, out] = ["world.toml", "figures.toml", "out"].map(|name| folder.path().join(name));
    fs::write(&world_file, world()).unwrap();
    fs::write(&figures_file, figures()).unwrap();
    let scenarios = format!("everyday,causes,{}", world_file.display());
    let mut command = tool::shikaku();
    command.args(["compare", "--designs", "certificate,pin,paper", "--persons", "24", "--scenarios", &scenarios]);
    command.args(["--seeds", &format!("1..{SEEDS}"), "--assumptions"]).arg(&figures_file).arg("--out").arg(&out);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&fs::read(out.join("compare.json")).unwrap()).unwrap()
}

#[test]
fn borrowed_cards_wrong_links_and_returned_claims_are_those_of_a_world_in_which_they_are_known() {
    let document = played();
    // Accepted, refused, not known.
    let cause = |design: &str, cause: &str| {
        let row = document.causes.iter().find(|row| row.design == design && row.cause == cause);
        let row = row.unwrap_or_else(|| panic!("{design}: {cause}"));
        (row.visits, [row.accepted + row.wrong_insurer, row.refused, row.not_known])
    };
    let accepted = [1.0, 0.0, 0.0];
    for design in ["certificate", "pin", "paper"] {
        // On paper nobody compares a face. Whom staff do not notice types the right PIN as well.
        let (noticed, unnoticed) = (if design == "paper" { accepted } else { [0.0; 3] }, accepted);
        assert_eq!(cause(design, "photo-of-another"), (SEEDS * (NOTICED + IN_CAUSES), noticed), "{design}");
        assert_eq!(cause(design, "another-unnoticed"), (SEEDS * UNNOTICED, unnoticed), "{design}");
    }
    // Whoever has no insurance is shown somebody else's; of two coverages under one number nothing is said.
    for design in ["certificate", "pin"] {
        assert_eq!(cause(design, "link-without"), (SEEDS * LINKED_WITHOUT, accepted), "{design}");
        assert_eq!(cause(design, "link-with"), (SEEDS * LINKED_WITH, [0.0, 0.0, 1.0]), "{design}");
    }
    let estimate = |design: &str, criterion: &str| document.cell(design, criterion).unwrap().estimate.unwrap();
    let is = |design: &str, criterion: &str, expected: f64| {
        let found = estimate(design, criterion);
        assert!(
            (found.value - expected).abs() <= 1e-6 * expected.max(1.0),
            "{design} {criterion}: {found:?}, and not {expected}"
        );
        let (low, high) = (found.low.unwrap(), found.high.unwrap());
        // Documents have eight digits.
        let rounded = 1e-7 * expected;
        assert!(
            low <= expected + rounded && expected - rounded <= high,
            "{design} {criterion}: {found:?} does not contain {expected}"
        );
    };
    let disclosed = UNNOTICED as f64 / (NOTICED + UNNOTICED + IN_CAUSES) as f64;
    is("certificate", "disclosures", 1e6 * BORROWED * disclosed);
    is("paper", "disclosures", 0.0);
    // Changes of insurer and ends that are registered late are accepted in every design, and what is not repaired comes back. After the end of a
    // coverage these two designs accept nobody.
    for design in ["certificate", "pin"] {
        is(design, "returned-claims", 1e-3 * CLAIMS * (MOVES + ENDS) * (1.0 - REPAIRED));
    }
    let months = |cause: &str| {
        let row = document.returns.iter().find(|r| r.design == "certificate" && r.cause == cause).unwrap();
        row.by_month.clone()
    };
    // A month's claims, of which a tenth comes back in the first month, half more in the second.
    let monthly = 1e-3 * CLAIMS * MOVES * (1.0 - REPAIRED) / 12.0;
    for (found, share) in months("late-moves").iter().zip([0.1, 0.6, 0.85, 1.0, 1.0, 1.0]) {
        assert!((found - share * monthly).abs() <= 1e-6 * monthly, "{found} {}", share * monthly);
    }
}
