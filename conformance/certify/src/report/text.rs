//! The report for people, as text.

use super::japanese::{what_ja, why_ja};
use super::load::rows;
use super::plain::{again, lines, quotes, shown};
use super::words;
use super::{About, Ending, Waived, ending, extent, partly};
use crate::outcome::{Case, CaseOutcome};
use crate::probe::load::Measured;
use crate::session::{Certified, RuleSummary};
use contract::Lang;
use statement::VerdictOutcome;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The most cases that are named for one reason: the JSON document has all.
const NAMED: usize = 5;
/// The most failures of one case that are shown: a party that answers everybody wrongly has one for each message.
const SHOWN: usize = 5;
/// The verdicts whose rules are listed.
const LISTED: [VerdictOutcome; 5] = [
    VerdictOutcome::NotObservable,
    VerdictOutcome::NotReached,
    VerdictOutcome::Inconclusive,
    VerdictOutcome::Warning,
    VerdictOutcome::Broken,
];

/// The report for people: what failed comes last.
pub fn text(about: &About, certified: &Certified, waived: &Waived<'_>, lang: Lang) -> String {
    let product = shown(&about.product);
    let mut text = match lang {
        Lang::En => format!("{product} as {} in the design `{}`, seed {}\n\n", about.role, about.design, about.seed),
        Lang::Ja => format!("{product}　役割 {}　方式 `{}`　シード {}\n\n", about.role, about.design, about.seed),
    };
    let ended = ending(certified, waived);
    // Of a system that could not be tested, only the reason is of interest.
    if ended != Ending::Setup || extent(certified).0 > 0 {
        cases(&mut text, &certified.cases, lang);
        match &certified.load {
            Some(found) => load(&mut text, found, lang),
            None => rules(&mut text, &certified.rules, lang),
        }
    }
    let mut quoted = BTreeSet::new();
    for case in certified.cases.iter().filter(|c| !c.failures.is_empty()) {
        failure(&mut text, about, case, (waived.get(case.name.as_str()).copied(), lang), &mut quoted);
    }
    let seconds = certified.ended.duration_since(certified.started).as_secs_f64();
    let last = match (lang, ended) {
        (Lang::Ja, _) => words::ending(ended).1,
        (Lang::En, Ending::Passed) => "passed: every case that was played passed, and no MUST rule was broken",
        (Lang::En, Ending::Failed) => "failed",
        (Lang::En, Ending::Setup) => "set-up: the system could not be tested; mend the set-up, and begin again",
        (Lang::En, Ending::Inconclusive) if certified.interrupted => "interrupted: not everything was played",
        (Lang::En, Ending::Inconclusive) => "inconclusive: not everything could be looked at",
    };
    if let Some((en, ja)) = partly(certified) {
        let _ = writeln!(text, "\n{}", lang.of(&en, &ja));
    }
    let _ = match lang {
        Lang::En => writeln!(text, "\n{last} ({seconds:.0} s)"),
        Lang::Ja => writeln!(text, "\n{last}（{seconds:.0}秒）"),
    };
    text
}

/// How a case ended.
fn outcome(of: CaseOutcome, lang: Lang) -> &'static str {
    let (en, ja) = words::outcome(of);
    lang.of(en, ja)
}

/// Some of the names, and how many more there are.
fn few(names: &[String], lang: Lang) -> String {
    if names.len() <= NAMED {
        return names.join(", ");
    }
    let more = names.len() - NAMED;
    let first = names[..NAMED].join(", ");
    match lang {
        Lang::En => format!("{first} and {more} more"),
        Lang::Ja => format!("{first}、ほか {more} 件"),
    }
}

fn cases(text: &mut String, cases: &[Case], lang: Lang) {
    let mut groups: BTreeMap<&str, BTreeMap<CaseOutcome, usize>> = BTreeMap::new();
    for case in cases {
        let group = case.name.split('/').next().unwrap_or_default();
        *groups.entry(group).or_default().entry(case.outcome).or_default() += 1;
    }
    for (group, outcomes) in &groups {
        let counts = outcomes.iter().map(|(of, n)| match lang {
            Lang::En => format!("{n} {}", outcome(*of, lang)),
            Lang::Ja => format!("{} {n}", outcome(*of, lang)),
        });
        let _ = writeln!(text, "{group:<12} {}", counts.collect::<Vec<_>>().join(lang.of(", ", "、")));
    }
    let mut reasons: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for case in cases {
        if let Some(why) = &case.why {
            reasons.entry(why).or_default().push(shown(&case.name));
        }
    }
    for (why, names) in reasons {
        let names = few(&names, lang);
        let _ = match lang {
            Lang::En => writeln!(text, "  not played, since {}: {names}", shown(why)),
            Lang::Ja => writeln!(text, "  未実施（{}）：{names}", shown(&why_ja(why).unwrap_or_else(|| why.to_string()))),
        };
    }
}

fn rules(text: &mut String, rules: &[RuleSummary], lang: Lang) {
    let mut by: BTreeMap<&str, (VerdictOutcome, Vec<&str>)> = BTreeMap::new();
    for rule in rules {
        by.entry(rule.outcome.name()).or_insert((rule.outcome, Vec::new())).1.push(rule.rule);
    }
    let name = |of: VerdictOutcome| lang.of(of.name(), words::verdict(of).1);
    let counts = by.values().map(|(of, ids)| match lang {
        Lang::En => format!("{} {}", ids.len(), name(*of)),
        Lang::Ja => format!("{} {}", name(*of), ids.len()),
    });
    let counts: Vec<String> = counts.collect();
    let _ = match lang {
        Lang::En => writeln!(text, "{:<12} {}", "rules", counts.join(", ")),
        Lang::Ja => writeln!(text, "規則         {}", counts.join("、")),
    };
    for of in LISTED {
        if let Some((_, ids)) = by.get(of.name()) {
            let _ = writeln!(text, "  {}{}{}", name(of), lang.of(": ", "："), ids.join(", "));
        }
    }
}

fn load(text: &mut String, found: &Measured, lang: Lang) {
    text.push('\n');
    for (en, ja, value) in rows(found) {
        let _ = match lang {
            Lang::En => writeln!(text, "{en:<16} {value}"),
            Lang::Ja => writeln!(text, "{ja}：{value}"),
        };
    }
}

/// `quoted` are the clauses that were quoted before.
fn failure(
    text: &mut String,
    about: &About,
    case: &Case,
    (waived, lang): (Option<&str>, Lang),
    quoted: &mut BTreeSet<&'static str>,
) {
    let ended = if waived.is_some() { lang.of("waived", "容認") } else { outcome(case.outcome, lang) };
    let _ = writeln!(text, "\n{ended}  {}", shown(&case.name));
    if let Some(reason) = waived {
        let _ = writeln!(text, "  {} {}", lang.of("waived:  ", "容認："), shown(reason));
    }
    let what = match lang {
        Lang::En => case.what.clone(),
        Lang::Ja => what_ja(case).unwrap_or_else(|| case.what.clone()),
    };
    let _ = writeln!(text, "  {}", shown(&what));
    for failure in case.failures.iter().take(SHOWN) {
        for line in lines(failure, lang).into_iter().chain(quotes(case, failure, lang, quoted)) {
            let _ = writeln!(text, "  {line}");
        }
    }
    let more = case.failures.len().saturating_sub(SHOWN);
    let _ = match lang {
        _ if more == 0 => Ok(()),
        Lang::En => writeln!(text, "  and {more} more failures of this case: --format json has all"),
        Lang::Ja => writeln!(text, "  この項目の不合格がほかに {more} 件ある。すべては --format json に含まれる"),
    };
    let _ = writeln!(text, "  {} {}", lang.of("again:   ", "再実行："), again(about, case));
}
