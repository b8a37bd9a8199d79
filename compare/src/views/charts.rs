//! Charts as SVG without other files: for each design its name, its figure, and a point with the interval.
//!
//! Places are shares of the width and nothing is scaled, so that a chart is as wide as the page or the phone, and its text as large as
//! any other.

use super::numbers::{figure, spread};
use crate::criteria;
use crate::document::{Both, Cell, Document};
use maud::{Markup, html};

const ROW: usize = 42;
const FOOT: usize = 24;
/// The room of the plot, in percent of the width: the labels of the first and last tick need some beside it.
const LEFT: f64 = 4.0;
const WIDTH: f64 = 88.0;
/// Between which numbers of ticks a scale has.
const TICKS: f64 = 4.0;

/// A scale from a number at the left to one at the right.
struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    /// With zero and all ends of intervals.
    fn of(cells: &[&Cell]) -> Scale {
        let ends = cells.iter().filter_map(|c| c.estimate).flat_map(|e| [Some(e.value), e.low, e.high]).flatten();
        let (low, high) = ends.fold((0.0f64, 0.0f64), |(low, high), v| (low.min(v), high.max(v)));
        Scale { low, high: if high > low { high } else { low + 1.0 } }
    }

    /// Where a value is, as a share of the width.
    fn at(&self, value: f64) -> String {
        format!("{:.2}%", LEFT + WIDTH * (value - self.low) / (self.high - self.low))
    }

    /// Round numbers: multiples of 1, 2 or 5 times a power of ten.
    fn ticks(&self) -> Vec<f64> {
        let raw = (self.high - self.low) / TICKS;
        let power = libm::exp10(libm::floor(libm::log10(raw)));
        let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|times| times * power).find(|s| *s >= raw * 0.999).unwrap_or(raw);
        let first = libm::ceil(self.low / step);
        (0..20).map(|i| (first + f64::from(i)) * step).take_while(|tick| *tick <= self.high * 1.000_001).collect()
    }
}

/// The figures of one criterion. `None` if no design has one.
pub fn intervals(document: &Document, criterion: &str, title: &Both) -> Option<Markup> {
    let cells: Vec<&Cell> = document.cells.iter().filter(|c| c.criterion == criterion && c.estimate.is_some()).collect();
    if cells.is_empty() {
        return None;
    }
    let unit = criteria::find(criterion).map_or("", |c| c.unit);
    let scale = Scale::of(&cells);
    let (plot, height) = (ROW * cells.len(), ROW * cells.len() + FOOT);
    Some(html! {
        svg.intervals xmlns="http://www.w3.org/2000/svg" role="img" aria-label=(format!("{} / {}", title.ja, title.en)) width="100%" height=(height) {
            @for tick in scale.ticks() {
                line.grid x1=(scale.at(tick)) x2=(scale.at(tick)) y1="0" y2=(plot) stroke="var(--faint)" { }
                (text(&scale.at(tick), plot + 16, "middle", &figure(tick, unit)))
            }
            @for (row, cell) in cells.iter().enumerate() {
                @let (y, Some(e)) = (ROW * row, cell.estimate) else { continue };
                (text("0", y + 15, "start", &document.title(&cell.design)))
                (figure_and_range(y + 15, cell, unit))
                @if let (Some(low), Some(high)) = (e.low, e.high) {
                    line x1=(scale.at(low)) x2=(scale.at(high)) y1=(y + 28) y2=(y + 28) stroke="currentColor" stroke-width="2" { }
                }
                circle cx=(scale.at(e.value)) cy=(y + 28) r="5" fill="var(--mark)" { }
            }
        }
    })
}

/// The figure of a row and its interval, which a phone has no room for. The unit is in the heading of the chart.
fn figure_and_range(y: usize, cell: &Cell, unit: &str) -> Markup {
    let Some(e) = cell.estimate else { return Markup::default() };
    let (value, range) = (figure(e.value, unit), spread(&e, unit));
    let range = range.map_or_else(Both::default, |r| Both::new(format!("（{}）", r.ja), format!(" ({})", r.en)));
    html! {
        @for (language, value, range) in [("ja", &value.ja, &range.ja), ("en", &value.en, &range.en)] {
            text lang=(language) x="100%" y=(y) text-anchor="end" font-size="13" fill="currentColor" { (value) tspan.range-text { (range) } }
        }
    }
}

fn text(x: &str, y: usize, anchor: &str, text: &Both) -> Markup {
    html! {
        @for (language, text) in [("ja", &text.ja), ("en", &text.en)] {
            text lang=(language) x=(x) y=(y) text-anchor=(anchor) font-size="13" fill="currentColor" { (text) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::testing::document;

    #[test]
    fn a_scale_has_round_ticks() {
        let ticks = |low, high| Scale { low, high }.ticks();
        assert_eq!(ticks(0.0, 1.0), [0.0, 0.5, 1.0]);
        assert_eq!(ticks(0.0, 39_605.0), [0.0, 10_000.0, 20_000.0, 30_000.0]);
        assert_eq!(ticks(-3.0, 9.0), [0.0, 5.0]);
    }

    #[test]
    fn a_chart_has_titles_figures_and_ticks_in_both_languages() {
        let document = document("up-jpki", [0.0, 0.5, 1.0]);
        let chart = intervals(&document, "up-jpki", &Both::new("題", "title")).map(Markup::into_string).unwrap_or_default();
        for part in ["aria-label=\"題 / title\"", ">方式A<", ">Design C<", ">50%", "cx=\"48.00%\"", "width=\"100%\""] {
            assert!(chart.contains(part), "{part}: {chart}");
        }
        assert!(!chart.contains("0.5<"), "{chart}");
    }
}
