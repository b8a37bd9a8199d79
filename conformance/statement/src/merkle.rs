//! One digest over all files of the evidence: a Merkle tree as in RFC 6962, section 2.1.

use crate::evidence::EvidenceFile;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

type Hash = [u8; 32];

/// The root over files in the order of their paths, as 64 hexadecimal digits. Without files it is the SHA-256 of nothing.
///
/// A leaf is SHA-256(0x00 ‖ length of the path in bytes, 8 bytes, big endian ‖ path ‖ SHA-256 of the file), an inner node is
/// SHA-256(0x01 ‖ left ‖ right), where left covers the largest power of two of leaves that is smaller than all of them.
///
/// # Errors
/// If a digest of a file is not one.
pub fn root<'a>(files: impl IntoIterator<Item = &'a EvidenceFile>) -> Result<String, String> {
    let leaves = files.into_iter().map(leaf).collect::<Result<Vec<Hash>, String>>()?;
    Ok(HEXLOWER.encode(&tree(&leaves)))
}

fn leaf(file: &EvidenceFile) -> Result<Hash, String> {
    let digest = HEXLOWER.decode(file.sha256.as_bytes()).ok().filter(|d| d.len() == 32);
    let digest = digest.ok_or_else(|| "the digest of a file is not 64 lower-case hexadecimal digits".to_string())?;
    let mut hash = Sha256::new();
    hash.update([0]);
    hash.update((file.path.len() as u64).to_be_bytes());
    hash.update(file.path.as_bytes());
    hash.update(digest);
    Ok(hash.finalize().into())
}

fn tree(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Sha256::digest([]).into(),
        [one] => *one,
        several => {
            let (left, right) = several.split_at(several.len().next_power_of_two() / 2);
            let mut hash = Sha256::new();
            hash.update([1]);
            hash.update(tree(left));
            hash.update(tree(right));
            hash.finalize().into()
        }
    }
}
