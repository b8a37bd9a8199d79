//! The views that are written to a file each: JUnit XML, a Markdown page, SARIF, and any other in the table of views.

use super::{End, Sink};
use crate::file::{AtomicFile, Places, Ready};
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches, value_parser};
use reports::results::{Head, Run, shown};
use reports::view::{View, ViewDescription, ViewInput};
use reports::views::VIEWS;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

/// The requested views and their files. The options are the same for `run` and `merge`: `--NAME FILE` for each view.
#[derive(Clone, Default)]
pub struct Pages(Vec<(&'static ViewDescription, PathBuf)>);

impl Args for Pages {
    fn augment_args(command: Command) -> Command {
        let option = |view: &&ViewDescription| {
            let value = value_parser!(PathBuf);
            Arg::new(view.name).long(view.name).value_name("FILE").value_parser(value).help(view.help)
        };
        command.args(VIEWS.iter().map(option))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Pages::augment_args(command)
    }
}

impl FromArgMatches for Pages {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let wanted = |view: &&'static ViewDescription| Some((*view, matches.get_one::<PathBuf>(view.name)?.clone()));
        Ok(Pages(VIEWS.iter().filter_map(wanted).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Pages::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Pages {
    /// The files are written: none of them may be an input or another output.
    pub fn claim(&self, places: &mut Places) -> anyhow::Result<()> {
        self.0.iter().try_for_each(|(view, path)| places.writes(&format!("--{}", view.name), path))
    }

    /// Opens the files. `files` has the path of each scenario's file by the scenario's name.
    pub fn begin(&self, head: &Head, files: &BTreeMap<String, String>) -> anyhow::Result<Vec<Box<dyn Sink>>> {
        let rules = crate::explain::all_rules();
        let head = &*shown(head);
        let input = ViewInput { head, rules: &rules, files };
        let page = |(view, path): &(&ViewDescription, PathBuf)| {
            let file = AtomicFile::open(&format!("--{}", view.name), path)?;
            Ok(Box::new(Page { file, view: (view.begin)(&input) }) as Box<dyn Sink>)
        };
        self.0.iter().map(page).collect()
    }
}

/// One view and the file for it.
struct Page {
    file: AtomicFile,
    view: Box<dyn View>,
}

impl Sink for Page {
    fn take(&mut self, run: &Run) -> anyhow::Result<()> {
        self.view.take(&shown(run));
        Ok(())
    }

    fn finish(self: Box<Self>, end: &End) -> anyhow::Result<Vec<Ready>> {
        let Page { mut file, view } = *self;
        let text = view.finish(end.extent)?;
        file.writer().write_all(text.as_bytes()).map_err(|e| file.not_written(&e))?;
        Ok(vec![file.ready()?])
    }
}
