//! Figures as people read them. Every view shows the same text for the same figure.

use super::words::Words;
use crate::sure::Estimate;
use reports::page::Both;

/// Three significant digits, and no more decimals than that needs; of what is small, two. Shares in percent.
pub fn shown(value: f64, unit: &str) -> String {
    match is_share(unit) {
        true => format!("{}%", plain(value * 100.0)),
        false => plain(value),
    }
}

/// Whether a unit is a share of something.
pub fn is_share(unit: &str) -> bool {
    unit.starts_with("share")
}

/// By what a figure in a unit is multiplied for readers of Japanese: 十億 is no unit in Japanese, 億 is.
pub fn factor_ja(unit: &str) -> f64 {
    if unit == "bn-yen" { 10.0 } else { 1.0 }
}

/// A figure in both languages.
pub fn figure(value: f64, unit: &str) -> Both {
    Both::new(shown(value * factor_ja(unit), unit), shown(value, unit))
}

/// A figure with its unit in both languages; shares have theirs.
pub fn with_unit(value: f64, unit: &str, words: &Words) -> Both {
    let Both { ja, en } = figure(value, unit);
    let text = if is_share(unit) { Both::default() } else { words.both(&format!("unit-{unit}")) };
    Both::new(ja + &text.ja, if text.en.is_empty() { en } else { format!("{en} {}", text.en) })
}

/// How the three values of an assumption are written: one notation for all of them.
pub struct Notation {
    /// By what values are multiplied.
    pub times: f64,
    /// What follows each of them.
    pub sign: &'static str,
    /// The id of the unit after all of them.
    pub unit: String,
}

impl Notation {
    /// Of a figure whose unit is the text of its file and whose largest value is `high`: shares are percent, and the smallest per million.
    pub fn of(unit: &str, high: f64) -> Notation {
        let id = format!("figure-unit-{}", unit.replace(' ', "-"));
        match is_share(unit) {
            true if high < 0.001 => Notation { times: 1e6, sign: "", unit: format!("{id}-per-million") },
            true => Notation { times: 100.0, sign: "%", unit: id },
            false => Notation { times: 1.0, sign: "", unit: id },
        }
    }

    pub fn shown(&self, value: f64) -> String {
        plain(value * self.times) + self.sign
    }
}

/// Below this a figure is no figure, but what rounding leaves.
const NOTHING: f64 = 1e-12;

/// Three significant digits, two of what is below a tenth.
fn plain(value: f64) -> String {
    let size = value.abs();
    let decimals = match size {
        s if !(NOTHING..100.0).contains(&s) => 0,
        s if s >= 10.0 => 1,
        s if s >= 1.0 => 2,
        s if s >= 0.1 => 3,
        s => 2 + (1..).take_while(|zeros| s * 10f64.powi(*zeros) < 1.0).count(),
    };
    let text = format!("{value:.decimals$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_string() } else { text };
    grouped(if text == "-0" { "0" } else { &text })
}

/// Thousands apart.
fn grouped(text: &str) -> String {
    let (sign, rest) = text.strip_prefix('-').map_or(("", text), |rest| ("−", rest));
    let (whole, decimals) = rest.split_once('.').map_or((rest, None), |(w, d)| (w, Some(d)));
    let digits = whole.len();
    let mut out = String::from(sign);
    for (i, c) in whole.chars().enumerate() {
        if i > 0 && (digits - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    if let Some(decimals) = decimals {
        out.push('.');
        out.push_str(decimals);
    }
    out
}

/// `12.3 to 14.5`; nothing for a single value.
pub fn interval(estimate: &Estimate, unit: &str) -> Option<Both> {
    let (low, high) = (figure(estimate.low?, unit), figure(estimate.high?, unit));
    Some(Both::new(format!("{}〜{}", low.ja, high.ja), format!("{} to {}", low.en, high.en)))
}

/// The same, if its ends are written differently: that a figure is the same in all seeds or draws is in its mark.
pub fn spread(estimate: &Estimate, unit: &str) -> Option<Both> {
    let is_wide = figure(estimate.low?, unit) != figure(estimate.high?, unit);
    if is_wide { interval(estimate, unit) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost::Book;

    #[test]
    fn figures_have_three_digits_and_small_ones_two() {
        for (value, unit, expected) in [
            (0.0, "", "0"),
            (1234567.0, "", "1,234,567"),
            (12.345, "", "12.3"),
            (0.98765, "share-people", "98.8%"),
            (1.0, "share", "100%"),
            (-0.004, "", "−0.004"),
            (-1500.2, "", "−1,500"),
            (0.0123, "", "0.012"),
            (0.00001, "", "0.00001"),
            (0.000023456, "", "0.000023"),
            (0.00096, "share", "0.096%"),
            (1.4e-13, "", "0"),
        ] {
            assert_eq!(shown(value, unit), expected, "{value}");
        }
    }

    #[test]
    fn readers_of_japanese_get_units_of_japanese() {
        let words = Words::new();
        assert_eq!(with_unit(113.0, "bn-yen", &words), Both::new("1,130億円／年", "113 bn yen a year"));
        assert_eq!(with_unit(0.707, "share-people", &words), Both::same("70.7%"));
        assert_eq!(with_unit(2.0, "rules", &words), Both::new("2件", "2 rules"));
    }

    #[test]
    fn an_assumption_is_written_in_one_notation() {
        let row = |unit: &str, values: [f64; 3]| {
            let notation = Notation::of(unit, values[2]);
            (values.map(|v| notation.shown(v)).join(" · "), notation.unit)
        };
        assert_eq!(
            row("share of visits", [2e-8, 1e-6, 2e-5]),
            ("0.02 · 1 · 20".into(), "figure-unit-share-of-visits-per-million".into())
        );
        assert_eq!(
            row("share of visits", [0.0001, 0.0005, 0.002]),
            ("0.01% · 0.05% · 0.2%".into(), "figure-unit-share-of-visits".into())
        );
        assert_eq!(row("yen", [0.0, 0.0, 2.0]), ("0 · 0 · 2".into(), "figure-unit-yen".into()));
    }

    #[test]
    fn every_unit_of_an_assumption_has_its_texts() {
        let (book, words) = (Book::built_in().unwrap_or_else(|e| panic!("{e}")), Words::new());
        for f in book.figures {
            let unit = Notation::of(&f.unit, f.high).unit;
            assert!(words.has(&unit), "{}: {unit}", f.key);
        }
    }
}
