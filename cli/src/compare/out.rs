//! The folder of `--out`.

use crate::exit::usage;
use crate::file::{AtomicFile, Ready, claim_folder};
use crate::output::Shown;
use ::compare::document::Document;
use ::compare::views::{csv, html, markdown, parquet};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

const JSON: &str = "compare.json";
const CSV: &str = "compare.csv";
const MARKDOWN: &str = "report.md";
const PAGE: &str = "report.html";
const TABLE: &str = "compare.parquet";

/// A folder that can be written to.
pub struct Folder {
    path: PathBuf,
    /// Held while the command runs.
    _claimed: Option<File>,
}

impl Folder {
    /// Creates the folder if needed, before anything is played.
    ///
    /// # Errors
    /// If it cannot be written to, or has an older comparison that is not to be replaced.
    pub fn open(path: &Path, replace: bool) -> anyhow::Result<Folder> {
        let cannot = |e: std::io::Error| usage(format!("--out: the folder `{}` cannot be written to: {e}", path.shown()));
        std::fs::create_dir_all(path).map_err(cannot)?;
        tempfile::Builder::new().tempfile_in(path).map_err(cannot)?;
        let claimed = claim_folder("--out", path)?;
        let older = [JSON, CSV, MARKDOWN, PAGE, TABLE].into_iter().find(|name| path.join(name).symlink_metadata().is_ok());
        if let Some(name) = older.filter(|_| !replace) {
            let path = path.shown();
            return Err(usage(format!(
                "--out: `{path}` has an older comparison ({name}): name another folder, or give --replace"
            )));
        }
        Ok(Folder { path: path.to_path_buf(), _claimed: claimed })
    }

    /// The path of the page.
    pub fn page(&self) -> PathBuf {
        self.path.join(PAGE)
    }

    /// Writes every view, each to a temporary file first. They take their places together, so that no view is of another comparison.
    pub fn write(&self, document: &Document) -> anyhow::Result<()> {
        let file = |name: &str| AtomicFile::open("--out", &self.path.join(name));
        let whole = |name: &str, text: &str| {
            let mut file = file(name)?;
            file.writer().write_all(text.as_bytes()).map_err(|e| file.not_written(&e))?;
            file.ready()
        };
        let table = file(TABLE)?;
        let handle = table.handle().map_err(|e| table.not_written(&e))?;
        parquet::write(document, handle).map_err(|e| table.not_written(&e))?;
        let views = [
            table.ready()?,
            whole(JSON, &document.json()?)?,
            whole(CSV, &csv::of(document))?,
            whole(MARKDOWN, &markdown::of(document))?,
            whole(PAGE, &html::of(document)?)?,
        ];
        views.into_iter().try_for_each(Ready::keep)
    }
}
