//! The page of a rule, made of what the rule says about itself.

use crate::matrix::DataClass;
use crate::rule::{About, Strength};
use crate::rules;
use sim::terms::roles::Zone;

/// One rule in Markdown.
pub fn page(about: &About) -> String {
    let strength = match about.strength {
        Strength::Must => "MUST",
        Strength::Should => "SHOULD",
    };
    format!(
        "# {}: {}\n\n{}\n\n{strength} (RFC 2119)\n\n## Source\n\n{}\n\n## What is looked at\n\n{}\n\n## When it fails\n\n{}\n\n## Shown to work by\n\n\
         The mutant `{}`.\n",
        about.id, about.title_en, about.title_ja, about.source, about.details_en, about.remedy_en, about.mutant
    )
}

/// The list of all rules and the data-class matrix, in Markdown.
pub fn index() -> String {
    let mut out = String::from(
        "# Rules\n\nGenerated from the rules themselves; `SHIKAKU_BLESS=1 cargo test --release -p conformance pages` writes it anew.\n\n\
         | rule | title | 題 | mutant |\n|---|---|---|---|\n",
    );
    for about in rules::ALL.iter().map(|r| r.about()) {
        out += &format!("| [{0}]({0}.md) | {1} | {2} | `{3}` |\n", about.id, about.title_en, about.title_ja, about.mutant);
    }
    out += "\nHow numbers and codes are searched for: [leak search](leak-search.md).\n\n## Data classes and where each may be\n\n\
            `x` may be there, `-` must never be there, in any encoding.\n\n| data class |";
    let zones = || Zone::ALL.into_iter().filter(|z| *z != Zone::Testbed);
    zones().for_each(|z| out += &format!(" {} |", z.name()));
    out += "\n|---|";
    zones().for_each(|_| out += "---|");
    for class in DataClass::ALL {
        out += &format!("\n| {} |", class.name());
        for zone in zones() {
            let permit = class.row().permits.iter().find(|p| p.zone == zone);
            out += &match permit {
                Some(p) if p.bound_to.is_empty() => " x |".to_string(),
                Some(p) => format!(" x ({}) |", p.bound_to),
                None => " - |".to_string(),
            };
        }
    }
    out += "\n\n## Where the matrix comes from\n\n";
    for class in DataClass::ALL {
        out += &format!("- {}: {}\n", class.name(), class.row().source);
    }
    out
}
