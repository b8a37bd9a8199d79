//! Selects the scenarios, designs and seeds to run.

use crate::exit::usage;
use crate::output::Shown;
use scenarios::designs::{self, Designs};
use scenarios::file::{Library, Scenario, bounded};
use scenarios::{Design, EngineKind, Mutant, catalog};
use sim::terms::shown::line;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Reads `A..B`.
pub fn seeds(text: &str) -> Result<RangeInclusive<u64>, String> {
    let wrong = || format!("`{text}` is not a range of seeds such as 1..100");
    let (first, last) = text.split_once("..").ok_or_else(wrong)?;
    let last = last.strip_prefix('=').unwrap_or(last);
    let (first, last): (u64, u64) = (first.parse().map_err(|_| wrong())?, last.parse().map_err(|_| wrong())?);
    if first > last {
        return Err(format!("the range {first}..{last} is empty: write {last}..{first}"));
    }
    Ok(first..=last)
}

/// The seed of a run: the given one, else that of the plans among the scenarios, else 1.
pub fn seed(given: Option<u64>, scenarios: &[Scenario]) -> anyhow::Result<u64> {
    if let Some(seed) = given {
        return Ok(seed);
    }
    let first = scenarios.first().and_then(|s| s.plan_seed);
    match scenarios.iter().find(|s| s.plan_seed != first) {
        None => Ok(first.unwrap_or(1)),
        Some(other) => {
            let of = |s: &Scenario| format!("`{}` {}", line(&s.source), s.plan_seed.map_or("none".into(), |n| n.to_string()));
            let named: Vec<String> = scenarios.iter().take(1).chain([other]).map(of).collect();
            Err(usage(format!("the scenarios name different seeds ({}): give --seed, or run them one by one", named.join(", "))))
        }
    }
}

/// Reads a time such as `20s`.
pub fn time(text: &str) -> Result<std::time::Duration, String> {
    let wrong = || format!("`{text}` is not a time with its unit, such as 20s or 2m");
    let time: jiff::SignedDuration = text.parse().map_err(|_| wrong())?;
    std::time::Duration::try_from(time).map_err(|_| wrong())
}

/// Reads the name of an engine.
pub fn engine(text: &str) -> Result<EngineKind, String> {
    EngineKind::parse(text).ok_or_else(|| format!("unknown engine `{text}`; known: events, ticks"))
}

/// The scenarios of `what`, or of the suite if nothing is named.
pub fn scenarios(what: &[String], suite: &str, filter: Option<&str>) -> anyhow::Result<Vec<Scenario>> {
    let mut chosen = Vec::new();
    if what.is_empty() {
        chosen = catalog::Suite::find(suite).ok_or_else(|| no_suite(suite))?.scenarios()?;
    } else {
        let built_in = catalog::all()?;
        for name in what {
            chosen.extend(named(name, &built_in)?);
        }
    }
    if let Some(text) = filter {
        chosen.retain(|s| s.name.contains(text));
        if chosen.is_empty() {
            return Err(usage(format!("no scenario's name contains `{}`: see `shikaku run --list`", line(text))));
        }
    }
    Ok(chosen)
}

fn no_suite(name: &str) -> anyhow::Error {
    let all: Vec<String> = catalog::SUITES.iter().map(|s| format!("`{}`", s.name)).collect();
    usage(format!("unknown suite `{}`; known: {}", line(name), all.join(", ")))
}

/// The one scenario of `name`, a built-in one or a file.
pub fn one(name: &str) -> anyhow::Result<Scenario> {
    let mut all = named(name, &catalog::all()?)?;
    match (all.pop(), all.is_empty()) {
        (Some(scenario), true) => Ok(scenario),
        _ => Err(usage(format!("the folder `{}` has several scenarios: name one of its files", line(name)))),
    }
}

/// Rejects two scenarios of one name: their journals and results could not be distinguished.
pub fn distinct(scenarios: &[Scenario]) -> anyhow::Result<()> {
    for (i, s) in scenarios.iter().enumerate() {
        if let Some(other) = scenarios[..i].iter().find(|o| o.name == s.name) {
            let (name, a, b) = (line(&s.name), line(&other.source), line(&s.source));
            return Err(usage(format!("two scenarios have the name `{name}`, which identifies results: `{a}` and `{b}`")));
        }
    }
    Ok(())
}

/// A built-in scenario, a file, or all files of a folder.
fn named(name: &str, all: &[Scenario]) -> anyhow::Result<Vec<Scenario>> {
    if let Some(built_in) = all.iter().find(|s| s.name == name) {
        return Ok(vec![built_in.clone()]);
    }
    let path = Path::new(name);
    if path.is_dir() {
        return files_of(path)?.iter().map(|f| read(f)).collect();
    }
    if path.is_file() {
        return Ok(vec![read(path)?]);
    }
    let near = all.iter().map(|s| (strsim::jaro_winkler(&s.name, name), &s.name));
    let hint = match near.filter(|(likeness, _)| *likeness > 0.8).max_by(|a, b| a.0.total_cmp(&b.0)) {
        Some((_, near)) => format!("; did you mean `{near}`?"),
        None => ": see `shikaku run --list`".to_string(),
    };
    Err(usage(format!("`{}` is not a file, a folder or a built-in scenario{hint}", line(name))))
}

fn toml_files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let unreadable = |e: std::io::Error| usage(format!("the folder `{}` cannot be read: {e}", folder.shown()));
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|e| e == "toml") {
            files.push(path);
        }
    }
    // The order in which a folder is read differs between machines.
    files.sort();
    Ok(files)
}

/// A file, or all scenario files of a folder.
pub fn files_of(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let files = toml_files(path)?;
    match files.is_empty() {
        true => Err(usage(format!("there is no .toml file in the folder `{}`", path.shown()))),
        false => Ok(files),
    }
}

/// Reads a scenario file and its includes. Errors are shown where they are.
fn read(file: &Path) -> anyhow::Result<Scenario> {
    let name = file.to_string_lossy();
    let text = bounded::source(file).map_err(|e| usage(format!("{}: cannot be read: {e}", file.shown())))?;
    library_of(|library| Scenario::read(&name, &text, library)).map_err(|e| usage(e.to_string()))
}

/// Calls `with` with the files that scenario files can include, and all rules.
pub fn library_of<T>(with: impl FnOnce(&Library<'_>) -> T) -> T {
    let rules: Vec<&str> = conformance::rules::all().iter().map(|r| r.about().id).collect();
    with(&Library { rules: Some(&rules), ..Library::of_disk() })
}

/// The designs of these names and files. Without any, the default ones.
pub fn designs(names: &[String]) -> anyhow::Result<Designs> {
    let mut all: Vec<Arc<Design>> = Vec::new();
    for name in names {
        let design = design(name)?;
        match all.iter().find(|d| d.name == design.name) {
            // A design that is named twice is played once.
            Some(other) if other.source == design.source => {}
            Some(other) => {
                let (name, a, b) = (line(&design.name), line(&other.source), line(&design.source));
                return Err(usage(format!("two designs have the name `{name}`, which identifies results: `{a}` and `{b}`")));
            }
            None => all.push(design),
        }
    }
    Ok(Designs::of(all))
}

/// The design of a name, a built-in one or a file.
pub fn design(name: &str) -> anyhow::Result<Arc<Design>> {
    if let Some(built_in) = designs::find(name) {
        return Ok(built_in);
    }
    let path = Path::new(name);
    if path.is_file() {
        let text = bounded::source(path).map_err(|e| usage(format!("{}: cannot be read: {e}", path.shown())))?;
        return designs::read(name, &text).map(Arc::new).map_err(|e| usage(e.to_string()));
    }
    let near = designs::nearest_name(name).map_or(String::new(), |near| format!("; did you mean `{near}`?"));
    let known: Vec<&str> = designs::named().iter().map(|d| d.name.as_str()).collect();
    Err(usage(format!("`{}` is neither a file nor a built-in design{near}; known: {}", line(name), known.join(", "))))
}

pub fn mutant(name: &str) -> anyhow::Result<Mutant> {
    Mutant::parse(name).ok_or_else(|| usage(format!("unknown mutant `{}`: see `shikaku run --list-mutants`", line(name))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_seeds_include_both_ends() {
        assert_eq!(seeds("1..3"), Ok(1..=3));
        assert_eq!(seeds("1..=3"), Ok(1..=3));
        assert_eq!(seeds("5..5"), Ok(5..=5));
        for wrong in ["", "1", "..", "1..", "a..b", "-1..3", "3..1"] {
            assert!(seeds(wrong).is_err(), "{wrong}");
        }
    }
}
