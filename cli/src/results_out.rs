//! Outputs of results. Every run of `shikaku run` and `shikaku merge` is passed in order to each sink; a sink keeps a bounded
//! amount of data.
//!
//! To add an output, add a file with a [`Sink`] to this folder, and a line to [`Sinks::begin`].

mod human;
mod json;
mod pages;
mod parquet;

pub use pages::Pages;

use indicatif::ProgressBar;
use reports::human::{Tally, Widths};
use reports::results::{Head, Run, RunsDigest, Tail};
use std::collections::BTreeMap;
use std::path::Path;

/// One output.
pub trait Sink {
    fn take(&mut self, run: &Run) -> anyhow::Result<()>;
    fn finish(self: Box<Self>, end: &End) -> anyhow::Result<()>;
}

/// What is known after the last run.
pub struct End<'a> {
    pub head: &'a Head,
    pub tail: Tail,
    pub tally: &'a Tally,
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
            Format::Human => Box::new(human::Text::begin(wanted.lines)?),
            Format::Json => Box::new(json::Stdout::begin(&head)?),
        };
        // Stdout is finished first: results are printed before write errors are reported.
        let sinks = std::iter::once(Some(stdout)).chain(files).collect();
        Ok(Sinks { head, tally: Tally::default(), digest: RunsDigest::default(), sinks, error: None })
    }

    /// Returns whether every output could be written so far.
    pub fn take(&mut self, run: &Run) -> bool {
        self.tally.take(run);
        let digested = self.digest.take(run);
        self.note(digested.map_err(Into::into));
        for i in 0..self.sinks.len() {
            let Some(sink) = &mut self.sinks[i] else { continue };
            if let Err(e) = sink.take(run) {
                self.sinks[i] = None;
                self.note(Err(e));
            }
        }
        self.error.is_none()
    }

    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Finishes every output that is possible, and then returns the first error.
    pub fn finish(mut self, complete: bool, wall_s: Option<f64>) -> anyhow::Result<Tally> {
        let tail = Tail { complete, digest: std::mem::take(&mut self.digest).finish() };
        let sinks = std::mem::take(&mut self.sinks);
        let (head, tally) = (self.head.clone(), std::mem::take(&mut self.tally));
        let end = End { head: &head, tail, tally: &tally, wall_s };
        for sink in sinks.into_iter().flatten() {
            self.note(sink.finish(&end));
        }
        self.error.map_or(Ok(tally), Err)
    }

    /// Keeps the first error.
    fn note(&mut self, done: anyhow::Result<()>) {
        let Err(e) = done else { return };
        self.error.get_or_insert(e);
    }
}

/// The name of the document in `--out`.
pub const RESULTS: &str = "results.json";
