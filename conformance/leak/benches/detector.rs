//! Throughput of the leak detector over text, beside a plain scan of the same bytes: with a thousand people and with a million.

use aho_corasick::AhoCorasick;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use leak::Detector;
use std::hint::black_box;
use texts::{SIZE, people, texts};

mod texts;

const LARGE: usize = 1 << 30;

fn bench(c: &mut Criterion) {
    let detectors =
        [1_000u64, 1_000_000].map(|count| (count, Detector::new(people(count), &[]).expect("every value can be searched for")));
    let automaton = AhoCorasick::new(["My Number", "個人番号", "123456789018"]).expect("the automaton is small");
    for (name, text) in texts() {
        let mut group = c.benchmark_group(name);
        group.throughput(Throughput::Bytes(text.len() as u64)).sample_size(10);
        if name != "random" {
            group.bench_function("memchr", |b| b.iter(|| memchr::memchr(0xFD, black_box(&text))));
        }
        group.bench_function("aho-corasick", |b| b.iter(|| automaton.find_iter(black_box(&text)).count()));
        for (count, detector) in &detectors {
            let result = detector.look(&text);
            assert!(result.hits.iter().all(|h| h.low_confidence.is_some()), "{name}: {:?}", result.hits.first());
            group.bench_function(format!("{count} people"), |b| b.iter(|| detector.look(black_box(&text)).hits.len()));
        }
        group.finish();
    }
    // More than fits into any cache, like a file: here a plain scan waits for memory too.
    let (_, prose) = texts().swap_remove(0);
    let large = prose.repeat(LARGE / SIZE);
    let mut group = c.benchmark_group("prose from memory");
    group.throughput(Throughput::Bytes(large.len() as u64)).sample_size(10);
    group.bench_function("memchr", |b| b.iter(|| memchr::memchr(0xFD, black_box(&large))));
    group.bench_function("aho-corasick", |b| b.iter(|| automaton.find_iter(black_box(&large)).count()));
    for (count, detector) in &detectors {
        group.bench_function(format!("{count} people"), |b| b.iter(|| detector.look(black_box(&large)).hits.len()));
    }
    group.finish();
}

criterion_group!(detector, bench);
criterion_main!(detector);
