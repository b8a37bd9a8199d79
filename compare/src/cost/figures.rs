//! Figures: what is assumed, and where it comes from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a figure is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// Read in the source itself.
    Read,
    /// Read in a part of the source.
    Excerpt,
    /// From news, an association or a vendor.
    SecondHand,
    /// General knowledge.
    General,
    /// Calculated from figures of sources.
    Derived,
}

impl Confidence {
    /// As in files.
    pub fn name(self) -> &'static str {
        match self {
            Confidence::Read => "read",
            Confidence::Excerpt => "excerpt",
            Confidence::SecondHand => "second-hand",
            Confidence::General => "general",
            Confidence::Derived => "derived",
        }
    }

    /// In Japanese.
    pub fn ja(self) -> &'static str {
        match self {
            Confidence::Read => "原典",
            Confidence::Excerpt => "原典の一部",
            Confidence::SecondHand => "伝聞",
            Confidence::General => "一般的な知識",
            Confidence::Derived => "計算",
        }
    }
}

/// What the source of an assumption begins with.
const ASSUMPTION: &str = "assumption: ";

/// One figure: a triangular distribution.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Figure {
    /// Stable: items and files name it.
    pub key: String,
    /// What it is, in Japanese and in English.
    pub ja: String,
    pub en: String,
    pub unit: String,
    pub low: f64,
    /// The most likely value.
    pub mode: f64,
    pub high: f64,
    /// Begins with `assumption: ` if no public source states it.
    pub source: String,
    pub confidence: Confidence,
    /// Figures with the same text here are drawn together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moves_with: Option<String>,
    /// The cause of a wrong answer whose frequency it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// By what else that frequency is multiplied, as in items: of uses of the PIN it is one of visits by the share that uses it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub times: Vec<String>,
}

impl Figure {
    /// The mean of the triangle from which it is drawn, so that what is computed from it lies within what is drawn.
    pub fn expected(&self) -> f64 {
        (self.low + self.mode + self.high) / 3.0
    }

    /// Whether it is an assumption.
    pub fn is_assumed(&self) -> bool {
        self.source.starts_with(ASSUMPTION)
    }

    /// The source, or the reason of the assumption.
    pub fn basis(&self) -> &str {
        self.source.strip_prefix(ASSUMPTION).unwrap_or(&self.source)
    }

    /// The same for readers of Japanese: without what is in brackets in another language.
    pub fn basis_ja(&self) -> String {
        let mut text = String::new();
        let mut rest = self.basis();
        while let Some((before, (inside, after))) = rest.split_once('（').and_then(|(b, r)| Some((b, r.split_once('）')?))) {
            text += before;
            if inside.chars().any(is_japanese) || !inside.chars().any(char::is_alphabetic) {
                text += &format!("（{inside}）");
            }
            rest = after;
        }
        text + rest
    }
}

/// Whether a letter is kana or kanji.
pub(crate) fn is_japanese(c: char) -> bool {
    ('\u{3005}'..='\u{30ff}').contains(&c) || ('\u{3400}'..='\u{9fff}').contains(&c)
}

/// A file of figures.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FiguresFile {
    #[serde(default)]
    pub figure: Vec<Figure>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_of_japanese_are_not_shown_what_is_there_for_others() {
        let of = |source: &str| {
            let text = format!(
                "key = \"k\"\nja = \"x\"\nen = \"x\"\nunit = \"s\"\nlow = 1\nmode = 1\nhigh = 1\nsource = \"{source}\"\nconfidence = \"read\""
            );
            toml::from_str::<Figure>(&text).unwrap_or_else(|e| panic!("{e}")).basis_ja()
        };
        assert_eq!(of("assumption: 公表されていない（not published）"), "公表されていない");
        assert_eq!(
            of("第151回 資料1（2022-05-25）。上限9.9万円（cap 99,000; low: assumption）"),
            "第151回 資料1（2022-05-25）。上限9.9万円"
        );
        assert_eq!(of("処理日数（社会保険労務士の報告）（times"), "処理日数（社会保険労務士の報告）（times");
    }
}
