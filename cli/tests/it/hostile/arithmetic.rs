//! Sums, differences, products and shifts on what scanned files, containers and recordings say: `arithmetic.txt` has how many each file of the
//! detector, the unpacker and the judge has, with the reason why none goes beyond its type. A new one fails here until it is reviewed too.
//!
//! Types are not known here, so that sums of fractions and operators of other types are counted as well. Not counted are sums of numbers that are
//! written in the code, steps of counters by one, quotients by such a number, constants, and code for tests.

use super::panics::{compare, is_for_tests};
use syn::visit::{self, Visit};

/// Where bytes of others are taken apart. Other folders read numbers by the types of their keys: `numbers.rs` tries those at their ends.
const FOLDERS: [&str; 3] = ["conformance/leak/src", "conformance/src", "conformance/unpack/src"];

const REVIEWED: &str = "cli/tests/it/hostile/arithmetic.txt";

/// Counts operators that could overflow.
#[derive(Default)]
struct Arithmetic(usize);

/// A number that is written in the code, or a constant of it.
fn is_known(expression: &syn::Expr) -> bool {
    match expression {
        syn::Expr::Lit(_) => true,
        syn::Expr::Path(path) => path.path.segments.last().is_some_and(|last| {
            let name = last.ident.to_string();
            name.len() > 1 && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
        }),
        syn::Expr::Cast(cast) => is_known(&cast.expr),
        syn::Expr::Paren(inner) => is_known(&inner.expr),
        syn::Expr::Binary(both) => is_known(&both.left) && is_known(&both.right),
        _ => false,
    }
}

impl<'a> Visit<'a> for Arithmetic {
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

    // What is computed by the compiler overflows there.
    fn visit_item_const(&mut self, _: &'a syn::ItemConst) {}

    fn visit_expr_binary(&mut self, both: &'a syn::ExprBinary) {
        use syn::BinOp::{
            Add, AddAssign, Div, DivAssign, Mul, MulAssign, Rem, RemAssign, Shl, ShlAssign, Shr, ShrAssign, Sub, SubAssign,
        };
        self.0 += usize::from(match both.op {
            Add(_) | Sub(_) | Mul(_) => !(is_known(&both.left) && is_known(&both.right)),
            // A step of a counter: there are not so many steps.
            AddAssign(_) => !is_known(&both.right),
            SubAssign(_) | MulAssign(_) => true,
            Div(_) | Rem(_) | Shl(_) | Shr(_) | DivAssign(_) | RemAssign(_) | ShlAssign(_) | ShrAssign(_) => {
                !is_known(&both.right)
            }
            _ => false,
        });
        visit::visit_expr_binary(self, both);
    }
}

impl Arithmetic {
    fn of(source: &str) -> usize {
        let mut arithmetic = Arithmetic::default();
        arithmetic.visit_file(&syn::parse_file(source).unwrap());
        arithmetic.0
    }
}

#[test]
fn every_sum_of_what_bytes_say_was_reviewed() {
    compare(
        &FOLDERS,
        Arithmetic::of,
        REVIEWED,
        "operators could overflow",
        "use a checked, saturating or wrapping operator, or review it and write its reason to arithmetic.txt",
    );
}

#[test]
fn what_could_overflow_is_counted() {
    let counted = |body: &str| Arithmetic::of(&format!("fn f() {{ {body} }}"));
    for one in ["a + b;", "a - 1;", "a += b;", "a -= 1;", "a * B;", "a << b;", "a / b;", "a[i + 1];"] {
        assert_eq!(counted(one), 1, "{one}");
    }
    for none in
        ["2 * 3;", "a / 8;", "a >> SHIFT;", "8 * BLOCK;", "a & b;", "a += 1;", "a.saturating_add(b);", "const C: u8 = a + b;"]
    {
        assert_eq!(counted(none), 0, "{none}");
    }
}
