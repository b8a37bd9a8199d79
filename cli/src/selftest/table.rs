//! The table of a self-test, and what is wrong with it.

use super::tried::{Tried, applying};
use conformance::plants;
use conformance::{Claim, RuleOutcome, Verdict, rules};
use reports::selftest::{SCHEMA, SelfTest, TestedClaim, TestedMutant, TestedPlant, TestedRule};
use scenarios::file::Scenario;
use scenarios::run::Order;
use scenarios::{Design, Mutant};
use sim::terms::claim::rule_of;
use std::collections::{BTreeMap, BTreeSet};

/// The results of what was tried, and in `failures` what is wrong. `asked_for` is the design in which all mutants were played.
pub(super) fn table(
    scenarios: &[Scenario],
    orders: &[Order],
    tried: &[Result<Tried, String>],
    (seed, asked_for): (u64, Option<&Design>),
) -> SelfTest {
    let mut observed = Observed { in_one_design: asked_for.is_some(), ..Observed::default() };
    for (order, tried) in orders.iter().zip(tried) {
        observed.take(&scenarios[order.scenario].name, order, tried);
    }
    let Observed { held, mutants, plants, mut failures, without_effect, .. } = observed;
    failures.extend(unnamed(&mutants));
    let about = rules::all().iter().map(|r| r.about()).filter(|about| asked_for.is_none_or(|design| about.applies.to(design)));
    let rules: Vec<TestedRule> = about.map(|about| rule(about, &mutants, &plants, &held, &mut failures)).collect();
    if asked_for.is_none() {
        failures.extend(unproved(&rules, &mutants));
    }
    let version = env!("CARGO_PKG_VERSION").into();
    SelfTest { schema: SCHEMA.into(), version, seed, rules, mutants, plants, without_effect, failures }
}

#[derive(Default)]
struct Observed {
    /// By rule, in how many runs without a mutant it held.
    held: BTreeMap<&'static str, u64>,
    mutants: Vec<TestedMutant>,
    plants: Vec<TestedPlant>,
    failures: Vec<String>,
    /// Whether all mutants are played in one design, in which some have no effect or another one.
    in_one_design: bool,
    /// By scenario, the digest of the honest run in that design.
    honest: BTreeMap<String, String>,
    without_effect: Vec<String>,
}

impl Observed {
    fn take(&mut self, scenario: &str, order: &Order, tried: &Result<Tried, String>) {
        let design = order.design.name.clone();
        let tried = match tried {
            Ok(tried) => tried,
            Err(e) => {
                let with = order.mutant.map_or(String::new(), |m| format!(" with `{}`", m.name()));
                return self.failures.push(format!("{scenario} / {design}{with} did not finish: {e}"));
            }
        };
        self.failures.extend(unlisted(&tried.verdicts));
        let Some(mutant) = order.mutant else {
            self.honest.insert(scenario.to_string(), tried.digest.clone());
            return self.take_good(scenario, &order.design, tried);
        };
        if self.in_one_design && self.honest.get(scenario) == Some(&tried.digest) {
            return self.without_effect.push(mutant.name().to_string());
        }
        let findings = tried.verdicts.iter().flat_map(|v| &v.findings);
        let spellings: BTreeSet<String> = findings.filter_map(|f| f.spelling.clone()).collect();
        self.mutants.push(TestedMutant {
            name: mutant.name().to_string(),
            what: mutant.describe().to_string(),
            scenario: scenario.to_string(),
            design,
            made_for: applying(mutant, &order.design),
            found: found(&tried.verdicts),
            spellings: spellings.into_iter().collect(),
        });
    }

    /// A run without a mutant, and what was planted in its recording.
    fn take_good(&mut self, scenario: &str, design: &Design, tried: &Tried) {
        let on_purpose = |id: &str| design.breaks.iter().any(|breaks| breaks == id);
        let design = &design.name;
        for verdict in &tried.verdicts {
            match verdict.outcome {
                RuleOutcome::Broken if on_purpose(verdict.id) => {}
                RuleOutcome::Broken => {
                    self.failures.push(format!("{} is broken in {scenario} / {design} without a mutant", verdict.id));
                }
                RuleOutcome::Held => *self.held.entry(verdict.id).or_default() += 1,
                _ => {}
            }
        }
        for (plant, verdicts) in &tried.planted {
            let Some(verdicts) = verdicts else {
                self.failures.push(format!(
                    "the plant `{}` finds nothing to change in {scenario} / {design}: name a scenario that has it",
                    plant.name
                ));
                continue;
            };
            self.failures.extend(unlisted(verdicts));
            self.plants.push(TestedPlant {
                name: plant.name.to_string(),
                what: plant.what.to_string(),
                scenario: scenario.to_string(),
                design: design.to_string(),
                made_for: plant.claims.iter().map(ToString::to_string).collect(),
                found: found(verdicts),
            });
        }
    }
}

/// The claims of all findings, each once, in the order of the rules.
fn found(verdicts: &[Verdict]) -> Vec<String> {
    let mut all: Vec<&str> = Vec::new();
    for verdict in verdicts {
        let of_rule: BTreeSet<&str> = verdict.findings.iter().map(|f| f.claim).collect();
        all.extend(of_rule);
    }
    all.into_iter().map(str::to_string).collect()
}

/// Failures of findings whose claim is not listed by their rule.
fn unlisted(verdicts: &[Verdict]) -> BTreeSet<String> {
    let findings = verdicts.iter().flat_map(|v| v.findings.iter().map(move |f| (v.id, f.claim)));
    let unlisted = findings.filter(|(id, claim)| find(claim).is_none_or(|(rule, _)| rule != *id));
    unlisted.map(|(id, claim)| format!("{id} reports `{claim}`, which it does not list: declare it with `claims!`")).collect()
}

/// A claim with its rule.
fn find(id: &str) -> Option<(&'static str, &'static Claim)> {
    let about = rules::find(rule_of(id))?.about();
    about.claims.iter().find(|claim| claim.id == id).map(|claim| (about.id, claim))
}

/// Failures of mutants and plants that name nothing, or what does not exist.
fn unnamed(mutants: &[TestedMutant]) -> Vec<String> {
    let nothing = mutants.iter().filter(|m| m.made_for.is_empty()).map(|m| format!("the mutant `{}` names no claim", m.name));
    let of_mutants = mutants.iter().flat_map(|m| m.made_for.iter().map(move |id| ("mutant", m.name.as_str(), id.as_str())));
    let of_plants = plants::all().flat_map(|p| p.claims.iter().map(move |id| ("plant", p.name, *id)));
    let unknown = of_mutants.chain(of_plants).filter(|(_, _, id)| find(id).is_none());
    nothing.chain(unknown.map(|(kind, name, id)| format!("the {kind} `{name}` names the unknown claim `{id}`"))).collect()
}

/// Failures if each mutant is played in its own design: a claim that nothing proves, a rule without a run in which it held, and a
/// mutant that names a rule that does not apply.
fn unproved(rules: &[TestedRule], mutants: &[TestedMutant]) -> Vec<String> {
    let mut failures = Vec::new();
    for rule in rules {
        if rule.claims.is_empty() {
            failures.push(format!("{} lists no claim: declare those of its findings with `claims!`", rule.id));
        }
        let unproved = rule.claims.iter().filter(|c| c.caught.is_empty() && c.planted.is_empty() && c.missed.is_empty());
        failures.extend(unproved.map(|claim| format!("{} is named by no mutant and no plant: add one that names it", claim.id)));
        if rule.held_without_mutant == 0 {
            failures.push(format!("{} was not reached in any run without a mutant", rule.id));
        }
    }
    for (m, named) in mutants.iter().filter_map(|m| Some((m, Mutant::parse(&m.name)?.claims()))) {
        for id in named.iter().filter(|id| !m.made_for.iter().any(|made_for| made_for == *id)) {
            failures.push(format!("the mutant `{}` names {id}, which does not apply to the design `{}`", m.name, m.design));
        }
    }
    failures
}

fn rule(
    about: &'static conformance::About,
    mutants: &[TestedMutant],
    plants: &[TestedPlant],
    held: &BTreeMap<&str, u64>,
    failures: &mut Vec<String>,
) -> TestedRule {
    let claims: Vec<TestedClaim> = about.claims.iter().map(|one| claim(one, mutants, plants)).collect();
    for claim in &claims {
        failures.extend(claim.missed.iter().map(|name| format!("{} does not find `{name}`, which names it", claim.id)));
    }
    let of_rule = |ids: &[String]| ids.iter().any(|id| rule_of(id) == about.id);
    let also = mutants.iter().filter(|m| of_rule(&m.found) && !of_rule(&m.made_for));
    TestedRule {
        id: about.id.to_string(),
        title: about.title_en.to_string(),
        held_without_mutant: held.get(about.id).copied().unwrap_or_default(),
        claims,
        also_caught: also.map(|m| m.name.clone()).collect(),
    }
}

fn claim(claim: &Claim, mutants: &[TestedMutant], plants: &[TestedPlant]) -> TestedClaim {
    let names = |ids: &[String]| ids.iter().any(|id| id == claim.id);
    let mutants = mutants.iter().map(|m| (&m.name, &m.made_for, &m.found));
    let plants = plants.iter().map(|p| (&p.name, &p.made_for, &p.found));
    let split = |all: Vec<(&String, &Vec<String>, &Vec<String>)>| {
        let named = all.into_iter().filter(|(_, made_for, _)| names(made_for));
        let (found, missed): (Vec<_>, Vec<_>) = named.partition(|(_, _, found)| names(found));
        let named = |all: Vec<(&String, &Vec<String>, &Vec<String>)>| all.into_iter().map(|(name, ..)| name.clone()).collect();
        (named(found), named(missed))
    };
    let (caught, mut missed): (Vec<String>, Vec<String>) = split(mutants.collect());
    let (planted, unplanted): (Vec<String>, Vec<String>) = split(plants.collect());
    missed.extend(unplanted);
    TestedClaim { id: claim.id.to_string(), what: claim.what_en.to_string(), caught, planted, missed }
}
