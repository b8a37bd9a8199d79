//! What a vendor tries first: requests that work as they are printed, and the page that explains the folder.

use super::error::KitError;
use super::files::Folder;
use crate::people::{KitPerson, card_file};
use crate::wire::question;
use scenarios::live::serve::Standing;
use sim::terms::fhir::{CodeConsent, Profile};
use sim::terms::identifiers::ResidentCode;
use sim::terms::operation::Operation;
use sim::terms::operations::{
    CertificateStatus, IssueCodes, ResolveCode, RevocationList, SubmitCodeConsent, SubmitEligibilityRequest,
};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The beginning of each script: it runs in the folder of the kit, wherever it is called.
const HEAD: &str = "#!/bin/sh\nset -eu\ncd \"$(dirname \"$0\")/..\"\n";

/// By party, HOST:PORT.
type Endpoints<'a> = BTreeMap<&'a str, String>;

/// `curl` as a client of a role: with both certificates, under the name in the server's certificate.
fn curl(role: &str, client: &str, at: &str) -> String {
    let (host, port) = at.rsplit_once(':').unwrap_or((at, "443"));
    format!(
        "curl --silent --show-error --fail-with-body --cacert ca/tls-root.pem \\\n  --cert tls/{client}.pem --key tls/{client}.key \\\n  \
         --resolve {role}:{port}:{host}"
    )
}

fn url(role: &str, at: &str, path: &str) -> String {
    let port = at.rsplit_once(':').map_or("443", |(_, port)| port);
    format!("'https://{role}:{port}{path}'")
}

/// The scripts, by name, with what each shows.
fn scripts(endpoints: &Endpoints<'_>, people: &[KitPerson], standing: &Standing) -> Vec<(&'static str, &'static str, String)> {
    let mut all = Vec::new();
    let at = |role: &str| endpoints.get(role).filter(|at| !at.ends_with(":0"));
    if let Some(at) = at("broker") {
        let text = format!(
            "person=${{1:-00}}\nfacility=0; [ \"$person\" = 17 ] && facility=2\ncheck=\"$(sed -n 's/.*\"value\":\"\\(check-[^\"]*\\)\".*/\\1/p' examples/check-$person.json)\"\n{} \\\n  \
             --header 'content-type: application/fhir+json' --header \"x-check-id: $check\" \\\n  --data-binary \
             @examples/check-$person.json \\\n  {}\necho\n",
            curl("broker", "facility-$facility-client", at),
            url("broker", at, SubmitEligibilityRequest::PATH),
        );
        all.push(("check", "④ and ⑥: a facility asks the broker about a person (00 to 18)", text));
    }
    if let (Some(at), Some(first)) = (at("jpki"), people.first()) {
        let curl = curl("jpki", "broker-client", at);
        let ocsp = format!(
            "openssl x509 -inform DER -in cards/00.der -out examples/card.pem\nopenssl ocsp -issuer ca/jpki-authentication.pem \
             -cert examples/card.pem -reqout examples/ocsp-request.der >/dev/null\n{curl} \\\n  --header 'content-type: \
             application/ocsp-request' --data-binary @examples/ocsp-request.der \\\n  --output examples/ocsp-answer.der \\\n  \
             {}\nopenssl ocsp -respin examples/ocsp-answer.der -noverify -resp_text | grep 'Cert Status'\n",
            url("jpki", at, CertificateStatus::PATH),
        );
        all.push(("certificate-status", "⑤: the broker asks JPKI whether a certificate is good", ocsp));
        let issued = standing.ground.people.first().and_then(|p| p.certificates.last());
        let key_id = issued.map(|c| issuer_key_id(&c.der)).unwrap_or_default();
        let body = format!("{{\"issuerKeyId\":\"{key_id}\",\"certificateSerial\":{}}}", first.certificate_serial);
        let resolve = format!(
            "{curl} \\\n  --header 'content-type: application/json' \\\n  --data '{body}' \\\n  {}\necho\n",
            url("jpki", at, ResolveCode::PATH),
        );
        all.push(("institution-code", "⑤: the broker asks JPKI which institution code belongs to a certificate", resolve));
        let crl = format!("{curl} --output examples/jpki.crl {}\n", url("jpki", at, RevocationList::PATH));
        all.push((
            "revocation-list",
            "the broker fetches JPKI's revocation list",
            crl + "openssl crl -inform DER -in examples/jpki.crl -noout -text | head -n 12\n",
        ));
    }
    if let (Some(at), Some(first)) = (at("number-authority"), people.first()) {
        let body = format!(
            "{{\"field\":\"medical-insurance\",\"knownBy\":\"resident-code\",\"numbers\":[\"{}\"]}}",
            first.resident_code
        );
        let text = format!(
            "{} \\\n  --header 'content-type: application/json' \\\n  --data '{body}' \\\n  {}\necho\n",
            curl("number-authority", "jpki-client", at),
            url("number-authority", at, IssueCodes::PATH),
        );
        all.push(("issue-codes", "JPKI asks the number authority for institution codes", text));
        all.extend(consent(at, &first.resident_code).map(|text| ("code-consent", CODE_CONSENT, text)));
    }
    all
}

const CODE_CONSENT: &str = "a municipality passes on that a person asks for a code";

/// The municipality's first request: that a person asks for a code.
fn consent(at: &str, resident: &str) -> Option<String> {
    let resident = ResidentCode::new(resident).ok()?;
    let consent = CodeConsent { request: 1, resident, created: jiff::Timestamp::UNIX_EPOCH, given: true };
    Some(format!(
        "{} \\\n  --header 'content-type: application/fhir+json' \\\n  --data '{}' \\\n  {}\n",
        curl("number-authority", "municipality-client", at),
        String::from_utf8_lossy(&consent.to_json()),
        url("number-authority", at, SubmitCodeConsent::PATH),
    ))
}

/// The key identifier of the authority that issued a certificate, in lower-case hex; empty if it names none.
pub fn issuer_key_id(certificate: &[u8]) -> String {
    let read = openssl::x509::X509::from_der(certificate).ok();
    let id = read.as_ref().and_then(|c| c.authority_key_id().map(|id| id.as_slice().to_vec()));
    id.map(|id| data_encoding::HEXLOWER.encode(&id)).unwrap_or_default()
}

pub(super) fn write(
    folder: &Folder,
    endpoints: &Endpoints<'_>,
    people: &[KitPerson],
    standing: &Standing,
) -> Result<(), KitError> {
    for (person, card) in people.iter().zip(&standing.cards) {
        // The one who is turned away is at the facility without a licence.
        let unlicensed = person.outcome == "facility-unlicensed";
        let Some(facility) = standing.ground.facilities.iter().find(|f| f.licensed != unlicensed) else { continue };
        let facility = &facility.number;
        let body = question(person.index as usize, facility, &card.certificate, None, standing.ground.epoch);
        folder.bytes(&format!("examples/check-{:02}.json", person.index), &body)?;
    }
    let scripts = scripts(endpoints, people, standing);
    for (name, _, text) in &scripts {
        folder.script(&format!("examples/{name}.sh"), &format!("{HEAD}{text}"))?;
    }
    folder.text(".env", &environment(endpoints))?;
    folder.text("README.md", &page(endpoints, people, &scripts))
}

/// `SHIKAKU_JPKI=127.0.0.1:18442`, for start scripts and tests.
fn environment(endpoints: &Endpoints<'_>) -> String {
    let name = |party: &str| party.to_uppercase().replace('-', "_");
    let mut text = String::from("SHIKAKU_TLS_ROOT=ca/tls-root.pem\nSHIKAKU_TLS_CRL=ca/tls-crl.pem\n");
    for (party, at) in endpoints {
        let _ = writeln!(text, "SHIKAKU_{}={at}", name(party));
    }
    text
}

const FILES: &str = "\
| file | content |
|---|---|
| `endpoints.json`, `.env` | where each party is reached |
| `ca/tls-root.pem`, `ca/tls-issuing.pem`, `ca/tls-crl.pem` | the authorities of the dedicated network, which issue all TLS certificates, and their revocation list |
| `ca/jpki-*.pem` | the authorities of the certificates on the cards: the trust anchors of a broker |
| `tls/ROLE-server.pem`, `.key` | a server's certificate, valid for the role's name, `localhost` and the loopback addresses |
| `tls/ROLE-client.pem`, `.key` | a client's certificate: `facility-0` is identified by its facility number |
| `facilities.json` | the facilities, and whether they are licensed: configure your broker with them |
| `insurers.json` | the insurers' names by their numbers, as a broker shows them |
| `people.ndjson` | the people, with all their secrets, which are fictitious, and the outcome to which a check leads |
| `cards/NN.der`, `.key` | what the card of a person presents, and the key that signs challenges |
| `jpki/` | keys of JPKI's authority and responder: only a JPKI under test needs them |
| `site.toml` | from what all this was drawn; `shikaku serve --kit` and `shikaku certify` read it |
";

const PEOPLE: &str = "\
Each line of `people.ndjson` is one person. `shikaku scan --people people.ndjson` searches files for what is in it.

| member | content |
|---|---|
| `index` | the number of the person, from 0 |
| `outcome` | how a check of this person ends today at a facility that is licensed |
| `myNumber`, `residentCode` | 個人番号 and 住民票コード: an insurer or municipality knows the person by them |
| `institutionCode` | 機関別符号 of the medical insurance; `null` for a person who did not opt in |
| `family`, `given`, `birth` | name and day of birth |
| `certificateSerial` | the serial number of the card's certificate, as a JSON number of up to 64 bits |
| `certificateFile`, `keyFile` | what the card presents, in DER, and its private key in PEM |
| `insurance` | the periods of insurance, oldest first: `insurerNumber`, `symbol`, `number`, `branch`, `from`, `until` (the last day in force, or `null`), `copaymentPercent` |
";

fn page(endpoints: &Endpoints<'_>, people: &[KitPerson], scripts: &[(&str, &str, String)]) -> String {
    let mut text = String::from("# Shikaku: the kit\n\nEverything that a system needs to run against the mocks. ");
    text +=
        "The people and keys are made for tests and are worth nothing, yet a system under test may write real ones beside them: ";
    text += "keep the folder to yourself.\n\n## Where the parties are\n\n| party | address |\n|---|---|\n";
    for (party, at) in endpoints {
        let _ = writeln!(text, "| {party} | `{at}` |");
    }
    text += "\nServers speak HTTP/1.1 over TLS 1.3 with client certificates. ";
    text += "`shikaku contract` prints everything that a system must do.\n\n## Try it\n\n";
    for (name, what, script) in scripts {
        let _ = writeln!(text, "`sh examples/{name}.sh`: {what}.\n\n```sh\n{}\n```\n", script.trim_end());
    }
    text += "## The files\n\n";
    text += FILES;
    text += "\n## The people\n\n";
    text += PEOPLE;
    text += "\nA check today ends as follows: at facility 0, or at facility 2, which is not licensed, where that is the outcome. Feeds must have come \
in before: a broker may answer a check again as it did the first time.\n\n| person | outcome | card |\n|---|---|---|\n";
    for person in people {
        let _ = writeln!(text, "| {:02} | `{}` | `{}.der` |", person.index, person.outcome, card_file(person.index as usize));
    }
    text
}
