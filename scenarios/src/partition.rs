//! Parts of a sweep for many machines, as in `cargo nextest`: together they cover the sweep, and no two share a run.

use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// Which part of a sweep is run: `hash:I/N` or `slice:I/N`, with I from 1 to N.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partition {
    pub by: By,
    /// I. Counted from 1.
    pub part: u64,
    /// N.
    pub parts: u64,
}

/// How runs are assigned to parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// By the hash of its name. A run stays in its part whatever other runs are added or removed; parts differ in size.
    Hash,
    /// By its index in the list, round-robin. The sizes of parts differ by at most one run.
    Slice,
}

impl Partition {
    /// Whether the run at `index` in the list of all (from 0) is in this part. `name` gives its name, [`name`].
    pub fn has(&self, index: u64, name: impl FnOnce() -> String) -> bool {
        let at = match self.by {
            By::Slice => index,
            By::Hash => hash(&name()),
        };
        at % self.parts == self.part - 1
    }

    /// Another part of the same sweep.
    pub fn other(&self, part: u64) -> Partition {
        Partition { part, ..*self }
    }
}

/// The name of a run, by which it is assigned.
pub fn name(scenario: &str, design: &str, seed: u64) -> String {
    format!("{scenario}/{design}/{seed}")
}

/// The first eight bytes of the name's SHA-256: the same on every machine and in every version.
fn hash(name: &str) -> u64 {
    Sha256::digest(name).iter().take(8).fold(0, |hash, byte| hash << 8 | u64::from(*byte))
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let by = match self.by {
            By::Hash => "hash",
            By::Slice => "slice",
        };
        write!(f, "{by}:{}/{}", self.part, self.parts)
    }
}

impl FromStr for Partition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not hash:I/N or slice:I/N, such as hash:1/8");
        let (by, rest) = text.split_once(':').ok_or_else(wrong)?;
        let by = match by {
            "hash" => By::Hash,
            "slice" => By::Slice,
            other => {
                return Err(format!("unknown partition `{other}`; known: hash, slice: write hash:{rest} or slice:{rest}"));
            }
        };
        let (part, parts) = rest.split_once('/').ok_or_else(wrong)?;
        let number = |t: &str| match t.bytes().all(|b| b.is_ascii_digit()) {
            true => t.parse::<u64>().map_err(|_| wrong()),
            false => Err(wrong()),
        };
        let (part, parts) = (number(part)?, number(parts)?);
        match (part, parts) {
            (_, 0) => Err("a sweep cannot be split into 0 parts: the second number is the number of parts".into()),
            (0, _) => Err(format!("there is no part 0: the parts are 1 to {parts}")),
            (part, parts) if part > parts => Err(format!("there is no part {part} of {parts}: the parts are 1 to {parts}")),
            (part, parts) => Ok(Partition { by, part, parts }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_part_reads_as_it_is_written() {
        for text in ["hash:1/1", "slice:3/8", "hash:8/8"] {
            assert_eq!(text.parse::<Partition>().map(|p| p.to_string()), Ok(text.to_string()));
        }
        let wrong =
            ["", "1/8", "hash", "hash:", "hash:1", "hash:1/", "hash:/8", "hash:+1/8", "hash:1/8/2", "count:1/8", "Hash:1/8"];
        let messages: Vec<String> = wrong
            .into_iter()
            .chain(["hash:0/8", "slice:9/8", "slice:1/0", "hash:1/99999999999999999999"])
            .map(|t| format!("{t:?}: {}", t.parse::<Partition>().expect_err(t)))
            .collect();
        insta::assert_snapshot!(messages.join("\n"));
    }

    #[test]
    fn a_run_always_belongs_to_the_same_part() {
        let part = |name: &str| (1..=8).find(|part| Partition { by: By::Hash, part: *part, parts: 8 }.has(0, || name.into()));
        let parts = ["jpki-down/certificate/1", "jpki-down/certificate/2", "jpki-down/signed-challenge/1"].map(part);
        // Of `printf %s NAME | sha256sum | cut -c1-16`, modulo 8, plus 1.
        assert_eq!(parts, [Some(8), Some(6), Some(2)]);
    }

    proptest! {
        #[test]
        fn parts_cover_all_and_share_nothing(parts in 1u64..40, runs in 0u64..400, by_hash: bool) {
            let by = if by_hash { By::Hash } else { By::Slice };
            for index in 0..runs {
                let has = |part: &u64| Partition { by, part: *part, parts }.has(index, || name("a", "b", index));
                prop_assert_eq!((1..=parts).filter(has).count(), 1);
            }
        }
    }
}
