//! How fast a detector searches the texts of the bench: `cargo run --release -p leak --example speed -- PEOPLE [TEXT|FILE]…`, in
//! MiB a second of processor time, the best of five rounds (Linux). Of a file, the first 4 MiB are searched.
#![allow(clippy::print_stdout, reason = "it is what the example is for")]

use leak::Detector;
use texts::{people, texts};

#[path = "../benches/texts.rs"]
mod texts;

/// Seconds of processor time that this thread has had: other processes do not count.
fn seconds() -> Result<f64, Box<dyn std::error::Error>> {
    let times = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds: f64 = times.split(' ').next().ok_or("no processor time")?.parse()?;
    Ok(nanoseconds / 1e9)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let count: u64 = arguments.next().ok_or("how many people?")?.parse()?;
    let wanted: Vec<String> = arguments.collect();
    let start = seconds()?;
    let detector = Detector::new(people(count), &[])?;
    println!("{count} people: tables in {:.2} s", seconds()? - start);
    let mut all: Vec<(String, Vec<u8>)> = texts().into_iter().map(|(name, text)| (name.to_string(), text)).collect();
    all.retain(|(name, _)| wanted.is_empty() || wanted.contains(name));
    for file in wanted.iter().filter(|w| w.contains('/')) {
        let mut text = std::fs::read(file)?;
        text.truncate(texts::SIZE);
        all.push((file.clone(), text));
    }
    for (name, text) in all {
        let mut best = f64::INFINITY;
        for _ in 0..5 {
            let (start, mut rounds) = (seconds()?, 0);
            while seconds()? < start + 0.1 {
                std::hint::black_box(detector.look(std::hint::black_box(&text)).hits.len());
                rounds += 1;
            }
            best = best.min((seconds()? - start) / f64::from(rounds));
        }
        println!("{name:>10} {:8.1}", text.len() as f64 / best / f64::from(1 << 20));
    }
    Ok(())
}
