//! Every leak among many people: with more of them, chance hits more values, and what a party lets out must be found all the same.

use super::tried::applying;
use crate::exit::Exit;
use crate::run::{TOOL, Watch};
use crate::{output, progress};
use anyhow::Context;
use conformance::RuleOutcome;
use reports::rules::Lang;
use reports::texts::{failures::failure, say};
use scenarios::file::Scenario;
use scenarios::run::{Order, Played, RunError};
use scenarios::{EngineKind, Mutant, catalog, designs, suite};
use std::collections::BTreeMap;
use std::fmt::Write;

/// A busy hour of the soak suite.
const SOAK: &str = "monday-hour";

/// Plays every mutant that leaks in its scenario with so many people, and with `soak` in an hour of the soak suite; and each of
/// these scenarios without a mutant.
pub fn run(people: &[u64], soak: bool, seed: u64, jobs: usize, lang: Lang) -> anyhow::Result<Exit> {
    let watch = Watch::start();
    let known = catalog::all()?;
    let (mut played, mut orders) = (Vec::new(), Vec::new());
    for crowd in people {
        let most = |scenario: &Scenario| Scenario { people: scenario.people.max(*crowd), ..scenario.clone() };
        add(&known, Mutant::scenario, most, seed, (&mut played, &mut orders))?;
    }
    if soak {
        add(&known, |_| SOAK, Scenario::clone, seed, (&mut played, &mut orders))?;
    }
    let bar = progress::bar(orders.len() as u64, false);
    let mut results: BTreeMap<(String, u64), (usize, usize)> = BTreeMap::new();
    let mut failures = Vec::new();
    suite::play_all(&played, &orders, jobs, TOOL, judged, |index, missed: Result<Vec<String>, String>| {
        bar.inc(1);
        let (order, scenario) = (&orders[index], &played[orders[index].scenario]);
        let (caught, all) = results.entry((kind(scenario, lang), scenario.people)).or_default();
        let wrong = missed.map_or_else(|e| format!("did not finish: {e}"), |missed| missed.join(", "));
        *all += 1;
        *caught += usize::from(wrong.is_empty());
        if !wrong.is_empty() {
            let with = order.mutant.map_or("without a mutant".into(), |m| format!("with {}", m.name()));
            failures.push(format!("{} with {} people, {with}: {wrong}", scenario.name, scenario.people));
        }
        true
    });
    bar.finish_and_clear();
    output::print(&text(&results, &failures, (orders.len(), seed, watch.seconds()), lang))?;
    Ok(if failures.is_empty() { Exit::Held } else { Exit::Broken })
}

/// By scenario and number of people, how many runs were right and how many there were; what is wrong; and the last line.
fn text(
    results: &BTreeMap<(String, u64), (usize, usize)>,
    failures: &[String],
    (runs, seed, wall_s): (usize, u64, f64),
    lang: Lang,
) -> String {
    let mut text = say(lang, "crowds-head", &[]) + "\n";
    // Writing to a String does not fail.
    for ((scenario, people), (caught, all)) in results {
        let _ = writeln!(text, "{caught:<6} {all:<6} {people:<8} {scenario}");
    }
    for one in failures {
        let what = if lang == Lang::Ja { failure(one) } else { one.clone() };
        let _ = write!(text, "\n{}", say(lang, "selftest-failed", &[("what", &what)]));
    }
    let result = say(lang, if failures.is_empty() { "selftest-result-passed" } else { "selftest-result-failed" }, &[]);
    let [runs, seed, wall] = [runs.to_string(), seed.to_string(), format!("{wall_s:.1}")];
    let values = [("result", result.as_str()), ("runs", &runs), ("seed", &seed), ("wall", &wall)];
    text + "\n" + &say(lang, "crowds-last", &values) + "\n"
}

fn kind(scenario: &Scenario, lang: Lang) -> String {
    if scenario.name == SOAK { SOAK.into() } else { say(lang, "crowds-kind", &[]) }
}

/// Adds the orders of all mutants that leak, each in the scenario that `of` names as `bent` changes it, and the same scenarios
/// without a mutant.
fn add(
    known: &[Scenario],
    of: impl Fn(Mutant) -> &'static str,
    bent: impl Fn(&Scenario) -> Scenario,
    seed: u64,
    (played, orders): (&mut Vec<Scenario>, &mut Vec<Order>),
) -> anyhow::Result<()> {
    let mut at: BTreeMap<&str, usize> = BTreeMap::new();
    for mutant in Mutant::ALL.iter().copied().filter(|m| m.leak().is_some()) {
        let name = of(mutant);
        let design = designs::find(mutant.design()).with_context(|| format!("unknown design `{}`", mutant.design()))?;
        let mut order = |scenario, mutant| {
            orders.push(Order { scenario, design: design.clone(), seed, mutant, engine: EngineKind::default() });
        };
        let index = match at.get(name) {
            Some(index) => *index,
            None => {
                let scenario = known.iter().find(|s| s.name == name).with_context(|| format!("unknown scenario `{name}`"))?;
                played.push(bent(scenario));
                at.insert(name, played.len() - 1);
                order(played.len() - 1, None);
                played.len() - 1
            }
        };
        order(index, Some(mutant));
    }
    Ok(())
}

/// The claims that a mutant names and that found nothing; without a mutant, the rules that are broken.
fn judged(_: &Scenario, order: &Order, played: Result<Played, RunError>) -> Result<Vec<String>, String> {
    let played = played.map_err(|e| e.to_string())?;
    let verdicts = conformance::judge(&played.entries, &played.ground);
    let Some(mutant) = order.mutant else {
        let broken = verdicts.iter().filter(|v| v.outcome == RuleOutcome::Broken);
        return Ok(broken.map(|v| format!("{} is broken", v.id)).collect());
    };
    let found = |claim: &String| verdicts.iter().flat_map(|v| &v.findings).any(|f| f.claim == claim);
    Ok(applying(mutant, &order.design).into_iter().filter(|claim| !found(claim)).map(|c| format!("{c} found nothing")).collect())
}
