//! NVN-061: no reader selects a card application that contains 個人番号.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::Evidence;
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use data_encoding::HEXLOWER_PERMISSIVE;
use terms::journal::Event;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "NVN-061",
    title_en: "No reader selects the card application that contains My Number",
    title_ja: "カードリーダーは、マイナンバーを格納した領域を選択しない",
    strength: Strength::Must,
    source: "「ICチップから電子証明書を読み取り」「マイナンバーが視認されない仕組みを検討する」; \
             profile: the applications 券面入力補助 and 券面事項確認 contain My Number as text and as an image",
    basis: Basis::Considered,
    claims: CLAIMS,
    details_en: "Every SELECT by name (ISO/IEC 7816-4, section 11.2.2: INS A4, P1 04) of a reader or facility is looked at, with \
                 any class, P2, Lc and Le. It must not name D3921000310001010408 or D3921000310001010402, nor a prefix of one \
                 that is longer than what they share with the application of the certificates, nor a name that one of them is a \
                 prefix of. Whether the card answered does not matter: there is no reason to ask.",
    details_ja: "カードリーダー又は医療機関等による名前でのSELECT（ISO/IEC 7816-4 11.2.2：INS A4、P1 04）を、クラス、P2、\
                 Lc、Leによらずすべて調べる。D3921000310001010408とD3921000310001010402、証明書のアプリケーションと共通\
                 の部分より長いそれらの先頭部分、それらを先頭に持つ名前を指定してはならない。カードが応答したかどうかは\
                 問わない。尋ねる理由がない。",
    remedy_en: "Select D392F000260100000001 (公的個人認証) by its full name, and nothing else.",
    remedy_ja: "D392F000260100000001（公的個人認証）だけを、名前の全体で選択する。",
    untested_en: "no reader selected a card application by name in this run",
    untested_ja: "この実行で、カードのアプリケーションを名前で選択したカードリーダーがない",
    applies: Applies::CERTIFICATE,
    needs: &[Sight::Party(Zone::Reader)],
};

/// 券面入力補助AP and 券面事項確認AP.
const FORBIDDEN: [[u8; 10]; 2] =
    [[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08], [0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x02]];
/// Length of the prefix that they share with the name of 公的個人認証AP: `D392`.
const SHARED: usize = 2;

claims! { "NVN-061";
    SELECTED = "selected": "the application that contains My Number was selected";
    PARTIAL_NAME = "partial-name": "the application that contains My Number was selected by a name that is not exact";
}

pub struct ReaderLeavesMyNumberAlone;

impl Rule for ReaderLeavesMyNumberAlone {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        for entry in run.journal.iter().filter(|e| matches!(e.zone, Zone::Reader | Zone::Facility)) {
            let Event::Apdu { command, response, .. } = &entry.event else { continue };
            let Some(name) = HEXLOWER_PERMISSIVE.decode(command.as_bytes()).ok().and_then(|c| selected_name(&c)) else {
                continue;
            };
            judged.evaluated += 1;
            if names_my_number(&name) {
                let answered = if response.ends_with("9000") { "and the card opened it" } else { "and the card refused" };
                let claim = if FORBIDDEN.iter().any(|f| *f == name.as_slice()) { SELECTED } else { PARTIAL_NAME };
                let what = format!("{}, {answered}", claim.what_en);
                judged.findings.push(Finding { place: Some("command".into()), ..Finding::that(&claim, entry, what) });
            }
        }
        judged
    }
}

/// The name in a SELECT by name; `None` for any other command. Lc is short or extended.
fn selected_name(command: &[u8]) -> Option<Vec<u8>> {
    let [_, 0xA4, 0x04, _, rest @ ..] = command else { return None };
    let (length, data) = match rest {
        [] => (0, rest),
        [0, hi, lo, data @ ..] if !data.is_empty() => (usize::from(u16::from_be_bytes([*hi, *lo])), data),
        [length, data @ ..] => (usize::from(*length), data),
    };
    // A truncated command names what is left of it.
    Some(data[..length.min(data.len())].to_vec())
}

fn names_my_number(name: &[u8]) -> bool {
    FORBIDDEN.iter().any(|f| name.starts_with(f) || (name.len() > SHARED && f.starts_with(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forbidden(hex: &str) -> Option<bool> {
        let hex: String = hex.split(' ').collect();
        selected_name(&HEXLOWER_PERMISSIVE.decode(hex.as_bytes()).unwrap()).map(|name| names_my_number(&name))
    }

    #[test]
    fn both_applications_are_known_in_every_form_of_the_command() {
        for command in [
            "00a4040c0a D3921000310001010408",
            "00a4040c0a D3921000310001010402",
            "00a404000a D3921000310001010408 00",
            "00a404020a D3921000310001010408",
            "01a4040c0a D3921000310001010408",
            "00a4040c00000a D3921000310001010408",
            "00a4040c00000a D3921000310001010408 0000",
            "00a4040c09 D39210003100010104",
            "00a4040c05 D392100031",
            "00a4040c0b D392100031000101040800",
            "00a4040c0a D39210003100010104",
        ] {
            assert_eq!(forbidden(command), Some(true), "{command}");
        }
    }

    #[test]
    fn other_applications_and_other_commands_are_not_forbidden() {
        for command in [
            "00a4040c0a D392F000260100000001",
            "00a4040c0a D3921000310001010100",
            "00a4040c02 D392",
            "00a4040c",
            "00a4040c07 A0000001510000",
        ] {
            assert_eq!(forbidden(command), Some(false), "{command}");
        }
        for command in ["00a4020c020001", "00b000000f", "00a4", ""] {
            assert_eq!(forbidden(command), None, "{command}");
        }
    }
}
