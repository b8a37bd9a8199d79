//! The case that is replayed: what a token or a file identifies, found among what comes with the tool and the files that are
//! given.

use crate::exit::{UsageError, usage};
use crate::output::Shown;
use crate::run::TOOL;
use crate::run::report::quoted;
use crate::run::select;
use scenarios::file::{Scenario, bounded};
use scenarios::run::Order;
use scenarios::shrink::Knobs;
use scenarios::shrink::short::ShortToken;
use scenarios::shrink::token::Token;
use scenarios::{Design, EngineKind, Mutant, catalog, designs};
use std::path::Path;
use std::sync::Arc;

/// A case that can be played.
pub struct Case {
    pub scenario: Scenario,
    pub order: Order,
    pub knobs: Knobs,
    pub made_of: MadeOf,
    /// The tool that made it, if it was another one.
    pub other_tool: Option<String>,
    /// The command that replays it again.
    pub command: String,
}

/// The files that were given, since they do not come with the tool or have moved.
#[derive(Clone, Copy)]
pub struct Files<'a> {
    pub scenario: Option<&'a Path>,
    pub design: Option<&'a Path>,
}

/// How the run failed, and what it wrote, when the token was made.
pub enum MadeOf {
    /// As texts.
    Known(Token),
    /// As digests, with which texts can be compared.
    Short(ShortToken),
}

impl MadeOf {
    pub fn is_failure(&self, failure: &str) -> bool {
        match self {
            MadeOf::Known(token) => token.failure == failure,
            MadeOf::Short(token) => token.is_of_failure(failure),
        }
    }

    pub fn is_journal(&self, sha256: &str) -> bool {
        match self {
            MadeOf::Known(token) => token.journal_sha256 == sha256,
            MadeOf::Short(token) => token.is_of_journal(sha256),
        }
    }

    /// The failure, if it is known.
    pub fn failure(&self) -> Option<&str> {
        match self {
            MadeOf::Known(token) => Some(&token.failure),
            MadeOf::Short(_) => None,
        }
    }
}

impl Case {
    /// The case of a command.
    ///
    /// # Errors
    /// Usage errors that name what is not a token, or was not found, and what to give instead.
    pub fn read(what: &str, files: Files<'_>) -> anyhow::Result<Case> {
        let (what, path) = (what.trim(), Path::new(what));
        let option = |name: &str, file: Option<&Path>| match file {
            Some(file) => format!(" {name} {}", quoted(&file.to_string_lossy())),
            None => String::new(),
        };
        let (file, design) = (option("--file", files.scenario), option("--design", files.design));
        let command = format!("shikaku replay {}{file}{design}", quoted(what));
        let no_token = |e| usage(format!("this is neither a token of `shikaku run` nor a file: {e}"));
        if path.is_file() {
            let text = bounded::text(path).map_err(|e| usage(format!("`{}` cannot be read: {e}", path.shown())))?;
            let token = Token::from_json(&text).map_err(|e| usage(format!("`{what}` is not a .smallest.json of --out: {e}")))?;
            return Case::of(token, files, command);
        }
        match what.starts_with("sk1-") {
            true => Case::of(Token::read(what).map_err(no_token)?, files, command),
            false => Case::of_short(ShortToken::read(what).map_err(no_token)?, files, command),
        }
    }

    fn of(token: Token, files: Files<'_>, command: String) -> anyhow::Result<Case> {
        let scenario = scenario_of(&token, files.scenario)?;
        let design = design_of(&token, files.design)?;
        let foreign = |what: &str, name: &str| usage(format!("unknown {what} `{name}` in the token: {TOOL} does not have it"));
        let mutant = match &token.mutant {
            Some(name) => Some(Mutant::parse(name).ok_or_else(|| foreign("mutant", name))?),
            None => None,
        };
        let engine = match &token.engine {
            Some(name) => EngineKind::parse(name).ok_or_else(|| foreign("engine", name))?,
            None => Token::UNNAMED_ENGINE,
        };
        let order = Order { scenario: 0, design, seed: token.seed, mutant, engine };
        let other_tool = (token.tool != TOOL).then(|| token.tool.clone());
        Ok(Case { scenario, order, knobs: token.knobs.clone(), made_of: MadeOf::Known(token), other_tool, command })
    }

    fn of_short(token: ShortToken, files: Files<'_>, command: String) -> anyhow::Result<Case> {
        let scenario = scenario_of_short(&token, files.scenario)?;
        let design = design_of_short(&token, files.design)?;
        let mutant = Mutant::ALL.iter().copied().find(|m| token.is_of_mutant(m.name()));
        if token.has_mutant() && mutant.is_none() {
            return Err(usage(format!("the token is of a mutant that {TOOL} does not have: use the version that made it")));
        }
        let order = Order { scenario: 0, design, seed: token.seed, mutant, engine: token.engine };
        let other_tool = (!token.is_of_tool(TOOL)).then(|| "another version".to_string());
        Ok(Case { scenario, order, knobs: token.knobs.clone(), made_of: MadeOf::Short(token), other_tool, command })
    }
}

/// The scenario of a token, as it was when the token was made.
fn scenario_of(token: &Token, file: Option<&Path>) -> anyhow::Result<Scenario> {
    let name = file.map_or(token.scenario.clone(), |f| f.to_string_lossy().into_owned());
    let scenario = select::one(&name).map_err(|e| match (file, e.downcast_ref::<UsageError>()) {
        (None, Some(e)) => usage(format!("the token's scenario: {e}\ngive its path with --file")),
        _ => e,
    })?;
    if scenario.sha256 != token.sha256 {
        let (was, is) = (short(&token.sha256), short(&scenario.sha256));
        return Err(usage(format!(
            "`{name}` has changed since the token was made (SHA-256 {was}…, now {is}…): use that version of it, or of the tool"
        )));
    }
    Ok(scenario)
}

fn scenario_of_short(token: &ShortToken, file: Option<&Path>) -> anyhow::Result<Scenario> {
    let Some(file) = file else {
        let found = catalog::all()?.into_iter().find(|s| token.is_of_scenario(&s.sha256));
        return found.ok_or_else(|| {
            usage(
                "the token's scenario does not come with this version of the tool: give its file with --file, or use the version \
                 that made the token",
            )
        });
    };
    let name = file.to_string_lossy().into_owned();
    let scenario = select::one(&name)?;
    match token.is_of_scenario(&scenario.sha256) {
        true => Ok(scenario),
        false => Err(usage(format!(
            "--file: `{name}` is not the scenario of the token, or has changed since the token was made (its SHA-256 is now {}…)",
            short(&scenario.sha256)
        ))),
    }
}

/// The design of a token, as it was when the token was made.
fn design_of(token: &Token, file: Option<&Path>) -> anyhow::Result<Arc<Design>> {
    let name = file.map_or(token.design.clone(), |f| f.to_string_lossy().into_owned());
    let design = select::design(&name).map_err(|e| match (file, e.downcast_ref::<UsageError>()) {
        (None, Some(e)) => usage(format!("the token's design: {e}\ngive its path with --design")),
        _ => e,
    })?;
    match &token.design_sha256 {
        Some(was) if *was != designs::sha256(&design) => Err(usage(format!(
            "the design `{name}` has changed since the token was made: use that version of the file or of the tool"
        ))),
        _ => Ok(design),
    }
}

fn design_of_short(token: &ShortToken, file: Option<&Path>) -> anyhow::Result<Arc<Design>> {
    let Some(file) = file else {
        let found = designs::named().iter().find(|d| token.is_of_design(&designs::sha256(d)));
        return found.cloned().ok_or_else(|| {
            usage(
                "the token's design does not come with this version of the tool: give its file with --design, or use the version \
                 that made the token",
            )
        });
    };
    let name = file.to_string_lossy().into_owned();
    let design = select::design(&name)?;
    match token.is_of_design(&designs::sha256(&design)) {
        true => Ok(design),
        false => {
            Err(usage(format!("--design: `{name}` is not the design of the token, or has changed since the token was made")))
        }
    }
}

fn short(sha256: &str) -> &str {
    sha256.get(..12).unwrap_or(sha256)
}
