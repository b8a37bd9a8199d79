//! Values of people, hidden in what is shown of a run.

use leak::Detector;
use sim::ground::Ground;

/// Hides the values of a run's people in what is shown of it.
pub struct Mask(Detector);

impl Mask {
    pub fn of(ground: &Ground) -> anyhow::Result<Mask> {
        let detector = Detector::new(conformance::sightings::secrets_of(ground), &[]);
        Ok(Mask(detector.map_err(|e| anyhow::anyhow!("nothing could be masked: {e}; show everything with --reveal"))?))
    }

    /// The text with a `*` for each byte of a value, in whatever encoding.
    pub fn hide(&self, text: String) -> String {
        let hits = self.0.look(text.as_bytes()).hits;
        if hits.is_empty() {
            return text;
        }
        let mut bytes = text.into_bytes();
        for hit in hits {
            let range = usize::try_from(hit.start).unwrap_or(usize::MAX).min(bytes.len())..(hit.end as usize).min(bytes.len());
            bytes.get_mut(range).into_iter().flatten().for_each(|b| *b = b'*');
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }
}
