//! Everything that identifies a run to be replayed. It contains the digest of a scenario, not the scenario: a replay needs the
//! tool or the file.
//!
//! It is kept as a JSON document in the folder of `--out`. What people copy is a short token, `sk2-…`.
//! Before there were these, a token had all of it: `sk1-` and the base64url (RFC 4648, section 5, without padding) of that JSON
//! compressed with zlib. Such tokens are still read.

use super::Knobs;
use crate::EngineKind;
use flate2::read::ZlibDecoder;
use serde::{Deserialize, Serialize};
use std::io::Read;

const PREFIX: &str = "sk1-";
/// The largest decompressed size in bytes: a small token must not expand without bound.
const LONGEST: u64 = 4 << 20;

/// The content of a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// The tool that made it, with its version.
    pub tool: String,
    /// Name of the built-in scenario, or the file.
    pub scenario: String,
    /// SHA-256 of the scenario's files.
    pub sha256: String,
    /// Name of the design, or its file.
    #[serde(alias = "variant")]
    pub design: String,
    /// SHA-256 of its name, choices and parameters. Tokens of older versions have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub design_sha256: Option<String>,
    pub seed: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mutant: Option<String>,
    /// The engine, if it is not [`Token::UNNAMED_ENGINE`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine: Option<String>,
    pub knobs: Knobs,
    /// How the run failed.
    pub failure: String,
    /// SHA-256 of its journal.
    pub journal_sha256: String,
}

/// Why a text is not a token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    #[error("it begins with neither `sk2-` nor `{PREFIX}`")]
    Prefix,
    #[error("it is damaged: characters are missing, added or changed")]
    Damaged,
    #[error("it seems to come from a newer version of the tool: {0}")]
    Foreign(String),
}

impl Token {
    /// The engine of a token that names none. It was the default when tokens were introduced, so old tokens replay the same run.
    pub const UNNAMED_ENGINE: EngineKind = EngineKind::Ticks;

    /// The JSON document, indented, with a line feed at its end.
    ///
    /// # Errors
    /// None in practice: every key is a string.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// Reads the JSON document.
    ///
    /// # Errors
    /// If the text is not JSON, or not of this form, with line and column.
    pub fn from_json(text: &str) -> Result<Token, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// Reads a token of an earlier version.
    ///
    /// # Errors
    /// If the text is not such a token, is damaged, or has content of a newer version.
    pub fn read(text: &str) -> Result<Token, TokenError> {
        let text = text.trim().strip_prefix(PREFIX).ok_or(TokenError::Prefix)?;
        let bytes = data_encoding::BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| TokenError::Damaged)?;
        let mut json = Vec::new();
        // zlib ends with a checksum, so damage is detected.
        let read = ZlibDecoder::new(bytes.as_slice()).take(LONGEST).read_to_end(&mut json);
        read.map_err(|_| TokenError::Damaged)?;
        serde_json::from_slice(&json).map_err(|e| TokenError::Foreign(e.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::swarm;
    use flate2::Compression;
    use flate2::write::ZlibEncoder;
    use std::io::Write;

    impl Token {
        /// As earlier versions wrote it.
        fn write(&self) -> String {
            let json = serde_json::to_vec(self).expect("a token has string keys only");
            let mut zlib = ZlibEncoder::new(Vec::new(), Compression::best());
            zlib.write_all(&json).expect("writing to memory does not fail");
            let bytes = zlib.finish().expect("writing to memory does not fail");
            format!("{PREFIX}{}", data_encoding::BASE64URL_NOPAD.encode(&bytes))
        }
    }

    fn token() -> Token {
        let plan = swarm::scenario().planned(17);
        let mut knobs = Knobs::everything(&plan);
        knobs.visits.remove(2, 3);
        knobs.gap_s = Some(5);
        Token {
            tool: "shikaku 0.1.0".into(),
            scenario: "swarm".into(),
            sha256: "05".repeat(32),
            design: "certificate".into(),
            design_sha256: None,
            seed: 17,
            mutant: None,
            engine: None,
            knobs,
            failure: "rule ELIG-001 at facility".into(),
            journal_sha256: "a7".repeat(32),
        }
    }

    #[test]
    fn a_written_token_is_read_back_and_is_short() {
        let written = token().write();
        assert_eq!(Token::read(&written), Ok(token()));
        assert!(written.len() < 500, "{}: {written}", written.len());
    }

    #[test]
    fn an_invalid_token_is_rejected_with_a_reason() {
        let written = token().write();
        assert_eq!(Token::read("hello"), Err(TokenError::Prefix));
        assert_eq!(Token::read("sk1-"), Err(TokenError::Damaged));
        for at in 4..written.len() {
            let cut = &written[..at];
            assert!(Token::read(cut).is_err(), "{at}");
            let mut other = written.clone().into_bytes();
            other[at] = if other[at] == b'A' { b'B' } else { b'A' };
            // The last character of base64 has unused bits.
            let read = Token::read(std::str::from_utf8(&other).unwrap());
            assert!(read.is_err() || read == Ok(token()), "{at}");
        }
        let newer = token().write().replace("sk1-", "sk2-");
        assert_eq!(Token::read(&newer), Err(TokenError::Prefix));
    }
}
