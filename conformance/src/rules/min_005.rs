//! MIN-005: JPKI is asked with the certificate and nothing else.

use crate::basis::Basis;
use crate::claim::{Claim, claims};
use crate::evidence::Evidence;
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use der::Decode;
use std::collections::BTreeSet;
use terms::journal::Direction;
use terms::operation::Operation;
use terms::operations::{CertificateStatus, ResolveCode, RevocationList};
use terms::roles::Zone;
use x509_ocsp::OcspRequest;

static ABOUT: About = About {
    id: "MIN-005",
    title_en: "JPKI is asked with the certificate and nothing else",
    title_ja: "公的個人認証サービスへの照会は電子証明書の特定だけを含む",
    strength: Strength::Must,
    source: "「電子証明書に対応する機関別符号を照会」; RFC 6960, section 4.1; profile: `issuerKeyId` and `certificateSerial`",
    basis: Basis::Example,
    claims: CLAIMS,
    details_en: "Every request that JPKI receives has no query and no headers but host, accept, content-type, content-length, \
                 connection and user-agent; it asks for a status (one certificate, no name of the requester), a CRL or a code, \
                 and a request for a code has exactly the members `issuerKeyId` and `certificateSerial`.",
    details_ja: "公的個人認証サービスが受け取る要求には、問合せ文字列がなく、host、accept、content-type、content-length、\
                 connection、user-agent 以外のヘッダーがない。要求は状態（電子証明書一つ、要求者の名前なし）、失効リスト\
                 又は符号を求め、符号の要求にはちょうど`issuerKeyId`と`certificateSerial`がある。",
    remedy_en: "Send the two members and no header of your own.",
    remedy_ja: "二つの項目だけを送り、独自のヘッダーを送らない。",
    untested_en: "JPKI received no request in this run",
    untested_ja: "この実行で、公的個人認証サービスが要求を受け取っていない",
    applies: Applies::CERTIFICATE,
    needs: &[Sight::Link(Zone::Broker, Zone::Jpki)],
};

const MEMBERS: [&str; 2] = ["certificateSerial", "issuerKeyId"];

claims! { "MIN-005";
    HEADERS = "headers": "a request to JPKI has headers that it does not need";
    QUERY = "query": "a request to JPKI has a query in its target";
    OTHER_REQUEST = "other-request": "JPKI was asked for something that the check does not need";
    NAMES_REQUESTER = "names-requester": "the request for a status names the requester";
    MORE_CERTIFICATES = "more-certificates": "the request for a status asks about more than one certificate";
    OTHER_MEMBERS = "other-members": "the request for a code has members other than `issuerKeyId` and `certificateSerial`";
}

pub struct NothingElse;

impl Rule for NothingElse {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        for message in run.messages_of(Zone::Jpki).iter().filter(|m| m.direction == Direction::Received) {
            let (entry, body) = (message.entry, message.body);
            let Some((_, path)) = message.head().request() else { continue };
            judged.evaluated += 1;
            let findings = &mut judged.findings;
            let mut add = |finding: Finding| findings.push(finding);
            let more = message.head().further_headers();
            if more > 0 {
                let what = format!("the request has {more} headers that it does not need");
                add(Finding::that(&HEADERS, entry, what));
            }
            if message.head().has_query() {
                add(Finding::of(&QUERY, entry));
            }
            if CertificateStatus::is_at(path) {
                match OcspRequest::from_der(&body.bytes().unwrap_or_default()) {
                    Ok(request) => excess(&request).for_each(|claim| add(Finding::of(&claim, entry))),
                    Err(_) => judged.unread.push(format!("a request for a status cannot be read (entry {})", entry.seq)),
                }
            } else if !ResolveCode::is_at(path) && !RevocationList::is_at(path) {
                add(Finding::of(&OTHER_REQUEST, entry));
            }
            if ResolveCode::is_at(path) {
                let members = body.bytes().and_then(|b| serde_json::from_slice::<serde_json::Map<_, _>>(&b).ok());
                let members: BTreeSet<String> = members.into_iter().flat_map(|m| m.into_iter().map(|(name, _)| name)).collect();
                if !members.iter().map(String::as_str).eq(MEMBERS) {
                    add(Finding::of(&OTHER_MEMBERS, entry));
                }
            }
        }
        judged
    }
}

/// What an OCSP request (RFC 6960, section 4.1.1) contains beyond one certificate.
fn excess(request: &OcspRequest) -> impl Iterator<Item = Claim> + use<> {
    let request = &request.tbs_request;
    let name = request.requestor_name.is_some().then_some(NAMES_REQUESTER);
    let more = (request.request_list.len() > 1).then_some(MORE_CERTIFICATES);
    name.into_iter().chain(more)
}
