//! SEC-013: where a design makes a renewed certificate known later, JPKI knows it from then on and not before.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::{Evidence, JpkiMessageKind, is_renewal};
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use jiff::SignedDuration;
use terms::design::{Choice, Validity};
use terms::roles::Zone;

static ABOUT: About = About {
    id: "SEC-013",
    title_en: "A renewed certificate is known from the time that the design states, and not before",
    title_ja: "更新した電子証明書は、方式が定める時間が過ぎてから、かつ過ぎれば直ちに使える",
    strength: Strength::Must,
    source: "profile, `renewal-known-later`: the parameter `renewed-known-after`; 富里市「電子証明書の更新」",
    basis: Basis::Profile,
    claims: CLAIMS,
    details_en: "For every status that the broker received from JPKI of a certificate that was issued in place of another one: \
                 *unknown* before its beginning plus `renewed-known-after`, and not *unknown* afterwards. Times are true times; \
                 five seconds around the change are not looked at.",
    details_ja: "別の電子証明書に代えて発行された電子証明書について、資格確認サービス機関が公的個人認証サービスから受け\
                 取った状態は、その開始に`renewed-known-after`を加えた時までは「不明」であり、その後は「不明」でない。時\
                 刻は真の時刻であり、変わり目の前後5秒は調べない。",
    remedy_en: "Answer for a renewed certificate from the time stated in the design on.",
    remedy_ja: "更新された電子証明書について、方式が定める時刻から回答する。",
    untested_en: "JPKI was asked for no status of a renewed certificate in this run",
    untested_ja: "この実行で、更新した電子証明書の状態が照会されていない",
    applies: Applies {
        choices: &[Choice::Validity(Validity::RenewalKnownLater)],
        otherwise_ja: "この方式では、更新した電子証明書はすぐに使える",
        otherwise_en: "in this design a renewed certificate is known at once",
    },
    needs: &[Sight::Link(Zone::Broker, Zone::Jpki)],
};

claims! { "SEC-013";
    KNOWN_TOO_EARLY = "known-too-early": "JPKI answered for a renewed certificate before the time that the design states";
    UNKNOWN_TOO_LATE = "unknown-too-late": "JPKI did not know a renewed certificate after the time that the design states";
}

/// Around the change a message may be under way.
const UNDER_WAY: SignedDuration = SignedDuration::from_secs(5);

pub struct RenewalKnownLater;

impl Rule for RenewalKnownLater {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        let after = run.design.parameters.renewed_known_after.and_then(|after| SignedDuration::try_from(after.0).ok());
        let after = after.unwrap_or_default();
        for message in run.jpki_messages.iter().filter(|m| m.kind == JpkiMessageKind::StatusAnswered) {
            let Some(resident) = run.resident(message.person) else { continue };
            let certificate = resident.certificates.iter().find(|c| Some(c.serial.0) == message.serial);
            let Some(certificate) = certificate.filter(|c| is_renewal(resident, c)) else { continue };
            let age = run.time(message.entry).duration_since(certificate.not_before);
            if age.saturating_sub(after).abs() < UNDER_WAY {
                continue;
            }
            judged.evaluated += 1;
            let claim = match (age < after, message.unknown) {
                (true, false) => KNOWN_TOO_EARLY,
                (false, true) => UNKNOWN_TOO_LATE,
                _ => continue,
            };
            let mut finding = Finding::of(&claim, message.entry);
            finding.person = Some(message.person);
            judged.findings.push(finding);
        }
        judged
    }
}
