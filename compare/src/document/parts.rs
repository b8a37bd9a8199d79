//! The parts of the document.

use super::Both;
use crate::sure::Estimate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

macro_rules! parts {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $kind:ty,)* })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
            #[serde(rename_all = "camelCase", deny_unknown_fields)]
            pub struct $name { $($(#[$field_doc])* pub $field: $kind,)* }
        )*
    };
}

parts! {
    /// One design.
    DesignColumn {
        name: String,
        title: Both,
        /// One or two sentences; empty, if its file has none.
        description: Both,
        /// Whether it can be chosen.
        role: Role,
        /// By axis, the choice.
        choices: BTreeMap<String, String>,
        /// The same as texts, in the order of the axes.
        texts: Vec<Both>,
        /// What items take from recordings: the mean over seeds.
        measured: BTreeMap<String, f64>,
        /// The items that count in it.
        items: Vec<String>,
    }

    /// One criterion.
    CriterionRow {
        id: String,
        /// What it is about: `cost`, `errors`, `outages`, `exposure`, `linkability` or `work`.
        group: String,
        title: Both,
        what: Both,
        unit: Both,
        /// By what a figure is multiplied before it has the Japanese unit: 10 for 億円 of billion yen.
        factor_ja: f64,
        lower_is_better: bool,
        /// Whether it rests on assumptions.
        assumed: bool,
        /// How it is made of items, if it is.
        formula: Option<FormulaOf>,
    }

    /// A sum of items: of a group, of one payer or of all, divided by the sum of another group, and multiplied.
    FormulaOf { group: String, payer: Option<String>, over: Option<String>, times: f64, }

    /// A figure of one design on one criterion.
    Cell {
        design: String,
        criterion: String,
        /// `None` where there is nothing to measure.
        estimate: Option<Estimate>,
        /// The difference from the reference, paired by seed or by draw.
        difference: Option<Estimate>,
        mark: Mark,
        /// By seed, in order; empty for what rests on assumptions.
        seeds: Vec<Option<f64>>,
    }

    /// A design that another is nowhere worse than.
    Dominated { design: String, by: String, }

    /// How often a zone could see a class of data.
    ExposureCell {
        design: String,
        zone: String,
        class: String,
        /// Share of visits.
        in_visits: f64,
        /// Share of people of whom the zone holds it, or was sent it outside of visits.
        of_people: f64,
    }

    /// What an adversary joins.
    Linkability {
        design: String,
        adversary: String,
        title: Both,
        /// By exact identifiers.
        exact: Option<Estimate>,
        /// By exact identifiers in what the adversary keeps.
        kept: Option<Estimate>,
        /// By exact or quasi-identifiers.
        quasi: Option<Estimate>,
        /// The fields that are exact identifiers and join visits.
        fields: Vec<String>,
        /// People seen twice, over all seeds.
        people: u64,
    }

    /// The share of visits that ended correctly in an hour.
    Availability {
        design: String,
        /// What was down.
        down: String,
        /// The hour of the run, from 0.
        hour: u64,
        served: f64,
        visits: u64,
    }

    /// What a design did with a cause of wrong answers.
    CauseRow {
        design: String,
        cause: String,
        visits: u64,
        accepted: f64,
        wrong_insurer: f64,
        refused: f64,
        not_known: f64,
    }

    /// A rule, and what each design did about it.
    RuleRow {
        id: String,
        title: Both,
        /// The passage of the source, or where else it comes from.
        source: String,
        basis: String,
        must: bool,
        /// By design.
        outcomes: BTreeMap<String, String>,
    }

    /// The messages of one check.
    Sequence { design: String, arrows: Vec<SequenceArrow>, }

    /// One message.
    SequenceArrow {
        at_ms: u64,
        from: String,
        to: String,
        what: String,
        classes: Vec<String>,
    }

    /// Returned claims of one cause.
    Returns {
        design: String,
        cause: String,
        title: Both,
        /// Claims a year, at the most likely values.
        year: f64,
        /// In the first months after the start, thousands.
        by_month: Vec<f64>,
    }

    /// A design that can be chosen, by its cost.
    CostRank {
        design: String,
        /// In how many of the draws it costs least.
        cheapest_in: f64,
        /// How much more it costs than the cheapest, in yen a check, paired by draw. `None` for the cheapest.
        more: Option<Estimate>,
    }

    /// Up to where a design stays cheaper than the reference.
    Switching {
        design: String,
        figure: String,
        /// The value at which both cost the same.
        at: f64,
        /// Whether the design is cheaper than the reference below it.
        cheaper_below: bool,
    }

    /// What it would be worth to know a figure.
    Information {
        figure: String,
        /// Billion yen a year, for the choice of the cheapest of the designs that can be chosen.
        value: f64,
        /// By design, the share of the variance of its difference in cost from the reference that the figure explains.
        explained: BTreeMap<String, f64>,
    }
}

/// Whether a design can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// It can be.
    Candidate,
    /// It is what there was before: nobody is asked online.
    Base,
    /// The law does not permit it: it is what others are measured by.
    Yardstick,
}

impl Role {
    /// By what is presented.
    pub fn of(presented: &str) -> Role {
        match presented {
            "paper-card" => Role::Base,
            "my-number" => Role::Yardstick,
            _ => Role::Candidate,
        }
    }

    /// The id, as in the document.
    pub fn id(self) -> &'static str {
        match self {
            Role::Candidate => "candidate",
            Role::Base => "base",
            Role::Yardstick => "yardstick",
        }
    }
}

/// How a figure compares with the reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    Reference,
    Better,
    Worse,
    /// No difference in any seed or draw.
    Same,
    /// The interval of the difference includes zero.
    NotClear,
    /// There is nothing to measure in this design.
    NotApplicable,
}

impl Mark {
    /// Every mark, in the order of a legend.
    pub const ALL: [Mark; 6] = [Mark::Reference, Mark::Better, Mark::Worse, Mark::Same, Mark::NotClear, Mark::NotApplicable];

    /// The id, as in the document.
    pub fn id(self) -> &'static str {
        match self {
            Mark::Reference => "reference",
            Mark::Better => "better",
            Mark::Worse => "worse",
            Mark::Same => "same",
            Mark::NotClear => "not-clear",
            Mark::NotApplicable => "not-applicable",
        }
    }

    /// A sign that does not need colour.
    pub fn sign(self) -> &'static str {
        match self {
            Mark::Reference => "●",
            Mark::Better => "▲",
            Mark::Worse => "▼",
            Mark::Same => "=",
            Mark::NotClear => "≈",
            Mark::NotApplicable => "–",
        }
    }
}

/// Who joins visits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Adversary {
    Facilities(usize),
    AllFacilities,
    Broker,
    Jpki,
    Insurer,
    Line,
}

impl Adversary {
    /// The sizes of coalitions.
    pub const SIZES: [usize; 5] = [1, 2, 5, 10, 50];

    /// The stable id.
    pub fn id(self) -> String {
        match self {
            Adversary::Facilities(k) => format!("facilities-{k}"),
            Adversary::AllFacilities => "facilities-all".into(),
            Adversary::Broker => "broker".into(),
            Adversary::Jpki => "jpki".into(),
            Adversary::Insurer => "insurer".into(),
            Adversary::Line => "line".into(),
        }
    }

    pub fn title(self) -> Both {
        match self {
            Adversary::Facilities(1) => Both::new("医療機関一つ（再来の把握）", "one facility: who came back"),
            Adversary::Facilities(k) => Both::new(format!("医療機関{k}か所の結託"), format!("{k} colluding facilities")),
            Adversary::AllFacilities => Both::new("すべての医療機関の結託", "all facilities"),
            Adversary::Broker => Both::new("資格確認サービス機関", "the broker"),
            Adversary::Jpki => Both::new("公的個人認証サービス", "JPKI"),
            Adversary::Insurer => Both::new("一つの保険者", "one insurer"),
            Adversary::Line => Both::new("回線", "the line"),
        }
    }
}
