//! SEC-007: codes and statuses are given only to parties that may ask.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::{Evidence, LookupKey};
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use std::collections::BTreeSet;
use terms::journal::Direction;
use terms::parties;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "SEC-007",
    title_en: "Codes and statuses are given only to parties that may ask for them",
    title_ja: "符号と電子証明書の状態は、照会できる者だけに回答する",
    strength: Strength::Must,
    source: "公的個人認証法 第36条 (署名検証者等); 「公的個人認証サービスは、資格確認サービス機関からの照会に対し、電子証明書に対応する\
             機関別符号を回答する」; profile: JPKI asks by resident code, insurers by My Number",
    basis: Basis::Demanded,
    claims: CLAIMS,
    details_en: "Every answer with status 200 of JPKI goes to the broker. Every code of the number authority goes to JPKI if it \
                 was asked for by resident code, to an insurer if by My Number, and to the cancer registry if by name, birth, \
                 sex and address. The party that asks is taken from the TLS \
                 certificate.",
    details_ja: "公的個人認証サービスの状態200の回答は、すべて資格確認サービス機関に送られる。番号機関の符号は、住\
                 民票コードで求められたものは公的個人認証サービスに、個人番号で求められたものは保険者に送られる。求めた\
                 当事者はTLSの証明書による。",
    remedy_en: "Keep the list of approved callers at the server, by their TLS certificates, and answer 403 to every other party.",
    remedy_ja: "許された照会者の一覧を、TLSの証明書により、サーバー側に持つ。それ以外には403を返す。",
    untested_en: "neither JPKI nor the number authority answered anything in this run",
    untested_ja: "この実行で、公的個人認証サービスも番号機関も何も回答していない",
    applies: Applies::ONLINE,
    needs: &[Sight::Party(Zone::Jpki), Sight::Party(Zone::NumberAuthority)],
};

claims! { "SEC-007";
    JPKI_ANSWERED = "jpki-answered": "JPKI answered a party that may not ask it";
    BY_MY_NUMBER = "by-my-number": "a code was given by My Number to a party that is not an insurer";
    BY_RESIDENT_CODE = "by-resident-code": "a code was given by resident code to a party other than JPKI";
    BY_PERSON = "by-person": "a code was given by name, birth, sex and address to a party other than the cancer registry";
    BY_PRESENTED_NUMBER = "by-presented-number": "a code was given by the number of a card or slip to a party other than the broker";
}

pub struct WhoMayAsk;

impl Rule for WhoMayAsk {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        for message in run.messages_of(Zone::Jpki).iter().filter(|m| m.direction == Direction::Sent) {
            let (entry, peer) = (message.entry, message.peer);
            if message.head().status() == Some(200) {
                judged.evaluated += 1;
                if peer != Zone::Broker.name() {
                    let what = format!("JPKI answered `{}`, which may not ask", parties::shown(peer));
                    judged.findings.push(Finding::that(&JPKI_ANSWERED, entry, what));
                }
            }
        }
        let mut reported = BTreeSet::new();
        for issued in &run.codes {
            let (claim, may) = match issued.by {
                LookupKey::MyNumber => (BY_MY_NUMBER, parties::claims_to_be_insurer(issued.asker)),
                LookupKey::ResidentCode => (BY_RESIDENT_CODE, issued.asker == Zone::Jpki.name()),
                LookupKey::PresentedNumber => (BY_PRESENTED_NUMBER, issued.asker == Zone::Broker.name()),
                LookupKey::Person => (BY_PERSON, issued.asker == Zone::Registry.name()),
                // JPKI's answers are judged above.
                LookupKey::Certificate => continue,
            };
            judged.evaluated += 1;
            if !may && issued.code.is_some() && reported.insert(issued.entry.seq) {
                let what =
                    format!("`{}` was given codes for a kind of number by which it may not ask", parties::shown(issued.asker));
                judged.findings.push(Finding::that(&claim, issued.entry, what));
            }
        }
        judged
    }
}
