//! The weights: log₂(m/u), where m is how often a level occurs among pairs of reports of one person, and u among pairs of two people.
//!
//! m follows from the assumed errors: a pair of reports differs in name, address or birth in 8 % of the cases, most often by a move. u follows from
//! the people of the simulation: 32 family names and 32 given names, all as frequent, 80 years of birth, 16 municipalities. Names in Japan are
//! many more and of very different frequencies, so that a registry would take u from its own records. Fields are taken as independent, which
//! overstates certainty where errors cluster.

use super::fields::{Field, Level};

/// (field, level, m, u). Levels that a field does not have are not in it.
const PROBABILITIES: [(Field, Level, f64, f64); 19] = [
    (Field::Family, Level::Same, 0.970, 1.0 / 32.0),
    (Field::Family, Level::Variant, 0.015, 0.000_6),
    (Field::Family, Level::Reading, 0.003, 0.000_1),
    (Field::Family, Level::Differs, 0.012, 0.968),
    (Field::Given, Level::Same, 0.975, 1.0 / 32.0),
    (Field::Given, Level::Variant, 0.015, 0.000_6),
    (Field::Given, Level::Reading, 0.006, 0.000_1),
    (Field::Given, Level::Differs, 0.004, 0.968),
    (Field::Birth, Level::Same, 0.985, 1.0 / 29_200.0),
    (Field::Birth, Level::Part, 0.012, 0.004_4),
    (Field::Birth, Level::Differs, 0.003, 0.995_6),
    (Field::Sex, Level::Same, 0.999, 0.5),
    (Field::Sex, Level::Differs, 0.001, 0.5),
    (Field::Address, Level::Same, 0.930, 0.000_02),
    (Field::Address, Level::Part, 0.035, 1.0 / 16.0),
    (Field::Address, Level::Differs, 0.035, 0.937_5),
    (Field::Site, Level::Same, 0.90, 0.12),
    (Field::Site, Level::Differs, 0.10, 0.88),
    (Field::Chart, Level::Same, 0.999, 0.000_001),
];
/// Two charts of one person at one facility.
const TWO_CHARTS: (f64, f64) = (0.001, 0.999_999);

/// The weight of a level, in thousandths of a bit: whole numbers, so that sums do not depend on their order.
pub fn millibits(field: Field, level: Level) -> i64 {
    let known = PROBABILITIES.iter().find(|(f, l, ..)| (*f, *l) == (field, level));
    let (m, u) = known.map_or(TWO_CHARTS, |(_, _, m, u)| (*m, *u));
    // `libm`, since the machine's own logarithms differ in their last bits.
    libm::round(libm::log2(m / u) * 1000.0) as i64
}
