//! Where people live and where facilities are: a few prefectures with invented municipalities.

use super::draw::shuffled;
use super::words;
use crate::seed::{Seed, Stream};
use crate::terms::people::Address;
use serde::Serialize;

/// How many prefectures a population lives in. Few, so that a run needs few insurers, revocation lists and line regions.
pub const PREFECTURE_COUNT: usize = 6;

/// How many municipalities there are; municipality *m* lies in prefecture *m* mod [`PREFECTURE_COUNT`].
pub const MUNICIPALITY_COUNT: usize = 12;

/// 市町村. The prefecture is a real one, the municipality is not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Municipality {
    /// 都道府県.
    pub prefecture: String,
    /// 都道府県コード, 1 to 47 (JIS X 0401).
    pub prefecture_code: u8,
    /// Ends with 市.
    pub name: String,
    /// 全国地方公共団体コード without its check digit: prefecture 2 digits, municipality 3 (JIS X 0402). The last three are
    /// 250 to 299: the numbers of 市, above those that cities have been given.
    pub code: String,
}

/// The municipalities of a population, each with its own name and code.
pub(super) fn municipalities(seed: &Seed) -> Vec<Municipality> {
    let mut draw = seed.stream("people/places");
    let prefectures = shuffled((1u8..=47).collect(), &mut draw);
    let names = shuffled(words::MUNICIPALITIES.to_vec(), &mut draw);
    let codes = shuffled((250u16..=299).collect(), &mut draw);
    (0..MUNICIPALITY_COUNT)
        .map(|m| {
            let prefecture_code = prefectures[m % PREFECTURE_COUNT];
            Municipality {
                prefecture: words::PREFECTURES[usize::from(prefecture_code) - 1].to_string(),
                prefecture_code,
                name: names[m].to_string(),
                code: format!("{prefecture_code:02}{}", codes[m]),
            }
        })
        .collect()
}

pub(super) fn address(draw: &mut Stream, home: &Municipality) -> Address {
    let town = draw.pick(&words::TOWNS);
    let (chome, block, house) = (1 + draw.below(9), 1 + draw.below(40), 1 + draw.below(30));
    Address {
        prefecture: home.prefecture.clone(),
        municipality: home.name.clone(),
        rest: format!("{town}{chome}丁目{block}番{house}号"),
        municipality_code: home.code.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_seed_gives_distinct_municipalities_with_codes_in_valid_form() {
        for number in 0..200 {
            let all = municipalities(&Seed::new(number, "places"));
            assert_eq!(all.len(), MUNICIPALITY_COUNT);
            assert_eq!(all.iter().map(|m| &m.code).collect::<BTreeSet<_>>().len(), MUNICIPALITY_COUNT);
            assert_eq!(all.iter().map(|m| &m.name).collect::<BTreeSet<_>>().len(), MUNICIPALITY_COUNT);
            assert_eq!(all.iter().map(|m| &m.prefecture).collect::<BTreeSet<_>>().len(), PREFECTURE_COUNT);
            for m in &all {
                assert_eq!(m.code.len(), 5);
                assert_eq!(m.code[..2].parse::<u8>(), Ok(m.prefecture_code));
                assert_eq!(m.prefecture, words::PREFECTURES[usize::from(m.prefecture_code) - 1]);
            }
        }
    }
}
