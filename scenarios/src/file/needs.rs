//! The choices that a scenario needs in its design.

use super::diagnostic::nearest;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sim::terms::design::{self, Axis, Choice, Design};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// By axis, the choices in which a scenario makes sense. An axis that is not named may have any choice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs(BTreeMap<Axis, Vec<Choice>>);

impl Needs {
    /// Every choice of a design, so that only designs with these choices meet the needs.
    pub fn exactly(design: &Design) -> Needs {
        Needs(design.choices().map(|choice| (choice.axis(), vec![choice])).collect())
    }

    /// Whether a design meets the needs.
    pub fn met_by(&self, design: &Design) -> bool {
        self.0.iter().all(|(axis, choices)| choices.contains(&design.choice(*axis)))
    }

    /// Whether every design that meets the needs makes that choice.
    pub fn demand(&self, choice: Choice) -> bool {
        self.0.get(&choice.axis()).is_some_and(|choices| *choices == [choice])
    }

    /// The choices on an axis in which the scenario makes sense; none if it may have any.
    pub fn of(&self, axis: Axis) -> &[Choice] {
        self.0.get(&axis).map_or(&[], Vec::as_slice)
    }

    /// Adds the need for one of these choices on an axis, unless the file names the axis.
    pub(super) fn imply(&mut self, choices: Vec<Choice>) {
        if let Some(first) = choices.first() {
            self.0.entry(first.axis()).or_insert(choices);
        }
    }

    /// The same without what it says of an axis.
    pub fn without(&self, axis: Axis) -> Needs {
        Needs(self.0.iter().filter(|(named, _)| **named != axis).map(|(axis, choices)| (*axis, choices.clone())).collect())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Needs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let axis = |(axis, choices): (&Axis, &Vec<Choice>)| {
            let choices: Vec<String> = choices.iter().map(|c| format!("`{}`", c.id())).collect();
            format!("`{}` {}", axis.id(), choices.join(" or "))
        };
        f.write_str(&self.0.iter().map(axis).collect::<Vec<_>>().join(", "))
    }
}

impl Serialize for Needs {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let ids = |choices: &Vec<Choice>| choices.iter().map(|c| c.id()).collect::<Vec<_>>();
        to.collect_map(self.0.iter().map(|(axis, choices)| (axis.id(), ids(choices))))
    }
}

impl<'de> Deserialize<'de> for Needs {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct OfAxes;
        impl<'de> Visitor<'de> for OfAxes {
            type Value = Needs;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("choices by axis, such as { presented = \"signed-challenge\" }")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Needs, A::Error> {
                let mut needs = Needs::default();
                while let Some(axis) = map.next_key_seed(OneAxis)? {
                    needs.0.insert(axis, map.next_value_seed(Choices(axis))?);
                }
                Ok(needs)
            }
        }
        from.deserialize_map(OfAxes)
    }
}

/// `unknown …`, with the most similar known value and all known values.
fn unknown<'a, E: Error>(what: String, word: &str, known: impl Iterator<Item = &'a str> + Clone) -> E {
    let near = nearest(word, known.clone()).map_or(String::new(), |near| format!("; did you mean `{near}`?"));
    E::custom(format!("{what}{near}; known: {}", known.collect::<Vec<_>>().join(", ")))
}

struct OneAxis;

impl<'de> DeserializeSeed<'de> for OneAxis {
    type Value = Axis;
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Axis, D::Error> {
        let id = String::deserialize(from)?;
        let all = Axis::ALL.iter();
        all.clone()
            .find(|axis| axis.id() == id)
            .copied()
            .ok_or_else(|| unknown(format!("unknown axis `{id}`"), &id, all.map(|axis| axis.id())))
    }
}

/// One choice or a list of them.
struct Choices(Axis);

impl Choices {
    fn one<E: Error>(&self, id: &str) -> Result<Choice, E> {
        let what = || format!("unknown value `{id}` for `{}`", self.0.id());
        design::parse(self.0, id).ok_or_else(|| unknown(what(), id, self.0.choices().iter().map(|c| c.id())))
    }
}

impl<'de> DeserializeSeed<'de> for Choices {
    type Value = Vec<Choice>;
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Vec<Choice>, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Choices {
    type Value = Vec<Choice>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a choice or a list of choices")
    }

    fn visit_str<E: Error>(self, id: &str) -> Result<Vec<Choice>, E> {
        Ok(vec![self.one(id)?])
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut ids: A) -> Result<Vec<Choice>, A::Error> {
        let mut all = Vec::new();
        while let Some(id) = ids.next_element::<String>()? {
            all.push(self.one(&id)?);
        }
        match all.is_empty() {
            true => Err(A::Error::custom(format!("`{}` names no choice, so nothing would be run", self.0.id()))),
            false => Ok(all),
        }
    }
}

impl JsonSchema for Needs {
    fn schema_name() -> Cow<'static, str> {
        "Needs".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let of_axis = |axis: &Axis| {
            let all: Vec<&str> = axis.choices().iter().map(|c| c.id()).collect();
            let list = serde_json::json!({
                "type": "array", "items": { "type": "string", "enum": all }, "minItems": 1, "uniqueItems": true,
            });
            (axis.id().to_string(), serde_json::json!({ "anyOf": [{ "type": "string", "enum": all }, list] }))
        };
        let properties: serde_json::Map<String, serde_json::Value> = Axis::ALL.iter().map(of_axis).collect();
        json_schema!({ "type": "object", "properties": properties, "additionalProperties": false })
    }
}
