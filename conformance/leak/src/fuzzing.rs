//! Properties that must hold for any bytes; called by the fuzz targets and by property tests.
#![allow(clippy::missing_panics_doc, reason = "a panic is how these report a failed property")]

use super::views;
use super::{Detector, Secret, Value};
use crate::DataClass;
use std::sync::LazyLock;

#[cfg(test)]
mod corpus;

static DETECTOR: LazyLock<Option<Detector>> = LazyLock::new(|| {
    let secret = |class, value| Secret { class, person: 0, value };
    let secrets = vec![
        secret(DataClass::MyNumber, Value::Digits("123456789018".into())),
        secret(DataClass::InstitutionCode, Value::Code("ABCDEFGHIJKLMNOPQRSTUVWXY2".into())),
        secret(DataClass::MedicalRecord, Value::Text("a distinctive text".into())),
        secret(DataClass::AuthCertificate, Value::Bytes((1..40).collect())),
    ];
    Detector::new(secrets, &[b"key".to_vec()]).ok()
});

/// No bytes make a search panic, and what it finds is in them.
pub fn look(bytes: &[u8]) {
    let Some(detector) = &*DETECTOR else { return };
    for result in [detector.look(bytes), detector.look_at_ciphertext(bytes)] {
        assert!(result.hits.iter().all(|h| h.start < h.end && h.end <= bytes.len() as u64));
        let _ = detector.joined(&result, &result);
    }
}

/// A stream finds the same, wherever it is cut.
pub fn stream_equals_look(bytes: &[u8]) {
    let Some(detector) = &*DETECTOR else { return };
    let [cut, bytes @ ..] = bytes else { return };
    let mut stream = detector.stream();
    bytes.chunks(usize::from(*cut) + 1).for_each(|chunk| stream.push(chunk));
    assert!(stream.finish() == detector.look(bytes));
}

/// Every decoder keeps the positions of what it decodes.
pub fn decoders(bytes: &[u8]) {
    let mut all = vec![views::unescaped(bytes), views::unquoted(bytes), views::from_jis(bytes)];
    views::narrowed(bytes, |view| all.push(view));
    views::halved(bytes, |view| all.push(view));
    for view in all {
        assert!(view.from.len() == view.bytes.len() + 1);
        assert!(view.from.is_sorted() && view.from.iter().all(|from| *from as usize <= bytes.len()));
    }
    for stretch in [views::escaped(bytes), views::quoted(bytes), views::in_jis(bytes)].into_iter().flatten() {
        assert!(stretch.start < stretch.end && stretch.end <= bytes.len());
    }
}
