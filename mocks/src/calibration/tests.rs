use super::file::{Calibration, SCHEMA, json_schema};
use super::machine::{Machine, model};
use super::measure::{Effort, measure};
use super::task::whole;
use super::*;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

fn inputs() -> Inputs {
    Inputs::new(300).unwrap()
}

#[test]
fn every_operation_succeeds_each_time() {
    let inputs = inputs();
    for operation in operations() {
        let task = operation.prepare(&inputs);
        let mut task = task.unwrap_or_else(|e| panic!("{}: {e}", operation.name));
        inputs.within(|| {
            // Through all of its inputs, and through the first ones again.
            for time in 0..3 {
                assert!(task.is_correct(), "{} the {time}th time", operation.name);
                task.go(43);
            }
        });
    }
}

#[test]
fn names_of_operations_are_unique_and_found() {
    let names: Vec<&str> = operations().map(|o| o.name).collect();
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
    for operation in operations() {
        let kebab = |c: char| c.is_ascii_lowercase() || c == '-';
        assert!(operation.name.chars().all(kebab), "{}", operation.name);
        assert!(find(operation.name).is_some_and(|o| o.what == operation.what));
        assert!(!operation.what.is_empty() && !operation.what.ends_with('.'), "{}", operation.name);
    }
    assert!(find("nothing").is_none());
}

/// A calibration of these operations.
fn measured(names: &[&str]) -> Calibration {
    let inputs = inputs();
    let one = |o: &'static Operation| Some((o.name.to_string(), measure(o, &inputs, Effort::Rounds(3)).ok()?));
    Calibration {
        schema: SCHEMA.into(),
        tool: "shikaku 0".into(),
        openssl: crate::openssl_version().into(),
        machine: Machine::this(),
        operation: operations().filter(|o| names.contains(&o.name)).filter_map(one).collect(),
    }
}

#[test]
fn what_is_measured_is_written_and_read_again() {
    let calibration = measured(&["certificate-path", "answer-write", "tls-handshake-server"]);
    assert_eq!(calibration.operation.len(), 3);
    for (name, measured) in &calibration.operation {
        assert_eq!(measured.rounds, 3, "{name}");
        assert!(measured.p10 <= measured.median && measured.median <= measured.p90, "{name}");
    }
    let text = calibration.to_toml().unwrap();
    assert!(text.contains("[operation.answer-write]\n"), "{text}");
    assert_eq!(Calibration::read(&text), Ok(calibration.clone()));
    assert_eq!(serde_json::from_str::<Calibration>(&calibration.to_json().unwrap()).unwrap(), calibration);
}

#[test]
fn a_handshake_and_each_part_of_it_take_time() {
    let inputs = inputs();
    let time = |name| {
        let mut task = find(name).unwrap().prepare(&inputs).unwrap();
        inputs.within(|| task.go(1))
    };
    for name in ["tls-handshake", "tls-handshake-server", "tls-handshake-client"] {
        assert!(time(name) > Duration::ZERO, "{name}");
    }
}

#[test]
fn an_operation_that_fails_is_not_measured() {
    static IDLE: Operation = Operation {
        name: "idle",
        party: None,
        step: None,
        what: "Nothing",
        what_ja: "何もしない",
        prepare: |_| Ok(whole(|| (), |()| false)),
    };
    let measured = measure(&IDLE, &inputs(), Effort::Time(Duration::from_secs(3600)));
    assert!(matches!(measured, Err(CalibrationError::Failed { operation: "idle" })));
}

#[test]
fn inputs_without_people_are_an_error() {
    let inputs = Inputs::new(0).unwrap();
    assert!(matches!(inputs.cards(), Err(CalibrationError::TooFewPeople { people: 0 })));
    assert!(matches!(inputs.registers(), Err(CalibrationError::TooFewPeople { people: 0 })));
}

#[test]
fn spans_are_written_to_the_nanosecond_and_read_again() {
    for (ns, written, rounded) in [
        (1, "1ns", "1 ns"),
        (812, "812ns", "812 ns"),
        (1_000, "1us", "1.00 µs"),
        (9_996, "9.996us", "10.0 µs"),
        (719_400, "719.4us", "719 µs"),
        (719_004, "719.004us", "719 µs"),
        (1_234_567, "1.234567ms", "1.23 ms"),
        (99_960_000, "99.96ms", "100 ms"),
        (2_500_000_000, "2.5s", "2.50 s"),
    ] {
        let span = Span(Duration::from_nanos(ns));
        assert_eq!((span.to_string().as_str(), span.rounded().as_str()), (written, rounded));
        let json = serde_json::to_string(&span).unwrap();
        assert_eq!(serde_json::from_str::<Span>(&json).unwrap(), span);
    }
    assert_eq!(Span::of_nanoseconds(0.2).to_string(), "1ns");
}

const HAND_MADE: &str = "\
schema = 'shikaku/calibration/v1'
tool = 'a load test'
openssl = 'OpenSSL 3.5.0'
machine = { cpu = 'a server', cores = 64, os = 'linux x86_64' }

[operation.ocsp-status]
median = '1.5ms'
p10 = '1400us'
p90 = '2 ms'
mean = '0.0016s'
rounds = 1000
";

#[test]
fn a_file_made_by_hand_is_read() {
    let read = Calibration::read(HAND_MADE).unwrap();
    let status = &read.operation["ocsp-status"];
    let us = |us| Span(Duration::from_micros(us));
    assert_eq!([status.p10, status.median, status.mean, status.p90], [us(1400), us(1500), us(1600), us(2000)]);
    assert_eq!((status.batch, status.what.as_str(), status.is_unsteady()), (1, "", false));
    assert!((status.per_second() - 666.67).abs() < 0.01);
}

#[test]
fn an_invalid_file_is_rejected_with_the_reason() {
    let error = |from: &str, to: &str| {
        let text = HAND_MADE.replace(from, to);
        assert_ne!(text, HAND_MADE);
        Calibration::read(&text).unwrap_err()
    };
    for (from, to, expected) in [
        ("v1'", "v2'", "its schema is `shikaku/calibration/v2`, and `shikaku/calibration/v1` is what this version reads"),
        ("'1.5ms'", "1.5", "invalid type: floating point `1.5`, expected a time with its unit, such as \"719.4us\""),
        ("'1.5ms'", "'1.5'", "`1.5` is not a time with its unit, such as \"719.4us\""),
        ("'1.5ms'", "'-1.5ms'", "`-1.5ms` is not a time with its unit, such as \"719.4us\""),
        ("'2 ms'", "'1ms'", "the operation `ocsp-status`: `p10`, `median` and `p90` must not fall"),
        ("'1400us'", "'0us'", "the operation `ocsp-status`: a time is zero, but every operation takes time"),
        ("1000", "0", "the operation `ocsp-status`: `rounds` and `batch` are at least 1"),
        ("rounds = 1000", "", "missing field `rounds`"),
    ] {
        assert_eq!(error(from, to).message, expected);
    }
    let unknown = error("rounds", "turns = 3\nrounds");
    assert!(unknown.message.starts_with("unknown field `turns`"), "{unknown}");
    assert_eq!(unknown.span.map(|s| &HAND_MADE.replace("rounds", "turns = 3\nrounds")[s] == "turns"), Some(true));
}

#[test]
fn the_schema_in_docs_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/schema/calibration.schema.json");
    let published = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        published == json_schema().unwrap(),
        "docs/schema/calibration.schema.json is not current: cargo run --release -- schema calibration > docs/schema/calibration.schema.json"
    );
}

#[test]
fn the_processor_has_the_model_name_that_linux_reports() {
    assert_eq!(model("processor\t: 0\nmodel\t\t: 1\nmodel name\t: Some CPU: 3\nmodel name\t: Other\n"), Some("Some CPU: 3"));
    assert_eq!(model("processor\t: 0\nBogoMIPS\t: 50.00\n"), None);
    assert_eq!(model("model name\t:\n"), None);
    let machine = Machine::this();
    assert!(!machine.cpu.is_empty() && machine.cores > 0 && machine.os.contains(' '));
}

#[test]
fn an_unsteady_measurement_is_detected() {
    let mut read = Calibration::read(HAND_MADE).unwrap();
    let operation: &mut BTreeMap<_, _> = &mut read.operation;
    let status = operation.get_mut("ocsp-status").unwrap();
    status.p90 = Span(status.median.0 * 2);
    assert!(!status.is_unsteady());
    status.p90.0 += Duration::from_nanos(1);
    assert!(status.is_unsteady());
}
