//! Results as text for people: one line for each run, then what was broken and the command that repeats it.

use crate::failure;
use crate::incidents::AllIncidents;
use crate::linkage::AllLinkages;
use crate::looked::LookedAt;
use crate::paint::Paint;
use crate::results::{Head, Run, RunOutcome};
use crate::rules::{Lang, Titles};
use crate::texts::{self, counted_saying, say};
use crate::view::Extent;
use std::collections::BTreeMap;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A line of a run fits into this many columns, whatever its names.
const COLUMNS: usize = 80;
/// The columns of a line besides scenario, design and seed, and the spaces between all of them.
const OTHERS: usize = OUTCOME + P99 + 4 * 2;
const OUTCOME: usize = 12;
const P99: usize = 10;
/// A name is not cut below this.
const SHORTEST: usize = 8;

/// Widths of the columns that depend on what is run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Widths {
    scenario: usize,
    design: usize,
    seed: usize,
}

impl Widths {
    /// For these scenarios and designs, and seeds up to a last one. Names that do not fit are cut.
    pub fn of<'a>(names: impl Iterator<Item = (&'a str, &'a str)>, last_seed: u64, lang: Lang) -> Self {
        let (scenario, design) = names.fold(("scenario".width(), "design".width()), |(scenario, design), (s, d)| {
            (scenario.max(s.width()), design.max(d.width()))
        });
        // The heading has four columns in English and six in Japanese.
        let seed = last_seed.to_string().len().max(if lang == Lang::Ja { 6 } else { 4 });
        let room = COLUMNS - OTHERS - seed;
        let design = design.min(room.saturating_sub(scenario).max(room / 3)).max(SHORTEST);
        Widths { scenario: scenario.min(room - design), design, seed }
    }
}

/// `text` in exactly `width` columns.
pub fn fitted(text: &str, width: usize) -> String {
    let (mut kept, mut columns) = (String::new(), 0);
    let cut = text.width() > width;
    let room = if cut { width - 1 } else { width };
    for c in text.chars() {
        let wide = c.width().unwrap_or(0);
        if columns + wide > room {
            break;
        }
        kept.push(c);
        columns += wide;
    }
    if cut {
        kept.push('…');
        columns += 1;
    }
    kept + &" ".repeat(width.saturating_sub(columns))
}

/// How many columns a text takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// Right-aligned by displayed width.
pub fn right(text: &str, columns: usize) -> String {
    " ".repeat(columns.saturating_sub(text.width())) + text
}

/// The word for an outcome. In English what did not pass is in capitals.
pub fn outcome_name(outcome: RunOutcome, lang: Lang) -> String {
    match (outcome, texts::outcome(outcome, lang)) {
        (RunOutcome::Passed, name) => name,
        (_, name) => name.to_uppercase(),
    }
}

/// The heading of the columns.
pub fn head(widths: Widths, lang: Lang) -> String {
    let column = |id: &str, width| fitted(&say(lang, id, &[]), width);
    let [outcome, scenario, design] =
        [("column-outcome", OUTCOME), ("column-scenario", widths.scenario), ("column-design", widths.design)]
            .map(|(id, width)| column(id, width));
    format!("{outcome}  {scenario}  {design}  {}  {:>P99$}", right(&say(lang, "column-seed", &[]), widths.seed), "p99")
}

/// One run in one line of at most 80 columns.
pub fn line(run: &Run, widths: Widths, lang: Lang) -> String {
    line_saying(&outcome_name(run.outcome, lang), run, widths)
}

/// The same with another word for the outcome.
pub fn line_saying(word: &str, run: &Run, widths: Widths) -> String {
    let p99 = run.latency_ms.as_ref().map_or("-".to_string(), |l| format!("{:.1} ms", l.p99));
    let outcome = Paint::Coloured.outcome(run.outcome, &fitted(word, OUTCOME));
    let (scenario, design) = (fitted(&run.scenario, widths.scenario), fitted(&run.design, widths.design));
    format!("{outcome}  {scenario}  {design}  {:>seed$}  {:>P99$}", run.seed, p99, seed = widths.seed)
}

/// What did not hold in a run, and the command that repeats it. Empty for a run that passed.
pub fn failure(run: &Run, titles: &Titles) -> String {
    match run.outcome {
        RunOutcome::Passed => String::new(),
        outcome => {
            let word = Paint::Coloured.outcome(outcome, &outcome_name(outcome, titles.lang));
            let named = say(titles.lang, "named", &[("word", &word), ("name", &failure::name(run, titles.lang))]);
            format!("{named}\n{}", failure::text(run, titles, Paint::Coloured))
        }
    }
}

/// The broken SHOULD rules of a run that passed. Empty if there are none; those of other runs are part of [`failure()`].
pub fn warnings(run: &Run, titles: &Titles) -> String {
    warnings_saying(&outcome_name(RunOutcome::Passed, titles.lang), run, titles)
}

/// The same with another word for a run in which nothing was broken.
pub fn warnings_saying(word: &str, run: &Run, titles: &Titles) -> String {
    match failure::warnings_text(run, titles, Paint::Coloured) {
        text if text.is_empty() || run.outcome != RunOutcome::Passed => String::new(),
        text => {
            let name = failure::name(run, titles.lang);
            format!("{}\n{text}", say(titles.lang, "with-warnings", &[("word", word), ("name", &name)]))
        }
    }
}

/// The most rules that are named if they had nothing to look at.
const NAMED: usize = 8;

/// The counts of the last lines, over any number of runs.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    outcomes: BTreeMap<RunOutcome, u64>,
    rules: LookedAt,
    incidents: AllIncidents,
    linkages: AllLinkages,
}

impl Tally {
    pub fn take(&mut self, run: &Run) {
        *self.outcomes.entry(run.outcome).or_default() += 1;
        self.rules.take(run);
        self.incidents.take(run);
        self.linkages.take(run);
    }

    pub fn runs(&self) -> u64 {
        self.outcomes.values().sum()
    }

    pub fn failed(&self) -> u64 {
        self.runs() - self.count(RunOutcome::Passed)
    }

    /// How many runs differed from a second one of their seed.
    pub fn differed(&self) -> u64 {
        self.count(RunOutcome::Differed)
    }

    /// How many runs did not finish.
    pub fn unfinished(&self) -> u64 {
        self.count(RunOutcome::Unfinished)
    }

    fn count(&self, outcome: RunOutcome) -> u64 {
        self.outcomes.get(&outcome).copied().unwrap_or(0)
    }

    /// The worst outcome of all runs.
    pub fn worst(&self) -> RunOutcome {
        self.outcomes.keys().max().copied().unwrap_or(RunOutcome::Passed)
    }

    /// How many rules judged the runs, which had nothing to look at in any run, and which are not applicable.
    fn rules(&self, lang: Lang) -> String {
        match self.rules.is_empty() {
            _ if self.runs() == 0 => String::new(),
            true => say(lang, "not-judged", &[]) + "\n",
            false => self.rules.words(lang, NAMED, str::to_string) + "\n",
        }
    }

    /// The number of runs by outcome: `11 passed, 1 broken`.
    pub fn counts(&self, lang: Lang) -> String {
        self.counts_saying(lang, "count-passed")
    }

    /// The same with another text for runs in which nothing was broken, by its id.
    pub(crate) fn counts_saying(&self, lang: Lang, passed: &str) -> String {
        let others = [
            (RunOutcome::Broken, "count-broken"),
            (RunOutcome::Inconclusive, "count-inconclusive"),
            (RunOutcome::Differed, "count-differed"),
            (RunOutcome::Unfinished, "count-unfinished"),
        ];
        let others = others.into_iter().filter(|(outcome, _)| self.count(*outcome) > 0);
        let counts = std::iter::once((RunOutcome::Passed, passed)).chain(others);
        let counts = counts.map(|(outcome, id)| say(lang, id, &[("n", &self.count(outcome).to_string())]));
        counts.collect::<Vec<_>>().join(&say(lang, "comma", &[]))
    }

    /// The summary: what was judged, whether runs are missing, and the number of runs by outcome. `wall_s` is how long the user has waited, if it is
    /// reported.
    pub fn summary(&self, head: &Head, extent: Extent, wall_s: Option<f64>, lang: Lang) -> String {
        let incomplete = extent.incomplete(lang).map_or(String::new(), |what| Paint::Coloured.strong(&what) + "\n");
        let part = head.partition.as_deref().map(|p| say(lang, "part", &[("part", p)]));
        let wall = wall_s.map(|s| say(lang, "seconds", &[("s", &format!("{s:.1}"))]));
        let how = [Some(texts::seeds(head.seed, head.last_seed, lang)), part, Some(head.openssl.clone()), wall];
        let how = how.into_iter().flatten().collect::<Vec<_>>().join(&say(lang, "comma", &[]));
        let runs = counted_saying(lang, "runs", &[("n", self.runs())], &[("counts", &self.counts(lang)), ("how", &how)]);
        self.incidents.text(lang) + &self.linkages.text(lang) + &self.rules(lang) + &incomplete + &runs
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::samples;

    fn titles() -> Titles {
        Titles::new([("NVN-003".to_string(), "A facility learns no institution code".to_string())], Lang::En)
    }

    fn titles_ja() -> Titles {
        Titles::new([("NVN-003".to_string(), "個人番号は保険医療機関・薬局・介護事業者に現れない".to_string())], Lang::Ja)
    }

    /// With the escape sequences visible.
    #[test]
    fn lines_failures_and_summary_read_well() {
        insta::assert_snapshot!(of_two_runs(&titles()).replace('\u{1b}', "ESC"));
        insta::assert_snapshot!("in_japanese", of_two_runs(&titles_ja()).replace('\u{1b}', "ESC"));
    }

    fn of_two_runs(titles: &Titles) -> String {
        let lang = titles.lang;
        let runs = [samples::passed(), samples::broken()];
        let widths = Widths::of(runs.iter().map(|r| (r.scenario.as_str(), r.design.as_str())), 7, lang);
        let mut text = head(widths, lang) + "\n";
        let mut tally = Tally::default();
        for r in &runs {
            text += &line(r, widths, lang);
            text += "\n";
            tally.take(r);
        }
        text += &format!("\n{}\n\n", tally.summary(&samples::head(), Extent { done: 2, due: 2 }, Some(1.25), lang));
        text + &runs.iter().map(|r| failure(r, titles)).collect::<String>()
    }

    #[test]
    fn a_line_has_at_most_80_columns_whatever_its_names() {
        let long = "a-scenario-with-a-name-that-is-longer-than-a-line-of-eighty-columns-has-room-for-in-it";
        for (scenario, design, seed) in [
            ("certificate-ends-while-jpki-is-silent", "facility-pseudonym", 7),
            (long, long, u64::MAX),
            (long, "d", 1),
            ("s", long, 1),
            ("月曜日の朝の長い名前のシナリオで列の幅が二倍になるもの", "署名付きチャレンジ", 123_456),
        ] {
            let lang = if scenario.is_ascii() { Lang::En } else { Lang::Ja };
            let widths = Widths::of([(scenario, design)].into_iter(), seed, lang);
            let mut run = samples::broken();
            (run.scenario, run.design, run.seed) = (scenario.into(), design.into(), seed);
            let plain = line(&run, widths, lang).replace("\u{1b}[1m", "").replace("\u{1b}[31m", "").replace("\u{1b}[0m", "");
            assert!(plain.width() <= 80 && !plain.contains('\u{1b}'), "{}: {plain:?}", plain.width());
            assert_eq!(head(widths, lang).width(), plain.width());
        }
    }

    #[test]
    fn counts_name_every_outcome_that_occurred() {
        let mut tally = Tally::default();
        assert_eq!(tally.counts(Lang::En), "0 passed");
        let mut unfinished = samples::broken();
        unfinished.outcome = RunOutcome::Unfinished;
        [samples::passed(), samples::broken(), unfinished].iter().for_each(|r| tally.take(r));
        assert_eq!(tally.counts(Lang::En), "1 passed, 1 broken, 1 not finished");
        assert_eq!(tally.counts(Lang::Ja), "合格1件、違反1件、未完了1件");
    }
}
