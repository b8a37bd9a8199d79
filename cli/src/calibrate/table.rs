//! Operations and their costs as text.

use mocks::calibration::Operation;
use mocks::calibration::file::{Calibration, Measured};
use serde_json::json;
use std::fmt::Write;

/// The measurements and the machine.
pub fn measured(all: &[(&'static Operation, Measured)], calibration: &Calibration) -> String {
    let machine = &calibration.machine;
    let cores = if machine.cores == 1 { "1 core".to_string() } else { format!("{} cores", machine.cores) };
    let mut text = format!("{}, {cores}, {}; {}\n\n", machine.cpu, machine.os, calibration.openssl);
    let width = all.iter().map(|(o, _)| o.name.len()).max().unwrap_or_default().max("operation".len());
    let _ = writeln!(text, "{:width$}  {:>9}  {:>21}  {:>11}", "operation", "median", "p10–p90", "per second");
    for (operation, m) in all {
        let between = format!("{}–{}", m.p10.rounded(), m.p90.rounded());
        let _ = writeln!(
            text,
            "{:width$}  {:>9}  {between:>21}  {:>11}",
            operation.name,
            m.median.rounded(),
            thousands(m.per_second())
        );
    }
    text
}

/// The operations that can be measured.
pub fn list(all: &[&'static Operation]) -> String {
    let width = all.iter().map(|o| o.name.len()).max().unwrap_or_default();
    let parties = all.iter().map(|o| party(o).len()).max().unwrap_or_default();
    let mut text = String::new();
    for operation in all {
        let step = operation.step.map_or(' ', step);
        let _ = writeln!(text, "{:width$}  {:parties$}  {step}  {}", operation.name, party(operation), operation.what);
    }
    text
}

pub fn list_as_json(all: &[&'static Operation]) -> Result<String, serde_json::Error> {
    let one = |o: &&'static Operation| json!({ "name": o.name, "party": o.party.map(|p| p.name()), "step": o.step.map(|s| s.number()), "what": o.what });
    Ok(serde_json::to_string_pretty(&all.iter().map(one).collect::<Vec<_>>())? + "\n")
}

fn party(operation: &Operation) -> &'static str {
    operation.party.map_or("both ends", |p| p.name())
}

/// ① to ⑦.
fn step(step: sim::terms::check::Step) -> char {
    char::from_u32('①' as u32 + u32::from(step.number()) - 1).unwrap_or(' ')
}

/// A whole number in groups of three digits.
fn thousands(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut grouped = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        for (number, text) in [(0.4, "0"), (7.0, "7"), (1234.5, "1,234"), (999_999.6, "1,000,000"), (12_345.0, "12,345")] {
            assert_eq!(thousands(number), text);
        }
    }
}
