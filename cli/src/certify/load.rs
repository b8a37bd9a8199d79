//! `shikaku certify ROLE --load`: what is asked of the system, from the options and the configuration.

use crate::exit::usage;
use crate::run::select;
use ::certify::probe::load::Plan;
use ::certify::probe::load::level::ServiceLevel;
use ::certify::sut::Configured;
use clap::Args;
use std::time::Duration;

/// What is asked where neither option nor configuration says otherwise.
const RATE: f64 = 100.0;
const LASTS: Duration = Duration::from_secs(10);
const CONNECTIONS: usize = 32;
/// More than that no machine of the testbed can send.
const MOST_RATE: f64 = 100_000.0;
const LONGEST: Duration = Duration::from_secs(3600);
const SHORTEST: Duration = Duration::from_secs(1);
const MOST_CONNECTIONS: usize = 1_000;

#[derive(Args)]
pub struct LoadArgs {
    /// Put the system under load and compare with a service level; nothing else is played
    #[arg(long, conflicts_with_all = ["only", "quick", "out"])]
    load: bool,
    /// Requests a second on average; they arrive whether or not earlier ones have been answered [default: 100]
    #[arg(long, value_name = "N", requires = "load")]
    rate: Option<f64>,
    /// For how long: 10s, 1m [default: 10s]
    #[arg(long, value_name = "TIME", requires = "load", value_parser = seconds)]
    seconds: Option<Duration>,
    /// Over how many kept connections [default: 32]
    #[arg(long, value_name = "N", requires = "load")]
    connections: Option<usize>,
    /// What must hold, such as p99=250ms or failed=0.1%; several can be given [default: p99=1s and failed=0%]
    #[arg(long, value_name = "LEVEL", requires = "load")]
    service_level: Vec<ServiceLevel>,
}

/// A number of seconds, or a time with its unit.
fn seconds(text: &str) -> Result<Duration, String> {
    match text.parse() {
        Ok(seconds) => Ok(Duration::from_secs(seconds)),
        Err(_) => select::time(text),
    }
}

impl LoadArgs {
    /// The plan, if load is wanted. Options come before the configuration.
    pub fn plan(&self, configured: Option<&Configured>) -> anyhow::Result<Option<Plan>> {
        if !self.load {
            return Ok(None);
        }
        let wanted = configured.map(|c| c.sut.load.clone()).unwrap_or_default();
        let levels = match (self.service_level.is_empty(), wanted.service_level.is_empty()) {
            (false, _) => self.service_level.clone(),
            (true, false) => {
                let read: Result<Vec<ServiceLevel>, String> = wanted.service_level.iter().map(|text| text.parse()).collect();
                read.map_err(|e| usage(format!("load.service-level: {e}")))?
            }
            (true, true) => ServiceLevel::usual(),
        };
        let plan = Plan {
            rate: self.rate.or(wanted.rate).unwrap_or(RATE),
            lasts: self.seconds.or(wanted.seconds.map(Duration::from_secs)).unwrap_or(LASTS),
            connections: self.connections.or(wanted.connections).unwrap_or(CONNECTIONS),
            levels,
        };
        if !(plan.rate > 0.0 && plan.rate <= MOST_RATE) {
            return Err(usage(format!("--rate: {} is not a rate between 0 and {MOST_RATE} requests a second", plan.rate)));
        }
        if plan.lasts < SHORTEST || plan.lasts > LONGEST {
            return Err(usage(format!("--seconds: {:?} is not between 1s and {LONGEST:?}", plan.lasts)));
        }
        if !(1..=MOST_CONNECTIONS).contains(&plan.connections) {
            return Err(usage(format!("--connections: {} is not between 1 and {MOST_CONNECTIONS}", plan.connections)));
        }
        Ok(Some(plan))
    }
}
