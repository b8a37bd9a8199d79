//! Codes that change during a run.

use super::super::*;
use super::{GOOD, error, read};
use crate::file::codes::CodeFound;
use std::time::Duration;

fn events(all: &[(&str, &str)]) -> String {
    let event = |(at, does): &(&str, &str)| format!("[[event]]\nat = \"{at}\"\ndoes = {{ {does} }}\n");
    format!("{GOOD}{}", all.iter().map(event).collect::<String>())
}

#[test]
fn what_a_person_cannot_say_about_a_code_is_an_error_with_a_remedy() {
    let asks = "asks-for-code = { person = 0 }";
    let gives_up = "gives-up-code = { person = 0 }";
    for (text, why) in [
        (events(&[("20s", asks)]), "x.toml:11:8: person 0 has a code at that time: write `opted-in = false`"),
        (events(&[("20s", gives_up), ("30s", gives_up)]), "person 0 has no code to give up at that time"),
        (
            events(&[("20s", gives_up), ("20s", "reports-code-leak = { person = 0 }")]),
            "two things about the code at the same time",
        ),
        (events(&[("20s", "poses-at-municipality = { person = 0, wish = \"asks\" }")]), "unknown value `asks`"),
        (GOOD.replace("people", "codes-asked-every = \"30s\"\npeople"), "no event changes a code, so nobody asks again"),
        (
            events(&[("20s", gives_up)]).replace("people", "codes-asked-every = \"1s\"\npeople"),
            "`codes-asked-every` must be 5 seconds to 24 hours",
        ),
        (
            format!("{GOOD}[[fault]]\nat = \"1s\"\nfor = \"1s\"\ndoes = {{ host-down = {{ host = \"municipality\" }} }}\n"),
            "nobody comes to the municipality",
        ),
    ] {
        let shown = error(&text);
        assert!(shown.contains(why), "{shown}");
    }
    assert_eq!(error(&events(&[("20s", gives_up), ("90s", asks)])), "no error");
}

#[test]
fn a_change_is_known_everywhere_after_an_interval_and_either_way_until_then() {
    let scenario = read(&events(&[("100s", "gives-up-code = { person = 0 }")]));
    assert_eq!(scenario.codes_asked_every(), Some(Duration::from_secs(60)));
    let at = |s| {
        scenario.code_found(&VisitPart { at: Span::seconds(s), ..scenario.visits[0].clone() }).into_iter().collect::<Vec<_>>()
    };
    assert_eq!(at(85), [CodeFound::Has]);
    assert_eq!(at(174), [CodeFound::Has, CodeFound::HasNone, CodeFound::Changing]);
    assert_eq!(at(175), [CodeFound::HasNone]);
    assert!(scenario.ever_has_code(0) && scenario.codes_replaced(0) == 0);
}
