//! What `shikaku verify` and `shikaku statement sign` find wrong with a statement or its evidence, in Japanese. Documents keep the English
//! text.

use super::patterns::{self, Pattern};

/// The first that matches counts.
const PROBLEMS: &[Pattern] = &[
    // The envelope and its signatures.
    ("it is not a statement: {}", "結果報告書ではない：{1}"),
    ("it is longer than {} bytes", "{1}バイトより長い"),
    ("it has no signature", "署名がない"),
    ("it has more than {} signatures", "署名が{1}個より多い"),
    ("the payload is of the type `{}`; expected `{}`", "ペイロードの型は`{2}`のはずだが、`{1}`である"),
    ("`payload` is not base 64: {}", "`payload`がBase64でない：{1}"),
    ("the key {} has more than one signature", "鍵{1}の署名が二つ以上ある"),
    (
        "the signature of the key {} ({}) is not valid: the statement was changed, or signed with another key",
        "鍵{1}の署名（{2}）が正しくない：結果報告書が改変されたか、別の鍵で署名されている",
    ),
    ("there is no signature of the key {}", "鍵{1}の署名がない"),
    ("the signature of the key {} was not checked: give that key too", "鍵{1}の署名を確認していない：その鍵も指定する"),
    (
        "from byte {} on it is not in the form in which statements are written (indented by two spaces, members in their order, a \
         line feed at the end): it was changed or written by another program",
        "{1}バイト目から、結果報告書の書式（二文字の字下げ、要素の順序、末尾の改行）と異なる：改変されたか、別のプログラムで書かれている",
    ),
    // What the statement says.
    (
        "the schema is `{}`; expected `{}`: use the version of the tool that wrote it",
        "スキーマは`{2}`のはずだが、`{1}`である：書いた版のツールを使う",
    ),
    ("`{}` is empty", "`{1}`が空である"),
    ("`{}` is not 64 lower-case hexadecimal digits", "`{1}`が小文字の16進64桁でない"),
    ("it ended at {}, before it started at {}", "終了（{1}）が開始（{2}）より前である"),
    ("rule {} has no verdict", "規則{1}の判定がない"),
    ("rule {} is not in the table of rules", "規則{1}が規則の一覧にない"),
    ("rule {} is listed twice", "規則{1}が二度載っている"),
    ("rule {} has two verdicts", "規則{1}の判定が二つある"),
    ("case {} is listed twice", "試験項目{1}が二度載っている"),
    ("a case has no name", "名前のない試験項目がある"),
    ("case {} is {} and names no recording", "試験項目{1}は{2}とされているが、記録が挙げられていない"),
    ("case {}: the recording `{}`: {}", "試験項目{1}の記録`{2}`：{3}"),
    ("case {}: there is no file `{}`", "試験項目{1}のファイル`{2}`がない"),
    ("it is not a journal in `recordings/`", "`recordings/`のジャーナルではない"),
    ("a waiver must name either a rule or a case", "許容した不合格には、規則か試験項目のどちらか一つを記す"),
    ("a waiver is for {}, which has no verdict", "{1}の不合格を許容しているが、その判定がない"),
    ("the waiver of {} needs a reason and the name of who accepts it", "{1}の不合格を許容するには、理由と許容した者の名前が要る"),
    ("the waiver of {} has expired: it counted until {}", "{1}の不合格の許容は{2}で期限が切れた"),
    ("the summary is `{}`, and `{}` is what follows: {}", "総合判定は「{1}」とあるが、内容からは「{2}」となる：{3}"),
    ("nothing is broken or incomplete", "違反も未試験もない"),
    ("no rule was held, so nothing was tested", "遵守された規則がなく、何も試験されていない"),
    ("no case passed, so nothing was tested", "合格した試験項目がなく、何も試験されていない"),
    ("`{}` is `{}`; expected `{}`", "`{1}`は`{3}`のはずだが、`{2}`である"),
    ("it was issued at {}, before the certification ended at {}", "発行（{1}）が適合試験の終了（{2}）より前である"),
    ("it was issued at {}, which is after {}", "発行（{1}）が{2}より後である"),
    ("it expires at {}, and was issued at {}", "有効期限（{1}）が発行（{2}）より後でない"),
    ("it has expired: it counted until {}, and it is {}", "有効期限が切れた：期限は{1}、確認の時点は{2}"),
    ("the file `{}`: {}", "ファイル`{1}`：{2}"),
    ("its digest is not one", "ダイジェストの形になっていない"),
    (
        "the files are not in the order of their paths, or one is listed twice",
        "ファイルがパスの順に並んでいないか、二度載っているものがある",
    ),
    (
        "`subject` is not the product and the configuration that the predicate states",
        "`subject`が、述べられた製品と構成に一致しない",
    ),
    ("`config_sha256` is not the digest of `config.toml`", "`config_sha256`が`config.toml`のダイジェストでない"),
    ("the digest `{}` is {}, stated is {}", "ダイジェスト`{1}`は{2}だが、{3}と記されている"),
    // Cases.
    (
        "this tool has other cases: verify with the version that certified, {}",
        "このツールの試験項目は異なる：適合試験を行った版（{1}）で確認する",
    ),
    ("`{}` is not a role that is certified", "`{1}`は適合試験の対象となる役割でない"),
    ("there is no design `{}`", "方式`{1}`はない"),
    ("{} cases of the role are not listed: {} and {} more", "役割の試験項目のうち{1}件が載っていない：{2}、ほか{3}件"),
    ("{} cases of the role are not listed: {}", "役割の試験項目のうち{1}件が載っていない：{2}"),
    // Files.
    ("`{}` is missing in the evidence", "証拠に`{1}`がない"),
    (
        "`{}` is missing: without the ground truth nothing can be judged: it is written beside the journal by `shikaku run --out`, so \
         copy it, or record the run again",
        "`{1}`がない：正解データなしでは判定できない。`shikaku run --out`がジャーナルの隣に書くので、それを写すか、記録し直す",
    ),
    ("`{}` is missing", "`{1}`がない"),
    (
        "`{}` was changed: {} bytes with SHA-256 {}, stated are {} bytes with {}",
        "`{1}`が改変されている：{2}バイト、SHA-256は{3}。記載は{4}バイト、{5}",
    ),
    ("`{}` is not in the statement", "`{1}`は結果報告書に載っていない"),
    (
        "`{}` is not a folder: give the folder that `certify --out` wrote",
        "`{1}`はフォルダーでない：`certify --out`が書いたフォルダーを指定する",
    ),
    ("there are more than {} files: split the certification", "ファイルが{1}個より多い：適合試験を分ける"),
    ("`certification.json` says other than the statement", "`certification.json`の内容が結果報告書と異なる"),
    ("`{}`: {}: remove or rename it", "`{1}`：{2}。取り除くか、名前を変える"),
    ("folders are nested too deep", "フォルダーの入れ子が深すぎる"),
    ("the name is not UTF-8", "名前がUTF-8でない"),
    ("a symbolic link", "シンボリックリンクである"),
    ("neither a file nor a folder", "ファイルでもフォルダーでもない"),
    ("longer than 1024 bytes", "1024バイトより長い"),
    ("not a relative path of names", "名前からなる相対パスでない"),
    (
        "it contains a backslash or a colon, which other systems read differently",
        "逆斜線又はコロンを含み、システムにより読み方が異なる",
    ),
    ("it contains a control character", "制御文字を含む"),
    (
        "only the signature and what the statement says of itself were checked: give --evidence DIR",
        "署名と、結果報告書自身の記載だけを確認した：--evidence DIR を指定する",
    ),
    // Verdicts.
    ("the evidence is not that of the statement", "証拠がこの結果報告書のものでない"),
    (
        "this tool has other rules: verify with the version that certified, {}",
        "このツールの規則は異なる：適合試験を行った版（{1}）で確認する",
    ),
    ("the role under test: {}", "試験対象の役割：{1}"),
    ("`{}` is not a role; known: {}", "`{1}`という役割はない。あるのは {2}"),
    ("there is no recording (*{}) in `{}`", "`{2}`に記録（*{1}）がない"),
    (
        "`{}` is of the design {} and seed {}; the certification is of the design {} and seed {}",
        "`{1}`は方式{2}・シード{3}の記録だが、適合試験は方式{4}・シード{5}である",
    ),
    ("rule {} is missing: judged again it is {}", "規則{1}の記載がない：再判定では{2}"),
    ("rule {} is stated as {}, and judged again it is {}", "規則{1}は{2}と記されているが、再判定では{3}"),
    ("rule {} is stated, and no rule has this id", "規則{1}が記されているが、その番号の規則はない"),
    (
        "the journal stops before the end of the run: it was cut off, and only the part up to there is judged",
        "ジャーナルが実行の終わりより前で途切れている。そこまでの部分だけを判定した",
    ),
    (
        "{}: `epoch` is {}, and the run of the journal began at {}: give the ground truth of the same run",
        "{1}：`epoch`は{2}だが、ジャーナルの実行は{3}に始まる。同じ実行の正解データを使う",
    ),
    ("{}: column {}: {}: give the journal of a recording, unchanged", "{1}：{2}文字目：{3}。記録のジャーナルを変えずに使う"),
    (
        "{}: entry {} where entry {} belongs: lines are missing or moved: record the run again",
        "{1}：記録{3}の位置に記録{2}がある。行が欠けたか動かされている。記録し直す",
    ),
    (
        "{}: byte {} is not UTF-8: give the file of a recording, unchanged",
        "{1}：{2}バイト目がUTF-8でない。記録のファイルを変えずに使う",
    ),
    (
        "{}: there is no head, which is the first line of a journal: give the journal of a recording, unchanged",
        "{1}：ジャーナルの一行目にある先頭の記録がない。記録のジャーナルを変えずに使う",
    ),
    (
        "{}: the format is `{}`; expected `{}`: judge it with the version that recorded it, or record the run again",
        "{1}：形式は`{3}`のはずだが、`{2}`である。記録した版で判定するか、記録し直す",
    ),
    ("`{}` does not exist", "`{1}`がない"),
    ("`{}` cannot be read: {}", "`{1}`を読めない：{2}"),
    // Inside the above.
    ("rule {} is {}", "規則{1}が{2}"),
    ("rule {}", "規則{1}"),
    ("case {}: {}", "試験項目{1}が{2}"),
    ("case {}", "試験項目{1}"),
    ("`{}`: {}", "`{1}`：{2}"),
    // Of the reader of JSON.
    ("missing field `{}` at line {} column {}", "{2}行{3}文字目：項目`{1}`がない"),
    ("unknown field `{}`, expected {} at line {} column {}", "{3}行{4}文字目：項目`{1}`は定義にない（{2}）"),
    ("duplicate field `{}` at line {} column {}", "{2}行{3}文字目：項目`{1}`が二度ある"),
    ("{} at line {} column {}", "{2}行{3}文字目：JSONとして読めない（{1}）"),
    ("passed", "合格"),
    ("failed", "不合格"),
    ("incomplete", "判定不能"),
    ("not-applicable", "対象外"),
    ("not-observable", "観測不能"),
    ("not-reached", "調べる対象なし"),
    ("setup", "準備できず"),
    ("held", "遵守"),
    ("warning", "警告"),
    ("inconclusive", "判定不能"),
    ("broken", "違反"),
];

/// What is wrong; nothing, if the text is none of those that are known.
pub fn problem(text: &str) -> Option<String> {
    patterns::matched(PROBLEMS, text, part)
}

/// A value within a text: a name, an outcome, or one text or several.
fn part(text: &str) -> String {
    match problem(text) {
        Some(japanese) => japanese,
        None if text.contains("; ") => text.split("; ").map(part).collect::<Vec<_>>().join("、"),
        None => text.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_has_a_place() {
        patterns::check(PROBLEMS);
    }

    #[test]
    fn problems_are_whole_sentences_in_japanese() {
        let all = [
            "it is not a statement: missing field `payload` at line 3 column 1",
            "the signature of the key 1f2e (Ed25519) is not valid: the statement was changed, or signed with another key",
            "the summary is `passed`, and `failed` is what follows: rule SEC-002 is broken; case tls/version-1-3: failed",
            "case x: the recording `recordings/../x`: not a relative path of names",
            "`a`: it contains a control character: remove or rename it",
            "the waiver of case http/root has expired: it counted until 2027-01-01T00:00:00Z",
            "12 cases of the role are not listed: a, b, c, d, e and 7 more",
            "rule NVN-003 is stated as held, and judged again it is broken",
            "`recordings/x.jsonl`: recordings/x.jsonl:3: column 5: expected value: give the journal of a recording, unchanged",
        ];
        insta::assert_snapshot!(all.map(|text| problem(text).unwrap_or_default()).join("\n"));
        assert_eq!(problem("disk full"), None);
    }
}
