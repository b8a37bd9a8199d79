//! How many of the planted values are found, how many of these chance explains, and how fast a text of a form is searched.

use super::forms::{Form, Of, Place};
use super::people::people;
use super::texts::{Draw, KINDS, planted};
use leak::{CandidatePositions, DataClass, Detector, Hit, Secret, Value};
use terms::identifiers::{InstitutionCode, MyNumber, ResidentCode};

/// So many persons also have a text and bytes.
const MOST_TEXTS: u64 = 200;
/// How long the text is that is searched for speed, in bytes.
const SPEED_TEXT: usize = 256 << 10;

/// What was planted in one form.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Recall {
    pub planted: u64,
    pub found: u64,
    /// Of those found, the ones whose hits chance explains.
    pub chance: u64,
    /// How many were missed in each kind of text.
    pub missed: [u64; KINDS as usize],
}

/// Values of so many people.
pub fn secrets(count: u64) -> Vec<Secret> {
    let mut all = people(count);
    for person in 0..count.min(MOST_TEXTS) {
        let mut draw = Draw::new("texts", person);
        let text = format!("主訴は頭痛 {} 日目の所見", draw.below(1_000_000));
        all.push(Secret { class: DataClass::MedicalRecord, person, value: Value::Text(text) });
        all.push(Secret { class: DataClass::AuthCertificate, person, value: Value::Bytes(draw.bytes(32)) });
    }
    all
}

pub fn bytes_of(secret: &Secret) -> &[u8] {
    match &secret.value {
        Value::Digits(text) | Value::Code(text) | Value::Text(text) => text.as_bytes(),
        Value::Bytes(bytes) => bytes,
    }
}

/// Plants `each` values of every class of a form.
pub fn recall(detector: &Detector, form: &Form, each: u64) -> Recall {
    let mut recall = Recall::default();
    for class in form.of.classes() {
        let of_class: Vec<usize> = (0..detector.secrets().len()).filter(|i| detector.secrets()[*i].class == *class).collect();
        for number in 0..each {
            let secret = of_class[number as usize % of_class.len()];
            let mut draw = Draw::new(&format!("{} {}", form.name, class.name()), number);
            let written = (form.write)(bytes_of(&detector.secrets()[secret]));
            let kind = number % KINDS;
            let pieces = planted(&written, form.place, kind, &mut draw);
            let (found, chance) = looked(detector, secret, &pieces);
            recall.planted += 1;
            recall.found += u64::from(found);
            recall.chance += u64::from(chance);
            recall.missed[kind as usize] += u64::from(!found);
        }
    }
    recall
}

/// Whether a value is found in pieces, and whether chance explains it.
fn looked(detector: &Detector, secret: usize, pieces: &[Vec<u8>]) -> (bool, bool) {
    let results: Vec<_> = pieces.iter().map(|p| detector.look(p)).collect();
    let mut candidates = CandidatePositions::default();
    results.iter().for_each(|r| candidates.add(&r.candidates));
    let mut hits: Vec<Hit> = results.iter().flat_map(|r| r.hits.clone()).collect();
    if let [one, two] = &results[..] {
        hits.extend(detector.joined_counted(one, two, &mut candidates));
    }
    let mut evidence = detector.evidence();
    evidence.candidates.add(&candidates);
    hits.iter().for_each(|h| evidence.hit(&detector.secrets()[h.secret], h.secret, h.low_confidence));
    let class = detector.secrets()[secret].class;
    let weighed = evidence.weigh();
    let is_chance = |hit: &&Hit| weighed.iter().any(|w| (w.class, w.form) == (class, hit.low_confidence) && w.is_chance());
    let mine: Vec<&Hit> = hits.iter().filter(|h| h.secret == secret).collect();
    (!mine.is_empty(), !mine.is_empty() && mine.iter().all(is_chance))
}

/// The value that the examples are of, or another one.
pub fn value_of_nobody(of: Of, number: u64) -> Vec<u8> {
    let mut draw = Draw::new("nobody", number);
    match of {
        Of::Numbers if number == 0 => MyNumber::from_body(87_121_362_482).reveal().into(),
        Of::Numbers if number.is_multiple_of(2) => MyNumber::from_body(draw.below(100_000_000_000)).reveal().into(),
        Of::Numbers => ResidentCode::from_body(draw.below(10_000_000_000)).reveal().into(),
        Of::Codes => {
            let mut bytes = [0; 16];
            bytes.copy_from_slice(&draw.bytes(16));
            InstitutionCode::from_bytes(bytes).reveal().into()
        }
        Of::Texts => format!("主訴は頭痛 {} 日目の所見", draw.below(1_000_000)).into(),
        Of::Bytes => draw.bytes(32),
    }
}

/// Seconds of processor time that this thread has had (Linux): other processes do not count.
fn seconds() -> Option<f64> {
    let times = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    times.split(' ').next()?.parse::<f64>().ok().map(|nanoseconds| nanoseconds / 1e9)
}

/// How many MiB of a text of the form are searched in a second of processor time. All values in it are of nobody.
pub fn speed(detector: &Detector, form: &Form) -> Option<f64> {
    let mut text = Vec::new();
    let mut number = 0;
    while text.len() < SPEED_TEXT {
        text.extend((form.write)(&value_of_nobody(form.of, number)));
        text.extend(if form.place == Place::Alone { b"\0".as_slice() } else { b" \n" });
        number += 1;
    }
    let (start, mut rounds) = (seconds()?, 0);
    while rounds == 0 || seconds()? < start + 0.05 {
        std::hint::black_box(detector.look(std::hint::black_box(&text)).hits.len());
        rounds += 1;
    }
    Some(text.len() as f64 * f64::from(rounds) / (seconds()? - start) / f64::from(1 << 20))
}
