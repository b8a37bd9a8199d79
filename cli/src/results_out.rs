//! Outputs of results. Every run of `shikaku run` and `shikaku merge` is passed in order to each sink; a sink keeps a bounded
//! amount of data.
//!
//! To add an output, add a file with a [`Sink`] to this folder, and a line to [`Sinks::begin`].

mod human;
mod json;
mod pages;
mod parquet;

pub use pages::Pages;

use crate::file::Ready;
use indicatif::ProgressBar;
use reports::human::{Tally, Widths};
use reports::results::{Head, Run, RunsDigest, Tail};
use reports::rules::Lang;
use reports::view::Extent;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// One output.
pub trait Sink {
    fn take(&mut self, run: &Run) -> anyhow::Result<()>;
    /// Ends the output. Files are written whole and returned, and take their places together.
    fn finish(self: Box<Self>, end: &End) -> anyhow::Result<Vec<Ready>>;
}

/// What is known after the last run.
pub struct End<'a> {
    pub head: &'a Head,
    pub tail: Tail,
    pub tally: &'a Tally,
    pub extent: Extent,
    /// Wall-clock time; `None` for a merge.
    pub wall_s: Option<f64>,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Text
    Human,
    /// One JSON document
    Json,
}

/// The requested outputs.
pub struct Wanted<'a> {
    /// The format on stdout.
    pub format: Format,
    /// The language of text on stdout.
    pub lang: Lang,
    /// A line for each run as it ends, with these column widths; without it, only failures and the summary are printed.
    pub lines: Option<(Widths, ProgressBar)>,
    /// The folder of `--out`, which exists.
    pub out: Option<&'a Path>,
    pub pages: &'a Pages,
    /// The path of each scenario's file, by the scenario's name.
    pub files: &'a BTreeMap<String, String>,
}

pub struct Sinks {
    head: Head,
    tally: Tally,
    digest: RunsDigest,
    /// `None` after a write error.
    sinks: Vec<Option<Box<dyn Sink>>>,
    error: Option<anyhow::Error>,
    /// Whether a file could not be written.
    file_failed: bool,
}

impl Sinks {
    pub fn begin(head: Head, wanted: Wanted<'_>) -> anyhow::Result<Self> {
        // Files are opened first, so that their errors are reported before anything is printed.
        let mut files: Vec<Option<Box<dyn Sink>>> = Vec::new();
        if let Some(out) = wanted.out {
            files.push(Some(Box::new(json::File::begin(&out.join(RESULTS), &head)?)));
            files.push(Some(Box::new(parquet::Files::begin(out)?)));
        }
        files.extend(wanted.pages.begin(&head, wanted.files)?.into_iter().map(Some));
        let stdout: Box<dyn Sink> = match wanted.format {
            Format::Human => Box::new(human::Text::begin(wanted.lines, wanted.lang)?),
            Format::Json => Box::new(json::Stdout::begin(&head)?),
        };
        // Stdout is finished first: results are printed before write errors are reported.
        let sinks = std::iter::once(Some(stdout)).chain(files).collect();
        Ok(Sinks { head, tally: Tally::default(), digest: RunsDigest::default(), sinks, error: None, file_failed: false })
    }

    /// Returns whether every output could be written so far.
    pub fn take(&mut self, run: &Run) -> bool {
        self.tally.take(run);
        let digested = self.digest.take(run);
        self.note(true, digested.map_err(Into::into));
        for i in 0..self.sinks.len() {
            let Some(sink) = &mut self.sinks[i] else { continue };
            if let Err(e) = sink.take(run) {
                self.sinks[i] = None;
                self.note(i > 0, Err(e));
            }
        }
        self.error.is_none()
    }

    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Finishes every output that is possible; `due` is how many runs there should be. Then returns the first error. If one of the files cannot be written, none of them
    /// takes its place, and neither does what `more` keeps: an older run stays whole.
    pub fn finish(
        mut self,
        due: u64,
        wall_s: Option<f64>,
        more: impl FnOnce(&Tail) -> anyhow::Result<()>,
    ) -> anyhow::Result<Tally> {
        let extent = Extent { done: self.tally.runs(), due };
        let tail = Tail { complete: extent.is_complete(), digest: std::mem::take(&mut self.digest).finish() };
        let sinks = std::mem::take(&mut self.sinks);
        let (head, tally) = (self.head.clone(), std::mem::take(&mut self.tally));
        let end = End { head: &head, tail, tally: &tally, extent, wall_s };
        let mut ready = Vec::new();
        for (is_file, sink) in sinks.into_iter().enumerate().filter_map(|(i, sink)| Some((i > 0, sink?))) {
            match sink.finish(&end) {
                Ok(files) => ready.extend(files),
                Err(e) => self.note(is_file, Err(e)),
            }
        }
        if !self.file_failed {
            let kept = more(&end.tail).and_then(|()| ready.into_iter().try_for_each(Ready::keep));
            self.note(true, kept);
        }
        self.error.map_or(Ok(tally), Err)
    }

    /// Keeps the first error. That stdout cannot be written is no reason to drop the files.
    fn note(&mut self, is_file: bool, done: anyhow::Result<()>) {
        let Err(e) = done else { return };
        self.file_failed |= is_file;
        self.error.get_or_insert(e);
    }
}

/// The name of the document in `--out`.
pub const RESULTS: &str = "results.json";

/// The name of the page in the folder of `--html`.
pub const PAGE: &str = "report.html";

/// The files of results in the folder of `--out`.
pub fn files(out: &Path) -> Vec<PathBuf> {
    std::iter::once(RESULTS).chain(parquet::TABLES).map(|name| out.join(name)).collect()
}
