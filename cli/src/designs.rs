//! `shikaku designs`.

use crate::exit::{self, Exit};
use crate::explain::LangArg;
use crate::output;
use crate::run::select;
use clap::{Args, ValueEnum};
use conformance::About;
use reports::designs::{AxisText, ChoiceText, DesignText, Designs, NotApplicable, ParameterText};
use reports::rules::Title;
use scenarios::{Design, designs};
use sim::terms::design::{Axis, Choice, Parameter};
use std::sync::Arc;

const EXAMPLES: &str = "\
Examples:
  shikaku designs                                all designs, and the choices of each axis
  shikaku designs keep-for-a-time --lang ja      one explained, with the rules that do not apply to it
  shikaku designs my-design.toml --format json   your own design, for machines
  shikaku run --design keep-mapping              the core suite in one design";

#[derive(Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{}", exit::HELP))]
pub struct DesignsArgs {
    /// A built-in design or a design file to explain; without one, all built-in designs are listed
    #[arg(value_name = "NAME|FILE")]
    name: Option<String>,
    /// What to print on stdout
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Language of titles and explanations
    #[arg(long, value_enum, default_value_t = LangArg::En)]
    lang: LangArg,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text
    Human,
    /// One JSON document, in both languages
    Json,
    /// The page of designs and rules, in both languages
    Markdown,
}

pub fn designs(args: &DesignsArgs) -> anyhow::Result<Exit> {
    let chosen = match &args.name {
        Some(name) => vec![select::design(name)?],
        None => designs::named().to_vec(),
    };
    let text = text(&chosen);
    let lang = args.lang.into();
    output::print_as(
        args.format == Format::Json,
        &match (args.format, &args.name) {
            (Format::Json, _) => serde_json::to_string_pretty(&text)? + "\n",
            (Format::Markdown, _) => text.page(),
            (Format::Human, None) => text.table(lang),
            (Format::Human, Some(_)) => text.designs.iter().map(|d| text.explain(d, lang)).collect(),
        },
    )?;
    Ok(Exit::Held)
}

fn title(ja: &str, en: &str) -> Title {
    Title { ja: ja.into(), en: en.into() }
}

fn text(chosen: &[Arc<Design>]) -> Designs {
    Designs { axes: Axis::ALL.iter().copied().map(axis).collect(), designs: chosen.iter().map(|d| design(d)).collect() }
}

fn axis(axis: Axis) -> AxisText {
    let e = axis.explained();
    AxisText {
        axis: axis.id().into(),
        title: title(e.title_ja, e.title_en),
        text: title(e.text_ja, e.text_en),
        choices: axis.choices().iter().copied().map(choice).collect(),
    }
}

fn choice(choice: Choice) -> ChoiceText {
    let e = choice.explained();
    ChoiceText {
        choice: choice.id().into(),
        title: title(e.title_ja, e.title_en),
        text: title(e.text_ja, e.text_en),
        rules: conformance::designs::naming(choice).map(|about| about.id.to_string()).collect(),
        no_rule: conformance::designs::no_rule(choice).map(|none| title(none.ja, none.en)),
    }
}

fn design(design: &Design) -> DesignText {
    let parameter = |p: &Parameter| {
        let value = design.parameters.get(*p)?;
        Some(ParameterText { parameter: p.id().into(), value, text: title(p.text_ja(), p.text_en()) })
    };
    let abouts = conformance::rules::all().iter().map(|rule| rule.about());
    let not_applicable = |about: &About| NotApplicable {
        rule: about.id.into(),
        title: title(about.title_ja, about.title_en),
        reason: title(about.applies.otherwise_ja, about.applies.otherwise_en),
    };
    DesignText {
        name: design.name.clone(),
        title: title(&design.title.ja, &design.title.en),
        description: title(&design.title.description_ja, &design.title.description_en),
        source: design.title.source.clone(),
        breaks: design.breaks.clone(),
        default: designs::DEFAULTS.contains(&design.name.as_str()),
        choices: design.choices().map(|c| (c.axis().id().to_string(), c.id().to_string())).collect(),
        parameters: Parameter::ALL.iter().filter_map(parameter).collect(),
        not_applicable: abouts.filter(|about| !about.applies.to(design)).map(not_applicable).collect(),
    }
}
