//! Costs of a design, at the most likely values and drawn, and what moves them.

use super::{Compared, Inputs, role};
use crate::cost::Book;
use crate::cost::claims;
use crate::cost::draw::Draws;
use crate::cost::formula::{self, Item};
use crate::document::{Both, CostRank, Information, Returns, Role, Switching};
use crate::sure::switching::{Side, switches_at};
use crate::sure::{information, of_draws, rounded};
use std::collections::{BTreeMap, BTreeSet};

/// The group of all items of cost.
const COST: &str = "cost";
/// For how many months returned claims are shown.
const MONTHS: usize = 6;

/// The book applied to one design.
pub(super) struct Costs<'a> {
    pub items: Vec<&'a Item>,
    pub measured: BTreeMap<String, f64>,
    expected: BTreeMap<&'a str, f64>,
    draws: Vec<BTreeMap<String, f64>>,
}

impl<'a> Costs<'a> {
    pub fn of(compared: &Compared, book: &'a Book, draws: &Draws) -> Costs<'a> {
        let row = |i| draws.row(i).into_iter().map(|(key, value)| (key.to_string(), value)).collect();
        Costs {
            items: book.items.iter().filter(|i| i.counts_in(&compared.design)).collect(),
            measured: mean(compared),
            expected: book.expected(),
            draws: (0..draws.count).map(row).collect(),
        }
    }

    /// The sum of a group, of one payer or of all: at the expected values, and drawn.
    pub fn figure(&self, group: &str, payer: Option<&str>, over: Option<&str>, times: f64) -> Option<(f64, Vec<f64>)> {
        let of = |values: &BTreeMap<&str, f64>| {
            let inputs = formula::Inputs { items: &self.items, values, measured: &self.measured };
            let chosen = self.items.iter().filter(|i| i.group == group && (payer.is_none() || i.payer.as_deref() == payer));
            let sum = chosen.map(|i| inputs.item(i)).try_fold(0.0, |sum, item| Some(sum + item?))?;
            let over = over.map_or(Some(1.0), |over| inputs.sum(over))?;
            Some(sum * times / over)
        };
        let drawn = self.draws.iter().map(|row| of(&row.iter().map(|(k, v)| (k.as_str(), *v)).collect()));
        Some((of(&self.expected)?, drawn.collect::<Option<Vec<f64>>>()?))
    }
}

/// What was measured, on average over the seeds that have it.
fn mean(compared: &Compared) -> BTreeMap<String, f64> {
    let mut all: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for (key, value) in compared.seeds.iter().flat_map(crate::summary::Summary::measured) {
        all.entry(key).or_default().push(value);
    }
    all.into_iter().map(|(key, values)| (key, rounded(values.iter().sum::<f64>() / values.len() as f64))).collect()
}

impl Inputs<'_> {
    pub(super) fn returns(&self) -> Vec<Returns> {
        let of = |(c, costs): (&Compared, &Costs<'_>)| {
            let inputs = formula::Inputs { items: &costs.items, values: &costs.expected, measured: &costs.measured };
            let returned = costs.items.iter().filter(|i| i.group == "returns");
            returned
                .filter_map(|item| {
                    let year = inputs.item(item)?;
                    let months = claims::by_month(year / 12.0 / 1000.0, MONTHS).into_iter().map(rounded);
                    Some(Returns {
                        design: c.design.name.clone(),
                        cause: item.id.clone(),
                        title: Both::new(&item.ja, &item.en),
                        year: rounded(year),
                        by_month: months.collect(),
                    })
                })
                .collect::<Vec<_>>()
        };
        self.compared.iter().zip(&self.costs).flat_map(of).collect()
    }

    /// The figures that any item of cost uses.
    fn figures_of_cost(&self) -> Vec<&str> {
        let groups = [COST, "returns", "checks", "wrong-refusals"];
        let of_cost = self.book.items.iter().filter(|i| groups.contains(&i.group.as_str()));
        let used: BTreeSet<&str> =
            of_cost.flat_map(|i| i.times.iter().chain(&i.over)).map(|t| t.strip_prefix("1-").unwrap_or(t)).collect();
        self.book.figures.iter().filter(|f| used.contains(f.key.as_str()) && f.low < f.high).map(|f| f.key.as_str()).collect()
    }

    pub(super) fn switching(&self) -> Vec<Switching> {
        let Some(reference) = self.costs.first() else { return Vec::new() };
        let modes = self.book.modes();
        let side = |costs: &Costs<'_>| Side { items: &costs.items, measured: &costs.measured }.sum_at(&modes);
        let mut all = Vec::new();
        for (c, costs) in self.compared.iter().zip(&self.costs).skip(1) {
            for key in self.figures_of_cost() {
                let (a, b) = (
                    Side { items: &costs.items, measured: &costs.measured },
                    Side { items: &reference.items, measured: &reference.measured },
                );
                let at = switches_at(self.book, key, COST, &a, &b);
                let Some(at) = at else { continue };
                let mode = modes.get(key).copied().unwrap_or_default();
                let cheaper_now = side(costs) < side(reference);
                let cheaper_below = cheaper_now == (mode < at);
                all.push(Switching { design: c.design.name.clone(), figure: key.into(), at, cheaper_below });
            }
        }
        all
    }

    /// The costs of the designs that can be chosen, per check in yen: at the expected values, and drawn.
    fn of_candidates(&self) -> Vec<(&Compared, f64, Vec<f64>)> {
        let candidates = self.compared.iter().zip(&self.costs).filter(|(c, _)| role(c) == Role::Candidate);
        candidates
            .filter_map(|(c, costs)| {
                let (value, drawn) = costs.figure(COST, None, Some("checks"), 1.0)?;
                Some((c, value, drawn))
            })
            .collect()
    }

    pub(super) fn ranks(&self) -> Vec<CostRank> {
        let mut all = self.of_candidates();
        all.sort_by(|a, b| a.1.total_cmp(&b.1));
        let Some((_, least, least_drawn)) = all.first().cloned() else { return Vec::new() };
        let is_cheapest = |own: &[f64], draw: usize| {
            let at = |drawn: &[f64]| drawn.get(draw).copied().unwrap_or(f64::INFINITY);
            all.iter().all(|(_, _, other)| at(own) <= at(other))
        };
        let rank = |(index, (c, value, drawn)): (usize, &(&Compared, f64, Vec<f64>))| {
            let more: Vec<f64> = drawn.iter().zip(&least_drawn).map(|(a, b)| a - b).collect();
            let cheapest = (0..drawn.len()).filter(|draw| is_cheapest(drawn, *draw)).count();
            CostRank {
                design: c.design.name.clone(),
                cheapest_in: rounded(cheapest as f64 / drawn.len().max(1) as f64),
                more: (index > 0).then(|| of_draws(value - least, &more)),
            }
        };
        all.iter().enumerate().map(rank).collect()
    }

    pub(super) fn information(&self, draws: &Draws) -> Vec<Information> {
        let total = |costs: &Costs<'_>| costs.figure(COST, None, None, 1e-9).map(|(_, drawn)| drawn);
        let drawn: Vec<Option<Vec<f64>>> = self.costs.iter().map(total).collect();
        let candidates = self.compared.iter().zip(&drawn).filter(|(c, _)| role(c) == Role::Candidate);
        let choice: Vec<&[f64]> = candidates.filter_map(|(_, drawn)| drawn.as_deref()).collect();
        let difference = |own: &[f64]| {
            let reference = drawn.first().and_then(Option::as_ref)?;
            Some(own.iter().zip(reference).map(|(a, b)| a - b).collect::<Vec<f64>>())
        };
        let mut found: Vec<Information> = Vec::new();
        for key in self.figures_of_cost() {
            let of = draws.of_figure(key);
            let explained = self.compared.iter().zip(&drawn).skip(1).filter_map(|(c, own)| {
                let share = information::explained(of, &difference(own.as_ref()?)?);
                Some((c.design.name.clone(), share))
            });
            found.push(Information {
                figure: key.into(),
                value: information::value(of, &choice),
                explained: explained.collect(),
            });
        }
        // By what a figure explains in designs that can be chosen.
        let chosen: BTreeSet<&str> =
            self.compared.iter().filter(|c| role(c) == Role::Candidate).map(|c| c.design.name.as_str()).collect();
        let most = |i: &Information| {
            i.explained.iter().filter(|(design, _)| chosen.contains(design.as_str())).map(|(_, share)| *share).fold(0.0, f64::max)
        };
        found.sort_by(|a, b| b.value.total_cmp(&a.value).then(most(b).total_cmp(&most(a))).then(a.figure.cmp(&b.figure)));
        found
    }
}

impl Side<'_> {
    /// All costs at some values.
    fn sum_at(&self, values: &BTreeMap<&str, f64>) -> f64 {
        formula::Inputs { items: self.items, values, measured: self.measured }.sum(COST).unwrap_or(f64::NAN)
    }
}
