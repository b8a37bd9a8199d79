//! Charts as SVG without other files, in the colours of the page, so that they follow light and dark.

use plotters::element::DashedPathElement;
use plotters::prelude::*;
use std::ops::Range;

/// Colours that are replaced by those of the page.
pub const INK: RGBColor = RGBColor(1, 2, 3);
pub const MARK: RGBColor = RGBColor(4, 5, 6);
pub const FAINT: RGBColor = RGBColor(7, 8, 9);
const BAD: RGBColor = RGBColor(10, 11, 12);
const ODD: RGBColor = RGBColor(13, 14, 15);
const COLOURS: [(&str, &str); 5] = [
    ("#010203", "currentColor"),
    ("#040506", "var(--mark)"),
    ("#070809", "var(--faint)"),
    ("#0A0B0C", "var(--bad)"),
    ("#0D0E0F", "var(--odd)"),
];

/// Why a chart could not be drawn.
pub type Failure = Box<dyn std::error::Error>;

/// With the colours of the page and a name for screen readers.
pub fn styled(svg: &str, title: &str) -> String {
    let mut styled = svg.to_string();
    for (from, to) in COLOURS {
        styled = styled.replace(from, to).replace(&from.to_lowercase(), to);
    }
    let title = title.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    styled.replacen("<svg ", &format!("<svg role=\"img\" aria-label=\"{title}\" "), 1)
}

/// How a series is drawn. Each differs from the others by more than its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stroke {
    Thick,
    Thin,
    Dashed,
}

impl Stroke {
    /// The class of its sample in a legend.
    pub fn class(self) -> &'static str {
        match self {
            Stroke::Thick => "sample thick",
            Stroke::Thin => "sample thin",
            Stroke::Dashed => "sample dashed",
        }
    }
}

/// Values over time; where there is none, the line is interrupted.
pub struct Series {
    pub stroke: Stroke,
    pub points: Vec<(f64, Option<f64>)>,
}

/// A chart over time.
pub struct OverTime<'a> {
    /// The name for screen readers.
    pub title: &'a str,
    pub series: &'a [Series],
    /// Times that are shaded: faults.
    pub shaded: &'a [Range<f64>],
    /// Whether values are drawn by their logarithm; those at or below zero are then not drawn.
    pub logarithmic: bool,
}

const WIDTH: u32 = 960;
const HEIGHT: u32 = 260;

impl OverTime<'_> {
    /// The chart. `None` if there is nothing to draw, or if it cannot be drawn.
    pub fn svg(&self) -> Option<String> {
        let all = || self.series.iter().flat_map(|s| &s.points);
        let end = all().map(|(at, _)| *at).fold(0.0f64, f64::max);
        let values = || all().filter_map(|(_, value)| value.and_then(|v| self.placed(v)));
        let (low, high) = values().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
        if end <= 0.0 || !low.is_finite() {
            return None;
        }
        let low = if self.logarithmic { low - 0.1 } else { 0.0 };
        let high = if high > low { high + (high - low) * 0.08 } else { low + 1.0 };
        Some(styled(&self.drawn(end, low..high).ok()?, self.title))
    }

    /// Where a value is drawn. `None` if nowhere.
    fn placed(&self, value: f64) -> Option<f64> {
        match self.logarithmic {
            true => (value > 0.0).then(|| libm::log10(value)),
            false => Some(value),
        }
        .filter(|v| v.is_finite())
    }

    fn drawn(&self, end: f64, range: Range<f64>) -> Result<String, Failure> {
        let mut svg = String::new();
        {
            let area = SVGBackend::with_string(&mut svg, (WIDTH, HEIGHT)).into_drawing_area();
            let mut chart = ChartBuilder::on(&area)
                .margin(6)
                .x_label_area_size(28)
                .y_label_area_size(64)
                .build_cartesian_2d(0.0..end, range.clone())?;
            let number = |v: &f64| shown(if self.logarithmic { libm::exp10(*v) } else { *v });
            chart
                .configure_mesh()
                .light_line_style(TRANSPARENT)
                .bold_line_style(FAINT)
                .axis_style(FAINT)
                .label_style(("sans-serif", 13).into_font().color(&INK))
                .x_labels(10)
                .y_labels(5)
                .x_label_formatter(&|v| shown(*v))
                .y_label_formatter(&number)
                .draw()?;
            let band = |s: &Range<f64>| {
                let corners = [(s.start.clamp(0.0, end), range.start), (s.end.clamp(0.0, end), range.end)];
                Rectangle::new(corners, ODD.mix(0.18).filled())
            };
            chart.draw_series(self.shaded.iter().map(band))?;
            for series in self.series {
                for part in self.parts(&series.points) {
                    match series.stroke {
                        Stroke::Thick => chart.draw_series([PathElement::new(part, MARK.stroke_width(2))])?,
                        Stroke::Thin => chart.draw_series([PathElement::new(part, INK.stroke_width(1))])?,
                        Stroke::Dashed => {
                            let dashed = DashedPathElement::new(part, 6, 4, BAD.stroke_width(2));
                            chart.draw_series([dashed])?
                        }
                    };
                }
            }
            area.present()?;
        }
        Ok(svg)
    }

    /// Stretches without a gap.
    fn parts(&self, points: &[(f64, Option<f64>)]) -> Vec<Vec<(f64, f64)>> {
        let mut parts = vec![Vec::new()];
        for (at, value) in points {
            match value.and_then(|v| self.placed(v)) {
                Some(value) => parts.last_mut().into_iter().for_each(|p: &mut Vec<_>| p.push((*at, value))),
                None => parts.push(Vec::new()),
            }
        }
        parts.retain(|p| !p.is_empty());
        parts
    }
}

/// A number at an axis.
fn shown(value: f64) -> String {
    let digits = match value.abs() {
        v if v == 0.0 || v >= 10.0 => 0,
        v if v >= 1.0 => 1,
        _ => 2,
    };
    format!("{value:.digits$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_has_its_series_and_faults_and_the_colours_of_the_page() {
        let points = vec![(0.0, Some(1.0)), (10.0, None), (20.0, Some(100.0)), (30.0, Some(10.0))];
        let series = [Series { stroke: Stroke::Thick, points }];
        let fault = [5.0..15.0];
        let drawn = |logarithmic| OverTime { title: "a <chart>", series: &series, shaded: &fault, logarithmic }.svg().unwrap();
        for svg in [drawn(true), drawn(false)] {
            assert!(svg.starts_with("<svg role=\"img\" aria-label=\"a &lt;chart>\""), "{svg}");
            // The gap interrupts the line.
            assert_eq!(svg.matches("stroke=\"var(--mark)\"").count(), 2, "{svg}");
            assert!(svg.contains("var(--odd)") && !svg.contains("#0"), "{svg}");
        }
        let nothing = OverTime { title: "", series: &[], shaded: &[], logarithmic: false };
        assert_eq!(nothing.svg(), None);
    }
}
