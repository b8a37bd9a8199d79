//! All files of a card, and what a faulty personalisation adds to them and to the faces.

use crate::roles::card::testing::*;
use crate::roles::card::{Additions, Card, CardContent};
use sim::seed::Seed;
use std::collections::BTreeMap;

fn with(additions: Additions) -> Card {
    Card::new(CardContent { additions, ..content() }, Seed::new(1, "additions").stream("card"))
}

fn containing(files: &BTreeMap<String, Vec<u8>>, text: &str) -> Vec<String> {
    let found = |bytes: &[u8]| bytes.windows(text.len()).any(|w| w == text.as_bytes());
    files.iter().filter(|(_, bytes)| found(bytes)).map(|(name, _)| name.clone()).collect()
}

#[test]
fn the_files_are_listed_without_pins_and_contain_my_number_in_its_own_applications_only() {
    let files: BTreeMap<_, _> = card().files().into_iter().collect();
    assert_eq!(files["JPKI/000A"], content().authentication_certificate);
    assert_eq!(containing(&files, MY_NUMBER), ["CARD-SURFACE/0005", "TEXT-INPUT/0001"]);
    assert!(files.contains_key("COMMON/0001") && !files.contains_key("JPKI/0017") && !files.contains_key("JPKI/0018"));
    assert!(containing(&files, PASSWORD).is_empty());
}

#[test]
fn additions_are_where_they_were_put_and_the_card_works_as_before() {
    let plain = card();
    let broken = with(Additions {
        front: Some("FRONT-X".into()),
        back: Some("BACK-X".into()),
        token_info: Some(b"TOKEN-X".to_vec()),
        unknown_file: Some(b"FILE-X".to_vec()),
    });
    let files: BTreeMap<_, _> = broken.files().into_iter().collect();
    let places = (containing(&files, "TOKEN-X"), containing(&files, "FILE-X"));
    assert_eq!(places, (vec!["JPKI/0006".into()], vec!["JPKI/0009".into()]));
    assert_eq!(files["JPKI/0006"].len(), 160);
    assert!(broken.front().lines().ends_with("備考: FRONT-X") && broken.back().lines().ends_with("備考: BACK-X"));
    assert_eq!(broken.front().fields[..6], plain.front().fields[..]);
    assert_eq!(files.len(), plain.files().len());
}
