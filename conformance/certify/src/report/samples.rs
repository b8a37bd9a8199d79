//! A small certification whose texts are hostile, and what the reports make of it.

use super::{About, Waived, html, junit, sarif};
use crate::outcome::{Case, CaseOutcome, Culprit, Failure};
use crate::session::{Certified, RuleSummary};
use contract::Lang;
use statement::VerdictOutcome;

fn about() -> About {
    About {
        role: "broker".into(),
        product: "Broker <b>\"1\"</b> & Co \u{202e}2.0 (資格サービス\u{0})".into(),
        design: "certificate".into(),
        seed: 7,
        repeat: "broker --config 'my sut.toml'".into(),
    }
}

fn failed(name: &str, expected: &str, culprit: Culprit) -> Case {
    let mut case = Case::passed(name, "The server says no & <means> it");
    case.fail(Failure {
        expected: expected.into(),
        observed: "status 200 <script>alert('x')</script>\u{1b}[2J\r\n]]> \u{2066}資格有効\u{fffe}".into(),
        culprit,
        likely_cause: Some("it answers before it looks: \"yes\"".into()),
        before: vec![
            "0.001 s broker ← facility-000000: POST /fhir/<x>".into(),
            "0.002 s broker → facility-000000: 200 OK\u{200b}".into(),
        ],
    });
    case
}

fn rule(rule: &'static str, outcome: VerdictOutcome, why: Option<&str>) -> RuleSummary {
    RuleSummary {
        rule,
        outcome,
        evaluated: 3,
        why: why.map(str::to_string),
        findings: usize::from(outcome == VerdictOutcome::Broken),
    }
}

fn certified(set_up: bool) -> Certified {
    let mut cases = vec![
        failed("scenario/card-lost", "NVN-003 holds: an institution code never reaches a facility", Culprit::SystemUnderTest),
        failed("scenario/known", "visit 1 ends as `in-force`", Culprit::SystemUnderTest),
        Case::not_played("scenario/load", "", CaseOutcome::NotApplicable, "it is a load study"),
        Case::not_played("scenario/odd", "", CaseOutcome::NotReached, "why & <why>\u{202e}"),
        Case::passed("tls/good", "A valid client"),
        failed("tls/\"><img src=x>", "status 400 & a body", Culprit::SystemUnderTest),
    ];
    if set_up {
        cases.insert(4, failed("set-up", "an HTTP answer", Culprit::Environment));
    }
    let rules = vec![
        rule("NVN-001", VerdictOutcome::Held, None),
        rule("NVN-003", VerdictOutcome::Broken, None),
        rule("NVN-004", VerdictOutcome::NotObservable, Some("this needs the side of `broker`")),
        rule("NVN-005", VerdictOutcome::Inconclusive, Some("a <zip> was not read")),
    ];
    let at = |text: &str| text.parse().unwrap_or_default();
    Certified {
        started: at("2026-11-29T01:00:00Z"),
        ended: at("2026-11-29T01:00:42Z"),
        cases,
        rules,
        fed: Default::default(),
        load: None,
        interrupted: false,
    }
}

fn waived() -> Waived<'static> {
    [("scenario/known", "ticket 1 <& \u{202e}>")].into()
}

const TOOL: &str = "shikaku 0";

#[test]
fn junit_of_hostile_texts() {
    let text = junit::document(&about(), &certified(false), &waived(), TOOL).unwrap_or_default();
    insta::assert_snapshot!(text);
}

#[test]
fn sarif_of_hostile_texts() {
    let document =
        |set_up| sarif::document(&about(), &certified(set_up), &waived(), TOOL, Some("a b/<sut>.toml")).unwrap_or_default();
    insta::assert_snapshot!(document(false));
    let json: serde_json::Value = serde_json::from_str(&document(true)).unwrap_or_default();
    insta::assert_snapshot!(serde_json::to_string_pretty(&json["runs"][0]["invocations"]).unwrap_or_default());
}

#[test]
fn what_was_interrupted_is_green_in_no_format() {
    let interrupted = Certified {
        cases: vec![Case::passed("tls/good", ""), Case::not_played("tls/bad", "", CaseOutcome::NotReached, "it was not played")],
        rules: vec![rule("NVN-001", VerdictOutcome::Held, None)],
        interrupted: true,
        ..certified(false)
    };
    let none = Waived::new();
    assert_eq!(super::ending(&Certified { interrupted: false, ..certified_as(&interrupted) }, &none), super::Ending::Passed);
    assert_eq!(super::ending(&interrupted, &none), super::Ending::Inconclusive);
    let junit = junit::document(&about(), &interrupted, &none, TOOL).unwrap_or_default();
    assert!(
        junit.contains("the certification was interrupted: 1 of 2 cases were played") && junit.contains("errors=\"1\""),
        "{junit}"
    );
    let sarif = sarif::document(&about(), &interrupted, &none, TOOL, None).unwrap_or_default();
    assert!(sarif.contains("\"executionSuccessful\": false") && sarif.contains("\"id\": \"interrupted\""), "{sarif}");
    let text = super::text(&about(), &interrupted, &none, Lang::En);
    assert!(text.contains("1 of 2 cases were played") && text.contains("\ninterrupted: "), "{text}");
    assert!(!html::page(&about(), &interrupted, &none, TOOL).contains("class=\"ending good\""));
}

fn certified_as(of: &Certified) -> Certified {
    Certified { cases: of.cases.clone(), rules: of.rules.clone(), ..certified(false) }
}

#[test]
fn html_of_hostile_texts() {
    insta::assert_snapshot!(html::page(&about(), &certified(false), &waived(), TOOL));
}

#[test]
fn nothing_hostile_is_left_in_any_format() {
    for set_up in [false, true] {
        let (about, certified, waived) = (about(), certified(set_up), waived());
        let page = html::page(&about, &certified, &waived, TOOL);
        let junit = junit::document(&about, &certified, &waived, TOOL).unwrap_or_default();
        let sarif = sarif::document(&about, &certified, &waived, TOOL, None).unwrap_or_default();
        for text in [
            &page,
            &junit,
            &sarif,
            &super::text(&about, &certified, &waived, Lang::En),
            &super::text(&about, &certified, &waived, Lang::Ja),
        ] {
            let hidden = |c: char| {
                c.is_control() && c != '\n'
                    || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            };
            assert!(!text.is_empty() && !text.contains(hidden), "{text}");
        }
        assert!(!page.contains("<script") && !page.contains("<img") && !page.contains("<b>"), "{page}");
        assert!(!junit.contains("<script") && !junit.contains("<img"), "{junit}");
    }
}

#[test]
fn what_is_inconclusive_is_not_green() {
    let mut nothing = certified(false);
    nothing.cases.retain(|case| case.outcome == CaseOutcome::NotReached);
    nothing.rules.truncate(1);
    let text = junit::document(&about(), &nothing, &waived(), TOOL).unwrap_or_default();
    assert!(text.contains("type=\"inconclusive\"") && text.contains("errors=\"1\""), "{text}");
}
