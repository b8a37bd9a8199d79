//! Items: products of figures, and their sums.

use super::figures::Figure;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use terms::design::{Axis, Design};

/// One item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Item {
    /// Stable.
    pub id: String,
    /// Items of one group are added up.
    pub group: String,
    /// Who pays, for items of cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payer: Option<String>,
    /// The kind of facility.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    pub ja: String,
    pub en: String,
    /// Terms that are multiplied. See [`Term`].
    pub times: Vec<String>,
    /// Terms that divide the product.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub over: Vec<String>,
    /// By axis, the choices in which it counts.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub only: BTreeMap<String, Vec<String>>,
}

impl Item {
    /// Whether it counts in a design. A design is at the first of the listed choices on an axis that this tool does not have.
    pub fn counts_in(&self, design: &Design) -> bool {
        self.only.iter().all(|(axis, choices)| match Axis::ALL.iter().find(|a| a.id() == axis) {
            Some(axis) => choices.iter().any(|c| *c == design.choice(*axis).id()),
            None => choices.first().is_some_and(|c| FIRST.contains(&(axis.as_str(), c.as_str()))),
        })
    }
}

/// The first choices on axes that items name, for a tool without the axis.
const FIRST: [(&str, &str); 2] = [("line", "dedicated"), ("identity", "photo-or-pin")];

/// A factor of an item.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Term<'a> {
    /// `12`.
    Number(f64),
    /// `measured:jpki-requests`: what recordings show.
    Measured(&'a str),
    /// `sum:returns`: the sum of a group.
    Sum(&'a str),
    /// `1-slip-seen`: the rest of a share.
    Rest(&'a str),
    /// A figure.
    Figure(&'a str),
}

impl<'a> Term<'a> {
    pub fn read(text: &'a str) -> Term<'a> {
        match (text.parse(), text.split_once(':'), text.strip_prefix("1-")) {
            (Ok(number), ..) => Term::Number(number),
            (_, Some(("measured", key)), _) => Term::Measured(key),
            (_, Some(("sum", group)), _) => Term::Sum(group),
            (_, _, Some(key)) => Term::Rest(key),
            _ => Term::Figure(text),
        }
    }
}

/// What items are evaluated with.
pub struct Inputs<'a> {
    pub items: &'a [&'a Item],
    pub values: &'a BTreeMap<&'a str, f64>,
    pub measured: &'a BTreeMap<String, f64>,
}

impl Inputs<'_> {
    /// The value of an item; `None` if something in it was not measured.
    pub fn item(&self, item: &Item) -> Option<f64> {
        let product = |terms: &[String]| terms.iter().try_fold(1.0, |product, term| Some(product * self.term(term)?));
        Some(product(&item.times)? / product(&item.over)?)
    }

    /// The sum of a group.
    pub fn sum(&self, group: &str) -> Option<f64> {
        self.items.iter().filter(|i| i.group == group).try_fold(0.0, |sum, item| Some(sum + self.item(item)?))
    }

    fn term(&self, term: &str) -> Option<f64> {
        match Term::read(term) {
            Term::Number(number) => Some(number),
            Term::Measured(key) => self.measured.get(key).copied(),
            Term::Sum(group) => self.sum(group),
            Term::Rest(key) => self.values.get(key).map(|v| 1.0 - v),
            Term::Figure(key) => self.values.get(key).copied(),
        }
    }
}

/// The groups in which causes of wrong answers are added up, and the measured share that each needs, per million visits.
pub const WRONG: [(&str, &str); 3] = [("wrong-acceptances", "accepted"), ("wrong-refusals", "refused"), ("not-known", "unknown")];

/// The items of a cause: how often it occurs, times what the design did with it. They have the texts of the frequency.
pub(super) fn of_cause(figure: &Figure, cause: &str) -> Vec<Item> {
    let item = |(group, share): &(&str, &str)| Item {
        id: format!("{group}/{cause}"),
        group: group.to_string(),
        payer: None,
        kind: None,
        ja: figure.ja.clone(),
        en: figure.en.clone(),
        times: [figure.key.clone(), format!("measured:{share}-{cause}"), "1000000".to_string()]
            .into_iter()
            .chain(figure.times.iter().cloned())
            .collect(),
        over: Vec::new(),
        only: BTreeMap::new(),
    };
    WRONG.iter().map(item).collect()
}

/// A file of items.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FormulaFile {
    pub item: Vec<Item>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_products_and_groups_are_sums() {
        let item = |id: &str, group: &str, times: &[&str], over: &[&str]| Item {
            id: id.into(),
            group: group.into(),
            payer: None,
            kind: None,
            ja: String::new(),
            en: String::new(),
            times: times.iter().map(ToString::to_string).collect(),
            over: over.iter().map(ToString::to_string).collect(),
            only: BTreeMap::new(),
        };
        let all = [
            item("a", "returns", &["claims", "rate", "1-seen"], &[]),
            item("b", "returns", &["claims", "measured:wrong"], &[]),
            item("c", "cost", &["sum:returns", "price"], &["2"]),
        ];
        let items: Vec<&Item> = all.iter().collect();
        let values = BTreeMap::from([("claims", 1000.0), ("rate", 0.1), ("seen", 0.8), ("price", 30.0)]);
        let measured = BTreeMap::from([("wrong".to_string(), 0.01)]);
        let inputs = Inputs { items: &items, values: &values, measured: &measured };
        assert!((inputs.sum("returns").unwrap_or_default() - 30.0).abs() < 1e-9);
        assert!((inputs.sum("cost").unwrap_or_default() - 450.0).abs() < 1e-9);
        let nothing = BTreeMap::new();
        assert_eq!(Inputs { measured: &nothing, ..inputs }.sum("cost"), None, "what was not measured is not taken for zero");
    }
}
