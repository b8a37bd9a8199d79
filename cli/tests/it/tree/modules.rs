//! The modules of a crate: what each defines, imports and mentions.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use syn::visit::{self, Visit};

/// The names of modules from the crate's root down; empty for the root.
pub type ModulePath = Vec<String>;

/// The source of a crate: path below `src` to text.
pub type Source = BTreeMap<PathBuf, String>;

/// What a name in a module is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// Defined in the module.
    Item,
    /// A child module.
    Module,
    /// Imported by a `use` of this path.
    Alias(Vec<String>),
}

/// One module, in its own file or inside braces.
#[derive(Debug, Default)]
pub struct Module {
    pub file: PathBuf,
    pub names: BTreeMap<String, Vec<Name>>,
    /// Paths of `use …::*`.
    pub globs: Vec<Vec<String>>,
    /// Defined by `macro_rules!`, also in scope in the modules below. With each, the rest of every path that begins with a
    /// variable.
    pub macros: BTreeMap<String, Vec<Vec<String>>>,
    /// Identifiers in macro calls among the items, outside of their brackets: a name found nowhere else may be defined by one.
    pub made_by_macros: BTreeSet<String>,
}

/// How a path is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// By `use`.
    Import,
    /// By `pub use`, with any visibility.
    Export,
    /// In code.
    Mention,
    /// As the name of a macro that is called.
    Macro,
}

/// A path somewhere in a module.
#[derive(Debug)]
pub struct Use {
    pub module: ModulePath,
    pub path: Vec<String>,
    pub line: usize,
    pub kind: Kind,
}

/// A function with its length in lines, from `fn` to the closing brace.
#[derive(Debug)]
pub struct Function {
    pub file: PathBuf,
    pub line: usize,
    pub name: String,
    pub lines: usize,
}

/// A crate as parsed.
#[derive(Debug, Default)]
pub struct Parsed {
    pub modules: BTreeMap<ModulePath, Module>,
    pub uses: Vec<Use>,
    pub functions: Vec<Function>,
}

/// Parses a crate, starting from its root file.
pub fn parse(source: &Source) -> Parsed {
    let mut parsed = Parsed::default();
    for root in ["lib.rs", "main.rs"].map(PathBuf::from) {
        if source.contains_key(&root) {
            file(source, &root, Path::new(""), Vec::new(), &mut parsed);
        }
    }
    let reached: BTreeSet<&PathBuf> = parsed.modules.values().map(|m| &m.file).collect();
    let lost: Vec<&PathBuf> = source.keys().filter(|f| !reached.contains(f)).collect();
    assert!(lost.is_empty(), "no `mod` names these files: {lost:?}");
    parsed
}

/// Parses `path`, whose child modules are in `folder`.
fn file(source: &Source, path: &Path, folder: &Path, module: ModulePath, parsed: &mut Parsed) {
    let text = source.get(path).unwrap_or_else(|| panic!("{} is missing", path.display()));
    let syntax = syn::parse_file(text).unwrap_or_else(|e| panic!("{}, line {}: {e}", path.display(), e.span().start().line));
    parsed.modules.insert(module.clone(), Module { file: path.to_path_buf(), ..Module::default() });
    let mut reader = Reader { source, file: path, folder: folder.to_path_buf(), module, parsed };
    syntax.items.iter().for_each(|item| reader.visit_item(item));
}

struct Reader<'a> {
    source: &'a Source,
    file: &'a Path,
    /// Where files of child modules are.
    folder: PathBuf,
    module: ModulePath,
    parsed: &'a mut Parsed,
}

impl Reader<'_> {
    fn here(&mut self) -> &mut Module {
        self.parsed.modules.entry(self.module.clone()).or_default()
    }

    fn define(&mut self, name: String, what: Name) {
        self.here().names.entry(name).or_default().push(what);
    }

    fn uses(&mut self, path: Vec<String>, line: usize, kind: Kind) {
        self.parsed.uses.push(Use { module: self.module.clone(), path, line, kind });
    }

    fn import(&mut self, tree: &syn::UseTree, before: &[String], line: usize, kind: Kind) {
        let with = |ident: &syn::Ident| before.iter().cloned().chain([ident.to_string()]).collect::<Vec<_>>();
        match tree {
            syn::UseTree::Path(path) => self.import(&path.tree, &with(&path.ident), line, kind),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.import(tree, before, line, kind)),
            syn::UseTree::Glob(_) => {
                self.here().globs.push(before.to_vec());
                self.uses(before.to_vec(), line, kind);
            }
            syn::UseTree::Name(name) if name.ident == "self" => self.alias(before.to_vec(), before.last().cloned(), line, kind),
            syn::UseTree::Name(name) => self.alias(with(&name.ident), Some(name.ident.to_string()), line, kind),
            syn::UseTree::Rename(rename) if rename.ident == "self" => {
                self.alias(before.to_vec(), Some(rename.rename.to_string()), line, kind);
            }
            syn::UseTree::Rename(rename) => self.alias(with(&rename.ident), Some(rename.rename.to_string()), line, kind),
        }
    }

    fn alias(&mut self, path: Vec<String>, name: Option<String>, line: usize, kind: Kind) {
        if let Some(name) = name {
            self.define(name, Name::Alias(path.clone()));
        }
        self.uses(path, line, kind);
    }

    /// Paths in tokens that are not parsed.
    fn tokens(&mut self, tokens: proc_macro2::TokenStream) {
        use proc_macro2::TokenTree;
        let mut path: Vec<String> = Vec::new();
        let (mut colons, mut line) = (0, 0);
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.mention(&mut path, line);
                        line = ident.span().start().line;
                    }
                    path.push(ident.to_string());
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                TokenTree::Group(group) => {
                    colons = 0;
                    self.mention(&mut path, line);
                    self.tokens(group.stream());
                }
                _ => {
                    colons = 0;
                    self.mention(&mut path, line);
                }
            }
        }
        self.mention(&mut path, line);
    }

    fn called(&mut self, path: &syn::Path) {
        let line = path.segments[0].ident.span().start().line;
        self.uses(path.segments.iter().map(|s| s.ident.to_string()).collect(), line, Kind::Macro);
    }

    fn mention(&mut self, path: &mut Vec<String>, line: usize) {
        if !path.is_empty() {
            self.uses(std::mem::take(path), line, Kind::Mention);
        }
    }

    fn function(&mut self, signature: &syn::Signature, block: &syn::Block) {
        let (first, last) = (signature.fn_token.span.start().line, block.brace_token.span.close().end().line);
        let name = signature.ident.to_string();
        self.parsed.functions.push(Function { file: self.file.to_path_buf(), line: first, name, lines: last - first + 1 });
    }

    /// What a macro call among the items defines: names, and modules if there is a file of that name.
    fn made(&mut self, call: &syn::ItemMacro) {
        let tails = call.mac.path.get_ident().and_then(|name| self.here().macros.get(&name.to_string())).cloned();
        let line = call.mac.path.segments[0].ident.span().start().line;
        for token in call.mac.tokens.clone() {
            let proc_macro2::TokenTree::Ident(word) = token else { continue };
            let word = word.to_string();
            if self.source.contains_key(&self.file_of(&word)) {
                for tail in tails.iter().flatten() {
                    self.uses([vec![word.clone()], tail.clone()].concat(), line, Kind::Mention);
                }
                self.child_file(word);
            } else {
                self.here().made_by_macros.insert(word);
            }
        }
    }

    fn file_of(&self, module: &str) -> PathBuf {
        self.folder.join(format!("{module}.rs"))
    }

    fn child_file(&mut self, name: String) {
        let (path, folder) = (self.below(&name), self.folder.join(&name));
        file(self.source, &self.file_of(&name), &folder, path, self.parsed);
        self.define(name, Name::Module);
    }

    fn below(&self, name: &str) -> ModulePath {
        self.module.iter().cloned().chain([name.to_string()]).collect()
    }

    fn child(&mut self, module: &syn::ItemMod) {
        let name = module.ident.to_string();
        assert!(!module.attrs.iter().any(|a| a.path().is_ident("path")), "`#[path]` is not supported");
        let Some((_, items)) = &module.content else { return self.child_file(name) };
        self.define(name.clone(), Name::Module);
        let (path, folder) = (self.below(&name), self.folder.join(&name));
        self.parsed.modules.insert(path.clone(), Module { file: self.file.to_path_buf(), ..Module::default() });
        let mut inner = Reader { source: self.source, file: self.file, folder, module: path, parsed: self.parsed };
        items.iter().for_each(|item| inner.visit_item(item));
    }
}

/// In the definition of a macro, the rest of every path that begins with a variable: `[a, B]` of `$module::a::B`.
fn tails_in(tokens: proc_macro2::TokenStream, into: &mut Vec<Vec<String>>) {
    use proc_macro2::TokenTree;
    let mut tail: Option<Vec<String>> = None;
    let mut dollar = false;
    for token in tokens {
        match token {
            TokenTree::Punct(p) if p.as_char() == '$' => dollar = true,
            TokenTree::Ident(_) if dollar => (dollar, tail) = (false, Some(Vec::new())),
            TokenTree::Punct(p) if p.as_char() == ':' => {}
            TokenTree::Ident(word) if tail.is_some() => tail.get_or_insert_default().push(word.to_string()),
            other => {
                into.extend(tail.take().filter(|t| !t.is_empty()));
                dollar = false;
                if let TokenTree::Group(group) = other {
                    tails_in(group.stream(), into);
                }
            }
        }
    }
    into.extend(tail.filter(|t| !t.is_empty()));
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        let name = match item {
            syn::Item::Const(i) => Some(&i.ident),
            syn::Item::Enum(i) => Some(&i.ident),
            syn::Item::Fn(i) => Some(&i.sig.ident),
            syn::Item::Macro(i) => i.ident.as_ref(),
            syn::Item::Static(i) => Some(&i.ident),
            syn::Item::Struct(i) => Some(&i.ident),
            syn::Item::Trait(i) => Some(&i.ident),
            syn::Item::Type(i) => Some(&i.ident),
            syn::Item::Union(i) => Some(&i.ident),
            _ => None,
        };
        if let Some(name) = name {
            self.define(name.to_string(), Name::Item);
            if let syn::Item::Macro(definition) = item {
                let mut tails = Vec::new();
                tails_in(definition.mac.tokens.clone(), &mut tails);
                self.here().macros.insert(name.to_string(), tails);
            }
        }
        match item {
            syn::Item::Macro(call) if call.ident.is_none() => {
                self.called(&call.mac.path);
                self.tokens(call.mac.tokens.clone());
                self.made(call);
            }
            _ => visit::visit_item(self, item),
        }
    }

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        self.child(module);
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if item.leading_colon.is_none() {
            let kind = if matches!(item.vis, syn::Visibility::Inherited) { Kind::Import } else { Kind::Export };
            self.import(&item.tree, &[], item.use_token.span.start().line, kind);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none() {
            let line = path.segments[0].ident.span().start().line;
            self.uses(path.segments.iter().map(|s| s.ident.to_string()).collect(), line, Kind::Mention);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.called(&call.path);
        self.tokens(call.tokens.clone());
    }

    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}

    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.function(&function.sig, &function.block);
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.function(&function.sig, &function.block);
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast syn::TraitItemFn) {
        if let Some(block) = &function.default {
            self.function(&function.sig, block);
        }
        visit::visit_trait_item_fn(self, function);
    }
}
