//! What results record in English, in Japanese: expectations, reasons and places. Documents keep the English text, so that they are the same
//! in every language; a text that matches no pattern is shown as recorded.

use super::patterns::{self, Pattern};
use crate::page::{Both, zone_title};
use crate::results::{Expectation, Finding, Smallest};
use crate::rules::Lang;
use terms::outcome::OutcomeCode;
use terms::roles::Zone;

/// What is expected. The first that matches counts.
const SUBJECTS: &[Pattern] = &[
    ("visit {} (person {})", "受診{1}（人物{2}）"),
    ("{} drawn visits", "シードから生成した受診{1}件"),
    (
        "everybody is served again {} after the last fault has healed",
        "最後の障害の復旧から{1}後には、全員が再び通常どおり確認を受けられる",
    ),
    ("at least {} and at most {} of the visits end in `{}`", "受診の{1}以上{2}以下が「{3}」で終わる"),
    ("at least {} of the visits end in `{}`", "受診の{1}以上が「{2}」で終わる"),
    ("at most {} of the visits end in `{}`", "「{2}」で終わる受診は{1}以下"),
    ("{} of the checks wait no longer than {}", "確認の{1}で待ち時間が{2}以内"),
    ("{} is reached at least {}", "{1}が{2}以上起きる"),
    ("rule {} is exercised", "規則{1}に調べる対象がある"),
    ("rule {} is broken, as this yardstick intends", "規則{1}に違反する（比較の基準として意図した違反）"),
];

/// What came of it.
const DETAILS: &[Pattern] = &[
    ("expected `{}` of each, got it", "すべて「{1}」の期待どおり"),
    ("expected of each what it says, got it", "すべてそれぞれの期待どおり"),
    ("expected `{}` of each, {} ended otherwise: {}", "すべて「{1}」の期待に対し、{2}件が異なった：{3}"),
    ("expected of each what it says, {} ended otherwise: {}", "{1}件がそれぞれの期待と異なった：{2}"),
    ("visit {} (person {}) was not: expected {}, {}", "受診{1}（人物{2}）は期待{3}に対し、{4}"),
    ("expected `{}`, {}", "期待は「{1}」、{2}"),
    ("{} of {} did", "{2}件中{1}件"),
    ("they waited {} ms at most", "待ち時間は最長{1}ミリ秒"),
    ("no check got far enough for its wait to be known", "待ち時間が分かる段階まで進んだ確認がない"),
    ("it was reached 0 times", "一度も起きなかった"),
    ("it was reached {}", "{1}起きた"),
    ("{} visits after that", "その後の受診は{1}件"),
    ("it had nothing to check", "調べる対象がなかった"),
    ("it does not apply to the design", "この方式は対象外"),
    ("it was", "そのとおり"),
    ("it held", "遵守"),
];

/// Parts of the above.
const PARTS: &[Pattern] = &[
    ("visit {} (person {}) {}", "受診{1}（人物{2}）の{3}"),
    ("got `{}`", "結果は「{1}」"),
    ("but it did not end", "結果は出なかった"),
    ("{} of commit {}", "{1}（コミット{2}）"),
    ("`{}` with the SHA-256 {}", "「{1}」（SHA-256 {2}）"),
    ("once", "1回"),
    ("none", "なし"),
    ("{} times", "{1}回"),
    ("step {}", "手順{1}"),
    ("outcome `{}`", "結果「{1}」"),
    ("fault `{}`", "障害「{1}」"),
    ("state `{}`", "状態「{1}」"),
    ("rule {}", "規則{1}"),
    ("`{}`", "「{1}」"),
    ("in-force", "資格有効"),
    ("not-in-force", "資格なし"),
    ("refused", "拒否"),
    ("indeterminate", "確認できない"),
];

/// Why nothing can be said, or a run did not finish.
const REASONS: &[Pattern] = &[
    (
        "the work limit was reached: some encoded or compressed data was not searched",
        "処理量の上限に達し、符号化又は圧縮されたデータの一部を検索していない",
    ),
    ("it could not look at everything", "一部を調べられなかった"),
    ("rule {} is broken in the zone {}", "規則{1}の違反（{2}）"),
    ("a visit that must end in `{}` ends in `{}`", "「{1}」で終わるべき受診が「{2}」で終わる"),
    ("a visit that must end in `{}` does not end", "「{1}」で終わるべき受診が終わらない"),
    ("not so: {}", "期待外れ：{1}"),
    ("the run failed", "実行に失敗した"),
    (
        "the run lasts {} hours, and the engine `ticks` plays 24 at most: {}",
        "実行は{1}時間に及ぶが、エンジン`ticks`の上限は24時間である",
    ),
    ("the scenario cannot be set up: {}", "シナリオを準備できない：{1}"),
    ("the simulation did not finish: {}", "シミュレーションが終わらなかった：{1}"),
    ("the simulation panicked: {}", "シミュレーションが異常終了した：{1}"),
    ("no thread could be started: {}", "スレッドを開始できない：{1}"),
    ("the second run did not finish: {}", "二回目の実行が終わらなかった：{1}"),
    ("two runs of one seed differ at journal entry {}:{}", "同じシードの二回の実行が、ジャーナルの記録{1}で異なる：{2}"),
    (
        "two runs of one seed have different digests but equal journals",
        "同じシードの二回の実行は、ジャーナルが同じでダイジェストが異なる",
    ),
    (
        "the journal stops before the end of the run: it was cut off, and only the part up to there is judged",
        "ジャーナルが実行の終わりより前で途切れている。そこまでの部分だけを判定した",
    ),
];

/// How two results differ as a whole.
const REMARKS: &[Pattern] = &[
    ("the comparison is across tools: old {}, new {}", "ツールが異なる：以前は{1}、今回は{2}"),
    ("`{}` differs: old {}, new {}: runs are matched by seed", "`{1}`が異なる：以前は{2}、今回は{3}。実行はシードで対応づける"),
    ("`{}` differs: old {}, new {}", "`{1}`が異なる：以前は{2}、今回は{3}"),
    (
        "the old results are not complete: runs that were planned are not in them",
        "以前の結果は途中までである：計画した実行の一部がない",
    ),
    (
        "the new results are not complete: runs that were planned are not in them",
        "今回の結果は途中までである：計画した実行の一部がない",
    ),
    ("the old results are not complete: the study was interrupted", "以前の結果は途中までである：負荷試験が中断された"),
    ("the new results are not complete: the study was interrupted", "今回の結果は途中までである：負荷試験が中断された"),
    ("seed {} is not compared: one of its runs was stopped", "シード{1}は比べていない：途中で止まった実行がある"),
];

/// Outcomes of runs, rules and studies in a comparison, by the id of their text or the text itself.
const VALUES: &[Pattern] = &[
    ("passed", "run-passed"),
    ("inconclusive", "run-inconclusive"),
    ("broken", "run-broken"),
    ("differed", "run-differed"),
    ("unfinished", "run-unfinished"),
    ("held", "rule-held"),
    ("not reached", "rule-not-reached"),
    ("not applicable", "rule-not-applicable"),
    ("not observable", "rule-not-observable"),
    ("played", "実行済み"),
];

/// Where in an entry of the journal.
const PLACES: &[Pattern] = &[
    ("line {} ({})", "{1}行目（{2}）"),
    ("line {}", "{1}行目"),
    ("byte {}", "{1}バイト目"),
    ("response", "応答"),
    ("request", "要求"),
    ("command", "コマンド"),
    ("log", "ログ"),
    ("body", "本文"),
    ("head", "ヘッダー"),
    ("screen", "画面"),
    ("wire", "通信路"),
    ("joined with the piece before it", "直前の部分と合わせた箇所"),
];

/// Classes of data in findings of the matrix.
const CLASSES: &[Pattern] = &[
    ("My Number", "個人番号"),
    ("resident code", "住民票コード"),
    ("institution code", "機関別符号"),
    ("code of another institution", "他機関の符号"),
    ("authentication certificate", "利用者証明用電子証明書"),
    ("insured identifier", "被保険者記号・番号"),
    ("eligibility", "資格情報"),
    ("medical record", "診療情報"),
    ("research code", "研究用符号"),
    ("visible medical number", "医療等分野の番号"),
];

fn matched(patterns: &[Pattern], text: &str) -> Option<String> {
    patterns::matched(patterns, text, part)
}

/// A value within a text.
fn part(text: &str) -> String {
    // Several visits, or several outcomes.
    for (between, joined) in [("; ", "、"), (" or ", "又は")] {
        if text.contains(between) {
            return text.split(between).map(part).collect::<Vec<_>>().join(joined);
        }
    }
    if let Some(zone) = Zone::ALL.iter().find(|zone| zone.name() == text) {
        return zone_title(zone.name()).ja;
    }
    match OutcomeCode::parse(text) {
        Some(outcome) => format!("{}（{text}）", outcome.text_ja()),
        None if duration(text).is_some() => duration(text).unwrap_or_default(),
        None => subject(text).or_else(|| matched(PARTS, text)).unwrap_or_else(|| text.to_string()),
    }
}

/// `30s` as `30秒`.
fn duration(text: &str) -> Option<String> {
    let units = [("ms", "ミリ秒"), ("s", "秒"), ("m", "分"), ("h", "時間")];
    let (number, unit) = units.iter().find_map(|(en, ja)| Some((text.strip_suffix(en)?, ja)))?;
    number.parse::<f64>().is_ok().then(|| format!("{number}{unit}"))
}

/// `受診1（人物0）：期待は「資格有効（in-force）」、結果は「該当資格なし（not-insured）」`. `None` if a part is in no pattern.
pub fn expectation(e: &Expectation) -> Option<String> {
    Some(format!("{}：{}", matched(SUBJECTS, &e.what)?, matched(DETAILS, &e.detail)?))
}

/// Why a run did not finish, or a rule could not be judged. Several reasons come one after another.
pub fn reason(text: &str) -> String {
    if let Some(sights) = text.strip_prefix("this needs ") {
        let sight = |text: &str| {
            let (records, zones) = match text.strip_prefix("the records of ") {
                Some(zones) => ("が残す記録", zones),
                None => ("の側の通信", text.trim_start_matches("the side of ")),
            };
            let zones: Vec<String> = zones.split(" or ").map(|zone| zone_title(zone.trim_matches('`')).ja).collect();
            zones.join("又は") + records
        };
        return sights.split(" and ").map(sight).collect::<Vec<_>>().join("と") + "が必要";
    }
    match matched(REASONS, text) {
        Some(text) => text,
        None => {
            text.split("; ").map(|one| matched(REASONS, one).unwrap_or_else(|| one.to_string())).collect::<Vec<_>>().join("；")
        }
    }
}

/// `応答、3バイト目`.
pub fn place(text: &str) -> String {
    let parts = text.split(", ").map(|p| matched(PLACES, p).unwrap_or_else(|| p.to_string()));
    parts.collect::<Vec<_>>().join("、")
}

/// What was found, without values: its particulars, the sentence of its claim, or the class of data, whose it is and in which form.
pub fn found(f: &Finding) -> String {
    if let Some(text) = super::findings::finding(&f.what).or_else(|| super::claim_ja(&f.claim)) {
        return text;
    }
    let class = CLASSES.iter().find(|(en, _)| f.what.starts_with(en));
    let (Some((_, class)), Some(form)) = (class, &f.spelling) else { return f.what.clone() };
    let whose = f.person.map_or(String::new(), |p| format!("人物{p}の"));
    let clear = if f.what.ends_with("on a wire without encryption") { "、暗号化されていない通信路" } else { "" };
    format!("{whose}{class}（形式 {form}）{clear}")
}

/// A recorded text as it is, and in Japanese if that is known.
pub fn both(text: &str, japanese: fn(&str) -> Option<String>) -> Both {
    Both::new(japanese(text).unwrap_or_else(|| text.to_string()), text)
}

/// What an expectation is about.
pub fn subject(text: &str) -> Option<String> {
    matched(SUBJECTS, text)
}

/// How two results differ as a whole.
pub fn remark(text: &str) -> Option<String> {
    matched(REMARKS, text)
}

/// An outcome in a comparison, or whether an expectation was met, and how.
pub fn value(text: &str) -> Option<String> {
    let met = [("held: ", "期待どおり"), ("missed: ", "期待外れ")];
    if let Some((detail, word)) = met.iter().find_map(|(en, ja)| Some((text.strip_prefix(en)?, ja))) {
        return Some(format!("{word}（{}）", matched(DETAILS, detail).unwrap_or_else(|| detail.to_string())));
    }
    // A text that is no id is shown itself.
    VALUES.iter().find(|(en, _)| *en == text).map(|(_, id)| super::say(Lang::Ja, id, &[]))
}

/// `1人、医療機関等1か所、受診1件、障害0件`.
pub fn size(s: &Smallest) -> String {
    format!("{}人、医療機関等{}か所、受診{}件、障害{}件", s.people, s.facilities, s.visits, s.faults)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in a test a panic is the report")]
mod tests {
    use super::*;

    #[test]
    fn every_value_has_a_place() {
        [SUBJECTS, DETAILS, PARTS, REMARKS, PLACES, CLASSES].into_iter().for_each(patterns::check);
    }

    #[test]
    fn expectations_are_whole_sentences_in_japanese() {
        let said = |what: &str, detail: &str| {
            expectation(&Expectation { what: what.into(), held: false, detail: detail.into(), at: None }).unwrap()
        };
        let all = [
            ("visit 1 (person 0)", "expected `in-force`, got `not-insured`"),
            ("visit 1 (person 0)", "expected `in-force`, but it did not end"),
            ("40 drawn visits", "expected `in-force` of each, got it"),
            (
                "40 drawn visits",
                "expected `in-force` of each, 4 ended otherwise: visit 3 (person 1) got `feed-not-in`; visit 9 (person 2) but it did not end; …",
            ),
            (
                "everybody is served again 30s after the last fault has healed",
                "visit 3 (person 1) was not: expected `in-force` or `coverage-ended`, got `broker-busy`",
            ),
            ("everybody is served again 30s after the last fault has healed", "3 visits after that"),
            ("at least 95% and at most 97% of the visits end in `refused`", "3 of 8 did"),
            ("99% of the checks wait no longer than 2s", "they waited 7.1 ms at most"),
            ("fault `jpki-silent` is reached at least once", "it was reached 0 times"),
            ("rule SEC-002 is exercised", "it had nothing to check"),
            ("rule NVN-003 is broken, as this yardstick intends", "it held"),
        ];
        insta::assert_snapshot!(all.map(|(what, detail)| said(what, detail)).join("\n"));
    }

    #[test]
    fn what_is_in_no_pattern_stays_as_recorded() {
        assert_eq!(reason("disk full"), "disk full");
        assert_eq!(
            reason("this needs the side of `broker` and the side of `facility` or `line`"),
            "資格確認サービス機関の側の通信と保険医療機関・薬局・介護事業者又はレセプト請求の専用回線の側の通信が必要"
        );
        assert_eq!(place("response, byte 3, $.x"), "応答、3バイト目、$.x");
        assert_eq!(reason("this needs the records of `broker`"), "資格確認サービス機関が残す記録が必要");
        assert_eq!(place("head, line 3 (`x-trace`)"), "ヘッダー、3行目（「x-trace」）");
        assert_eq!(reason("rule NVN-018 is broken in the zone jpki"), "規則NVN-018の違反（公的個人認証サービス）");
    }
}
