//! The statement: in-toto Statement v1 (<https://github.com/in-toto/attestation>), with a certification as its predicate.

use crate::certification::Certification;
use crate::evidence::{CERTIFICATION, CONFIG, EvidenceFile, RECORDINGS};
use crate::{merkle, strict};
use data_encoding::HEXLOWER;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The value of `_type`.
pub const TYPE: &str = "https://in-toto.io/Statement/v1";
/// The value of `predicateType`. It is a name, and no page is there.
pub const PREDICATE_TYPE: &str = "https://shikaku.example/certification/v1";

/// What is signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// `https://in-toto.io/Statement/v1`.
    #[serde(rename = "_type")]
    pub kind: String,
    /// The product with the digest of the evidence, and `config.toml` with its own.
    pub subject: Vec<Subject>,
    /// `https://shikaku.example/certification/v1`.
    #[serde(rename = "predicateType")]
    pub predicate_type: String,
    pub predicate: Predicate,
}

/// What a statement is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    pub name: String,
    pub digest: SubjectDigest,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SubjectDigest {
    pub sha256: String,
}

/// What is stated of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Predicate {
    /// The instant of signing, as the signer states it.
    #[schemars(with = "String")]
    pub issued: Timestamp,
    /// The last instant at which the statement counts.
    #[schemars(with = "String")]
    pub expires: Timestamp,
    pub digests: Digests,
    /// `certification.json` of the evidence.
    pub certification: Certification,
    /// Every file of the evidence, in the order of the bytes of their paths.
    pub files: Vec<EvidenceFile>,
}

/// SHA-256 in lower-case hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Digests {
    /// The Merkle root over all files.
    pub evidence: String,
    /// The Merkle root over the files beneath `recordings/`, with their paths in the evidence.
    pub recordings: String,
    /// Of `certification.json`.
    pub certification: String,
    /// Of `config.toml`.
    pub config: String,
    /// Of the claims, each followed by a line feed.
    pub claims: String,
}

impl Digests {
    /// The digests of these files and claims.
    ///
    /// # Errors
    /// If a file is missing that evidence must have, or a digest is not one.
    pub fn of(files: &[EvidenceFile], claims: &[String]) -> Result<Digests, String> {
        let of = |path: &str| {
            let file = files.iter().find(|f| f.path == path).map(|f| f.sha256.clone());
            file.ok_or_else(|| format!("`{path}` is missing in the evidence"))
        };
        let mut hash = Sha256::new();
        claims.iter().for_each(|claim| hash.update(format!("{claim}\n")));
        Ok(Digests {
            evidence: merkle::root(files)?,
            recordings: merkle::root(files.iter().filter(|f| f.path.starts_with(RECORDINGS)))?,
            certification: of(CERTIFICATION)?,
            config: of(CONFIG)?,
            claims: HEXLOWER.encode(&hash.finalize()),
        })
    }
}

impl Statement {
    /// States a certification and its evidence.
    ///
    /// # Errors
    /// If a file is missing that evidence must have.
    pub fn new(
        certification: Certification,
        files: Vec<EvidenceFile>,
        issued: Timestamp,
        expires: Timestamp,
    ) -> Result<Statement, String> {
        let digests = Digests::of(&files, &certification.claims)?;
        Ok(Statement {
            kind: TYPE.into(),
            subject: Subject::of(&certification, &digests),
            predicate_type: PREDICATE_TYPE.into(),
            predicate: Predicate { issued, expires, digests, certification, files },
        })
    }

    /// Reads a payload in the form in which [`Statement::to_json`] writes it.
    ///
    /// # Errors
    /// What is wrong and where, in text that can be shown.
    pub fn read(payload: &[u8]) -> Result<Statement, String> {
        strict::read_canonical(payload)
    }

    /// The document, indented, with a line feed at its end.
    ///
    /// # Errors
    /// None that input can cause.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        strict::written(self)
    }
}

impl Subject {
    /// The subjects of a statement.
    pub fn of(certification: &Certification, digests: &Digests) -> Vec<Subject> {
        let product = &certification.product;
        let subject = |name: String, sha256: &str| Subject { name, digest: SubjectDigest { sha256: sha256.into() } };
        vec![subject(format!("{} {}", product.name, product.version), &digests.evidence), subject(CONFIG.into(), &digests.config)]
    }
}

/// The JSON Schema of [`Statement`] (2020-12), with a line feed at its end.
///
/// # Errors
/// None that input can cause.
pub fn json_schema() -> Result<String, serde_json::Error> {
    let mut schema = schemars::schema_for!(Statement).to_value();
    schema["properties"]["_type"]["const"] = TYPE.into();
    schema["properties"]["predicateType"]["const"] = PREDICATE_TYPE.into();
    strict::written(&schema)
}
