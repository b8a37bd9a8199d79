//! Where results go. Every run of `shikaku run` and `shikaku merge` passes through here, in order, into each sink; what a
//! sink keeps of it is bounded.
//!
//! A new output is a file in this folder with a [`Sink`] in it, and a line in [`Sinks::begin`].

mod human;
mod json;
mod pages;
mod parquet;

pub use pages::Pages;

use crate::output;
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
    /// How long the user has waited; a merge takes next to no time.
    pub wall_s: Option<f64>,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Text
    Human,
    /// One JSON document
    Json,
}

/// Which outputs are wanted.
pub struct Wanted<'a> {
    /// What stdout gets.
    pub format: Format,
    /// A line for each run as it comes, with columns so wide; without, only what did not pass and the summary are reported.
    pub lines: Option<(Widths, ProgressBar)>,
    /// The folder of `--out`, which is there.
    pub out: Option<&'a Path>,
    pub pages: &'a Pages,
    /// The path of each scenario's file, by the scenario's name.
    pub files: &'a BTreeMap<String, String>,
}

pub struct Sinks {
    head: Head,
    tally: Tally,
    digest: RunsDigest,
    /// `None` where writing has failed.
    sinks: Vec<Option<Box<dyn Sink>>>,
    trouble: Option<anyhow::Error>,
}

impl Sinks {
    pub fn begin(head: Head, wanted: Wanted<'_>) -> anyhow::Result<Self> {
        // Files begin first: they say what stands in the way before anything is printed.
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
        // It is the first to be finished: what is known is reported before it is said what could not be written.
        let sinks = std::iter::once(Some(stdout)).chain(files).collect();
        Ok(Sinks { head, tally: Tally::default(), digest: RunsDigest::default(), sinks, trouble: None })
    }

    /// Says whether every output could be written so far.
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
        self.trouble.is_none()
    }

    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Finishes every output that can be, and then says what could not.
    pub fn finish(mut self, complete: bool, wall_s: Option<f64>) -> anyhow::Result<Tally> {
        let tail = Tail { complete, digest: std::mem::take(&mut self.digest).finish() };
        let sinks = std::mem::take(&mut self.sinks);
        let (head, tally) = (self.head.clone(), std::mem::take(&mut self.tally));
        let end = End { head: &head, tail, tally: &tally, wall_s };
        for sink in sinks.into_iter().flatten() {
            self.note(sink.finish(&end));
        }
        self.trouble.map_or(Ok(tally), Err)
    }

    /// The first trouble is reported. That stdout's reader has gone is less than any other.
    fn note(&mut self, done: anyhow::Result<()>) {
        let Err(e) = done else { return };
        if self.trouble.as_ref().is_none_or(output::is_broken_pipe) {
            self.trouble = Some(e);
        }
    }
}

/// The document's name in `--out`.
pub const RESULTS: &str = "results.json";
