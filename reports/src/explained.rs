//! Rules as text for people: the list of rules, and the explanation of one.

use crate::human::{fitted, right};
use crate::rules::{AppliesText, ClaimText, Lang, MutantText, RuleText};
use crate::texts::{self, mutant_ja, say};
use std::fmt::Write;

/// A line for each rule.
pub fn table(rules: &[RuleText], lang: Lang) -> String {
    let width = rules.iter().map(|r| r.id.len()).max().unwrap_or(0).max("id".len());
    let heads = ["id", "strength", "basis", "mutants", "title"].map(|id| say(lang, &format!("rules-{id}"), &[]));
    let count = columns(&heads[3]);
    let line = |[id, strength, basis, mutants, title]: [&str; 5]| {
        let [id, strength, basis] = [(id, width), (strength, 8), (basis, 10)].map(|(text, width)| fitted(text, width));
        format!("{id}  {strength}  {basis}  {}  {title}\n", right(mutants, count))
    };
    let mut text = line(heads.each_ref().map(String::as_str));
    for r in rules {
        let (basis, mutants) = (named(&r.basis, lang), r.mutants.len().to_string());
        text += &line([&r.id, &r.strength.to_uppercase(), &basis, &mutants, r.title.in_lang(lang)]);
    }
    text
}

/// How firmly the source asks for a rule.
fn named(basis: &str, lang: Lang) -> String {
    match lang {
        Lang::En => basis.to_string(),
        Lang::Ja => say(lang, &format!("basis-{basis}"), &[]),
    }
}

/// The same in Markdown.
pub fn markdown(rules: &[RuleText], lang: Lang) -> String {
    let [id, strength, basis, title, mutants] =
        ["id", "strength", "basis", "title", "mutants"].map(|id| say(lang, &format!("rules-{id}"), &[]));
    let mut text = format!("| {id} | {strength} | {basis} | {title} | {mutants} |\n|---|---|---|---|---:|\n");
    for r in rules {
        let title = r.title.in_lang(lang).replace('|', "\\|");
        let (strength, mutants) = (r.strength.to_uppercase(), r.mutants.len());
        let _ = writeln!(text, "| {} | {strength} | {} | {title} | {mutants} |", r.id, named(&r.basis, lang));
    }
    text
}

impl RuleText {
    /// What is looked at, what to do when it fails, and why there may be nothing to look at.
    fn described(&self, lang: Lang) -> [&str; 3] {
        match lang {
            Lang::En => [&self.checked, &self.remedy, &self.untested],
            Lang::Ja => self.japanese.each_ref().map(String::as_str),
        }
    }
}

/// The whole description of one rule.
pub fn explain(rule: &RuleText, lang: Lang) -> String {
    let say = |id: &str, values: &[(&str, &str)]| say(lang, &format!("explain-{id}"), values);
    let part = |head: &str, body: &str| format!("\n{}\n{}", say(head, &[]), wrapped(body));
    let [checked, remedy, untested] = rule.described(lang);
    let basis_text = match lang {
        Lang::En => rule.basis_text.clone(),
        Lang::Ja => say(&format!("basis-{}", rule.basis), &[]),
    };
    let basis = [("source", rule.source.as_str()), ("basis", &named(&rule.basis, lang)), ("text", &basis_text)];
    let fails = if rule.strength == "should" { "fails-should" } else { "fails-must" };
    let (title, strength) = (rule.title.in_lang(lang), rule.strength.to_uppercase());
    let named = [("word", rule.id.as_str()), ("name", title)];
    let mut text = format!("{}\n{strength} (RFC 2119)\n", texts::say(lang, "named", &named));
    text += &part("why", &say("source", &basis));
    text += &part("checked", checked);
    text += &part("fails", &say("one-finding", &[("fails", &say(fails, &[]))]));
    text = text + "\n" + &say("claims", &[]) + "\n";
    rule.claims.iter().for_each(|one| text += &wrapped(&claim(one, lang)));
    text += &part("untested", &say("when", &[("untested", untested)]));
    if let Some(applies) = &rule.applies {
        text += &part("designs", &designs(applies, lang));
    }
    text += &part("remedy", remedy);
    text += &part("clauses", &rule.clauses.join(" "));
    text = text + "\n" + &say("shown-by", &[]) + "\n";
    for m in &rule.mutants {
        text += &wrapped(&texts::say(lang, "named", &[("word", &m.mutant), ("name", m.what(lang).as_str())]));
        let _ = writeln!(text, "    {}", m.play);
    }
    text
}

fn claim(claim: &ClaimText, lang: Lang) -> String {
    let shown_by = claim.shown_by.join(&say(lang, "comma", &[]));
    let what = texts::claim(&claim.id, &claim.what, lang);
    say(lang, "explain-claim", &[("id", &claim.id), ("what", &what), ("by", &shown_by)])
}

/// The designs to which a rule applies, and why not to others.
fn designs(applies: &AppliesText, lang: Lang) -> String {
    let or = say(lang, "explain-or", &[]);
    let axis = |(axis, choices): (&String, &Vec<String>)| format!("`{axis}` {}", choices.join(&or));
    let choices: Vec<String> = applies.choices.iter().map(axis).collect();
    let choices = choices.join(&say(lang, "comma", &[]));
    say(lang, "explain-applies", &[("choices", &choices), ("otherwise", applies.otherwise.in_lang(lang))])
}

impl MutantText {
    fn what(&self, lang: Lang) -> String {
        let japanese = if lang == Lang::Ja { mutant_ja(&self.mutant) } else { None };
        japanese.unwrap_or_else(|| self.what.clone())
    }
}

/// The width of text on a terminal, in columns.
const WIDTH: usize = 100;

/// `text` in lines, indented by two columns; a Japanese character takes two columns.
fn wrapped(text: &str) -> String {
    let (mut out, mut line, mut start) = (String::new(), String::from("  "), 0);
    // Where a line may break, by Unicode's rules (UAX #14).
    for (end, _) in unicode_linebreak::linebreaks(text) {
        let piece = &text[start..end];
        if columns(&line) + columns(piece.trim_end()) > WIDTH && line.len() > 2 {
            out = out + line.trim_end() + "\n";
            line.truncate(2);
        }
        line += piece;
        start = end;
    }
    out + line.trim_end() + "\n"
}

fn columns(text: &str) -> usize {
    text.chars().map(|c| if ('\u{2e80}'..='\u{ffef}').contains(&c) { 2 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Title;
    use std::collections::BTreeMap;

    #[test]
    fn one_rule_explained() {
        let rule = RuleText {
            id: "NVN-003".into(),
            strength: "must".into(),
            title: Title { en: "The institution code never reaches a facility".into(), ja: "機関別符号は、保険医療機関等に届かない".into() },
            source: "「資格確認サービス機関は、保険者全体の機関別符号（保険者が変わっても符号は変わらない）を取りまとめる」「保険医療機関等では番号・符号を用いない」"
                .into(),
            basis: "example".into(),
            basis_text: "the source gives it as an example".into(),
            checked: "All that card, reader, facility and line wrote, carried, showed, recorded or logged is searched for every person's code."
                .into(),
            remedy: "Answer facilities by the certificate that they presented.".into(),
            untested: "no facility did anything in this run".into(),
            japanese: [
                "カード、カードリーダー、医療機関等、回線が書き、運び、表示し、記録したすべてから、すべての人の符号を探す。",
                "医療機関等には、示された電子証明書によって回答する。",
                "この実行で医療機関等が何もしていない",
            ]
            .map(str::to_string),
            applies: Some(AppliesText {
                choices: BTreeMap::from([("eligibility".to_string(), vec!["broker-holds-all".to_string()])]),
                otherwise: Title { en: "no code is kept".into(), ja: "符号を保持しない".into() },
            }),
            claims: vec![ClaimText {
                id: "NVN-018/found".into(),
                what: "the institution code of a person was found at the facility".into(),
                shown_by: vec!["broker-shows-code".into()],
            }],
            clauses: vec!["DATA-001".into()],
            mutants: vec![MutantText {
                mutant: "broker-shows-code".into(),
                what: "the broker shows the code".into(),
                play: "shikaku run everyday-visit --design certificate --mutant broker-shows-code".into(),
            }],
        };
        insta::assert_snapshot!(explain(&rule, Lang::En));
        insta::assert_snapshot!("in_japanese", explain(&rule, Lang::Ja) + "\n" + &table(&[rule], Lang::Ja));
    }
}
