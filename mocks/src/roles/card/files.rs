//! The files on the chip: the elementary files (EF) of every application and their access conditions.
//!
//! Contents that no public source describes are fillers, marked as such in their bytes where there is room.

use super::application::Application;
use super::content::{CardContent, Pin, PinKind, era_date};
use jiff::civil::Date;
use openssl::pkey::{PKey, Private};
use std::cell::OnceCell;
use std::collections::BTreeMap;

/// A file is identified by its application and its two-byte identifier.
pub(super) type FileId = (Application, u16);

/// Identifiers of files in the JPKI application.
pub(super) mod jpki {
    pub const SIGNATURE_CERTIFICATE: u16 = 0x0001;
    pub const SIGNATURE_CA: u16 = 0x0002;
    pub const TOKEN_INFO: u16 = 0x0006;
    pub const CERTIFICATES_PRESENT: u16 = 0x0008;
    pub const AUTHENTICATION_CERTIFICATE: u16 = 0x000A;
    pub const AUTHENTICATION_CA: u16 = 0x000B;
    pub const TERMINAL_CA_KEY: u16 = 0x0016;
    pub const AUTHENTICATION_KEY: u16 = 0x0017;
    pub const AUTHENTICATION_PIN: u16 = 0x0018;
    pub const SIGNATURE_KEY: u16 = 0x001A;
    pub const SIGNATURE_PASSWORD: u16 = 0x001B;
}

/// The label of the token in a My Number card, with which EF 0006 of the JPKI application begins; padded there to 32 bytes.
pub const MY_NUMBER_CARD_LABEL: &str = "JPKIAPICCTOKEN2";

/// The key of 共通カードAP that answers INTERNAL AUTHENTICATE.
pub(super) const COMMON_KEY: u16 = 0x0019;

const JPKI_PIN_TRIES: u8 = 3;
const JPKI_PASSWORD_TRIES: u8 = 5;
const PIN_TRIES: u8 = 3;
/// 照合番号A and B: from a secondary source, and assumed for the birth date in 0402 too.
const VERIFICATION_NUMBER_TRIES: u8 = 10;

/// The keys of the same application that open a file: any one of them; with an empty list it is always open.
pub(super) type OpenedBy = &'static [u16];

/// An elementary file.
pub(super) enum File {
    /// Bytes, for READ BINARY.
    Transparent { bytes: Vec<u8>, opened_by: OpenedBy },
    /// Records, for READ RECORD.
    Records { records: Vec<Vec<u8>>, opened_by: OpenedBy },
    /// A reference value: a PIN, a password, a 照合番号.
    Secret(Secret),
    /// A private key.
    PrivateKey { key: PKey<Private>, opened_by: OpenedBy },
    /// A key of unknown use: it can only be selected.
    Sealed,
}

/// A PIN, password or 照合番号 with its counter. Both are in non-volatile memory.
pub(super) struct Secret {
    pub value: Vec<u8>,
    pub tries_left: u8,
    pub limit: u8,
    /// The form that a new value must have; `None` if it cannot be changed.
    pub change_to: Option<PinKind>,
}

impl Secret {
    fn pin(pin: &Pin, limit: u8, kind: PinKind) -> File {
        File::Secret(Secret { value: pin.bytes().to_vec(), tries_left: limit, limit, change_to: Some(kind) })
    }

    fn fixed(value: &[u8], limit: u8) -> File {
        File::Secret(Secret { value: value.to_vec(), tries_left: limit, limit, change_to: None })
    }
}

fn free(bytes: Vec<u8>) -> File {
    File::Transparent { bytes, opened_by: &[] }
}

fn closed(bytes: Vec<u8>, opened_by: OpenedBy) -> File {
    File::Transparent { bytes, opened_by }
}

fn key(key: &PKey<Private>, opened_by: OpenedBy) -> File {
    File::PrivateKey { key: key.clone(), opened_by }
}

/// Bytes in place of content that is not public.
fn filler(length: usize) -> Vec<u8> {
    b"SHIKAKU FILLER. ".iter().copied().cycle().take(length).collect()
}

/// `text` in exactly `width` bytes: cut, or padded with spaces.
fn fixed_width(text: &str, width: usize) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    bytes.resize(width, b' ');
    bytes
}

fn eight_digits(day: Date) -> String {
    format!("{:04}{:02}{:02}", day.year(), day.month(), day.day())
}

/// One BER-TLV object. Implemented here because the card's tag FF10 is not a valid BER tag (it encodes number 16 in the long
/// form), which the TLV crates reject.
fn tlv(tag: u16, value: &[u8]) -> Vec<u8> {
    let mut out: Vec<u8> = tag.to_be_bytes().into_iter().skip_while(|b| *b == 0).collect();
    match value.len() {
        n @ 0..=0x7F => out.push(n as u8),
        n @ 0x80..=0xFF => out.extend([0x81, n as u8]),
        n => out.extend([0x82, (n >> 8) as u8, n as u8]),
    }
    out.extend(value);
    out
}

/// The files of a card. Those of an application are created on the first access: a check uses only one of five
/// applications.
#[derive(Default)]
pub(super) struct Files([OnceCell<BTreeMap<u16, File>>; APPLICATIONS.len()]);

/// The applications that have files, in their order.
const APPLICATIONS: [Application; 5] =
    [Application::Jpki, Application::TextInput, Application::CardSurface, Application::Common, Application::ResidentRegistry];

impl Files {
    fn number(application: Application) -> Option<usize> {
        APPLICATIONS.iter().position(|a| *a == application)
    }

    fn of(&self, content: &CardContent, number: usize) -> &BTreeMap<u16, File> {
        self.0[number].get_or_init(|| lay_out(content, APPLICATIONS[number]).into_iter().collect())
    }

    pub(super) fn get(&self, content: &CardContent, (application, id): FileId) -> Option<&File> {
        self.of(content, Files::number(application)?).get(&id)
    }

    pub(super) fn get_mut(&mut self, content: &CardContent, (application, id): FileId) -> Option<&mut File> {
        let number = Files::number(application)?;
        self.of(content, number);
        self.0[number].get_mut()?.get_mut(&id)
    }

    /// All files, in the order of applications and identifiers.
    pub(super) fn all(&self, content: &CardContent) -> impl Iterator<Item = (FileId, &File)> {
        let of = move |number| self.of(content, number).iter().map(move |(id, file)| ((APPLICATIONS[number], *id), file));
        (0..APPLICATIONS.len()).flat_map(of)
    }
}

fn lay_out(content: &CardContent, application: Application) -> Vec<(u16, File)> {
    match application {
        Application::Jpki => jpki_files(content),
        Application::TextInput => text_input_files(content),
        Application::CardSurface => card_surface_files(content),
        Application::Common => common_files(content),
        Application::ResidentRegistry => resident_registry_files(content),
        Application::IssuerSecurityDomain => Vec::new(),
    }
}

/// 公的個人認証AP (facts 1.2).
fn jpki_files(c: &CardContent) -> Vec<(u16, File)> {
    let mut token_info = fixed_width(MY_NUMBER_CARD_LABEL, 32);
    token_info.extend(c.additions.token_info.iter().flatten());
    token_info.resize(token_info.len().max(160), b' ');
    let flag = |certificate: &[u8]| if certificate.is_empty() { 0x00 } else { 0x8F };
    let present = vec![flag(&c.signature_certificate), flag(&c.authentication_certificate), 0x00];
    vec![
        (jpki::SIGNATURE_CERTIFICATE, closed(c.signature_certificate.clone(), &[jpki::SIGNATURE_PASSWORD])),
        (jpki::SIGNATURE_CA, free(c.signature_ca.clone())),
        (jpki::TOKEN_INFO, free(token_info)),
        (jpki::CERTIFICATES_PRESENT, free(present)),
        // Unknown on real cards, and filled with FF there.
        (0x0009, free(c.additions.unknown_file.clone().unwrap_or_else(|| vec![0xFF; 16]))),
        (jpki::AUTHENTICATION_CERTIFICATE, free(c.authentication_certificate.clone())),
        (jpki::AUTHENTICATION_CA, free(c.authentication_ca.clone())),
        (jpki::TERMINAL_CA_KEY, File::Sealed),
        (jpki::AUTHENTICATION_KEY, key(&c.authentication_key, &[jpki::AUTHENTICATION_PIN])),
        (jpki::AUTHENTICATION_PIN, Secret::pin(&c.pin, JPKI_PIN_TRIES, PinKind::FourDigits)),
        (jpki::SIGNATURE_KEY, key(&c.signature_key, &[jpki::SIGNATURE_PASSWORD])),
        (jpki::SIGNATURE_PASSWORD, Secret::pin(&c.signature_password, JPKI_PASSWORD_TRIES, PinKind::Password)),
    ]
}

/// 券面入力補助AP (facts 1.3): My Number as text.
fn text_input_files(c: &CardContent) -> Vec<(u16, File)> {
    const PIN: u16 = 0x0011;
    const A: u16 = 0x0014;
    const B: u16 = 0x0015;
    let mut my_number = tlv(0xFF10, c.my_number.reveal().as_bytes());
    my_number.extend([0xFF, 0xFF]);
    vec![
        (0x0001, closed(my_number, &[PIN, A])),
        (0x0002, closed(attributes(c), &[PIN, B])),
        // On a real card, signed digests of the files above. Not modelled: an unsalted digest of a My Number discloses it.
        (0x0003, closed(filler(336), &[PIN, A, B])),
        (0x0004, free(filler(568))),
        (0x0005, free(filler(16))),
        (0x0008, free(vec![0xFF; 16])),
        (PIN, Secret::pin(&c.pin, PIN_TRIES, PinKind::FourDigits)),
        (0x0012, File::Secret(Secret { value: Vec::new(), tries_left: 0, limit: PIN_TRIES, change_to: None })),
        (A, Secret::fixed(c.verification_number_a().bytes(), VERIFICATION_NUMBER_TRIES)),
        (B, Secret::fixed(c.verification_number_b().bytes(), VERIFICATION_NUMBER_TRIES)),
    ]
}

/// 基本4情報 as in 0408/0002. DF21 is assumed to contain the four offsets, from the start of the file, of the objects after it.
fn attributes(c: &CardContent) -> Vec<u8> {
    let birth = eight_digits(c.attributes.birth);
    let objects = [
        tlv(0xDF22, c.attributes.name.as_bytes()),
        tlv(0xDF23, c.attributes.address.as_bytes()),
        tlv(0xDF24, birth.as_bytes()),
        tlv(0xDF25, c.attributes.sex.code().as_bytes()),
    ];
    // DF21 itself takes 3 + 8 bytes; the header of FF20 depends on the length of its content.
    let inside: usize = 11 + objects.iter().map(Vec::len).sum::<usize>();
    let outer = tlv(0xFF20, &vec![0; inside]).len() - inside;
    let mut at = outer + 11;
    let mut offsets = Vec::with_capacity(8);
    for object in &objects {
        offsets.extend((at as u16).to_be_bytes());
        at += object.len();
    }
    tlv(0xFF20, &[tlv(0xDF21, &offsets), objects.concat()].concat())
}

/// 券面事項確認AP (facts 1.4): the face as images, including that of My Number. Here 照合番号B is 0012 and A is 0013.
fn card_surface_files(c: &CardContent) -> Vec<(u16, File)> {
    const BIRTH: u16 = 0x0011;
    const B: u16 = 0x0012;
    const A: u16 = 0x0013;
    let birth = eight_digits(c.attributes.birth);
    let face = [
        tlv(0xDF21, &filler(16)),
        tlv(0xDF22, birth.as_bytes()),
        tlv(0xDF23, c.attributes.sex.code().as_bytes()),
        tlv(0xDF24, &filler(64)),
        tlv(0xDF25, &image_of(&c.attributes.name)),
        tlv(0xDF26, &image_of(&c.attributes.address)),
        tlv(0xDF27, &image_of("photo")),
        tlv(0xDF28, &filler(256)),
        tlv(0xDF29, eight_digits(c.expires).as_bytes()),
        tlv(0xDF2A, &image_of(&c.security_code)),
    ];
    vec![
        (0x0001, closed(tlv(0xFF10, birth.as_bytes()), &[BIRTH])),
        (0x0002, closed(tlv(0xFF20, &face.concat()), &[A, B])),
        (0x0003, free(tlv(0xFF30, &tlv(0xDF34, &fixed_width(&c.municipality, 5))))),
        (0x0004, free(filler(568))),
        (0x0005, closed(image_of(c.my_number.reveal()), &[A])),
        (BIRTH, Secret::fixed(era_date(c.attributes.birth).as_bytes(), VERIFICATION_NUMBER_TRIES)),
        (B, Secret::fixed(c.verification_number_b().bytes(), VERIFICATION_NUMBER_TRIES)),
        (A, Secret::fixed(c.verification_number_a().bytes(), VERIFICATION_NUMBER_TRIES)),
    ]
}

/// A placeholder for an image: a greyscale image of one pixel (PGM) whose comment is the text that the real image shows. So a
/// search for the text finds the "image" too.
fn image_of(text: &str) -> Vec<u8> {
    [b"P5\n# image of: ", text.as_bytes(), b"\n1 1\n255\n\xFF"].concat()
}

/// 共通カードAP (facts 1.5). That its record can be read without a PIN is an assumption.
fn common_files(c: &CardContent) -> Vec<(u16, File)> {
    let fields = [fixed_width(&c.card_serial, 15), fixed_width(&c.municipality, 5), eight_digits(c.expires).into_bytes()];
    let mut files = vec![
        (0x0001, File::Records { records: vec![tlv(0x01, &fields.concat())], opened_by: &[] }),
        (0x001C, Secret::pin(&c.pin, PIN_TRIES, PinKind::FourDigits)),
    ];
    files.extend(c.card_key.as_ref().map(|k| (COMMON_KEY, key(k, &[]))));
    files
}

/// 住基AP (facts 1.5): little is known. It does not contain a resident code here.
fn resident_registry_files(c: &CardContent) -> Vec<(u16, File)> {
    const PIN: u16 = 0x001C;
    vec![
        (0x0002, File::Records { records: vec![tlv(0x01, &filler(16))], opened_by: &[PIN] }),
        (PIN, Secret::pin(&c.pin, PIN_TRIES, PinKind::FourDigits)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_takes_one_two_or_three_bytes() {
        assert_eq!(tlv(0xFF10, &[7; 12])[..4], [0xFF, 0x10, 0x0C, 7]);
        assert_eq!(tlv(0x01, &[7; 0x7F])[..3], [0x01, 0x7F, 7]);
        assert_eq!(tlv(0xDF22, &[7; 0x80])[..5], [0xDF, 0x22, 0x81, 0x80, 7]);
        assert_eq!(tlv(0xDF22, &[7; 0x123])[..6], [0xDF, 0x22, 0x82, 0x01, 0x23, 7]);
    }
}
