//! What the page gets. Only who knows the token in the URL gets anything.

use super::http::{self, Answer};
use super::runs::Classifiers;
use super::state::{NotNow, State};
use super::views;
use bytes::Bytes;
use hyper::header::{CONTENT_TYPE, ORIGIN};
use hyper::{Method, Request, StatusCode};
use sim::terms::operation::media;
use std::sync::Arc;

const PAGE: &str = include_str!("page.html");
/// By name.
const SCRIPTS: [(&str, &str); 3] =
    [("list.js", include_str!("list.js")), ("words.js", include_str!("words.js")), ("page.js", include_str!("page.js"))];
const STYLE: &str = include_str!("page.css");

const HTML: &str = "text/html; charset=utf-8";

/// What the server knows.
pub struct Server {
    pub state: Arc<State>,
    pub token: String,
    pub port: u16,
    pub classifiers: Classifiers,
}

impl Server {
    /// What a request gets.
    pub fn answer(&self, request: &Request<Bytes>) -> Answer {
        let Some(host) = http::host(request).filter(|host| http::names_address(host, self.port)) else {
            return http::refused(StatusCode::MISDIRECTED_REQUEST);
        };
        let mut parts = request.uri().path().strip_prefix('/').unwrap_or_default().splitn(2, '/');
        let (token, path) = (parts.next().unwrap_or_default(), parts.next());
        let Some(path) = path.filter(|_| same(token.as_bytes(), self.token.as_bytes())) else {
            return http::refused(StatusCode::NOT_FOUND);
        };
        match *request.method() {
            Method::GET => self.get(path, request.uri().query().unwrap_or_default()),
            Method::POST if path == "repeat" => self.repeat(request, host),
            _ => http::refused(StatusCode::METHOD_NOT_ALLOWED),
        }
    }

    fn get(&self, path: &str, query: &str) -> Answer {
        let number = |name| parameter(query, name).unwrap_or_default();
        match path {
            "" => http::ok(HTML, PAGE),
            "page.css" => http::ok("text/css; charset=utf-8", STYLE),
            "since" => {
                let cases = usize::try_from(number("cases")).unwrap_or(usize::MAX);
                let news = self.state.news(cases, number("messages"));
                http::ok(media::JSON, views::since(&news, &self.classifiers).to_string())
            }
            "conclusion" => {
                let conclusion = self.state.lock().conclusion.clone();
                http::ok(media::JSON, views::concluded(conclusion.as_deref()).to_string())
            }
            path if let Some((_, script)) = SCRIPTS.iter().find(|(name, _)| *name == path) => {
                http::ok("text/javascript; charset=utf-8", *script)
            }
            path => match path.strip_prefix("message/").and_then(|n| n.parse().ok()).and_then(|n| self.state.message(n)) {
                Some((message, ground)) => {
                    let in_clear = number("clear") == 1;
                    let opened = views::opened(&message, ground.as_deref(), &self.classifiers, in_clear);
                    http::ok(media::JSON, opened.to_string())
                }
                None => http::refused(StatusCode::NOT_FOUND),
            },
        }
    }

    /// Only the page itself may ask for it: another page cannot send this type without asking first, which is refused.
    fn repeat(&self, request: &Request<Bytes>, host: &str) -> Answer {
        let header = |name| request.headers().get(name).map(|value| value.as_bytes());
        let own = format!("http://{host}");
        let is_elsewhere = header(ORIGIN).is_some_and(|origin| origin != own.as_bytes());
        if is_elsewhere || header(CONTENT_TYPE) != Some(media::JSON.as_bytes()) {
            return http::refused(StatusCode::FORBIDDEN);
        }
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Wanted {
            case: String,
        }
        match serde_json::from_slice::<Wanted>(request.body()).map(|wanted| self.state.want(&wanted.case)) {
            Ok(Ok(())) => http::answer(StatusCode::ACCEPTED, media::JSON, "{}"),
            Ok(Err(NotNow::Busy)) => http::refused(StatusCode::CONFLICT),
            Ok(Err(NotNow::Unknown)) => http::refused(StatusCode::NOT_FOUND),
            Err(_) => http::refused(StatusCode::BAD_REQUEST),
        }
    }
}

fn parameter(query: &str, name: &str) -> Option<u64> {
    query.split('&').filter_map(|pair| pair.split_once('=')).find(|(n, _)| *n == name).and_then(|(_, value)| value.parse().ok())
}

/// Whether two texts are the same, in a time that says nothing about how much of them is.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in a test a panic is the report")]
mod tests {
    use super::*;
    use http_body_util::BodyExt;
    use hyper::header::HOST;
    use std::io::{Read, Write};

    /// A server whose token is `secret`, after a certification of one case.
    fn test_server(port: u16) -> Server {
        use super::super::state::Conclusion;
        let state = Arc::new(State::new());
        state.lock().case(&::certify::outcome::Case::passed("tls/a", "what <it> is"));
        let ending = ::certify::report::Ending::Passed;
        state.ended(Conclusion { ending, rules: Vec::new(), waived: std::collections::BTreeMap::new() });
        Server { state, token: "secret".into(), port, classifiers: Classifiers::default() }
    }

    fn request(method: Method, path: &str, headers: &[(hyper::header::HeaderName, &str)], body: &str) -> Request<Bytes> {
        let host = if headers.iter().any(|(name, _)| name == HOST) { None } else { Some((HOST, "127.0.0.1:80")) };
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers.iter().cloned().chain(host) {
            request = request.header(name, value);
        }
        request.body(Bytes::copy_from_slice(body.as_bytes())).unwrap()
    }

    #[test]
    fn nothing_is_given_to_who_does_not_know_the_token_or_uses_another_name() {
        let server = test_server(80);
        let status = |method, path| server.answer(&request(method, path, &[], "")).status().as_u16();
        assert_eq!(status(Method::GET, "/secret/"), 200);
        for path in ["/", "/secret", "/secre/", "/other/since", "/secret/message/1", "/secret/../x"] {
            assert_eq!(status(Method::GET, path), 404, "{path}");
        }
        assert_eq!((status(Method::PUT, "/secret/"), status(Method::OPTIONS, "/secret/repeat")), (405, 405));
        let elsewhere = request(Method::GET, "/secret/", &[(HOST, "attacker.example:80")], "");
        assert_eq!(server.answer(&elsewhere).status(), 421);
    }

    #[test]
    fn only_the_page_can_have_a_case_repeated() {
        let server = test_server(80);
        let status = |kind: &str, origin: Option<&str>, body: &str| {
            let headers = std::iter::once((CONTENT_TYPE, kind)).chain(origin.map(|origin| (ORIGIN, origin)));
            let request = request(Method::POST, "/secret/repeat", &headers.collect::<Vec<_>>(), body);
            server.answer(&request).status().as_u16()
        };
        let known = r#"{"case":"tls/a"}"#;
        assert_eq!(status("text/plain", None, known), 403);
        assert_eq!(status(media::JSON, Some("http://attacker.example"), known), 403);
        assert_eq!(status(media::JSON, None, "{}"), 400);
        assert_eq!(status(media::JSON, None, r#"{"case":"tls/b"}"#), 404);
        assert_eq!(status(media::JSON, Some("http://127.0.0.1:80"), known), 202);
        assert_eq!(status(media::JSON, None, known), 409);
    }

    #[test]
    fn the_page_asks_for_what_it_does_not_have() {
        let server = test_server(80);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let get = |query: &str| {
            let answer = server.answer(&request(Method::GET, &format!("/secret/since?{query}"), &[], ""));
            let body = runtime.block_on(answer.into_body().collect()).unwrap().to_bytes();
            serde_json::from_slice::<serde_json::Value>(&body).unwrap_or_default()
        };
        assert_eq!(
            (get("cases=0&messages=0")["cases"][0]["name"].as_str(), get("cases=0")["nextCase"].as_u64()),
            (Some("tls/a"), Some(1))
        );
        assert_eq!(get("cases=1&messages=0")["cases"].as_array().map(Vec::len), Some(0));
        assert_eq!(get("cases=99&messages=99")["nextCase"].as_u64(), Some(1));
    }

    /// Served on a real socket: what comes for these bytes.
    fn asked(requests: &[String]) -> Vec<String> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let at = listener.local_addr().unwrap();
            let server = test_server(at.port());
            tokio::spawn(http::accept(listener, Arc::new(move |request: &Request<Bytes>| server.answer(request))));
            let requests: Vec<String> = requests.iter().map(|r| r.replace("HERE", &at.to_string())).collect();
            let client = move |request: String| {
                let mut stream = std::net::TcpStream::connect(at).unwrap();
                stream.write_all(request.as_bytes()).unwrap();
                let mut answer = String::new();
                // A server that refuses in the middle of a request may reset the connection.
                let _ = stream.read_to_string(&mut answer);
                answer
            };
            tokio::task::spawn_blocking(move || requests.into_iter().map(client).collect()).await.unwrap()
        })
    }

    #[test]
    fn one_request_is_served_and_what_is_odd_is_refused() {
        let get = |head: &str| format!("{head}\r\n\r\n");
        let answers = asked(&[
            get("GET /secret/ HTTP/1.1\r\nHost: HERE"),
            get("GET / HTTP/1.1\r\nHost: HERE"),
            get("GET /secret/ HTTP/1.1"),
            get("GET /secret/ HTTP/1.1\r\nHost: HERE\r\nHost: attacker.example"),
            get(&format!("GET /secret/ HTTP/1.1\r\nHost: HERE\r\nX-Long: {}", "x".repeat(http::HEAD))),
            format!("POST /secret/repeat HTTP/1.1\r\nHost: HERE\r\nContent-Length: 5000\r\n\r\n{}", "x".repeat(5000)),
            get("GARBAGE"),
        ]);
        let statuses: Vec<&str> = answers.iter().map(|a| a.split(' ').nth(1).unwrap_or_default()).collect();
        assert_eq!(statuses, ["200", "404", "421", "421", "431", "413", "400"]);
        let first = answers[0].to_ascii_lowercase();
        for (name, value) in http::SECURITY {
            assert!(first.contains(&format!("{name}: {value}\r\n")), "{name}");
        }
        assert!(first.contains("connection: close") && first.ends_with("</html>\n"), "{first}");
    }
}
