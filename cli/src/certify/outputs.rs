//! The files that a certification writes besides stdout.

use crate::file::{AtomicFile, Places};
use ::certify::report::{About, Waived, html, junit, sarif};
use ::certify::session::Certified;
use clap::Args;
use std::path::{Path, PathBuf};

/// Which files are wanted.
#[derive(Args)]
pub struct OutputArgs {
    /// Write the results as JUnit XML, for the test pages of GitHub, GitLab, Jenkins and others
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Write the failures as SARIF 2.1.0
    #[arg(long, value_name = "FILE")]
    sarif: Option<PathBuf>,
    /// Write the results as a page in English and Japanese that needs nothing else
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

#[derive(Clone, Copy)]
enum Kind {
    Junit,
    Sarif,
    Html,
}

/// The files, open before anything runs: what cannot be written is noticed first.
pub struct Outputs(Vec<(Kind, AtomicFile)>);

impl OutputArgs {
    /// Opens the files. None of them may be one of the inputs, or another output.
    pub fn open(&self, inputs: &[PathBuf]) -> anyhow::Result<Outputs> {
        let all =
            [("--junit", Kind::Junit, &self.junit), ("--sarif", Kind::Sarif, &self.sarif), ("--html", Kind::Html, &self.html)];
        let mut places = Places::reading(inputs);
        let mut files = Vec::new();
        for (option, kind, path) in all {
            let Some(path) = path else { continue };
            places.writes(option, path)?;
            files.push((kind, AtomicFile::open(option, path)?));
        }
        Ok(Outputs(files))
    }
}

impl Outputs {
    /// Writes all that can be written, and then returns the first error.
    pub fn write(
        self,
        about: &About,
        certified: &Certified,
        waived: &Waived<'_>,
        tool: &str,
        config: Option<&Path>,
    ) -> anyhow::Result<()> {
        let config = config.map(|path| path.display().to_string());
        let mut result = Ok(());
        for (kind, file) in self.0 {
            let text = match kind {
                Kind::Junit => junit::document(about, certified, waived, tool).map_err(Into::into),
                Kind::Sarif => sarif::document(about, certified, waived, tool, config.as_deref()).map_err(Into::into),
                Kind::Html => Ok(html::page(about, certified, waived, tool)),
            };
            result = result.and(text.and_then(|text| file.write_whole(text.as_bytes())));
        }
        result
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in a test a panic is the report")]
mod tests {
    use super::*;

    #[test]
    fn an_output_is_neither_an_input_nor_another_output() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| Some(folder.path().join(name));
        std::fs::create_dir(folder.path().join("kit")).unwrap();
        std::fs::write(folder.path().join("sut.toml"), "").unwrap();
        let inputs = [folder.path().join("sut.toml"), folder.path().join("kit")];
        let error = |junit, sarif, html| {
            let opened = OutputArgs { junit, sarif, html }.open(&inputs);
            opened.err().map(|e| e.to_string().replace(&folder.path().display().to_string(), "DIR")).unwrap_or_default()
        };
        let errors = [
            error(path("sut.toml"), None, None),
            error(path("./out.xml"), path("kit/../out.xml"), None),
            error(None, None, path("kit/site.toml")),
            error(path("missing/out.xml"), None, None),
            error(path("a.xml"), path("a.sarif"), path("a.html")),
        ];
        insta::assert_snapshot!(errors.join("\n"));
        assert_eq!(std::fs::read(folder.path().join("sut.toml")).unwrap(), b"", "nothing was written");
    }
}
