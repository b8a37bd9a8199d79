//! How formats begin that are recognised and not read.

pub(super) fn ace(head: &[u8]) -> bool {
    head.get(7..14) == Some(b"**ACE**")
}

pub(super) fn arj(head: &[u8]) -> bool {
    // The header is at most 2600 bytes; its first part at least 30; the file type of an archive header is 2.
    matches!(head, [0x60, 0xEA, low, high, first @ 30..=60, _, _, _, _, _, 2, ..] if u16::from_le_bytes([*low, *high]) <= 2600 && *first > 0)
}

pub(super) fn lha(head: &[u8]) -> bool {
    matches!(head.get(2..7), Some([b'-', b'l', b'h' | b'z', b'0'..=b'9' | b'd' | b's', b'-']))
}

pub(super) fn iso(head: &[u8]) -> bool {
    head.get(0x8001..0x8006) == Some(b"CD001") || head.get(0x8001..0x8006) == Some(b"BEA01")
}

pub(super) fn orc(head: &[u8]) -> bool {
    head.starts_with(b"ORC") && head.get(3).is_some_and(|b| !b.is_ascii_graphic() && *b != b' ')
}

pub(super) fn git_pack(head: &[u8]) -> bool {
    head.starts_with(b"PACK\0\0\0\x02") || head.starts_with(b"PACK\0\0\0\x03")
}

/// RFC 4880, section 4.2: a message that begins with an encrypted session key (packets 1 and 3), or that says so in its armour.
pub(super) fn openpgp(head: &[u8]) -> bool {
    let public_key = |version: u8, rest: &[u8]| {
        (version == 3 || version == 6) && rest.get(8).is_some_and(|algorithm| matches!(algorithm, 1 | 2 | 3 | 16 | 18 | 25 | 26))
    };
    match head {
        [b'-', ..] => head.starts_with(b"-----BEGIN PGP MESSAGE-----"),
        [0x84, _, version, rest @ ..] | [0x85, _, _, version, rest @ ..] => public_key(*version, rest),
        [0xC1, 0..=191, version, rest @ ..] | [0xC1, 192..=223, _, version, rest @ ..] => public_key(*version, rest),
        [0x8C | 0xC3, length @ 4..=60, 4..=6, cipher @ 1..=13, key @ 0..=4, ..] => *length > 0 && *cipher > 0 && *key < 5,
        _ => false,
    }
}

/// RFC 5652: a ContentInfo with the content type id-envelopedData, id-encryptedData or id-authEnvelopedData.
pub(super) fn cms(head: &[u8]) -> bool {
    const PKCS7: &[u8] = b"\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07";
    const AUTHENTICATED: &[u8] = b"\x06\x0B\x2A\x86\x48\x86\xF7\x0D\x01\x09\x10\x01\x17";
    if head.first() != Some(&0x30) {
        return false;
    }
    (2..=6).any(|at| {
        let rest = head.get(at..).unwrap_or_default();
        rest.starts_with(AUTHENTICATED) || (rest.starts_with(PKCS7) && matches!(rest.get(PKCS7.len()), Some(3 | 6)))
    })
}
