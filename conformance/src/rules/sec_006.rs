//! SEC-006: nothing but TLS is on a wire.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::Evidence;
use crate::rule::{About, Applies, Finding, Judged, Rule, Strength};
use crate::wire::Records;
use data_encoding::BASE64;
use std::collections::BTreeMap;
use terms::journal::Event;

static ABOUT: About = About {
    id: "SEC-006",
    title_en: "Nothing but TLS is on a wire",
    title_ja: "通信路にはTLS以外のものは流れない",
    strength: Strength::Must,
    source: "RFC 8446, section 5.1; 「安全で効率的な仕組み」",
    basis: Basis::Demanded,
    claims: CLAIMS,
    details_en: "The bytes of every connection, each direction by itself, are TLS records from the first to the last (a record \
                 cut off by the end of the run is allowed), and every handshake that a party saw negotiated TLS 1.3.",
    details_ja: "すべての接続のバイト列は、方向ごとに、最初から最後までTLSのレコードである（実行の終わりで切れたレコード\
                 は認める）。当事者が見たハンドシェイクは、いずれもTLS 1.3である。",
    remedy_en: "Send nothing before the handshake and nothing outside TLS records; offer only TLS 1.3.",
    remedy_ja: "ハンドシェイクの前にも、TLSのレコードの外にも何も送らない。TLS 1.3だけを提示する。",
    untested_en: "nothing was put on a wire in this run",
    untested_ja: "この実行で、通信路に何も送られていない",
    applies: Applies::ONLINE,
    needs: &[],
};

claims! { "SEC-006";
    NOT_TLS = "not-tls": "bytes that are not a TLS record were sent on the wire";
    OTHER_VERSION = "other-version": "the handshake negotiated a version other than TLS 1.3";
}

pub struct TlsOnly;

impl Rule for TlsOnly {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        let mut streams: BTreeMap<&str, Records> = BTreeMap::new();
        for entry in run.journal {
            match &entry.event {
                Event::Wire { connection, bytes } => {
                    let stream = streams.entry(connection).or_default();
                    let sound = stream.is_sound();
                    // Text that is not base 64, which only a foreign journal can have, is judged as it is.
                    stream.push(&BASE64.decode(bytes.as_bytes()).unwrap_or_else(|_| bytes.clone().into_bytes()));
                    // Reported once, where it begins.
                    if sound && !stream.is_sound() {
                        judged.findings.push(Finding::of(&NOT_TLS, entry));
                    }
                }
                Event::Tls { version, .. } => {
                    judged.evaluated += 1;
                    if version != "TLSv1.3" {
                        judged.findings.push(Finding::of(&OTHER_VERSION, entry));
                    }
                }
                _ => {}
            }
        }
        judged.evaluated += streams.len() as u64;
        judged
    }
}
