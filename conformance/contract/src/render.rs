//! The contract as a document.

use crate::clause::{self, Clause};
use crate::role::Role;
use crate::text::Lang;
use crate::{html, openapi, page};

/// The form of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// OpenAPI 3.1 as JSON, for one role.
    OpenApi,
    /// One self-contained page.
    Html,
    Markdown,
}

/// Why there is no such document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    #[error("an OpenAPI document describes one role: name it")]
    NoRole,
    #[error("the role `{0}` serves no operation, so it has no OpenAPI document; it is a client of `broker`")]
    ServesNothing(Role),
}

/// The contract of one role, or of all.
///
/// # Errors
/// If there is no such document.
pub fn render(format: Format, role: Option<Role>, lang: Lang) -> Result<String, RenderError> {
    match format {
        Format::OpenApi => {
            let role = role.ok_or(RenderError::NoRole)?;
            let document = openapi::document(role, lang).ok_or(RenderError::ServesNothing(role))?;
            Ok(format!("{document:#}\n"))
        }
        Format::Markdown => Ok(page::page(role, lang)),
        Format::Html => Ok(html::page(&page::title(role, lang), &page::page(role, lang), lang)),
    }
}

/// One clause, in Markdown.
pub fn render_clause(clause: &Clause, lang: Lang) -> String {
    let topic = clause::chapters().iter().find(|chapter| chapter.clauses.contains(clause)).map(|chapter| &chapter.topic);
    let topic = topic.map(|topic| format!("{}\n\n", lang.of(&topic.en, &topic.ja))).unwrap_or_default();
    topic + &page::clause(clause, lang)
}
