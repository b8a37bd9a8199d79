//! Pages for people: one file without a font, a picture or a request, in Japanese and English, of which one is shown at a time.

pub mod charts;
pub mod sequence;
pub mod words;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use terms::operation::media;

/// The style of every page: text, tables, figures, light and dark, paper.
pub const STYLE: &str = include_str!("page/base.css");
/// What a page without a script of its own does: the language is switched and kept in the link, and folded parts are printed.
pub const SCRIPT: &str = include_str!("page/base.js");
/// How jumps inside any page leave its link as it is.
const LINKS: &str = include_str!("page/links.js");

/// A text in Japanese and in English.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Both {
    pub ja: String,
    pub en: String,
}

impl Both {
    pub fn new(ja: impl Into<String>, en: impl Into<String>) -> Both {
        Both { ja: ja.into(), en: en.into() }
    }

    /// A text that is the same in both languages: a name, a number.
    pub fn same(text: impl Into<String>) -> Both {
        let text = text.into();
        Both { ja: text.clone(), en: text }
    }
}

/// A text in both languages, of which one is shown.
pub fn both(text: &Both) -> Markup {
    html! { span lang="ja" { (text.ja) } span lang="en" { (text.en) } }
}

/// A text in both languages, of which one is shown; once if they are the same.
pub fn either(text: &Both) -> Markup {
    if text.ja == text.en {
        html! { (text.ja) }
    } else {
        both(text)
    }
}

/// A table in a region that scrolls and can be reached by keyboard.
pub fn scrolled(label: &str, content: &Markup) -> Markup {
    html! { div.scroll tabindex="0" role="region" aria-label=(label) { table { (content) } } }
}

/// What a page is made of.
pub struct Shell<'a> {
    pub title: &'a Both,
    pub style: &'a str,
    pub script: &'a str,
    /// What the script computes with, as JSON.
    pub data: Option<&'a str>,
    /// The language that is shown first, `ja` or `en`.
    pub language: &'a str,
}

impl Shell<'_> {
    /// The whole page. Its policy allows its own style and script, and nothing else.
    pub fn around(&self, content: &Markup) -> String {
        let script = format!("{}{LINKS}", self.script);
        let hash = |text: &str| data_encoding::BASE64.encode(&Sha256::digest(text));
        let policy = format!(
            "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
            hash(self.style),
            hash(&script)
        );
        let pressed = |language: &str| if language == self.language { "true" } else { "false" };
        let markup = html! {
            (DOCTYPE)
            html lang=(self.language) {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(policy);
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="referrer" content="no-referrer";
                    title { (self.title.ja) " / " (self.title.en) }
                    style { (PreEscaped(self.style)) }
                }
                body {
                    header {
                        h1 { (both(self.title)) }
                        div.controls role="group" aria-label="言語 / Language" {
                            button type="button" data-language="ja" aria-pressed=(pressed("ja")) lang="ja" { "日本語" }
                            button type="button" data-language="en" aria-pressed=(pressed("en")) lang="en" { "English" }
                        }
                    }
                    main { (content) }
                    @if let Some(data) = self.data {
                        script type=(media::JSON) id="data" { (PreEscaped(data.replace('<', "\\u003c"))) }
                    }
                    script { (PreEscaped(&script)) }
                }
            }
        };
        markup.into_string() + "\n"
    }
}

/// A party by its name in the journal.
pub fn zone_title(name: &str) -> Both {
    let is_of = |zone: &&terms::roles::Zone| name == zone.name() || name == format!("{}s", zone.name());
    let zone = terms::roles::Zone::ALL.iter().find(is_of);
    // Without what is in brackets.
    let short = |ja: &str| ja.split('（').next().unwrap_or_default().to_string();
    zone.map_or_else(|| Both::same(name), |zone| Both::new(short(zone.ja()), zone.name()))
}
