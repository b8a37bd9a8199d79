//! A person's check as a sequence diagram.

use super::Page;
use crate::document::{Both, SequenceArrow};
use crate::views::numbers::shown;
use crate::views::steps;
use maud::{Markup, html};
use reports::page::both;
use reports::page::sequence::{Arrow, diagram};

impl Page<'_> {
    pub(super) fn sequences(&self) -> Markup {
        html! {
            section #sequences {
                h2 { (self.say("sequences")) }
                p { (self.say("sequences-how")) }
                @for sequence in &self.document.sequences {
                    @let arrows: Vec<Arrow<'_>> = sequence.arrows.iter().map(|a| self.arrow(a)).collect();
                    details #{ "sequence-" (sequence.design) } {
                        summary { (both(&self.document.title(&sequence.design))) " " code.unit { (sequence.design) } }
                        (diagram(&sequence.design, &arrows))
                    }
                }
            }
        }
    }

    fn arrow<'a>(&self, arrow: &'a SequenceArrow) -> Arrow<'a> {
        let seconds = shown(arrow.at_ms as f64 / 1000.0, "");
        Arrow {
            at: Both::new(format!("{seconds}秒"), format!("{seconds} s")),
            from: &arrow.from,
            to: &arrow.to,
            what: steps::of(arrow, self.words),
            classes: self.classes(arrow),
            is_marked: false,
        }
    }

    fn classes(&self, arrow: &SequenceArrow) -> Both {
        let all: Vec<Both> = arrow.classes.iter().map(|c| self.words.both(&format!("class-{c}"))).collect();
        let ja: Vec<&str> = all.iter().map(|b| b.ja.as_str()).collect();
        let en: Vec<&str> = all.iter().map(|b| b.en.as_str()).collect();
        Both::new(ja.join("・"), en.join(", "))
    }
}
