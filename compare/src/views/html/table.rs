//! The first screen: what to know first, designs and criteria; weights and thresholds.

use super::Page;
use crate::criteria::{self, Group};
use crate::document::{Both, Cell, CriterionRow, DesignColumn, Mark, Role};
use crate::views::numbers::{figure, spread};
use crate::views::summary::{constant, summary};
use maud::{Markup, html};
use reports::page::{both, either};
use std::collections::BTreeMap;

/// As many sentences of the summary fit on the first screen of a phone.
const SHOWN_AT_ONCE: usize = 3;

impl Page<'_> {
    /// The first sentences, and the others, which the page folds where there is little room.
    pub(super) fn summary(&self) -> Markup {
        let mut first = summary(self.document, self.words);
        let more = first.split_off(first.len().min(SHOWN_AT_ONCE));
        html! {
            section #summary aria-labelledby="summary-title" {
                h2 #summary-title { (self.say("summary")) }
                (self.original())
                ul { @for sentence in &first { li { (both(sentence)) } } }
                @if !more.is_empty() {
                    details.printed #summary-more open {
                        summary { (self.say("summary-more")) }
                        ul { @for sentence in &more { li { (both(sentence)) } } }
                    }
                }
            }
        }
    }

    pub(super) fn table(&self) -> Markup {
        let constant: BTreeMap<&str, Option<f64>> = constant(self.document).into_iter().collect();
        html! {
            section aria-labelledby="table-title" {
                h2 #table-title { (self.say("table")) }
                p { (self.say("table-how")) }
                (self.designs_in_short())
                ul.legend aria-label="印 / marks" {
                    @for mark in Mark::ALL {
                        li { span class=(format!("mark {}", mark.id())) aria-hidden="true" { (mark.sign()) } " " (self.say(&format!("mark-{}", mark.id()))) }
                    }
                }
                p.unit { (self.say("ranges")) }
                p.changed #changed hidden { (self.say("changed")) }
                p.changed #rejected role="alert" hidden { (self.say("rejected")) " " code { } }
                div #comparison { @for group in Group::ALL { (self.group(group, &constant)) } }
                (self.notes())
            }
        }
    }

    /// What each design is. Printed although it is folded.
    fn designs_in_short(&self) -> Markup {
        let described: Vec<_> = self.document.designs.iter().filter(|d| !d.description.ja.is_empty()).collect();
        html! {
            @if !described.is_empty() {
                details.printed #designs-in-short {
                    summary { (self.say("designs-what")) }
                    ul { @for d in described { li { strong { (both(&d.title)) } " — " (both(&d.description)) } } }
                }
            }
        }
    }

    /// The criteria of one group. Those in which all designs show the same are folded, and said below.
    fn group(&self, group: Group, constant: &BTreeMap<&str, Option<f64>>) -> Markup {
        let criteria: Vec<&CriterionRow> = self.document.criteria.iter().filter(|c| c.group == group.id()).collect();
        let same: Vec<&CriterionRow> = criteria.iter().filter(|c| constant.contains_key(c.id.as_str())).copied().collect();
        let title = format!("group-{}", group.id());
        html! {
            section.group {
                h3 #(title) { (self.say(&title)) }
                // A table without a column to show is only opened.
                div.scroll tabindex="0" role="region" aria-labelledby=(title) data-all-same=[(same.len() == criteria.len()).then_some("")] {
                    table.folded {
                        thead { tr {
                            th scope="col" { (self.say("design")) }
                            @if group == Group::Cost { th scope="col" #weighted-head hidden { (self.say("weighted")) } }
                            @for c in &criteria { (self.heading(c, constant.contains_key(c.id.as_str()))) }
                        } }
                        tbody { @for design in &self.document.designs { (self.row(design, group, &criteria, constant)) } }
                    }
                }
                @if !same.is_empty() {
                    p.same {
                        (self.say("same-in-all"))
                        @for c in &same { span.one { (both(&c.title)) " " b { (figure_of(constant.get(c.id.as_str()).copied().flatten(), &c.id)) } } }
                        button.unfold type="button" aria-expanded="false" { (self.say("unfold")) }
                    }
                }
            }
        }
    }

    fn heading(&self, c: &CriterionRow, is_constant: bool) -> Markup {
        html! {
            th.constant[is_constant] scope="col" data-criterion=(c.id) aria-sort="none" {
                button.sort type="button" data-sort=(c.id) { (both(&c.title)) }
                span.unit { (both(&c.unit)) }
                span.unit {
                    (self.say(if c.lower_is_better { "better-low" } else { "better-high" }))
                    @if c.assumed { " · " (self.say("assumed")) }
                }
            }
        }
    }

    fn row(
        &self,
        design: &DesignColumn,
        group: Group,
        criteria: &[&CriterionRow],
        constant: &BTreeMap<&str, Option<f64>>,
    ) -> Markup {
        html! {
            tr data-design=(design.name) {
                th scope="row" {
                    a href=(format!("#sequence-{}", design.name)) { (both(&design.title)) }
                    code.unit { (design.name) }
                    @if design.role != Role::Candidate { span.unit { (self.say(&format!("role-{}", design.role.id()))) } }
                }
                @if group == Group::Cost { td.weighted hidden { } }
                @for c in criteria {
                    @if let Some(cell) = self.document.cell(&design.name, &c.id) { (self.cell(cell, constant.contains_key(c.id.as_str()))) }
                }
            }
        }
    }

    fn cell(&self, cell: &Cell, is_constant: bool) -> Markup {
        let unit = criteria::find(&cell.criterion).map_or("", |c| c.unit);
        let value = cell.estimate.map(|e| e.value.to_string());
        let note = self.words.note(&cell.design, &cell.criterion).map(|_| format!("#note-{}-{}", cell.design, cell.criterion));
        html! {
            td.constant[is_constant] data-criterion=(cell.criterion) data-value=[value] {
                span.figure { (figure_of(cell.estimate.map(|e| e.value), &cell.criterion)) }
                @if let Some(note) = note { a.note href=(note) { "*" } }
                " "
                span class=(format!("mark {}", cell.mark.id())) aria-hidden="true" { (cell.mark.sign()) }
                span.hidden.mark-text { (self.say(&format!("mark-{}", cell.mark.id()))) }
                @if let Some(text) = cell.estimate.as_ref().and_then(|e| spread(e, unit)) { span.interval { (either(&text)) } }
            }
        }
    }

    /// What has to be known of single figures.
    fn notes(&self) -> Markup {
        let all = self.document.cells.iter().filter_map(|c| Some((c, self.words.note(&c.design, &c.criterion)?)));
        let criterion =
            |id: &str| self.document.criteria.iter().find(|c| c.id == id).map(|c| c.title.clone()).unwrap_or_default();
        html! {
            @for (cell, note) in all {
                p.note id=(format!("note-{}-{}", cell.design, cell.criterion)) tabindex="-1" {
                    "* " (both(&self.document.title(&cell.design))) " · " (both(&criterion(&cell.criterion))) " — " (both(&note))
                }
            }
        }
    }

    pub(super) fn weights(&self) -> Markup {
        html! {
            details.weights #weights {
                summary { (self.say("weights")) }
                p { (self.say("weights-how")) }
                p { button type="button" #reset { (self.say("reset")) } }
                div.scroll tabindex="0" role="region" aria-label="重み / weights" {
                    table {
                        thead { tr { th scope="col" { (self.say("criterion")) } th scope="col" { (self.say("weight")) } th scope="col" { (self.say("threshold")) } } }
                        tbody { @for c in &self.document.criteria {
                            tr {
                                th scope="row" #{ "w-" (c.id) } { (both(&c.title)) " " span.unit { (both(&self.unit_of_input(c))) } }
                                td { input type="number" min="0" step="any" data-weight=(c.id) aria-labelledby={ "w-" (c.id) }; }
                                td { input type="number" step="any" data-threshold=(c.id) aria-labelledby={ "w-" (c.id) }; }
                            }
                        } }
                    }
                }
            }
        }
    }

    /// In which unit a threshold is written: that of the document, in which a share is between 0 and 1.
    fn unit_of_input(&self, c: &CriterionRow) -> Both {
        let id = criteria::find(&c.id).map_or("", |c| c.unit);
        if id == "bn-yen" || crate::views::numbers::is_share(id) {
            self.words.both(&format!("input-{id}"))
        } else {
            c.unit.clone()
        }
    }
}

/// A figure, in each language if they differ.
fn figure_of(value: Option<f64>, criterion: &str) -> Markup {
    let unit = criteria::find(criterion).map_or("", |c| c.unit);
    either(&value.map_or(Both::same("–"), |v| figure(v, unit)))
}
