//! Names that come from the table of roles.

use super::super::*;
use super::{GOOD, error};
use mocks::roles::description::RoleDescription;
use mocks::roles::{facility, jpki};
use std::collections::BTreeSet;

/// What a schema lets a file name: hosts, servers, sides of links, clocks and capacity keys.
fn named(roles: Roles<'_>) -> BTreeSet<String> {
    let schema = schema_of(roles);
    let definitions = &schema["$defs"];
    let names =
        |at: &serde_json::Value| at.as_array().into_iter().flatten().filter_map(|w| w.as_str()).map(str::to_string).collect();
    let keys = |at: &serde_json::Value| at["properties"].as_object().into_iter().flat_map(|o| o.keys().cloned()).collect();
    let lists: [(&str, Vec<String>); 7] = [
        ("host", names(&definitions["Host"]["enum"])),
        ("server", names(&definitions["Server"]["enum"])),
        ("side", names(&definitions["LinkEnd"]["enum"])),
        ("clock", names(&definitions["ClockOwner"]["oneOf"][0]["enum"])),
        ("numbered clock", keys(&definitions["ClockOwner"]["oneOf"][1])),
        ("capacity", keys(&definitions["CapacityPart"])),
        ("operation", keys(&definitions["ServiceTimes"])),
    ];
    lists.into_iter().flat_map(|(list, names)| names.into_iter().map(move |n| format!("{list} {n}"))).collect()
}

fn without(role: &RoleDescription) -> Vec<&'static RoleDescription> {
    ROLES.iter().copied().filter(|r| r.name != role.name).collect()
}

#[test]
fn a_role_that_is_not_in_the_table_is_nowhere_in_the_schema() {
    let all = named(ROLES);
    let gone: Vec<String> = all.difference(&named(&without(&jpki::description::DESCRIPTION))).cloned().collect();
    let expected =
        ["capacity jpki", "clock jpki", "host jpki", "operation resolve", "operation status", "server jpki", "side jpki"];
    assert_eq!(gone, expected);
    let gone: Vec<String> = all.difference(&named(&without(&facility::description::DESCRIPTION))).cloned().collect();
    assert_eq!(gone, ["numbered clock facility", "side facility"]);
    assert_eq!(targets::links(ROLES).len(), targets::links(&without(&jpki::description::DESCRIPTION)).len() + 2);
}

#[test]
fn an_unknown_name_is_reported_with_the_known_ones() {
    let fault = |does: &str| error(&format!("{GOOD}[[fault]]\nat = \"1s\"\nfor = \"1s\"\ndoes = {does}\n"));
    let broken = [
        (
            fault("{ host-down = { host = \"exchange\" } }"),
            "unknown host `exchange`; known: number-authority, jpki, insurers, broker, line",
        ),
        (fault("{ host-down = { host = \"brokr\" } }"), "unknown host `brokr`; did you mean `broker`?"),
        (
            fault("{ host-slow = { host = \"line\", times = 2.0 } }"),
            "unknown server `line`; known: number-authority, jpki, insurer, broker",
        ),
        (
            fault("{ link-cut = { between = [\"broker\", \"insurers\"] } }"),
            "unknown side of a link `insurers`; did you mean `insurer`?",
        ),
        (fault("{ clock-ahead = { party = \"jpky\", by = \"1s\" } }"), "unknown clock `jpky`; did you mean `jpki`?"),
        (
            fault("{ clock-ahead = { party = \"facility\", by = \"1s\" } }"),
            "there are many of `facility`: write { facility = INDEX }",
        ),
        (fault("{ clock-ahead = { party = { insurer = 1 }, by = \"1s\" } }"), "unknown clock `insurer`; known: facility"),
        (
            error(&GOOD.replace("[[visit]]", "[capacity.exchange]\nsource = \"assumption: none\"\n[[visit]]")),
            "unknown key `exchange`; known: number-authority, jpki, insurer, broker, registry, facility, calibration",
        ),
    ];
    for (error, expected) in broken {
        assert!(error.starts_with("dir/x.toml:") && error.contains(expected), "{expected}: {error}");
    }
}

#[test]
fn a_clock_is_written_as_it_is_read() {
    for party in ["\"broker\"", "{ facility = 1 }"] {
        let fault =
            format!("[[fault]]\nat = \"1s\"\nfor = \"1s\"\ndoes = {{ clock-ahead = {{ party = {party}, by = \"1s\" }} }}\n");
        let read = |text: &str| Scenario::read("dir/x.toml", text, &Library::none()).unwrap_or_else(|e| panic!("{e}"));
        let s = read(&format!("{}{fault}", GOOD.replace("people = 2", "people = 2\nfacilities = 2")));
        assert_eq!(read(&s.to_toml().unwrap()).faults, s.faults);
    }
}
