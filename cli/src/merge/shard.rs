//! One part's results.

use crate::exit::usage;
use crate::output::Shown;
use reports::results::{Head, ReadError, Reader, Run, RunsDigest, SCHEMA, differences};
use scenarios::file::bounded;
use scenarios::partition::{self, Partition};
use sim::terms::shown::line;
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
    // The message of a reader repeats what it has read.
    usage(format!("{}: {}", file.shown(), line(&what.to_string())))
}

fn open(file: &Path) -> anyhow::Result<Reader<File>> {
    let opened = bounded::open(file, u64::MAX)
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
        if head.schema != SCHEMA {
            return Err(wrong(
                file,
                format!("the schema is `{}`: merge it with the version of shikaku that wrote it", head.schema),
            ));
        }
        for (member, stated) in
            [("commit", head.commit.is_some()), ("engine", head.engine.is_some()), ("rules", head.rules.is_some())]
        {
            if !stated {
                return Err(wrong(file, format!("it has no `{member}`, so it is not known whether it was made like the others")));
            }
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

    /// Why another shard is not part of the same sweep: what the heads state differently.
    pub fn differs(&self, other: &Shard) -> Option<String> {
        let parts = |p: &Partition| p.other(0).to_string().replace(":0/", ":I/");
        let (mine, theirs) = (parts(&self.partition), parts(&other.partition));
        let partition = (mine != theirs).then(|| format!("`partition`: {mine} and {theirs}"));
        let differing: Vec<String> =
            differences(&self.head, &other.head).iter().map(|d| d.to_string()).chain(partition).collect();
        // The plans are compared whole too, in case they have a member that the differences do not name.
        match differing.is_empty() {
            true if self.head.plan != other.head.plan => Some("they differ in `plan`".into()),
            true => None,
            false => Some(format!("they differ in {}", differing.join("; "))),
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
