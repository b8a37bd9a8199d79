//! The expected results of a scenario.

use super::diagnostic::unknown;
use super::part::is_default;
use super::units::{Share, Span};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sim::terms::design::{Choice, Eligibility};
use sim::terms::outcome::{OutcomeClass, OutcomeCode};
use std::borrow::Cow;
use std::fmt;

/// How a visit must end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// In this outcome.
    Outcome(OutcomeCode),
    /// As it would have if nothing had gone wrong: by the file's person and facility, without its faults.
    AsIfUndisturbed,
    /// The same, or *indeterminate*: whatever goes wrong, no wrong answer is given.
    NeverWrong,
    /// In any outcome: the visit is an attack or an error, and the result counts what came of it.
    Counted,
}

const AS_IF_UNDISTURBED: &str = "as-if-undisturbed";
const NEVER_WRONG: &str = "never-wrong";
const COUNTED: &str = "counted";

impl Expect {
    /// The choice without which this outcome is not possible.
    pub fn only_with(self) -> Option<Choice> {
        match self {
            Expect::Outcome(OutcomeCode::FeedNotIn) => Some(Choice::Eligibility(Eligibility::BrokerHoldsAll)),
            Expect::Outcome(OutcomeCode::InsurerNoAnswer) => Some(Choice::Eligibility(Eligibility::AskInsurer)),
            _ => None,
        }
    }
}

impl fmt::Display for Expect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expect::Outcome(code) => code.fmt(f),
            Expect::AsIfUndisturbed => f.write_str(AS_IF_UNDISTURBED),
            Expect::NeverWrong => f.write_str(NEVER_WRONG),
            Expect::Counted => f.write_str(COUNTED),
        }
    }
}

impl Serialize for Expect {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Expect {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        match text.as_str() {
            AS_IF_UNDISTURBED => Ok(Expect::AsIfUndisturbed),
            NEVER_WRONG => Ok(Expect::NeverWrong),
            COUNTED => Ok(Expect::Counted),
            code => OutcomeCode::parse(code)
                .map(Expect::Outcome)
                .ok_or_else(|| serde::de::Error::custom(unknown("outcome", code, &outcomes()))),
        }
    }
}

/// Every name of an [`Expect`] in a file.
fn outcomes() -> Vec<&'static str> {
    OutcomeCode::ALL.iter().map(|o| o.code()).chain([AS_IF_UNDISTURBED, NEVER_WRONG, COUNTED]).collect()
}

impl JsonSchema for Expect {
    fn schema_name() -> Cow<'static, str> {
        "Expect".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "The expected outcome: its code, `as-if-undisturbed` or `never-wrong`",
            "enum": outcomes(),
        })
    }
}

/// Outcomes that are counted together: one, or a class of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcomes {
    Code(OutcomeCode),
    /// An answer of the insurers, in force or not.
    Answered,
    Refused,
    Indeterminate,
}

const CLASSES: [(&str, Outcomes); 3] =
    [("answered", Outcomes::Answered), ("refused", Outcomes::Refused), ("indeterminate", Outcomes::Indeterminate)];

impl Outcomes {
    pub fn contain(self, outcome: OutcomeCode) -> bool {
        match self {
            Outcomes::Code(code) => code == outcome,
            Outcomes::Answered => matches!(outcome.class(), OutcomeClass::InForce | OutcomeClass::NotInForce),
            Outcomes::Refused => outcome.class() == OutcomeClass::Refused,
            Outcomes::Indeterminate => outcome.class() == OutcomeClass::Indeterminate,
        }
    }
}

impl fmt::Display for Outcomes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, CLASSES.iter().find(|(_, o)| o == self)) {
            (Outcomes::Code(code), _) => code.fmt(f),
            (_, Some((name, _))) => f.write_str(name),
            (_, None) => Ok(()),
        }
    }
}

impl Serialize for Outcomes {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Outcomes {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let class = CLASSES.iter().find(|(name, _)| *name == text).map(|(_, o)| *o);
        let found = class.or_else(|| OutcomeCode::parse(&text).map(Outcomes::Code));
        found.ok_or_else(|| serde::de::Error::custom(unknown("outcome", &text, &Outcomes::names())))
    }
}

impl Outcomes {
    fn names() -> Vec<&'static str> {
        CLASSES.iter().map(|(name, _)| *name).chain(OutcomeCode::ALL.iter().map(|o| o.code())).collect()
    }
}

impl JsonSchema for Outcomes {
    fn schema_name() -> Cow<'static, str> {
        "Outcomes".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "description": "The code of an outcome, or a class of outcomes", "enum": Outcomes::names() })
    }
}

/// The share of all visits that must end in some outcomes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SharePart {
    pub of: Outcomes,
    #[serde(default, skip_serializing_if = "is_default")]
    pub at_least: Option<Share>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub at_most: Option<Share>,
}

/// Something that must be reached a minimum number of times, so that a run in which nothing happens cannot pass.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SometimesPart {
    pub reached: Reach,
    #[serde(default = "once", skip_serializing_if = "is_once")]
    pub at_least: u64,
}

fn once() -> u64 {
    1
}

fn is_once(n: &u64) -> bool {
    *n == 1
}

/// What can be reached.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Reach {
    /// A step of the flow, ① to ⑦, by a check.
    Step(u8),
    /// An outcome, or one of a class.
    Outcome(Outcomes),
    /// A fault of this kind that has begun.
    Fault(String),
    /// A visit in this state, such as `certificate/revoked`.
    State(String),
    /// A rule is exercised.
    Rule(String),
}

impl fmt::Display for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reach::Step(n) => write!(f, "step {n}"),
            Reach::Outcome(o) => write!(f, "outcome `{o}`"),
            Reach::Fault(name) => write!(f, "fault `{name}`"),
            Reach::State(name) => write!(f, "state `{name}`"),
            Reach::Rule(id) => write!(f, "rule {id}"),
        }
    }
}

/// How long the counter may wait, from step ④ to the recorded outcome.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ServiceLevelPart {
    /// The share of all checks that must not wait longer.
    pub of: Share,
    /// The longest wait.
    pub within: Span,
}
