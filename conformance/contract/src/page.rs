//! The contract in Markdown.

mod operations;
mod schema;

use crate::VERSION;
use crate::case;
use crate::clause::{self, Chapter, Clause};
use crate::role::Role;
use crate::text::Lang;
use std::fmt::Write;
use terms::outcome::{OutcomeClass, OutcomeCode};

/// The title of a page.
pub(crate) fn title(role: Option<Role>, lang: Lang) -> String {
    match (lang, role) {
        (Lang::En, None) => format!("Contract of the eligibility check, version {VERSION}"),
        (Lang::En, Some(role)) => format!("Contract of the eligibility check for the {}, version {VERSION}", role.title(lang)),
        (Lang::Ja, None) => format!("オンライン資格確認 接続仕様 版 {VERSION}"),
        (Lang::Ja, Some(role)) => format!("オンライン資格確認 接続仕様（{}） 版 {VERSION}", role.title(lang)),
    }
}

/// The whole page for a role, or for all.
pub(crate) fn page(role: Option<Role>, lang: Lang) -> String {
    let chapters: Vec<(&Chapter, Vec<&Clause>)> = clause::chapters()
        .iter()
        .map(|chapter| (chapter, chapter.clauses.iter().filter(|clause| clause.binds(role)).collect::<Vec<_>>()))
        .filter(|(_, clauses)| !clauses.is_empty())
        .collect();
    let mut text = format!("# {}\n\n{}", title(role, lang), introduction(lang));
    text += &contents(&chapters, lang);
    text += &operations::section(role, lang);
    let _ = write!(text, "\n<a id=\"clauses\"></a>\n\n## {}\n", lang.of("Clauses", "条項"));
    for (chapter, clauses) in &chapters {
        let topic = &chapter.topic;
        let _ = write!(text, "\n<a id=\"topic-{}\"></a>\n\n### {}\n\n", topic.id, lang.of(&topic.en, &topic.ja));
        for of_topic in clauses {
            let _ = write!(text, "<a id=\"{}\"></a>\n\n", of_topic.id);
            text += &clause(of_topic, lang);
        }
    }
    text += &outcomes(lang);
    text += &schema::section(role, lang);
    text += &operations::refusals(role, lang);
    text + &cases(&chapters, lang)
}

fn introduction(lang: Lang) -> String {
    lang.of(
        "This page says what a system must do to take part in the eligibility check: which operations it serves and requests, the \
         bytes of every message, and how it behaves. Each clause has a stable id, a strength (RFC 2119), a basis (a passage of the \
         source in 「」, a section of a standard, or `profile` for this project's own choice), and the rules and certification cases \
         that judge it. The schemas of all messages are also in the OpenAPI document of the role. All names, numbers and keys in \
         examples are invented.\n\n",
        "この文書は、資格確認に参加するシステムが満たすべきことを示す。提供する操作と要求する操作、すべてのメッセージの内容、\
         及び動作である。各条項は、変わらないID、強さ（RFC 2119）、根拠（「」は元となる文書の引用、標準の節、`profile` は\
         この仕様自身の選択）、及び判定に用いる規則と認証の試験項目を持つ。メッセージのスキーマは、役割のOpenAPI文書にもある。\
         例に現れる名前、番号、鍵はすべて架空である。\n\n",
    )
    .to_string()
}

fn contents(chapters: &[(&Chapter, Vec<&Clause>)], lang: Lang) -> String {
    let mut text = format!("## {}\n\n", lang.of("Contents", "目次"));
    let _ = writeln!(text, "- [{}](#operations)\n- [{}](#clauses)", lang.of("Operations", "操作"), lang.of("Clauses", "条項"));
    for (chapter, clauses) in chapters {
        let ids: Vec<String> = clauses.iter().map(|clause| format!("[{0}](#{0})", clause.id)).collect();
        let topic = &chapter.topic;
        let _ = writeln!(text, "  - [{}](#topic-{}): {}", lang.of(&topic.en, &topic.ja), topic.id, ids.join(" "));
    }
    let _ = writeln!(
        text,
        "- [{}](#outcomes)\n- [{}](#messages)\n- [{}](#refusals)\n- [{}](#cases)",
        lang.of("Outcome codes", "結果コード"),
        lang.of("Messages, member by member", "メッセージの項目"),
        lang.of("Body of every refusal", "拒否の本文"),
        lang.of("Certification cases", "認証の試験項目"),
    );
    text
}

/// One clause.
pub(crate) fn clause(clause: &Clause, lang: Lang) -> String {
    let roles: Vec<&str> = clause.roles.iter().map(|role| role.title(lang)).collect();
    let joined = roles.join(lang.of(", ", "、"));
    let mut text = format!("#### {0} · {1} · {joined}\n\n{2}\n\n", clause.id, clause.strength, clause.text(lang));
    if let Some(example) = &clause.example {
        let _ = write!(text, "```text\n{}\n```\n\n", example.trim_end());
    }
    let code = |names: &[String]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let mut facts = vec![format!("{}: {}", lang.of("Basis", "根拠"), clause.basis)];
    if !clause.rules.is_empty() {
        facts.push(format!("{}: {}", lang.of("Rules", "規則"), code(&clause.rules)));
    }
    if !clause.cases.is_empty() {
        facts.push(format!("{}: {}", lang.of("Cases", "試験項目"), code(&clause.cases)));
    }
    if let (Some(en), Some(ja)) = (&clause.not_tested, &clause.not_tested_ja) {
        facts.push(match lang {
            Lang::En => format!("Not tested, because {en}"),
            Lang::Ja => format!("{ja}、試験しない"),
        });
    }
    let _ = write!(text, "*{}*\n\n", facts.join(" · "));
    text
}

fn outcomes(lang: Lang) -> String {
    let mut text = format!("\n<a id=\"outcomes\"></a>\n\n## {}\n\n", lang.of("Outcome codes", "結果コード"));
    text += lang.of(
        "Without a status, the outcome arises at the facility and is never sent. Both texts are recommendations.\n\n\
         | code | class | HTTP | FHIR issue type | text in Japanese | text in English |\n|---|---|---|---|---|---|\n",
        "状態コードのない結果は医療機関で生じ、送られない。文はいずれも推奨である。\n\n\
         | コード | 分類 | HTTP | FHIRのissue type | 日本語の文 | 英語の文 |\n|---|---|---|---|---|---|\n",
    );
    for code in OutcomeCode::ALL {
        let class = match code.class() {
            OutcomeClass::InForce => lang.of("in force", "資格有効"),
            OutcomeClass::NotInForce => lang.of("not in force", "資格無効"),
            OutcomeClass::Refused => lang.of("refused", "拒否"),
            OutcomeClass::Indeterminate => lang.of("not known", "不明"),
        };
        let wire = code.on_the_wire();
        let status = if wire.status == 0 { "–".to_string() } else { wire.status.to_string() };
        let _ = writeln!(text, "| `{code}` | {class} | {status} | `{}` | {} | {} |", wire.issue, code.text_ja(), code.text_en());
    }
    text
}

fn cases(chapters: &[(&Chapter, Vec<&Clause>)], lang: Lang) -> String {
    let mut text = format!("\n<a id=\"cases\"></a>\n\n## {}\n\n", lang.of("Certification cases", "認証の試験項目"));
    text += lang.of("| case | what is tried | clauses |\n|---|---|---|\n", "| 項目 | 試すこと | 条項 |\n|---|---|---|\n");
    let clauses: Vec<&Clause> = chapters.iter().flat_map(|(_, clauses)| clauses.iter().copied()).collect();
    for case in case::all() {
        let of_case = clauses.iter().filter(|clause| clause.cases.iter().any(|name| name == case.name));
        let ids: Vec<String> = of_case.map(|clause| format!("[{0}](#{0})", clause.id)).collect();
        if !ids.is_empty() {
            let not = case.untried(lang).map_or(String::new(), |why| match lang {
                Lang::En => format!(" (not tried: {why})"),
                Lang::Ja => format!("（実施しない。{why}）"),
            });
            let _ = writeln!(text, "| `{}` | {}{not} | {} |", case.name, case.text(lang), ids.join(" "));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// The parts of a text between `before` and `after`.
    fn between<'t>(text: &'t str, before: &str, after: char) -> Vec<&'t str> {
        text.split(before).skip(1).filter_map(|rest| rest.split(after).next()).collect()
    }

    #[test]
    fn every_link_leads_to_an_anchor_of_the_page_and_no_anchor_is_there_twice() {
        for role in Role::all().map(Some).chain([None]) {
            for lang in [Lang::En, Lang::Ja] {
                let text = page(role, lang);
                let anchors = between(&text, "<a id=\"", '"');
                let set: BTreeSet<&str> = anchors.iter().copied().collect();
                assert_eq!(set.len(), anchors.len(), "{role:?}");
                for link in between(&text, "](#", ')') {
                    assert!(set.contains(link), "{role:?}: #{link}");
                }
            }
        }
    }

    #[test]
    fn the_page_of_a_role_has_its_clauses_and_no_others() {
        for role in Role::all() {
            let text = page(Some(role), Lang::En);
            for clause in clause::all() {
                assert_eq!(text.contains(&format!("#### {} ", clause.id)), clause.roles.contains(&role), "{role} {}", clause.id);
            }
        }
    }
}
