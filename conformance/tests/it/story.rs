//! Builds journals as the parties would have written them.

use conformance::{Finding, RuleOutcome, Verdict};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use terms::check::{CheckId, Step};
use terms::coverage::{EndReason, Relationship, Validity};
use terms::fault::{Disturbance, FaultTarget, Phase};
use terms::fhir::{CoverageAnswer, EligibilityAnswer, EligibilityQuestion, FeedBatch, Profile, outcome_to_json};
use terms::ground::{Ground, GroundPerson};
use terms::identifiers::{
    CertificateSerial, FacilityNumber, InstitutionCode, InsuredIdentifier, InsurerNumber, MyNumber, ResidentCode,
};
use terms::journal::{Content, Direction, Entry, Event, Journal};
use terms::outcome::OutcomeCode;
use terms::people::{Address, CardCertificate, CardLife, InsurancePeriod, Name, Person, Pin, SecurityCode, Sex};
use terms::roles::Zone;

pub const DAY: Date = date(2026, 5, 5);
/// The certificate in these journals.
const CERTIFICATE: [u8; 5] = [0x30, 0x03, 0x02, 0x01, 0x05];
pub const SUBMIT: &str = "POST /fhir/CoverageEligibilityRequest/$submit HTTP/1.1";

/// Six people: all insured and with a code, except that the fourth's coverage has ended, the fifth changed insurers yesterday and
/// the sixth has no code.
pub fn ground() -> Ground {
    let day = |back: i32| DAY.saturating_sub(jiff::Span::new().days(back));
    let resident = |index: u64| {
        let mut person = person(index);
        let period = &mut person.insurance[0];
        (period.from, period.until, period.end_reason) = (day(900), None, None);
        match index {
            3 => (period.until, period.end_reason) = (Some(day(10)), Some(EndReason::Other)),
            4 => {
                (period.until, period.end_reason) = (Some(day(2)), Some(EndReason::InsuredElsewhere));
                let mut next = InsurancePeriod { from: day(1), until: None, end_reason: None, ..period.clone() };
                next.insurer += 1;
                next.insured.insurer = insurer_number(next.insurer);
                person.insurance.push(next);
            }
            _ => {}
        }
        let code = (index != 5).then(|| InstitutionCode::from_bytes(noise("codes", index)[..16].try_into().unwrap()));
        GroundPerson::new(person, code)
    };
    let people = (0..6).map(resident).collect();
    Ground { epoch: now(), people, facilities: Vec::new(), reports: Vec::new(), codes_asked_every_ns: None }
}

/// 32 pseudo-random bytes, the same in every run.
pub fn noise(name: &str, index: u64) -> [u8; 32] {
    Sha256::new().chain_update(name).chain_update(index.to_be_bytes()).finalize().into()
}

fn insurer_number(insurer: usize) -> InsurerNumber {
    InsurerNumber::from_body(1_130_501 + insurer as u64)
}

/// A person with one insurance, one card and one certificate, and with numbers of their own.
fn person(index: u64) -> Person {
    let drawn = noise("people", index);
    let body = |at: usize| u64::from_be_bytes(drawn[at..at + 8].try_into().unwrap());
    let insurer = index as usize;
    let insured = InsuredIdentifier {
        insurer: insurer_number(insurer),
        symbol: if index.is_multiple_of(2) { format!("{:08}", body(0) % 100_000_000) } else { String::new() },
        number: format!("{:08}", body(4) % 100_000_000),
        branch: "00".into(),
    };
    let period = InsurancePeriod {
        insurer,
        insured,
        from: DAY,
        until: None,
        end_reason: None,
        copayment_percent: 30,
        copayment_withheld: false,
        relationship: Relationship::Insured,
    };
    let certificate = CardCertificate {
        serial: CertificateSerial(1_000_001 + 2 * index),
        signature_serial: CertificateSerial(1_000_002 + 2 * index),
        generation: 0,
        not_before: "2026-01-05T01:00:00Z".parse().unwrap(),
        not_after: "2031-05-05T14:59:59Z".parse().unwrap(),
        subject_cn: format!("{:014}13250001A", body(12) % 100_000_000_000_000),
        key_index: index,
    };
    Person {
        index,
        name: Name {
            family: "見本".into(), given: "花子".into(), family_kana: "ミホン".into(), given_kana: "ハナコ".into()
        },
        birth: date(1980, 5, 5),
        sex: Sex::Female,
        address: Address {
            prefecture: "東京都".into(),
            municipality: "架空市".into(),
            rest: "一丁目1番1号".into(),
            municipality_code: "13250".into(),
        },
        my_number: MyNumber::from_body(body(16) % 100_000_000_000),
        resident_code: ResidentCode::from_body(body(20) % 10_000_000_000),
        opted_in: index != 5,
        insurance: vec![period],
        card: CardLife {
            pin: Pin::from_body(body(24)),
            security_code: SecurityCode::from_body(body(22)),
            expires: date(2036, 5, 5),
            certificates: vec![certificate],
        },
    }
}

pub fn facility_number(facility: usize) -> FacilityNumber {
    FacilityNumber::from_body(131_000_001 + facility as u64)
}

pub fn check(facility: usize, running: usize) -> CheckId {
    CheckId::new(facility, running)
}

/// Builds a journal.
pub struct JournalBuilder {
    pub ground: Ground,
    /// The day about which requests ask and answers are.
    pub day: Date,
    journal: Journal,
    now: u64,
    exchanges: u64,
    /// The coverage that the next requests ask about.
    on_record: Option<InsuredIdentifier>,
    /// By check, the exchange of its newest request at the broker.
    asked: BTreeMap<CheckId, u64>,
    /// By check, the person who came.
    visitors: BTreeMap<CheckId, u64>,
}

impl JournalBuilder {
    pub fn new() -> Self {
        JournalBuilder {
            ground: ground(),
            day: DAY,
            journal: Journal::default(),
            now: 0,
            exchanges: 0,
            on_record: None,
            asked: BTreeMap::new(),
            visitors: BTreeMap::new(),
        }
    }

    /// Goes on so many nanoseconds after the start of the run.
    pub fn at(&mut self, ns: u64) -> &mut Self {
        self.now = ns;
        self
    }

    pub fn add(&mut self, host: &str, zone: Zone, event: Event) -> &mut Self {
        self.now += 1_000_000;
        self.journal.write(self.now, host, zone, event);
        self
    }

    fn at_facility(&mut self, check: &CheckId, event: Event) -> &mut Self {
        self.add(&facility_host(check), Zone::Facility, event)
    }

    pub fn at_broker(&mut self, event: Event) -> &mut Self {
        self.add("broker", Zone::Broker, event)
    }

    pub fn fault(&mut self, what: &str) -> &mut Self {
        self.add("testbed", Zone::Testbed, Event::Fault { what: what.into(), does: None })
    }

    /// A fault or an event, as data and with a text that nobody must read.
    pub fn disturb(&mut self, kind: &str, phase: Phase, target: FaultTarget) -> &mut Self {
        let does = Some(Disturbance { kind: kind.into(), phase, target });
        self.add("testbed", Zone::Testbed, Event::Fault { what: "something happens".into(), does })
    }

    pub fn visit(&mut self, check: &CheckId, person: u64) -> &mut Self {
        self.visitors.insert(check.clone(), person);
        self.add("testbed", Zone::Testbed, Event::Visit { visit: 0, check: check.clone(), person })
    }

    /// Takes a step of a check that ends `in-force`: ① and ② as the testbed records them, the others as what they are derived from.
    pub fn step(&mut self, check: &CheckId, number: u8) -> &mut Self {
        let person = self.visitors.get(check).copied().unwrap_or_default();
        match number {
            3 => self.read_card(check),
            4 => self.ask(check),
            5 => self.ask_jpki(person),
            6 => self.reply(check, person, OutcomeCode::InForce),
            7 => {
                let coverages = self.true_coverages(person, OutcomeCode::InForce);
                self.reception(check, OutcomeCode::InForce, coverages)
            }
            _ => {
                let step = Step::from_number(number).unwrap();
                self.at_facility(check, Event::Step { check: check.clone(), step, what: "it was done".into() })
            }
        }
    }

    pub fn steps(&mut self, check: &CheckId, numbers: std::ops::RangeInclusive<u8>) -> &mut Self {
        numbers.for_each(|n| {
            self.step(check, n);
        });
        self
    }

    /// ③ The reader reads the certificate, in two pieces.
    pub fn read_card(&mut self, check: &CheckId) -> &mut Self {
        let reader = facility_host(check).replace("facility", "reader");
        let (head, rest) = CERTIFICATE.split_at(2);
        for (offset, piece) in [(0, head), (head.len(), rest)] {
            let (response, command) = (data_encoding::HEXLOWER.encode(piece) + "9000", format!("00b0{offset:04x}04"));
            self.add(&reader, Zone::Reader, Event::Apdu { what: "READ BINARY".into(), command, response });
        }
        self
    }

    /// The broker receives and takes every insurer's feed, complete through the day.
    pub fn feeds(&mut self) -> &mut Self {
        let people = self.ground.people.iter().flat_map(|r| r.person.insurance.iter().map(|p| p.insured.insurer.clone()));
        let insurers: std::collections::BTreeSet<_> = people.collect();
        for insurer in insurers {
            let peer = format!("insurer-{}", insurer.reveal());
            let batch =
                FeedBatch { insurer, running: 1, created: now(), complete_through: DAY, entries: Vec::new(), codes: None };
            let exchange = self.next_exchange();
            let body = Content::of(&batch.to_json());
            self.at_broker(in_exchange(exchange, Direction::Received, &peer, "POST /fhir HTTP/1.1", body));
            self.at_broker(in_exchange(exchange, Direction::Sent, &peer, "HTTP/1.1 200 OK", Content::Text(String::new())));
        }
        self
    }

    /// The broker receives ④.
    pub fn request(&mut self, check: &CheckId) -> &mut Self {
        let question = EligibilityQuestion {
            check: check.clone(),
            facility: number_of(check),
            day: self.day,
            created: now(),
            certificate: CERTIFICATE.to_vec(),
            number: None,
            signed_challenge: None,
            on_record: self.on_record.clone(),
        };
        self.request_with(check, Content::of(&question.to_json()))
    }

    pub fn request_with(&mut self, check: &CheckId, body: Content) -> &mut Self {
        let head = format!("{SUBMIT}\nhost: broker\nx-check-id: {check}");
        let exchange = self.next_exchange();
        self.asked.insert(check.clone(), exchange);
        self.at_broker(in_exchange(exchange, Direction::Received, number_of(check).reveal(), &head, body))
    }

    /// The broker asks JPKI for the status of the person's certificate and for the code, and JPKI answers.
    pub fn ask_jpki(&mut self, person: u64) -> &mut Self {
        self.ask_status(person).ask_code(person)
    }

    pub fn ask_status(&mut self, person: u64) -> &mut Self {
        let serial = self.serial(person);
        let (question, answer) = (Content::of(&ocsp_request(serial)), Content::of(&ocsp_response(serial)));
        self.at_broker(message(Direction::Sent, "jpki", "POST /ocsp HTTP/1.1\ncontent-type: application/ocsp-request", question));
        let head = "HTTP/1.1 200 OK\ncontent-type: application/ocsp-response";
        self.at_broker(message(Direction::Received, "jpki", head, answer))
    }

    pub fn ask_code(&mut self, person: u64) -> &mut Self {
        let question = json!({ "issuerKeyId": "00", "certificateSerial": self.serial(person) });
        let code = self.ground.people[person as usize].institution_code.as_ref().map(|c| c.reveal().to_string());
        let head = "POST /institution-codes/resolve HTTP/1.1\ncontent-type: application/json";
        self.at_broker(message(Direction::Sent, "jpki", head, text(&question)));
        let (head, answer) = match code {
            Some(code) => ("HTTP/1.1 200 OK", json!({ "institutionCode": code })),
            None => ("HTTP/1.1 404 Not Found", json!({ "type": "urn:shikaku:problem:no-code", "title": "", "status": 404 })),
        };
        self.at_broker(message(Direction::Received, "jpki", &format!("{head}\ncontent-type: application/json"), text(&answer)))
    }

    fn serial(&self, person: u64) -> u64 {
        self.ground.people[person as usize].person.current_certificate().serial.0
    }

    fn next_exchange(&mut self) -> u64 {
        self.exchanges += 1;
        self.exchanges
    }

    pub fn audit(&mut self, check: &CheckId, outcome: OutcomeCode) -> &mut Self {
        let record = json!({
            "check": check, "facility": number_of(check), "at": now(), "outcome": outcome, "questionSha256": "00",
            "status": outcome.on_the_wire().status, "answer": "",
        });
        self.at_broker(Event::Record { store: "audit".into(), content: text(&record) })
    }

    /// The broker sends its answer. One with eligibility names the check; a refusal does not.
    pub fn reply(&mut self, check: &CheckId, person: u64, outcome: OutcomeCode) -> &mut Self {
        let body = match Validity::from_outcome(outcome) {
            Some(validity) => {
                let coverages = match validity {
                    Validity::NotInsured => Vec::new(),
                    _ => self.ground.people[person as usize].person.insurance.last().map(answer_of).into_iter().collect(),
                };
                EligibilityAnswer { check: check.clone(), day: self.day, created: now(), validity, coverages }.to_json()
            }
            None => outcome_to_json(outcome),
        };
        let head = format!("HTTP/1.1 {} Whatever\ncontent-type: application/fhir+json", outcome.on_the_wire().status);
        let exchange = self.asked.get(check).copied().unwrap_or_default();
        self.at_broker(in_exchange(exchange, Direction::Sent, number_of(check).reveal(), &head, Content::of(&body)))
    }

    pub fn reception(&mut self, check: &CheckId, outcome: OutcomeCode, coverages: Vec<Value>) -> &mut Self {
        let record = json!({ "check": check, "at": now(), "day": DAY, "outcome": outcome, "coverages": coverages });
        self.at_facility(check, Event::Record { store: "reception".into(), content: text(&record) })
    }

    pub fn outcome(&mut self, check: &CheckId, outcome: OutcomeCode) -> &mut Self {
        let detail = outcome.text_en().to_string();
        self.at_facility(check, Event::Outcome { check: check.clone(), outcome, detail })
    }

    /// The coverages of a true answer.
    pub fn true_coverages(&self, person: u64, outcome: OutcomeCode) -> Vec<Value> {
        let periods = &self.ground.people[person as usize].person.insurance;
        match outcome {
            OutcomeCode::InForce => periods.last().map(coverage).into_iter().collect(),
            OutcomeCode::NotInsured => periods.last().map(coverage).into_iter().collect(),
            OutcomeCode::InsuredElsewhere => periods.iter().map(coverage).collect(),
            _ => Vec::new(),
        }
    }

    /// A check from the card to the record, as the profile describes it.
    pub fn whole(&mut self, check: &CheckId, person: u64, outcome: OutcomeCode) -> &mut Self {
        let coverages = self.true_coverages(person, outcome);
        let first = self.ground.people[person as usize].person.insurance[0].insured.clone();
        self.on_record = (outcome == OutcomeCode::InsuredElsewhere).then_some(first);
        self.visit(check, person).steps(check, 1..=4).request(check).ask_jpki(person);
        self.audit(check, outcome).reply(check, person, outcome);
        self.reception(check, outcome, coverages).outcome(check, outcome)
    }

    /// A check that the broker refuses, or that is indeterminate.
    pub fn refused(&mut self, check: &CheckId, person: u64, outcome: OutcomeCode) -> &mut Self {
        self.visit(check, person).steps(check, 1..=4);
        self.request(check).audit(check, outcome).reply(check, person, outcome);
        self.reception(check, outcome, Vec::new()).outcome(check, outcome)
    }

    /// The facility sends the request of a check.
    pub fn ask(&mut self, check: &CheckId) -> &mut Self {
        let head = format!("{SUBMIT}\nhost: broker\nx-check-id: {check}");
        let exchange = self.next_exchange();
        self.at_facility(check, in_exchange(exchange, Direction::Sent, "broker", &head, Content::Text("{}".into())))
    }

    pub fn entries(&self) -> &[Entry] {
        self.journal.entries()
    }

    pub fn judge(&self) -> Vec<Verdict> {
        conformance::judge(self.entries(), &self.ground)
    }

    pub fn verdict(&self, rule: &str) -> Verdict {
        self.judge().into_iter().find(|v| v.id == rule).unwrap()
    }

    /// The texts of a rule's findings.
    pub fn findings(&self, rule: &str) -> Vec<String> {
        self.verdict(rule).findings.into_iter().map(|f: Finding| f.what).collect()
    }

    pub fn held(&self, rule: &str) -> bool {
        self.verdict(rule).outcome == RuleOutcome::Held
    }
}

fn now() -> Timestamp {
    "2026-05-05T00:00:02Z".parse().unwrap()
}

fn number_of(check: &CheckId) -> FacilityNumber {
    facility_number(check.as_str()[6..12].parse().unwrap())
}

fn facility_host(check: &CheckId) -> String {
    format!("facility-{}", &check.as_str()[6..12])
}

pub fn message(direction: Direction, peer: &str, head: &str, body: Content) -> Event {
    in_exchange(0, direction, peer, head, body)
}

pub fn in_exchange(exchange: u64, direction: Direction, peer: &str, head: &str, body: Content) -> Event {
    Event::Message { exchange, direction, peer: peer.into(), head: head.into(), body }
}

pub fn text(value: &Value) -> Content {
    Content::Text(value.to_string())
}

/// A coverage as a reception records it after a true answer.
pub fn coverage(period: &InsurancePeriod) -> Value {
    json!({
        "insured": period.insured, "insurerName": "見本", "inForce": period.covers(DAY), "since": period.from,
        "until": period.until, "copaymentPercent": period.copayment_stated(),
    })
}

fn answer_of(period: &InsurancePeriod) -> CoverageAnswer {
    CoverageAnswer {
        insured: period.insured.clone(),
        insurer_name: "見本".into(),
        in_force: period.covers(DAY),
        since: period.from,
        until: period.until,
        copayment_percent: period.copayment_stated(),
        relationship: period.relationship,
    }
}

fn der(tag: u8, content: &[&[u8]]) -> Vec<u8> {
    let content = content.concat();
    let length = match content.len() {
        n @ 0..128 => vec![n as u8],
        n => vec![0x81, u8::try_from(n).unwrap()],
    };
    [vec![tag], length, content].concat()
}

/// CertID of RFC 6960, section 4.1.1: SHA-1, two digests, the serial number.
fn cert_id(serial: u64) -> Vec<u8> {
    let sha1 = der(0x30, &[&[0x06, 0x05, 0x2B, 0x0E, 0x03, 0x02, 0x1A], &[0x05, 0x00]]);
    let digest = der(0x04, &[&[7; 20]]);
    let bytes = serial.to_be_bytes();
    let skipped = bytes.iter().take_while(|b| **b == 0).count();
    let sign: &[u8] = if bytes[skipped] >= 0x80 { &[0] } else { &[] };
    der(0x30, &[&sha1, &digest, &digest, &der(0x02, &[sign, &bytes[skipped..]])])
}

pub fn ocsp_request(serial: u64) -> Vec<u8> {
    der(0x30, &[&der(0x30, &[&der(0x30, &[&der(0x30, &[&cert_id(serial)])])])])
}

/// A successful response with the status *good*. Its signature is not valid.
pub fn ocsp_response(serial: u64) -> Vec<u8> {
    let time = der(0x18, &[b"20260505000002Z"]);
    let single = der(0x30, &[&cert_id(serial), &[0x80, 0x00], &time]);
    let data = der(0x30, &[&der(0xA2, &[&der(0x04, &[&[7; 20]])]), &time, &der(0x30, &[&single])]);
    let algorithm = der(0x30, &[&[0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0B], &[0x05, 0x00]]);
    let basic = der(0x30, &[&data, &algorithm, &der(0x03, &[&[0], &[9; 8]])]);
    let oid = [0x06, 0x09, 0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x01];
    let bytes = der(0xA0, &[&der(0x30, &[&oid, &der(0x04, &[&basic])])]);
    der(0x30, &[&[0x0A, 0x01, 0x00], &bytes])
}
