//! What a statement says must fit together.

use super::sample::*;
use crate::certification::*;
use crate::checks::verdict_differences;
use crate::in_toto::Statement;
use std::collections::BTreeMap;

/// A change, and a part of the problem that it causes.
type Case<'a, T> = (&'a dyn Fn(&mut T), &'a str);

const AT: &str = "2027-04-06T00:00:00Z";

/// The summary that follows, and the problems if that is what is stated.
fn follows(change: impl Fn(&mut Certification)) -> (Summary, Vec<String>) {
    let mut changed = certification();
    change(&mut changed);
    let follows = changed.summary_at(at(AT));
    changed.summary = follows;
    (follows, changed.problems(at(AT)))
}

fn problem(change: impl Fn(&mut Certification)) -> String {
    let mut changed = certification();
    change(&mut changed);
    changed.problems(at(AT)).join("\n")
}

#[test]
fn the_summary_follows_from_verdicts_cases_and_waivers() {
    let with = |outcome| follows(|c| c.verdicts.push(verdict("SEC-001", outcome))).0;
    use VerdictOutcome::*;
    for outcome in [NotApplicable, NotObservable, NotReached, Held, Warning] {
        assert_eq!(with(outcome), Summary::Passed, "{}", outcome.name());
    }
    assert_eq!((with(Inconclusive), with(Broken)), (Summary::Incomplete, Summary::Failed));
    let case = |outcome| follows(move |c| c.cases.push(CaseVerdict { name: "x".into(), outcome, ..c.cases[0].clone() })).0;
    assert_eq!((case(CaseOutcome::Failed), case(CaseOutcome::Setup)), (Summary::Failed, Summary::Incomplete));
    assert_eq!((case(CaseOutcome::NotReached), case(CaseOutcome::NotApplicable)), (Summary::Incomplete, Summary::Passed));
    assert_eq!(follows(|c| c.verdicts[0].outcome = NotReached).0, Summary::Incomplete);
    assert_eq!(follows(|c| c.cases.clear()).0, Summary::Incomplete);
    assert_eq!(follows(|_| {}), (Summary::Passed, vec![]));

    let waived = |until: &str| {
        follows(|c| {
            c.rules.ids.push("SEC-001".into());
            c.verdicts.push(verdict("SEC-001", Broken));
            c.waivers = vec![waiver(Some("SEC-001"), None, until)];
        })
    };
    assert_eq!(waived("2027-05-01T00:00:00Z"), (Summary::Passed, vec![]));
    assert_eq!(waived("2027-04-05T00:00:00Z"), (Summary::Failed, vec![]));
}

#[test]
fn a_summary_that_does_not_follow_is_refused() {
    let broken = problem(|c| c.verdicts[0].outcome = VerdictOutcome::Broken);
    assert!(broken.contains("the summary is `passed`, and `failed` is what follows: rule FLOW-001 is broken"), "{broken}");
    let inconclusive = problem(|c| c.verdicts[0].outcome = VerdictOutcome::Inconclusive);
    assert!(inconclusive.contains("`incomplete` is what follows: rule FLOW-001 is inconclusive"), "{inconclusive}");
    let missing = problem(|c| c.verdicts.clear());
    assert!(missing.contains("rule FLOW-001 has no verdict") && missing.contains("`incomplete`"), "{missing}");
    assert!(problem(|c| c.cases[0].outcome = CaseOutcome::Failed).contains("case visit: failed"));
    assert!(problem(|c| c.summary = Summary::Failed).contains("`passed` is what follows"));
}

#[test]
fn what_does_not_fit_together_is_named() {
    let cases: [Case<'_, Certification>; 14] = [
        (&|c| c.schema = "shikaku/certification/v9".into(), "the schema is `shikaku/certification/v9`"),
        (&|c| c.product.vendor = " ".into(), "`product.vendor` is empty"),
        (&|c| c.config_sha256 = "0".repeat(63), "`config_sha256` is not 64"),
        (&|c| c.ended = at("2027-04-04T00:00:00Z"), "before it started"),
        (&|c| c.verdicts.push(verdict("SEC-001", VerdictOutcome::Held)), "rule SEC-001 is not in the table of rules"),
        (&|c| c.verdicts.push(verdict("FLOW-001", VerdictOutcome::Held)), "rule FLOW-001 has two verdicts"),
        (&|c| c.rules.ids.push("FLOW-001".into()), "rule FLOW-001 is listed twice"),
        (&|c| c.cases.push(c.cases[0].clone()), "case visit is listed twice"),
        (&|c| c.cases[0].recordings.clear(), "case visit is passed and names no recording"),
        (&|c| c.cases[0].recordings = vec!["recordings/../x".into()], "not a relative path of names"),
        (&|c| c.cases[0].recordings = vec!["captures/x.jsonl".into()], "it is not a journal in `recordings/`"),
        (&|c| c.waivers = vec![waiver(None, None, AT)], "must name either a rule or a case"),
        (&|c| c.waivers = vec![waiver(Some("X-\u{1b}"), None, AT)], "a waiver is for rule X-\\u{1b}, which has no verdict"),
        (
            &|c| c.waivers = vec![Waiver { reason: String::new(), ..waiver(None, Some("visit"), AT) }],
            "the waiver of case visit needs a reason",
        ),
    ];
    for (change, expected) in cases {
        let found = problem(change);
        assert!(found.contains(expected), "expected: {expected}\nfound: {found}");
    }
}

#[test]
fn digests_subject_and_files_belong_together() {
    let cases: [Case<'_, Statement>; 11] = [
        (&|s| s.kind.push('x'), "`_type` is"),
        (&|s| s.predicate_type.push('x'), "`predicateType` is"),
        (&|s| s.subject[0].name.push('x'), "`subject` is not"),
        (&|s| s.subject.truncate(1), "`subject` is not"),
        (&|s| s.predicate.digests.evidence = "0".repeat(64), "the digest `evidence` is"),
        (&|s| s.predicate.digests.claims = "0".repeat(64), "the digest `claims` is"),
        (&|s| s.predicate.certification.claims.push("more".into()), "the digest `claims` is"),
        (&|s| s.predicate.files.swap(0, 1), "not in the order of their paths"),
        (&|s| drop(s.predicate.files.remove(2)), "case visit: there is no file `recordings/visit.certificate.7.jsonl`"),
        (&|s| drop(s.predicate.files.remove(1)), "`config.toml` is missing"),
        (&|s| s.predicate.certification.config_sha256 = "0".repeat(64), "`config_sha256` is not the digest"),
    ];
    assert_eq!(statement(certification()).problems(), [""; 0]);
    for (change, expected) in cases {
        let mut changed = statement(certification());
        change(&mut changed);
        let found = changed.problems().join("\n");
        assert!(found.contains(expected), "expected: {expected}\nfound: {found}");
    }
}

#[test]
fn time_is_checked() {
    let statement = statement(certification());
    let problems = |instant: &str| statement.time_problems(at(instant)).join("\n");
    assert_eq!(problems("2027-04-05T23:56:00Z"), "");
    assert_eq!(problems("2028-04-05T00:00:00Z"), "");
    assert!(problems("2027-04-05T23:54:00Z").contains("which is after"));
    assert!(problems("2028-04-05T00:00:01Z").contains("it has expired"));

    let mut waived = certification();
    waived.verdicts.push(verdict("SEC-001", VerdictOutcome::Broken));
    waived.rules.ids.push("SEC-001".into());
    // The second one is not needed.
    waived.waivers = [Some("SEC-001"), Some("FLOW-001")].map(|rule| waiver(rule, None, "2027-05-01T00:00:00Z")).to_vec();
    let statement = super::sample::statement(waived);
    assert_eq!(statement.problems(), [""; 0]);
    assert_eq!(statement.time_problems(at("2027-05-01T00:00:00Z")), [""; 0]);
    let after = statement.time_problems(at("2027-05-02T00:00:00Z"));
    assert_eq!(after, ["the waiver of rule SEC-001 has expired: it counted until 2027-05-01T00:00:00Z"]);
}

#[test]
fn verdicts_that_differ_are_named() {
    let judged: BTreeMap<String, VerdictOutcome> =
        [("A-001", VerdictOutcome::Held), ("A-002", VerdictOutcome::Broken)].map(|(id, o)| (id.to_string(), o)).into();
    let stated = |all: &[(&str, VerdictOutcome)]| all.iter().map(|(id, o)| verdict(id, *o)).collect::<Vec<_>>();
    assert_eq!(
        verdict_differences(&stated(&[("A-001", VerdictOutcome::Held), ("A-002", VerdictOutcome::Broken)]), &judged),
        [""; 0]
    );
    assert_eq!(
        verdict_differences(&stated(&[("A-002", VerdictOutcome::Held), ("X", VerdictOutcome::Held)]), &judged),
        [
            "rule A-001 is missing: judged again it is held",
            "rule A-002 is stated as held, and judged again it is broken",
            "rule X is stated, and no rule has this id",
        ]
    );
}
