//! The report of a verification as text.

use reports::human::fitted;
use reports::rules::Lang;
use reports::texts::{say, verify};
use statement::certification::Summary;
use statement::verification::{Check, CheckName, CheckOutcome, Says, Verification, VerificationOutcome};

/// The columns of an outcome.
const OUTCOME: usize = 11;

/// Everything in it can be shown.
pub fn text(report: &Verification, lang: Lang) -> String {
    let mut text: String = report.checks.iter().map(|check| one(check, lang)).collect();
    text.push('\n');
    if let Some(says) = &report.says {
        text += &stated(says, lang);
    }
    let outcome = match report.outcome {
        VerificationOutcome::Valid => "verify-valid",
        VerificationOutcome::Invalid => "verify-invalid",
        VerificationOutcome::Incomplete => "verify-incomplete",
    };
    text + &say(lang, outcome, &[]) + "\n"
}

fn one(check: &Check, lang: Lang) -> String {
    let outcome = match check.outcome {
        CheckOutcome::Ok => "verify-ok",
        CheckOutcome::Failed => "verify-failed",
        CheckOutcome::NotChecked => "verify-not-checked",
    };
    let name = match check.check {
        CheckName::Signature => "verify-signature",
        CheckName::Structure => "verify-structure",
        CheckName::Time => "verify-time",
        CheckName::Cases => "verify-cases",
        CheckName::Files => "verify-files",
        CheckName::Verdicts => "verify-verdicts",
    };
    let shown = |problem: &String| match lang {
        Lang::En => problem.clone(),
        Lang::Ja => verify::problem(problem).unwrap_or_else(|| problem.clone()),
    };
    let problems: String = check.problems.iter().map(|problem| format!("             {}\n", shown(problem))).collect();
    format!("{}  {}\n{problems}", fitted(&say(lang, outcome, &[]), OUTCOME), say(lang, name, &[]))
}

/// What the statement says.
fn stated(says: &Says, lang: Lang) -> String {
    let Says { product, vendor, role, design, contract, .. } = says;
    let [issued, expires] = [says.issued, says.expires].map(|t| t.to_string());
    let [waivers, cases, passed, outside] =
        [says.waivers, says.cases, says.cases_passed, says.cases_not_applicable].map(|n| n.to_string());
    let summary = match says.summary {
        Summary::Passed => "verify-summary-passed",
        Summary::Failed => "verify-summary-failed",
        Summary::Incomplete => "verify-summary-incomplete",
    };
    let of = [("product", product.as_str()), ("vendor", vendor), ("role", role), ("design", design), ("contract", contract)];
    let lines = [
        say(lang, "verify-of", &of),
        say(lang, "verify-dates", &[("issued", &issued), ("expires", &expires), ("waivers", &waivers)]),
        say(lang, "verify-counts", &[("passed", &passed), ("cases", &cases), ("outside", &outside)]),
        say(lang, "verify-summary", &[("summary", &say(lang, summary, &[]))]),
    ];
    lines.map(|line| line + "\n").concat()
}
