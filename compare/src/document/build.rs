//! The document from what recordings showed and what is assumed.

mod costs;
mod tables;

use super::{Both, Cell, CriterionRow, DesignColumn, Document, Dominated, FormulaOf, Mark, Role, SCHEMA};
use crate::cost::Book;
use crate::cost::draw::Draws;
use crate::cost::formula::Item;
use crate::criteria::{self, Criterion, From};
use crate::summary::Summary;
use crate::sure::{self, Estimate};
use crate::views::numbers::{factor_ja, is_share};
use crate::views::words::Words;
use costs::Costs;
use std::collections::BTreeMap;
use std::sync::Arc;
use terms::design::{Axis, Design};

/// How the comparison was made.
#[derive(Clone, Debug, Default)]
pub struct About {
    pub version: String,
    pub commit: String,
    pub commands: Vec<String>,
    pub first_seed: u64,
    pub last_seed: u64,
    pub people: BTreeMap<String, u64>,
    pub unfinished: Vec<String>,
}

/// One design, and what was seen of it under each seed.
pub struct Compared {
    pub design: Arc<Design>,
    pub seeds: Vec<Summary>,
}

/// What the builder works on.
struct Inputs<'a> {
    compared: &'a [Compared],
    book: &'a Book,
    words: &'a Words,
    costs: Vec<Costs<'a>>,
}

/// How often assumptions are drawn.
const DRAWS: usize = 1000;

/// Builds the document. The first design is the reference.
pub fn build(about: About, compared: &[Compared], book: &Book, words: &Words) -> Document {
    let draws = Draws::of(book, about.first_seed, DRAWS);
    let costs = compared.iter().map(|c| Costs::of(c, book, &draws)).collect();
    let inputs = Inputs { compared, book, words, costs };
    let cells: Vec<Cell> = criteria::ALL.iter().flat_map(|c| inputs.cells(c)).collect();
    Document {
        schema: SCHEMA.into(),
        tool: "shikaku".into(),
        version: about.version,
        commit: about.commit,
        commands: about.commands,
        first_seed: about.first_seed,
        last_seed: about.last_seed,
        people: about.people,
        visits: compared.iter().map(|c| c.seeds.iter().map(|s| s.exposure.visits).sum()).max().unwrap_or_default(),
        draws: DRAWS as u64,
        reference: compared.first().map(|c| c.design.name.clone()).unwrap_or_default(),
        not_counted: words.both("not-counted"),
        designs: inputs.designs(),
        criteria: criteria::ALL.iter().map(|c| inputs.criterion(c)).collect(),
        dominated: dominated(&cells, compared),
        cells,
        exposure: inputs.exposure(),
        linkability: inputs.linkability(),
        availability: inputs.availability(),
        causes: inputs.causes(),
        rules: inputs.rules(),
        sequences: inputs.sequences(),
        returns: inputs.returns(),
        ranks: inputs.ranks(),
        switching: inputs.switching(),
        information: inputs.information(&draws),
        unfinished: about.unfinished,
        figures: book.figures.clone(),
        items: book.items.clone(),
    }
}

impl Inputs<'_> {
    fn designs(&self) -> Vec<DesignColumn> {
        let column = |(c, costs): (&Compared, &Costs<'_>)| DesignColumn {
            name: c.design.name.clone(),
            title: Both::new(&c.design.title.ja, &c.design.title.en),
            description: Both::new(&c.design.title.description_ja, &c.design.title.description_en),
            role: role(c),
            choices: c.design.choices().map(|x| (x.axis().id().to_string(), x.id().to_string())).collect(),
            texts: c.design.choices().map(|x| Both::new(x.explained().title_ja, x.explained().title_en)).collect(),
            measured: costs.measured.clone(),
            items: costs.items.iter().map(|i: &&Item| i.id.clone()).collect(),
        };
        self.compared.iter().zip(&self.costs).map(column).collect()
    }

    fn criterion(&self, criterion: &Criterion) -> CriterionRow {
        let text = |t: &str| t.to_string();
        CriterionRow {
            id: criterion.id.into(),
            group: criterion.group.id().into(),
            title: self.words.both(&format!("criterion-{}", criterion.id)),
            what: self.words.both(&format!("criterion-{}-what", criterion.id)),
            unit: self.words.both(&format!("unit-{}", criterion.unit)),
            factor_ja: factor_ja(criterion.unit),
            lower_is_better: criterion.lower_is_better,
            assumed: matches!(criterion.from, From::Book { .. }),
            formula: match criterion.from {
                From::Recordings(_) => None,
                From::Book { group, payer, over, times } => {
                    Some(FormulaOf { group: text(group), payer: payer.map(text), over: over.map(text), times })
                }
            },
        }
    }

    /// The row of a criterion, in the order of the designs.
    fn cells(&self, criterion: &Criterion) -> Vec<Cell> {
        match criterion.from {
            From::Recordings(of) => self.recorded(criterion, of),
            From::Book { group, payer, over, times } => {
                let figures: Vec<_> = self.costs.iter().map(|c| c.figure(group, payer, over, times)).collect();
                let reference = figures.first().and_then(Option::as_ref);
                let row = self.compared.iter().zip(&figures).enumerate();
                row.map(|(i, (c, own))| {
                    let estimate = own.as_ref().map(|(value, drawn)| sure::of_draws(*value, drawn));
                    let difference = own.as_ref().zip(reference).map(|((value, drawn), (from, from_drawn))| {
                        let drawn: Vec<f64> = drawn.iter().zip(from_drawn).map(|(a, b)| a - b).collect();
                        sure::of_draws(value - from, &drawn)
                    });
                    cell(i, c, criterion, estimate, difference, Vec::new())
                })
                .collect()
            }
        }
    }

    fn recorded(&self, criterion: &Criterion, of: fn(&Summary) -> Option<f64>) -> Vec<Cell> {
        let seeds = |c: &Compared| c.seeds.iter().map(|s| of(s).map(sure::rounded)).collect::<Vec<_>>();
        let all: Vec<Vec<Option<f64>>> = self.compared.iter().map(seeds).collect();
        let row = self.compared.iter().zip(&all).enumerate();
        row.map(|(i, (c, seeds))| {
            let known: Vec<f64> = seeds.iter().flatten().copied().collect();
            let difference = all.first().and_then(|reference| sure::paired(seeds, reference));
            cell(i, c, criterion, sure::of_seeds(&known).map(|e| within(e, criterion)), difference, seeds.clone())
        })
        .collect()
    }
}

/// Whether a design can be chosen.
fn role(compared: &Compared) -> Role {
    Role::of(compared.design.choice(Axis::Presented).id())
}

/// A share is between 0 and 1, and so are the ends of its interval.
fn within(estimate: Estimate, criterion: &Criterion) -> Estimate {
    let end = |v: Option<f64>| if is_share(criterion.unit) { v.map(|v| v.clamp(0.0, 1.0)) } else { v };
    Estimate { low: end(estimate.low), high: end(estimate.high), ..estimate }
}

fn cell(
    index: usize,
    compared: &Compared,
    criterion: &Criterion,
    estimate: Option<Estimate>,
    difference: Option<Estimate>,
    seeds: Vec<Option<f64>>,
) -> Cell {
    Cell {
        design: compared.design.name.clone(),
        criterion: criterion.id.into(),
        estimate,
        difference: difference.filter(|_| index > 0),
        mark: mark(index == 0, estimate, difference, criterion.lower_is_better),
        seeds,
    }
}

/// How a figure compares with the reference.
fn mark(is_reference: bool, estimate: Option<Estimate>, difference: Option<Estimate>, lower_is_better: bool) -> Mark {
    match (estimate, difference, is_reference) {
        (None, ..) => Mark::NotApplicable,
        (Some(_), _, true) => Mark::Reference,
        // The reference has no figure, so that there is nothing to compare with.
        (Some(_), None, false) => Mark::NotClear,
        (Some(_), Some(d), false) => {
            let (low, high) = (d.low.unwrap_or(d.value), d.high.unwrap_or(d.value));
            let is_lower = high < 0.0;
            match (low == 0.0 && high == 0.0, low > 0.0 || is_lower) {
                (true, _) => Mark::Same,
                (_, false) => Mark::NotClear,
                _ if is_lower == lower_is_better => Mark::Better,
                _ => Mark::Worse,
            }
        }
    }
}

/// Designs that another one is at least as good as on every criterion, and better on one, by the figures.
fn dominated(cells: &[Cell], compared: &[Compared]) -> Vec<Dominated> {
    let value = |design: &str, c: &Criterion| {
        let cell = cells.iter().find(|x| x.design == design && x.criterion == c.id)?;
        cell.estimate.map(|e| if c.lower_is_better { e.value } else { -e.value })
    };
    let beats = |by: &str, design: &str| {
        let mut better = false;
        for c in criteria::ALL {
            match (value(by, c), value(design, c)) {
                (Some(a), Some(b)) if a > b => return false,
                (Some(a), Some(b)) => better |= a < b,
                (None, None) => {}
                _ => return false,
            }
        }
        better
    };
    let names: Vec<&str> = compared.iter().map(|c| c.design.name.as_str()).collect();
    let pairs = names.iter().flat_map(|d| names.iter().map(move |by| (*d, *by)));
    pairs.filter(|(d, by)| beats(by, d)).map(|(d, by)| Dominated { design: d.into(), by: by.into() }).collect()
}
