//! What is decoded wherever it is: escapes, and text in other charsets than ASCII.

use super::ebcdic;
use super::how::Layer;
use super::map::Map;
use super::search::{Effort, Search};
use super::small_integers;
use super::views::{self, View};
use std::ops::Range;

impl Search<'_> {
    /// Searches content that is not ASCII text.
    pub fn non_text(&mut self, bytes: &[u8], range: Range<usize>, effort: Effort) {
        let part = &bytes[range.clone()];
        for stretch in views::in_jis(part) {
            let view = views::from_jis(&part[stretch.clone()]);
            self.seen_as(range.start + stretch.start, view, Layer::Iso2022Jp, true, false);
        }
        for stretch in views::coloured(part) {
            let view = views::without_colours(&part[stretch.clone()]);
            self.seen_as(range.start + stretch.start, view, Layer::TerminalEscapes, true, false);
        }
        for stretch in views::full_width_parts(part) {
            let view = views::in_half_width(&part[stretch.clone()]);
            self.seen_as(range.start + stretch.start, view, Layer::FullWidth, true, false);
        }
        for place in ebcdic::ranges(part) {
            let view = ebcdic::in_ascii(&part[place.clone()]);
            self.seen_as(range.start + place.start, view, Layer::Ebcdic, false, false);
        }
        if effort == Effort::Full {
            let mut all = Vec::new();
            small_integers::rows(part, 0..part.len(), |view| all.push(view));
            for view in all {
                self.seen_as(range.start, view, Layer::SmallIntegers, false, false);
            }
        }
        for wide in views::wide_ranges(part) {
            let mut all = Vec::new();
            views::narrowed(&part[wide.clone()], |view| all.push(view));
            for view in all {
                let layer = view.layer.unwrap_or(Layer::Utf16BigEndian);
                self.seen_as(range.start + wide.start, view, layer, false, false);
            }
        }
        let mut all = Vec::new();
        views::halved(part, |view| all.push(view));
        for view in all {
            self.seen_as(range.start, view, Layer::FullWidth, false, false);
        }
        self.containers(bytes, range.clone());
        self.packed(bytes, range.clone());
        match effort {
            Effort::Full => self.binary(bytes, range),
            Effort::Guess | Effort::Noise => self.patterns(bytes, range, false),
        }
    }

    pub fn escapes(&mut self, bytes: &[u8], range: Range<usize>) {
        let part = &bytes[range.clone()];
        for stretch in views::escaped(part) {
            let whole = stretch.len() == bytes.len();
            let view = views::unescaped(&part[stretch.clone()]);
            let layer = view.layer.unwrap_or(Layer::JsonEscapes);
            self.seen_as(range.start + stretch.start, view, layer, true, whole);
        }
        for stretch in views::quoted(part) {
            let whole = stretch.len() == bytes.len();
            let view = views::unquoted(&part[stretch.clone()]);
            self.seen_as(range.start + stretch.start, view, Layer::QuotedPrintable, true, whole);
        }
    }

    fn seen_as(&mut self, start: usize, view: View, layer: Layer, escapes: bool, whole: bool) {
        let View { bytes, from, .. } = view;
        self.inside(Some(layer), Map::Each { start, from, escapes }, &bytes, whole, Effort::Full);
    }
}
