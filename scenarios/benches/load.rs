//! The cost of one check in a load study, on the event engine: on kept connections and with a handshake each, with real and with
//! modelled cryptography.
//!
//! Each iteration plays a study of a virtual minute, without its setup; the figure is per check.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use scenarios::file::{Library, Scenario};
use scenarios::load::{LoadOrder, play};
use scenarios::{Crypto, designs};

/// Twenty visits per second to this many facilities.
fn study(facilities: u64) -> Scenario {
    let text = format!(
        "title = {{ ja = \"x\", en = \"x\" }}\nstory = \"x\"\npeople = 200\n[load]\nsource = \"bench\"\nrate = \"20 per second\"\n\
         lasts = \"60s\"\n[[load.kind]]\nkind = \"hospital\"\nfacilities = {facilities}\nvisits = \"100 %\"\nreaders = 1000\n"
    );
    Scenario::read("bench.toml", &text, &Library::none()).unwrap_or_else(|e| panic!("{e}"))
}

fn benches(c: &mut Criterion) {
    let mut group = c.benchmark_group("load/check");
    group.sample_size(10);
    // With 20 facilities nearly all checks are on kept connections, with 100,000 nearly none.
    for (name, study) in [("kept", study(20)), ("handshake", study(100_000))] {
        let Some(load) = study.load.clone() else { continue };
        for crypto in Crypto::ALL {
            group.bench_function(BenchmarkId::new(name, crypto.name()), |b| {
                b.iter_custom(|times| {
                    let run = |seed| {
                        let order = LoadOrder { design: designs::certificate(), seed, crypto, load: load.clone() };
                        let loaded = play(&study, &order, &Default::default()).unwrap_or_else(|e| panic!("{e}"));
                        (loaded.wall_time - loaded.setup_time) / loaded.meter.came as u32
                    };
                    (0..times).map(run).sum()
                });
            });
        }
    }
    group.finish();
}

criterion_group!(load, benches);
criterion_main!(load);
