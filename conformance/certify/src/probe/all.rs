//! All probes.

use super::{Probe, Which};
use super::{
    answers, body, checks, facilities, feeds, forms, headers, http, jpki, neighbours, numbers, parties, records, restarts,
    rounds, tls, validity,
};
use crate::outcome::{Case, CaseOutcome};
use sim::terms::roles::Zone;

/// The cases that stand for the probes that need commands, and those that need audit records, where the configuration has none.
pub const RESTART: (&str, &str) = ("restart", "The system is stopped in the middle and started again");
pub const RECORD: (&str, &str) = ("record", "The audit records are exported");

/// All probes of a server, in order.
pub fn all(which: &Which<'_>) -> Vec<Probe> {
    let (zone, good) = (which.zone, which.good);
    let is_signed = parties::is_signed(which.design);
    let insurers_are_asked = parties::insurers_are_asked(which.design);
    let mut all = http::probes(good);
    all.extend(body::probes(good));
    all.extend(tls::probes(which));
    all.extend(rounds::probes());
    all.extend(forms::probes(zone, good));
    all.extend(headers::probes(zone, good));
    match zone {
        Zone::Broker => {
            all.extend(checks::probes());
            all.extend(facilities::probes(is_signed));
            all.extend(answers::probes());
            all.extend(validity::probes());
            all.extend(neighbours::probes(which.design.code_lookup));
            if which.has_records {
                all.extend(records::probes(which.can_be_stopped));
            }
            all.extend(feeds::probes(insurers_are_asked));
        }
        Zone::Jpki => all.extend(jpki::probes()),
        _ => all.extend(numbers::probes()),
    }
    if which.can_be_stopped {
        all.extend(restarts::probes(zone, is_signed, insurers_are_asked));
    }
    all
}

/// What cannot be played with this server, and why.
pub fn not_played(which: &Which<'_>) -> Vec<Case> {
    let why_no_restart = "the configuration names no commands that stop and start the system";
    let why_no_records = "the configuration names neither a file nor a command with audit records";
    let not = |(name, what): (&str, &str), why: &str| Case::not_played(name, what, CaseOutcome::NotReached, why);
    let mut all = Vec::new();
    if !which.can_be_stopped {
        all.push(not(RESTART, why_no_restart));
    }
    if which.zone == Zone::Broker && !which.has_records {
        all.push(not(RECORD, why_no_records));
    }
    all
}
