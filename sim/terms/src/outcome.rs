//! The possible outcomes of a check, as the facility sees them. Every code is stable: vendors, scenarios and reports name it.
//!
//! Three classes must never be mixed: *in force* and *not in force* are the insurer's statement, *refused* is a definite no to
//! this request, and *indeterminate* is everything that is not known. What is not known is never shown as either answer.

use serde::{Deserialize, Serialize};
use std::fmt;

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutcomeClass {
    /// 資格有効.
    InForce,
    /// 資格無効・該当資格なし.
    NotInForce,
    /// The request was rejected for a definite reason.
    Refused,
    /// Nothing is known; the facility must use another way to check.
    Indeterminate,
}

/// How a refusal is sent: the HTTP status and FHIR issue type, which state who must act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OnTheWire {
    /// HTTP status (RFC 9110) of the broker's answer; 0 if the broker sends none.
    pub status: u16,
    /// `OperationOutcome.issue.code` (FHIR R4 value set issue-type).
    pub issue: &'static str,
}

macro_rules! outcomes {
    ($($name:ident $code:literal $class:ident $status:literal $issue:literal $ja:literal $en:literal;)*) => {
        /// The code of an outcome.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum OutcomeCode { $(#[doc = $en] $name,)* }

        impl OutcomeCode {
            pub const ALL: &'static [OutcomeCode] = &[$(OutcomeCode::$name),*];

            /// The stable code, as written in an `OperationOutcome`, a scenario and a result.
            pub fn code(self) -> &'static str {
                match self { $(OutcomeCode::$name => $code),* }
            }

            pub fn class(self) -> OutcomeClass {
                match self { $(OutcomeCode::$name => OutcomeClass::$class),* }
            }

            pub fn on_the_wire(self) -> OnTheWire {
                match self { $(OutcomeCode::$name => OnTheWire { status: $status, issue: $issue }),* }
            }

            /// What the reception reads, in Japanese. It contains no personal data.
            pub fn text_ja(self) -> &'static str {
                match self { $(OutcomeCode::$name => $ja),* }
            }

            /// The same in English.
            pub fn text_en(self) -> &'static str {
                match self { $(OutcomeCode::$name => $en),* }
            }
        }
    };
}

outcomes! {
    InForce "in-force" InForce 200 "informational" "資格有効" "The eligibility is in force.";
    NotInsured "not-insured" NotInForce 200 "informational" "該当資格なし" "No insurer insures the person on the day.";
    CoverageEnded "coverage-ended" NotInForce 200 "informational" "資格無効（資格喪失）" "The coverage asked about has ended, and no insurer insures the person.";
    InsuredElsewhere "insured-elsewhere" NotInForce 200 "informational" "資格無効（新しい資格あり）" "The coverage asked about has ended; another insurer insures the person.";

    CertificateUnreadable "certificate-unreadable" Refused 400 "structure" "電子証明書を読み取れません" "The certificate is not a DER-encoded X.509 certificate.";
    CertificateExpired "certificate-expired" Refused 403 "expired" "電子証明書の有効期間が過ぎています" "The certificate has expired.";
    CertificateNotYetValid "certificate-not-yet-valid" Refused 403 "security" "電子証明書の有効期間の前です" "The certificate is not valid yet.";
    CertificateRevoked "certificate-revoked" Refused 403 "security" "電子証明書は失効しています" "The certificate has been revoked.";
    CertificateSuspended "certificate-suspended" Refused 403 "suppressed" "電子証明書は一時停止中です" "The certificate is suspended.";
    CertificateUntrusted "certificate-untrusted" Refused 403 "security" "認証局が異なる電子証明書です" "The certificate was issued by another CA.";
    CertificateTampered "certificate-tampered" Refused 403 "security" "電子証明書が改ざんされています" "The signature on the certificate does not fit its content.";
    CertificateWrongPurpose "certificate-wrong-purpose" Refused 403 "security" "利用者証明用電子証明書ではありません" "The certificate is not an authentication certificate.";

    SignatureMissing "signature-missing" Refused 403 "required" "チャレンジへの署名がありません" "A signed challenge is required.";
    SignatureInvalid "signature-invalid" Refused 403 "security" "署名が正しくありません" "The signature does not fit the challenge, the facility and the certificate.";
    ChallengeUnknown "challenge-unknown" Refused 403 "security" "チャレンジが登録されていません" "The challenge was not given out by this broker to this facility.";
    ChallengeReused "challenge-reused" Refused 403 "security" "チャレンジは使用済みです" "The challenge has been used before.";
    ChallengeExpired "challenge-expired" Refused 403 "expired" "チャレンジの有効時間が過ぎています" "The challenge is too old.";

    PhotoMismatch "photo-mismatch" Refused 0 "security" "カードの写真と本人が一致しません" "The person is not the one on the card's photo.";
    PinWrong "pin-wrong" Refused 0 "login" "暗証番号が違います" "The PIN is wrong.";
    PinLocked "pin-locked" Refused 0 "login" "暗証番号がロックされています" "The PIN is locked; the municipality can reset it.";
    CardUnreadable "card-unreadable" Refused 0 "exception" "カードを読み取れません" "The card does not answer as a My Number card should.";

    NumberUnknown "number-unknown" Refused 403 "not-found" "番号に対応する機関別符号がありません" "No institution code belongs to the number.";
    CodeUnknown "code-unknown" Refused 403 "not-found" "電子証明書に対応する機関別符号がありません" "No institution code belongs to the certificate.";

    IdentifierNotFound "identifier-not-found" Refused 404 "not-found" "記号・番号等が登録と一致しません" "No coverage of the person is registered under the identifier asked about; this says nothing about the person's eligibility.";

    TlsCertificateMissing "tls-certificate-missing" Refused 0 "login" "機関の証明書が提示されていません" "The facility presented no TLS certificate.";
    TlsCertificateExpired "tls-certificate-expired" Refused 0 "expired" "機関の証明書の有効期間が過ぎています" "The facility's TLS certificate has expired.";
    TlsCertificateRevoked "tls-certificate-revoked" Refused 0 "security" "機関の証明書は失効しています" "The facility's TLS certificate has been revoked.";
    TlsCertificateUntrusted "tls-certificate-untrusted" Refused 0 "security" "機関の証明書を検証できません" "The facility's TLS certificate does not lead to a trusted CA.";
    FacilityUnlicensed "facility-unlicensed" Refused 403 "forbidden" "指定を受けていない機関です" "The facility is not licensed for insured care.";

    RequestMalformed "request-malformed" Refused 400 "structure" "要求の形式が正しくありません" "The request is not well-formed.";
    RequestUnknownField "request-unknown-field" Refused 400 "structure" "要求に定義のない項目があります" "The request has a field that is not defined.";
    RequestTooLarge "request-too-large" Refused 413 "too-long" "要求が大きすぎます" "The request is too large.";
    RequestNotSupported "request-not-supported" Refused 404 "not-supported" "提供していない操作です" "There is no such operation here.";

    CopiedFromCard "copied-from-card" Indeterminate 0 "incomplete" "保険証を書き写しました（資格は未確認）" "The insured identifier was copied from a paper card; whether the eligibility is in force is not known.";
    NoInsuranceCard "no-insurance-card" Indeterminate 0 "incomplete" "保険証の提示がありません" "The person has no insurance card to show.";
    FeedNotIn "feed-not-in" Indeterminate 503 "incomplete" "保険者からの資格情報が未着です" "An insurer's feed is not in yet, so the eligibility on the day is not known.";
    SeveralInsurers "several-insurers" Indeterminate 503 "multiple-matches" "複数の資格が登録されています" "More than one coverage is registered as in force on the day.";
    InsurerNoAnswer "insurer-no-answer" Indeterminate 503 "transient" "保険者に照会できず、資格を確認できません" "An insurer gave no usable answer, so the eligibility on the day is not known.";
    NumberAuthorityNoAnswer "number-authority-no-answer" Indeterminate 503 "transient" "番号の発行元に照会できず、資格を確認できません" "The number authority gave no usable answer, so the person is not known.";
    JpkiUnavailable "jpki-unavailable" Indeterminate 503 "transient" "公的個人認証サービスに接続できません" "JPKI cannot be reached.";
    JpkiNoAnswer "jpki-no-answer" Indeterminate 503 "timeout" "公的個人認証サービスから応答がありません" "JPKI did not answer in time.";
    JpkiNonsense "jpki-nonsense" Indeterminate 503 "exception" "公的個人認証サービスの応答を解釈できません" "JPKI's answer makes no sense or is not genuine.";
    StatusUnknown "status-unknown" Indeterminate 503 "incomplete" "電子証明書が公的個人認証サービスに未登録のため、確認できません" "JPKI does not know the certificate yet, so nothing is known of it.";
    BrokerBusy "broker-busy" Indeterminate 503 "throttled" "資格確認サービスが混み合っています" "The broker has too much to do; the request was not looked at.";
    Interrupted "interrupted" Indeterminate 0 "incomplete" "受付端末の停止により確認が中断しました" "The terminal stopped during the check, so how it would have ended is not known.";
    ReaderNoAnswer "reader-no-answer" Indeterminate 0 "timeout" "カードリーダーが応答しません" "The card reader does not answer.";
    LineNoAnswer "line-no-answer" Indeterminate 0 "timeout" "専用回線から応答がありません" "The line does not answer.";
    BrokerUnreachable "broker-unreachable" Indeterminate 0 "transient" "資格確認サービスに接続できません" "The broker cannot be reached.";
    BrokerNoAnswer "broker-no-answer" Indeterminate 0 "timeout" "資格確認サービスから応答がありません" "The broker did not answer in time.";
    BrokerNonsense "broker-nonsense" Indeterminate 0 "exception" "資格確認サービスの応答を解釈できません" "The broker's answer makes no sense or is not about this check.";
}

impl OutcomeCode {
    /// Whether the broker knows nothing because JPKI, the number authority or an insurer that it asked gave no usable answer: a
    /// retry a little later may succeed.
    pub fn is_transient(self) -> bool {
        use OutcomeCode::{InsurerNoAnswer, JpkiNoAnswer, JpkiNonsense, JpkiUnavailable, NumberAuthorityNoAnswer};
        matches!(self, NumberAuthorityNoAnswer | JpkiUnavailable | JpkiNoAnswer | JpkiNonsense | InsurerNoAnswer)
    }

    pub fn parse(code: &str) -> Option<OutcomeCode> {
        OutcomeCode::ALL.iter().copied().find(|o| o.code() == code)
    }
}

impl fmt::Display for OutcomeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for OutcomeCode {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for OutcomeCode {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let code = String::deserialize(from)?;
        OutcomeCode::parse(&code).ok_or_else(|| serde::de::Error::custom(format!("unknown outcome `{code}`")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_distinct_and_the_status_follows_from_the_class() {
        let codes: BTreeSet<_> = OutcomeCode::ALL.iter().map(|o| o.code()).collect();
        assert_eq!(codes.len(), OutcomeCode::ALL.len());
        for o in OutcomeCode::ALL {
            let status = o.on_the_wire().status;
            match o.class() {
                OutcomeClass::InForce | OutcomeClass::NotInForce => assert_eq!(status, 200, "{o}"),
                OutcomeClass::Refused => assert!(status == 0 || (400..500).contains(&status), "{o}"),
                OutcomeClass::Indeterminate => assert!(status == 0 || status == 503, "{o}"),
            }
            assert_eq!(OutcomeCode::parse(o.code()), Some(*o));
        }
    }
}
