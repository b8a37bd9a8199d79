//! The search of what a vendor's system wrote: its logs must not have what its zone must not have.

use crate::outcome::{Case, CaseOutcome, Culprit, Failure};
use crate::sut::Configured;
use conformance::matrix::matrix;
use leak::{Detector, Hit, Secret};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The case of the search as a whole. Each file has its own, whose name begins so.
pub const NAME: &str = "logs";
pub const WHAT: &str = "What the system wrote is searched";
/// Whether a case is that of the search, or that of a file.
pub fn is_of_search(name: &str) -> bool {
    name.strip_prefix(NAME).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The most files that are searched.
const MOST_FILES: usize = 10_000;
/// The most findings of a file that are shown.
const SHOWN: usize = 5;

/// Searches every file that the configuration names. A case for each.
pub fn search(configured: &Configured, secrets: Vec<Secret>) -> Vec<Case> {
    let paths = &configured.sut.evidence.logs;
    if paths.is_empty() {
        let why = "the configuration names no logs";
        return vec![Case::not_played(NAME, WHAT, CaseOutcome::NotApplicable, why)];
    }
    if secrets.is_empty() {
        // With nothing to search for, any file would pass.
        let why = "nobody was played, so that there is no value to search for: play scenarios too (without --only)";
        return vec![Case::not_played(NAME, WHAT, CaseOutcome::NotReached, why)];
    }
    let detector = match Detector::new(distinct(secrets), &[]) {
        Ok(detector) => detector,
        Err(e) => return vec![setup(NAME, &e.to_string())],
    };
    let mut cases = Vec::new();
    for path in paths {
        let whole = configured.folder.join(path);
        match files(&whole) {
            Ok(files) => cases.extend(files.iter().map(|file| one(configured, &detector, file))),
            Err(e) => cases.push(setup(&format!("logs/{}", path.display()), &e.to_string())),
        }
    }
    cases
}

/// Values once: people of several runs may share an insurer's number.
fn distinct(mut secrets: Vec<Secret>) -> Vec<Secret> {
    let mut kept: Vec<Secret> = Vec::with_capacity(secrets.len());
    secrets.sort_by_key(|s| (s.class, s.person));
    for secret in secrets {
        if !kept.iter().rev().take(64).any(|k| *k == secret) {
            kept.push(secret);
        }
    }
    kept
}

fn setup(name: &str, why: &str) -> Case {
    Case::not_played(name, WHAT, CaseOutcome::Setup, why)
}

/// The files at a path: itself, or those beneath it. Links are not followed.
fn files(path: &Path) -> std::io::Result<Vec<PathBuf>> {
    if std::fs::metadata(path)?.is_file() {
        return Ok(vec![path.to_path_buf()]);
    }
    let (mut folders, mut found) = (vec![path.to_path_buf()], BTreeSet::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                found.insert(entry.path());
            }
        }
        if found.len() > MOST_FILES {
            return Err(std::io::Error::other(format!("there are more than {MOST_FILES} files")));
        }
    }
    Ok(found.into_iter().collect())
}

fn one(configured: &Configured, detector: &Detector, file: &Path) -> Case {
    let shown = file.strip_prefix(&configured.folder).unwrap_or(file);
    let mut case = Case::passed(format!("logs/{}", shown.display()), "It has nothing that must not be there");
    let searched = (|| {
        let (mut from, mut stream) = (File::open(file)?, detector.stream());
        let mut part = vec![0; 1 << 20];
        loop {
            match from.read(&mut part)? {
                0 => break,
                n => stream.push(&part[..n]),
            }
        }
        Ok::<_, std::io::Error>(stream.finish())
    })();
    let result = match searched {
        Ok(result) => result,
        Err(e) => return setup(&case.name, &e.to_string()),
    };
    let forbidden = |hit: &&Hit| !matrix().permits(detector.secrets()[hit.secret].class, configured.zone);
    let mut evidence = detector.evidence();
    evidence.candidates.add(&result.candidates);
    for hit in result.hits.iter().filter(forbidden) {
        evidence.hit(&detector.secrets()[hit.secret], hit.secret, hit.low_confidence);
    }
    let chance: Vec<_> = evidence.weigh().into_iter().filter(|w| w.is_chance()).map(|w| w.form).collect();
    let counts = |hit: &&Hit| !chance.contains(&hit.low_confidence);
    for hit in result.hits.iter().filter(forbidden).filter(counts).take(SHOWN) {
        let class = detector.secrets()[hit.secret].class.name();
        case.fail(Failure {
            expected: format!("no {class} in what a {} writes", configured.zone.name()),
            observed: format!("at byte {}, {}", hit.start, hit.how.words()),
            culprit: Culprit::SystemUnderTest,
            likely_cause: Some("a message or a certificate is logged whole".into()),
            before: Vec::new(),
        });
    }
    if let (true, Some(unread)) = (case.failures.is_empty(), result.not_read.first()) {
        return setup(&case.name, &format!("{} was not read: {}", unread.format, unread.why));
    }
    case
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in a test a panic is the report")]
mod tests {
    use super::*;
    use crate::site::SiteFile;
    use crate::sut::{Sut, template};
    use leak::{DataClass, Value};
    use sim::terms::roles::Zone;

    #[test]
    fn a_number_in_a_log_is_found_and_a_missing_log_is_no_pass() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("logs")).unwrap();
        std::fs::write(folder.path().join("logs/good.log"), "checked\n").unwrap();
        std::fs::write(folder.path().join("logs/bad.log"), "checked eyJuIjoiMTIzNDU2Nzg5MDE4In0=\n").unwrap();
        let mut sut: Sut = toml::from_str(&template("jpki")).unwrap();
        sut.evidence.logs = vec!["logs".into(), "nowhere.log".into()];
        let site = SiteFile::new(1, "certificate", 0, jiff::Timestamp::UNIX_EPOCH);
        let (zone, folder_path) = (Zone::Jpki, folder.path().to_path_buf());
        let configured = Configured { sut, site, text: String::new(), folder: folder_path, zone, address: None };
        let secret = Secret { class: DataClass::MyNumber, person: 0, value: Value::Digits("123456789018".into()) };
        let of_nobody = search(&configured, Vec::new());
        assert!(of_nobody.iter().all(|case| case.outcome == CaseOutcome::NotReached) && !of_nobody.is_empty());
        let cases = search(&configured, vec![secret.clone(), secret]);
        let ended: Vec<_> = cases.iter().map(|c| (c.name.as_str(), c.outcome)).collect();
        assert_eq!(
            ended,
            [
                ("logs/logs/bad.log", CaseOutcome::Failed),
                ("logs/logs/good.log", CaseOutcome::Passed),
                ("logs/nowhere.log", CaseOutcome::Setup),
            ]
        );
        assert!(!format!("{cases:?}").contains("123456789018"));
    }
}
