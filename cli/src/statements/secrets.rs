//! Searches the evidence for the secrets of its people, outside of the recordings, which are known to contain them.

use crate::run::out::GROUND;
use crate::scan::tally::Tally;
use crate::scan::{parts, report};
use leak::{Detector, Value};
use reports::scan::Scan;
use sim::ground::Ground;
use statement::EvidenceFile;
use statement::evidence::RECORDINGS;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::Path;

/// What the search found: places, never values. `None` if there is no ground truth, and so nobody to search for.
///
/// # Errors
/// If a ground truth cannot be read, or has values that cannot be searched for.
pub fn scan(folder: &Path, files: &[EvidenceFile]) -> anyhow::Result<Option<Scan>> {
    let (mut secrets, mut keys, mut people) = (Vec::new(), BTreeSet::new(), 0);
    // Recordings of one seed have the same people.
    let mut known = BTreeSet::new();
    for path in files.iter().map(|f| &f.path).filter(|p| p.starts_with(RECORDINGS) && p.ends_with(GROUND)) {
        let text = fs::read_to_string(folder.join(path)).map_err(|e| anyhow::anyhow!("`{path}` cannot be read: {e}"))?;
        let ground = Ground::from_json(&text).map_err(|e| anyhow::anyhow!("{path}: {e}"))?;
        for mut secret in conformance::sightings::secrets_of(&ground) {
            if known.insert(bytes(&secret.value)) {
                secret.person += people;
                secrets.push(secret);
            }
        }
        keys.extend(conformance::sightings::known_keys(&ground));
        people += ground.people.len() as u64;
    }
    if secrets.is_empty() {
        return Ok(None);
    }
    let keys: Vec<Vec<u8>> = keys.into_iter().collect();
    let detector = Detector::new(secrets, &keys)?;
    let jobs = std::thread::available_parallelism().map_or(1, usize::from);
    let mut tally = Tally::new(&detector, 1);
    for file in files.iter().filter(|f| !f.path.starts_with(RECORDINGS)) {
        let mut one = Tally::new(&detector, jobs);
        one.files = 1;
        let name = one.name(None, file.path.as_bytes());
        if let Err(e) = File::open(folder.join(&file.path)).and_then(|from| parts::scan(&mut one, &name, from)) {
            one.not_searched(&name, "unreadable", e.to_string());
        }
        tally.merge(one);
    }
    let options = report::ReportOptions { people, unmatched_listed: 0 };
    Ok(Some(report::document(tally, &[], options)))
}

fn bytes(value: &Value) -> Vec<u8> {
    match value {
        Value::Digits(text) | Value::Code(text) | Value::Text(text) => text.as_bytes().to_vec(),
        Value::Bytes(bytes) => bytes.clone(),
    }
}
