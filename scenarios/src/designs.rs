//! Designs: those that come with the tool, and reading design files.
//!
//! A design file makes one choice on every axis; axes, choices and parameters are those of [`sim::terms::design`]. Missing and
//! unknown keys are errors, and all errors of a file are reported at once, each with its line and column.

use crate::file::diagnostic::{MOST_SHOWN, nearest};
use crate::file::{Diagnostic, FileErrors, Scenario};
use sha2::{Digest, Sha256};
use sim::terms::design::{self, Axis, Design, Parameter};
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Name and text of each design that comes with the tool, in the order in which they are listed.
const FILES: &[(&str, &str)] = &[
    ("certificate", include_str!("../../designs/certificate.toml")),
    ("signed-challenge", include_str!("../../designs/signed-challenge.toml")),
    ("keep-mapping", include_str!("../../designs/keep-mapping.toml")),
    ("keep-for-a-time", include_str!("../../designs/keep-for-a-time.toml")),
    ("facility-pseudonym", include_str!("../../designs/facility-pseudonym.toml")),
    ("ask-insurer", include_str!("../../designs/ask-insurer.toml")),
    ("least-kept", include_str!("../../designs/least-kept.toml")),
    ("pin", include_str!("../../designs/pin.toml")),
    ("face-terminal", include_str!("../../designs/face-terminal.toml")),
    ("final-report-2015", include_str!("../../designs/final-report-2015.toml")),
    ("built-2021", include_str!("../../designs/built-2021.toml")),
    ("visible-number", include_str!("../../designs/visible-number.toml")),
    ("my-number", include_str!("../../designs/my-number.toml")),
    ("paper", include_str!("../../designs/paper.toml")),
    ("federated", include_str!("../../designs/federated.toml")),
    ("most-private", include_str!("../../designs/most-private.toml")),
    ("grace-one-month", include_str!("../../designs/grace-one-month.toml")),
    ("grace-three-months", include_str!("../../designs/grace-three-months.toml")),
    ("unknown-not-known", include_str!("../../designs/unknown-not-known.toml")),
    ("renewal-known-later", include_str!("../../designs/renewal-known-later.toml")),
];

/// The designs in which scenarios are played if none is named.
pub const DEFAULTS: [&str; 2] = ["certificate", "signed-challenge"];

/// The designs that are compared if none is named: those that policymakers know. The first is the reference.
pub const COMPARED: [&str; 8] =
    ["certificate", "final-report-2015", "built-2021", "visible-number", "my-number", "paper", "federated", "most-private"];

/// Every design that comes with the tool.
pub fn named() -> &'static [Arc<Design>] {
    static ALL: LazyLock<Vec<Arc<Design>>> = LazyLock::new(|| {
        let read = |(name, text): &(&str, &str)| match read(&format!("{name}.toml"), text) {
            Ok(design) => Arc::new(Design { source: name.to_string(), ..design }),
            Err(e) => panic!("the design `{name}` that comes with the tool cannot be read: {e}"),
        };
        FILES.iter().map(read).collect()
    });
    &ALL
}

/// The design of that name that comes with the tool.
pub fn find(name: &str) -> Option<Arc<Design>> {
    named().iter().find(|d| d.name == name).cloned()
}

/// The source's example.
pub fn certificate() -> Arc<Design> {
    named()[0].clone()
}

/// The built-in design whose name is closest to `name`, if one is close.
pub fn nearest_name(name: &str) -> Option<&'static str> {
    nearest(name, named().iter().map(|d| d.name.as_str()))
}

/// SHA-256 of a design's name, choices and parameters, in lower-case hex. The title is not included.
pub fn sha256(design: &Design) -> String {
    let json = serde_json::to_vec(design).unwrap_or_default();
    data_encoding::HEXLOWER.encode(&Sha256::digest(json))
}

/// The designs in which scenarios are to be played.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Designs(Vec<Arc<Design>>);

impl Designs {
    /// Those of [`DEFAULTS`] that meet a scenario's needs; if none does, the first built-in design that does.
    pub const fn default_ones() -> Designs {
        Designs(Vec::new())
    }

    /// These, as far as they meet a scenario's needs. If the list is empty, the default ones.
    pub fn of(designs: Vec<Arc<Design>>) -> Designs {
        Designs(designs)
    }

    /// Those in which a scenario is played.
    pub fn fitting(&self, scenario: &Scenario) -> Vec<Arc<Design>> {
        let fits = |d: &&Arc<Design>| scenario.needs.met_by(d);
        if !self.0.is_empty() {
            return self.0.iter().filter(fits).cloned().collect();
        }
        let default = |d: &&Arc<Design>| DEFAULTS.contains(&d.name.as_str());
        let defaults: Vec<Arc<Design>> = named().iter().filter(default).filter(fits).cloned().collect();
        match defaults.is_empty() {
            true => named().iter().find(fits).cloned().into_iter().collect(),
            false => defaults,
        }
    }
}

/// Reads the text of `file`; the design's name is the file's, without `.toml`.
pub fn read(file: &str, text: &str) -> Result<Design, FileErrors> {
    let stem = Path::new(file).file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    let design = Design { name: stem, source: file.to_string(), ..Design::default() };
    let mut reading = Reading { text: text.into(), errors: Vec::new(), design };
    let (document, wrong) = DeTable::parse_recoverable(text);
    for e in &wrong {
        reading.error(e.span().unwrap_or(0..0), e.message().to_string(), None);
    }
    if wrong.is_empty() {
        reading.take_all(document.into_inner());
    }
    let Reading { text, mut errors, design, .. } = reading;
    if errors.is_empty() {
        return Ok(design);
    }
    errors.sort_by_key(|wrong| wrong.span.start);
    // Where an error is takes reading the file up to it.
    let shown = errors.drain(..errors.len().min(MOST_SHOWN));
    let shown = shown.map(|e| Diagnostic::new(file, &text, e.span, e.message).with_help(e.help)).collect();
    Err(FileErrors { shown, more: errors.len() })
}

/// Whether a text is a design file: it has an axis as a key. Scenario files have none.
pub fn is_design(text: &str) -> bool {
    let (document, _) = DeTable::parse_recoverable(text);
    document.get_ref().keys().any(|key| Axis::ALL.iter().any(|axis| axis.id() == key.get_ref()))
}

/// The keys of a design file beside the axes.
const KEYS: [&str; 5] = ["title", "description", "source", "breaks", "parameters"];

/// A design file that is being read.
struct Reading {
    text: Arc<str>,
    errors: Vec<Wrong>,
    design: Design,
}

/// An error, the bytes of the file in which it is, and the remedy if the message does not give it.
struct Wrong {
    span: Range<usize>,
    message: String,
    help: Option<String>,
}

impl Reading {
    fn error(&mut self, span: Range<usize>, message: String, help: Option<String>) {
        self.errors.push(Wrong { span, message, help });
    }

    /// An unknown name: which names are known, and which of them is closest.
    fn unknown(&mut self, span: Range<usize>, message: &str, name: &str, known: &[&str]) {
        let near = nearest(name, known.iter().copied()).map_or(String::new(), |near| format!("; did you mean `{near}`?"));
        self.error(span, format!("{message}{near}"), Some(format!("known: {}", known.join(", "))));
    }

    fn take_all(&mut self, mut table: DeTable<'_>) {
        let first_line = 0..self.text.lines().next().map_or(0, str::len);
        match table.remove("title") {
            Some(title) => self.title(title),
            None => self.error(first_line.clone(), "the key `title` is missing: title = { ja = \"…\", en = \"…\" }".into(), None),
        }
        for axis in Axis::ALL {
            match table.remove(axis.id()) {
                Some(value) => self.choice(*axis, value),
                None if !axis.is_required() => {}
                None => {
                    let known: Vec<&str> = axis.choices().iter().map(|c| c.id()).collect();
                    let message = format!("the key `{}` is missing: a design makes a choice on every axis", axis.id());
                    self.error(first_line.clone(), message, Some(format!("known: {}", known.join(", "))));
                }
            }
        }
        self.coherence(first_line);
        self.texts(&mut table);
        self.breaks(table.remove("breaks"));
        self.parameters(table.remove("parameters"));
        let known: Vec<&str> = Axis::ALL.iter().map(|a| a.id()).chain(KEYS).collect();
        let mut keys: Vec<_> = table.keys().collect();
        keys.sort_by_key(|key| key.span().start);
        for (i, key) in keys.into_iter().enumerate() {
            match i < MOST_SHOWN {
                true => self.unknown(key.span(), &format!("unknown axis `{}`", key.get_ref()), key.get_ref(), &known),
                // It is only counted.
                false => self.error(key.span(), "unknown axis".into(), None),
            }
        }
    }

    /// Choices that do not go together, if every axis has one.
    fn coherence(&mut self, span: Range<usize>) {
        if self.errors.is_empty() {
            let found: Vec<String> = self.design.contradictions().iter().map(ToString::to_string).collect();
            found.into_iter().for_each(|what| self.error(span.clone(), what, None));
        }
    }

    /// The optional description and source.
    fn texts(&mut self, table: &mut DeTable<'_>) {
        if let Some(value) = table.remove("description") {
            let (ja, en) = self.both_languages("description", value);
            (self.design.title.description_ja, self.design.title.description_en) = (ja, en);
        }
        if let Some(value) = table.remove("source") {
            let span = value.span();
            match value.into_inner() {
                DeValue::String(text) if !text.trim().is_empty() => self.design.title.source = text.into_owned(),
                _ => self.error(span, "`source` must be a text that says where the design is from".into(), None),
            }
        }
    }

    /// The ids of the rules that a yardstick breaks on purpose.
    fn breaks(&mut self, value: Option<Spanned<DeValue<'_>>>) {
        let Some(value) = value else { return };
        let span = value.span();
        let DeValue::Array(ids) = value.into_inner() else {
            return self.error(span, "`breaks` must be a list of rules: write [\"NVN-003\"]".into(), None);
        };
        for id in ids {
            let span = id.span();
            match id.into_inner() {
                DeValue::String(id) => self.design.breaks.push(id.into_owned()),
                _ => self.error(span, "a rule is named by its id, such as \"NVN-003\"".into(), None),
            }
        }
    }

    fn title(&mut self, value: Spanned<DeValue<'_>>) {
        (self.design.title.ja, self.design.title.en) = self.both_languages("title", value);
    }

    /// A text in Japanese and in English.
    fn both_languages(&mut self, name: &str, value: Spanned<DeValue<'_>>) -> (String, String) {
        let span = value.span();
        let DeValue::Table(mut table) = value.into_inner() else {
            self.error(span, format!("`{name}` must be a table: write {{ ja = \"…\", en = \"…\" }}"), None);
            return Default::default();
        };
        let mut text = |key: &str| match table.remove(key).map(Spanned::into_inner) {
            Some(DeValue::String(text)) if !text.trim().is_empty() => Some(text.into_owned()),
            _ => None,
        };
        let (ja, en) = (text("ja"), text("en"));
        for (key, found) in [("ja", &ja), ("en", &en)] {
            if found.is_none() {
                self.error(span.clone(), format!("`{name}.{key}` is missing, empty or not a string"), None);
            }
        }
        let more: Vec<(Range<usize>, String)> = table.iter().map(|(k, _)| (k.span(), k.get_ref().to_string())).collect();
        for (span, key) in more {
            self.unknown(span, &format!("unknown key `{key}` in `{name}`"), &key, &["ja", "en"]);
        }
        (ja.unwrap_or_default(), en.unwrap_or_default())
    }

    fn choice(&mut self, axis: Axis, value: Spanned<DeValue<'_>>) {
        let span = value.span();
        let known: Vec<&str> = axis.choices().iter().map(|c| c.id()).collect();
        let DeValue::String(id) = value.into_inner() else {
            let message = format!("`{}` must be the name of a choice", axis.id());
            return self.error(span, message, Some(format!("known: {}", known.join(", "))));
        };
        match design::parse(axis, &id) {
            Some(choice) => self.design = std::mem::take(&mut self.design).with(choice),
            None => self.unknown(span, &format!("unknown value `{id}` for `{}`", axis.id()), &id, &known),
        }
    }

    fn parameters(&mut self, value: Option<Spanned<DeValue<'_>>>) {
        let span = value.as_ref().map_or(0..self.text.lines().next().map_or(0, str::len), Spanned::span);
        let mut table = match value.map(Spanned::into_inner) {
            None => DeTable::new(),
            Some(DeValue::Table(table)) => table,
            Some(_) => return self.error(span, "`parameters` must be a table: write [parameters] above them".into(), None),
        };
        let needed: Vec<Parameter> = self.design.needed().collect();
        for parameter in &needed {
            match table.remove(parameter.id()) {
                Some(value) => self.parameter(*parameter, value),
                None => {
                    let (id, expected) = (parameter.id(), parameter.kind().expected());
                    let choice = parameter.of().iter().find(|c| self.design.has(**c)).map_or("", |c| c.id());
                    let message = format!("`{choice}` needs the parameter `{id}`, which is missing: write {expected}");
                    self.error(span.clone(), message, Some(parameter.text_en().to_string()));
                }
            }
        }
        let known: Vec<&str> = needed.iter().map(|p| p.id()).collect();
        let more: Vec<(Range<usize>, String)> = table.iter().map(|(k, _)| (k.span(), k.get_ref().to_string())).collect();
        for (span, key) in more {
            match Parameter::ALL.iter().find(|p| p.id() == key) {
                Some(parameter) => {
                    let of: Vec<String> =
                        parameter.of().iter().map(|c| format!("`{} = \"{}\"`", c.axis().id(), c.id())).collect();
                    self.error(span, format!("`{key}` is a parameter of {}, which is not chosen", of.join(" and ")), None);
                }
                None if known.is_empty() => {
                    self.error(span, format!("unknown parameter `{key}`: the choices of this design take no parameters"), None);
                }
                None => self.unknown(span, &format!("unknown parameter `{key}`"), &key, &known),
            }
        }
        let (status, stale) = (self.design.parameters.status, self.design.parameters.status_when_jpki_fails);
        if let (Some(status), Some(stale)) = (status, stale)
            && stale < status
        {
            self.error(span, "`status-when-jpki-fails` must not be shorter than `status`".into(), None);
        }
    }

    fn parameter(&mut self, parameter: Parameter, value: Spanned<DeValue<'_>>) {
        let span = value.span();
        let text = match value.into_inner() {
            DeValue::String(text) => Some(text.into_owned()),
            DeValue::Integer(n) => Some(n.to_string()),
            _ => None,
        };
        if !text.is_some_and(|text| self.design.parameters.set(parameter, &text)) {
            self.error(span, format!("`{}` must be {}", parameter.id(), parameter.kind().expected()), None);
        }
    }
}

/// The JSON Schema of design files (2020-12), with a line feed at its end.
pub fn json_schema() -> Result<String, serde_json::Error> {
    use serde_json::json;
    let mut properties = serde_json::Map::new();
    let text = json!({ "type": "string", "minLength": 1 });
    properties.insert(
        "title".into(),
        json!({
            "type": "object",
            "properties": { "ja": text, "en": text },
            "required": ["ja", "en"],
            "additionalProperties": false,
        }),
    );
    if let Some(title) = properties.get("title").cloned() {
        properties.insert("description".into(), title);
    }
    properties.insert("source".into(), json!({ "description": "Where the design is from", "type": "string", "minLength": 1 }));
    let rules = json!({ "type": "string", "pattern": "^[A-Z]+-[0-9]{3}$" });
    let breaks = "The rules that it breaks on purpose: only a yardstick has any";
    properties.insert("breaks".into(), json!({ "description": breaks, "type": "array", "items": rules, "uniqueItems": true }));
    for axis in Axis::ALL {
        let choices: Vec<_> =
            axis.choices().iter().map(|c| json!({ "const": c.id(), "description": c.explained().text_en })).collect();
        properties.insert(axis.id().into(), json!({ "description": axis.explained().text_en, "oneOf": choices }));
    }
    let parameters: serde_json::Map<String, serde_json::Value> = Parameter::ALL
        .iter()
        .map(|p| {
            let value = match p.kind() {
                design::ParameterKind::Time => json!({ "type": "string", "pattern": "^[0-9]", "description": p.text_en() }),
                design::ParameterKind::Share => {
                    json!({ "type": "string", "pattern": "^[0-9]{1,3}(\\.[0-9]{1,4})?%$", "description": p.text_en() })
                }
                design::ParameterKind::Count => json!({ "type": "integer", "minimum": 1, "description": p.text_en() }),
            };
            (p.id().to_string(), value)
        })
        .collect();
    properties.insert(
        "parameters".into(),
        json!({
            "type": "object",
            "description": "The parameters that the choices need: all of them and no others",
            "properties": parameters,
            "additionalProperties": false,
        }),
    );
    let required: Vec<&str> = ["title"].into_iter().chain(Axis::ALL.iter().filter(|a| a.is_required()).map(|a| a.id())).collect();
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Design",
        "description": "One choice on every axis: what policymakers compare",
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
        "allOf": conditions(),
    });
    Ok(serde_json::to_string_pretty(&schema)? + "\n")
}

/// For each choice that needs parameters, which ones it requires.
fn conditions() -> Vec<serde_json::Value> {
    use serde_json::json;
    Axis::ALL
        .iter()
        .flat_map(|axis| axis.choices())
        .filter_map(|choice| {
            let needed: Vec<&str> = Parameter::ALL.iter().filter(|p| p.of().contains(choice)).map(|p| p.id()).collect();
            let needs = json!({ "required": ["parameters"], "properties": { "parameters": { "required": needed } } });
            let chosen = json!({ "properties": { choice.axis().id(): { "const": choice.id() } } });
            (!needed.is_empty()).then(|| json!({ "if": chosen, "then": needs }))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_file_is_listed_and_every_choice_is_used() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../designs");
        let files: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|e| e.unwrap().path().file_stem().unwrap().to_str().unwrap().to_string())
            .collect();
        assert_eq!(files, named().iter().map(|d| d.name.clone()).collect());
        for choice in Axis::ALL.iter().flat_map(|a| a.choices()) {
            assert!(named().iter().any(|d| d.has(*choice)), "no design has {choice:?}");
        }
        let several = || Axis::ALL.iter().filter(|a| a.choices().len() > 1 && a.is_required());
        let other = |d: &&Arc<Design>| several().all(|a| d.choice(*a) != a.choices()[0]);
        assert!(named().iter().any(|d| other(&d)), "no design differs from the first choice on every axis that has several");
        assert_eq!(DEFAULTS.map(|name| find(name).unwrap().name.clone()), DEFAULTS);
    }

    #[test]
    fn all_errors_of_a_file_are_shown_where_they_are() {
        let cases = [
            "",
            "title = 1\npresented = \"certficate\"\ncode-lookup = \"ask-jpki\"\neligibilty = \"ask-insurer\"\nremembered = 7\n",
            "title = { ja = \"x\", en = \" \", fr = \"x\" }\npresented = \"certificate\"\ncode-lookup = \"keep-for-a-time\"\n\
             eligibility = \"broker-holds-all\"\nremembered = \"certificate-serial\"\nline = \"dedicated\"\nidentity = \"pin\"\ncodes = \"random-table\"\n[parameters]\nmapping = 24\nstatus = \"2h\"\n\
             status-when-jpki-fails = \"1h\"\nmst = 7\n",
            "title = { ja = \"x\", en = \"x\" }\npresented = \"certificate\"\ncode-lookup = \"keep-mapping\"\n\
             eligibility = \"broker-holds-all\"\nremembered = \"certificate-serial\"\nline = \"dedicated\"\nidentity = \"pin\"\ncodes = \"random-table\"\n[parameters]\nmapping = \"1h\"\nmost = 0\n",
            "title = { ja = \"x\", en = \"x\" }\npresented = \"certificate\"\ncode-lookup = \"ask-jpki\"\n\
             eligibility = \"broker-holds-all\"\nremembered = \"certificate-serial\"\nline = \"internet-vpn\"\nidentity = \"not-checked\"\ncodes = \"random-table\"\nbreaks = 7\nsource = \" \"\nparameters = { most = 7, least = 1 }\n",
            "presented = \n",
        ];
        let shown = cases.map(|text| read("dir/x.toml", text).unwrap_err().to_string());
        insta::assert_snapshot!(shown.join("\n----\n"));
    }

    #[test]
    fn every_design_that_comes_with_the_tool_is_described_has_a_source_and_does_not_contradict_itself() {
        for design in named() {
            let texts = &design.title;
            for text in [&texts.description_ja, &texts.description_en, &texts.source] {
                assert!(!text.is_empty(), "{design}");
            }
            assert!(design.contradictions().is_empty(), "{design}: {:?}", design.contradictions());
            assert_eq!(design.breaks.is_empty(), design.name != "my-number", "only the yardstick breaks rules: {design}");
        }
        assert!(named().len() >= 8);
        let text = FILES.iter().find(|(name, _)| *name == "paper").unwrap().1;
        let wrong = read("x.toml", &text.replace("not-asked", "ask-jpki").replace("[parameters]", "[parameters]\n")).unwrap_err();
        assert!(
            wrong.to_string().contains("`code-lookup = \"ask-jpki\"` goes only with `presented = \"certificate\"`"),
            "{wrong}"
        );
    }

    #[test]
    fn a_design_file_is_distinguished_from_a_scenario_file() {
        assert!(FILES.iter().all(|(_, text)| is_design(text)));
        assert!(!is_design("people = 1\nneeds = { presented = \"certificate\" }\n"));
    }
}
