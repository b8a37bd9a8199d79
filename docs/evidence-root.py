"""Prints the Merkle root of an evidence folder: python3 evidence-root.py EVIDENCE_DIR"""
import hashlib, pathlib, sys

def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()

def tree(leaves):
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256()
    left = 1 << ((len(leaves) - 1).bit_length() - 1)
    return sha256(b"\x01", tree(leaves[:left]), tree(leaves[left:]))

folder, leaves = pathlib.Path(sys.argv[1]), []
files = ((path.relative_to(folder).as_posix().encode(), path) for path in folder.rglob("*")
         if path.is_symlink() or not path.is_dir())
for name, path in sorted(files):
    assert path.is_file() and not path.is_symlink(), name
    leaves.append(sha256(b"\x00", len(name).to_bytes(8, "big"), name, sha256(path.read_bytes())))
print(tree(leaves).hex())
