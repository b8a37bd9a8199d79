//! Recordings as files: a journal, the ground truth and the plan beside it.

use crate::exit::usage;
use crate::output::Shown;
use crate::run::out::{GROUND, JOURNAL, PLAN, SMALLEST};
use crate::run::select::library_of;
use scenarios::designs;
use scenarios::file::{Scenario, bounded};
use sim::ground::Ground;
use sim::journal::{Entry, Event, Occasion, is_readable, read_lines, sha256_of};
use sim::terms::shown::line;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The head of a journal.
pub struct JournalHead {
    pub tool: String,
    /// The name of the design.
    pub design: String,
    pub seed: u64,
    /// The name under which everything was drawn.
    drawn_as: String,
    epoch: String,
}

/// One recording.
pub struct Recording {
    /// The name of the scenario, by the name of the file.
    pub scenario: String,
    pub head: JournalHead,
    pub entries: Vec<Entry>,
    pub ground: Ground,
    /// The rules that the plan breaks on purpose; none without a plan.
    pub breaks: Vec<String>,
    /// Of the journal.
    pub sha256: String,
    /// Why the journal is not whole, if it is not.
    pub cut_off: Option<String>,
}

/// The journals in these files and folders, those of a folder by name.
///
/// # Errors
/// If one is not there, or a folder has none.
pub fn journals(what: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut all: Vec<PathBuf> = Vec::new();
    for path in what {
        let found = match fs::metadata(path) {
            Ok(m) if m.is_dir() => of_folder(path)?,
            Ok(_) if path.to_string_lossy().ends_with(JOURNAL) => vec![path.clone()],
            Ok(_) => {
                let path = path.shown();
                return Err(usage(format!("`{path}` is not a journal: give SCENARIO.DESIGN.SEED{JOURNAL}, or its folder")));
            }
            Err(e) => return Err(usage(format!("`{}` cannot be read: {e}: give a folder of --out", path.shown()))),
        };
        all.extend(found.into_iter().filter(|f| !all.contains(f)).collect::<Vec<_>>());
    }
    Ok(all)
}

fn of_folder(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let unreadable = |e: std::io::Error| anyhow::anyhow!("the folder `{}` cannot be read: {e}", folder.shown());
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.ends_with(JOURNAL) && !name.starts_with('.') {
            files.push(path);
        }
    }
    // The order in which a folder is read differs between machines.
    files.sort();
    match files.is_empty() {
        false => Ok(files),
        true => Err(usage(format!(
            "there is no recording (*{JOURNAL}) in the folder `{}`: runs that passed are recorded with --journals all",
            folder.shown()
        ))),
    }
}

impl Recording {
    /// Reads the recording of a journal.
    ///
    /// # Errors
    /// Usage errors for files that are not those of a recording, others for those that cannot be opened. They repeat no value.
    pub fn read(journal: &Path) -> anyhow::Result<Recording> {
        let text = text_of(journal)?;
        let wrong = |line: usize, what: &str| usage(format!("{}:{line}: {what}", journal.shown()));
        let entries = read_lines(&text).map_err(|e| {
            let problem = e.problem().to_string();
            let what = format!("column {}: {}: give the journal of a recording, unchanged", e.column(), line(&problem));
            wrong(e.line, &what)
        })?;
        let head = head_of(&entries).map_err(|what| wrong(1, &what))?;
        let gap = entries.iter().enumerate().find(|(i, entry)| entry.seq != *i as u64);
        if let Some((i, entry)) = gap {
            let what = format!("entry {} where entry {i} belongs: lines are missing or moved: record the run again", entry.seq);
            return Err(wrong(i + 1, &what));
        }
        let stem = journal.to_string_lossy().strip_suffix(JOURNAL).unwrap_or_default().to_string();
        let ground = ground_of(Path::new(&format!("{stem}{GROUND}")), &head)?;
        let mut breaks = breaks_of(Path::new(&format!("{stem}{PLAN}")))?;
        // A yardstick breaks rules in every scenario.
        breaks.extend(designs::find(&head.design).iter().flat_map(|design| design.breaks.clone()));
        Ok(Recording {
            scenario: scenario_of(journal, &head),
            sha256: sha256_of(&entries),
            cut_off: cut_off(&entries),
            head,
            entries,
            ground,
            breaks,
        })
    }
}

/// The largest journal that is judged, in bytes. It is in memory as text and as entries.
const MOST_BYTES: u64 = 8 << 30;

/// The text of a file. What is not there is the user's error; what cannot be opened is not.
fn text_of(file: &Path) -> anyhow::Result<String> {
    let name = file.shown();
    let bytes = bounded::bytes(file, MOST_BYTES).map_err(|e| match e.kind() {
        ErrorKind::NotFound => usage(format!("`{name}` does not exist")),
        _ => anyhow::anyhow!("`{name}` cannot be read: {e}"),
    })?;
    String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        let line = e.as_bytes()[..at].iter().filter(|b| **b == b'\n').count() + 1;
        usage(format!("{name}:{line}: byte {at} is not UTF-8: give the file of a recording, unchanged"))
    })
}

fn head_of(entries: &[Entry]) -> Result<JournalHead, String> {
    let Some(Event::Run { schema, tool, scenario, design, seed, epoch, .. }) = entries.first().map(|e| &e.event) else {
        return Err("there is no head, which is the first line of a journal: give the journal of a recording, unchanged".into());
    };
    if !is_readable(schema) {
        let schema: String = schema.chars().take(80).collect();
        return Err(format!(
            "the format is `{}`; expected `{}`: judge it with the version that recorded it, or record the run again",
            line(&schema),
            sim::journal::SCHEMA
        ));
    }
    Ok(JournalHead {
        tool: tool.clone(),
        design: design.name.clone(),
        seed: *seed,
        drawn_as: scenario.clone(),
        epoch: epoch.clone(),
    })
}

fn ground_of(file: &Path, head: &JournalHead) -> anyhow::Result<Ground> {
    let name = file.shown();
    if !file.exists() {
        return Err(usage(format!(
            "`{name}` is missing: without the ground truth nothing can be judged: it is written beside the journal by `shikaku run \
             --out`, so copy it, or record the run again"
        )));
    }
    let ground = Ground::from_json(&text_of(file)?).map_err(|e| usage(format!("{name}: {}", line(&e.to_string()))))?;
    match ground.epoch.to_string() == head.epoch {
        true => Ok(ground),
        false => Err(usage(format!(
            "{name}: `epoch` is {}, and the run of the journal began at {}: give the ground truth of the same run",
            ground.epoch,
            line(&head.epoch.chars().take(40).collect::<String>())
        ))),
    }
}

fn breaks_of(file: &Path) -> anyhow::Result<Vec<String>> {
    if !file.exists() {
        return Ok(Vec::new());
    }
    let (name, text) = (file.to_string_lossy().into_owned(), text_of(file)?);
    let plan = library_of(|library| Scenario::read(&name, &text, library)).map_err(|e| usage(e.to_string()))?;
    Ok(plan.breaks)
}

/// The scenario in `SCENARIO.DESIGN.SEED.jsonl`. A renamed file has the name under which the run was drawn.
fn scenario_of(journal: &Path, head: &JournalHead) -> String {
    let name = journal.file_name().unwrap_or_default().to_string_lossy();
    let stem = name.strip_suffix(JOURNAL).unwrap_or_default();
    let stem = stem.strip_suffix(SMALLEST).unwrap_or(stem);
    stem.strip_suffix(&format!(".{}.{}", head.design, head.seed)).unwrap_or(&head.drawn_as).to_string()
}

/// A run ends with a state snapshot of every party: a journal without one was cut off.
fn cut_off(entries: &[Entry]) -> Option<String> {
    let ended = entries.iter().rev().any(|e| matches!(e.event, Event::Snapshot { when: Occasion::End }));
    (!ended)
        .then(|| "the journal stops before the end of the run: it was cut off, and only the part up to there is judged".into())
}
