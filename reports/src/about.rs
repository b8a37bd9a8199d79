//! What reports on many runs are told before the first run.

use crate::results::Results;
use std::ops::RangeInclusive;

/// Which runs a report is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// Version of the tool.
    pub version: String,
    /// The OpenSSL that was linked.
    pub openssl: String,
    /// All seeds of the plan, also those of other partitions.
    pub seeds: RangeInclusive<u64>,
    /// The party that was broken on purpose, if one was.
    pub mutant: Option<String>,
    /// Which part of the plan was run, as `--partition` says it.
    pub partition: Option<String>,
}

impl About {
    /// What the result document says of its own runs.
    pub fn of(results: &Results) -> Self {
        About {
            version: results.version.clone(),
            openssl: results.openssl.clone(),
            seeds: results.seed..=results.last_seed,
            mutant: results.mutant.clone(),
            partition: results.partition.clone(),
        }
    }

    /// `seed 7`, `seeds 1 to 10`.
    pub fn seeds_in_words(&self) -> String {
        seeds_in_words(*self.seeds.start(), *self.seeds.end())
    }
}

/// `seed 7`, `seeds 1 to 10`.
pub(crate) fn seeds_in_words(first: u64, last: u64) -> String {
    if first == last { format!("seed {first}") } else { format!("seeds {first} to {last}") }
}
