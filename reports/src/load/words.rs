//! The texts of load studies, in both languages.

use crate::page::words::Words;

thread_local! {
    /// Fluent's bundles cannot be shared by threads.
    pub(super) static WORDS: Words = Words::of(include_str!("words/ja.ftl"), include_str!("words/en.ftl"));
}

#[cfg(test)]
mod tests {
    use crate::page::words::ids;

    #[test]
    fn both_languages_have_the_same_texts() {
        assert_eq!(ids(include_str!("words/ja.ftl")), ids(include_str!("words/en.ftl")));
    }
}
