//! A certification as one page that needs nothing else: no script, no picture, no font. It is in English and Japanese, and shows
//! one of them at a time.

use super::japanese::{ja, what_ja, why_ja};
use super::load::rows;
use super::plain::{QUOTED, again, clauses_of, shown};
use super::words::{ending as ending_words, outcome, verdict};
use super::{About, Ending, Waived, ending, partly};
use crate::outcome::{Case, CaseOutcome, Failure};
use crate::probe::load::Measured;
use crate::session::{Certified, RuleSummary};
use statement::VerdictOutcome;
use std::collections::BTreeMap;

const STYLE: &str = include_str!("page.css");
/// The most failures of a case that are shown in full.
const SHOWN: usize = 20;

/// The order of the columns in the summary.
const OUTCOMES: [CaseOutcome; 5] =
    [CaseOutcome::Passed, CaseOutcome::Failed, CaseOutcome::Setup, CaseOutcome::NotApplicable, CaseOutcome::NotReached];

/// The page. `tool` is name and version of this tool.
pub fn page(about: &About, certified: &Certified, waived: &Waived<'_>, tool: &str) -> String {
    let style = data_encoding::BASE64.encode(&openssl::sha::sha256(STYLE.as_bytes()));
    let failed: Vec<&Case> = certified.cases.iter().filter(|c| has_failed(c)).collect();
    let body = [
        head(about, certified, waived, tool),
        summary(&certified.cases),
        certified.load.as_ref().map(load).unwrap_or_default(),
        failures(about, &failed, waived),
        rules(&certified.rules, waived),
        not_played(&certified.cases),
        passed(&certified.cases),
    ];
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <input type=\"radio\" name=\"language\" id=\"en\" checked><label for=\"en\" lang=\"en\">English</label>\n\
         <input type=\"radio\" name=\"language\" id=\"ja\"><label for=\"ja\" lang=\"ja\">日本語</label>\n\
         <main>\n{body}</main>\n</body>\n</html>\n",
        title = escaped(&format!("{}: {}", about.role, about.product)),
        body = body.concat(),
    )
}

/// Text of anybody, for an element or an attribute in quotation marks.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in shown(text).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// A text in both languages, of which one is shown.
fn both(en: &str, ja: &str) -> String {
    format!("<span class=\"en\" lang=\"en\">{}</span><span class=\"ja\" lang=\"ja\">{}</span>", escaped(en), escaped(ja))
}

/// A text of a case, which may have one in Japanese.
fn own(text: &str) -> String {
    match ja(text) {
        Some(in_japanese) => both(text, &in_japanese),
        None => escaped(text),
    }
}

/// What a case tries.
fn what(case: &Case) -> String {
    match what_ja(case) {
        Some(in_japanese) => both(&case.what, &in_japanese),
        None => escaped(&case.what),
    }
}

fn has_failed(case: &Case) -> bool {
    matches!(case.outcome, CaseOutcome::Failed | CaseOutcome::Setup)
}

fn class_of(outcome: CaseOutcome) -> &'static str {
    match outcome {
        CaseOutcome::Passed => "good",
        CaseOutcome::Failed => "bad",
        CaseOutcome::Setup => "odd",
        CaseOutcome::NotApplicable | CaseOutcome::NotReached => "faint",
    }
}

/// An element with a definition: the term, and what it is.
fn item(term: &str, content: &str) -> String {
    format!("<dt>{term}</dt><dd>{content}</dd>\n")
}

fn head(about: &About, certified: &Certified, waived: &Waived<'_>, tool: &str) -> String {
    let ended = ending(certified, waived);
    let (en, ja) = ending_words(ended);
    let class = match ended {
        Ending::Passed => "good",
        Ending::Failed => "bad",
        Ending::Setup | Ending::Inconclusive => "odd",
    };
    let seconds = certified.ended.duration_since(certified.started).as_secs_f64();
    let when = format!("{} ({seconds:.0} s)", certified.started);
    let items = [
        item(&both("product", "製品"), &escaped(&about.product)),
        item(&both("role", "役割"), &escaped(&about.role)),
        item(&both("design", "方式"), &escaped(&about.design)),
        item(&both("seed", "シード"), &about.seed.to_string()),
        item(&both("begun", "開始"), &escaped(&when)),
        item(&both("tool", "ツール"), &escaped(tool)),
    ];
    let partly = partly(certified).map_or(String::new(), |(en, ja)| format!("<p class=\"odd\">{}</p>\n", both(&en, &ja)));
    format!(
        "<h1>{}</h1>\n<p class=\"ending {class}\">{}</p>\n{partly}<dl>\n{}</dl>\n",
        both("Certification", "適合試験の結果"),
        both(en, ja),
        items.concat()
    )
}

fn summary(cases: &[Case]) -> String {
    let mut groups: BTreeMap<&str, BTreeMap<CaseOutcome, usize>> = BTreeMap::new();
    for case in cases {
        let group = case.name.split('/').next().unwrap_or_default();
        *groups.entry(group).or_default().entry(case.outcome).or_default() += 1;
    }
    let names = OUTCOMES
        .map(|o| {
            let (en, ja) = outcome(o);
            format!("<th scope=\"col\">{}</th>", both(en, ja))
        })
        .concat();
    let row = |(group, counts): (&&str, &BTreeMap<CaseOutcome, usize>)| {
        let cells = OUTCOMES.map(|o| match counts.get(&o) {
            Some(n) => format!("<td class=\"{}\">{n}</td>", class_of(o)),
            None => "<td class=\"faint\">0</td>".to_string(),
        });
        format!("<tr><th scope=\"row\">{}</th>{}</tr>\n", escaped(group), cells.concat())
    };
    let rows: String = groups.iter().map(row).collect();
    let group = both("cases", "試験");
    let title = both("Summary", "概要");
    format!(
        "<h2>{title}</h2>\n<table>\n<thead><tr><th scope=\"col\">{group}</th>{names}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n"
    )
}

/// What was measured under load, counted from the instants at which requests were due.
fn load(found: &Measured) -> String {
    let items: String = rows(found).iter().map(|(en, ja, value)| item(&both(en, ja), &escaped(value))).collect();
    let note = both(
        "Latencies count from the instant at which a request was due, whether or not earlier ones had been answered.",
        "応答時間は、先行する要求への応答の有無にかかわらず、送信予定の時点から測る。",
    );
    format!("<h2>{}</h2>\n<p class=\"faint\">{note}</p>\n<dl>\n{items}</dl>\n", both("Load", "負荷"))
}

fn failures(about: &About, failed: &[&Case], waived: &Waived<'_>) -> String {
    let title = both("Failures", "不合格の詳細");
    if failed.is_empty() {
        return format!("<h2>{title}</h2>\n<p>{}</p>\n", both("None.", "ありません。"));
    }
    let note = both(
        "A text between parties is shown without its values. Characters that cannot be seen are shown as \\u{…}.",
        "当事者間の文は値を除いて示します。目に見えない文字は \\u{…} と表します。",
    );
    let articles: String = failed.iter().map(|case| article(about, case, waived.get(case.name.as_str()).copied())).collect();
    format!("<h2>{title}</h2>\n<p class=\"faint\">{note}</p>\n{articles}")
}

fn article(about: &About, case: &Case, waived: Option<&str>) -> String {
    let (en, ja) = outcome(case.outcome);
    let outcome = both(en, ja);
    let mut text = format!(
        "<article>\n<h3><span class=\"{}\">{outcome}</span> <code>{}</code></h3>\n<p>{}</p>\n",
        class_of(case.outcome),
        escaped(&case.name),
        what(case)
    );
    if let Some(reason) = waived {
        text += &format!("<p><strong>{}</strong> {}</p>\n", both("Waived:", "容認："), escaped(reason));
    }
    if let Some(why) = &case.why {
        text += &format!("<p>{}</p>\n", both(why, &why_ja(why).unwrap_or_else(|| why.clone())));
    }
    for failure in case.failures.iter().take(SHOWN) {
        text += &details(case, failure);
    }
    if case.failures.len() > SHOWN {
        let more = case.failures.len() - SHOWN;
        text += &format!("<p>{}</p>\n", both(&format!("and {more} more"), &format!("ほか {more} 件")));
    }
    let command = format!("<code>{}</code>", escaped(&again(about, case)));
    text + &format!("<dl>\n{}</dl>\n</article>\n", item(&both("run it again", "再実行"), &command))
}

fn details(case: &Case, failure: &Failure) -> String {
    let mut items = vec![
        item(&both("expected", "期待"), &own(&failure.expected)),
        item(&both("came", "結果"), &own(&failure.observed)),
        item(&both("culprit", "原因の所在"), &both(failure.culprit.name(), failure.culprit.name_ja())),
    ];
    let all = clauses_of(case, failure);
    for q in all.iter().take(QUOTED) {
        let id = format!("<code>{}</code> {}", escaped(q.id), escaped(&q.strength.to_string()));
        items.push(item(&both("clause", "条項"), &format!("{id} <q>{}</q>", both(q.en, q.ja))));
    }
    if all.len() > QUOTED {
        let more: Vec<String> = all[QUOTED..].iter().map(|q| format!("<code>{}</code>", escaped(q.id))).collect();
        items.push(item(&both("more clauses", "その他の条項"), &more.join(", ")));
    }
    if let Some(cause) = &failure.likely_cause {
        items.push(item(&both("likely cause", "考えられる原因"), &own(cause)));
    }
    if !failure.before.is_empty() {
        let lines: String = failure.before.iter().map(|line| format!("<li><code>{}</code></li>", escaped(line))).collect();
        items.push(item(&both("messages before it", "直前の電文"), &format!("<ol>{lines}</ol>")));
    }
    format!("<dl>\n{}</dl>\n", items.concat())
}

fn rules(rules: &[RuleSummary], waived: &Waived<'_>) -> String {
    let row = |rule: &RuleSummary| {
        let (en, ja) = verdict(rule.outcome);
        let class = match rule.outcome {
            VerdictOutcome::Held => "good",
            VerdictOutcome::Broken => "bad",
            VerdictOutcome::Warning | VerdictOutcome::Inconclusive => "odd",
            _ => "faint",
        };
        let about = conformance::rules::all().iter().map(|known| known.about()).find(|known| known.id == rule.rule);
        let title = about.map_or(String::new(), |about| both(about.title_en, about.title_ja));
        let mut why = rule.why.as_deref().map(escaped).unwrap_or_default();
        if let Some(reason) = waived.get(rule.rule) {
            why = format!("{why} {} {}", both("Waived:", "容認："), escaped(reason));
        }
        format!(
            "<tr><th scope=\"row\">{}</th><td>{title}</td><td class=\"{class}\">{}</td><td>{}</td><td>{}</td><td>{why}</td></tr>\n",
            escaped(rule.rule),
            both(en, ja),
            rule.evaluated,
            rule.findings
        )
    };
    let columns = [
        both("rule", "規則"),
        both("title", "内容"),
        both("verdict", "判定"),
        both("looked at", "確認した回数"),
        both("findings", "違反の件数"),
        both("why", "理由"),
    ];
    let names = columns.map(|name| format!("<th scope=\"col\">{name}</th>")).concat();
    let rows: String = rules.iter().map(row).collect();
    format!(
        "<h2>{}</h2>\n<table>\n<thead><tr>{names}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n",
        both("Rules", "規則ごとの判定")
    )
}

fn not_played(cases: &[Case]) -> String {
    let mut reasons: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for case in cases.iter().filter(|c| matches!(c.outcome, CaseOutcome::NotApplicable | CaseOutcome::NotReached)) {
        let why = case.why.as_deref().unwrap_or("nothing happened in it that could be judged");
        reasons.entry(why).or_default().push(format!("<code>{}</code>", escaped(&case.name)));
    }
    let title = both("Not played", "実施しなかった試験");
    if reasons.is_empty() {
        return format!("<h2>{title}</h2>\n<p>{}</p>\n", both("None.", "ありません。"));
    }
    let of =
        |(why, names): (&str, Vec<String>)| item(&both(why, &why_ja(why).unwrap_or_else(|| why.to_string())), &names.join(", "));
    format!("<h2>{title}</h2>\n<dl>\n{}</dl>\n", reasons.into_iter().map(of).collect::<String>())
}

/// The names of what passed, folded up.
fn passed(cases: &[Case]) -> String {
    let passed = cases.iter().filter(|c| c.outcome == CaseOutcome::Passed);
    let names: Vec<String> = passed.map(|c| format!("<li><code>{}</code> {}</li>", escaped(&c.name), what(c))).collect();
    let count = both(&format!("{} cases", names.len()), &format!("{} 件", names.len()));
    let title = both("Passed", "合格した試験");
    format!("<h2>{title}</h2>\n<details><summary>{count}</summary>\n<ul>\n{}\n</ul>\n</details>\n", names.join("\n"))
}
