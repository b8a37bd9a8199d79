//! `shikaku load`: plays load studies.

use crate::exit::{Exit, usage};
use clap::Args;
use scenarios::Variant;
use scenarios::load::{LoadOrder, play};
use std::time::Duration;

#[derive(Args)]
pub struct LoadArgs {
    name: String,
    #[arg(long)]
    minutes: Option<f64>,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[arg(long)]
    facilities: Option<u64>,
}

pub fn load(args: &LoadArgs) -> anyhow::Result<Exit> {
    let scenario = crate::run::scenario(&args.name)?;
    let Some(part) = &scenario.load else { return Err(usage("no load")) };
    let mut load = part.clone();
    if let Some(m) = args.minutes {
        load = load.cut_to(Duration::from_secs_f64(m * 60.0));
    }
    if let Some(n) = args.facilities {
        load = load.spread_over(n);
    }
    let order = LoadOrder { variant: Variant::Certificate, seed: args.seed, load };
    let loaded = play(&scenario, &order)?;
    let m = &loaded.meter;
    println!("{:?}", m.outcomes);
    let per = (loaded.wall_time - loaded.setup_time).as_secs_f64() / m.came as f64 * 1e6;
    println!(
        "came {} ended {} virtual {:?} wall {:?} setup {:?} open {} per check {per:.1} us wire {}",
        m.came, m.ended, loaded.virtual_time, loaded.wall_time, loaded.setup_time, loaded.facilities_open, loaded.wire_sha256
    );
    for s in &loaded.stations {
        println!("{} arrived {} served {} shed {} wait {}", s.name, s.arrived, s.served, s.shed, s.wait_ns as f64 / 1e6 / s.served as f64);
    }
    for (i, t) in m.steps.iter().enumerate() {
        println!("{} n {} p50 {} p99 {}", i + 1, t.len(), t.value_at_quantile(0.5), t.value_at_quantile(0.99));
    }
    Ok(Exit::Held)
}
