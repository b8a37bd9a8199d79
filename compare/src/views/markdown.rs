//! The report as Markdown, in Japanese and then in English.

use super::numbers::{figure, interval};
use super::sentences::sentences;
use super::summary::summary;
use super::words::Words;
use crate::criteria;
use crate::document::{Both, Document, Mark};

/// The text.
pub fn of(document: &Document) -> String {
    let words = Words::new();
    [Language::Ja, Language::En].map(|language| Report { document, words: &words, language }.text()).join("\n---\n\n")
}

#[derive(Clone, Copy)]
enum Language {
    Ja,
    En,
}

struct Report<'a> {
    document: &'a Document,
    words: &'a Words,
    language: Language,
}

impl Report<'_> {
    fn pick<'t>(&self, text: &'t Both) -> &'t str {
        match self.language {
            Language::Ja => &text.ja,
            Language::En => &text.en,
        }
    }

    fn say(&self, id: &str) -> String {
        self.pick(&self.words.both(id)).to_string()
    }

    fn text(&self) -> String {
        let d = self.document;
        let mut text = format!("# {}\n\n{}\n\n{}\n\n", self.say("title"), self.say("lead"), self.pick(&d.not_counted));
        text += &format!("## {}\n\n", self.say("summary"));
        summary(d, self.words).iter().for_each(|sentence| text += &format!("- {}\n", self.pick(sentence)));
        text += &format!("\n## {}\n\n", self.say("table"));
        let marks = Mark::ALL.map(|mark| format!("{} {}", mark.sign(), self.say(&format!("mark-{}", mark.id()))));
        text += &format!("{}\n\n{}\n\n", self.say("ranges"), marks.join(self.pick(&Both::new("、", ", "))));
        for group in criteria::Group::ALL {
            text += &self.table(group.id());
        }
        text += &self.notes();
        for c in &d.criteria {
            let [first, second] = sentences(d, self.words, &c.id);
            let both = format!("{} {}", self.pick(&first), self.pick(&second));
            text += &format!("### {}\n\n{}\n\n{}\n\n", self.pick(&c.title), self.pick(&c.what), both.trim_end());
        }
        text += &format!("## {}\n\n{}\n\n", self.say("limits"), self.say("limits-text"));
        text += &format!("## {}\n\n", self.say("again"));
        d.commands.iter().for_each(|command| text += &format!("    {command}\n"));
        text
    }

    /// The criteria of a group as rows: a page is not wide enough for all of them.
    fn table(&self, group: &str) -> String {
        let d = self.document;
        let rows: Vec<_> = d.criteria.iter().filter(|c| c.group == group).collect();
        if rows.is_empty() {
            return String::new();
        }
        let titles: Vec<&str> = d.designs.iter().map(|x| self.pick(&x.title)).collect();
        let mut text = format!(
            "### {}\n\n| {} | {} |\n|---{}|\n",
            self.say(&format!("group-{group}")),
            self.say("criterion"),
            titles.join(" | "),
            "|---".repeat(titles.len())
        );
        for c in rows {
            let unit = criteria::find(&c.id).map_or("", |c| c.unit);
            let cell = |design: &str| {
                let Some(cell) = d.cell(design, &c.id) else { return "–".to_string() };
                let shown = cell.estimate.map_or(Both::same("–"), |e| figure(e.value, unit));
                let range =
                    cell.estimate.and_then(|e| interval(&e, unit)).map_or(String::new(), |r| format!(" ({})", self.pick(&r)));
                let note = if self.words.note(design, &c.id).is_some() { "\\*" } else { "" };
                format!("{}{note} {}{range}", self.pick(&shown), cell.mark.sign())
            };
            let cells: Vec<String> = d.designs.iter().map(|x| cell(&x.name)).collect();
            let unit = self.pick(&c.unit);
            let title = self.pick(&c.title);
            let head = self.pick(&Both::new(format!("{title}（{unit}）"), format!("{title} ({unit})"))).to_string();
            text += &format!("| {head} | {} |\n", cells.join(" | "));
        }
        text + "\n"
    }

    /// What has to be known of single figures.
    fn notes(&self) -> String {
        let d = self.document;
        let all = d.cells.iter().filter_map(|c| Some((c, self.words.note(&c.design, &c.criterion)?)));
        let line = |(cell, note): (&crate::document::Cell, Both)| {
            let criterion = d.criteria.iter().find(|c| c.id == cell.criterion).map(|c| self.pick(&c.title)).unwrap_or_default();
            format!("\\* {} · {criterion}: {}\n\n", self.pick(&d.title(&cell.design)), self.pick(&note))
        };
        all.map(line).collect()
    }
}
