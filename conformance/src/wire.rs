//! Parsers for the messages in a journal: HTTP heads, requests to JPKI and its responses.

use der::Decode;
use serde::Deserialize;
use x509_ocsp::{BasicOcspResponse, CertStatus, OcspRequest, OcspResponse};

/// The head of an HTTP message as the journal records it: the start line, then one line for each header.
#[derive(Clone, Copy)]
pub struct Head<'a>(&'a str);

impl<'a> Head<'a> {
    pub fn new(text: &'a str) -> Self {
        Head(text)
    }

    /// Method and path of a request, the path without its query. `None` for a response.
    pub fn request(self) -> Option<(&'a str, &'a str)> {
        let mut words = self.0.lines().next()?.split(' ');
        let (method, target) = (words.next()?, words.next()?);
        let is_method = !method.is_empty() && method.bytes().all(|b| b.is_ascii_uppercase());
        is_method.then(|| (method, target.split('?').next().unwrap_or(target)))
    }

    /// Status of a response. `None` for a request.
    pub fn status(self) -> Option<u16> {
        let mut words = self.0.lines().next()?.split(' ');
        words.next().filter(|w| w.starts_with("HTTP/"))?;
        words.next()?.parse().ok()
    }

    /// How many headers a request has beyond those of HTTP itself that every client sends.
    pub fn further_headers(self) -> usize {
        const USUAL: [&str; 6] = ["host", "accept", "content-type", "content-length", "connection", "user-agent"];
        let names = self.0.lines().skip(1).filter_map(|l| l.split_once(':')).map(|(name, _)| name.trim().to_ascii_lowercase());
        names.filter(|name| !USUAL.contains(&name.as_str())).count()
    }

    /// Whether the target of a request has a query.
    pub fn has_query(self) -> bool {
        self.0.lines().next().is_some_and(|line| line.contains('?'))
    }

    /// The first header of that name, whatever its case (RFC 9110, section 5.1).
    pub fn header(self, name: &str) -> Option<&'a str> {
        let headers = self.0.lines().skip(1).filter_map(|l| l.split_once(':'));
        headers.into_iter().find(|(n, _)| n.trim().eq_ignore_ascii_case(name)).map(|(_, v)| v.trim())
    }
}

/// Reads one direction of a connection as TLS records (RFC 8446, section 5.1).
#[derive(Clone, Debug, Default)]
pub struct Records {
    broken: bool,
    /// The beginning of a header that is not complete yet.
    header: Vec<u8>,
    /// Bytes of the current record that are still missing.
    missing: usize,
}

impl Records {
    /// Longest fragment: 2^14 bytes, and what encryption may add.
    const LONGEST: usize = (1 << 14) + 256;

    pub fn push(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() && !self.broken {
            let skip = self.missing.min(bytes.len());
            (self.missing, bytes) = (self.missing - skip, &bytes[skip..]);
            let take = (5 - self.header.len()).min(bytes.len());
            self.header.extend_from_slice(&bytes[..take]);
            bytes = &bytes[take..];
            if let [kind, major, minor, high, low] = self.header[..] {
                self.missing = usize::from(u16::from_be_bytes([high, low]));
                self.header.clear();
                self.broken =
                    !(20..=24).contains(&kind) || major != 3 || minor > 4 || self.missing == 0 || self.missing > Self::LONGEST;
            }
        }
        // Bytes that cannot become a header are rejected at once.
        self.broken |= self.header.first().is_some_and(|kind| !(20..=24).contains(kind));
    }

    /// Whether everything so far was TLS; the last record may be cut off.
    pub fn is_sound(&self) -> bool {
        !self.broken
    }
}

/// The serial numbers that an OCSP request (RFC 6960, section 4.1.1) asks about.
pub fn ocsp_question(der: &[u8]) -> Vec<u64> {
    let Ok(request) = OcspRequest::from_der(der) else { return Vec::new() };
    request.tbs_request.request_list.iter().filter_map(|r| serial(r.req_cert.serial_number.as_bytes())).collect()
}

/// What JPKI answers about a certificate (RFC 6960, section 2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusAnswer {
    Good,
    /// Revoked, or on hold.
    Revoked,
    Unknown,
}

/// The serial numbers that a successful OCSP response (RFC 6960, section 4.2.1) covers, each with its status.
pub fn ocsp_answer(der: &[u8]) -> Vec<(u64, StatusAnswer)> {
    let basic = OcspResponse::from_der(der).ok().and_then(|r| r.response_bytes);
    let Some(basic) = basic.and_then(|b| BasicOcspResponse::from_der(b.response.as_bytes()).ok()) else { return Vec::new() };
    let status_of = |r: &x509_ocsp::SingleResponse| {
        let status = match r.cert_status {
            CertStatus::Good(_) => StatusAnswer::Good,
            CertStatus::Revoked(_) => StatusAnswer::Revoked,
            CertStatus::Unknown(_) => StatusAnswer::Unknown,
        };
        Some((serial(r.cert_id.serial_number.as_bytes())?, status))
    };
    basic.tbs_response_data.responses.iter().filter_map(status_of).collect()
}

/// JPKI issues no serial number of more than eight octets.
fn serial(big_endian: &[u8]) -> Option<u64> {
    big_endian.iter().try_fold(0u64, |n, b| n.checked_mul(256).map(|n| n | u64::from(*b)))
}

/// The serial number that `POST /institution-codes/resolve` asks about.
pub fn resolve_question(json: &[u8]) -> Option<u64> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Question {
        certificate_serial: u64,
    }
    serde_json::from_slice::<Question>(json).ok().map(|q| q.certificate_serial)
}

/// The code that JPKI resolved a certificate to.
pub fn resolve_answer(json: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Answer {
        institution_code: String,
    }
    serde_json::from_slice::<Answer>(json).ok().map(|a| a.institution_code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_a_request_or_a_response() {
        let request = Head::new("POST /a/$submit?x=1 HTTP/1.1\nhost: broker\nX-Check-Id:  check-000000-000000 ");
        assert_eq!((request.request(), request.status()), (Some(("POST", "/a/$submit")), None));
        assert_eq!(request.header("x-check-id"), Some("check-000000-000000"));
        assert_eq!(request.header("x-check"), None);
        let response = Head::new("HTTP/1.1 403 Forbidden\ncontent-type: x");
        assert_eq!((response.request(), response.status()), (None, Some(403)));
        assert_eq!((Head::new("").request(), Head::new("").status()), (None, None));
    }

    #[test]
    fn records_are_distinguished_from_anything_else_however_they_are_cut() {
        let good = [&[22, 3, 1, 0, 2, 9, 9][..], &[23, 3, 3, 0, 1, 7]].concat();
        for cut in 0..good.len() {
            let mut records = Records::default();
            records.push(&good[..cut]);
            records.push(&good[cut..]);
            assert!(records.is_sound());
            records.push(b"123456789018");
            assert!(!records.is_sound());
        }
        let mut plain = Records::default();
        plain.push(b"G");
        assert!(!plain.is_sound());
    }

    #[test]
    fn what_cannot_be_read_asks_about_nothing() {
        assert!(ocsp_question(b"\x30\x80").is_empty() && ocsp_answer(b"{}").is_empty());
        assert!(resolve_question(b"{}").is_none() && resolve_answer(br#"{"institutionCode":42}"#).is_none());
    }
}
