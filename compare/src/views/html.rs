//! The report as one page.

mod sections;
mod sequence;
mod table;

use super::words::Words;
use crate::document::Document;
use maud::{Markup, html};
use reports::page::{self, Shell, both};
use serde_json::json;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The page.
///
/// # Errors
/// If the data of the page cannot be serialized, which does not happen.
pub fn of(document: &Document) -> Result<String, serde_json::Error> {
    let words = Words::new();
    let page = Page { document, words: &words };
    let style = format!("{}{STYLE}", page::STYLE);
    let data = serde_json::to_string(&page.data())?;
    let shell = Shell { title: &words.both("title"), style: &style, script: SCRIPT, data: Some(&data), language: "ja" };
    Ok(shell.around(&page.content()))
}

struct Page<'a> {
    document: &'a Document,
    words: &'a Words,
}

impl Page<'_> {
    fn say(&self, id: &str) -> Markup {
        both(&self.words.both(id))
    }

    /// What is said beside what does not follow a changed assumption.
    fn original(&self) -> Markup {
        html! { p.original { (self.say("original")) } }
    }

    fn content(&self) -> Markup {
        html! {
            p { (self.say("lead")) }
            (self.summary())
            @if !self.document.unfinished.is_empty() {
                p.caution { (self.say("unfinished")) " " code { (self.document.unfinished.join(", ")) } }
            }
            (self.table())
            p.caution { (both(&self.document.not_counted)) }
            (self.weights())
            (self.charts())
            (self.dominated())
            (self.rules())
            (self.sequences())
            (self.linkability())
            (self.exposure())
            (self.availability())
            (self.causes())
            (self.returns())
            (self.switching())
            (self.information())
            (self.figures())
            (self.limits())
        }
    }

    /// What the script computes with.
    fn data(&self) -> serde_json::Value {
        let d = self.document;
        let unit = |id: &str| crate::criteria::find(id).map_or("", |c| c.unit);
        json!({
            "reference": d.reference,
            "criteria": d.criteria.iter().map(|c| json!({
                "id": c.id, "unit": unit(&c.id), "lower": c.lower_is_better, "formula": c.formula, "factorJa": c.factor_ja,
            })).collect::<Vec<_>>(),
            "designs": d.designs.iter().map(|x| json!({ "name": x.name, "measured": x.measured, "items": x.items })).collect::<Vec<_>>(),
            "items": d.items.iter().map(|i| json!({
                "id": i.id, "group": i.group, "payer": i.payer, "times": i.times, "over": i.over,
            })).collect::<Vec<_>>(),
            "figures": d.figures.iter().map(|f| json!({ "key": f.key, "low": f.low, "mode": f.mode, "high": f.high })).collect::<Vec<_>>(),
        })
    }
}
