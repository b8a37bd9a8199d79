//! What a probe must lead to.

use super::client::Seen;
use super::code::code_of;
use std::fmt;

/// What must come of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expect {
    /// A success.
    Success(u16),
    /// An error response with one of these statuses and, if there are any, one of these codes.
    Refused(&'static [u16], &'static [&'static str]),
    /// An error response with one of these statuses, or the end of the connection.
    RefusedOrClosed(&'static [u16]),
    /// No answer: TLS is refused, or the connection ends.
    NotServed,
    /// Anything but a server's error or silence.
    NotBroken,
}

fn list<T: fmt::Display>(all: &[T]) -> String {
    all.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ")
}

impl fmt::Display for Expect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expect::Success(status) => write!(f, "HTTP {status}"),
            Expect::Refused(statuses, []) => write!(f, "HTTP {}", list(statuses)),
            Expect::Refused(statuses, codes) => write!(f, "HTTP {} with the code {}", list(statuses), list(codes)),
            Expect::RefusedOrClosed(statuses) => write!(f, "HTTP {}, or the end of the connection", list(statuses)),
            Expect::NotServed => f.write_str("no answer: TLS is refused, or the connection ends"),
            Expect::NotBroken => f.write_str("an answer that is no server error"),
        }
    }
}

impl Expect {
    /// The likely cause, if what was seen is not what must come. `None` if it is.
    pub fn unmet(&self, seen: &Seen) -> Option<Option<String>> {
        let cause = |text: &str| Some(Some(text.to_string()));
        match (self, seen) {
            (Expect::Success(status), Seen::Response(r)) if r.status == *status => None,
            (Expect::Refused(statuses, codes), Seen::Response(r)) if statuses.contains(&r.status) => {
                let code = code_of(&r.body);
                match &code {
                    _ if codes.is_empty() => None,
                    Some(code) if codes.contains(&code.as_str()) => None,
                    Some(_) => Some(None),
                    None => cause("the body of the refusal is neither an OperationOutcome nor a problem document with a code"),
                }
            }
            (Expect::RefusedOrClosed(statuses), Seen::Response(r)) if statuses.contains(&r.status) => None,
            (Expect::RefusedOrClosed(_), Seen::Closed | Seen::TlsRefused(_)) => None,
            (Expect::NotServed, Seen::Closed | Seen::TlsRefused(_)) => None,
            (Expect::NotBroken, Seen::Response(r)) if r.status < 500 => None,
            (_, Seen::Silence) => cause("the server waits for something that never comes: it needs a time limit"),
            (_, Seen::Response(r)) if r.status == 500 => cause("an exception in the server was not handled"),
            (Expect::NotServed, Seen::Response(_)) => {
                cause("the server does not check the client's certificate, or not all of it")
            }
            (Expect::Refused(..) | Expect::RefusedOrClosed(_), Seen::Response(r)) if r.status < 300 => {
                cause("the server does not look at this part of the request")
            }
            (Expect::Refused(..), Seen::Closed) => cause("the server ends the connection where it should answer with an error"),
            (Expect::Success(_), Seen::TlsRefused(_)) => {
                cause("the server does not trust the authorities of the kit, or asks for other TLS")
            }
            _ => Some(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::client::Response;
    use super::*;

    fn response(status: u16, body: &str) -> Seen {
        Seen::Response(Response { status, headers: Vec::new(), body: body.into() })
    }

    #[test]
    fn a_refusal_needs_its_status_and_its_code() {
        let refused = Expect::Refused(&[400], &["request-malformed"]);
        let with = |code: &str| format!("{{\"issue\":[{{\"details\":{{\"coding\":[{{\"code\":\"{code}\"}}]}}}}]}}");
        assert_eq!(refused.unmet(&response(400, &with("request-malformed"))), None);
        assert_eq!(refused.unmet(&response(400, &with("in-force"))), Some(None));
        assert!(refused.unmet(&response(400, "")).is_some_and(|cause| cause.is_some()));
        assert!(refused.unmet(&response(200, &with("request-malformed"))).is_some());
        assert!(refused.unmet(&Seen::Silence).is_some() && refused.unmet(&Seen::Closed).is_some());
    }

    #[test]
    fn what_is_not_served_has_no_answer_and_what_is_not_broken_no_server_error() {
        assert_eq!(Expect::NotServed.unmet(&Seen::Closed), None);
        assert!(Expect::NotServed.unmet(&response(403, "")).is_some());
        assert_eq!(Expect::NotBroken.unmet(&response(404, "")), None);
        assert!(Expect::NotBroken.unmet(&response(500, "")).is_some());
        assert!(Expect::NotServed.unmet(&Seen::Silence).is_some());
    }

    #[test]
    fn a_code_that_could_be_a_value_is_not_shown() {
        assert_eq!(code_of(b"{\"type\":\"urn:shikaku:problem:no-code\"}").as_deref(), Some("no-code"));
        assert_eq!(code_of("{\"type\":\"urn:shikaku:problem:山田\"}".as_bytes()), None);
    }
}
