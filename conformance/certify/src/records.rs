//! A broker's audit records as it exports them (REC-004): from the file or the command of the configuration, or in a self-test from
//! the mock's journal.

use crate::command::{self, Failed};
use crate::sut::Configured;
use scenarios::file::bounded;
use sim::journal::{Content, Entry, Event, Occasion};
use sim::terms::roles::Zone;
use sim::terms::stores::AUDIT;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The largest file of audit records that is read, in bytes.
const MOST_BYTES: u64 = 1 << 30;

/// How long a command may take.
const COMMAND: Duration = Duration::from_secs(60);

/// The records that the mock of the broker has made durable.
#[derive(Clone, Default)]
pub struct MockRecords(Arc<Mutex<Vec<String>>>);

impl MockRecords {
    /// Looks at the next entry of the journal.
    pub fn see(&self, entry: &Entry) {
        if entry.zone != Zone::Broker {
            return;
        }
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &entry.event {
            // What is left on the disk follows.
            Event::Snapshot { when: Occasion::Crash } => all.clear(),
            Event::Record { store, content } | Event::State { store, when: Occasion::Crash, content } if store == AUDIT.name => {
                all.extend(content.bytes().map(|bytes| String::from_utf8_lossy(&bytes).into_owned()));
            }
            _ => {}
        }
    }
}

#[derive(Clone)]
enum From {
    Mock(MockRecords),
    File(PathBuf),
    Command(String, PathBuf),
}

/// Where records are exported from, and which have been seen.
pub struct AuditExport {
    from: Option<From>,
    seen: Mutex<BTreeSet<[u8; 32]>>,
}

impl AuditExport {
    fn new(from: Option<From>) -> Self {
        AuditExport { from, seen: Mutex::default() }
    }

    pub fn of_mock(records: &MockRecords) -> Self {
        AuditExport::new(Some(From::Mock(records.clone())))
    }

    /// As a configuration says.
    pub fn of(configured: &Configured) -> Self {
        let (e, folder) = (&configured.sut.evidence, &configured.folder);
        let file = e.audit_file.as_ref().map(|path| From::File(folder.join(path)));
        AuditExport::new(file.or_else(|| e.audit_command.as_ref().map(|line| From::Command(line.clone(), folder.clone()))))
    }

    pub fn is_there(&self) -> bool {
        self.from.is_some()
    }

    /// All records, a line each.
    ///
    /// # Errors
    /// If they cannot be read.
    pub fn read(&self) -> Result<Vec<String>, Failed> {
        let failed = |how: String| Failed { how, last_lines: Vec::new() };
        let bytes = match &self.from {
            None => return Err(failed("the configuration names neither a file nor a command with audit records".into())),
            Some(From::Mock(records)) => return Ok(records.0.lock().unwrap_or_else(PoisonError::into_inner).clone()),
            Some(From::File(path)) => {
                bounded::bytes(path, MOST_BYTES).map_err(|e| failed(format!("`{}` cannot be read: {e}", path.display())))?
            }
            Some(From::Command(line, folder)) => command::output(line, folder, COMMAND)?,
        };
        let text = String::from_utf8(bytes).map_err(|_| failed("the records are not UTF-8".into()))?;
        Ok(text.lines().filter(|line| !line.trim().is_empty()).map(str::to_string).collect())
    }

    /// Adds the records that are new since the last call to a journal, as what the broker's disk has at the end of the run: those of
    /// checks of this run, and those that name no check. The mock's journal has them itself.
    ///
    /// # Errors
    /// If they cannot be read: then the journal has none.
    pub fn add_to(&self, entries: &mut Vec<Entry>) -> Result<(), Failed> {
        if matches!(self.from, None | Some(From::Mock(_))) {
            return Ok(());
        }
        let lines = self.read()?;
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let checks = checks_in(entries);
        let is_new = |line: &&String| seen.insert(openssl::sha::sha256(line.as_bytes()));
        let of_run = |line: &&String| check_of(line).is_none_or(|check| checks.contains(&check));
        // A record that is there twice is new both times.
        let mut new: Vec<&String> = Vec::new();
        let fresh: BTreeSet<&String> = lines.iter().filter(is_new).collect();
        new.extend(lines.iter().filter(|line| fresh.contains(line)).filter(of_run));
        let (mut seq, at_ns) = entries.last().map_or((0, 0), |e| (e.seq, e.at_ns));
        let mut add = |event: Event| {
            seq += 1;
            entries.push(Entry { seq, at_ns, host: Zone::Broker.name().into(), zone: Zone::Broker, event });
        };
        add(Event::Snapshot { when: Occasion::End });
        for line in new {
            let content = Content::of(line.as_bytes());
            add(Event::State { store: AUDIT.name.into(), when: Occasion::End, content });
        }
        Ok(())
    }
}

fn check_of(line: &str) -> Option<String> {
    serde_json::from_str::<serde_json::Value>(line).ok()?.get("check")?.as_str().map(str::to_string)
}

/// The ids of the checks of a run.
fn checks_in(entries: &[Entry]) -> BTreeSet<String> {
    let of = |entry: &Entry| match &entry.event {
        Event::Visit { check, .. } => Some(check.as_str().to_string()),
        _ => None,
    };
    entries.iter().filter_map(of).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in a test a panic is the report")]
mod tests {
    use super::*;
    use sim::terms::check::CheckId;

    #[test]
    fn a_run_gets_the_records_of_its_checks_once_and_those_that_name_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit.jsonl");
        let export = AuditExport::new(Some(From::File(path.clone())));
        let visit = |n: usize| {
            let event = Event::Visit { visit: 0, check: CheckId::new(1, n), person: 0 };
            vec![Entry { seq: 7, at_ns: 9, host: "testbed".into(), zone: Zone::Testbed, event }]
        };
        let line = |n: usize| format!("{{\"check\":\"{}\"}}\n", CheckId::new(1, n));
        std::fs::write(&path, line(1) + &line(1) + "broken\n" + &line(2)).unwrap();
        let mut entries = visit(1);
        export.add_to(&mut entries).unwrap();
        // The visit, the beginning of the snapshot, the record that is there twice, and what names no check.
        assert_eq!(entries.iter().map(|e| e.seq).collect::<Vec<_>>(), [7, 8, 9, 10, 11]);
        let mut entries = visit(3);
        std::fs::write(&path, line(1) + "broken\n" + &line(2) + &line(3)).unwrap();
        export.add_to(&mut entries).unwrap();
        assert_eq!(entries.len(), 3);
        std::fs::remove_file(&path).unwrap();
        assert!(export.add_to(&mut visit(3)).is_err());
    }
}
