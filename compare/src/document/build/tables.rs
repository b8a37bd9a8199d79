//! The tables of what recordings showed.

use super::{Compared, Inputs};
use crate::document::{Adversary, Availability, Both, CauseRow, ExposureCell, Linkability, RuleRow, Sequence, SequenceArrow};
use crate::measure::outcomes::{Ending, Endings, share};
use crate::summary::Summary;
use crate::sure::of_seeds;
use conformance::{RuleOutcome, Strength};
use std::collections::{BTreeMap, BTreeSet};

impl Inputs<'_> {
    pub(super) fn exposure(&self) -> Vec<ExposureCell> {
        let mut all = Vec::new();
        for c in self.compared {
            let exposures = || c.seeds.iter().map(|s| &s.exposure).filter(|e| e.visits > 0);
            let keys: BTreeSet<_> = exposures().flat_map(|e| e.in_visits.keys().chain(e.of_people.keys())).copied().collect();
            for (zone, class) in keys {
                let share_of = |count: Option<&u64>, all: u64| count.copied().unwrap_or_default() as f64 / all.max(1) as f64;
                let key = (zone, class);
                all.push(ExposureCell {
                    design: c.design.name.clone(),
                    zone: zone.name().into(),
                    class: class.id().into(),
                    in_visits: mean(exposures().map(|e| share_of(e.in_visits.get(&key), e.visits))),
                    of_people: mean(exposures().map(|e| share_of(e.of_people.get(&key), e.people))),
                });
            }
        }
        all
    }

    pub(super) fn linkability(&self) -> Vec<Linkability> {
        let mut all = Vec::new();
        for c in self.compared {
            let adversaries: BTreeSet<Adversary> = c.seeds.iter().flat_map(|s| s.joined.keys().copied()).collect();
            for adversary in adversaries {
                let of = |share: fn(&crate::adversary::Joined) -> Option<f64>| {
                    let values: Vec<f64> = c.seeds.iter().filter_map(|s| share(s.joined.get(&adversary)?)).collect();
                    of_seeds(&values)
                };
                all.push(Linkability {
                    design: c.design.name.clone(),
                    adversary: adversary.id(),
                    title: adversary.title(),
                    exact: of(crate::adversary::Joined::exact_share),
                    kept: of(crate::adversary::Joined::kept_share),
                    quasi: of(crate::adversary::Joined::quasi_share),
                    fields: c
                        .seeds
                        .iter()
                        .filter_map(|s| s.joining.get(&adversary))
                        .flatten()
                        .collect::<BTreeSet<_>>()
                        .into_iter()
                        .cloned()
                        .collect(),
                    people: c.seeds.iter().filter_map(|s| s.joined.get(&adversary)).map(|j| j.people).sum(),
                });
            }
        }
        all
    }

    pub(super) fn availability(&self) -> Vec<Availability> {
        let mut all = Vec::new();
        for c in self.compared {
            let mut hours: BTreeMap<(&str, u64), Vec<&Endings>> = BTreeMap::new();
            // Everyday runs have no faults: their hours are not those of an outage.
            let with_faults = c.seeds.iter().flat_map(|s| &s.by_fault).filter(|(down, _)| !down.is_empty());
            for (down, of_hour) in with_faults {
                of_hour.iter().for_each(|(hour, endings)| hours.entry((down, *hour)).or_default().push(endings));
            }
            all.extend(hours.into_iter().map(|((down, hour), seeds)| Availability {
                design: c.design.name.clone(),
                down: down.into(),
                hour,
                served: mean(seeds.iter().filter_map(|endings| share(endings, Ending::Right))),
                visits: seeds.iter().flat_map(|endings| endings.values()).sum(),
            }));
        }
        all
    }

    pub(super) fn causes(&self) -> Vec<CauseRow> {
        let mut all = Vec::new();
        for c in self.compared {
            let mut causes: BTreeMap<&str, Vec<&Endings>> = BTreeMap::new();
            for (cause, endings) in c.seeds.iter().flat_map(|s| &s.by_cause).filter(|(cause, _)| !cause.is_empty()) {
                causes.entry(cause).or_default().push(endings);
            }
            all.extend(causes.into_iter().map(|(cause, seeds)| {
                let of = |ending| mean(seeds.iter().filter_map(|endings| share(endings, ending)));
                CauseRow {
                    design: c.design.name.clone(),
                    cause: cause.into(),
                    visits: seeds.iter().flat_map(|endings| endings.values()).sum(),
                    accepted: of(Ending::WrongAcceptance),
                    wrong_insurer: of(Ending::WrongInsurer),
                    refused: of(Ending::WrongRefusal),
                    not_known: of(Ending::NotKnown),
                }
            }));
        }
        all
    }

    /// Every rule, the firmest basis first, with what all runs of a design together showed.
    pub(super) fn rules(&self) -> Vec<RuleRow> {
        let row = |rule: &&dyn conformance::Rule| {
            let about = rule.about();
            let outcomes =
                self.compared.iter().filter_map(|c| Some((c.design.name.clone(), outcome(c, about.id)?.name().into())));
            RuleRow {
                id: about.id.into(),
                title: Both::new(about.title_ja, about.title_en),
                source: about.source.into(),
                basis: about.basis.name().into(),
                must: about.strength == Strength::Must,
                outcomes: outcomes.collect(),
            }
        };
        let mut all: Vec<_> = conformance::rules::all().iter().collect();
        all.sort_by_key(|rule| rule.about().basis);
        all.into_iter().map(row).collect()
    }

    pub(super) fn sequences(&self) -> Vec<Sequence> {
        let of = |c: &Compared| {
            let arrows = c.seeds.iter().map(|s| &s.sequence).find(|s| !s.is_empty())?;
            let arrow = |a: &crate::measure::sequence::Arrow| SequenceArrow {
                at_ms: a.at_ms,
                from: a.from.name().into(),
                to: a.to.name().into(),
                what: a.what.clone(),
                classes: a.classes.iter().map(|c| c.id().into()).collect(),
            };
            Some(Sequence { design: c.design.name.clone(), arrows: arrows.iter().map(arrow).collect() })
        };
        self.compared.iter().filter_map(of).collect()
    }
}

/// What all runs of a design together showed of a rule.
fn outcome(compared: &Compared, rule: &str) -> Option<RuleOutcome> {
    let of = |s: &Summary| s.rules.get(rule).copied();
    compared.seeds.iter().filter_map(of).reduce(crate::summary::firmest)
}

/// The mean over seeds, as in the table of criteria: a seed with many visits counts no more than another. Zero of nothing.
fn mean(values: impl Iterator<Item = f64>) -> f64 {
    of_seeds(&values.collect::<Vec<_>>()).map_or(0.0, |e| e.value)
}
