//! What a self-test finds wrong, in Japanese. The document keeps the English text.

use super::patterns::{self, Pattern};

/// The first that matches counts.
const FAILURES: &[Pattern] = &[
    ("{} with {} people, without a mutant: {}", "{1}（{2}人、ミュータントなし）：{3}"),
    ("{} with {} people, with {}: {}", "{1}（{2}人、{3}）：{4}"),
    ("{} / {} with `{}` did not finish: {}", "{1} / {2} はミュータント`{3}`で終わらなかった：{4}"),
    ("{} / {} did not finish: {}", "{1} / {2} が終わらなかった：{3}"),
    ("did not finish: {}", "終わらなかった：{1}"),
    ("{} is broken in {} / {} without a mutant", "{1}が、ミュータントのない {2} / {3} で違反となる"),
    ("{} is broken", "{1}に違反する"),
    ("{} found nothing", "{1}が何も検出しない"),
    (
        "the plant `{}` finds nothing to change in {} / {}: name a scenario that has it",
        "書換え`{1}`で変える所が {2} / {3} にない：それがあるシナリオを指定する",
    ),
    (
        "{} reports `{}`, which it does not list: declare it with `claims!`",
        "{1}が、一覧にない`{2}`を報告する：`claims!`で宣言する",
    ),
    ("the mutant `{}` names no claim", "ミュータント`{1}`に、検出すべき検出項目がない"),
    ("the mutant `{}` names the unknown claim `{}`", "ミュータント`{1}`の挙げる検出項目`{2}`がない"),
    ("the plant `{}` names the unknown claim `{}`", "書換え`{1}`の挙げる検出項目`{2}`がない"),
    (
        "{} lists no claim: declare those of its findings with `claims!`",
        "{1}に検出項目の一覧がない：検出する内容を`claims!`で宣言する",
    ),
    (
        "{} is named by no mutant and no plant: add one that names it",
        "{1}を挙げるミュータントも書換えもない：それを挙げるものを加える",
    ),
    ("{} was not reached in any run without a mutant", "ミュータントのないどの実行でも、{1}の調べる対象がない"),
    (
        "the mutant `{}` names {}, which does not apply to the design `{}`",
        "ミュータント`{1}`が挙げる{2}は、方式`{3}`では対象外である",
    ),
    ("{} does not find `{}`, which names it", "{1}が、それを挙げる`{2}`を検出しない"),
];

/// What is wrong. A text that is none of those that are known stays as it is.
pub fn failure(text: &str) -> String {
    patterns::matched(FAILURES, text, part).unwrap_or_else(|| text.to_string())
}

fn part(text: &str) -> String {
    match text.split_once(", ") {
        Some((first, rest)) => failure(first) + "、" + &part(rest),
        None => failure(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_has_a_place() {
        patterns::check(FAILURES);
    }

    #[test]
    fn failures_are_whole_sentences_in_japanese() {
        let all = [
            "NVN-018/found does not find `broker-hashes-code`, which names it",
            "the plant `late` names the unknown claim `X/y`",
            "everyday-visit with 300 people, with broker-shows-code: NVN-018/found found nothing, SEC-002/x found nothing",
            "everyday-visit with 300 people, without a mutant: did not finish: disk full",
            "something else",
        ];
        insta::assert_snapshot!(all.map(failure).join("\n"));
    }
}
