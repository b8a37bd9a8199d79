//! Axes, choices and parameters.

use super::*;
use std::collections::BTreeSet;

#[test]
fn every_axis_and_choice_is_explained_under_a_name_of_its_own() {
    let mut axes = BTreeSet::new();
    for axis in Axis::ALL {
        assert!(axes.insert(axis.id()), "{}", axis.id());
        assert!(!axis.choices().is_empty(), "{}", axis.id());
        let choices: BTreeSet<&str> = axis.choices().iter().map(|c| c.id()).collect();
        assert_eq!(choices.len(), axis.choices().len(), "{}", axis.id());
        for e in axis.choices().iter().map(|c| c.explained()).chain([axis.explained()]) {
            assert!([e.title_ja, e.title_en, e.text_ja, e.text_en].iter().all(|t| !t.is_empty()));
        }
    }
}

#[test]
fn the_default_is_the_first_choice_on_every_axis() {
    let design = Design::default();
    assert!(Axis::ALL.iter().all(|axis| design.choice(*axis) == axis.choices()[0]));
    assert!(design.needed().next().is_none());
}

#[test]
fn a_design_is_written_and_read_by_names() {
    let mut design = Design { name: "x".into(), ..Design::default() };
    design = design.with(Choice::CodeLookup(CodeLookup::KeepForATime));
    assert!(design.parameters.set(Parameter::Mapping, "24h") && design.parameters.set(Parameter::Most, "7"));
    assert!(!design.parameters.set(Parameter::Status, "5") && !design.parameters.set(Parameter::Status, "-5s"));
    let json = serde_json::to_string(&design).unwrap();
    let expected = r#"{"name":"x","presented":"certificate","code-lookup":"keep-for-a-time","eligibility":"broker-holds-all","remembered":"certificate-serial","parameters":{"mapping":"24h","most":7}}"#;
    assert_eq!(json, expected);
    assert_eq!(serde_json::from_str::<Design>(&json).unwrap(), design);
    let wrong = serde_json::from_str::<Design>(&json.replace("certificate-serial", "serial")).unwrap_err().to_string();
    assert!(
        wrong.starts_with("unknown value `serial` for `remembered`; known: certificate-serial, facility-pseudonym"),
        "{wrong}"
    );
}

#[test]
fn the_default_design_has_no_contradiction_and_each_contradiction_names_both_sides() {
    assert!(Design::default().contradictions().is_empty());
    let paper = Design::default().with(Choice::Presented(Presented::PaperCard));
    let found: Vec<String> = paper.contradictions().iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "`presented = \"paper-card\"` goes only with `eligibility = \"on-card\"`",
            "`presented = \"paper-card\"` goes only with `remembered = \"nothing\"`",
            "`presented = \"paper-card\"` goes only with `identity = \"not-checked\"`",
            "`code-lookup = \"ask-jpki\"` goes only with `presented = \"certificate\"` or `presented = \"signed-challenge\"`",
            "`remembered = \"certificate-serial\"` goes only with `presented = \"certificate\"` or `presented = \"signed-challenge\"`",
            "`identity = \"photo-or-pin\"` goes only with `presented = \"certificate\"` or `presented = \"signed-challenge\"`",
        ]
    );
    assert!(!paper.is_online() && !paper.presents_number() && !paper.presents_certificate());
}

#[test]
fn a_share_is_read_and_written_with_a_percent_sign() {
    for text in ["0%", "0.08%", "3%", "99.9999%", "100%"] {
        assert_eq!(text.parse::<Share>().unwrap().to_string(), text);
    }
    assert!(("0.08%".parse::<Share>().unwrap().probability() - 0.0008).abs() < 1e-12);
    for wrong in ["", "%", "1", "-1%", "100.0001%", "0.00001%", "1e2%", ".5%", "１%"] {
        assert!(wrong.parse::<Share>().is_err(), "{wrong}");
    }
}
