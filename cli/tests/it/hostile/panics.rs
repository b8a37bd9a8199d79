//! Every place in the code that reads files, options and messages of others that could end in a panic was reviewed: `panics.txt` has how
//! many each file has, with the reason why they do not. A new one fails here until it is reviewed too.
//!
//! Counted are `expect` and `unwrap`, `panic!` and its like, and indices and slices other than the members of JSON, in code that is not
//! for tests. Sums that could overflow are in `arithmetic.rs`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use syn::visit::{self, Visit};

/// Where others' input is read, checked, judged and shown. The detector and the unpacker have tests of their bounds of their own.
const FOLDERS: [&str; 9] = [
    "cli/src",
    "compare/src",
    "conformance/certify/src",
    "conformance/contract/src",
    "conformance/src",
    "conformance/statement/src",
    "reports/src",
    "scenarios/src",
    "sim/terms/src",
];

/// A line is `FILE: NUMBER: REASON`.
const REVIEWED: &str = "cli/tests/it/hostile/panics.txt";

/// Counts what could panic.
#[derive(Default)]
struct Panics(usize);

pub(super) fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("test")
            || attribute.path().is_ident("cfg")
                && attribute.parse_args::<syn::Path>().is_ok_and(|condition| condition.is_ident("test"))
    })
}

impl<'a> Visit<'a> for Panics {
    fn visit_item_mod(&mut self, item: &'a syn::ItemMod) {
        if !is_for_tests(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'a syn::ItemFn) {
        if !is_for_tests(&item.attrs) {
            visit::visit_item_fn(self, item);
        }
    }

    fn visit_expr_method_call(&mut self, call: &'a syn::ExprMethodCall) {
        let names = ["expect", "expect_err", "unwrap", "unwrap_err"];
        self.0 += usize::from(names.iter().any(|name| call.method == name));
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_index(&mut self, index: &'a syn::ExprIndex) {
        let of_json = matches!(&*index.index, syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(_), .. }));
        self.0 += usize::from(!of_json);
        visit::visit_expr_index(self, index);
    }

    fn visit_macro(&mut self, called: &'a syn::Macro) {
        let names = ["panic", "unreachable", "todo", "unimplemented", "assert", "assert_eq", "assert_ne"];
        self.0 += usize::from(names.iter().any(|name| called.path.is_ident(name)));
        // What is between the brackets of `format!` and its like is an expression too.
        let within = syn::punctuated::Punctuated::<syn::Expr, syn::Token![,]>::parse_terminated;
        if let Ok(expressions) = called.parse_body_with(within) {
            expressions.iter().for_each(|expression| self.count(expression));
        }
    }
}

impl Panics {
    fn count(&mut self, expression: &syn::Expr) {
        let mut within = Panics::default();
        within.visit_expr(expression);
        self.0 += within.0;
    }

    fn of(source: &str) -> usize {
        let mut panics = Panics::default();
        panics.visit_file(&syn::parse_file(source).unwrap());
        panics.0
    }
}

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => sources(&path, into),
            false if path.extension().is_some_and(|e| e == "rs") => into.push(path),
            false => {}
        }
    }
}

/// Modules in files of their own that their parents include for tests only.
fn is_test_file(path: &Path) -> bool {
    path.iter().any(|part| part == "tests" || part == "tests.rs")
}

#[test]
fn every_place_that_could_panic_was_reviewed() {
    compare(
        &FOLDERS,
        Panics::of,
        REVIEWED,
        "places could panic",
        "use `get`, `?` or a checked sum, or review it and write its reason to panics.txt",
    );
}

/// Compares what each file of the folders has by `count` with what was reviewed: a list with lines `FILE: NUMBER: REASON`.
pub(super) fn compare(folders: &[&str], count: fn(&str) -> usize, list: &str, what: &str, todo: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut files = Vec::new();
    folders.iter().for_each(|folder| sources(&root.join(folder), &mut files));
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    for file in files.iter().filter(|file| !is_test_file(file)) {
        let name = file.strip_prefix(root).unwrap().to_str().unwrap().to_string();
        found.insert(name, count(&fs::read_to_string(file).unwrap()));
    }
    found.retain(|_, count| *count > 0);
    let mut reviewed: BTreeMap<String, usize> = BTreeMap::new();
    let text = fs::read_to_string(root.join(list)).unwrap();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let mut parts = line.splitn(3, ": ");
        let (file, count, reason) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap_or_default());
        assert!(reason.len() > 10, "{list}: `{line}` gives no reason");
        assert!(reviewed.insert(file.to_string(), count.parse().unwrap()).is_none(), "{list} has `{file}` twice");
    }
    let names = found.keys().chain(reviewed.keys().filter(|name| !found.contains_key(*name)));
    let differ = names.filter(|name| found.get(*name) != reviewed.get(*name));
    let lines: Vec<String> = differ
        .map(|name| {
            let [now, then] = [&found, &reviewed].map(|of| of.get(name).copied().unwrap_or_default());
            format!("{name}: {now} {what}, and {then} were reviewed")
        })
        .collect();
    assert!(lines.is_empty(), "{todo}:\n{}", lines.join("\n"));
}

#[test]
fn what_could_panic_is_counted() {
    let counted = |body: &str| Panics::of(&format!("fn f() {{ {body} }}"));
    for one in ["a[i];", "&a[1..];", "a.expect(\"b\");", "a.unwrap();", "panic!();", "format!(\"{}\", a[0]);", "a[0] = 1;"] {
        assert_eq!(counted(one), 1, "{one}");
    }
    for none in ["a.get(i);", "a[\"member\"];", "[1, 2];", "a.unwrap_or(b);", "#[cfg(test)] mod tests { fn g() { panic!() } }"] {
        assert_eq!(counted(none), 0, "{none}");
    }
    assert_eq!(Panics::of("#[test] fn f() { a.unwrap(); }"), 0);
}
