//! `shikaku contract`.

use crate::exit::{self, Exit, usage};
use crate::explain::LangArg;
use crate::output;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use contract::{Format, Lang, Role, clause, render, render_clause};

const EXAMPLES: &str = "\
Examples:
  shikaku contract --role broker > broker.md                     what a broker must do
  shikaku contract --role broker --format openapi > broker.json  its operations, for machines
  shikaku contract --format html --lang ja > contract.html       the whole contract as one page
  shikaku contract --clause TLS-006                              one clause";

#[derive(Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{}", exit::HELP))]
pub struct ContractArgs {
    /// Only what binds this role; without it, the contract of all roles
    #[arg(long, value_name = "ROLE", value_parser = roles())]
    role: Option<Role>,
    /// What to print on stdout
    #[arg(long, value_enum, default_value_t = FormatArg::Markdown)]
    format: FormatArg,
    /// Language of the texts
    #[arg(long, visible_alias = "language", value_enum, default_value_t = LangArg::En)]
    lang: LangArg,
    /// Only this clause, in upper or lower case
    #[arg(long, value_name = "ID", conflicts_with_all = ["role", "format"])]
    clause: Option<String>,
}

/// The names of the roles, each with its Japanese term.
fn roles() -> impl TypedValueParser<Value = Role> {
    let values = Role::all().map(|role| PossibleValue::new(role.name()).help(role.title(Lang::Ja)));
    PossibleValuesParser::new(values).try_map(|name| Role::named(&name).ok_or("not a role"))
}

#[derive(Clone, Copy, ValueEnum)]
enum FormatArg {
    /// An OpenAPI 3.1 document of what a role serves, as JSON
    Openapi,
    /// One page without external resources
    Html,
    /// Text in Markdown
    Markdown,
}

impl From<FormatArg> for Format {
    fn from(format: FormatArg) -> Format {
        match format {
            FormatArg::Openapi => Format::OpenApi,
            FormatArg::Html => Format::Html,
            FormatArg::Markdown => Format::Markdown,
        }
    }
}

impl From<LangArg> for Lang {
    fn from(lang: LangArg) -> Lang {
        match lang {
            LangArg::En => Lang::En,
            LangArg::Ja => Lang::Ja,
        }
    }
}

pub fn run(args: &ContractArgs) -> anyhow::Result<Exit> {
    let lang = args.lang.into();
    let text = match &args.clause {
        Some(id) => {
            let clause = clause::find(id)
                .ok_or_else(|| usage(format!("unknown clause `{id}`: the contents of `shikaku contract` list all clauses")))?;
            render_clause(clause, lang)
        }
        None => render(args.format.into(), args.role, lang).map_err(|e| usage(e.to_string()))?,
    };
    output::print(&text)?;
    Ok(Exit::Held)
}
