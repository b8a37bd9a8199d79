//! `shikaku rules` and `shikaku explain`.

use crate::exit::{self, Exit, usage};
use crate::output;
use clap::{Args, ValueEnum};
use conformance::{About, Applies, Claim, Strength, plants};
use contract::{clause, render_clause};
use reports::rules::{AppliesText, ClaimText, Lang, MutantText, RuleText};
use scenarios::Mutant;
use sim::terms::claim::rule_of;
use std::collections::BTreeMap;

#[derive(Args)]
#[command(after_help = format!("Examples:\n  shikaku rules\n  shikaku rules --lang ja\n  shikaku rules --format json\n\n{}", exit::HELP))]
pub struct RulesArgs {
    /// What to print on stdout
    #[arg(long, value_enum, default_value_t = ListFormat::Human)]
    format: ListFormat,
    /// Language of the titles
    #[arg(long, value_enum, default_value_t = LangArg::En)]
    lang: LangArg,
}

#[derive(Args)]
#[command(after_help = format!("Examples:\n  shikaku explain NVN-003\n  shikaku explain flow-001 --lang ja\n  shikaku explain SEC-002/reported-lost\n  shikaku explain TLS-006\n\n{}", exit::HELP))]
pub struct ExplainArgs {
    /// A rule, one of its claims or a clause of the contract, in upper or lower case: see `shikaku rules` and `shikaku contract`
    #[arg(value_name = "ID")]
    id: String,
    /// What to print on stdout
    #[arg(long, value_enum, default_value_t = OneFormat::Human)]
    format: OneFormat,
    /// Language of the title, and of a clause
    #[arg(long, value_enum, default_value_t = LangArg::En)]
    lang: LangArg,
}

#[derive(Clone, Copy, ValueEnum)]
enum ListFormat {
    /// A line for each rule
    Human,
    /// One JSON document
    Json,
    /// A table in Markdown
    Markdown,
}

#[derive(Clone, Copy, ValueEnum)]
enum OneFormat {
    /// Text
    Human,
    /// One JSON document
    Json,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum LangArg {
    /// English
    En,
    /// 日本語
    Ja,
}

impl From<LangArg> for Lang {
    fn from(lang: LangArg) -> Lang {
        match lang {
            LangArg::En => Lang::En,
            LangArg::Ja => Lang::Ja,
        }
    }
}

/// The description of every rule, in the order of their table.
fn abouts() -> impl Iterator<Item = &'static About> {
    conformance::rules::all().iter().map(|rule| rule.about())
}

fn text_of(about: &'static About) -> RuleText {
    let mutant = |m: &Mutant| MutantText {
        mutant: m.name().to_string(),
        what: m.describe().to_string(),
        play: format!("shikaku run {} --design {} --mutant {}", m.scenario(), m.design(), m.name()),
    };
    RuleText {
        id: about.id.to_string(),
        strength: match about.strength {
            Strength::Must => "must",
            Strength::Should => "should",
        }
        .to_string(),
        title: reports::rules::Title { en: about.title_en.to_string(), ja: about.title_ja.to_string() },
        source: about.source.to_string(),
        basis: about.basis.name().to_string(),
        basis_text: about.basis.describe().to_string(),
        checked: about.details_en.to_string(),
        remedy: about.remedy_en.to_string(),
        untested: about.untested_en.to_string(),
        japanese: [about.details_ja, about.remedy_ja, about.untested_ja].map(str::to_string),
        applies: (!about.applies.is_everywhere()).then(|| applies(&about.applies)),
        claims: about.claims.iter().map(claim_text).collect(),
        clauses: clause::of_rule(about).map(|clause| clause.id.clone()).collect(),
        mutants: Mutant::ALL.iter().filter(|m| m.rules().contains(&about.id)).map(mutant).collect(),
    }
}

fn claim_text(claim: &Claim) -> ClaimText {
    let mutants = Mutant::ALL.into_iter().filter(|m| m.claims().contains(&claim.id)).map(Mutant::name);
    let plants = plants::all().filter(|plant| plant.claims.contains(&claim.id)).map(|plant| plant.name);
    ClaimText {
        id: claim.id.to_string(),
        what: claim.what_en.to_string(),
        shown_by: mutants.chain(plants).map(str::to_string).collect(),
    }
}

fn applies(applies: &Applies) -> AppliesText {
    let mut choices: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for choice in applies.choices {
        choices.entry(choice.axis().id().to_string()).or_default().push(choice.id().to_string());
    }
    let otherwise = reports::rules::Title { en: applies.otherwise_en.to_string(), ja: applies.otherwise_ja.to_string() };
    AppliesText { choices, otherwise }
}

/// The text of every rule.
pub fn all_rules() -> Vec<RuleText> {
    abouts().map(text_of).collect()
}

pub fn rules(args: RulesArgs) -> anyhow::Result<Exit> {
    let all = all_rules();
    output::print(&match args.format {
        ListFormat::Human => reports::explained::table(&all, args.lang.into()),
        ListFormat::Markdown => reports::explained::markdown(&all, args.lang.into()),
        ListFormat::Json => serde_json::to_string_pretty(&all)? + "\n",
    })?;
    Ok(Exit::Held)
}

pub fn explain(args: ExplainArgs) -> anyhow::Result<Exit> {
    if let Some(clause) = clause::find(&args.id) {
        output::print(&match args.format {
            OneFormat::Human => render_clause(clause, args.lang.into()),
            OneFormat::Json => serde_json::to_string_pretty(clause)? + "\n",
        })?;
        return Ok(Exit::Held);
    }
    let id = rule_of(&args.id);
    let about = abouts().find(|a| a.id.eq_ignore_ascii_case(id)).ok_or_else(|| unknown(id))?;
    if id != args.id && !about.claims.iter().any(|claim| claim.id.eq_ignore_ascii_case(&args.id)) {
        return Err(usage(format!("{} has no claim `{}`: `shikaku explain {}` lists its claims", about.id, args.id, about.id)));
    }
    let rule = text_of(about);
    output::print(&match args.format {
        OneFormat::Human => reports::explained::explain(&rule, args.lang.into()),
        OneFormat::Json => serde_json::to_string_pretty(&rule)? + "\n",
    })?;
    Ok(Exit::Held)
}

fn unknown(id: &str) -> anyhow::Error {
    let likeness = |a: &'static About| (strsim::normalized_damerau_levenshtein(a.id, &id.to_uppercase()), a.id);
    let near =
        abouts().map(likeness).filter(|(likeness, _)| *likeness >= 0.7).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1)));
    let hint = match near {
        Some((_, near)) => format!("; did you mean `{near}`?"),
        None => ": see `shikaku rules`".to_string(),
    };
    usage(format!("unknown rule `{id}`{hint}"))
}
