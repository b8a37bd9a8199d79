//! The digest of a document's runs.

use super::Run;
use sha2::{Digest, Sha256};

/// SHA-256 over runs, each as one line of compact JSON without `wall_s`, `smallest` and the `at` of expectations, and with an
/// empty `replay`, ended by a line feed: the size of a shrunk case depends on the time available, and the command and the place
/// of an expectation on how the file was named.
#[derive(Clone, Default)]
pub struct RunsDigest(Sha256);

impl RunsDigest {
    pub fn take(&mut self, run: &Run) -> Result<(), serde_json::Error> {
        self.0.update(line(run)?);
        Ok(())
    }

    /// In hexadecimal.
    pub fn finish(self) -> String {
        self.0.finalize().iter().map(|b| format!("{b:02x}")).collect()
    }
}

fn line(run: &Run) -> Result<String, serde_json::Error> {
    let mut plain = Run { smallest: None, replay: String::new(), ..run.clone() };
    plain.expectations.iter_mut().for_each(|e| e.at = None);
    let json = serde_json::to_string(&plain)?;
    // Within a string, the quotation marks would be escaped, so this is the field. It has fields before and after it.
    let reported = json.split_once(",\"wall_s\":").and_then(|(before, rest)| Some((before, rest.split_once(',')?.1)));
    Ok(match reported {
        Some((before, after)) => format!("{before},{after}\n"),
        None => json + "\n",
    })
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn only_the_fields_of_this_machine_are_left_out_of_the_digest() {
        let mut run = samples::broken();
        // What could be taken for the field.
        run.error = Some("\",\"wall_s\":1,".into());
        run.replay = ",\"wall_s\":2,".into();
        let reported: serde_json::Value = serde_json::from_str(&line(&run).unwrap()).unwrap();
        let mut whole = serde_json::to_value(&run).unwrap();
        assert!(whole.as_object_mut().unwrap().remove("wall_s").is_some());
        whole["replay"] = "".into();
        assert!(whole["expectations"][0].as_object_mut().unwrap().remove("at").is_some());
        assert_eq!(reported, whole);
        assert_eq!(line(&run).unwrap().matches('\n').count(), 1);
        let one = line(&run).unwrap();
        run.wall_s += 1.0;
        assert_eq!(line(&run).unwrap(), one);
        run.virtual_s += 1.0;
        assert_ne!(line(&run).unwrap(), one);
    }
}
