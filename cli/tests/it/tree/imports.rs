//! Which file of a crate imports something from which other, and whether there are import cycles.
//!
//! A file *imports* another if a path in it, resolved through every `use` and `pub use` to the definition of the item, ends in
//! that other file. So:
//!
//! - `mod child;` is not an import: it declares where the child is, not that it is needed;
//! - `pub use child::Item;` in a parent is not an import either, unless the parent's own code mentions `Item`: the parent only
//!   gives it a shorter path. A file that imports `parent::Item` imports the child's file, where it is defined, not the
//!   parent's. A `pub use` of anything that is not below the module is an import;
//! - a `use` of a module is not an import by itself; each path through it is;
//! - methods and fields are found through the type, so a file with another `impl` of a type imports the type, not the reverse;
//! - code under `#[cfg(test)]` counts like any other.

use super::modules::{Kind, ModulePath, Name, Parsed, Use};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::PathBuf;

/// File to imported file, with the first line that imports it and the path that it uses.
pub type Imports = BTreeMap<PathBuf, BTreeMap<PathBuf, (usize, String)>>;

/// What a path resolves to.
#[derive(Clone, Debug)]
enum Target {
    /// An item, by the module that defines it.
    Item(ModulePath),
    Module(ModulePath),
}

/// A longer chain of aliases leads out of the crate, as `pub use terms;` does.
const LONGEST_CHAIN: usize = 24;

struct Resolver<'a>(&'a Parsed);

impl Resolver<'_> {
    fn path(&self, from: &ModulePath, path: &[String], depth: usize) -> Option<Target> {
        let mut at: Option<ModulePath> = None;
        for (i, segment) in path.iter().enumerate() {
            let last = i + 1 == path.len();
            let base = at.as_ref().unwrap_or(from);
            let next = match segment.as_str() {
                "crate" => Target::Module(Vec::new()),
                "self" => Target::Module(base.clone()),
                "super" => Target::Module(base.split_last()?.1.to_vec()),
                name => self.name(base, name, last, depth)?,
            };
            match next {
                Target::Module(module) => at = Some(module),
                item @ Target::Item(_) => return Some(item),
            }
        }
        at.map(Target::Module)
    }

    fn name(&self, module: &ModulePath, name: &str, last: bool, depth: usize) -> Option<Target> {
        if depth > LONGEST_CHAIN {
            return None;
        }
        let here = self.0.modules.get(module)?;
        let names = here.names.get(name).map(Vec::as_slice).unwrap_or_default();
        let child = || Target::Module(module.iter().cloned().chain([name.to_string()]).collect());
        let is_module = names.contains(&Name::Module);
        if !last && is_module {
            return Some(child());
        }
        if names.contains(&Name::Item) {
            return Some(Target::Item(module.clone()));
        }
        for alias in names {
            if let Name::Alias(path) = alias
                && let Some(target) = self.path(module, path, depth + 1)
            {
                return Some(target);
            }
        }
        if is_module {
            return Some(child());
        }
        for glob in &here.globs {
            if let Some(Target::Module(target)) = self.path(module, glob, depth + 1)
                && target != *module
                && let Some(found) = self.name(&target, name, last, depth + 1)
            {
                return Some(found);
            }
        }
        here.made_by_macros.contains(name).then(|| Target::Item(module.clone()))
    }

    /// The module that defines what `used` resolves to.
    fn definition(&self, used: &Use) -> Option<ModulePath> {
        if let (Kind::Macro, [name]) = (used.kind, used.path.as_slice())
            && !self.0.modules[&used.module].names.contains_key(name)
        {
            // A macro of an outer module is in scope without a path.
            let outer = (0..used.module.len()).rev().map(|depth| used.module[..depth].to_vec());
            return outer.into_iter().find(|module| self.0.modules[module].macros.contains_key(name));
        }
        match self.path(&used.module, &used.path, 0) {
            Some(Target::Item(module)) => Some(module),
            _ => None,
        }
    }
}

/// All imports between files of a crate.
pub fn of(parsed: &Parsed) -> Imports {
    let resolver = Resolver(parsed);
    let mut imports = Imports::new();
    for used in &parsed.uses {
        let Some(defined) = resolver.definition(used) else { continue };
        if used.kind == Kind::Export && defined.starts_with(&used.module) {
            continue;
        }
        let (from, to) = (&parsed.modules[&used.module].file, &parsed.modules[&defined].file);
        if from != to {
            let to = imports.entry(from.clone()).or_default().entry(to.clone());
            to.or_insert_with(|| (used.line, used.path.join("::")));
        }
    }
    imports
}

/// One line for each strongly connected set of files: a shortest cycle in it, and the other files.
pub fn cycles(imports: &Imports) -> Vec<String> {
    let below: BTreeMap<&PathBuf, BTreeSet<&PathBuf>> = imports.keys().map(|file| (file, reached(imports, file))).collect();
    let mut seen: BTreeSet<&PathBuf> = BTreeSet::new();
    let mut lines = Vec::new();
    for (file, files) in &below {
        if seen.contains(file) || !files.contains(file) {
            continue;
        }
        let together: BTreeSet<&PathBuf> =
            files.iter().copied().filter(|f| below.get(f).is_some_and(|back| back.contains(file))).collect();
        seen.extend(&together);
        lines.push(cycle(imports, &together));
    }
    lines
}

fn reached<'a>(imports: &'a Imports, from: &PathBuf) -> BTreeSet<&'a PathBuf> {
    let mut open: Vec<&PathBuf> = imports.get(from).into_iter().flatten().map(|(to, _)| to).collect();
    let mut all = BTreeSet::new();
    while let Some(file) = open.pop() {
        if all.insert(file) {
            open.extend(imports.get(file).into_iter().flatten().map(|(to, _)| to));
        }
    }
    all
}

/// A shortest cycle among `files`, each of which reaches each.
fn cycle(imports: &Imports, files: &BTreeSet<&PathBuf>) -> String {
    let shortest = files.iter().filter_map(|start| way_back(imports, start)).min_by_key(Vec::len).unwrap_or_default();
    let mut line = String::new();
    for (from, to) in shortest.iter().zip(shortest.iter().cycle().skip(1)) {
        let (number, path) = &imports[*from][*to];
        line += &format!("{}:{number} -> {} (`{path}`); ", from.display(), to.display());
    }
    let others: Vec<String> = files.iter().filter(|f| !shortest.contains(f)).map(|f| f.display().to_string()).collect();
    if !others.is_empty() {
        line += &format!("also in the cycle: {}; ", others.join(", "));
    }
    line.trim_end_matches("; ").to_string()
}

/// The files on a shortest path from `start` back to it, `start` first.
fn way_back<'a>(imports: &'a Imports, start: &'a PathBuf) -> Option<Vec<&'a PathBuf>> {
    let mut before: BTreeMap<&PathBuf, &PathBuf> = BTreeMap::new();
    let mut open = VecDeque::from([start]);
    while let Some(file) = open.pop_front() {
        for to in imports.get(file).into_iter().flatten().map(|(to, _)| to) {
            if to == start {
                let mut way = vec![file];
                while let Some(earlier) = before.get(way[way.len() - 1]) {
                    way.push(earlier);
                }
                way.reverse();
                return Some(way);
            }
            if !before.contains_key(to) {
                before.insert(to, file);
                open.push_back(to);
            }
        }
    }
    None
}
