//! The mocks are written against traits that real TCP implements too: here the number authority listens on a real socket and
//! answers a client of this project, and curl, which shares no code with it.

use mocks::env::{Credentials, Env, EnvParts};
use mocks::host::http::{Client, Limits};
use mocks::host::tls::{ClientTls, ServerTls, TlsTrust};
use mocks::pki::Validity;
use mocks::pki::crl::CrlContent;
use mocks::pki::tls::{TlsClient, TlsIdentity, TlsPki};
use mocks::roles::number_authority::NumberAuthority;
use openssl::x509::X509;
use sim::context::{Party, World, start, within};
use sim::journal::{Event, Journal};
use sim::net::tcp::{TcpNetwork, engine_clock};
use sim::net::{Endpoint, Network};
use sim::people::Population;
use sim::seed::Seed;
use sim::terms::messages::{IssueAnswer, IssueQuestion, KnownBy, Problem, to_json};
use sim::terms::operation::Operation;
use sim::terms::operations::IssueCodes;
use sim::terms::people::Person;
use sim::terms::roles::Zone;
use std::io::Write;
use std::process::Command;
use std::rc::Rc;
use std::time::Duration;

struct Bench {
    world: Rc<World>,
    net: Rc<dyn Network>,
    pki: TlsPki,
    trust: TlsTrust,
    validity: Validity,
    people: Vec<Person>,
    port: u16,
}

#[allow(clippy::disallowed_methods, reason = "curl checks certificates against the machine's clock")]
fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

fn bench() -> Bench {
    let seed = Seed::new(1, "real tcp");
    let world = World::new(seed, now(), Journal::default(), engine_clock(), 0);
    let yesterday = now() - jiff::SignedDuration::from_hours(24);
    let pki = TlsPki::new(&seed, yesterday).unwrap();
    let validity = Validity::days(yesterday, 30);
    let crl = CrlContent { number: 1, this_update: yesterday, next_update: validity.not_after, revoked: Vec::new() };
    let trust = TlsTrust::from_der(&[pki.root().der()], &[&pki.crl(&crl).unwrap()]).unwrap();
    let people = Population::new(&seed, 20, jiff::civil::date(2027, 4, 5)).unwrap().iter().collect();
    let net = TcpNetwork::default();
    let port = net.reserve_port().unwrap();
    Bench { world, net: Rc::new(net), pki, trust, validity, people, port }
}

impl Bench {
    /// Starts the number authority; must be called on a local task set.
    fn serve(&self) {
        let seed = Seed::new(1, "real tcp");
        // "localhost" is a name that every client resolves.
        let identity = self.pki.issue_tls_server("localhost", 10, self.validity).unwrap();
        let server = Some(Rc::new(ServerTls::new(identity, &self.trust).unwrap()));
        let env = Env::new(EnvParts {
            network: self.net.clone(),
            port: self.port,
            credentials: Credentials { server, client: None },
            ..EnvParts::offline(&seed, "number-authority", Zone::NumberAuthority)
        });
        let mut authority = NumberAuthority::new(&env);
        self.people.iter().for_each(|p| authority.register(p));
        let authority = Rc::new(authority);
        start(&self.world, env.identity(), async move { authority.run().await.unwrap() });
    }

    fn client(&self, role: &str) -> TlsIdentity {
        self.pki.issue_tls_client(&TlsClient::Role { name: role.into() }, 11, self.validity).unwrap()
    }

    fn question(&self) -> (IssueQuestion, bool) {
        let person = &self.people[3];
        let numbers = vec![person.resident_code.reveal().to_string()];
        (IssueQuestion::new("medical-insurance", KnownBy::ResidentCode, numbers), person.opted_in)
    }
}

fn on_a_local_set<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tokio::task::LocalSet::new().block_on(&runtime, work)
}

#[test]
fn a_mock_answers_a_client_of_this_project_over_real_tcp() {
    let b = bench();
    on_a_local_set(async {
        b.serve();
        let tls = Rc::new(ClientTls::new(Some(&b.client("jpki")), &b.trust).unwrap());
        // Longer than any machine needs: these limits are in real time.
        let limit = Duration::from_secs(600);
        let limits = Limits { connect: limit, handshake: limit, answer: limit };
        let endpoint = Endpoint::new("127.0.0.1", b.port);
        let asker = Party::new(&Seed::new(2, "asker"), "jpki", Zone::Jpki);
        let (question, opted_in) = b.question();
        let (world, net) = (b.world.clone(), b.net.clone());
        let asking = within(world, asker, async move {
            let client = Client::new(net, endpoint, "localhost", tls, limits);
            let first = client.ask::<IssueCodes>(&question).await.unwrap();
            let second = client.ask::<IssueCodes>(&question).await.unwrap();
            (first, second)
        });
        let (first, second) = asking.await;
        assert_eq!((first.status, second.status), (200, 200));
        assert_eq!(first.body, second.body);
        let codes = serde_json::from_slice::<IssueAnswer>(&first.body).unwrap().codes;
        assert_eq!(codes[0].is_some(), opted_in);
    });
    let journal = b.world.journal.borrow();
    let count = |pick: fn(&Event) -> bool| journal.entries().iter().filter(|e| pick(&e.event)).count();
    assert_eq!(count(|e| matches!(e, Event::Message { .. })), 8);
    // One handshake, recorded at both ends: the second request used the kept connection.
    assert_eq!(count(|e| matches!(e, Event::Tls { .. })), 2);
    assert!(count(|e| matches!(e, Event::Wire { .. })) >= 6);
}

#[test]
fn a_mock_answers_curl_and_rejects_it_without_a_certificate() {
    if Command::new("curl").arg("--version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "`curl` is not installed; CI needs it");
        let _ = writeln!(std::io::stderr(), "\nNOT RUN: `curl` is not installed\n");
        return;
    }
    let b = bench();
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: Vec<u8>| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_string()
    };
    let pem = |der: &[u8]| X509::from_der(der).unwrap().to_pem().unwrap();
    let identity = b.client("jpki");
    let root = write("root.pem", pem(b.pki.root().der()));
    let chain = write("chain.pem", [pem(&identity.certificate), pem(&identity.issuing)].concat());
    let key = write("key.pem", identity.key.private_key_to_pem_pkcs8().unwrap());
    let body = write("body.json", to_json(&b.question().0));
    let url = format!("https://localhost:{}{}", b.port, IssueCodes::PATH);
    // The first option ignores the user's own settings.
    let common = ["--disable", "--silent", "--show-error", "--max-time", "600", "--ipv4", "--noproxy", "*", "--cacert", &root];
    let with_body = format!("@{body}");
    let post = ["--data-binary", &with_body, "--write-out", "\n%{http_code} %{content_type}", &url];
    let curl = |own: &[&str]| {
        let mut command = Command::new("curl");
        command.args(common).args(own).args(post);
        std::thread::spawn(move || command.output().unwrap())
    };
    let own = ["--cert", chain.as_str(), "--key", key.as_str()];
    on_a_local_set(async {
        b.serve();
        let asked = [curl(&own), curl(&[])];
        while !asked.iter().all(|t| t.is_finished()) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let [answered, rejected] = asked.map(|t| t.join().unwrap());
        let text = String::from_utf8(answered.stdout).unwrap();
        let (body, status) = text.rsplit_once('\n').unwrap();
        assert_eq!(status, "200 application/json", "{}", String::from_utf8_lossy(&answered.stderr));
        assert!(serde_json::from_str::<IssueAnswer>(body).is_ok(), "{body}");
        // TLS alert 116, certificate_required.
        let reported = String::from_utf8_lossy(&rejected.stderr);
        assert!(!rejected.status.success() && reported.contains("certificate required"), "{reported}");
    });
}

#[test]
fn problems_have_stable_codes() {
    let problem = Problem::new("not-permitted", "x", 403);
    assert_eq!(serde_json::from_slice::<Problem>(&to_json(&problem)).unwrap().code(), "not-permitted");
}
