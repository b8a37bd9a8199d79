//! Plays the built-in core suite and checks the results.

use scenarios::designs::{self, Designs};
use scenarios::run::{Order, Played, play};
use scenarios::{EngineKind, catalog, suite};
use sim::journal::{Entry, Event};
use sim::terms::check::Step;
use sim::terms::outcome::OutcomeCode;
use sim::terms::roles::Zone;
use std::collections::BTreeSet;

/// What is checked of each run.
struct Summary {
    name: String,
    wrong: Vec<String>,
    outcomes: Vec<OutcomeCode>,
    steps: Vec<Step>,
    leaks: Vec<String>,
}

/// The bytes of an entry: as written, and decoded from hex or base 64.
fn bytes(entry: &Entry) -> Vec<Vec<u8>> {
    let mut all = vec![serde_json::to_vec(entry).unwrap()];
    match &entry.event {
        Event::Apdu { command, response, .. } => {
            all.push(data_encoding::HEXLOWER.decode(command.as_bytes()).unwrap());
            all.push(data_encoding::HEXLOWER.decode(response.as_bytes()).unwrap());
        }
        Event::Message { body, .. } => all.push(body.bytes().unwrap()),
        Event::Record { content, .. } => all.push(content.bytes().unwrap()),
        Event::Wire { bytes, .. } => all.push(data_encoding::BASE64.decode(bytes.as_bytes()).unwrap()),
        _ => {}
    }
    all
}

/// Plain numbers and codes of any person at a facility, a reader or on the line. The judge searches for more encodings; this test
/// is independent of it.
fn leaks(played: &Played) -> Vec<String> {
    let secrets: Vec<(u64, String)> = played
        .ground
        .people
        .iter()
        .flat_map(|r| {
            let code = r.institution_code.iter().map(|c| c.reveal().to_string());
            let p = &r.person;
            code.chain([p.my_number.reveal().to_string(), p.resident_code.reveal().to_string()])
                .map(|s| (p.index, s))
                .collect::<Vec<_>>()
        })
        .collect();
    let watched = played.entries.iter().filter(|e| matches!(e.zone, Zone::Facility | Zone::Reader | Zone::Line));
    let mut found = Vec::new();
    for entry in watched {
        for bytes in bytes(entry) {
            let hit = secrets.iter().find(|(_, s)| bytes.windows(s.len()).any(|w| w == s.as_bytes()));
            found.extend(hit.map(|(person, _)| format!("entry {} at {}: a secret of person {person}", entry.seq, entry.host)));
        }
    }
    found
}

fn play_core(seed: u64) -> Vec<Summary> {
    let all = catalog::core().unwrap();
    let default = Designs::default_ones();
    let orders = suite::Orders::new(&all, &default, seed..=seed, None, None).unwrap();
    let mut seen = Vec::new();
    let digest = |s: &scenarios::file::Scenario, o: &Order, played: Result<Played, scenarios::run::RunError>| {
        let played = played.unwrap_or_else(|e| panic!("{} in {}: {e}", s.name, o.design));
        let wrong = played.visits.iter().filter(|v| !v.held);
        Summary {
            name: format!("{} / {}", s.name, o.design),
            wrong: wrong.map(|v| format!("visit {}: expected {}, found {:?}", v.visit, v.expected, v.found)).collect(),
            outcomes: played.visits.iter().filter_map(|v| v.found).collect(),
            steps: played.steps.iter().filter(|(_, n)| **n > 0).map(|(s, _)| *s).collect(),
            leaks: leaks(&played),
        }
    };
    suite::play_all(&all, orders.iter(), 2, "test", digest, |_, s| {
        seen.push(s);
        true
    });
    seen
}

#[test]
fn the_core_suite_ends_as_expected_reaches_everything_and_leaks_no_number() {
    let seen = play_core(7);
    for s in &seen {
        assert!(s.wrong.is_empty(), "{}: {:?}", s.name, s.wrong);
        assert!(s.leaks.is_empty(), "{}: {:?}", s.name, s.leaks);
    }
    for design in designs::DEFAULTS {
        let steps: BTreeSet<Step> =
            seen.iter().filter(|s| s.name.ends_with(&format!(" {design}"))).flat_map(|s| s.steps.clone()).collect();
        assert_eq!(steps.len(), 7, "{design}");
    }
    let reached: BTreeSet<OutcomeCode> = seen.iter().flat_map(|s| s.outcomes.clone()).collect();
    // Outcomes that no scenario of this suite reaches, with the reason.
    let unreached = [
        // It needs a card that fails in the middle of a read.
        OutcomeCode::CardUnreadable,
        // Only an administrator's request can end in it, not a facility's check.
        OutcomeCode::RequestNotSupported,
        // Only a broken broker times out or answers nonsense.
        OutcomeCode::BrokerNoAnswer,
        OutcomeCode::BrokerNonsense,
        // Only parts of a counter that fail lead to them, or a design in which an unknown status is not known: the `counter` suite.
        OutcomeCode::Interrupted,
        OutcomeCode::ReaderNoAnswer,
        OutcomeCode::StatusUnknown,
        // Only where the broker asks the insurers; the `designs` suite does.
        OutcomeCode::InsurerNoAnswer,
        // Only where a number is presented or a paper card is copied; the `designs` suite does.
        OutcomeCode::NumberUnknown,
        OutcomeCode::NumberAuthorityNoAnswer,
        OutcomeCode::CopiedFromCard,
        // Only where a paper card is copied, and a person's first card has not arrived.
        OutcomeCode::NoInsuranceCard,
        // Only where a facility's record differs from the register; the `data` suite has such records.
        OutcomeCode::IdentifierNotFound,
        OutcomeCode::CoverageEnded,
        // Only a broker with a limited number of workers rejects requests; the `faults` suite has some.
        OutcomeCode::BrokerBusy,
    ];
    for code in OutcomeCode::ALL {
        assert_eq!(reached.contains(code), !unreached.contains(code), "{code}");
    }
}

#[test]
fn this_leak_search_can_fail() {
    let all = catalog::core().unwrap();
    let scenario = all.iter().find(|s| s.name == "everyday-visit").unwrap();
    let index = all.iter().position(|s| s.name == "everyday-visit").unwrap();
    let with = |mutant| {
        let order = Order { scenario: index, design: designs::certificate(), seed: 7, mutant, engine: EngineKind::default() };
        leaks(&play(scenario, &order, "test").unwrap()).len()
    };
    assert_eq!(with(None), 0);
    assert!(with(scenarios::Mutant::parse("reader-reads-my-number")) > 0);
    assert!(with(scenarios::Mutant::parse("broker-shows-code")) > 0);
}

#[test]
fn designs_are_played_over_the_same_people() {
    let all = catalog::core().unwrap();
    let people = |design| {
        let design = designs::find(design).unwrap();
        let order = Order { scenario: 0, design, seed: 7, mutant: None, engine: EngineKind::default() };
        play(&all[0], &order, "test").unwrap().ground.people.into_iter().map(|r| r.person).collect::<Vec<_>>()
    };
    assert_eq!(people("certificate"), people("signed-challenge"));
}
