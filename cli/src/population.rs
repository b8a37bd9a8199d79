//! `shikaku population`.

use crate::exit::{self, Exit, usage};
use crate::file::{AtomicFile, Places};
use crate::{output, progress, run};
use clap::Args;
use scenarios::population::Disclosure;
use sim::people::Population;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

pub const ABOUT: &str = "\
Print the people of a seed with their secrets\n\n\
One JSON object per line: index, my_number, resident_code, institution_codes (by field; none for people who did not opt in), \
name, birth, sex, insurance, certificates. These are all the secrets of fictitious people; `shikaku scan` searches for them. A \
file is written atomically, and on Unix only its owner can read it (mode 0600).";

const EXAMPLES: &str = "\
Examples:
  shikaku population --seed 7 --persons 1000 --out people.ndjson
  shikaku population --seed 7 --scenario everyday-visit     the people of that run
  shikaku population --seed 7 --scenario my.toml --out people.ndjson";

#[derive(Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{}", exit::HELP))]
pub struct PopulationArgs {
    /// The seed from which they are drawn; if not given, that of a plan, else 1
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    seed: Option<u64>,
    /// Number of people, from 1 to 200000000; a larger number keeps the first ones
    #[arg(long, value_name = "N", required_unless_present = "scenario", value_parser = persons)]
    persons: Option<u64>,
    /// The people of a scenario's run instead, with the scenario's changes
    #[arg(long, value_name = "NAME|FILE", conflicts_with = "persons")]
    scenario: Option<String>,
    /// Write them to this file instead of stdout
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

fn persons(text: &str) -> Result<u64, String> {
    let bounds = format!("a population has 1 to {} people", Population::MAX_SIZE);
    let number: u64 = text.parse().map_err(|_| format!("not a whole number: {bounds}"))?;
    match (1..=Population::MAX_SIZE).contains(&number) {
        true => Ok(number),
        false => Err(bounds),
    }
}

pub fn run(args: PopulationArgs) -> anyhow::Result<Exit> {
    let people = match (&args.scenario, args.persons) {
        (Some(name), _) => {
            let scenario = run::scenario(name)?;
            Disclosure::of_scenario(args.seed.or(scenario.plan_seed).unwrap_or(1), &scenario)
        }
        (None, persons) => Disclosure::drawn(args.seed.unwrap_or(1), persons.unwrap_or(1)),
    };
    let people = people.map_err(|e| usage(e.to_string()))?;
    match &args.out {
        None => write(&people, output::writer(), &output::is_closed)?,
        Some(path) => {
            Places::reading(args.scenario.as_ref()).writes("--out", path)?;
            let mut file = AtomicFile::private("--out", path)?;
            let written = write(&people, file.writer(), &|| false);
            written.map_err(|e| file.not_written(&e))?;
            file.keep()?;
        }
    }
    Ok(Exit::Held)
}

/// Writes everybody, until nobody reads it any more.
fn write(people: &Disclosure, out: impl Write, is_closed: &dyn Fn() -> bool) -> anyhow::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, out);
    let bar = progress::people(people.count());
    for (written, person) in (0..people.count()).map_while(|i| people.person(i)).enumerate() {
        serde_json::to_writer(&mut out, &person).map_err(std::io::Error::from)?;
        out.write_all(b"\n")?;
        if written % 1024 == 0 {
            bar.set_position(written as u64);
            if is_closed() {
                break;
            }
        }
    }
    out.flush()?;
    bar.finish_and_clear();
    Ok(())
}
