//! The criteria: one row each.

use crate::document::Adversary;
use crate::measure::outcomes::{Ending, share};
use crate::summary::Summary;

/// Where a criterion comes from.
#[derive(Clone, Copy, Debug)]
pub enum From {
    /// From recordings alone, seed by seed.
    Recordings(fn(&Summary) -> Option<f64>),
    /// The sum of a group of items, divided by the sum of another and multiplied.
    Book { group: &'static str, payer: Option<&'static str>, over: Option<&'static str>, times: f64 },
}

/// What a criterion is about. The table has a part for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Cost,
    Errors,
    Outages,
    Exposure,
    Linkability,
    Work,
}

impl Group {
    /// In the order of the table.
    pub const ALL: [Group; 6] = [Group::Cost, Group::Errors, Group::Outages, Group::Exposure, Group::Linkability, Group::Work];

    /// The stable id.
    pub fn id(self) -> &'static str {
        match self {
            Group::Cost => "cost",
            Group::Errors => "errors",
            Group::Outages => "outages",
            Group::Exposure => "exposure",
            Group::Linkability => "linkability",
            Group::Work => "work",
        }
    }
}

/// One criterion. Its texts are in the translations, under its id.
#[derive(Clone, Copy, Debug)]
pub struct Criterion {
    pub id: &'static str,
    pub group: Group,
    /// The id of the unit.
    pub unit: &'static str,
    /// Whether a lower figure is better.
    pub lower_is_better: bool,
    pub from: From,
}

type Recorded = fn(&Summary) -> Option<f64>;

const fn recorded(group: Group, id: &'static str, unit: &'static str, of: Recorded) -> Criterion {
    Criterion { id, group, unit, lower_is_better: true, from: From::Recordings(of) }
}

const fn joined(id: &'static str, of: Recorded) -> Criterion {
    recorded(Group::Linkability, id, "share-people", of)
}

const fn served(id: &'static str, of: Recorded) -> Criterion {
    Criterion { id, group: Group::Outages, unit: "share-visits", lower_is_better: false, from: From::Recordings(of) }
}

const fn assumed(group: Group, id: &'static str, unit: &'static str, from: From) -> Criterion {
    Criterion { id, group, unit, lower_is_better: true, from }
}

const fn sum(group: &'static str, times: f64) -> From {
    From::Book { group, payer: None, over: None, times }
}

const fn cost(id: &'static str, payer: &'static str) -> Criterion {
    assumed(Group::Cost, id, "bn-yen", From::Book { group: "cost", payer: Some(payer), over: None, times: 1e-9 })
}

const fn rate(id: &'static str, group: &'static str) -> Criterion {
    assumed(Group::Errors, id, "per-million", sum(group, 1.0))
}

/// All criteria, in the order of the table.
pub const ALL: &[Criterion] = &[
    assumed(Group::Cost, "cost-check", "yen", From::Book { group: "cost", payer: None, over: Some("checks"), times: 1.0 }),
    cost("cost-facilities", "facilities"),
    cost("cost-centre", "centre"),
    cost("cost-insurers", "insurers"),
    cost("cost-people", "people"),
    rate("wrong-acceptances", "wrong-acceptances"),
    rate("wrong-refusals", "wrong-refusals"),
    rate("disclosures", "disclosures"),
    assumed(Group::Errors, "returned-claims", "thousands-year", sum("returns", 1e-3)),
    served("up-jpki", |s| down(s, "jpki")),
    served("up-insurers", |s| down(s, "insurer")),
    served("up-line", |s| down(s, "line")),
    served("up-broker", |s| down(s, "broker")),
    recorded(Group::Exposure, "must-broken", "rules", |s| Some(s.must_broken() as f64)),
    recorded(Group::Exposure, "exposure", "cells", Summary::exposed_cells),
    joined("join-2", |s| s.joined(Adversary::Facilities(2))),
    joined("join-10", |s| s.joined(Adversary::Facilities(10))),
    joined("join-all", |s| s.joined(Adversary::AllFacilities)),
    joined("join-kept", Summary::joined_from_kept),
    joined("join-broker", |s| s.joined(Adversary::Broker)),
    joined("join-jpki", |s| s.joined(Adversary::Jpki)),
    joined("join-insurer", |s| s.joined(Adversary::Insurer)),
    recorded(Group::Work, "time-median", "seconds", |s| s.traffic.time_s(0.5)),
    recorded(Group::Work, "time-99", "seconds", |s| s.traffic.time_s(0.99)),
    assumed(Group::Work, "counter-time", "seconds", sum("counter-time", 1.0)),
    Criterion { lower_is_better: false, ..recorded(Group::Work, "load-held", "checks-second", Summary::load_held) },
    recorded(Group::Work, "messages", "messages", |s| s.per_visit(s.traffic.messages)),
    recorded(Group::Work, "bytes", "kilobytes", |s| Some(s.per_visit(s.traffic.bytes)? / 1000.0)),
    recorded(Group::Work, "signatures", "signatures", |s| s.per_visit(s.traffic.signatures())),
    recorded(Group::Work, "jpki-requests", "requests", |s| s.per_visit(s.traffic.jpki_requests)),
];

/// The share of visits that ended correctly while a party was down. What is down is named as in journals.
fn down(summary: &Summary, what: &str) -> Option<f64> {
    let hours = summary.by_fault.iter().filter(|(name, _)| name.starts_with(what)).flat_map(|(_, hours)| hours.values());
    let mut all = crate::measure::outcomes::Endings::new();
    for endings in hours {
        endings.iter().for_each(|(ending, n)| *all.entry(*ending).or_default() += n);
    }
    share(&all, Ending::Right)
}

/// The criterion with that id.
pub fn find(id: &str) -> Option<&'static Criterion> {
    ALL.iter().find(|c| c.id == id)
}
