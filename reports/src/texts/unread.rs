//! What `shikaku scan` did not search, or only as raw bytes, and why, in Japanese. The document keeps the English text.

use super::patterns::{self, Pattern};

/// The first that matches counts.
const UNREAD: &[Pattern] = &[
    ("the file of --people itself; it is not scanned", "--people のファイル自身なので検索しない"),
    ("a symbolic link; it is not followed", "シンボリックリンクなので、たどらない"),
    ("neither a file nor a folder; it is not scanned", "ファイルでもフォルダーでもないので検索しない"),
    (
        "the limit of nested encodings was reached; not all of them were decoded",
        "重なった符号化の上限に達し、一部を復号していない",
    ),
    ("this member is damaged ({})", "中のファイルが壊れている（{1}）"),
    (
        "this {} is damaged at byte {} ({}); the rest was scanned as raw bytes",
        "{1}が{2}バイト目で壊れている（{3}）。残りはそのままのバイト列として検索した",
    ),
    ("a {} nested in {} archives; it was scanned as raw bytes", "{2}重の書庫の中の{1}。そのままのバイト列として検索した"),
    ("{}; it was scanned as raw bytes", "{1}。そのままのバイト列として検索した"),
    ("{}; they were scanned as they are", "{1}。そのまま検索した"),
    ("{}; they were also scanned as they are", "{1}。そのままでも検索した"),
    ("{}; the rest was scanned as it is", "{1}。残りはそのまま検索した"),
    ("{}; its members were scanned as they are", "{1}。中のファイルはそのまま検索した"),
    ("{}; its packed bytes were scanned", "{1}。圧縮されたままのバイト列を検索した"),
    ("{}; not all of them were read", "{1}。一部を読んでいない"),
    ("{}; not all of their text was put in order", "{1}。文章の一部は順に並べていない"),
    ("{}; only what was unpacked before was scanned as content", "{1}。それまでに展開した部分だけを内容として検索した"),
    ("{}; what that gives was not read", "{1}。その内容は読んでいない"),
    ("it is encrypted", "暗号化されている"),
    ("the document is encrypted", "文書が暗号化されている"),
    ("compression method {} is not read", "圧縮方式{1}は読めない"),
    ("{} at byte {}: {}", "{1}（{2}バイト目）：{3}"),
    ("longer than the limit of {} bytes", "上限の{1}バイトより長い"),
    ("nested in {} archives", "{1}重の書庫の中にある"),
    ("it needs a dictionary that is not in it", "含まれていない辞書が要る"),
    ("its dictionary is larger than the limit", "辞書が上限より大きい"),
    ("its window is larger than the limit", "窓が上限より大きい"),
    ("its decoder needs too much memory", "復号に要するメモリーが多すぎる"),
    ("its decoder does not go on", "復号が先に進まない"),
    ("its codec is not read", "この圧縮方式は読めない"),
    ("a block is longer than the limit", "区画が上限より長い"),
    ("its directory is missing: it may have been cut off", "目録がない：途中で切れているかもしれない"),
    ("{} of the members that its directory lists were not found", "目録にある中のファイルのうち{1}件が見つからない"),
    ("{} of its {} pages are missing", "{2}ページのうち{1}ページがない"),
    ("its groups are nested too deep", "グループの入れ子が深すぎる"),
    ("{} of its objects are nested too deep", "オブジェクトのうち{1}個の入れ子が深すぎる"),
    ("its objects take more memory than the limit", "オブジェクトが上限より多くのメモリーを要する"),
    ("{} of its streams could not be decoded to their end", "ストリームのうち{1}本を最後まで復号できない"),
    ("{} of its streams are longer than the limit", "ストリームのうち{1}本が上限より長い"),
    ("{} characters are in fonts that do not say which characters they are", "{1}文字は、どの文字かが分からない書体である"),
    ("its pages share too much", "ページの共有部分が多すぎる"),
    ("the names of its streams are longer than the limit", "ストリームの名前が上限より長い"),
    ("its rows are longer than the file allows", "行がファイルの大きさより長い"),
    ("its rows take more than the limit", "行が上限を超える"),
    ("its records are longer than the limit", "レコードが上限より長い"),
    ("its strings are longer than the limit", "文字列が上限より長い"),
    ("its text is longer than the limit", "文章が上限より長い"),
    ("the text of {} is longer than the limit", "{1}の文章が上限より長い"),
    ("the rows of {} are longer than the limit", "{1}の行が上限より長い"),
    ("the cells of {} are longer than the limit", "{1}のセルが上限より長い"),
    ("the {} is longer than the limit", "{1}が上限より長い"),
    ("its schema is longer than {}", "スキーマが{1}より長い"),
    ("its metadata states more columns than the limit allows", "メタデータにある列の数が上限より多い"),
    ("{} is no XML from byte {} on", "{1}は{2}バイト目からXMLでない"),
    ("{} of its rows are not valid", "行のうち{1}行が正しくない"),
    ("frames of link type {} are not read", "種別{1}のフレームは読めない"),
    ("{} IP fragments are not put together", "IPの断片{1}個を組み立てていない"),
    ("too long for a text in reading order", "読む順に並べるには長すぎる"),
    ("it takes more than the limit", "上限を超える"),
    ("more than {} of headers", "ヘッダーが{1}より長い"),
    ("the checksum is wrong", "検査値が合わない"),
    ("a block has no end mark", "区画に終わりの印がない"),
    ("a code is not valid", "符号が正しくない"),
    ("a header has no end mark", "ヘッダーに終わりの印がない"),
    ("a header is not valid", "ヘッダーが正しくない"),
    ("its header is not valid", "ヘッダーが正しくない"),
    ("its metadata is missing", "メタデータがない"),
    ("its metadata is not valid", "メタデータが正しくない"),
    ("its last record is cut off", "最後のレコードが切れている"),
    ("its page size is not valid", "ページの大きさが正しくない"),
    ("its parser failed", "解析に失敗した"),
    ("unexpected end", "途中で終わっている"),
    ("unexpected end of file", "途中で終わっている"),
    ("not valid brotli", "正しいBrotliでない"),
    ("permission denied", "読む権限がない"),
    ("Permission denied (os error 13)", "読む権限がない"),
];

/// What was not searched, and why.
pub fn unread(text: &str) -> String {
    // What a format calls itself comes first.
    let of_format = || {
        let (format, why) = text.split_once(": ").filter(|(format, _)| !format.contains(" at byte "))?;
        Some(format!("{format}：{}", patterns::matched(UNREAD, why, part)?))
    };
    of_format().or_else(|| patterns::matched(UNREAD, text, part)).unwrap_or_else(|| text.to_string())
}

fn part(text: &str) -> String {
    unread(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_has_a_place() {
        patterns::check(UNREAD);
    }

    #[test]
    fn what_was_not_searched_is_said_in_japanese() {
        let all = [
            "ZIP: it is encrypted; its packed bytes were scanned",
            "this gzip is damaged at byte 12 (unexpected end); the rest was scanned as raw bytes",
            "a ZIP nested in 8 archives; it was scanned as raw bytes",
            "PDF: 3 of its streams could not be decoded to their end; they were scanned as they are",
            "gzip at byte 7: it needs a dictionary that is not in it",
            "compression method 99 is not read; its packed bytes were scanned",
            "something else",
        ];
        insta::assert_snapshot!(all.map(unread).join("\n"));
    }
}
