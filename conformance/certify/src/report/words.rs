//! The words of a report in Japanese. English ones are those of the types themselves.

use super::Ending;
use crate::outcome::CaseOutcome;
use statement::VerdictOutcome;

/// How a case ended: in English and Japanese.
pub fn outcome(outcome: CaseOutcome) -> (&'static str, &'static str) {
    match outcome {
        CaseOutcome::Passed => ("passed", "合格"),
        CaseOutcome::Failed => ("failed", "不合格"),
        CaseOutcome::NotApplicable => ("not applicable", "対象外"),
        CaseOutcome::NotReached => ("not reached", "未実施"),
        CaseOutcome::Setup => ("set-up", "環境設定の誤り"),
    }
}

/// The verdict of a rule: in English and Japanese.
pub fn verdict(outcome: VerdictOutcome) -> (&'static str, &'static str) {
    match outcome {
        VerdictOutcome::Held => ("held", "適合"),
        VerdictOutcome::Broken => ("broken", "違反"),
        VerdictOutcome::Warning => ("warning", "警告"),
        VerdictOutcome::NotApplicable => ("not applicable", "対象外"),
        VerdictOutcome::NotReached => ("not reached", "該当する場面なし"),
        VerdictOutcome::NotObservable => ("not observable", "外部からは確認不能"),
        VerdictOutcome::Inconclusive => ("inconclusive", "判定不能"),
    }
}

/// How a certification ended: in English and Japanese.
pub fn ending(ending: Ending) -> (&'static str, &'static str) {
    match ending {
        Ending::Passed => (
            "Passed: every case that was played passed, and no MUST rule was broken.",
            "合格。実施したすべての試験に合格し、MUST の規則への違反はありません。",
        ),
        Ending::Failed => ("Failed.", "不合格。"),
        Ending::Setup => (
            "Set-up: the system could not be tested. Mend the set-up, and begin again.",
            "環境設定の誤り。システムを試験できませんでした。設定を直してから、もう一度実行してください。",
        ),
        Ending::Inconclusive => {
            ("Inconclusive: not everything could be looked at.", "判定不能。確認できなかった箇所があります。")
        }
    }
}
