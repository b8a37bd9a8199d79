//! The body of the fuzz target over files that are drawn from a fixed seed: the cases of this folder, changed, cut and joined. `SHIKAKU_FUZZ_INPUTS` asks for
//! another number of them; `.ci/night` asks for ten million.

use super::HELD;
use super::counting::counted;
use unpack::fuzzing::{self, BOUNDS};

/// SplitMix64: a few lines, and the same numbers everywhere.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) as usize
    }

    fn file(&mut self, corpus: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = corpus[self.next() % corpus.len()].clone();
        for _ in 0..self.next() % 8 {
            let at = self.next() % bytes.len();
            bytes[at] = self.next() as u8;
        }
        if self.next().is_multiple_of(3) {
            bytes.truncate(self.next() % bytes.len() + 1);
        }
        if self.next().is_multiple_of(3) {
            let other = &corpus[self.next() % corpus.len()];
            let (from, at) = (self.next() % other.len(), self.next() % bytes.len());
            bytes.splice(at..at, other[from..(from + 600).min(other.len())].iter().copied());
        }
        bytes
    }
}

#[test]
fn drawn_files_stay_in_bounds() {
    let inputs: u64 = std::env::var("SHIKAKU_FUZZ_INPUTS").ok().and_then(|n| n.parse().ok()).unwrap_or(2_000);
    let folder = format!("{}/tests/cases", env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let corpus: Vec<Vec<u8>> = paths.iter().map(|path| std::fs::read(path).unwrap()).collect();
    let mut draw = Draw(7);
    for number in 0..inputs {
        let bytes = draw.file(&corpus);
        let (_, used) = counted(|| fuzzing::unpack(&bytes));
        let most = HELD * BOUNDS.memory * (BOUNDS.depth + 1);
        assert!(used.most_held <= most, "input {number}: {} KiB held", used.most_held >> 10);
    }
}
