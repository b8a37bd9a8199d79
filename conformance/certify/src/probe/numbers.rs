//! What only the number authority answers: institution codes by either number.

use super::client::{Seen, Tls};
use super::expect::Expect;
use super::requests::Request;
use super::story::{Story, Unmet, holds, must, prepared};
use super::{Bench, Probe};
use mocks::pki::tls::TlsIdentity;
use sim::terms::identifiers::{MyNumber, ResidentCode};
use sim::terms::messages::{FIELD_EXCHANGE, FIELD_MEDICAL_INSURANCE, IssueAnswer, IssueQuestion, KnownBy};
use sim::terms::operation::Message;

const OK: Expect = Expect::Success(200);
const NOT_PERMITTED: Expect = Expect::Refused(&[403], &["not-permitted"]);
const MALFORMED: Expect = Expect::Refused(&[400], &["malformed"]);
/// The most numbers of one question.
const MOST: usize = 500;
/// The person of the kit who did not opt in.
const NOT_OPTED_IN: usize = 11;

pub fn probes() -> Vec<Probe> {
    vec![
        Probe::story("number/order", "Codes come in the order of the numbers", order),
        Probe::story("number/both-numbers", "The same code by My Number and by resident code, and again", both_numbers),
        Probe::story("number/fields", "One person's codes in two fields differ", fields),
        Probe::story("number/not-permitted", "Each party may ask by its own number, and others not at all", not_permitted),
        Probe::story("number/none", "A question without numbers", none),
        Probe::story("number/too-many", "500 numbers, and 501", too_many),
        Probe::story("number/without-code", "A person who did not opt in, and a number that belongs to nobody", without_code),
        Probe::story("number/wrong", "A number with a wrong check digit among good ones, and one of the other kind", wrong),
    ]
}

fn jpki(bench: &Bench) -> Result<&TlsIdentity, Unmet> {
    prepared(bench.parties.roles.get("jpki"), "the certificate of JPKI")
}

fn insurer(bench: &Bench) -> Result<&TlsIdentity, Unmet> {
    prepared(bench.parties.insurers.values().next(), "the certificate of an insurer")
}

fn ask(bench: &Bench, client: &TlsIdentity, field: &str, known_by: KnownBy, numbers: Vec<String>) -> Seen {
    let question = IssueQuestion::new(field, known_by, numbers);
    let request = Request { body: question.write(), ..bench.good.request(bench.next()) };
    bench.server.ask(&Tls::of(client), &request.bytes())
}

/// The codes for these numbers.
fn codes(
    bench: &Bench,
    client: &TlsIdentity,
    field: &str,
    by: KnownBy,
    numbers: Vec<String>,
) -> Result<Vec<Option<String>>, Unmet> {
    let asked = numbers.len();
    let answer = must(&format!("{asked} numbers"), &OK, ask(bench, client, field, by, numbers))?;
    let Ok(read) = IssueAnswer::read(&answer.body) else {
        return holds(false, "an answer as the contract defines it", "another body").map(|()| Vec::new());
    };
    holds(read.codes.len() == asked, "as many codes as numbers", "more or fewer")?;
    Ok(read.codes.into_iter().map(|code| code.map(String::from)).collect())
}

fn resident(bench: &Bench, person: usize) -> Result<String, Unmet> {
    Ok(prepared(bench.parties.person(person), "a person of the kit")?.person.resident_code.reveal().to_string())
}

fn my_number(bench: &Bench, person: usize) -> Result<String, Unmet> {
    Ok(prepared(bench.parties.person(person), "a person of the kit")?.person.my_number.reveal().to_string())
}

fn by_resident_code(bench: &Bench, people: &[usize]) -> Result<Vec<Option<String>>, Unmet> {
    let numbers = people.iter().map(|person| resident(bench, *person)).collect::<Result<_, _>>()?;
    codes(bench, jpki(bench)?, FIELD_MEDICAL_INSURANCE, KnownBy::ResidentCode, numbers)
}

fn order(bench: &Bench) -> Story {
    let there = by_resident_code(bench, &[0, NOT_OPTED_IN, 1, 0])?;
    let back = by_resident_code(bench, &[0, 1, NOT_OPTED_IN, 0])?;
    let (first, second) = (by_resident_code(bench, &[0])?, by_resident_code(bench, &[1])?);
    let is = there == [&first[..], &[None], &second, &first].concat() && back == [&first[..], &second, &[None], &first].concat();
    holds(is, "codes in the order of the numbers", "another order")?;
    holds(first != second && first.first().is_some_and(Option::is_some), "different codes of two people", "the same, or none")
}

fn both_numbers(bench: &Bench) -> Story {
    let by_resident = by_resident_code(bench, &[0])?;
    let mine = vec![my_number(bench, 0)?];
    let by_my_number = codes(bench, insurer(bench)?, FIELD_MEDICAL_INSURANCE, KnownBy::MyNumber, mine)?;
    holds(by_resident == by_my_number, "the same code by both numbers", "two codes")?;
    holds(by_resident == by_resident_code(bench, &[0])?, "the same code again", "another code")
}

fn fields(bench: &Bench) -> Story {
    let in_field = |field| codes(bench, jpki(bench)?, field, KnownBy::ResidentCode, vec![resident(bench, 0)?]);
    let (one, other) = (in_field(FIELD_MEDICAL_INSURANCE)?, in_field(FIELD_EXCHANGE)?);
    let both = [&one[..], &other].concat().iter().all(Option::is_some);
    holds(both && one != other, "two different codes", "the same code, or none")
}

fn not_permitted(bench: &Bench) -> Story {
    let (residents, mine) = (vec![resident(bench, 0)?], vec![my_number(bench, 0)?]);
    let field = FIELD_MEDICAL_INSURANCE;
    must("JPKI by My Number", &NOT_PERMITTED, ask(bench, jpki(bench)?, field, KnownBy::MyNumber, mine.clone()))?;
    must(
        "an insurer by resident code",
        &NOT_PERMITTED,
        ask(bench, insurer(bench)?, field, KnownBy::ResidentCode, residents.clone()),
    )?;
    must("a facility by My Number", &NOT_PERMITTED, ask(bench, &bench.unauthorised, field, KnownBy::MyNumber, mine))?;
    must("a facility by resident code", &NOT_PERMITTED, ask(bench, &bench.unauthorised, field, KnownBy::ResidentCode, residents))
        .map(drop)
}

fn none(bench: &Bench) -> Story {
    let none = codes(bench, jpki(bench)?, FIELD_MEDICAL_INSURANCE, KnownBy::ResidentCode, Vec::new())?;
    holds(none.is_empty(), "no codes", "some")
}

fn too_many(bench: &Bench) -> Story {
    let numbers = vec![resident(bench, 0)?; MOST + 1];
    codes(bench, jpki(bench)?, FIELD_MEDICAL_INSURANCE, KnownBy::ResidentCode, numbers[..MOST].to_vec())?;
    let refused = Expect::Refused(&[413], &["too-many"]);
    let seen = ask(bench, jpki(bench)?, FIELD_MEDICAL_INSURANCE, KnownBy::ResidentCode, numbers);
    must("501 numbers", &refused, seen).map(drop)
}

/// Numbers whose check digits are right and that belong to nobody of the kit.
fn without_code(bench: &Bench) -> Story {
    let known = |number: &str| {
        let people = bench.parties.ground.people.iter();
        people.into_iter().any(|p| [p.person.resident_code.reveal(), p.person.my_number.reveal()].contains(&number))
    };
    let free = (1..).map(|n| ResidentCode::from_body(9_876_543_000 + n).reveal().to_string()).find(|n| !known(n));
    let free = prepared(free, "a number that belongs to nobody")?;
    let numbers = vec![resident(bench, NOT_OPTED_IN)?, free];
    let found = codes(bench, jpki(bench)?, FIELD_MEDICAL_INSURANCE, KnownBy::ResidentCode, numbers)?;
    holds(found.iter().all(Option::is_none), "`null` for both", "a code")?;
    let free = (1..).map(|n| MyNumber::from_body(98_765_430_000 + n).reveal().to_string()).find(|n| !known(n));
    let numbers = vec![my_number(bench, NOT_OPTED_IN)?, prepared(free, "a number that belongs to nobody")?];
    let found = codes(bench, insurer(bench)?, FIELD_MEDICAL_INSURANCE, KnownBy::MyNumber, numbers)?;
    holds(found.iter().all(Option::is_none), "`null` for both", "a code")
}

fn wrong(bench: &Bench) -> Story {
    let good = resident(bench, 0)?;
    let (body, last) = good.split_at(good.len() - 1);
    let wrong = format!("{body}{}", (last.parse::<u8>().unwrap_or_default() + 1) % 10);
    let others = [
        ("a wrong check digit", wrong),
        ("a My Number", my_number(bench, 0)?),
        ("letters", "x".repeat(11)),
        ("nothing", String::new()),
    ];
    for (when, number) in others {
        let seen =
            ask(bench, jpki(bench)?, FIELD_MEDICAL_INSURANCE, KnownBy::ResidentCode, vec![good.clone(), number, good.clone()]);
        must(when, &MALFORMED, seen)?;
    }
    Ok(())
}
