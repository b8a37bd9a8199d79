//! The rules of the matrix: one for each class of data in each zone where it is forbidden.

use crate::claim::Claim;
use crate::evidence::Evidence;
use crate::matrix::{Cell, Column, Row, matrix};
use crate::parts::check_of;
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use crate::sightings::{Sighting, Sightings};
use leak::DataClass;
use terms::journal::Entry;
use terms::roles::Zone;

/// One forbidden cell.
struct Forbidden {
    about: &'static About,
    class: DataClass,
    zone: Zone,
}

impl Rule for Forbidden {
    fn about(&self) -> &'static About {
        self.about
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let (sightings, class, zone) = (&run.sightings, self.class, self.zone);
        let mut remarks: Vec<String> = sightings.by_chance(class).map(ToString::to_string).collect();
        let mut unread: Vec<String> = sightings.search_error().map(str::to_string).into_iter().collect();
        if sightings.overrun() {
            unread.push("the work limit was reached: some encoded or compressed data was not searched".into());
        }
        unread.extend(sightings.not_read(zone).cloned());
        let unmatched = sightings.unmatched(class, zone);
        if unmatched > 0 {
            let places = if unmatched == 1 { "place looks" } else { "places look" };
            remarks.push(format!("{unmatched} {places} like a {} and belong to nobody in the run", class.name()));
        }
        let findings = sightings.of_class_in(class, zone).map(|s| self.finding(sightings, s, &run.journal[s.entry])).collect();
        Judged { evaluated: sightings.looked_at(class, zone), findings, remarks, unread, unseen: None }
    }
}

impl Forbidden {
    fn finding(&self, sightings: &Sightings, s: &Sighting, entry: &Entry) -> Finding {
        let clear = if sightings.in_clear(s) { ", on a wire without encryption" } else { "" };
        // Eligibility alone does not identify the person.
        let person = (s.class != DataClass::Eligibility).then_some(s.person);
        let whose = person.map_or(String::new(), |p| format!(" of person {p}"));
        let what = format!("{}{whose}, {}{clear}", s.class.name(), s.words);
        Finding {
            check: check_of(entry),
            person,
            place: Some(s.place.clone()),
            spelling: Some(s.how.clone()),
            hops: sightings.hops(s).to_vec(),
            zone: self.zone,
            ..Finding::that(&self.about.claims[0], entry, what)
        }
    }
}

/// The rules of all forbidden cells of zones that have a party, in the order of the matrix.
pub(crate) fn rules() -> Vec<&'static dyn Rule> {
    let mut all: Vec<&'static dyn Rule> = Vec::new();
    for row in &matrix().rows {
        for column in &matrix().columns {
            let zone = Zone::ALL.into_iter().find(|z| z.name() == column.id);
            if let (Some(zone), Some(Cell::Forbidden(Some(rule)))) = (zone, row.cells.get(&column.id)) {
                // These rules live as long as the process, like those written in code.
                let about = Box::leak(Box::new(about(row, column, zone, rule)));
                all.push(Box::leak(Box::new(Forbidden { about, class: row.class, zone })));
            }
        }
    }
    all
}

fn about(row: &'static Row, column: &'static Column, zone: Zone, id: &'static str) -> About {
    let (what, what_ja) = searched_for(row.class);
    About {
        id,
        title_en: static_text(format!("No {} at {}", row.en, column.en)),
        title_ja: static_text(format!("{}は{}に現れない", row.ja, column.ja)),
        strength: Strength::Must,
        source: static_text(row.source.concat()),
        basis: row.basis,
        claims: vec![Claim {
            id: static_text(format!("{id}/found")),
            what_en: static_text(format!("the {} of a person was found at {}", row.en, column.en)),
        }]
        .leak(),
        details_en: static_text(format!(
            "Everything that {} wrote, sent, received, showed, recorded or logged, and its stored state after a crash and at the \
             end, is searched for {what}. Every entry that is searched counts as looked at.",
            column.en
        )),
        details_ja: static_text(format!(
            "{}が書き、送り、受け取り、表示し、記録し、ログに書いたすべてと、異常終了の後及び終わりに保存されている状態から、{what_ja}探す。\
             検索したものはすべて、調べたものとして数える。",
            column.ja
        )),
        remedy_en: static_text(format!(
            "Follow the hops in the finding to the first party that received the {} without needing it, and keep it out there: \
             no field, header, log line or error text may carry it.",
            row.en
        )),
        remedy_ja: static_text(format!(
            "検出に示された経路を、{}を必要なく受け取った最初の当事者までたどり、そこに入れない。項目にも、ヘッダーにも、ログにも、エラーの文面にも含めない。",
            row.ja
        )),
        untested_en: static_text(format!("{} did nothing in this run, or nobody has a value of this class", column.en)),
        untested_ja: static_text(format!("この実行で{}が何もしていないか、この種類の値を持つ人がいない", column.ja)),
        applies: applies(row.class, zone),
        needs: vec![Sight::Party(zone)].leak(),
    }
}

/// What is searched for, in English and Japanese.
fn searched_for(class: DataClass) -> (&'static str, &'static str) {
    match class {
        DataClass::MyNumber | DataClass::ResidentCode | DataClass::MedicalNumber => (
            "every person's number, in every encoding that the leak search knows, also as a digest that brute force can reverse",
            "すべての人の番号を、検索が知るあらゆる符号化と、総当たりで戻せるダイジェストの形で",
        ),
        DataClass::InstitutionCode | DataClass::OtherInstitutionCode | DataClass::ResearchCode | DataClass::MedicalRecord => (
            "every person's code or record mark, in every encoding that the leak search knows, also as a digest that still joins \
             records",
            "すべての人の符号又は診療録の目印を、検索が知るあらゆる符号化と、なお記録を結び付けるダイジェストの形で",
        ),
        DataClass::AuthCertificate => (
            "the subject and the signature of every certificate, in every encoding that the leak search knows",
            "すべての電子証明書の主体者と署名を、検索が知るあらゆる符号化で",
        ),
        DataClass::InsuredIdentifier => (
            "number and symbol (or number and insurer) of a person's coverage near each other, in plain text",
            "近くに並ぶ、人の資格の番号と記号（又は番号と保険者）を、そのままの文字で",
        ),
        DataClass::Eligibility => {
            ("the words and JSON members that state eligibility, in plain text", "資格を述べる語とJSONの項目を、そのままの文字で")
        }
    }
}

/// The designs in which a party of a zone could have a value of a class. Chips, faces of cards and facilities are there in all.
fn applies(class: DataClass, zone: Zone) -> Applies {
    match (class, zone) {
        (DataClass::MedicalNumber, _) => Applies::VISIBLE_NUMBER,
        (_, Zone::Reader | Zone::Jpki) => Applies::CERTIFICATE,
        (_, Zone::Line | Zone::Broker | Zone::Insurer | Zone::NumberAuthority | Zone::Municipality) => Applies::ONLINE,
        _ => Applies::EVERYWHERE,
    }
}

fn static_text(text: String) -> &'static str {
    text.leak()
}
