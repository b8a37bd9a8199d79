//! What CI systems read: JUnit XML, a Markdown page, SARIF.

use super::{End, Sink};
use crate::file::Replacing;
use reports::junit::JUnit;
use reports::markdown::Markdown;
use reports::results::{Head, Run};
use reports::sarif::runs::Sarif;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

/// Which pages are wanted, and where to. The options are the same for `run` and `merge`.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Pages {
    /// Write the results as JUnit XML, for the test pages of GitHub, GitLab, Jenkins and others
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Write a summary in Markdown, for a job's page
    #[arg(long, value_name = "FILE")]
    pub markdown: Option<PathBuf>,
    /// Write what was found as SARIF 2.1.0, for tools that show it beside the scenario files
    #[arg(long, value_name = "FILE")]
    pub sarif: Option<PathBuf>,
}

impl Pages {
    /// Opens the files. `files` has the path of each scenario's file by the scenario's name.
    pub fn begin(&self, head: &Head, files: &BTreeMap<String, String>) -> anyhow::Result<Vec<Box<dyn Sink>>> {
        let mut all: Vec<Box<dyn Sink>> = Vec::new();
        if let Some(path) = &self.junit {
            all.push(Box::new(Page { file: Replacing::open("--junit", path)?, what: JUnit::new(head.clone()) }));
        }
        if let Some(path) = &self.markdown {
            all.push(Box::new(Page { file: Replacing::open("--markdown", path)?, what: Markdown::new(head.clone()) }));
        }
        if let Some(path) = &self.sarif {
            let rules = crate::explain::all_rules();
            let what = Sarif::new(&head.version, &rules, files.clone());
            all.push(Box::new(Page { file: Replacing::open("--sarif", path)?, what }));
        }
        Ok(all)
    }
}

/// Something that takes runs and gives a text in the end.
trait Gathers {
    fn take(&mut self, run: &Run);
    fn text(self) -> anyhow::Result<String>;
}

impl Gathers for JUnit {
    fn take(&mut self, run: &Run) {
        JUnit::take(self, run);
    }
    fn text(self) -> anyhow::Result<String> {
        Ok(self.finish()?)
    }
}

impl Gathers for Markdown {
    fn take(&mut self, run: &Run) {
        Markdown::take(self, run);
    }
    fn text(self) -> anyhow::Result<String> {
        Ok(self.finish())
    }
}

impl Gathers for Sarif {
    fn take(&mut self, run: &Run) {
        Sarif::take(self, run);
    }
    fn text(self) -> anyhow::Result<String> {
        Ok(self.finish()?)
    }
}

/// One page and the file for it.
struct Page<T> {
    file: Replacing,
    what: T,
}

impl<T: Gathers> Sink for Page<T> {
    fn take(&mut self, run: &Run) -> anyhow::Result<()> {
        self.what.take(run);
        Ok(())
    }

    fn finish(self: Box<Self>, _: &End) -> anyhow::Result<()> {
        let Page { mut file, what } = *self;
        let text = what.text()?;
        file.writer().write_all(text.as_bytes()).map_err(|e| file.not_written(&e))?;
        file.keep()
    }
}
