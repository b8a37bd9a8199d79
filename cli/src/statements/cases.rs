//! Whether a certification lists every case of its role. What was not played is *not-reached*, so a list that is shorter hides
//! something.

use super::again::{mock, said_tool, tool};
use ::certify::logs;
use ::certify::session::{Scope, every_case};
use ::certify::sut::zone_of;
use scenarios::designs;
use statement::escape::escaped;
use statement::{CaseOutcome, Certification};
use std::collections::BTreeSet;

/// The most missing cases that are named.
const NAMED: usize = 5;

/// The cases of its role, design and claims that a certification does not list, as problems that can be shown.
///
/// # Errors
/// Why that is not known: the cases of another version are others.
pub fn missing_cases(certification: &Certification) -> Result<Vec<String>, String> {
    let (c, ours) = (certification, tool());
    let other_version = || format!("this tool has other cases: verify with the version that certified, {}", said_tool(c));
    if c.contract != contract::VERSION || (c.tool.name.as_str(), c.tool.version.as_str()) != (&ours.name, &ours.version) {
        return Err(other_version());
    }
    let zone = zone_of(&c.role).ok_or_else(|| format!("`{}` is not a role that is certified", escaped(&c.role)))?;
    let design = designs::find(&c.design).ok_or_else(|| format!("there is no design `{}`", escaped(&c.design)))?;
    // One case is in the place of those that need commands or records, and says that they are not there.
    let stands_in = |name: &str| c.cases.iter().any(|case| case.name == name && case.outcome == CaseOutcome::NotReached);
    let scope = Scope {
        zone,
        design: &design,
        seed: c.seed,
        is_self_test: c.product == mock(),
        can_be_stopped: !stands_in(::certify::probe::all::RESTART.0),
        has_records: !stands_in(::certify::probe::all::RECORD.0),
    };
    let stated: BTreeSet<&str> = c.cases.iter().map(|case| case.name.as_str()).collect();
    let is_missing = |name: &str| match name {
        logs::NAME => !stated.iter().any(|name| logs::is_of_search(name)),
        name => !stated.contains(name),
    };
    let missing: Vec<String> = every_case(&scope)?.into_iter().map(|case| case.name).filter(|name| is_missing(name)).collect();
    if missing.is_empty() {
        return Ok(Vec::new());
    }
    if c.tool.commit != ours.commit {
        return Err(other_version());
    }
    let more = if missing.len() > NAMED { format!(" and {} more", missing.len() - NAMED) } else { String::new() };
    let first = missing[..missing.len().min(NAMED)].join(", ");
    Ok(vec![format!("{} cases of the role are not listed: {first}{more}", missing.len())])
}
