//! The examples in `docs/scenarios.md` are valid, and the page names every keyword of a file.

use scenarios::file::{
    AsksAbout, CardPart, CertificatePart, DeviationPart, EventKind, FaultKind, FeedOrder, Host, InsurancePart, Library, LinkEnd,
    PersonCheckPart, Scenario, Target, TlsPart,
};
use sim::terms::design::Axis;

const PAGE: &str = include_str!("../../../docs/scenarios.md");

/// A scenario with all people and facilities that an example of the page may name.
const AROUND: &str = r#"
title = { ja = "例", en = "An example" }
story = "①"
people = 40
facilities = 2
[capacity.broker]
source = "assumption: an example"
workers = 4
[[person]]
index = 39
[[visit]]
at = "2s"
person = 0
expect = "in-force"
"#;

fn read(text: &str) {
    Scenario::read("page.toml", text, &Library::none()).unwrap_or_else(|e| panic!("{text}\n{e}"));
}

/// The code blocks of a language.
fn blocks(kind: &str) -> Vec<&str> {
    let begin = format!("```{kind}\n");
    PAGE.split(&begin).skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

/// The codes in the first column of the table under a heading.
fn first_column(heading: &str) -> Vec<&str> {
    let section = PAGE.split(&format!("## {heading}")).nth(1).unwrap().split("\n## ").next().unwrap();
    let rows = section.lines().filter(|l| l.starts_with("| `"));
    let cells = rows.map(|l| l.split(" | ").next().unwrap());
    cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect()
}

#[test]
fn the_first_example_is_a_valid_scenario() {
    read(blocks("toml")[0]);
}

#[test]
fn every_fault_and_event_of_the_tables_is_valid() {
    let faults: Vec<&str> = first_column("Faults").into_iter().filter(|c| *c != "does").collect();
    for does in &faults {
        read(&format!("{AROUND}[[fault]]\nat = \"1s\"\nfor = \"1s\"\ndoes = {does}\n"));
    }
    assert!(faults.len() >= FaultKind::NAMES.len(), "{faults:?}");
    let events: Vec<&str> = first_column("Events").into_iter().filter(|c| *c != "does").collect();
    assert_eq!(events.len(), EventKind::NAMES.len());
    for does in events {
        // Some events are only possible for people of a certain kind.
        let certificate = if does.contains("certificate-registered") { "\ncertificate = \"unregistered\"" } else { "" };
        let certificate = if does.contains("asks-for-code = {") { "\nopted-in = false" } else { certificate };
        let locked = AROUND.replace("index = 39", &format!("index = 0\npin-tries-left = 0{certificate}"));
        read(&format!("{locked}[[event]]\nat = \"20s\"\ndoes = {does}\n"));
    }
    let arrivals: Vec<&str> = first_column("Visits").into_iter().filter(|c| c.starts_with('{')).collect();
    assert_eq!(arrivals.len(), 4);
    for drawn in arrivals {
        let workload = format!("[[workload]]\nfrom = \"2s\"\nuntil = \"62s\"\narrivals = {drawn}\n");
        read(&format!("{}{workload}", AROUND.replace("people = 40", "people = 60")));
    }
}

#[test]
fn the_example_of_demands_is_valid() {
    let demands = blocks("toml").into_iter().find(|b| b.contains("[[service-level]]")).unwrap();
    let (head, parts) = demands.split_once("\n\n").unwrap();
    let fault = "[[fault]]\nat = \"3s\"\nfor = \"1s\"\ndoes = { jpki-slow = { by = \"1s\" } }\n";
    let late = "[[visit]]\nat = \"40s\"\nperson = 1\nexpect = \"in-force\"\n";
    read(&format!("{head}\n{AROUND}{late}{fault}{parts}"));
}

#[test]
fn the_example_of_capacity_is_valid() {
    let capacity = blocks("toml").into_iter().find(|b| b.contains("[capacity.broker]")).unwrap();
    // The keys of the head come before all tables.
    let around = AROUND.replace("[capacity.broker]\nsource = \"assumption: an example\"\nworkers = 4\n", "");
    read(&around.replacen("[[person]]", &format!("{capacity}[[person]]"), 1));
}

#[test]
fn every_keyword_is_on_the_page() {
    let keywords = [
        CertificatePart::ALL.iter().map(|w| w.name()).collect::<Vec<_>>(),
        InsurancePart::ALL.iter().map(|w| w.name()).collect(),
        TlsPart::ALL.iter().map(|w| w.name()).collect(),
        FeedOrder::ALL.iter().map(|w| w.name()).collect(),
        PersonCheckPart::ALL.iter().map(|w| w.name()).collect(),
        CardPart::ALL.iter().map(|w| w.name()).collect(),
        AsksAbout::ALL.iter().map(|w| w.name()).collect(),
        DeviationPart::ALL.iter().map(|w| w.name()).collect(),
        Host::all().into_iter().map(Host::name).collect(),
        LinkEnd::all().into_iter().map(LinkEnd::name).collect(),
        Axis::ALL.iter().map(|a| a.id()).collect(),
        Axis::ALL.iter().flat_map(|a| a.choices()).map(|c| c.id()).collect(),
        // Results distinguish OCSP answers that a client may use from others.
        FaultKind::NAMES.into_iter().filter(|n| !n.starts_with("ocsp-form-")).chain(["ocsp-form"]).collect(),
        EventKind::NAMES.to_vec(),
    ];
    let missing: Vec<&str> = keywords.into_iter().flatten().filter(|w| !PAGE.contains(w)).collect();
    assert!(missing.is_empty(), "docs/scenarios.md does not name {missing:?}");
}
