//! What is written of a study: text or JSON on stdout, the file of --out, the page of --html.

use super::LoadArgs;
use crate::exit::usage;
use crate::file::{AtomicFile, Places};
use crate::output;
use crate::output::Shown;
use crate::results_out::{Format, PAGE};
use reports::load::{self, LoadResults};
use reports::rules::Lang;

/// The files of a study, opened before it is played.
pub(super) struct Files {
    out: Option<AtomicFile>,
    html: Option<AtomicFile>,
}

impl Files {
    /// A file that cannot be written, or that is an input, is reported before anything is played.
    pub fn open(args: &LoadArgs, mut places: Places) -> anyhow::Result<Files> {
        args.out.iter().try_for_each(|path| places.writes("--out", path))?;
        let out = args.out.as_deref().map(|path| AtomicFile::open("--out", path)).transpose()?;
        let html = match &args.html {
            None => None,
            Some(folder) => {
                std::fs::create_dir_all(folder)
                    .map_err(|e| usage(format!("--html: the folder `{}` cannot be created: {e}", folder.shown())))?;
                let path = folder.join(PAGE);
                places.writes("--html", &path)?;
                Some(AtomicFile::open("--html", &path)?)
            }
        };
        Ok(Files { out, html })
    }

    pub fn json(&mut self, text: &str) -> anyhow::Result<()> {
        self.out.take().map_or(Ok(()), |file| file.write_whole(text.as_bytes()))
    }

    /// Writes all of a study, and prints it with `also` after the text.
    pub fn write(&mut self, args: &LoadArgs, results: &LoadResults, also: &str) -> anyhow::Result<()> {
        let lang: Lang = args.lang.into();
        self.json(&results.to_json()?)?;
        if let Some(file) = self.html.take() {
            file.write_whole(load::page(results, &command(args), lang).as_bytes())?;
        }
        match args.format {
            Format::Json => output::print_as(true, &results.to_json()?),
            Format::Human => output::print(&(load::human(results, lang) + also)),
        }
    }
}

/// The command that makes the results again.
fn command(args: &LoadArgs) -> String {
    let mut command = format!("shikaku load {}", crate::run::report::quoted(args.what.as_deref().unwrap_or_default()));
    let mut add = |option: &str, value: Option<String>| {
        command += &value.map_or(String::new(), |v| format!(" --{option} {}", crate::run::report::quoted(&v)));
    };
    add("minutes", args.minutes.map(|n| n.to_string()));
    match &args.seeds {
        Some(seeds) => add("seeds", Some(format!("{}..{}", seeds.start(), seeds.end()))),
        None => add("seed", Some(args.seed.to_string())),
    }
    add("design", args.design.clone());
    add("crypto", Some(args.crypto.name().to_string()));
    add("facilities", args.facilities.map(|n| n.to_string()));
    add("rate", args.rate.map(|n| n.to_string()));
    add("html", Some("DIR".into()));
    command
}
