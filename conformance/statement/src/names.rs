//! What names, digests and paths look like.

/// Whether it is a SHA-256 in lower-case hexadecimal digits.
pub fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// What is wrong with the path of a file of the evidence, if anything.
pub fn path_problem(path: &str) -> Option<&'static str> {
    let parts_are_names = path.split('/').all(|part| !part.is_empty() && part != "." && part != "..");
    match path {
        _ if path.len() > 1024 => Some("longer than 1024 bytes"),
        _ if !parts_are_names => Some("not a relative path of names"),
        _ if path.contains(['\\', ':']) => Some("it contains a backslash or a colon, which other systems read differently"),
        _ if path.chars().any(char::is_control) => Some("it contains a control character"),
        _ => None,
    }
}
