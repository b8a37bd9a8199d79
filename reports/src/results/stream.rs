//! The document written and read run by run, so that memory does not grow with the number of runs.

use super::{OLDER_SCHEMAS, Plan, Results, Run, SCHEMA};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::io::{self, Read, Write};
use struson::reader::{JsonReader, JsonStreamReader, ReaderSettings};

/// The members of a document before its runs. See [`Results`] for the fields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    pub schema: String,
    pub tool: String,
    pub version: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub commit: Option<String>,
    pub openssl: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub engine: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rules: Option<Vec<String>>,
    pub seed: u64,
    pub last_seed: u64,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub mutant: Option<String>,
    pub plan: Plan,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub partition: Option<String>,
}

/// The members of a document after its runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tail {
    pub complete: bool,
    pub digest: String,
}

impl Head {
    /// The whole document.
    pub fn with(self, runs: Vec<Run>, tail: Tail) -> Results {
        let Head { schema, tool, version, commit, openssl, engine, rules, seed, last_seed, mutant, plan, partition } = self;
        let Tail { complete, digest } = tail;
        Results {
            schema,
            tool,
            version,
            commit,
            openssl,
            engine,
            rules,
            seed,
            last_seed,
            mutant,
            plan,
            partition,
            runs,
            complete,
            digest,
        }
    }
}

/// Writes a document, byte for byte as [`Results::to_json`] does.
pub struct Writer<W> {
    out: W,
    any: bool,
}

impl<W: Write> Writer<W> {
    pub fn begin(mut out: W, head: &Head) -> io::Result<Self> {
        out.write_all(opened(head)?.as_bytes())?;
        out.write_all(b",\n  \"runs\": [")?;
        Ok(Writer { out, any: false })
    }

    pub fn take(&mut self, run: &Run) -> io::Result<()> {
        let comma = if self.any { "," } else { "" };
        self.any = true;
        // No string in JSON has a line feed in it, so this indents and changes nothing.
        let run = serde_json::to_string_pretty(run)?.replace('\n', "\n    ");
        self.out.write_all(format!("{comma}\n    {run}").as_bytes())
    }

    pub fn finish(mut self, tail: &Tail) -> io::Result<()> {
        let closed = if self.any { "\n  ]" } else { "]" };
        // Both are objects: the end of the list replaces the opening brace of this one.
        let tail = opened(tail)?;
        self.out.write_all(format!("{closed},{}\n}}\n", &tail[1..]).as_bytes())?;
        self.out.flush()
    }
}

/// An object without its closing brace.
fn opened(object: &impl Serialize) -> io::Result<String> {
    let text = serde_json::to_string_pretty(object)?;
    Ok(text.strip_suffix("\n}").unwrap_or(&text).to_string())
}

/// Why a document cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("it is not the JSON of results: {0}")]
    Json(String),
    #[error("it is not the JSON of results: at the run after {after}: {what}")]
    Run { after: String, what: String },
    #[error(
        "it is a document of `{0}`, and this version of shikaku reads `{SCHEMA}`, `{older}`",
        older = OLDER_SCHEMAS.join("`, `")
    )]
    Schema(String),
}

fn json(error: impl std::fmt::Display) -> ReadError {
    ReadError::Json(error.to_string())
}

/// Reads a document run by run. Its members may be in any order.
pub struct Reader<R: Read> {
    json: JsonStreamReader<R>,
    /// All members but the runs, as far as they have been read.
    members: Map<String, Value>,
    /// The last run that was read.
    last: Option<String>,
}

impl<R: Read> Reader<R> {
    /// Reads up to the first run.
    pub fn begin(read: R) -> Result<Self, ReadError> {
        // By default it rejects numbers with many digits, but whatever the writer writes must be readable.
        let settings = ReaderSettings { restrict_number_values: false, ..ReaderSettings::default() };
        let json_reader = JsonStreamReader::new_custom(read, settings);
        let mut reader = Reader { json: json_reader, members: Map::new(), last: None };
        reader.json.begin_object().map_err(json)?;
        match reader.members()? {
            true => reader.json.begin_array().map_err(json)?,
            false => return Err(json("it has no `runs`")),
        }
        Ok(reader)
    }

    /// Reads members up to the runs, and returns whether the runs follow.
    fn members(&mut self) -> Result<bool, ReadError> {
        while self.json.has_next().map_err(json)? {
            let name = self.json.next_name_owned().map_err(json)?;
            if name == "runs" {
                return Ok(true);
            }
            let value: Value = self.json.deserialize_next().map_err(json)?;
            let unknown = |schema: &&str| *schema != SCHEMA && !OLDER_SCHEMAS.contains(schema);
            if let Some(schema) = value.as_str().filter(|_| name == "schema").filter(unknown) {
                return Err(ReadError::Schema(schema.to_string()));
            }
            if self.members.insert(name.clone(), value).is_some() {
                return Err(json(format!("it has `{name}` twice")));
            }
        }
        Ok(false)
    }

    /// The next run; `None` after the last.
    pub fn run(&mut self) -> Result<Option<Run>, ReadError> {
        if !self.json.has_next().map_err(json)? {
            return Ok(None);
        }
        let run: Run = self.json.deserialize_next().map_err(|e| match &self.last {
            Some(last) => ReadError::Run { after: last.clone(), what: e.to_string() },
            None => json(e),
        })?;
        self.last = Some(format!("{}/{}/{}", run.scenario, run.design, run.seed));
        Ok(Some(run))
    }

    /// Reads what follows the runs, which must all have been read.
    pub fn finish(mut self) -> Result<(Head, Tail), ReadError> {
        self.json.end_array().map_err(json)?;
        if self.members()? {
            return Err(json("it has `runs` twice"));
        }
        self.json.end_object().map_err(json)?;
        self.json.consume_trailing_whitespace().map_err(json)?;
        let tail: Map<String, Value> =
            ["complete", "digest"].into_iter().filter_map(|name| Some((name.to_string(), self.members.remove(name)?))).collect();
        let head = Head::deserialize(Value::Object(self.members)).map_err(json)?;
        Ok((head, Tail::deserialize(Value::Object(tail)).map_err(json)?))
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use proptest::prelude::*;

    fn written(head: &Head, runs: &[Run], tail: &Tail) -> String {
        let mut bytes = Vec::new();
        let mut writer = Writer::begin(&mut bytes, head).unwrap();
        runs.iter().for_each(|r| writer.take(r).unwrap());
        writer.finish(tail).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    fn read(text: &str) -> Result<(Head, Vec<Run>, Tail), ReadError> {
        let mut reader = Reader::begin(text.as_bytes())?;
        let mut runs = Vec::new();
        while let Some(run) = reader.run()? {
            runs.push(run);
        }
        let (head, tail) = reader.finish()?;
        Ok((head, runs, tail))
    }

    fn tail() -> Tail {
        Tail { complete: true, digest: "ab".into() }
    }

    #[test]
    fn a_stream_is_the_document_and_is_read_back() {
        let whole = samples::head();
        let part = Head { partition: Some("hash:1/2".into()), mutant: Some("a \"name\" {}".into()), ..samples::head() };
        for head in [whole, part] {
            for runs in [vec![], vec![samples::broken()], vec![samples::passed(), samples::broken()]] {
                let text = written(&head, &runs, &tail());
                assert_eq!(text, head.clone().with(runs.clone(), tail()).to_json().unwrap());
                assert_eq!(read(&text).unwrap(), (head.clone(), runs, tail()));
            }
        }
    }

    #[test]
    fn members_may_be_in_any_order() {
        let results = samples::head().with(vec![samples::broken()], tail());
        // The names of a `Value` are sorted: `complete` comes first, `schema` after `runs`.
        let text = serde_json::to_value(&results).unwrap().to_string();
        assert_eq!(read(&text).unwrap(), (samples::head(), results.runs, tail()));
    }

    #[test]
    fn what_is_no_document_is_refused_with_a_reason() {
        let good = written(&samples::head(), &[samples::passed(), samples::broken()], &tail());
        let cut = &good[..good.len() / 2];
        let cases = [
            ("nothing", String::new()),
            ("a list", "[]".into()),
            ("no runs", "{}".into()),
            ("cut off", cut.into()),
            ("more behind", good.clone() + "{}"),
            ("another schema", good.replace("results/v3", "results/v0")),
            ("an unknown member", good.replace("\"tool\"", "\"toll\"")),
            (
                "a run without its seed",
                good.replacen("\"seed\": 7,\n      \"outcome\": \"broken\"", "\"outcome\": \"broken\"", 1),
            ),
            ("an unknown outcome", good.replace("\"outcome\": \"passed\"", "\"outcome\": \"perfect\"")),
            ("no end", good.replace("  \"complete\": true,\n", "")),
            ("not text", good.replace("\"tool\": \"", "\"tool\": \"\u{1}")),
        ];
        let reported: Vec<String> = cases.iter().map(|(what, text)| format!("{what}: {}", read(text).unwrap_err())).collect();
        insta::assert_snapshot!(reported.join("\n"));
    }

    proptest! {
        /// A number that is read and written again keeps its digits, so that a merged document equals that of the whole sweep.
        #[test]
        fn what_is_read_is_written_as_it_was(virtual_s: f64, p50: f64, seed: u64, text: String) {
            prop_assume!(virtual_s.is_finite() && p50.is_finite());
            let mut run = samples::broken();
            (run.virtual_s, run.seed, run.error) = (virtual_s, seed, Some(text.clone()));
            run.latency_ms.as_mut().unwrap().p50 = p50;
            let head = Head { openssl: text, last_seed: seed, ..samples::head() };
            let once = written(&head, &[run], &tail());
            let (head, runs, tail) = read(&once).unwrap();
            prop_assert_eq!(written(&head, &runs, &tail), once);
        }
    }
}
