//! Where the parts of a scenario are written, so that a demand that is not met names its line.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

/// A line of a file, or nowhere for what is drawn. Any two are equal: a part is the same wherever it is written.
#[derive(Clone, Default)]
pub struct Origin(Option<(Arc<str>, usize)>);

impl Origin {
    /// Line `line` of `file`, from 1.
    pub(crate) fn new(file: Arc<str>, line: usize) -> Origin {
        Origin(Some((file, line)))
    }

    /// `FILE:LINE`.
    pub fn line(&self) -> Option<String> {
        self.0.as_ref().map(|(file, line)| format!("{file}:{line}"))
    }
}

impl PartialEq for Origin {
    fn eq(&self, _: &Origin) -> bool {
        true
    }
}

impl Eq for Origin {}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line().unwrap_or_else(|| "nowhere".into()))
    }
}

/// By key of a scenario's files, where its values are written: one for each file that has a plain key, one for each part of a
/// list, in its order. Any two are equal, like those in them.
#[derive(Clone, Debug, Default)]
pub struct Origins(BTreeMap<&'static str, Vec<Origin>>);

impl PartialEq for Origins {
    fn eq(&self, _: &Origins) -> bool {
        true
    }
}

impl Origins {
    pub(crate) fn add(&mut self, key: &'static str, origin: Origin) {
        self.0.entry(key).or_default().push(origin);
    }

    /// Where part `index` of the list `key` is written.
    pub fn of(&self, key: &str, index: usize) -> Origin {
        self.0.get(key).and_then(|all| all.get(index)).cloned().unwrap_or_default()
    }

    /// Where a plain key is written: the last file that has it counts.
    pub fn last(&self, key: &str) -> Origin {
        self.0.get(key).and_then(|all| all.last()).cloned().unwrap_or_default()
    }

    /// The files in which something is written.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        let files: BTreeSet<&str> = self.0.values().flatten().filter_map(|o| o.0.as_ref()).map(|(file, _)| &**file).collect();
        files.into_iter()
    }
}
