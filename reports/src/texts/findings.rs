//! What a rule found, with its particulars, in Japanese. Documents keep the English text. What is in no pattern is said by the sentence of its
//! claim.

use super::patterns::{self, Pattern};
use terms::outcome::OutcomeCode;

/// The first that matches counts.
const FINDINGS: &[Pattern] = &[
    ("the check ended {} times", "確認が{1}回終わった"),
    ("the facility recorded `{}`, and the check ended with `{}`", "医療機関等の記録は「{1}」、確認の結果は「{2}」"),
    (
        "the broker recorded `{}`, and the facility recorded `{}`",
        "資格確認サービス機関の記録は「{1}」、医療機関等の記録は「{2}」",
    ),
    (
        "after the crash the disk has no record of a check that had ended before",
        "異常終了の後のディスクに、それまでに終わった確認の記録がない",
    ),
    (
        "at the end the disk has no record of a check that had ended before",
        "終了時のディスクに、それまでに終わった確認の記録がない",
    ),
    ("the same code was given for the persons {} and {}", "人物{1}と人物{2}に同じ符号が渡された"),
    ("the fields {} and {} have the same code for a person", "一人の符号が分野{1}と{2}で同じである"),
    (
        "`{}` was given a different code for the person than `{}` had been given",
        "`{1}`に、`{2}`に渡されたのと異なるその人の符号が渡された",
    ),
    ("`{}` was given a code for a person who did not opt in", "`{1}`に、利用を希望しない者の符号が渡された"),
    ("the code is {}: anyone who has that can compute it", "符号は{1}である：それを持つ者なら誰でも計算できる"),
    ("`{}` was answered for a person who has no institution code", "機関別符号のない人に「{1}」と回答された"),
    (
        "`{}` was answered for a person whom no insurer insures on the day",
        "その日にどの保険者にも加入していない人に「{1}」と回答された",
    ),
    ("`{}` with {} coverages in force, not {}", "「{1}」で有効な資格が{2}件ある（{3}件のはず）"),
    (
        "`{}` was answered while the feeds of {} insurer(s) were not complete through the day",
        "{2}の保険者の登録がその日まで揃わないうちに「{1}」と回答された",
    ),
    (
        "`{}` was answered without a statement of the coverage's insurer in this check",
        "この確認で資格の保険者の回答がないまま「{1}」と回答された",
    ),
    ("`{}` was answered with a coverage that its insurer did not state", "保険者が述べていない資格で「{1}」と回答された"),
    (
        "`{}` was answered without a statement of {} insurer(s) in this check",
        "この確認で{2}の保険者の回答がないまま「{1}」と回答された",
    ),
    ("the facility asked about {} on {}", "医療機関等が、{2}に{1}について照会した"),
    ("the check ended with `{}`, and the screen does not show it", "確認の結果は「{1}」だが、画面に示されていない"),
    (
        "the check ended with `{}`, and the screen also shows another answer",
        "確認の結果は「{1}」だが、画面には別の回答も示されている",
    ),
    ("⑥ again without another ⑤", "⑤を改めて行わずに⑥が再び行われた"),
    ("{} was taken again", "{1}が再び行われた"),
    ("{} was taken, and the check ended with `{}`", "{1}が行われ、確認の結果は「{2}」"),
    ("the check ended with `{}` without {}", "確認が{2}なしに「{1}」で終わった"),
    (
        "{} facilities keep the same value for the person, and for nobody else",
        "{1}の医療機関等が、その人だけについて同じ値を保持している",
    ),
    ("it stores the serial number of the certificate of person {}", "人物{1}の電子証明書のシリアル番号を保存している"),
    ("the request contains the {} of person {}", "要求に人物{2}の{1}がある"),
    ("an error text contains the {} of person {}", "エラーの文面に人物{2}の{1}がある"),
    ("a handshake shows the {} of person {}", "ハンドシェイクに人物{2}の{1}が現れる"),
    ("the request has {} headers that it does not need", "要求に、要らないヘッダーが{1}個ある"),
    ("the question has {} headers that it does not need", "照会に、要らないヘッダーが{1}個ある"),
    ("an insurer answered `{}`, which may not ask", "保険者が、照会できない`{1}`に回答した"),
    ("JPKI answered `{}`, which may not ask", "公的個人認証サービスが、照会できない`{1}`に回答した"),
    ("`{}` was given codes for a kind of number by which it may not ask", "`{1}`に、照会に使えない種類の番号で符号が渡された"),
];

/// Parts of the above.
const PARTS: &[Pattern] = &[
    ("the {} itself", "{1}そのもの"),
    ("HMAC with {} of the {} under a known key", "{2}の、既知の鍵による{1}のHMAC"),
    ("{} of the {}", "{2}の{1}"),
];

/// Kinds of data in the above.
const DATA: &[(&str, &str)] = &[
    ("name", "氏名"),
    ("name's reading", "氏名の読み"),
    ("address", "住所"),
    ("date of birth", "生年月日"),
    ("insured number", "被保険者番号"),
    ("certificate's subject", "電子証明書の主体者"),
    ("certificate's serial number", "電子証明書のシリアル番号"),
    ("My Number", "個人番号"),
    ("resident code", "住民票コード"),
    ("insured identifier", "被保険者記号・番号"),
];

/// What was found, if the text is one of those that are known.
pub fn finding(text: &str) -> Option<String> {
    let is_step = |text: &str| matches!(text.chars().next(), Some('①'..='⑦')) && text.chars().count() == 1;
    match text.split_once(" without ") {
        Some((step, missing)) if is_step(step) && is_step(missing) => Some(format!("{missing}なしの{step}")),
        _ => patterns::matched(FINDINGS, text, part),
    }
}

fn part(text: &str) -> String {
    if let Some((_, japanese)) = DATA.iter().find(|(en, _)| *en == text) {
        return japanese.to_string();
    }
    match OutcomeCode::parse(text) {
        Some(outcome) => format!("{}（{text}）", outcome.text_ja()),
        None if text.contains(" or ") => text.split(" or ").map(part).collect::<Vec<_>>().join("又は"),
        None => patterns::matched(PARTS, text, part).unwrap_or_else(|| text.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_has_a_place() {
        patterns::check(FINDINGS);
        patterns::check(PARTS);
    }

    #[test]
    fn findings_are_whole_sentences_in_japanese() {
        let all = [
            "the facility recorded `in-force`, and the check ended with `not-insured`",
            "the code is HMAC with SHA-256 of the My Number under a known key: anyone who has that can compute it",
            "the code is the resident code itself: anyone who has that can compute it",
            "the facility asked about 2026-04-01 on 2026-04-02 or 2026-04-03",
            "③ was taken again",
            "③ without ②",
            "the check ended with `in-force` without ⑤",
            "an error text contains the date of birth of person 3",
        ];
        insta::assert_snapshot!(all.map(|text| finding(text).unwrap_or_default()).join("\n"));
        assert_eq!(finding("the institution code of person 3, in plain characters"), None);
    }
}
