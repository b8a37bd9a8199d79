//! Reads scenario files and their includes. Each part is read on its own, so that every error is reported, and where it is.

use super::bounded;
use super::calibration;
use super::capacity::CapacityPart;
use super::diagnostic::{Diagnostic, FileErrors, MOST_SHOWN, pointed, unknown};
use super::origin::{Origin, Origins};
use super::targets::Target;
use super::{KEYS, Scenario};
use mocks::calibration::file::Calibration;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

/// How files are read, and the rule ids that they may name.
pub struct Library<'a> {
    /// Reads the text of a file that the scenario at the second path includes.
    pub read: &'a dyn Fn(&Path, &Path) -> std::io::Result<String>,
    /// The ids of all rules; without them, ids are not checked.
    pub rules: Option<&'a [&'a str]>,
}

impl Library<'_> {
    /// The files of this machine that a scenario may include: see [`bounded::included`].
    pub fn of_disk() -> Library<'static> {
        Library { read: &|path, root| bounded::text(&bounded::included(path, root)?), rules: None }
    }

    /// No file can be included.
    pub fn none() -> Library<'static> {
        Library { read: &|_, _| Err(std::io::ErrorKind::NotFound.into()), rules: None }
    }
}

/// The most files of one scenario: a bound on includes that double at each level.
const MAX_FILES: usize = 100;

/// A file that was read: the scenario itself or an included file.
struct Source {
    file: Arc<str>,
    text: Arc<str>,
    /// The offset of each line.
    lines: Vec<usize>,
}

impl Source {
    fn new(file: String, text: String) -> Source {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(i, _)| i + 1)).collect();
        Source { file: file.into(), text: text.into(), lines }
    }

    /// The line of an offset.
    fn origin(&self, offset: usize) -> Origin {
        Origin::new(self.file.clone(), self.lines.partition_point(|start| *start <= offset))
    }
}

/// One step of a path to a value in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Segment {
    Key(&'static str),
    Index(usize),
}

/// The path of a value in a scenario: parts are counted over all files.
pub(crate) type KeyPath = Vec<Segment>;

/// An error of meaning, and where it is.
pub(crate) struct Wrong {
    pub place: KeyPath,
    pub message: String,
}

/// The files of a scenario, and which part is in which.
#[derive(Default)]
pub(super) struct Sources {
    files: Vec<Source>,
    /// By key, the file of each part and the part's index there; one entry for a key that is not a list.
    origins: BTreeMap<&'static str, Vec<(usize, usize)>>,
}

impl Sources {
    /// The file of a path, and the path within it: parts are counted over all files.
    fn local(&self, place: &[Segment]) -> Option<(usize, KeyPath)> {
        Some(match place {
            [Segment::Key(key), Segment::Index(i), rest @ ..] => {
                let (file, index) = *self.origins.get(key)?.get(*i)?;
                (file, [&[Segment::Key(key), Segment::Index(index)], rest].concat())
            }
            [Segment::Key(key), ..] => (self.origins.get(key).and_then(|o| o.first()).map_or(0, |o| o.0), place.to_vec()),
            _ => (0, Vec::new()),
        })
    }

    /// Errors at paths, where they are. Each file is parsed once, however many errors it has.
    fn located(&self, wrong: Vec<Wrong>) -> Vec<Located> {
        let mut by_file: BTreeMap<usize, Vec<(KeyPath, String)>> = BTreeMap::new();
        for w in wrong {
            if let Some((file, local)) = self.local(&w.place) {
                by_file.entry(file).or_default().push((local, w.message));
            }
        }
        let mut all = Vec::new();
        for (source, wrong) in by_file {
            let Some(text) = self.files.get(source).map(|s| &*s.text) else { continue };
            let document = parsed(text);
            let located = |(place, message): (KeyPath, String)| {
                let span = document.as_ref().map_or(0..0, |d| locate_in(d, text, &place));
                Located { source, span, message, help: None }
            };
            all.extend(wrong.into_iter().map(located));
        }
        all
    }

    /// The first errors, in the order of the scenario's files and of their places.
    fn report(&self, mut errors: Vec<Located>) -> FileErrors {
        let outermost = self.files.first().map(|s| s.file.clone());
        let file = |e: &Located| self.files.get(e.source).map(|s| s.file.clone());
        errors.sort_by_cached_key(|e| (file(e) != outermost, file(e), e.span.start));
        let diagnostic = |e: Located| {
            let source = self.files.get(e.source)?;
            Some(Diagnostic::new(&source.file, &source.text, e.span, e.message).with_help(e.help))
        };
        let more = errors.len().saturating_sub(MOST_SHOWN);
        errors.truncate(MOST_SHOWN);
        FileErrors { shown: errors.into_iter().filter_map(diagnostic).collect(), more }
    }

    fn sha256(&self) -> String {
        let mut digest = Sha256::new();
        for source in &self.files {
            digest.update((source.text.len() as u64).to_be_bytes());
            digest.update(source.text.as_bytes());
        }
        data_encoding::HEXLOWER.encode(&digest.finalize())
    }
}

/// An error in a file, with little more than its message: there may be very many.
struct Located {
    /// The index of the file.
    source: usize,
    span: Range<usize>,
    message: String,
    help: Option<String>,
}

/// The bytes of the value at a path, or of the innermost enclosing value that the file has.
fn locate(text: &str, place: &[Segment]) -> Range<usize> {
    parsed(text).map_or(0..0, |document| locate_in(&document, text, place))
}

fn parsed(text: &str) -> Option<DeValue<'_>> {
    DeTable::parse(text).ok().map(|document| DeValue::Table(document.into_inner()))
}

fn locate_in(document: &DeValue<'_>, text: &str, place: &[Segment]) -> Range<usize> {
    let mut span = 0..text.lines().next().map_or(0, str::len);
    let mut value = document;
    for seg in place {
        let next = match (seg, value) {
            (Segment::Key(key), DeValue::Table(table)) => table.get(*key),
            (Segment::Index(i), DeValue::Array(array)) => array.get(*i),
            _ => None,
        };
        let Some(next) = next else { break };
        span = next.span();
        value = next.get_ref();
    }
    span
}

/// Reads several files into one scenario.
struct Reading<'a> {
    shared: &'a Library<'a>,
    sources: Sources,
    errors: Vec<Located>,
    /// How many bytes were read of all files.
    bytes: u64,
    /// Where the parts that were read are written.
    origins: Origins,
    /// The files that are being read, outermost first.
    open: Vec<PathBuf>,
}

/// One file's keys, until they are taken.
struct Keys<'t> {
    source: usize,
    table: DeTable<'t>,
}

impl Scenario {
    /// Reads the text of `file`; the scenario's name is the file's. What it includes is read from `library`, relative to it.
    pub fn read(file: &str, text: &str, library: &Library<'_>) -> Result<Scenario, FileErrors> {
        let mut reading = Reading::of(library);
        let mut scenario = Scenario::empty();
        reading.file(file.to_string(), text.to_string(), &mut scenario);
        let stem = Path::new(file).file_stem().map(|s| s.to_string_lossy().into_owned());
        scenario.name = stem.unwrap_or_default();
        scenario.source = file.to_string();
        scenario.sha256 = reading.sources.sha256();
        for (i, visit) in scenario.visits.iter_mut().enumerate() {
            visit.origin = reading.origins.of("visit", i);
        }
        scenario.origins = std::mem::take(&mut reading.origins);
        // Semantic checks need a file without syntax errors.
        if reading.errors.is_empty() {
            scenario.imply_needs();
            let wrong = scenario.semantic_errors(library.rules);
            reading.errors = reading.sources.located(wrong);
        }
        if reading.errors.is_empty() { Ok(scenario) } else { Err(reading.sources.report(reading.errors)) }
    }
}

impl<'a> Reading<'a> {
    fn of(library: &'a Library<'a>) -> Self {
        let (sources, origins) = (Sources::default(), Origins::default());
        Reading { shared: library, sources, errors: Vec::new(), bytes: 0, origins, open: Vec::new() }
    }
}

impl Reading<'_> {
    fn error(&mut self, source: usize, span: Range<usize>, message: String, help: Option<String>) {
        self.errors.push(Located { source, span, message, help });
    }

    /// The text of a file that the scenario names, as far as it may.
    fn named(&mut self, path: &Path) -> std::io::Result<String> {
        let root = self.open.first().cloned().unwrap_or_default();
        let text = (self.shared.read)(path, &root)?;
        self.bytes = self.bytes.saturating_add(text.len() as u64);
        match self.bytes > bounded::MOST_BYTES {
            true => Err(std::io::Error::other(format!("all files together have more than {} MiB", bounded::MOST_BYTES >> 20))),
            false => Ok(text),
        }
    }

    fn file(&mut self, file: String, text: String, scenario: &mut Scenario) {
        let source = self.sources.files.len();
        let path = PathBuf::from(&file);
        self.sources.files.push(Source::new(file, text.clone()));
        let (document, wrong) = DeTable::parse_recoverable(&text);
        for e in &wrong {
            self.error(source, e.span().unwrap_or(0..0), e.message().to_string(), None);
        }
        if !wrong.is_empty() {
            return;
        }
        let mut keys = Keys { source, table: document.into_inner() };
        self.open.push(path);
        self.include(&mut keys, scenario);
        self.take_all(&mut keys, scenario);
        self.open.pop();
        for (key, _) in keys.table.iter() {
            self.error(source, key.span(), unknown("key", key.get_ref(), &KEYS), None);
        }
    }

    /// Reads the files that a file includes, before what it says itself.
    fn include(&mut self, keys: &mut Keys<'_>, scenario: &mut Scenario) {
        let Some(value) = keys.table.remove("include") else { return };
        let span = value.span();
        let DeValue::Array(files) = value.into_inner() else {
            return self.error(keys.source, span, "`include` must be a list of files, such as [\"people.toml\"]".into(), None);
        };
        let folder = self.open.last().and_then(|p| p.parent()).map(Path::to_path_buf).unwrap_or_default();
        for file in files.into_iter() {
            let span = file.span();
            let DeValue::String(name) = file.into_inner() else {
                self.error(keys.source, span, "expected the name of a file".into(), None);
                continue;
            };
            let path = folder.join(name.as_ref());
            if let Some(from) = self.open.iter().position(|open| same(open, &path)) {
                let cycle: Vec<String> = self.open[from..].iter().chain([&path]).map(|p| p.display().to_string()).collect();
                self.error(keys.source, span, format!("files include each other in a cycle: {}", cycle.join(" → ")), None);
                continue;
            }
            if self.sources.files.len() >= MAX_FILES {
                let message = format!("a scenario may have at most {MAX_FILES} files");
                return self.error(keys.source, span, message, None);
            }
            match self.named(&path) {
                Ok(text) => self.file(path.display().to_string(), text, scenario),
                Err(e) => self.error(keys.source, span, format!("`{}` cannot be read: {e}", path.display()), None),
            }
        }
    }

    /// Takes the value of a key, if the file has it.
    pub fn take<T: DeserializeOwned>(&mut self, keys: &mut Keys<'_>, key: &'static str, into: &mut T) {
        let Some(value) = keys.table.remove(key) else { return };
        self.sources.origins.insert(key, vec![(keys.source, 0)]);
        self.origins.add(key, self.sources.files[keys.source].origin(value.span().start));
        if let Some(value) = self.value(keys.source, value) {
            *into = value;
        }
    }

    /// Takes the parts of a list, each on its own.
    pub fn take_list<T: DeserializeOwned>(&mut self, keys: &mut Keys<'_>, key: &'static str, into: &mut Vec<T>) {
        let Some(value) = keys.table.remove(key) else { return };
        let span = value.span();
        let DeValue::Array(parts) = value.into_inner() else {
            return self.error(keys.source, span, format!("`{key}` must be a list: write [[{key}]] above each part"), None);
        };
        for (i, part) in parts.into_iter().enumerate() {
            self.sources.origins.entry(key).or_default().push((keys.source, i));
            self.origins.add(key, self.sources.files[keys.source].origin(expectation(&part)));
            into.extend(self.value(keys.source, part));
        }
    }

    /// Reads the calibration file of a capacity, and resolves the times that refer to one of its operations.
    fn calibrate(&mut self, source: usize, capacity: &mut CapacityPart) {
        let Some(name) = &capacity.calibration else { return };
        let folder = self.open.last().and_then(|p| p.parent()).map(Path::to_path_buf).unwrap_or_default();
        let (path, place) = (folder.join(name), [Segment::Key("capacity"), Segment::Key("calibration")]);
        let text = match self.named(&path) {
            Ok(text) => text,
            Err(e) => {
                let span = locate(&self.sources.files[source].text, &place);
                return self.error(source, span, format!("`{}` cannot be read: {e}", path.display()), None);
            }
        };
        let file = self.sources.files.len();
        self.sources.files.push(Source::new(path.display().to_string(), text.clone()));
        let measured = match Calibration::read(&text) {
            Ok(measured) => measured,
            Err(e) => {
                let (message, help) = pointed(&e.message);
                return self.error(file, e.span.unwrap_or_else(|| locate(&text, &[Segment::Key("schema")])), message, help);
            }
        };
        for (host, server) in &mut capacity.servers {
            for (operation, time) in server.service.given_mut() {
                let Some(calibrated) = &time.calibrated else { continue };
                match calibration::resolve(&measured, calibrated) {
                    Ok(spread) => time.spread = spread,
                    Err(message) => {
                        let place = ["capacity", host.name(), "service", operation.name()].map(Segment::Key);
                        let span = locate(&self.sources.files[source].text, &place);
                        self.error(source, span, message, None);
                    }
                }
            }
        }
    }

    fn value<T: DeserializeOwned>(&mut self, source: usize, value: Spanned<DeValue<'_>>) -> Option<T> {
        let span = value.span();
        match T::deserialize(ValueDeserializer::from(value)) {
            Ok(value) => Some(value),
            Err(e) => {
                let (message, help) = pointed(e.message());
                self.error(source, e.span().unwrap_or(span), message, help);
                None
            }
        }
    }

    /// Every key that a file may have, except `include`.
    fn take_all(&mut self, keys: &mut Keys<'_>, s: &mut Scenario) {
        self.take(keys, "draws-as", &mut s.draws_as);
        self.take(keys, "seed", &mut s.plan_seed);
        self.take(keys, "title", &mut s.title);
        self.take(keys, "story", &mut s.story);
        self.take(keys, "exercises", &mut s.exercises);
        self.take(keys, "breaks", &mut s.breaks);
        self.take(keys, "needs", &mut s.needs);
        self.take(keys, "day", &mut s.day);
        self.take(keys, "starts", &mut s.starts);
        self.take(keys, "people", &mut s.people);
        self.take(keys, "facilities", &mut s.facilities);
        self.take(keys, "codes-asked-every", &mut s.codes_asked_every);
        self.take(keys, "load", &mut s.load);
        self.take(keys, "heals-within", &mut s.heals_within);
        let named = keys.table.contains_key("capacity");
        self.take(keys, "capacity", &mut s.capacity);
        if let Some(capacity) = s.capacity.as_mut().filter(|_| named) {
            self.calibrate(keys.source, capacity);
        }
        self.take_list(keys, "link", &mut s.links);
        self.take_list(keys, "person", &mut s.persons);
        self.take_list(keys, "facility", &mut s.facility_parts);
        self.take_list(keys, "feed", &mut s.feeds);
        self.take_list(keys, "maintenance", &mut s.maintenance);
        self.take_list(keys, "register-error", &mut s.register_errors);
        self.take_list(keys, "job-changes", &mut s.job_changes);
        self.take_list(keys, "visit", &mut s.visits);
        self.take_list(keys, "workload", &mut s.workloads);
        self.take(keys, "registry", &mut s.registry);
        self.take_list(keys, "cancer-report", &mut s.cancer_reports);
        self.take_list(keys, "event", &mut s.events);
        self.take_list(keys, "fault", &mut s.faults);
        self.take(keys, "realism", &mut s.realism);
        self.take(keys, "realism-times", &mut s.realism_times);
        self.take_list(keys, "risk", &mut s.risks);
        self.take_list(keys, "share", &mut s.shares);
        self.take_list(keys, "sometimes", &mut s.sometimes);
        self.take_list(keys, "service-level", &mut s.service_levels);
    }
}

/// The offset of the expectation of a part, or of the part if it has none.
fn expectation(part: &Spanned<DeValue<'_>>) -> usize {
    let expect = match part.get_ref() {
        DeValue::Table(table) => table.get("expect").map(Spanned::span),
        _ => None,
    };
    expect.unwrap_or_else(|| part.span()).start
}

/// Whether two paths name the same file after normalisation.
fn same(a: &Path, b: &Path) -> bool {
    let plain = |path: &Path| {
        let mut parts: Vec<std::path::Component<'_>> = Vec::new();
        for part in path.components() {
            match (part, parts.last()) {
                (std::path::Component::CurDir, _) => {}
                (std::path::Component::ParentDir, Some(std::path::Component::Normal(_))) => {
                    parts.pop();
                }
                _ => parts.push(part),
            }
        }
        parts.iter().map(|p| p.as_os_str().to_os_string()).collect::<Vec<_>>()
    };
    plain(a) == plain(b)
}
