//! Designs as text for people: the list of designs, the explanation of one, and the page of designs and rules.

use crate::rules::{Lang, Title};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;

/// One axis on which designs differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AxisText {
    pub axis: String,
    pub title: Title,
    pub text: Title,
    /// The source's example first.
    pub choices: Vec<ChoiceText>,
}

/// A choice on an axis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChoiceText {
    pub choice: String,
    pub title: Title,
    pub text: Title,
    /// The rules that name it.
    pub rules: Vec<String>,
    /// Why no rule names it, if none does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_rule: Option<Title>,
}

/// A design.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DesignText {
    pub name: String,
    pub title: Title,
    /// In a sentence or two; empty texts for a design file without a description.
    pub description: Title,
    /// Where it is from; empty for a design file without a source.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// The rules that it breaks on purpose, if it is a yardstick.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub breaks: Vec<String>,
    /// Whether scenarios are played in it if no design is named.
    pub default: bool,
    /// By axis, its choice.
    pub choices: BTreeMap<String, String>,
    /// The parameters of its choices, each with its explanation.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<ParameterText>,
    /// The rules that do not apply to it.
    pub not_applicable: Vec<NotApplicable>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ParameterText {
    pub parameter: String,
    pub value: String,
    pub text: Title,
}

/// A rule that does not apply to a design.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NotApplicable {
    pub rule: String,
    pub title: Title,
    pub reason: Title,
}

/// All axes and designs, with their texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Designs {
    pub axes: Vec<AxisText>,
    pub designs: Vec<DesignText>,
}

impl Designs {
    /// A line for each design, and the choices on each axis.
    pub fn table(&self, lang: Lang) -> String {
        let column = |head: &str, of: &dyn Fn(&DesignText) -> String| {
            let cells: Vec<String> = self.designs.iter().map(of).collect();
            let width = cells.iter().map(String::len).chain([head.len()]).max().unwrap_or(0);
            [head.to_string()].into_iter().chain(cells).map(|cell| format!("{cell:<width$}")).collect::<Vec<_>>()
        };
        let mut columns = vec![column("design", &|d| d.name.clone())];
        for axis in &self.axes {
            columns.push(column(&axis.axis, &|d| d.choices.get(&axis.axis).cloned().unwrap_or_default()));
        }
        let mut text = String::new();
        for row in 0..=self.designs.len() {
            let cells: Vec<&str> = columns.iter().filter_map(|c| c.get(row)).map(String::as_str).collect();
            text += cells.join("  ").trim_end();
            text += "\n";
        }
        // Writing to a String does not fail.
        for axis in &self.axes {
            let _ = writeln!(text, "\n{}: {}", axis.axis, axis.title.in_lang(lang));
            for choice in &axis.choices {
                let _ = writeln!(text, "  {:<20}  {}", choice.choice, choice.title.in_lang(lang));
            }
        }
        let defaults: Vec<&str> = self.designs.iter().filter(|d| d.default).map(|d| d.name.as_str()).collect();
        text += &match lang {
            Lang::En => format!("\nWithout --design, runs are in {}.\n", defaults.join(" and ")),
            Lang::Ja => format!("\n--designを指定しなければ、{}で実行する。\n", defaults.join("と")),
        };
        text
    }

    /// One design: its choices with their explanations, and the rules that do not apply to it.
    pub fn explain(&self, design: &DesignText, lang: Lang) -> String {
        let mut text = format!("{}: {}\n", design.name, design.title.in_lang(lang));
        let description = design.description.in_lang(lang);
        if !description.is_empty() {
            let _ = writeln!(text, "{description}");
        }
        let source = |source: &str| match lang {
            Lang::En => format!("Source: {source}\n"),
            Lang::Ja => format!("出典: {source}\n"),
        };
        text += &Some(design.source.as_str()).filter(|s| !s.is_empty()).map(source).unwrap_or_default();
        if !design.breaks.is_empty() {
            let rules = design.breaks.join(", ");
            text += &match lang {
                Lang::En => format!("A yardstick, not a proposal: it breaks {rules} on purpose.\n"),
                Lang::Ja => format!("提案ではなく比較の基準であり、{rules}に意図的に反する。\n"),
            };
        }
        for axis in &self.axes {
            let Some(choice) = design.choices.get(&axis.axis).and_then(|id| axis.choices.iter().find(|c| c.choice == *id)) else {
                continue;
            };
            let _ = writeln!(text, "\n{} = {}", axis.axis, choice.choice);
            let _ = writeln!(text, "  {}: {}", axis.title.in_lang(lang), choice.title.in_lang(lang));
            let _ = writeln!(text, "  {}", choice.text.in_lang(lang));
        }
        if !design.parameters.is_empty() {
            text += "\n";
        }
        for p in &design.parameters {
            let _ = writeln!(text, "{} = {}\n  {}", p.parameter, p.value, p.text.in_lang(lang));
        }
        text += match lang {
            Lang::En => "\nRules that are not applicable to it\n",
            Lang::Ja => "\n適用されない規則\n",
        };
        for rule in &design.not_applicable {
            let _ = writeln!(text, "  {}  {}\n    {}", rule.rule, rule.title.in_lang(lang), rule.reason.in_lang(lang));
        }
        if design.not_applicable.is_empty() {
            text += match lang {
                Lang::En => "  none\n",
                Lang::Ja => "  なし\n",
            };
        }
        text
    }

    /// The page of designs and rules, in Markdown.
    pub fn page(&self) -> String {
        let mut text = String::from(
            "# Designs\n\nA design is one choice on every axis, and what policymakers compare. Each is a file in `designs/`; `shikaku designs` \
             lists them and `shikaku designs NAME` explains one. Generated by `shikaku designs --format markdown`.\n\n## Axes and choices\n",
        );
        for axis in &self.axes {
            let _ = writeln!(
                text,
                "\n### `{}`: {} ({})\n\n{} {}\n",
                axis.axis, axis.title.en, axis.title.ja, axis.text.en, axis.text.ja
            );
            text += "| choice | what it is | 説明 | rules that name it |\n|---|---|---|---|\n";
            for c in &axis.choices {
                let rules = match &c.no_rule {
                    Some(reason) => format!("none: {} ({})", reason.en, reason.ja),
                    None => c.rules.iter().map(|id| link(id)).collect::<Vec<_>>().join(", "),
                };
                let (en, ja) = (format!("**{}.** {}", c.title.en, c.text.en), format!("**{}** {}", c.title.ja, c.text.ja));
                let _ = writeln!(text, "| `{}` | {en} | {ja} | {rules} |", c.choice);
            }
        }
        text += "\nThe first choice on each axis is the source's example.\n\n## Named designs\n\n| design |";
        self.axes.iter().for_each(|axis| text += &format!(" {} |", axis.axis));
        text += " title |\n|---|";
        self.axes.iter().for_each(|_| text += "---|");
        text += "---|\n";
        for d in &self.designs {
            let choices: Vec<String> =
                self.axes.iter().map(|a| format!("`{}`", d.choices.get(&a.axis).map_or("", String::as_str))).collect();
            let parameters: Vec<String> = d.parameters.iter().map(|p| format!("`{}` {}", p.parameter, p.value)).collect();
            let with = if parameters.is_empty() { String::new() } else { format!(" ({})", parameters.join(", ")) };
            let _ = writeln!(text, "| `{}` | {} | {} {}{with} |", d.name, choices.join(" | "), d.title.en, d.title.ja);
        }
        text += "\n| design | what it is | 説明 | source | breaks on purpose |\n|---|---|---|---|---|\n";
        for d in &self.designs {
            let breaks: Vec<String> = d.breaks.iter().map(|id| link(id)).collect();
            let (name, en, ja) = (&d.name, &d.description.en, &d.description.ja);
            let _ = writeln!(text, "| `{name}` | {en} | {ja} | {} | {} |", d.source, breaks.join(", "));
        }
        self.rules_by_design(&mut text);
        text
    }

    /// Which rules apply to which design.
    fn rules_by_design(&self, text: &mut String) {
        let all = self.designs.iter().flat_map(|d| &d.not_applicable);
        let rules: BTreeMap<&str, &NotApplicable> = all.map(|n| (n.rule.as_str(), n)).collect();
        *text += "\n## Designs and rules\n\nEvery rule that is not listed here applies to every design. `x`: the rule applies; `-`: it is not \
                  applicable, for the reason given.\n\n| rule | title |";
        self.designs.iter().for_each(|d| *text += &format!(" {} |", d.name));
        *text += " why not elsewhere |\n|---|---|";
        self.designs.iter().for_each(|_| *text += "---|");
        *text += "---|\n";
        for (id, rule) in rules {
            let cell = |d: &DesignText| if d.not_applicable.iter().any(|n| n.rule == id) { "-" } else { "x" };
            let cells: Vec<&str> = self.designs.iter().map(cell).collect();
            let (title, reason) = (&rule.title.en, format!("{} ({})", rule.reason.en, rule.reason.ja));
            let _ = writeln!(text, "| {} | {title} | {} | {reason} |", link(id), cells.join(" | "));
        }
    }
}

fn link(rule: &str) -> String {
    format!("[{rule}](rules/{rule}.md)")
}
