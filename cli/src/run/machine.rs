//! What runs need of the machine: said before they start, and bounded, so that a small file cannot ask for all of it.

use crate::exit::usage;
use crate::output;
use clap::Args;
use reports::rules::Lang;
use reports::texts::say;
use scenarios::estimate::Estimate;
use scenarios::file::Scenario;
use sim::terms::shown;

/// From these on, what a run needs is said.
const WORTH_BYTES: u64 = 500_000_000;
const WORTH_SECONDS: f64 = 10.0;

#[derive(Args)]
pub struct MachineArgs {
    /// The most memory that runs may need by their estimate, all that are played at once together
    #[arg(long, value_name = "SIZE", default_value = "4GB", value_parser = size)]
    max_memory: u64,
}

/// Reads `500MB` or `4GB`.
fn size(text: &str) -> Result<u64, String> {
    let wrong = || format!("`{text}` is not a size such as 500MB or 4GB, up to 1000TB");
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let unit = match unit.trim() {
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        "TB" => 1_000_000_000_000,
        _ => return Err(wrong()),
    };
    number.checked_mul(unit).filter(|bytes| (1..=1_000_000_000_000_000).contains(bytes)).ok_or_else(wrong)
}

/// `about 3.5 GB and 90 s`, if that is much.
pub fn in_words(need: Estimate, lang: Lang) -> Option<String> {
    let much = need.memory > WORTH_BYTES || need.seconds > WORTH_SECONDS;
    let (memory, seconds) = (bytes_in_words(need.memory), format!("{:.0}", need.seconds));
    much.then(|| say(lang, "needs-of", &[("memory", &memory), ("seconds", &seconds)]))
}

fn bytes_in_words(bytes: u64) -> String {
    match bytes {
        ..1_000_000_000 => format!("{} MB", bytes / 1_000_000),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}

impl MachineArgs {
    /// Says what the largest of some runs needs, of which so many are played at once.
    ///
    /// # Errors
    /// If that is more than is allowed.
    pub fn admit(&self, scenarios: &[Scenario], at_once: u64) -> anyhow::Result<()> {
        let all = scenarios.iter().map(|s| (s.estimate(), s));
        let Some((need, of)) = all.max_by_key(|(need, _)| need.memory) else { return Ok(()) };
        let name = shown::line(&of.source);
        let together = need.memory.saturating_mul(at_once.max(1));
        if together > self.max_memory {
            let jobs = if at_once > 1 { format!(", and {at_once} are played at once") } else { String::new() };
            return Err(usage(format!(
                "`{name}` needs about {} for each run{jobs}, more than {}: it has {} people, {} facilities and its visits; make it \
                 smaller, give fewer --jobs, or allow more with --max-memory",
                bytes_in_words(need.memory),
                bytes_in_words(self.max_memory),
                of.people,
                of.facilities,
            )));
        }
        if let Some(needs) = in_words(need, Lang::En) {
            output::note(&format!("each run of `{name}` needs {needs}"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units_and_bounds() {
        assert_eq!((size("500MB"), size("4 GB"), size("1TB")), (Ok(500_000_000), Ok(4_000_000_000), Ok(1_000_000_000_000)));
        for wrong in ["", "4", "GB", "-1GB", "0MB", "1.5GB", "18446744073709551615TB", "1001TB", "4GiB"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }
}
