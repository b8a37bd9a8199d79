//! `--html`: the results as a page, with what changed against a base line and the messages of failing runs.

use crate::exit::usage;
use crate::file::{AtomicFile, Places, Ready};
use crate::output::Shown;
use crate::results_out::{PAGE, RESULTS};
use crate::{diff, explain};
use clap::Args;
use reports::diff::Diff;
use reports::results::{Head, Results, Run, Tail, shown};
use reports::rules::Lang;
use reports::suite::{Against, Messages, Suite};
use std::io::Write;
use std::path::PathBuf;

#[derive(Args)]
pub struct HtmlArgs {
    /// Also write report.html to this folder: one file that needs nothing else, in Japanese and English, with what failed and how. Values
    /// of people are masked
    #[arg(long, value_name = "DIR")]
    html: Option<PathBuf>,
    /// Older results, a results.json or a folder with one: the page of --html shows what changed since
    #[arg(long, value_name = "RESULTS", requires = "html")]
    baseline: Option<PathBuf>,
}

impl HtmlArgs {
    /// Whether the messages of failing runs are wanted.
    pub fn is_wanted(&self) -> bool {
        self.html.is_some()
    }

    fn path(&self) -> Option<PathBuf> {
        Some(self.html.as_ref()?.join(PAGE))
    }

    /// The file of the older results. It has been read when results take its place, so that --out may replace it.
    pub fn baseline(&self) -> Option<PathBuf> {
        let path = self.baseline.as_ref()?;
        Some(if path.is_dir() { path.join(RESULTS) } else { path.clone() })
    }

    /// The page is none of the inputs and no other output.
    pub fn claim(&self, places: &mut Places) -> anyhow::Result<()> {
        self.path().iter().try_for_each(|path| places.writes("--html", path))
    }

    /// Opens the page and reads the base line, before anything is run.
    pub fn begin(&self, head: &Head, lang: Lang) -> anyhow::Result<Option<Html>> {
        let (Some(folder), Some(path)) = (&self.html, self.path()) else { return Ok(None) };
        let baseline = self.baseline.as_deref().map(diff::results).transpose()?;
        std::fs::create_dir_all(folder)
            .map_err(|e| usage(format!("--html: the folder `{}` cannot be created: {e}", folder.shown())))?;
        let file = AtomicFile::open("--html", &path)?;
        let suite = Suite::new(&shown(head), explain::all_rules());
        Ok(Some(Html { file, suite, head: head.clone(), lang, baseline, runs: Vec::new() }))
    }
}

/// The page under construction.
pub struct Html {
    file: AtomicFile,
    suite: Suite,
    head: Head,
    /// The one that the page shows first.
    lang: Lang,
    baseline: Option<Box<Results>>,
    /// All runs, if there is a base line to compare them with.
    runs: Vec<Run>,
}

impl Html {
    pub fn take(&mut self, run: &Run, messages: Option<Messages>) {
        self.suite.take(&shown(run), messages);
        if self.baseline.is_some() {
            self.runs.push(run.clone());
        }
    }

    /// Writes the page, which then only has to take its place.
    pub fn finish(mut self, tail: Tail) -> anyhow::Result<Ready> {
        let now = self.head.with(self.runs, tail.clone());
        let compared = match &self.baseline {
            None => None,
            Some(old) => {
                let (old, new) = (shown(old.as_ref()), shown(&now));
                let diff = Diff::of(&old, &new, None).map_err(|double| usage(format!("--baseline: {double}")))?;
                Some((old.into_owned(), diff))
            }
        };
        let against = compared.as_ref().map(|(old, diff)| Against { runs: &old.runs, digest: &old.digest, diff });
        let page = self.suite.page(&tail, against.as_ref(), self.lang);
        self.file.writer().write_all(page.as_bytes()).map_err(|e| self.file.not_written(&e))?;
        self.file.ready()
    }
}
