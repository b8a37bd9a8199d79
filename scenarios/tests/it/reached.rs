//! Demands and states are answered by the journal: what is only planned is not reached.

use scenarios::demands::{DemandKind, demands};
use scenarios::file::{Library, Scenario};
use scenarios::run::{Order, Played, play};
use std::collections::BTreeMap;

/// A feed, an event and a fault at the given times; visits at 2 s, of whom one is not asked about, since the photo is another's.
fn played(feed: &str, event: &str, fault: &str, more: &str) -> Played {
    let reached =
        ["fault = \"jpki-down\"", "state = \"event/card-renewed\"", "state = \"feed/sent-twice\"", "state = \"feed/late\""];
    let more_reached =
        ["state = \"person/opted-out\"", "state = \"person-check/photo-of-another\"", "outcome = \"photo-mismatch\""];
    let sometimes = reached.iter().chain(&more_reached).map(|r| format!("[[sometimes]]\nreached = {{ {r} }}\n"));
    let text = format!(
        "title = {{ ja = \"試験\", en = \"A test\" }}\nstory = \"What is reached.\"\npeople = 3\n\
         [[person]]\nindex = 1\nopted-in = false\n\
         [[feed]]\nof-insurer-of = 0\narrives = \"{feed}\"\nsent-twice = true\n\
         [[event]]\nat = \"{event}\"\ndoes = {{ card-renewed = {{ person = 2 }} }}\n\
         [[fault]]\nat = \"{fault}\"\nfor = \"1s\"\ndoes = \"jpki-down\"\n\
         [[visit]]\nat = \"2s\"\nperson = 1\nperson-check = \"photo-of-another\"\nexpect = \"photo-mismatch\"\n\
         [[visit]]\nat = \"2s\"\nperson = 2\nexpect = \"never-wrong\"\n{more}{}",
        sometimes.collect::<String>()
    );
    let scenario = Scenario::read("reached.toml", &text, &Library::none()).unwrap_or_else(|e| panic!("{e}\n{text}"));
    let design = scenarios::designs::certificate();
    let order = Order { scenario: 0, design, seed: 1, mutant: None, engine: scenarios::EngineKind::default() };
    play(&scenario, &order, "test").unwrap()
}

/// By what is demanded, whether it was reached.
fn answers(played: &Played) -> BTreeMap<String, bool> {
    let met = demands(played, &[]).into_iter().filter(|m| m.kind == DemandKind::Sometimes);
    met.map(|m| (m.what.replace(" is reached at least once", ""), m.held)).collect()
}

#[test]
fn what_is_planned_after_the_end_or_never_looked_at_is_not_reached() {
    let played = played("50s", "60s", "70s", "");
    assert!(played.visits.iter().all(|v| v.came && v.held), "{:?}", played.visits);
    let expected = [
        ("fault `jpki-down`", false),
        ("outcome `photo-mismatch`", true),
        ("state `event/card-renewed`", false),
        ("state `feed/late`", false),
        ("state `feed/sent-twice`", false),
        ("state `person-check/photo-of-another`", true),
        // The broker was not asked about this person, so nothing depended on it.
        ("state `person/opted-out`", false),
    ];
    assert_eq!(answers(&played), expected.map(|(what, held)| (what.to_string(), held)).into());
    assert_eq!(played.reached.faults, BTreeMap::new());
}

#[test]
fn what_happens_is_reached() {
    let visit = "[[visit]]\nat = \"20s\"\nperson = 1\nexpect = \"code-unknown\"\n";
    let played = played("1s", "1500ms", "8s", visit);
    assert!(played.visits.iter().all(|v| v.came && v.held), "{:?}", played.visits);
    let missed: Vec<_> = answers(&played).into_iter().filter(|(_, held)| !held).collect();
    assert_eq!(missed, []);
    assert_eq!(played.reached.faults, BTreeMap::from([("jpki-down".to_string(), 1)]));
}
