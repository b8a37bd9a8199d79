//! Costs, returned claims and rates of errors under stated assumptions.
//!
//! A [`Book`] has figures, each low, mode and high with its source, and items, each a product of figures. Nothing is computed in code
//! that is not written there, so that the page computes the same from the same book.

pub mod claims;
pub mod draw;
pub mod figures;
pub mod formula;

use figures::{Figure, FiguresFile};
use formula::{FormulaFile, Item};
use std::collections::{BTreeMap, BTreeSet};

/// The figures that come with the tool, by file.
const FIGURES: [(&str, &str); 3] = [
    ("volumes.toml", include_str!("../../scenarios/assumptions/volumes.toml")),
    ("costs.toml", include_str!("../../scenarios/assumptions/costs.toml")),
    ("errors.toml", include_str!("../../scenarios/assumptions/errors.toml")),
];

/// The items that come with the tool.
const FORMULA: &str = include_str!("../../scenarios/assumptions/formula.toml");

/// All assumptions and what is computed from them.
#[derive(Clone, Debug, PartialEq)]
pub struct Book {
    pub figures: Vec<Figure>,
    pub items: Vec<Item>,
}

/// What is wrong with an assumptions file.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum BookError {
    #[error("{file}: {problem}")]
    File { file: String, problem: String },
    #[error("{file}: `{key}` is not a figure of the tool: `shikaku compare --list-assumptions` lists them")]
    Unknown { file: String, key: String },
    #[error("{file}: `{key}`: low, mode and high must be finite, not negative, and in this order")]
    Order { file: String, key: String },
    #[error("{file}: `{key}` is given twice: keep one")]
    Twice { file: String, key: String },
    #[error("formula: the item `{item}` names `{term}`, which is no figure: correct the name")]
    Term { item: String, term: String },
}

impl Book {
    /// The assumptions that come with the tool.
    ///
    /// # Errors
    /// If a file of the tool is wrong, which a test excludes.
    pub fn built_in() -> Result<Book, BookError> {
        let mut figures = Vec::new();
        for (file, text) in FIGURES {
            figures.extend(read::<FiguresFile>(file, text)?.figure);
        }
        let mut items = read::<FormulaFile>("formula.toml", FORMULA)?.item;
        let causes = figures.iter().filter_map(|f| Some((f, f.cause.as_deref()?)));
        items.extend(causes.flat_map(|(figure, cause)| formula::of_cause(figure, cause)).collect::<Vec<_>>());
        let book = Book { figures, items };
        book.check("assumptions")?;
        Ok(book)
    }

    /// The same with the figures of a file in place of those of the tool.
    ///
    /// # Errors
    /// If the file cannot be read, or names a figure that the tool does not have.
    pub fn with(mut self, file: &str, text: &str) -> Result<Book, BookError> {
        let mut given = BTreeSet::new();
        for figure in read::<FiguresFile>(file, text)?.figure {
            let (file, key) = (file.to_string(), figure.key.clone());
            if !given.insert(key.clone()) {
                return Err(BookError::Twice { file, key });
            }
            match self.figures.iter_mut().find(|f| f.key == key) {
                Some(own) => *own = Figure { cause: own.cause.clone(), times: own.times.clone(), ..figure },
                None => return Err(BookError::Unknown { file, key }),
            }
        }
        self.check(file)?;
        Ok(self)
    }

    fn check(&self, file: &str) -> Result<(), BookError> {
        let mut keys = BTreeSet::new();
        for f in &self.figures {
            let (file, key) = (file.to_string(), f.key.clone());
            if !keys.insert(f.key.as_str()) {
                return Err(BookError::Twice { file, key });
            }
            let all = [0.0, f.low, f.mode, f.high];
            if !all.iter().all(|v| v.is_finite()) || !all.is_sorted() {
                return Err(BookError::Order { file, key });
            }
        }
        let groups: BTreeSet<&str> = self.items.iter().map(|i| i.group.as_str()).collect();
        for item in &self.items {
            for term in item.times.iter().chain(&item.over) {
                let known = match formula::Term::read(term) {
                    formula::Term::Number(_) | formula::Term::Measured(_) => true,
                    formula::Term::Sum(group) => groups.contains(group),
                    formula::Term::Figure(key) | formula::Term::Rest(key) => keys.contains(key),
                };
                if !known {
                    return Err(BookError::Term { item: item.id.clone(), term: term.clone() });
                }
            }
        }
        Ok(())
    }

    /// The expected value of each figure.
    pub fn expected(&self) -> BTreeMap<&str, f64> {
        self.figures.iter().map(|f| (f.key.as_str(), f.expected())).collect()
    }

    /// The most likely value of each figure.
    pub fn modes(&self) -> BTreeMap<&str, f64> {
        self.figures.iter().map(|f| (f.key.as_str(), f.mode)).collect()
    }

    pub fn figure(&self, key: &str) -> Option<&Figure> {
        self.figures.iter().find(|f| f.key == key)
    }
}

fn read<T: serde::de::DeserializeOwned>(file: &str, text: &str) -> Result<T, BookError> {
    toml::from_str(text).map_err(|e| {
        let line = e.span().map_or(0, |s| 1 + text.get(..s.start).unwrap_or_default().matches('\n').count());
        BookError::File { file: format!("{file}:{line}"), problem: e.message().to_string() }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_book_of_the_tool_can_be_read_and_every_figure_has_a_source() {
        let book = Book::built_in().unwrap_or_else(|e| panic!("{e}"));
        assert!(book.figures.len() > 60, "{}", book.figures.len());
        for f in &book.figures {
            assert!(!f.source.trim().is_empty() && !f.ja.is_empty() && !f.en.is_empty() && !f.unit.is_empty(), "{}", f.key);
            let general = f.confidence == figures::Confidence::General;
            assert!(!general || f.is_assumed(), "`{}` is general knowledge, so it is an assumption", f.key);
        }
    }

    #[test]
    fn every_figure_is_used() {
        let book = Book::built_in().unwrap_or_else(|e| panic!("{e}"));
        let used: BTreeSet<&str> =
            book.items.iter().flat_map(|i| i.times.iter().chain(&i.over)).map(|t| t.trim_start_matches("1-")).collect();
        let unused: Vec<&str> = book.figures.iter().map(|f| f.key.as_str()).filter(|k| !used.contains(k)).collect();
        assert_eq!(unused, ["changes-of-insurer", "notice-delay"], "these two only document how others were derived");
    }

    #[test]
    fn a_file_replaces_figures_and_mistakes_in_it_are_named() {
        let book = Book::built_in().unwrap_or_else(|e| panic!("{e}"));
        let figure = |key: &str, low: f64| {
            format!(
                "[[figure]]\nkey = \"{key}\"\nja = \"x\"\nen = \"x\"\nunit = \"yen\"\nlow = {low:?}\nmode = 2.0\nhigh = 3.0\nsource = \"me\"\nconfidence = \"read\"\n"
            )
        };
        let changed = book.clone().with("mine.toml", &figure("slip", 1.0)).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(changed.modes().get("slip"), Some(&2.0));
        let error = |text: &str| book.clone().with("mine.toml", text).map(|_| ()).unwrap_err().to_string();
        assert_eq!(
            error(&figure("slop", 1.0)),
            "mine.toml: `slop` is not a figure of the tool: `shikaku compare --list-assumptions` lists them"
        );
        assert!(error(&figure("slip", 2.5)).contains("low, mode and high"));
        assert!(error(&(figure("slip", 1.0) + &figure("slip", 1.0))).contains("given twice"));
        assert!(error("[[figure]]\nkey = 3\n").starts_with("mine.toml:2: "), "{}", error("[[figure]]\nkey = 3\n"));
    }
}
