//! The contract: what a vendor must know to build a broker, JPKI, an insurer's adapter or a number authority in any language.
//!
//! It consists of clauses ([`clause`]), which are data files in `clauses/`; of the operations of [`terms::operations`] with the
//! schemas in `schemas/`; and of the outcomes of [`terms::outcome`]. [`render`] prints it as Markdown, as one HTML page, or as an
//! OpenAPI 3.1 document for each role that serves operations.

pub mod case;
pub mod clause;
mod examples;
mod html;
mod messages;
pub mod openapi;
mod page;
mod pretty;
mod render;
pub mod role;
pub mod schemas;
mod text;

pub use render::{Format, RenderError, render, render_clause};
pub use role::Role;
pub use text::Lang;

/// The version of the contract. `CHANGELOG.md` lists what changed.
pub const VERSION: &str = "2.1.0";
