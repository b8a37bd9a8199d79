//! What a reader should know first: some sentences, made of the figures.

use super::numbers::{figure, interval, shown, with_unit};
use super::sentences::{count, list};
use super::words::Words;
use crate::criteria;
use crate::document::{Both, Document, Mark, Role};
use crate::sure::Estimate;

/// From this difference of shares on, designs differ much.
const MUCH: f64 = 0.5;

/// What is cheapest, what differs, what stays open, and what the comparison rests on.
pub fn summary(document: &Document, words: &Words) -> Vec<Both> {
    let summary = Summary { document, words };
    [
        summary.cheapest(),
        summary.not_chosen(),
        summary.differs(),
        summary.refusals(),
        summary.open(),
        summary.moves_most(),
        summary.rests_on(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The criteria in which all designs show the same figure, with that figure. Such a criterion is no help to choose.
pub fn constant(document: &Document) -> Vec<(&str, Option<f64>)> {
    let of = |id: &str| {
        let unit = criteria::find(id).map_or("", |c| c.unit);
        let mut values = document.cells.iter().filter(|c| c.criterion == id).map(|c| c.estimate.map(|e| e.value));
        let first = values.next()?;
        let text = |value: Option<f64>| value.map(|v| figure(v, unit));
        values.all(|v| text(v) == text(first)).then_some(first)
    };
    document.criteria.iter().filter_map(|c| Some((c.id.as_str(), of(&c.id)?))).collect()
}

struct Summary<'a> {
    document: &'a Document,
    words: &'a Words,
}

impl Summary<'_> {
    fn estimate(&self, design: &str, criterion: &str) -> Option<Estimate> {
        self.document.cell(design, criterion)?.estimate
    }

    fn of_role(&self, role: Role) -> impl Iterator<Item = &str> {
        self.document.designs.iter().filter(move |d| d.role == role).map(|d| d.name.as_str())
    }

    fn quoted(&self, criterion: &str) -> Both {
        let title = self.document.criteria.iter().find(|c| c.id == criterion).map(|c| c.title.clone()).unwrap_or_default();
        Both::new(format!("「{}」", title.ja), format!("“{}”", title.en))
    }

    fn rests_on(&self) -> Option<Both> {
        let d = self.document;
        let assumed = d.figures.iter().filter(|f| f.is_assumed()).count();
        let seeds = usize::try_from(d.last_seed - d.first_seed + 1).unwrap_or(usize::MAX);
        Some(self.words.with(
            "summary-rests-on",
            &[
                ("designs", &count(d.designs.len())),
                ("seeds", &count(seeds)),
                ("people", &Both::same(d.people.values().max().copied().unwrap_or_default().to_string())),
                ("visits", &Both::same(shown(d.visits as f64, ""))),
                ("draws", &Both::same(shown(d.draws as f64, ""))),
                ("figures", &count(d.figures.len())),
                ("assumed", &count(assumed)),
            ],
        ))
    }

    fn cheapest(&self) -> Option<Both> {
        let [first, more @ ..] = self.document.ranks.as_slice() else { return None };
        let cost = self.estimate(&first.design, "cost-check")?;
        let money = |value: f64| with_unit(value, "yen", self.words);
        let mut values = vec![
            ("design", self.document.title(&first.design)),
            ("value", money(cost.value)),
            ("range", interval(&cost, "yen")?),
        ];
        let (Some(next), Some(difference)) = (more.first(), more.first().and_then(|next| next.more)) else {
            return Some(self.with("summary-only", &values));
        };
        values.extend([
            ("share", Both::same(shown(first.cheapest_in, "share"))),
            ("next", self.document.title(&next.design)),
            ("more", money(difference.value)),
            ("more-range", interval(&difference, "yen")?),
        ]);
        Some(self.with("summary-cheapest", &values))
    }

    /// What is shown beside the designs that can be chosen.
    fn not_chosen(&self) -> Option<Both> {
        let one = |role: Role| {
            self.of_role(role).filter_map(move |name| {
                let value = with_unit(self.estimate(name, "cost-check")?.value, "yen", self.words);
                let values = [("design", self.document.title(name)), ("value", value)];
                Some(self.with(&format!("summary-{}", role.id()), &values))
            })
        };
        let all: Vec<Both> = one(Role::Base).chain(one(Role::Yardstick)).collect();
        (!all.is_empty()).then(|| self.with("summary-not-chosen", &[("designs", list(&all))]))
    }

    /// Lowest and highest of the designs that can be chosen.
    fn ends(&self, criterion: &str) -> Option<(f64, f64)> {
        let values: Vec<f64> =
            self.of_role(Role::Candidate).filter_map(|name| Some(self.estimate(name, criterion)?.value)).collect();
        let low = values.iter().copied().min_by(f64::total_cmp)?;
        Some((low, values.iter().copied().max_by(f64::total_cmp)?))
    }

    fn differs(&self) -> Option<Both> {
        let shares = criteria::ALL.iter().filter(|c| super::numbers::is_share(c.unit));
        let much: Vec<Both> = shares
            .filter_map(|c| {
                let (low, high) = self.ends(c.id)?;
                let values = [("criterion", self.quoted(c.id)), ("low", figure(low, c.unit)), ("high", figure(high, c.unit))];
                (high - low >= MUCH).then(|| self.with("summary-from-to", &values))
            })
            .collect();
        let same = count(constant(self.document).len());
        let all = count(self.document.criteria.len());
        match much.is_empty() {
            true => Some(self.with("summary-differs-little", &[("same", same), ("all", all)])),
            false => Some(self.with("summary-differs", &[("criteria", list(&much)), ("same", same), ("all", all)])),
        }
    }

    fn refusals(&self) -> Option<Both> {
        let parts = ["wrong-acceptances", "wrong-refusals"].into_iter().filter_map(|id| {
            let unit = criteria::find(id)?.unit;
            let (low, high) = self.ends(id)?;
            let values = [("criterion", self.quoted(id)), ("low", figure(low, unit)), ("high", figure(high, unit))];
            let id = if figure(low, unit) == figure(high, unit) { "summary-all" } else { "summary-from-to" };
            Some(self.with(id, &values))
        });
        let parts: Vec<Both> = parts.collect();
        (!parts.is_empty()).then(|| self.with("summary-errors", &[("criteria", list(&parts))]))
    }

    fn open(&self) -> Option<Both> {
        let is_open = |criterion: &str| {
            let open = |name: &str| self.document.cell(name, criterion).is_some_and(|c| c.mark == Mark::NotClear);
            self.of_role(Role::Candidate).any(open)
        };
        let all: Vec<Both> = self.document.criteria.iter().filter(|c| is_open(&c.id)).map(|c| self.quoted(&c.id)).collect();
        let reference = self.document.title(&self.document.reference);
        match all.is_empty() {
            true => Some(self.with("summary-nothing-open", &[("reference", reference)])),
            false => Some(self.with("summary-open", &[("criteria", list(&all)), ("reference", reference)])),
        }
    }

    /// The assumption that explains most of a difference in cost.
    fn moves_most(&self) -> Option<Both> {
        let d = self.document;
        let shares = d.information.iter().flat_map(|i| i.explained.iter().map(move |(design, share)| (i, design, *share)));
        let candidates: Vec<&str> = self.of_role(Role::Candidate).collect();
        let of_candidates = shares.filter(|(_, design, _)| candidates.contains(&design.as_str()));
        // The design whose difference from the reference is the largest, so that a matter of some sen is not the message.
        let difference = |design: &str| d.cell(design, "cost-check").and_then(|c| c.difference).map_or(0.0, |e| e.value.abs());
        let largest = candidates.iter().copied().max_by(|a, b| difference(a).total_cmp(&difference(b)))?;
        let (figure, design, share) =
            of_candidates.filter(|(_, design, _)| *design == largest).max_by(|a, b| a.2.total_cmp(&b.2))?;
        let title = d.figures.iter().find(|f| f.key == figure.figure).map(|f| Both::new(&f.ja, &f.en))?;
        let values = [("figure", title), ("design", d.title(design)), ("share", Both::same(shown(share, "share")))];
        Some(self.with("summary-moves-most", &values))
    }

    fn with(&self, id: &str, values: &[(&str, Both)]) -> Both {
        self.words.with(id, &values.iter().map(|(name, value)| (*name, value)).collect::<Vec<_>>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::testing::document;

    #[test]
    fn criteria_in_which_all_show_the_same_are_found_and_those_that_differ_much_are_named() {
        let same = document("up-jpki", [1.0, 1.0, 0.99999]);
        assert_eq!(constant(&same), [("up-jpki", Some(1.0))]);
        let differs = document("up-jpki", [0.0, 0.02, 1.0]);
        assert!(constant(&differs).is_empty());
        let texts = summary(&differs, &Words::new());
        assert!(texts.iter().any(|t| t.ja.contains("「公的個人認証サービスの停止中の対応」（0%〜100%）")), "{texts:?}");
        assert!(texts.iter().all(|t| !t.ja.contains("summary-") && !t.en.contains("summary-")), "{texts:?}");
    }
}
