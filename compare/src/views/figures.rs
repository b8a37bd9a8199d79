//! Every figure with its source, as text.

use super::numbers::Notation;
use super::words::Words;
use crate::cost::figures::Figure;
use crate::document::Both;

/// The three values of a figure in one notation, and its unit in one language.
fn range(f: &Figure, words: &Words, pick: fn(Both) -> String) -> String {
    let notation = Notation::of(&f.unit, f.high);
    let values = [f.low, f.mode, f.high].map(|v| notation.shown(v)).join(" · ");
    format!("{values} {}", pick(words.both(&notation.unit))).trim_end().to_string()
}

/// The figures in Japanese, each in two lines: what it is with its range, and its source.
pub fn table_ja(figures: &[Figure]) -> String {
    let words = Words::new();
    let say = |id: &str| words.both(id).ja;
    let line = |f: &Figure| {
        let kind = say(if f.is_assumed() { "assumption" } else { "source" });
        let together =
            f.moves_with.as_ref().map_or(String::new(), |group| format!("（「{}」の値とともに動く）", together(group, &words)));
        let range = range(f, &words, |text| text.ja);
        format!("{}：{range}{together}\n    {}　{kind}（{}）：{}\n", f.ja, f.key, f.confidence.ja(), f.basis_ja())
    };
    figures.iter().map(line).collect()
}

/// The Japanese name of figures that are drawn together. A group of a file of one's own has the name that it has there.
fn together(group: &str, words: &Words) -> String {
    let id = format!("together-{}", group.replace([' ', '’'], "-").replace("--", "-"));
    if words.has(&id) { words.both(&id).ja } else { group.to_string() }
}

/// The figures, each in three lines: its range, what it is, and its source.
pub fn table(figures: &[Figure]) -> String {
    let words = Words::new();
    let width = figures.iter().map(|f| f.key.len()).max().unwrap_or(0);
    let line = |f: &Figure| {
        let kind = if f.is_assumed() { "assumption" } else { "source" };
        let together = f.moves_with.as_ref().map_or(String::new(), |g| format!(", moves with {g}"));
        format!(
            "{:<width$}  {}{together}\n{:<width$}  {} / {}\n{:<width$}  {kind} ({}): {}\n",
            f.key,
            range(f, &words, |text| text.en),
            "",
            f.en,
            f.ja,
            "",
            f.confidence.name(),
            f.basis()
        )
    };
    figures.iter().map(line).collect()
}
