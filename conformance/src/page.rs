//! The page of a rule, generated from the rule's own description. The caller names the mutants that show that the rule works: a
//! rule does not know them.

use crate::basis::Basis;
use crate::claim::Claim;
use crate::matrix::{Cell, matrix};
use crate::plants;
use crate::rule::{About, Applies, Strength};
use crate::rules;
use terms::design::Choice;

fn strength(about: &About) -> &'static str {
    match about.strength {
        Strength::Must => "MUST",
        Strength::Should => "SHOULD",
    }
}

/// One rule in Markdown. `mutants` gives the commands that play the mutants that a claim must catch, by the claim's id.
pub fn page(about: &About, mutants: impl Fn(&str) -> Vec<String>) -> String {
    let strength = strength(about);
    format!(
        "# {}: {}\n\n{}\n\n{strength} (RFC 2119)\n\n## Source\n\n{}\n\nBasis: *{}*: {}.\n\n## What is looked at\n\n{}\n\n\
         ## When there is nothing to look at\n\nNot reached, because {}.\n\n## What must be seen\n\n{}\n\n\
         ## Designs to which it applies\n\n{}\n\n\
         ## How to fix it\n\n{}\n\n\
         ## What a finding can be, and what shows that it is found\n\nEach kind of finding is a claim. It is shown to work by mutants, \
         which are parties broken on purpose, or by a\nchange that is planted in the recording of a good run.\n\n{}\n",
        about.id,
        about.title_en,
        about.title_ja,
        about.source,
        about.basis.name(),
        about.basis.describe(),
        about.details_en,
        about.untested_en,
        needs(about),
        applies(&about.applies),
        about.remedy_en,
        claims(about, mutants)
    )
}

/// The claims, one a line, and below each what shows that it works.
fn claims(about: &About, mutants: impl Fn(&str) -> Vec<String>) -> String {
    let of_claim = |claim: &Claim| {
        let mut text = format!("- `{}`: {}", claim.id, claim.what_en);
        mutants(claim.id).iter().for_each(|mutant| text += &format!("\n  - `{mutant}`"));
        for plant in plants::all().filter(|plant| plant.claims.contains(&claim.id)) {
            text += &format!("\n  - planted in `{}` / `{}`: {}", plant.scenario, plant.design, plant.what);
        }
        text
    };
    about.claims.iter().map(of_claim).collect::<Vec<_>>().join("\n")
}

/// Whose side must be seen; otherwise the rule is *not observable*.
fn needs(about: &About) -> String {
    let needs: Vec<String> = about.needs.iter().map(ToString::to_string).collect();
    match needs.is_empty() {
        true => "What was seen is judged.".into(),
        false => format!("This needs {}. Otherwise it is not observable.", needs.join(" and ")),
    }
}

/// The designs to which a rule applies, and why not to others.
fn applies(applies: &Applies) -> String {
    if applies.is_everywhere() {
        return "To every [design](../designs.md).".into();
    }
    let choice = |c: &Choice| format!("`{} = \"{}\"`", c.axis().id(), c.id());
    let choices: Vec<String> = applies.choices.iter().map(choice).collect();
    let (en, ja) = (applies.otherwise_en, applies.otherwise_ja);
    format!("To [designs](../designs.md) with {}. Elsewhere it is not applicable: {en}. {ja}。", choices.join(" or "))
}

/// The list of all rules and the data-class matrix, in Markdown. `mutants` gives how many mutants a rule must catch.
pub fn index(mutants: impl Fn(&About) -> usize) -> String {
    let mut out = String::from(
        "# Rules\n\nGenerated from the rules themselves; `SHIKAKU_BLESS=1 cargo test --release -p shikaku pages` regenerates \
         it.\n\n| rule | | basis | title | 題 | claims | mutants |\n|---|---|---|---|---|---|---|\n",
    );
    for about in rules::all().iter().map(|r| r.about()) {
        let (id, basis, claims, mutants) = (about.id, about.basis.name(), about.claims.len(), mutants(about));
        let (strength, en, ja) = (strength(about), about.title_en, about.title_ja);
        out += &format!("| [{id}]({id}.md) | {strength} | {basis} | {en} | {ja} | {claims} | {mutants} |\n");
    }
    out += "\n*Basis* is how firmly the source asks for it:\n\n";
    for basis in Basis::ALL {
        out += &format!("- *{}*: {}.\n", basis.name(), basis.describe());
    }
    out += "\nHow numbers and codes are searched for: [leak search](leak-search.md).\n\n## Data classes and where each may be\n\n\
            `x`: the class may be in the zone. `-`: it must never be there, in any encoding.\n\n| data class |";
    let columns = &matrix().columns;
    columns.iter().for_each(|c| out += &format!(" {} |", c.id));
    out += "\n|---|";
    columns.iter().for_each(|_| out += "---|");
    for row in &matrix().rows {
        out += &format!("\n| {} {} |", row.en, row.ja);
        for column in columns {
            out += &match row.cells.get(&column.id) {
                Some(Cell::Permitted(condition)) if condition.is_empty() => " x |".to_string(),
                Some(Cell::Permitted(condition)) => format!(" x ({condition}) |"),
                Some(Cell::Forbidden(Some(rule))) => format!(" [-]({rule}.md) |"),
                Some(Cell::Forbidden(None)) | None => " - |".to_string(),
            };
        }
    }
    let later: Vec<&str> = columns.iter().filter(|c| !c.party).map(|c| c.id.as_str()).collect();
    out +=
        &format!("\n\nThese zones have no party in runs yet: {}. Their cells become rules when they get one.", later.join(", "));
    out += "\n\n## Where the matrix comes from\n\n";
    for row in &matrix().rows {
        out += &format!("- {}: {}\n", row.en, row.source.concat());
    }
    out
}
