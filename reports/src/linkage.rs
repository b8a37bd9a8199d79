//! How well the cancer registry found the reports of one person, over all runs, with intervals.

use crate::incidents::ShareWithInterval;
use crate::results::{Linkage, Run};
use crate::rules::Lang;
use crate::texts::say;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The sums over runs, by scenario and design.
#[derive(Clone, Debug, Default)]
pub struct AllLinkages(BTreeMap<(String, String), Linkage>);

impl AllLinkages {
    pub fn take(&mut self, run: &Run) {
        let Some(one) = &run.linkage else { return };
        let sum = self.0.entry((run.scenario.clone(), run.design.clone())).or_default();
        // Results of others state what they like.
        let add = |sum: &mut u64, one: u64| *sum = sum.saturating_add(one);
        add(&mut sum.reports, one.reports);
        add(&mut sum.with_code, one.with_code);
        add(&mut sum.same, one.same);
        add(&mut sum.candidates, one.candidates);
        add(&mut sum.looked_at, one.looked_at);
        add(&mut sum.joined, one.joined);
        add(&mut sum.joined_rightly, one.joined_rightly);
    }

    /// A small table: one line for each scenario and design; empty if there is none.
    pub fn text(&self, lang: Lang) -> String {
        let mut text = String::new();
        for ((scenario, design), sum) in &self.0 {
            let share = |hits, cases| ShareWithInterval::of(hits, cases).map_or("–".into(), |s| s.text(lang));
            let values = [
                ("scenario", scenario.as_str()),
                ("design", design),
                ("reports", &sum.reports.to_string()),
                ("coded", &sum.with_code.to_string()),
                ("candidates", &sum.candidates.to_string()),
                ("precision", &share(sum.joined_rightly, sum.joined)),
                ("recall", &share(sum.joined_rightly, sum.same)),
                ("looked", &share(sum.looked_at, sum.candidates)),
            ];
            // Writing to a String does not fail.
            let _ = writeln!(text, "{}", say(lang, "registry-joined", &values));
        }
        if text.is_empty() { text } else { format!("{}\n{text}", say(lang, "registry-joined-all", &[])) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::samples;

    #[test]
    fn the_sums_of_all_runs_are_shown_by_scenario_and_design() {
        let mut all = AllLinkages::default();
        assert_eq!(all.text(Lang::En), "");
        for seed in 0..2 {
            let mut run = samples::passed();
            run.seed = seed;
            let (reports, with_code, same, candidates) = (75, 60, 40, 50);
            run.linkage = Some(Linkage { reports, with_code, same, candidates, looked_at: 5, joined: 39, joined_rightly: 39 });
            all.take(&run);
        }
        insta::assert_snapshot!(all.text(Lang::En));
        insta::assert_snapshot!("in_japanese", all.text(Lang::Ja));
    }
}
