//! The machine of a measurement. Nothing here names a host, a user or a path.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The machine, as far as it matters for how fast it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Machine {
    /// The processor, by the name that it gives itself.
    pub cpu: String,
    /// How many threads of this process it works on at once.
    pub cores: u64,
    /// Operating system and kind of processor.
    pub os: String,
}

impl Machine {
    /// The machine on which this runs.
    pub fn this() -> Self {
        let cpuinfo = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        Machine {
            cpu: model(&cpuinfo).unwrap_or(std::env::consts::ARCH).to_string(),
            cores: std::thread::available_parallelism().map_or(1, |n| n.get() as u64),
            os: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
        }
    }
}

/// The model in Linux's report of its processors.
pub(super) fn model(cpuinfo: &str) -> Option<&str> {
    let named = cpuinfo.lines().filter_map(|line| line.split_once(':')).find(|(key, _)| key.trim() == "model name")?;
    Some(named.1.trim()).filter(|name| !name.is_empty())
}
