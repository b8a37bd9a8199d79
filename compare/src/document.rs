//! The result: what `compare.json` contains and every view shows.

pub mod build;
mod parts;

pub use parts::*;
pub use reports::page::Both;

use crate::cost::figures::Figure;
use crate::cost::formula::Item;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of the document.
pub const SCHEMA: &str = "shikaku/compare/v1";

/// A comparison of designs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Document {
    pub schema: String,
    pub tool: String,
    pub version: String,
    pub commit: String,
    /// The commands that make it again.
    pub commands: Vec<String>,
    pub first_seed: u64,
    pub last_seed: u64,
    /// How many people each run has, by scenario.
    pub people: BTreeMap<String, u64>,
    /// How many visits each design had in the runs from which traffic, exposure and linkability are read, over all seeds.
    pub visits: u64,
    /// How often the assumptions were drawn.
    pub draws: u64,
    /// The design from which differences are counted.
    pub reference: String,
    pub not_counted: Both,
    pub designs: Vec<DesignColumn>,
    pub criteria: Vec<CriterionRow>,
    pub cells: Vec<Cell>,
    pub dominated: Vec<Dominated>,
    pub exposure: Vec<ExposureCell>,
    pub linkability: Vec<Linkability>,
    pub availability: Vec<Availability>,
    pub causes: Vec<CauseRow>,
    pub rules: Vec<RuleRow>,
    pub sequences: Vec<Sequence>,
    pub returns: Vec<Returns>,
    /// The designs that can be chosen, the cheapest first.
    pub ranks: Vec<CostRank>,
    pub switching: Vec<Switching>,
    pub information: Vec<Information>,
    /// Runs that did not end, which are in no figure.
    pub unfinished: Vec<String>,
    pub figures: Vec<Figure>,
    pub items: Vec<Item>,
}

/// The JSON Schema of the document (2020-12), with a line feed at its end.
///
/// # Errors
/// If it cannot be serialized, which does not happen.
pub fn json_schema() -> Result<String, serde_json::Error> {
    Ok(serde_json::to_string_pretty(&schemars::schema_for!(Document))? + "\n")
}

impl Document {
    /// The document as JSON, with a line feed at its end.
    ///
    /// # Errors
    /// If it cannot be serialized, which does not happen.
    pub fn json(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// The title of a design; its name, if there is none.
    pub fn title(&self, design: &str) -> Both {
        self.designs.iter().find(|d| d.name == design).map_or_else(|| Both::same(design), |d| d.title.clone())
    }

    pub fn cell(&self, design: &str, criterion: &str) -> Option<&Cell> {
        self.cells.iter().find(|c| c.design == design && c.criterion == criterion)
    }
}
