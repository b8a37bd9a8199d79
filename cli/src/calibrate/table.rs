//! Operations and their costs as text.

use mocks::calibration::Operation;
use mocks::calibration::file::{Calibration, Measured};
use reports::human::{fitted, right, width};
use reports::page::zone_title;
use reports::rules::Lang;
use reports::texts::{counted_saying, say};
use serde_json::json;
use std::fmt::Write;

/// The measurements and the machine.
pub fn measured(all: &[(&'static Operation, Measured)], calibration: &Calibration, lang: Lang) -> String {
    let machine = &calibration.machine;
    let values = [("cpu", machine.cpu.as_str()), ("os", &machine.os), ("openssl", &calibration.openssl)];
    let head = counted_saying(lang, "calibrate-head", &[("cores", machine.cores)], &values);
    let [operation, median, between, rate] =
        ["operation", "median", "between", "rate"].map(|id| say(lang, &format!("calibrate-{id}"), &[]));
    let width = all.iter().map(|(o, _)| o.name.len()).max().unwrap_or_default().max("operation".len());
    let line = |[name, median, between, rate]: [&str; 4]| {
        format!("{}  {}  {}  {}\n", fitted(name, width), right(median, 9), right(between, 21), right(rate, 11))
    };
    let mut text = format!("{head}\n\n{}", line([&operation, &median, &between, &rate]));
    for (operation, m) in all {
        let (median, between) = (m.median.rounded().to_string(), format!("{}–{}", m.p10.rounded(), m.p90.rounded()));
        text += &line([operation.name, &median, &between, &thousands(m.per_second())]);
    }
    text
}

/// The operations that can be measured.
pub fn list(all: &[&'static Operation], lang: Lang) -> String {
    let names = all.iter().map(|o| o.name.len()).max().unwrap_or_default();
    let parties = all.iter().map(|o| width(&party(o, lang))).max().unwrap_or_default();
    let mut text = String::new();
    for operation in all {
        let step = operation.step.map_or(' ', step);
        let what = if lang == Lang::Ja { operation.what_ja } else { operation.what };
        // Writing to a String does not fail.
        let _ = writeln!(text, "{:names$}  {}  {step}  {what}", operation.name, fitted(&party(operation, lang), parties));
    }
    text
}

pub fn list_as_json(all: &[&'static Operation]) -> Result<String, serde_json::Error> {
    let one = |o: &&'static Operation| json!({ "name": o.name, "party": o.party.map(|p| p.name()), "step": o.step.map(|s| s.number()), "what": o.what });
    Ok(serde_json::to_string_pretty(&all.iter().map(one).collect::<Vec<_>>())? + "\n")
}

fn party(operation: &Operation, lang: Lang) -> String {
    match (operation.party, lang) {
        (None, _) => say(lang, "calibrate-both", &[]),
        (Some(zone), Lang::En) => zone.name().to_string(),
        (Some(zone), Lang::Ja) => zone_title(zone.name()).ja,
    }
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
