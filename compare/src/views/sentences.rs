//! Two sentences for each criterion, made of its figures.

use super::numbers::{figure, with_unit};
use super::words::Words;
use crate::criteria;
use crate::document::{Both, Cell, Document, Mark};

/// A number in both languages.
pub(super) fn count(n: usize) -> Both {
    Both::same(n.to_string())
}

/// Texts one after the other.
pub(super) fn list(all: &[Both]) -> Both {
    let of = |pick: fn(&Both) -> &str, between: &str| all.iter().map(pick).collect::<Vec<_>>().join(between);
    Both::new(of(|b| &b.ja, "、"), of(|b| &b.en, ", "))
}

/// What the figures say: best and worst, and how many designs differ clearly from the reference. The second is empty where all are the
/// same. Where several show the same figure, none of them is named.
pub fn sentences(document: &Document, words: &Words, criterion: &str) -> [Both; 2] {
    let Some(row) = document.criteria.iter().find(|c| c.id == criterion) else { return [Both::default(), Both::default()] };
    let unit = criteria::find(criterion).map_or("", |c| c.unit);
    let cells: Vec<(&Cell, f64)> =
        document.cells.iter().filter(|c| c.criterion == criterion).filter_map(|c| Some((c, c.estimate?.value))).collect();
    let sign = if row.lower_is_better { 1.0 } else { -1.0 };
    let best = cells.iter().min_by(|a, b| (sign * a.1).total_cmp(&(sign * b.1)));
    let worst = cells.iter().max_by(|a, b| (sign * a.1).total_cmp(&(sign * b.1)));
    let (Some((_, best)), Some((_, worst))) = (best, worst) else { return [words.both("sentence-none"), Both::default()] };
    if figure(*best, unit) == figure(*worst, unit) {
        return [words.with("sentence-same", &[("value", &with_unit(*best, unit, words))]), Both::default()];
    }
    let end = |id: &str, value: f64| {
        let text = figure(value, unit);
        let equal: Vec<&Cell> = cells.iter().filter(|(_, v)| figure(*v, unit) == text).map(|(c, _)| *c).collect();
        let value = with_unit(value, unit, words);
        match equal.as_slice() {
            [one] => words.with(&format!("sentence-{id}"), &[("design", &document.title(&one.design)), ("value", &value)]),
            many => words.with(&format!("sentence-{id}-many"), &[("count", &count(many.len())), ("value", &value)]),
        }
    };
    let (best, worst) = (end("best", *best), end("worst", *worst));
    let first = Both::new(best.ja + &worst.ja, format!("{} {}", best.en, worst.en));
    let marked = |mark: Mark| count(cells.iter().filter(|(c, _)| c.mark == mark).count());
    let second = words.with(
        "sentence-against",
        &[
            ("reference", &document.title(&document.reference)),
            ("better", &marked(Mark::Better)),
            ("worse", &marked(Mark::Worse)),
            ("unclear", &marked(Mark::NotClear)),
        ],
    );
    [first, second]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::testing::document;

    #[test]
    fn no_design_is_named_where_several_show_the_same() {
        let of = |values: [f64; 3]| sentences(&document("up-jpki", values), &Words::new(), "up-jpki").map(|b| [b.ja, b.en]);
        let [first, second] = of([0.0, 0.0, 1.0]);
        assert_eq!(first[0], "最も良いのは方式Cの100%である。最も悪い0%には2つの方式が並ぶ。");
        assert_eq!(first[1], "Design C has the best figure, 100%. The worst, 0%, is that of 2 designs.");
        assert!(second[1].starts_with("Against Design A: "), "{}", second[1]);
        let [first, second] = of([1.0, 1.0, 0.99999]);
        assert_eq!((first[0].as_str(), first[1].as_str()), ("どの方式も100%で同じである。", "All designs show 100%."));
        assert_eq!(second, ["", ""]);
        for text in of([0.1, 0.5, 0.7]).concat() {
            assert!(!text.contains(" .") && !text.contains(" ;") && !text.contains("1 designs"), "{text}");
        }
    }
}
