//! The cards of a scenario's people.

use super::StageError;
use super::people::ScenarioPerson;
use super::plan::{Setting, terminal_token};
use crate::file::CertificatePart;
use mocks::pki::jpki_ca::JpkiPki;
use mocks::pki::keys::{KeyDomain, rsa_key};
use mocks::pki::profile::{CertificateRequest, HolderAttributes, Municipality, Purpose};
use mocks::roles::card::behaviour::PersonalisationBehaviour;
use mocks::roles::card::{Attributes, Card, CardContent, Pin};
use openssl::pkey::{PKey, Private};
use sim::ground::IssuedCertificate;
use sim::seed::Seed;
use sim::terms::people::{CardCertificate, Person};
use std::cell::RefCell;
use std::rc::Rc;

/// The cards that a person can present.
pub(super) struct Cards {
    pub current: Rc<RefCell<Card>>,
    /// The card before a renewal.
    pub previous: Option<Rc<RefCell<Card>>>,
    /// The certificates that JPKI issued for these cards, oldest first. Those of another CA are not included.
    pub issued: Vec<IssuedCertificate>,
}

/// Makes the cards.
pub(super) fn cards(setting: &Setting<'_>, people: &[ScenarioPerson], pki: &Rc<JpkiPki>) -> Result<Vec<Cards>, StageError> {
    let foreign = match people.iter().any(|p| p.part.certificate == CertificatePart::OtherCa) {
        true => Some(JpkiPki::foreign(&setting.authorities.seed, setting.authorities.created)?),
        false => None,
    };
    people
        .iter()
        .map(|p| {
            let issuer = match &foreign {
                Some(foreign) if p.part.certificate == CertificatePart::OtherCa => foreign,
                _ => pki.as_ref(),
            };
            let make = |certificate, part, issuer| card(setting, &p.person, certificate, part, issuer);
            // The newest last: it is the person's current certificate.
            let previous = match &p.renewed_from {
                Some(old) => Some(make(old, CertificatePart::Good, pki.as_ref())?),
                None => None,
            };
            let (current, issued) = make(p.person.current_certificate(), p.part.certificate, issuer)?;
            current.borrow_mut().set_pin_tries_left(p.part.pin_tries_left);
            let by_jpki = (p.part.certificate != CertificatePart::OtherCa).then_some(issued);
            let (previous, first) = previous.unzip();
            Ok(Cards { current, previous, issued: first.into_iter().chain(by_jpki).collect() })
        })
        .collect()
}

/// A card, and its authentication certificate as issued, even if the card contains something else.
fn card(
    setting: &Setting<'_>,
    person: &Person,
    certificate: &CardCertificate,
    part: CertificatePart,
    issuer: &JpkiPki,
) -> Result<(Rc<RefCell<Card>>, IssuedCertificate), StageError> {
    let (content, issued) = content(setting, person, certificate, part, (issuer, None))?;
    let stream = setting.seed.stream(&format!("card/{}/{}", person.index, certificate.generation));
    Ok((Rc::new(RefCell::new(Card::new(content, stream))), issued))
}

/// 署名用電子証明書 and its key, which no check of eligibility uses.
pub(super) struct SignatureHalf {
    certificate: Vec<u8>,
    key: PKey<Private>,
}

/// The content of the cards of load studies: each has its own authentication certificate and key, and all share one signature
/// certificate and key, which nobody reads.
pub(super) fn lean_contents(
    setting: &Setting<'_>,
    people: &[ScenarioPerson],
    pki: &JpkiPki,
) -> Result<Vec<Rc<CardContent>>, StageError> {
    let mut shared: Option<SignatureHalf> = None;
    let mut contents = Vec::with_capacity(people.len());
    for p in people {
        let certificate = p.person.current_certificate();
        let (content, _) = content(setting, &p.person, certificate, p.part.certificate, (pki, shared.as_ref()))?;
        shared.get_or_insert_with(|| SignatureHalf {
            certificate: content.signature_certificate.clone(),
            key: content.signature_key.clone(),
        });
        contents.push(Rc::new(content));
    }
    Ok(contents)
}

fn content(
    setting: &Setting<'_>,
    person: &Person,
    certificate: &CardCertificate,
    part: CertificatePart,
    (issuer, shared): (&JpkiPki, Option<&SignatureHalf>),
) -> Result<(CardContent, IssuedCertificate), StageError> {
    let seed = &setting.seed;
    let key = |number: u64| rsa_key(seed, KeyDomain::Card, certificate.key_index * 2 + number);
    let authentication_key = key(0)?;
    let signature_key = match shared {
        Some(shared) => shared.key.clone(),
        None => key(1)?,
    };
    let holder = holder(person);
    let Issued { authentication: mut authentication_certificate, signature: signature_certificate } =
        issue(person, certificate, &holder, (issuer, shared), [&authentication_key, &signature_key])?;
    let issued = IssuedCertificate {
        serial: certificate.serial,
        der: authentication_certificate.clone(),
        not_before: certificate.not_before,
        not_after: certificate.not_after,
    };
    let mut keys = (authentication_key, signature_key.clone());
    match part {
        CertificatePart::Tampered => tamper(&mut authentication_certificate, &certificate.subject_cn),
        CertificatePart::SignatureCertificate => {
            authentication_certificate = signature_certificate.clone();
            keys.0 = signature_key;
        }
        CertificatePart::Unreadable => scramble(&mut authentication_certificate),
        _ => {}
    }
    setting.mutant.knowledge().set_certificate(person.index, &authentication_certificate);
    let content = CardContent {
        authentication_certificate,
        authentication_ca: issuer.issuing(Purpose::Authentication).der().to_vec(),
        authentication_key: keys.0,
        signature_certificate,
        signature_ca: issuer.issuing(Purpose::Signature).der().to_vec(),
        signature_key: keys.1,
        card_key: None,
        pin: Pin::digits(person.card.pin.reveal())?,
        signature_password: Pin::password("SHIKAKU1")?,
        my_number: person.my_number.clone(),
        attributes: Attributes { name: holder.name, address: holder.address, birth: person.birth, sex: person.sex },
        card_serial: card_serial(seed, person, certificate),
        municipality: person.address.municipality_code.clone(),
        expires: person.card.expires,
        security_code: person.card.security_code.reveal().to_string(),
        terminal_token: terminal_token(seed),
        additions: setting.mutant.behaviours().of::<dyn PersonalisationBehaviour>().additions(person.index),
    };
    content.check()?;
    Ok((content, issued))
}

/// The certificates of a card, DER.
struct Issued {
    authentication: Vec<u8>,
    signature: Vec<u8>,
}

fn holder(person: &Person) -> HolderAttributes {
    HolderAttributes {
        name: format!("{}　{}", person.name.family, person.name.given),
        sex: person.sex.code().to_string(),
        birth: era_date(person.birth),
        address: format!("{}{}{}", person.address.prefecture, person.address.municipality, person.address.rest),
    }
}

/// Issues both certificates of a card, or only the one for authentication if the other is shared.
fn issue(
    person: &Person,
    certificate: &CardCertificate,
    holder: &HolderAttributes,
    (issuer, shared): (&JpkiPki, Option<&SignatureHalf>),
    [authentication_key, signature_key]: [&PKey<Private>; 2],
) -> Result<Issued, StageError> {
    let code = &person.address.municipality_code;
    // Romanised names of fictitious municipalities: their codes.
    let municipality = Municipality::new(&format!("Pref-{}", &code[..2]), &format!("City-{code}"));
    let request = |serial: u64, subject_cn: String| CertificateRequest {
        serial,
        subject_cn,
        not_before: certificate.not_before,
        not_after: certificate.not_after,
        municipality: municipality.clone(),
    };
    let authentication = request(certificate.serial.0, certificate.subject_cn.clone());
    let authentication = issuer.issue_authentication(&authentication, authentication_key)?;
    // 28 characters: the time of issue in JST, then the municipality as in the other certificate.
    let issued_at = certificate.not_before.to_zoned(sim::clock::japan()).strftime("%Y%m%d%H%M%S00").to_string();
    let signature_cn: String = format!("{issued_at}{code}0000001A").chars().take(28).collect();
    let signature = request(certificate.signature_serial.0, signature_cn);
    let signature = match shared {
        Some(shared) => shared.certificate.clone(),
        None => issuer.issue_signature(&signature, holder, signature_key)?,
    };
    Ok(Issued { authentication, signature })
}

fn card_serial(seed: &Seed, person: &Person, certificate: &CardCertificate) -> String {
    let mut digits = [0; 8];
    digits.copy_from_slice(&seed.bytes(&format!("card/{}/{}", person.index, certificate.generation))[..8]);
    format!("{:015}", u64::from_be_bytes(digits) % 1_000_000_000_000_000)
}

/// Era digit (3 昭和, 4 平成, 5 令和; 2 大正, 1 明治) and YYYYMMDD.
fn era_date(date: jiff::civil::Date) -> String {
    use jiff::civil::date as d;
    let eras = [(d(2019, 5, 1), 5), (d(1989, 1, 8), 4), (d(1926, 12, 25), 3), (d(1912, 7, 30), 2)];
    let era = eras.iter().find(|(from, _)| *from <= date).map_or(1, |(_, digit)| *digit);
    format!("{era}{}", date.strftime("%Y%m%d"))
}

/// Changes the first character of the subject and nothing else, so that the certificate can still be parsed.
fn tamper(der: &mut [u8], subject: &str) {
    let position = der.windows(subject.len()).position(|w| w == subject.as_bytes());
    if let Some(byte) = position.and_then(|i| der.get_mut(i)) {
        *byte = if *byte == b'A' { b'B' } else { b'A' };
    }
}

/// Keeps the outer header, so that the reader finds its length, and overwrites the rest.
fn scramble(der: &mut [u8]) {
    der.iter_mut().skip(4).for_each(|b| *b = 0xA5);
}
