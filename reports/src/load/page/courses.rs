//! What happened over time: charts, and the same as tables.

use super::{Page, ms};
use crate::load::{LoadRun, StationRun, Stretch};
use crate::page::charts::{OverTime, Series, Stroke};
use crate::page::scrolled;
use maud::{Markup, PreEscaped, html};
use std::ops::Range;

/// Seconds of a stretch.
const STRETCH: f64 = 10.0;

/// A series of a chart: how it is drawn, the text of its legend, its values.
type Line<'a> = (Stroke, &'a str, Vec<(f64, Option<f64>)>);

/// The middle of a stretch, in minutes.
fn middle(index: usize) -> f64 {
    (index as f64 + 0.5) * STRETCH / 60.0
}

fn over(course: &[Stretch], of: impl Fn(&Stretch) -> Option<f64>) -> Vec<(f64, Option<f64>)> {
    course.iter().enumerate().map(|(i, s)| (middle(i), of(s))).collect()
}

impl Page<'_> {
    /// The times of faults, in minutes.
    fn shaded(&self) -> Vec<Range<f64>> {
        self.r.faults.iter().map(|f| f.from_s / 60.0..f.to_s / 60.0).collect()
    }

    fn chart(&self, title: &str, logarithmic: bool, lines: Vec<Line<'_>>) -> Markup {
        let shaded = self.shaded();
        let legend = html! { ul.samples {
            @for (stroke, text, _) in &lines { li { span class=(stroke.class()) aria-hidden="true" { } (self.say(text)) } }
            @if !shaded.is_empty() { li { span class="sample band" aria-hidden="true" { } (self.say("page-fault")) } }
        } };
        let series: Vec<Series> = lines.into_iter().map(|(stroke, _, points)| Series { stroke, points }).collect();
        let chart = OverTime { title, series: &series, shaded: &shaded, logarithmic }.svg();
        html! { @if let Some(svg) = chart { (legend) figure tabindex="0" { (PreEscaped(svg)) } } }
    }

    pub(super) fn latency(&self, run: &LoadRun) -> Markup {
        let lines = vec![
            (Stroke::Thin, "page-p50", over(&run.course, |s| s.answer_p50)),
            (Stroke::Thick, "page-p99", over(&run.course, |s| s.answer_p99)),
            (Stroke::Dashed, "page-counter-p99", over(&run.course, |s| s.counter_p99)),
        ];
        html! {
            h3 { (self.say("page-course")) }
            p { (self.say("page-course-how")) }
            (self.chart("応答時間の推移 / latency over time", true, lines))
            (self.by_minute(run))
        }
    }

    /// The same for those who do not see the charts.
    fn by_minute(&self, run: &LoadRun) -> Markup {
        let row = |minute: usize, part: &[Stretch]| {
            let sum = |of: fn(&Stretch) -> u64| part.iter().map(of).sum::<u64>();
            let worst = |of: fn(&Stretch) -> Option<f64>| part.iter().filter_map(of).reduce(f64::max).map_or("–".into(), ms);
            html! { tr {
                th scope="row" { (minute) }
                td { (sum(|s| s.arrivals)) } td { (sum(|s| s.answered)) } td { (sum(|s| s.refused)) } td { (sum(|s| s.unknown)) }
                td { (worst(|s| s.answer_p99)) } td { (worst(|s| s.counter_p99)) }
            } }
        };
        let rows = html! {
            (self.head(&["minute", "came", "answered", "refused", "unknown", "worst-p99", "page-counter-p99"]))
            tbody { @for (minute, part) in run.course.chunks(6).enumerate() { (row(minute, part)) } }
        };
        html! { details { summary { (self.say("page-table")) } (scrolled("分ごと / by minute", &rows)) } }
    }

    pub(super) fn endings(&self, run: &LoadRun) -> Markup {
        let lines = vec![
            (Stroke::Thick, "answered", over(&run.course, |s| Some(s.answered as f64))),
            (Stroke::Dashed, "unknown", over(&run.course, |s| Some(s.unknown as f64))),
            (Stroke::Thin, "refused", over(&run.course, |s| Some(s.refused as f64))),
        ];
        let rows = html! {
            (self.head(&["page-outcome", "page-count", "page-share"]))
            tbody { @for (code, n) in &run.outcomes { tr {
                th scope="row" { (code) } td { (n) } td { (format!("{:.2} %", *n as f64 * 100.0 / run.measured.max(1) as f64)) }
            } } }
        };
        html! {
            h3 { (self.say("page-visits")) }
            p { (self.say("page-visits-how")) }
            (self.chart("来院の結果 / how visits ended", false, lines))
            (scrolled("結果 / outcomes", &rows))
        }
    }

    pub(super) fn queues(&self, run: &LoadRun) -> Markup {
        html! {
            h3 { (self.say("page-queues")) }
            p { (self.say("page-queues-how")) }
            @for station in &run.stations { (self.queue(station)) }
        }
    }

    fn queue(&self, station: &StationRun) -> Markup {
        let over = |of: fn(&crate::load::StationStretch) -> f64| -> Vec<(f64, Option<f64>)> {
            station.course.iter().enumerate().map(|(i, s)| (middle(i), Some(of(s)))).collect()
        };
        let lines = vec![
            (Stroke::Thick, "page-queue-mean", over(|s| s.queue)),
            (Stroke::Dashed, "page-queue-longest", over(|s| s.longest_queue as f64)),
        ];
        let title = format!("待ち行列 {0} / queue of {0}", station.name);
        html! {
            h4 { (station.name) @if let Some(busy) = station.utilisation { " " span.unit { (self.say("page-utilisation")) ": " (format!("{:.1} %", busy * 100.0)) } } }
            @if station.longest_queue == 0 { p { (self.say("page-no-queue")) } } @else { (self.chart(&title, false, lines)) }
        }
    }
}
