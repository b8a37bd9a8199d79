//! One part's results.

use crate::exit::usage;
use reports::results::{Head, OLDER_SCHEMA, ReadError, Reader, Run, RunsDigest};
use scenarios::partition::{self, Partition};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

/// A document that was read once and is internally consistent.
pub struct Shard {
    pub file: PathBuf,
    pub head: Head,
    pub partition: Partition,
    pub runs: u64,
    plan_index: PlanIndex,
}

fn wrong(file: &Path, what: impl std::fmt::Display) -> anyhow::Error {
    usage(format!("{}: {what}", file.display()))
}

fn open(file: &Path) -> anyhow::Result<Reader<File>> {
    let opened = File::open(file)
        .map_err(|e| wrong(file, format!("cannot be read: {e}; a part is a folder of --out or its results.json")))?;
    Reader::begin(opened).map_err(|e| wrong(file, e))
}

impl Shard {
    /// Reads all of it. The order of its runs and its digest are checked here, so that no error can occur once the merged results
    /// are being written.
    pub fn check(file: &Path) -> anyhow::Result<Self> {
        let err = |e: ReadError| wrong(file, e);
        let mut reader = open(file)?;
        let mut digest = RunsDigest::default();
        let mut runs = 0;
        while let Some(run) = reader.run().map_err(err)? {
            digest.take(&run)?;
            runs += 1;
        }
        let (head, tail) = reader.finish().map_err(err)?;
        if head.schema == OLDER_SCHEMA {
            return Err(wrong(
                file,
                format!("the schema is `{OLDER_SCHEMA}`: merge it with the version of shikaku that wrote it"),
            ));
        }
        let Some(partition) = &head.partition else {
            return Err(wrong(file, "it is a whole sweep, not a part: it was run without --partition"));
        };
        let partition: Partition = partition.parse().map_err(|e: String| wrong(file, e))?;
        if !tail.complete {
            return Err(wrong(file, format!("it is incomplete, with {runs} runs: run --partition {partition} again")));
        }
        if tail.digest != digest.finish() {
            return Err(wrong(file, "its digest does not match its runs: it was changed after it was written"));
        }
        let plan_index = PlanIndex::of(&head);
        let shard = Shard { file: file.to_path_buf(), head, partition, runs, plan_index };
        shard.check_order()?;
        Ok(shard)
    }

    /// Checks that each run is in the plan and in this part, and comes after the previous one. So no run is duplicated.
    fn check_order(&self) -> anyhow::Result<()> {
        let mut reader = open(&self.file)?;
        let mut last = None;
        while let Some(run) = reader.run().map_err(|e| wrong(&self.file, e))? {
            let name = || partition::name(&run.scenario, &run.design, run.seed);
            let index = self.index(&run)?;
            if !self.partition.has(index, name) {
                return Err(wrong(&self.file, format!("the run {} does not belong to the part {}", name(), self.partition)));
            }
            if last.is_some_and(|last| last >= index) {
                return Err(wrong(&self.file, format!("the run {} is duplicated or out of order", name())));
            }
            last = Some(index);
        }
        Ok(())
    }

    fn index(&self, run: &Run) -> anyhow::Result<u64> {
        let name = partition::name(&run.scenario, &run.design, run.seed);
        self.plan_index.index(run).ok_or_else(|| wrong(&self.file, format!("the run {name} is not in the plan")))
    }

    /// Why another shard is not part of the same sweep.
    pub fn differs(&self, other: &Shard) -> Option<String> {
        let (a, b) = (&self.head, &other.head);
        let both = |what: &str, a: &dyn std::fmt::Display, b: &dyn std::fmt::Display| Some(format!("{what} {a} and {b}"));
        let mutant = |h: &Head| h.mutant.clone().unwrap_or("no mutant".into());
        let parts = |p: &Partition| p.other(0).to_string().replace(":0/", ":I/");
        if (&a.tool, &a.version) != (&b.tool, &b.version) {
            both("they are of the versions", &a.version, &b.version)
        } else if a.openssl != b.openssl {
            both("they were run with", &a.openssl, &b.openssl)
        } else if (a.seed, a.last_seed) != (b.seed, b.last_seed) {
            let seeds = |h: &Head| format!("{}..{}", h.seed, h.last_seed);
            both("they have the seeds", &seeds(a), &seeds(b))
        } else if a.mutant != b.mutant {
            both("they were run with", &mutant(a), &mutant(b))
        } else if parts(&self.partition) != parts(&other.partition) {
            both("they are partitioned by", &parts(&self.partition), &parts(&other.partition))
        } else if a.plan != b.plan {
            let mut pairs = a.plan.scenarios.iter().zip(&b.plan.scenarios);
            Some(match pairs.find(|(a, b)| a != b) {
                Some((a, b)) if a.name != b.name => format!("one has the scenario `{}` where the other has `{}`", a.name, b.name),
                Some((a, b)) if a.sha256 != b.sha256 => format!("the files of the scenario `{}` differ", b.name),
                Some((a, _)) => format!("the scenario `{}` is played in different designs", a.name),
                None if a.plan.designs != b.plan.designs => "their designs differ".into(),
                None => "one has more scenarios".into(),
            })
        } else {
            None
        }
    }

    /// Its first run, if it has any, with its index in the plan.
    pub fn reopen(&self) -> anyhow::Result<Option<(u64, NextRun<'_>)>> {
        next(self, open(&self.file)?)
    }
}

/// The next run of a shard, and the reader for the rest.
pub struct NextRun<'a> {
    pub run: Run,
    shard: &'a Shard,
    rest: Reader<File>,
}

impl<'a> NextRun<'a> {
    pub fn next(self) -> anyhow::Result<Option<(u64, NextRun<'a>)>> {
        next(self.shard, self.rest)
    }
}

fn next(shard: &Shard, mut rest: Reader<File>) -> anyhow::Result<Option<(u64, NextRun<'_>)>> {
    let Some(run) = rest.run().map_err(|e| wrong(&shard.file, e))? else { return Ok(None) };
    Ok(Some((shard.index(&run)?, NextRun { run, shard, rest })))
}

/// The index of each run in the plan.
struct PlanIndex {
    first_seed: u64,
    last_seed: u64,
    per_seed: u64,
    /// By scenario: how many runs of a seed come before its own, and its designs.
    scenarios: BTreeMap<String, (u64, Vec<String>)>,
}

impl PlanIndex {
    fn of(head: &Head) -> Self {
        let mut per_seed = 0;
        let mut scenarios = BTreeMap::new();
        for scenario in &head.plan.scenarios {
            scenarios.insert(scenario.name.clone(), (per_seed, scenario.designs.clone()));
            per_seed += scenario.designs.len() as u64;
        }
        PlanIndex { first_seed: head.seed, last_seed: head.last_seed, per_seed, scenarios }
    }

    fn index(&self, run: &Run) -> Option<u64> {
        let (before, designs) = self.scenarios.get(&run.scenario)?;
        let design = match designs.iter().position(|d| *d == run.design) {
            Some(at) => at as u64,
            // A generated scenario is played in one design, which its seed draws.
            None if designs.len() == 1 => 0,
            None => return None,
        };
        let seed = run.seed.checked_sub(self.first_seed).filter(|_| run.seed <= self.last_seed)?;
        seed.checked_mul(self.per_seed)?.checked_add(before + design)
    }
}
