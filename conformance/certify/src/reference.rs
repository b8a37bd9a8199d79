//! What a broker under test is configured with: the facilities and insurers of everything that is played with it.

use crate::{select, story};
use scenarios::live::together::grouped;
use scenarios::population::Reference;
use sim::clock::japan;
use sim::terms::design::Design;
use sim::terms::roles::Zone;

/// Today in Japan.
pub fn today() -> jiff::civil::Date {
    scenarios::live::now().to_zoned(japan()).date()
}

/// What a broker of a site must be configured with: the facilities and insurers of everything that is played with it today.
///
/// # Errors
/// If the scenarios that come with the tool cannot be read or drawn.
pub fn reference(seed: u64, design: &Design) -> Result<Reference, String> {
    let kit = story::scenario().map_err(|e| e.to_string())?;
    let mut all = Reference::of(seed, &kit, today()).map_err(|e| e.to_string())?;
    let mut playable = vec![kit.planned(seed)];
    for suite in select::suites() {
        let scenarios = suite.scenarios().map_err(|e| e.to_string())?.into_iter().map(|s| s.planned(seed));
        playable.extend(scenarios.filter(|s| select::why_not(s, Zone::Broker, design).is_none()));
    }
    for group in grouped(playable, seed).map_err(|e| e.to_string())? {
        all.add(Reference::of(seed, &group.scenario, today()).map_err(|e| e.to_string())?);
    }
    Ok(all)
}
