//! Short tokens: a run in at most 64 characters.
//!
//! A token is `sk2-` and the base64url (RFC 4648, section 5, without padding) of bytes. It identifies scenario, design and mutant
//! by the first bytes of SHA-256 digests: a replay finds them among those that come with the tool, or is given their files. A
//! case that does not fit has no short token; its [`Token`] is kept in a file.
//!
//! ```text
//! flags           1 byte   bit 0: ticks; bit 1: mutant; bit 2: only-named; bit 3: one-facility; bit 4: gap
//! tool            1 byte   digest of the tool's name and version
//! scenario        3 bytes  of the scenario's digest
//! design          2 bytes  of the design's digest
//! mutant          3 bytes  digest of its name, if there is one
//! failure         2 bytes  digest of its text
//! journal         3 bytes  of the journal's digest
//! seed            number
//! gap             number of seconds, if it is cut
//! six lists       number of ranges, then for each: distance from the end of the one before, length less one
//! check           2 bytes  digest of all bytes before
//! ```
//!
//! A number has seven bits in each byte, the lowest first; the highest bit says that another byte follows (LEB128).

use super::knobs::{Kept, Knobs};
use super::token::{Token, TokenError};
use crate::EngineKind;
use sha2::{Digest, Sha256};

const PREFIX: &str = "sk2-";
/// The most characters of a token.
pub const LONGEST: usize = 64;

const TICKS: u8 = 1;
const MUTANT: u8 = 1 << 1;
const ONLY_NAMED: u8 = 1 << 2;
const ONE_FACILITY: u8 = 1 << 3;
const GAP: u8 = 1 << 4;
const KNOWN_FLAGS: u8 = TICKS | MUTANT | ONLY_NAMED | ONE_FACILITY | GAP;

/// A run, as a short token identifies it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShortToken {
    tool: [u8; 1],
    scenario: [u8; 3],
    design: [u8; 2],
    mutant: Option<[u8; 3]>,
    failure: [u8; 2],
    journal: [u8; 3],
    pub engine: EngineKind,
    pub seed: u64,
    pub knobs: Knobs,
}

/// The first bytes of the digest of a text.
fn digest<const N: usize>(text: &[u8]) -> [u8; N] {
    let whole: [u8; 32] = Sha256::digest(text).into();
    std::array::from_fn(|i| whole[i])
}

/// The first bytes of a digest that is written in hexadecimal.
fn first<const N: usize>(hex: &str) -> Option<[u8; N]> {
    let bytes = data_encoding::HEXLOWER.decode(hex.get(..2 * N)?.as_bytes()).ok()?;
    bytes.try_into().ok()
}

impl ShortToken {
    /// `None` if the digests of the token are not digests, or it names an engine that this tool does not have.
    fn of(token: &Token) -> Option<ShortToken> {
        Some(ShortToken {
            tool: digest(token.tool.as_bytes()),
            scenario: first(&token.sha256)?,
            design: first(token.design_sha256.as_deref()?)?,
            mutant: token.mutant.as_deref().map(|name| digest(name.as_bytes())),
            failure: digest(token.failure.as_bytes()),
            journal: first(&token.journal_sha256)?,
            engine: token.engine.as_deref().map_or(Some(Token::UNNAMED_ENGINE), EngineKind::parse)?,
            seed: token.seed,
            knobs: token.knobs.clone(),
        })
    }

    /// Writes a token. `None` if it would have more than [`LONGEST`] characters.
    pub fn write(token: &Token) -> Option<String> {
        let short = ShortToken::of(token)?;
        let text = format!("{PREFIX}{}", data_encoding::BASE64URL_NOPAD.encode(&short.bytes()));
        (text.len() <= LONGEST).then_some(text)
    }

    fn bytes(&self) -> Vec<u8> {
        let flag = |set: bool, flag: u8| if set { flag } else { 0 };
        let knobs = &self.knobs;
        let flags = flag(self.engine == EngineKind::Ticks, TICKS)
            | flag(self.mutant.is_some(), MUTANT)
            | flag(knobs.only_named, ONLY_NAMED)
            | flag(knobs.one_facility, ONE_FACILITY)
            | flag(knobs.gap_s.is_some(), GAP);
        let mut bytes = vec![flags];
        bytes.extend(self.tool);
        bytes.extend(self.scenario);
        bytes.extend(self.design);
        bytes.extend(self.mutant.into_iter().flatten());
        bytes.extend(self.failure);
        bytes.extend(self.journal);
        number(self.seed, &mut bytes);
        knobs.gap_s.into_iter().for_each(|gap| number(gap.into(), &mut bytes));
        let mut knobs = knobs.clone();
        for list in Knobs::LISTS {
            let ranges = list(&mut knobs).ranges();
            number(ranges.len() as u64, &mut bytes);
            let mut end = 0;
            for (first, last) in ranges {
                number(u64::from(first - end), &mut bytes);
                number(u64::from(last - first), &mut bytes);
                end = last + 1;
            }
        }
        let check: [u8; 2] = digest(&bytes);
        bytes.extend(check);
        bytes
    }

    /// Reads a token.
    ///
    /// # Errors
    /// If the text is not a token, is damaged, or was written by a newer version.
    pub fn read(text: &str) -> Result<ShortToken, TokenError> {
        let text = text.trim().strip_prefix(PREFIX).ok_or(TokenError::Prefix)?;
        let bytes = data_encoding::BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| TokenError::Damaged)?;
        let (content, check) = bytes.split_last_chunk::<2>().ok_or(TokenError::Damaged)?;
        if digest::<2>(content) != *check {
            return Err(TokenError::Damaged);
        }
        let mut rest = Bytes(content);
        let token = rest.token().ok_or_else(|| TokenError::Foreign("its content is not known".into()))?;
        if rest.0.is_empty() { Ok(token) } else { Err(TokenError::Foreign("it has more content than is known".into())) }
    }

    pub fn is_of_tool(&self, tool: &str) -> bool {
        self.tool == digest(tool.as_bytes())
    }

    /// Whether it was made of the scenario with this digest.
    pub fn is_of_scenario(&self, sha256: &str) -> bool {
        first(sha256) == Some(self.scenario)
    }

    /// Whether it was made in the design with this digest.
    pub fn is_of_design(&self, sha256: &str) -> bool {
        first(sha256) == Some(self.design)
    }

    pub fn has_mutant(&self) -> bool {
        self.mutant.is_some()
    }

    pub fn is_of_mutant(&self, name: &str) -> bool {
        self.mutant == Some(digest(name.as_bytes()))
    }

    pub fn is_of_failure(&self, failure: &str) -> bool {
        self.failure == digest(failure.as_bytes())
    }

    pub fn is_of_journal(&self, sha256: &str) -> bool {
        first(sha256) == Some(self.journal)
    }
}

fn number(mut value: u64, into: &mut Vec<u8>) {
    while value >= 0x80 {
        into.push(value as u8 | 0x80);
        value >>= 7;
    }
    into.push(value as u8);
}

/// The bytes that are still to be read.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*taken)
    }

    fn number(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let [byte] = self.take()?;
            let bits = u64::from(byte & 0x7f);
            value |= bits.checked_shl(shift).filter(|shifted| shifted >> shift == bits)?;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn small(&mut self) -> Option<u32> {
        self.number()?.try_into().ok()
    }

    fn kept(&mut self) -> Option<Kept> {
        let count = self.number()?;
        let (mut ranges, mut end) = (Vec::new(), 0u32);
        for _ in 0..count {
            let first = end.checked_add(self.small()?)?;
            let last = first.checked_add(self.small()?)?;
            ranges.push((first, last));
            end = last.checked_add(1)?;
        }
        Kept::of_ranges(ranges)
    }

    fn token(&mut self) -> Option<ShortToken> {
        let [flags] = self.take()?;
        if flags & !KNOWN_FLAGS != 0 {
            return None;
        }
        let has = |flag: u8| flags & flag != 0;
        let (tool, scenario, design) = (self.take()?, self.take()?, self.take()?);
        let mutant = if has(MUTANT) { Some(self.take()?) } else { None };
        let (failure, journal) = (self.take()?, self.take()?);
        let seed = self.number()?;
        let gap_s = if has(GAP) { Some(self.small()?) } else { None };
        let mut knobs = Knobs { only_named: has(ONLY_NAMED), one_facility: has(ONE_FACILITY), gap_s, ..Knobs::nothing() };
        for list in Knobs::LISTS {
            *list(&mut knobs) = self.kept()?;
        }
        let engine = if has(TICKS) { EngineKind::Ticks } else { EngineKind::Events };
        Some(ShortToken { tool, scenario, design, mutant, failure, journal, engine, seed, knobs })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::swarm;

    fn token(seed: u64) -> Token {
        let plan = swarm::scenario().planned(17);
        let mut knobs = Knobs::everything(&plan);
        knobs.visits.remove(2, 3);
        knobs.gap_s = Some(5);
        Token {
            tool: "shikaku 0.1.0".into(),
            scenario: "swarm".into(),
            sha256: "05".repeat(32),
            design: "certificate".into(),
            design_sha256: Some("17".repeat(32)),
            seed,
            mutant: Some("broker-ignores-suspension".into()),
            engine: Some("events".into()),
            knobs,
            failure: "rule ELIG-001 is broken in the zone facility".into(),
            journal_sha256: "a7".repeat(32),
        }
    }

    #[test]
    fn a_written_token_is_read_back_and_has_at_most_64_characters() {
        for seed in [0, 1, 127, 128, 300_000, u64::from(u32::MAX)] {
            let written = ShortToken::write(&token(seed)).unwrap();
            assert!(written.len() <= 64, "{}: {written}", written.len());
            let read = ShortToken::read(&written).unwrap();
            assert_eq!(Some(&read), ShortToken::of(&token(seed)).as_ref());
            assert_eq!((read.seed, read.engine, &read.knobs), (seed, EngineKind::Events, &token(seed).knobs));
            assert!(read.is_of_tool("shikaku 0.1.0") && !read.is_of_tool("shikaku 0.1.1"));
            assert!(read.is_of_scenario(&"05".repeat(32)) && !read.is_of_scenario(&"06".repeat(32)));
            assert!(read.is_of_design(&"17".repeat(32)) && !read.is_of_design(""));
            assert!(read.is_of_mutant("broker-ignores-suspension") && !read.is_of_mutant("another"));
            assert!(read.is_of_failure(&token(seed).failure) && !read.is_of_failure("another"));
            assert!(read.is_of_journal(&"a7".repeat(32)) && !read.is_of_journal(&"a8".repeat(32)));
        }
    }

    #[test]
    fn a_case_with_too_many_parts_has_no_short_token() {
        let mut long = token(1);
        long.knobs.visits = Kept::of_ranges((0..60).map(|i| (2 * i, 2 * i)).collect()).unwrap();
        assert_eq!(ShortToken::write(&long), None);
    }

    #[test]
    fn damage_is_detected_and_expands_to_nothing() {
        let written = ShortToken::write(&token(17)).unwrap();
        assert_eq!(ShortToken::read("hello"), Err(TokenError::Prefix));
        assert_eq!(ShortToken::read(PREFIX), Err(TokenError::Damaged));
        for at in PREFIX.len()..written.len() {
            assert!(ShortToken::read(&written[..at]).is_err(), "{at}");
            let mut other = written.clone().into_bytes();
            other[at] = if other[at] == b'A' { b'B' } else { b'A' };
            assert!(ShortToken::read(std::str::from_utf8(&other).unwrap()).is_err(), "{at}");
        }
        // Flags, digests and seed are zero; then a list of four billion parts, with a valid check.
        let mut bytes = vec![0u8; 12];
        bytes.extend([0, 1, 0, 0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0, 0, 0, 0]);
        let check: [u8; 2] = digest(&bytes);
        bytes.extend(check);
        let text = format!("{PREFIX}{}", data_encoding::BASE64URL_NOPAD.encode(&bytes));
        assert!(matches!(ShortToken::read(&text), Err(TokenError::Foreign(_))));
    }
}
