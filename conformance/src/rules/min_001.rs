//! MIN-001: JPKI learns no facility and no visit.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::Evidence;
use crate::rule::{About, Applies, Judged, Rule, Sight, Strength};
use crate::visits;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "MIN-001",
    title_en: "JPKI learns neither facility nor visit",
    title_ja: "公的個人認証サービスは、医療機関等も受診も知らない",
    strength: Strength::Must,
    source: "「公的個人認証サービスは、資格確認サービス機関からの照会に対し、電子証明書に対応する機関別符号を回答する」; \
             profile: what a step does not need is not sent",
    basis: Basis::Example,
    claims: CLAIMS,
    details_en: "Everything that JPKI sent, received, logged and stored, and the names in its TLS handshakes, are searched for \
                 the numbers and names of the run's facilities and for check ids. (That it learns no eligibility is a rule of \
                 the matrix.)",
    details_ja: "公的個人認証サービスが送り、受け取り、ログに書き、保存したすべてと、そのTLSのハンドシェイクの名前から、\
                 実行中の医療機関等の番号と名前、確認の番号を探す。（資格を知らないことは、データの種類と場所の表による\
                 規則が見る。）",
    remedy_en: "Ask JPKI with the certificate's issuer and serial number alone; keep ids of checks and facilities out of headers \
                and traces.",
    remedy_ja: "公的個人認証サービスには、電子証明書の発行者とシリアル番号だけで照会する。確認と医療機関等の番号を、ヘッ\
                ダーと追跡情報に入れない。",
    untested_en: "JPKI did nothing in this run",
    untested_ja: "この実行で、公的個人認証サービスが何もしていない",
    applies: Applies::CERTIFICATE,
    needs: &[Sight::Party(Zone::Jpki)],
};

claims! { "MIN-001";
    NAMES_CHECK = "names-check": "JPKI saw the id of a check";
    NAMES_FACILITY = "names-facility": "JPKI saw the number or the name of a facility";
}

pub struct JpkiLearnsNoVisit;

impl Rule for JpkiLearnsNoVisit {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        visits::unknown_to(&[NAMES_CHECK, NAMES_FACILITY], Zone::Jpki, run)
    }
}
