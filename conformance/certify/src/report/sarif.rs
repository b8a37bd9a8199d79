//! A certification as SARIF 2.1.0 (OASIS), for tools that show findings beside code: one result for each failure.
//!
//! A result's rule is the rule that was broken or, where none was, the case. What is wrong with the set-up is no result: it is a
//! notification of the tool, and the execution was then not successful. A failure that is waived is a suppressed result.

use super::plain::{again, lines, rule_of, shown};
use super::{About, Ending, Waived, ending, extent};
use crate::outcome::{Case, CaseOutcome, Failure};
use crate::session::Certified;
use contract::Lang;
use serde_json::{Value, json};
use statement::VerdictOutcome;
use std::collections::BTreeMap;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// The most results of a document. GitHub shows no more of one upload.
const MOST_RESULTS: usize = 5_000;

/// The document, indented, with a line feed at its end. `tool` is name and version of this tool. `config` is the path of the
/// configuration, which is the place of all results; a self-test has none.
///
/// # Errors
/// None: it has text keys only.
pub fn document(
    about: &About,
    certified: &Certified,
    waived: &Waived<'_>,
    tool: &str,
    config: Option<&str>,
) -> Result<String, serde_json::Error> {
    let failed = |case: &&Case| case.outcome == CaseOutcome::Failed;
    let all: Vec<(&Case, &Failure)> =
        certified.cases.iter().filter(failed).flat_map(|c| c.failures.iter().map(move |f| (c, f))).collect();
    let rules = rules(&all);
    let results = all.iter().take(MOST_RESULTS).map(|(case, failure)| {
        let id = rule_of(failure).map_or_else(|| shown(&case.name), str::to_string);
        let index = rules.iter().position(|r| r["id"] == id.as_str());
        let text = format!("{}\n{}\nagain:    {}", shown(&case.what), lines(failure, Lang::En).join("\n"), again(about, case));
        let named = format!("{}/{}", about.role, case.name);
        let mut location =
            json!({ "logicalLocations": [{ "name": shown(&case.name), "fullyQualifiedName": shown(&named), "kind": "module" }] });
        if let Some(path) = config {
            location["physicalLocation"] = json!({ "artifactLocation": { "uri": uri(path) }, "region": { "startLine": 1 } });
        }
        let mut result = json!({
            "ruleId": id,
            "ruleIndex": index,
            "level": "error",
            "message": { "text": text },
            "locations": [location],
            "partialFingerprints": { "primaryLocationLineHash": print(case, failure) },
            "properties": { "case": shown(&case.name), "culprit": failure.culprit },
        });
        let reason = waived.get(case.name.as_str()).or_else(|| rule_of(failure).and_then(|rule| waived.get(rule)));
        if let Some(reason) = reason {
            result["suppressions"] = json!([{ "kind": "external", "status": "accepted", "justification": shown(reason) }]);
        }
        result
    });
    let results: Vec<Value> = results.collect();
    let (name, version) = tool.split_once(' ').unwrap_or((tool, ""));
    let ending = ending(certified, waived);
    let document = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": name, "version": version, "rules": rules } },
            "automationDetails": { "id": format!("{name}/certify/{}/", about.role) },
            "invocations": [{
                "executionSuccessful": !matches!(ending, Ending::Setup | Ending::Inconclusive),
                "startTimeUtc": certified.started.to_string(),
                "endTimeUtc": certified.ended.to_string(),
                "toolExecutionNotifications": notifications(certified, all.len().saturating_sub(MOST_RESULTS)),
            }],
            "results": results,
            "properties": { "ending": ending, "interrupted": certified.interrupted, "product": shown(&about.product), "design": about.design, "seed": about.seed },
        }],
    });
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

/// What results refer to, each once.
fn rules(all: &[(&Case, &Failure)]) -> Vec<Value> {
    let mut rules: BTreeMap<String, Value> = BTreeMap::new();
    for (case, failure) in all {
        let of_rule = rule_of(failure).and_then(|id| conformance::rules::all().iter().find(|r| r.about().id == id));
        let (id, title, help) = match of_rule.map(|rule| rule.about()) {
            Some(about) => (
                about.id.to_string(),
                about.title_en.to_string(),
                format!("{}\n\nHow to fix it: {}", about.source, about.remedy_en),
            ),
            None => (shown(&case.name), shown(&case.what), shown(&failure.expected)),
        };
        rules.entry(id.clone()).or_insert_with(|| {
            json!({
                "id": id,
                "shortDescription": { "text": title },
                "help": { "text": help },
                "defaultConfiguration": { "level": "error" },
            })
        });
    }
    rules.into_values().collect()
}

/// What a reader should know besides the results: what is wrong with the set-up, which rules could not look at everything, and
/// what was not played.
fn notifications(certified: &Certified, not_listed: usize) -> Vec<Value> {
    let notification =
        |level: &str, id: &str, text: String| json!({ "level": level, "descriptor": { "id": id }, "message": { "text": text } });
    let mut all = Vec::new();
    if certified.interrupted {
        let (played, of) = extent(certified);
        all.push(notification(
            "error",
            "interrupted",
            format!("the certification was interrupted: {played} of {of} cases were played"),
        ));
    }
    let mut reasons: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for case in &certified.cases {
        match (case.outcome, &case.why) {
            (CaseOutcome::Setup, why) => {
                let failures = case.failures.iter().flat_map(|failure| lines(failure, Lang::En));
                let text: Vec<String> =
                    [shown(&case.name)].into_iter().chain(why.iter().map(|w| shown(w))).chain(failures).collect();
                all.push(notification("error", "set-up", text.join("\n")));
            }
            (CaseOutcome::NotApplicable | CaseOutcome::NotReached, Some(why)) => {
                reasons.entry(why).or_default().push(shown(&case.name));
            }
            _ => {}
        }
    }
    for rule in certified.rules.iter().filter(|r| r.outcome == VerdictOutcome::Inconclusive) {
        let why = rule.why.as_deref().map(shown).unwrap_or_default();
        all.push(notification("warning", "inconclusive", format!("{} is inconclusive: {why}", rule.rule)));
    }
    if not_listed > 0 {
        all.push(notification(
            "warning",
            "not-listed",
            format!("{not_listed} more failures are not listed: the JSON document has them"),
        ));
    }
    let not_played = |(why, names): (&str, Vec<String>)| {
        notification("note", "not-played", format!("not played, since {}: {}", shown(why), names.join(", ")))
    };
    all.extend(reasons.into_iter().map(not_played));
    all
}

/// The same for two failures of a case in the same way: numbers differ between certifications.
fn print(case: &Case, failure: &Failure) -> String {
    let identity =
        format!("{}\n{}\n{}", case.name, failure.expected, failure.observed).replace(|c: char| c.is_ascii_digit(), "0");
    format!("{}:1", data_encoding::HEXLOWER.encode(&openssl::sha::sha256(identity.as_bytes())[..16]))
}

/// A path as a URI reference (RFC 3986). An absolute path gets the scheme `file`.
fn uri(path: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~/".contains(&b);
    let encoded: String = path.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect();
    if path.starts_with('/') { format!("file://{encoded}") } else { encoded }
}
