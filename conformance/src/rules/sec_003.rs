//! SEC-003: if a challenge is signed, no answer without a valid signature.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::Evidence;
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use openssl::hash::MessageDigest;
use openssl::sign::Verifier;
use openssl::x509::X509;
use terms::design::{Choice, Presented};
use terms::fhir::SignedChallenge;
use terms::identifiers::FacilityNumber;
use terms::messages::signed_message;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "SEC-003",
    title_en: "No answer without a valid signature, if a challenge is signed",
    title_ja: "署名付きチャレンジ方式では、正しい署名がなければ回答しない",
    strength: Strength::Must,
    source: "profile, `signed-challenge`: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017, section 8.2) over prefix, facility number \
             and challenge",
    basis: Basis::Profile,
    claims: CLAIMS,
    details_en: "Every question that was answered with eligibility has a signed challenge, and its signature is \
                 verified here with the key in the certificate, over the facility's number and that challenge.",
    details_ja: "資格を回答した要求にはすべて署名付きのチャレンジがある。ここでは、その署名を、電子証明書の鍵により、医\
                 療機関等の番号とそのチャレンジについて検証する。",
    remedy_en: "Verify the signature with the certificate's key over exactly what the profile specifies, before JPKI is asked.",
    remedy_ja: "公的個人認証サービスへの照会の前に、接続仕様が定めるとおりの内容について、電子証明書の鍵で署名を検証する。",
    untested_en: "no answer with eligibility left the broker, in this run",
    untested_ja: "この実行で、資格の回答が資格確認サービス機関から出ていない",
    applies: Applies {
        choices: &[Choice::Presented(Presented::SignedChallenge)],
        otherwise_ja: "この方式では署名付きチャレンジを用いない",
        otherwise_en: "in this design nothing is signed: the certificate alone is presented",
    },
    needs: &[Sight::Link(Zone::Facility, Zone::Broker)],
};

claims! { "SEC-003";
    UNSIGNED = "unsigned": "eligibility was answered without a signed challenge";
    WRONG_SIGNATURE = "wrong-signature": "eligibility was answered for a signature that does not fit challenge, facility and certificate";
}

pub struct SignatureValid;

impl Rule for SignatureValid {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        for answer in &run.exchanges.sent {
            let check = &answer.answer.check;
            let Some(request) = run.request_of(answer) else { continue };
            let Some(question) = &request.question else { continue };
            judged.evaluated += 1;
            let claim = match &question.signed_challenge {
                None => UNSIGNED,
                Some(signed) if !verifies(signed, &question.certificate, &request.facility) => WRONG_SIGNATURE,
                Some(_) => continue,
            };
            let person = run.checks.get(check).and_then(|t| t.person);
            judged.findings.push(Finding::of(&claim, answer.entry).of_check(check, person));
        }
        judged
    }
}

/// Whether the signature is valid. A certificate that cannot be read verifies nothing.
fn verifies(signed: &SignedChallenge, certificate: &[u8], facility: &FacilityNumber) -> bool {
    let message = signed_message(facility, &signed.challenge);
    let verify = || {
        let key = X509::from_der(certificate)?.public_key()?;
        Verifier::new(MessageDigest::sha256(), &key)?.verify_oneshot(&signed.signature, &message)
    };
    verify().unwrap_or(false)
}
