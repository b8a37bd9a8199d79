//! How two heads differ: what their runs were made with. Runs that were not made alike are no parts of one sweep, and what
//! differs between them may come from how they were made.

use super::{Head, PlannedDesign, PlannedScenario};
use std::collections::BTreeSet;
use std::fmt;

/// A member of the head, or several that state one fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Member {
    /// The tool's name, version and commit.
    Tool,
    OpenSsl,
    Engine,
    /// Whether rules judged the runs, and which.
    Rules,
    Mutant,
    Seeds,
    /// What the plan has of designs.
    Designs,
    /// What the plan has of scenarios.
    Scenarios,
}

impl Member {
    /// As messages name it.
    pub fn name(self) -> &'static str {
        match self {
            Member::Tool => "tool",
            Member::OpenSsl => "openssl",
            Member::Engine => "engine",
            Member::Rules => "rules",
            Member::Mutant => "mutant",
            Member::Seeds => "seeds",
            Member::Designs => "plan/designs",
            Member::Scenarios => "plan/scenarios",
        }
    }
}

/// One difference of two heads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadDifference {
    pub member: Member,
    /// Of the one head, in words.
    pub one: String,
    /// Of the other.
    pub other: String,
    /// Whether runs of the two cannot be compared: they differ by how they were made, whatever the tool does.
    pub incomparable: bool,
}

impl fmt::Display for HeadDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {} and {}", self.member.name(), self.one, self.other)
    }
}

/// Every difference of two heads, in the order of [`Member`]. The partitions are not compared. Documents of an older schema do
/// not state the engine, the commit and the rules; such a difference does not make them incomparable.
pub fn differences(a: &Head, b: &Head) -> Vec<HeadDifference> {
    let differ = |member, incomparable, one: String, other: String| {
        (one != other).then_some(HeadDifference { member, one, other, incomparable })
    };
    let or = |text: &Option<String>, none: &str| text.clone().unwrap_or_else(|| none.to_string());
    let seeds = |h: &Head| format!("{}..{}", h.seed, h.last_seed);
    let stated = a.engine.is_some() && b.engine.is_some();
    let simple = [
        differ(Member::Tool, false, tool(a), tool(b)),
        differ(Member::OpenSsl, false, a.openssl.clone(), b.openssl.clone()),
        differ(Member::Engine, stated, or(&a.engine, NOT_STATED), or(&b.engine, NOT_STATED)),
        rules(a.rules.as_deref(), b.rules.as_deref()),
        differ(Member::Mutant, false, or(&a.mutant, "no mutant"), or(&b.mutant, "no mutant")),
        differ(Member::Seeds, false, seeds(a), seeds(b)),
    ];
    let designs = designs(&a.plan.designs, &b.plan.designs);
    let scenarios = scenarios(&a.plan.scenarios, &b.plan.scenarios);
    simple.into_iter().flatten().chain(designs).chain(scenarios).collect()
}

const NOT_STATED: &str = "not stated";

fn tool(head: &Head) -> String {
    let commit = head.commit.as_deref().map_or("a commit that is not stated".to_string(), |c| format!("commit {c}"));
    format!("{} {} of {commit}", head.tool, head.version)
}

fn rules(a: Option<&[String]>, b: Option<&[String]>) -> Option<HeadDifference> {
    let text = |rules: Option<&[String]>, other: Option<&[String]>| match (rules, other) {
        (None, _) => NOT_STATED.to_string(),
        (Some([]), _) => "not judged (--no-rules)".into(),
        (Some(rules), other) => {
            let only: Vec<&str> = rules.iter().filter(|r| !other.is_some_and(|o| o.contains(r))).map(String::as_str).collect();
            match other {
                Some([_, ..]) if !only.is_empty() => format!("judged by {} rules, with {}", rules.len(), some(&only)),
                _ => format!("judged by {} rules", rules.len()),
            }
        }
    };
    let judged = |rules: Option<&[String]>| rules.map(|r| !r.is_empty());
    let incomparable = matches!((judged(a), judged(b)), (Some(a), Some(b)) if a != b);
    let differs = a.map(BTreeSet::from_iter) != b.map(BTreeSet::from_iter);
    differs.then(|| HeadDifference { member: Member::Rules, one: text(a, b), other: text(b, a), incomparable })
}

/// The first digits of a SHA-256.
fn short(sha256: &str) -> &str {
    sha256.get(..12).unwrap_or(sha256)
}

/// The first names of a list.
fn some(names: &[&str]) -> String {
    const NAMED: usize = 3;
    let more = if names.len() > NAMED { ", …" } else { "" };
    format!("{}{more}", names.iter().take(NAMED).copied().collect::<Vec<_>>().join(", "))
}

fn designs(a: &[PlannedDesign], b: &[PlannedDesign]) -> Vec<HeadDifference> {
    // What one has otherwise than the other.
    let text = |d: &PlannedDesign, other: &PlannedDesign| {
        let all =
            |d: &PlannedDesign| d.choices.iter().chain(&d.parameters).map(|(k, v)| format!("{k} {v}")).collect::<BTreeSet<_>>();
        let own: Vec<String> = all(d).difference(&all(other)).cloned().collect();
        let own = if own.is_empty() { format!("the SHA-256 {}", short(&d.sha256)) } else { own.join(", ") };
        format!("`{}` with {own}", d.name)
    };
    let named = |name: &str| b.iter().find(|d| d.name == name);
    let changed =
        a.iter().filter_map(|one| named(&one.name).filter(|other| one.sha256 != other.sha256).map(|other| (one, other)));
    let changed: Vec<_> = changed
        .map(|(one, other)| HeadDifference {
            member: Member::Designs,
            one: text(one, other),
            other: text(other, one),
            incomparable: true,
        })
        .collect();
    if !changed.is_empty() {
        return changed;
    }
    listed(Member::Designs, a.iter().map(|d| d.name.as_str()), b.iter().map(|d| d.name.as_str())).into_iter().collect()
}

fn scenarios(a: &[PlannedScenario], b: &[PlannedScenario]) -> Vec<HeadDifference> {
    let differ = |one: String, other: String| HeadDifference { member: Member::Scenarios, one, other, incomparable: false };
    let named = |name: &str| b.iter().find(|s| s.name == name);
    let common: Vec<_> = a.iter().filter_map(|one| Some((one, named(&one.name)?))).collect();
    let changed: Vec<_> = common.iter().filter(|(one, other)| one.sha256 != other.sha256).collect();
    let files = match changed.as_slice() {
        [] => None,
        [(one, other)] => {
            let text = |s: &PlannedScenario| format!("`{}` with the SHA-256 {}", s.name, short(&s.sha256));
            Some(differ(text(one), text(other)))
        }
        // After a change of all files, one line and not one for each.
        many => {
            let names: Vec<&str> = many.iter().map(|(one, _)| one.name.as_str()).collect();
            Some(differ(format!("{} files ({})", many.len(), some(&names)), "the same with other content".into()))
        }
    };
    let elsewhere = common.iter().find(|(one, other)| one.designs != other.designs).map(|(one, other)| {
        let text = |s: &PlannedScenario| format!("`{}` in {}", s.name, s.designs.join(", "));
        differ(text(one), text(other))
    });
    let names = listed(Member::Scenarios, a.iter().map(|s| s.name.as_str()), b.iter().map(|s| s.name.as_str()));
    files.into_iter().chain(elsewhere).chain(names).collect()
}

/// The difference of two lists of names: what only one has, or the order.
fn listed<'a>(
    member: Member,
    a: impl Iterator<Item = &'a str> + Clone,
    b: impl Iterator<Item = &'a str> + Clone,
) -> Option<HeadDifference> {
    if a.clone().eq(b.clone()) {
        return None;
    }
    let [in_a, in_b]: [BTreeSet<&str>; 2] = [a.clone().collect(), b.clone().collect()];
    let text = |mine: &BTreeSet<&str>, other: &BTreeSet<&str>| {
        let only: Vec<&str> = mine.difference(other).copied().collect();
        if only.is_empty() { "none beside the common ones".to_string() } else { format!("{} only in it", some(&only)) }
    };
    let (one, other) = match in_a == in_b {
        true => ("another order".into(), "another order".into()),
        false => (text(&in_a, &in_b), text(&in_b, &in_a)),
    };
    Some(HeadDifference { member, one, other, incomparable: false })
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use std::collections::BTreeMap;

    fn changed(change: impl FnOnce(&mut Head)) -> Vec<String> {
        let mut one = samples::head();
        let choices = BTreeMap::from([("presented".to_string(), "certificate".to_string())]);
        let design = PlannedDesign { name: "certificate".into(), sha256: "aa".into(), choices, parameters: BTreeMap::new() };
        one.plan.designs = vec![design];
        let mut other = one.clone();
        change(&mut other);
        assert_eq!(differences(&one, &one), []);
        let text = |d: HeadDifference| format!("{d}{}", if d.incomparable { " (incomparable)" } else { "" });
        differences(&one, &other).into_iter().map(text).collect()
    }

    #[test]
    fn every_member_that_says_how_runs_were_made_is_compared() {
        let cases: Vec<(&str, Vec<String>)> = vec![
            ("version", changed(|h| h.version = "9".into())),
            ("commit", changed(|h| h.commit = Some("9".into()))),
            ("no commit", changed(|h| h.commit = None)),
            ("openssl", changed(|h| h.openssl = "OpenSSL 9".into())),
            ("engine", changed(|h| h.engine = Some("ticks".into()))),
            ("no engine", changed(|h| h.engine = None)),
            ("not judged", changed(|h| h.rules = Some(Vec::new()))),
            ("another rule", changed(|h| h.rules = Some(vec!["NVN-003".into(), "NVN-999".into()]))),
            ("fewer rules", changed(|h| h.rules = Some(vec!["NVN-003".into()]))),
            ("no rules stated", changed(|h| h.rules = None)),
            ("mutant", changed(|h| h.mutant = Some("broker-guesses".into()))),
            ("seeds", changed(|h| h.last_seed = 9)),
            (
                "design changed",
                changed(|h| {
                    h.plan.designs[0].sha256 = "bb".into();
                    h.plan.designs[0].parameters.insert("mapping".into(), "24h".into());
                }),
            ),
            ("design added", changed(|h| h.plan.designs.push(PlannedDesign { name: "new".into(), ..h.plan.designs[0].clone() }))),
            ("scenario changed", changed(|h| h.plan.scenarios[0].sha256 = "bb".into())),
            ("two scenarios changed", {
                let mut one = samples::head();
                one.plan.scenarios.push(PlannedScenario { name: "line-cut".into(), ..one.plan.scenarios[0].clone() });
                let mut other = one.clone();
                other.plan.scenarios.iter_mut().for_each(|s| s.sha256 = "bb".into());
                differences(&one, &other).iter().map(|d| d.to_string()).collect()
            }),
            ("scenario in other designs", changed(|h| h.plan.scenarios[0].designs.push("new".into()))),
            ("scenario renamed", changed(|h| h.plan.scenarios[0].name = "new".into())),
            ("partition", changed(|h| h.partition = Some("hash:1/2".into()))),
        ];
        let lines = cases.into_iter().map(|(what, found)| format!("{what}: {}", found.join("; ")));
        insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"));
    }
}
