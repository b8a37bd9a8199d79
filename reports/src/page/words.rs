//! Texts in both languages, from Fluent files.

use super::Both;
use crate::rules::Lang;
use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

/// All texts of a document.
pub struct Words {
    ja: FluentBundle<FluentResource>,
    en: FluentBundle<FluentResource>,
}

/// A text that is missing is shown as its id: tests exclude it.
fn text(bundle: &FluentBundle<FluentResource>, id: &str, args: Option<&FluentArgs<'_>>) -> String {
    let Some(pattern) = bundle.get_message(id).and_then(|m| m.value()) else { return id.to_string() };
    bundle.format_pattern(pattern, args, &mut Vec::new()).into_owned()
}

impl Words {
    /// From the contents of a Fluent file in each language.
    pub fn of(ja: &str, en: &str) -> Words {
        let bundle = |language: &str, text: &str| {
            let language: LanguageIdentifier = language.parse().unwrap_or_default();
            let mut bundle = FluentBundle::new(vec![language]);
            // Marks of direction around values are not needed in these two languages, and would be in every figure.
            bundle.set_use_isolating(false);
            let (Ok(resource) | Err((resource, _))) = FluentResource::try_new(text.to_string());
            bundle.add_resource_overriding(resource);
            bundle
        };
        Words { ja: bundle("ja", ja), en: bundle("en", en) }
    }

    /// A text without values.
    pub fn both(&self, id: &str) -> Both {
        Both::new(text(&self.ja, id, None), text(&self.en, id, None))
    }

    /// A text with values; a value may differ by language.
    pub fn with(&self, id: &str, values: &[(&str, &Both)]) -> Both {
        let (mut ja, mut en) = (FluentArgs::new(), FluentArgs::new());
        for (name, value) in values {
            ja.set(name.to_string(), value.ja.clone());
            en.set(name.to_string(), value.en.clone());
        }
        Both::new(text(&self.ja, id, Some(&ja)), text(&self.en, id, Some(&en)))
    }

    /// A text in one language, with values that are the same in both.
    pub fn say(&self, lang: Lang, id: &str, values: &[(&str, &str)]) -> String {
        let mut args = FluentArgs::new();
        values.iter().for_each(|(name, value)| args.set(name.to_string(), value.to_string()));
        text(self.of_lang(lang), id, Some(&args))
    }

    /// A text in one language, whose form may depend on the number of something.
    pub fn counted<'a>(&self, lang: Lang, id: &str, values: &[(&'static str, FluentValue<'a>)]) -> String {
        let mut args = FluentArgs::new();
        values.iter().for_each(|(name, value)| args.set(*name, value.clone()));
        text(self.of_lang(lang), id, Some(&args))
    }

    fn of_lang(&self, lang: Lang) -> &FluentBundle<FluentResource> {
        match lang {
            Lang::Ja => &self.ja,
            Lang::En => &self.en,
        }
    }

    /// Whether both languages have a text.
    pub fn has(&self, id: &str) -> bool {
        self.ja.has_message(id) && self.en.has_message(id)
    }
}

/// The ids of a Fluent file whose messages each begin a line. For tests.
///
/// # Panics
/// If the file cannot be parsed.
#[cfg(test)]
pub(crate) fn ids(text: &str) -> std::collections::BTreeSet<String> {
    assert!(FluentResource::try_new(text.to_string()).is_ok());
    let all = text.lines().filter_map(|l| l.split_once(" = "));
    all.filter(|(id, _)| !id.starts_with([' ', '#'])).map(|(id, _)| id.into()).collect()
}
