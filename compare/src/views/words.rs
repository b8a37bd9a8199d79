//! Texts in both languages, from Fluent files.

use reports::page::{Both, words};
use reports::texts::OUTCOMES;
use std::ops::Deref;

/// All texts.
pub struct Words(words::Words);

impl Words {
    pub fn new() -> Words {
        Words({
            let [ja, en] = OUTCOMES;
            words::Words::of(&[include_str!("../words/ja.ftl"), ja].concat(), &[include_str!("../words/en.ftl"), en].concat())
        })
    }

    /// What has to be known of one figure of a design.
    pub fn note(&self, design: &str, criterion: &str) -> Option<Both> {
        let id = format!("note-{design}-{criterion}");
        self.has(&id).then(|| self.both(&id))
    }
}

impl Deref for Words {
    type Target = words::Words;

    fn deref(&self) -> &words::Words {
        &self.0
    }
}

impl Default for Words {
    fn default() -> Self {
        Words::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::criteria;
    use crate::measure::exposure::Seen;
    use fluent_bundle::FluentResource;
    use std::collections::BTreeSet;

    #[test]
    fn both_files_are_valid_and_have_the_same_texts() {
        let ids = |text: &str| -> BTreeSet<String> {
            assert!(FluentResource::try_new(text.to_string()).is_ok());
            text.lines()
                .filter_map(|l| l.split_once(" = "))
                .filter(|(id, _)| !id.starts_with([' ', '#']))
                .map(|(id, _)| id.into())
                .collect()
        };
        assert_eq!(ids(include_str!("../words/ja.ftl")), ids(include_str!("../words/en.ftl")));
    }

    #[test]
    fn every_criterion_unit_and_class_has_its_texts() {
        let words = Words::new();
        for c in criteria::ALL {
            for id in [format!("criterion-{}", c.id), format!("criterion-{}-what", c.id), format!("unit-{}", c.unit)] {
                assert!(words.has(&id), "{id}");
            }
        }
        for group in criteria::Group::ALL {
            assert!(words.has(&format!("group-{}", group.id())), "{}", group.id());
        }
        for seen in Seen::all() {
            assert!(words.has(&format!("class-{}", seen.id())), "{}", seen.id());
        }
    }
}
