//! A comparison for tests of views.

use super::words::Words;
use crate::criteria;
use crate::document::{Both, Cell, CriterionRow, DesignColumn, Document, Mark, Role, SCHEMA};
use crate::sure::Estimate;
use std::collections::BTreeMap;

/// Three designs, of which the first is the reference, with one criterion.
pub fn document(criterion: &str, values: [f64; 3]) -> Document {
    let names = ["a", "b", "c"];
    let column = |name: &&str| DesignColumn {
        name: name.to_string(),
        title: Both::new(format!("方式{}", name.to_uppercase()), format!("Design {}", name.to_uppercase())),
        description: Both::default(),
        role: Role::Candidate,
        choices: BTreeMap::new(),
        texts: Vec::new(),
        measured: BTreeMap::new(),
        items: Vec::new(),
    };
    let cell = |(i, value): (usize, f64)| Cell {
        design: names[i].into(),
        criterion: criterion.into(),
        estimate: Some(Estimate { value, low: Some(value), high: Some(value) }),
        difference: None,
        mark: if i == 0 { Mark::Reference } else { Mark::Better },
        seeds: Vec::new(),
    };
    Document {
        schema: SCHEMA.into(),
        tool: String::new(),
        version: String::new(),
        commit: String::new(),
        commands: Vec::new(),
        first_seed: 1,
        last_seed: 5,
        people: BTreeMap::new(),
        visits: 0,
        draws: 0,
        reference: "a".into(),
        not_counted: Both::default(),
        designs: names.iter().map(column).collect(),
        criteria: vec![row(criterion)],
        cells: values.into_iter().enumerate().map(cell).collect(),
        dominated: Vec::new(),
        exposure: Vec::new(),
        linkability: Vec::new(),
        availability: Vec::new(),
        causes: Vec::new(),
        rules: Vec::new(),
        sequences: Vec::new(),
        returns: Vec::new(),
        ranks: Vec::new(),
        switching: Vec::new(),
        information: Vec::new(),
        unfinished: Vec::new(),
        figures: Vec::new(),
        items: Vec::new(),
    }
}

fn row(criterion: &str) -> CriterionRow {
    let about = criteria::find(criterion).unwrap_or_else(|| panic!("{criterion}"));
    let words = Words::new();
    CriterionRow {
        id: criterion.into(),
        group: about.group.id().into(),
        title: words.both(&format!("criterion-{criterion}")),
        what: Both::default(),
        unit: words.both(&format!("unit-{}", about.unit)),
        factor_ja: 1.0,
        lower_is_better: about.lower_is_better,
        assumed: false,
        formula: None,
    }
}
