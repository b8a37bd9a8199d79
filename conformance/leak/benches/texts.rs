//! What is searched in the bench and in the example: texts of 4 MiB, the same in every run.

use leak::{DataClass, Secret, Value};
use sha2::{Digest, Sha256};
use terms::identifiers::{InstitutionCode, MyNumber, ResidentCode};

pub const SIZE: usize = 4 << 20;

/// Fills buffers with uniform bytes, the same in every run: SHA-256 over a name and a counter.
fn noise(name: &'static str) -> impl FnMut(&mut [u8]) {
    let mut counter = 0u64;
    move |bytes| {
        for chunk in bytes.chunks_mut(32) {
            let block = Sha256::new().chain_update(name).chain_update(counter.to_be_bytes()).finalize();
            chunk.copy_from_slice(&block[..chunk.len()]);
            counter += 1;
        }
    }
}

fn number(random: &mut impl FnMut(&mut [u8]), below: u64) -> u64 {
    let mut bytes = [0; 8];
    random(&mut bytes);
    u64::from_le_bytes(bytes) % below
}

pub fn people(count: u64) -> Vec<Secret> {
    let mut random = noise("people");
    let mut all = Vec::new();
    for person in 0..count {
        let my = MyNumber::from_body(number(&mut random, 100_000_000_000));
        let resident = ResidentCode::from_body(number(&mut random, 10_000_000_000));
        let mut code = [0; 16];
        random(&mut code);
        let code = InstitutionCode::from_bytes(code);
        all.push(Secret { class: DataClass::MyNumber, person, value: Value::Digits(my.reveal().into()) });
        all.push(Secret { class: DataClass::ResidentCode, person, value: Value::Digits(resident.reveal().into()) });
        all.push(Secret { class: DataClass::InstitutionCode, person, value: Value::Code(code.reveal().into()) });
    }
    all
}

pub fn texts() -> Vec<(&'static str, Vec<u8>)> {
    const WORDS: [&str; 32] = [
        "the",
        "patient",
        "shows",
        "a",
        "card",
        "to",
        "reader",
        "and",
        "facility",
        "asks",
        "whether",
        "insurance",
        "is",
        "in",
        "force",
        "of",
        "which",
        "answer",
        "comes",
        "from",
        "broker",
        "with",
        "no",
        "number",
        "at",
        "all",
        "this",
        "was",
        "decided",
        "long",
        "ago",
        "by",
    ];
    const JAPANESE: [&str; 16] = [
        "保険医療機関等は、",
        "個人番号カードから",
        "電子証明書を",
        "読み取り、",
        "資格確認サービス機関に",
        "照会する。",
        "医療保険の",
        "資格を",
        "オンラインで",
        "確認する",
        "仕組みは、",
        "平成28年",
        "五月に",
        "まとめられた。",
        "二つの",
        "番号は用いない。",
    ];
    let mut random = noise("texts");
    let (mut prose, mut json, mut base64, mut japanese) = (String::new(), String::new(), String::new(), String::new());
    let mut words = 0;
    while prose.len() < SIZE {
        prose += WORDS[number(&mut random, 32) as usize];
        words += 1;
        prose += match words % 97 {
            0 => ". In 2016 ",
            13 | 47 => ".\n",
            29 | 71 => ", ",
            _ => " ",
        };
    }
    while json.len() < SIZE {
        let (id, time, amount) = (number(&mut random, 1 << 32), number(&mut random, 86_400), number(&mut random, 100_000));
        json += &format!(
            "{{\"id\":{id},\"time\":\"2018-04-05T{:02}:{:02}:{:02}Z\",\"checkId\":\"c{amount:06}-{id:08x}\",\"status\":\"active\",\
             \"note\":\"{} {} {}\",\"amount\":{amount}}}\n",
            time / 3600,
            time / 60 % 60,
            time % 60,
            WORDS[number(&mut random, 32) as usize],
            WORDS[number(&mut random, 32) as usize],
            WORDS[number(&mut random, 32) as usize],
        );
    }
    while base64.len() < SIZE {
        let mut bytes = vec![0; 24 + number(&mut random, 600) as usize];
        random(&mut bytes);
        base64 += &format!("{{\"signature\":\"{}\",\"of\":\"certificate\"}}\n", data_encoding::BASE64.encode(&bytes));
    }
    while japanese.len() < SIZE {
        japanese += JAPANESE[number(&mut random, 16) as usize];
    }
    let mut binary = vec![0; SIZE];
    random(&mut binary);
    vec![
        ("prose", prose.into_bytes()),
        ("JSON", json.into_bytes()),
        ("base64", base64.into_bytes()),
        ("Japanese", japanese.into_bytes()),
        ("random", binary),
    ]
}
