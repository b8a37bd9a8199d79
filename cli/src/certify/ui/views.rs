//! What the page asks for, as JSON. Values are masked unless the reader asks for a message in clear.

use super::pretty::{Pretty, pretty, pretty_head};
use super::runs::Classifiers;
use super::state::{Conclusion, EndedCase, Message, News, repeatable};
use ::certify::report::plain::shown;
use ::certify::report::{ja, what_ja, why_ja};
use conformance::matrix::matrix;
use conformance::sightings::{ClassMark, Classifier, EntryClasses};
use leak::DataClass;
use serde_json::{Value, json};
use sim::ground::Ground;
use sim::journal::{Direction, Event};
use sim::terms::operations::OPERATIONS;
use std::borrow::Cow;
use std::sync::Arc;

/// Shown in a line instead of a masked value.
const MASK: &str = "●●●";

/// What happened since the page last asked.
pub fn since(news: &News, classifiers: &Classifiers) -> Value {
    let listed = news.messages.iter().map(|(message, ground)| {
        let classifier = || ground.as_ref().and_then(|ground| classifiers.of(message.run, ground));
        line(message, classifier)
    });
    json!({
        "phase": news.phase,
        "planned": news.planned,
        "playing": shown(&news.playing),
        "ending": news.ending,
        "cases": news.cases.iter().map(ended).collect::<Vec<_>>(),
        "nextCase": news.next_case,
        "messages": listed.collect::<Vec<_>>(),
        "nextMessage": news.next_message,
        "dropped": news.dropped,
        "more": news.more,
    })
}

/// How the certification ended: its rules, and what is waived. `Null` until it has.
pub fn concluded(conclusion: Option<&Conclusion>) -> Value {
    let Some(conclusion) = conclusion else { return Value::Null };
    let about = |id: &str| conformance::rules::all().iter().map(|rule| rule.about()).find(|about| about.id == id);
    let rule = |rule: &::certify::session::RuleSummary| {
        let about = about(rule.rule);
        json!({
            "rule": rule.rule,
            "en": about.map(|about| about.title_en),
            "ja": about.map(|about| about.title_ja),
            "outcome": rule.outcome,
            "findings": rule.findings,
            "evaluated": rule.evaluated,
            "why": rule.why.as_deref().map(shown),
        })
    };
    let waived = conclusion.waived.iter().map(|(name, why)| (shown(name), json!(shown(why))));
    json!({
        "rules": conclusion.rules.iter().map(rule).collect::<Vec<_>>(),
        "waived": waived.collect::<serde_json::Map<_, _>>(),
    })
}

fn ended(ended: &EndedCase) -> Value {
    let case = &ended.case;
    let failure = |f: &::certify::outcome::Failure| {
        json!({
            "expected": shown(&f.expected),
            "expectedJa": ja(&f.expected).as_deref().map(shown),
            "observed": shown(&f.observed),
            "observedJa": ja(&f.observed).as_deref().map(shown),
            "culprit": f.culprit,
            "likelyCause": f.likely_cause.as_deref().map(shown),
            "likelyCauseJa": f.likely_cause.as_deref().and_then(ja).as_deref().map(shown),
            "before": f.before.iter().map(|line| shown(line)).collect::<Vec<_>>(),
        })
    };
    json!({
        "name": shown(&case.name),
        "what": shown(&case.what),
        "whatJa": what_ja(case).as_deref().map(shown),
        "outcome": case.outcome,
        "why": case.why.as_deref().map(shown),
        "whyJa": case.why.as_deref().and_then(why_ja).as_deref().map(shown),
        "failures": case.failures.iter().map(failure).collect::<Vec<_>>(),
        "round": ended.round,
        "repeatable": repeatable(case),
    })
}

/// A message as a line of the list.
fn line(message: &Message, classifier: impl FnOnce() -> Option<Arc<Classifier>>) -> Value {
    let Event::Message { direction, peer, head, body, .. } = &message.entry.event else { return Value::Null };
    let first = head.lines().next().unwrap_or_default();
    let status = first.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.split(' ').next()).and_then(|n| n.parse::<u16>().ok());
    // The mocks write the line of a response themselves; of a request, only what the contract has is known to have no value.
    let first = match status.is_some() || is_of_contract(first) {
        true => shown(first),
        false => match classifier() {
            Some(classifier) => masked(first, &classifier.classes_of_line(message.entry.zone, first).marks),
            None => format!("{} {MASK}", shown(first.split(' ').next().unwrap_or_default())),
        },
    };
    json!({
        "number": message.number,
        "run": shown(&message.run_name),
        "round": message.round,
        "case": message.case.as_deref().map(shown),
        "ms": message.entry.at_ns / 1_000_000,
        "party": shown(&message.entry.host),
        "sent": *direction == Direction::Sent,
        "peer": shown(sim::terms::parties::shown(peer)),
        "first": first,
        "status": status,
        "bytes": body.bytes().map_or(0, |bytes| bytes.len()),
    })
}

/// Whether the first line of a request is that of an operation, with nothing added.
fn is_of_contract(first: &str) -> bool {
    let mut words = first.split(' ');
    let (method, path, version) = (words.next(), words.next(), words.next());
    let of_contract =
        |o: &&dyn sim::terms::operation::OperationDescription| Some(o.method().name()) == method && Some(o.path()) == path;
    version == Some("HTTP/1.1") && words.next().is_none() && OPERATIONS.iter().any(of_contract)
}

/// A line with its marks masked.
fn masked(line: &str, marks: &[ClassMark]) -> String {
    let numbered: Vec<_> = marks.iter().enumerate().map(|(number, mark)| (number, mark.bytes.clone())).collect();
    let mut masked = String::new();
    for piece in pretty(line.as_bytes(), &numbered).pieces {
        masked.push_str(if piece.mark.is_some() { MASK } else { &piece.text });
    }
    masked
}

/// A message with everything that is in it. Unless it is wanted `in_clear`, values are masked, and nothing is shown of a message
/// in which they cannot be searched for.
pub fn opened(message: &Message, ground: Option<&Ground>, classifiers: &Classifiers, in_clear: bool) -> Value {
    let Event::Message { head, body, .. } = &message.entry.event else { return Value::Null };
    let classifier = ground.and_then(|ground| classifiers.of(message.run, ground));
    // Without the ground truth nothing is known, which is not the same as that nothing is in it.
    let searched = classifier.is_some();
    let unknown = || EntryClasses { marks: Vec::new(), complete: false };
    let EntryClasses { marks, complete } = classifier.as_ref().map_or_else(unknown, |c| c.classes(&message.entry));
    let of_part = |name: &str| {
        let marks = marks.iter().enumerate().filter(|(_, mark)| mark.part == name);
        marks.map(|(number, mark)| (number, mark.bytes.clone())).collect::<Vec<_>>()
    };
    // What marks eligibility are the words for it, such as names of members.
    let names = |mark: usize| marks.get(mark).is_some_and(|mark| mark.class == DataClass::Eligibility);
    let part = |whole: Pretty| match (in_clear, searched) {
        (true, _) => json!(whole),
        (false, true) => json!(whole.masked(names)),
        (false, false) => Value::Null,
    };
    let bytes = body.bytes().map_or(Cow::Borrowed(&b""[..]), Cow::Owned);
    let mut opened = line(message, || classifier.clone());
    opened["zone"] = json!(message.entry.zone.name());
    opened["zoneJa"] = json!(message.entry.zone.ja());
    opened["head"] = part(pretty_head(head, &of_part("head")));
    opened["body"] = part(pretty(&bytes, &of_part("body")));
    opened["marks"] = marks.iter().map(marked).collect();
    opened["searched"] = json!(searched);
    opened["complete"] = json!(complete);
    opened["inClear"] = json!(in_clear);
    opened
}

fn marked(mark: &ClassMark) -> Value {
    json!({
        "class": mark.class,
        "en": mark.class.name(),
        "ja": matrix().row(mark.class).ja,
        "part": mark.part,
        "words": mark.words,
        "couldBeChance": mark.could_be_chance,
        "forbiddenBy": mark.forbidden_by,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lines_of_the_contract_are_known_to_have_no_value() {
        let operation = OPERATIONS[0];
        let of = |path: &str| is_of_contract(&format!("{} {path} HTTP/1.1", operation.method().name()));
        assert!(of(operation.path()));
        assert!(!of(&format!("{}?number=1", operation.path())) && !of(&format!("{}/1", operation.path())) && !of("/"));
    }
}
