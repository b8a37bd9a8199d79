//! What is printed on the card (券面).

use super::content::CardContent;
use jiff::civil::Date;
use std::fmt;

/// One side of the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// 表: photo, the four attributes, expiry.
    Front,
    /// 裏: the printed My Number. A card case shows the front only.
    Back,
}

/// 券面. What anyone can read on one side of the card. `Debug` prints none of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Face {
    pub side: Side,
    /// What is printed, from top to bottom, as (label, text).
    pub fields: Vec<(&'static str, String)>,
    /// Whether the photo is on this side.
    pub photo: bool,
}

impl Face {
    /// Everything that is printed, one line for each field.
    pub fn lines(&self) -> String {
        self.fields.iter().map(|(label, value)| format!("{label}: {value}")).collect::<Vec<_>>().join("\n")
    }

    /// The text printed under a label.
    pub fn text(&self, label: &str) -> Option<&str> {
        self.fields.iter().find(|f| f.0 == label).map(|f| f.1.as_str())
    }
}

impl fmt::Debug for Face {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Face({:?}, …)", self.side)
    }
}

fn printed(day: Date) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

pub(super) fn front(c: &CardContent) -> Face {
    let mut fields = vec![
        ("氏名", c.attributes.name.clone()),
        ("住所", c.attributes.address.clone()),
        ("生年月日", printed(c.attributes.birth)),
        ("性別", c.attributes.sex.printed().to_string()),
        ("有効期限", printed(c.expires)),
        ("セキュリティコード", c.security_code.clone()),
    ];
    fields.extend(c.additions.front.iter().map(|text| ("備考", text.clone())));
    Face { side: Side::Front, fields, photo: true }
}

/// My Number is printed in three groups of four digits.
pub(super) fn back(c: &CardContent) -> Face {
    let number = c.my_number.reveal();
    let groups: Vec<&str> = [number.get(0..4), number.get(4..8), number.get(8..12)].into_iter().flatten().collect();
    let mut fields =
        vec![("個人番号", groups.join(" ")), ("氏名", c.attributes.name.clone()), ("生年月日", printed(c.attributes.birth))];
    fields.extend(c.additions.back.iter().map(|text| ("備考", text.clone())));
    Face { side: Side::Back, fields, photo: false }
}
