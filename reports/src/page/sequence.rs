//! Messages as a sequence diagram: lanes, arrows, and the data on each.

use super::{Both, both, zone_title};
use maud::{Markup, html};
use terms::roles::Zone;

const LANE: usize = 150;
const ROW: usize = 44;
const TOP: usize = 44;

/// A message, or something that happens at one party.
pub struct Arrow<'a> {
    /// The time.
    pub at: Both,
    /// The names of zones.
    pub from: &'a str,
    pub to: &'a str,
    /// What is done.
    pub what: Both,
    /// The classes of data on it.
    pub classes: Both,
    /// Whether it is on the path of what was found.
    pub is_marked: bool,
}

/// The diagram, and the same as a list for those who do not see it. `label` is its name.
pub fn diagram(label: &str, arrows: &[Arrow<'_>]) -> Markup {
    let used = |zone: &&str| arrows.iter().any(|a| a.from == *zone || a.to == *zone);
    let lanes: Vec<&str> = Zone::ALL.iter().map(|z| z.name()).filter(used).collect();
    let x = |zone: &str| LANE / 2 + LANE * lanes.iter().position(|l| *l == zone).unwrap_or_default();
    let (width, height) = (LANE * lanes.len(), TOP + ROW * arrows.len() + 20);
    html! {
        div.scroll tabindex="0" role="region" aria-label=(label) {
            svg.sequence width=(width) height=(height) viewBox=(format!("0 0 {width} {height}")) aria-hidden="true" {
                @for lane in &lanes {
                    line.lane x1=(x(lane)) x2=(x(lane)) y1=(TOP - 14) y2=(height - 6) { }
                    @let [above, below] = in_two_lines(&zone_title(lane));
                    (text(x(lane), 12, "lane-name", &above))
                    (text(x(lane), 26, "lane-name", &below))
                }
                @for (row, arrow) in arrows.iter().enumerate() { (drawn(arrow, x(arrow.from), x(arrow.to), TOP + ROW * row + 22)) }
            }
        }
        ol.hidden { @for arrow in arrows { li { (spoken(arrow)) } } }
    }
}

/// A name that is too long for its lane, in two lines.
fn in_two_lines(name: &Both) -> [Both; 2] {
    let split = |text: &str| match text.char_indices().rfind(|(at, c)| *c == '・' && text.len() > 30 && *at <= 30) {
        Some((at, c)) => (text[..at + c.len_utf8()].to_string(), text[at + c.len_utf8()..].to_string()),
        None => (String::new(), text.to_string()),
    };
    let ((ja_above, ja_below), (en_above, en_below)) = (split(&name.ja), split(&name.en));
    [Both::new(ja_above, en_above), Both::new(ja_below, en_below)]
}

fn drawn(arrow: &Arrow<'_>, from: usize, to: usize, y: usize) -> Markup {
    let mark = if arrow.is_marked { "● " } else { "" };
    let what = Both::new(format!("{mark}{} {}", arrow.at.ja, arrow.what.ja), format!("{mark}{} {}", arrow.at.en, arrow.what.en));
    let middle = if from == to { from + 4 } else { usize::midpoint(from, to) };
    let back = if to > from { to - 8 } else { to + 8 };
    html! {
        g.marked[arrow.is_marked] {
            @if from == to { circle.point cx=(from) cy=(y) r="5" { } }
            @else {
                line.arrow x1=(from) x2=(to) y1=(y) y2=(y) { }
                polygon.point points=(format!("{to},{y} {back},{} {back},{}", y - 4, y + 4)) { }
            }
            (text(middle, y - 6, "what", &what))
            (text(middle, y + 14, "classes", &arrow.classes))
        }
    }
}

fn spoken(arrow: &Arrow<'_>) -> Markup {
    html! {
        @if arrow.is_marked { "● " }
        (both(&zone_title(arrow.from))) " → " (both(&zone_title(arrow.to))) ": " (both(&arrow.what)) " " (both(&arrow.classes))
    }
}

fn text(x: usize, y: usize, class: &str, text: &Both) -> Markup {
    html! {
        @for (language, text) in [("ja", &text.ja), ("en", &text.en)] {
            text lang=(language) class=(class) x=(x) y=(y) text-anchor="middle" { (text) }
        }
    }
}
