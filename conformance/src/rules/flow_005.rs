//! FLOW-005: the certificate that is presented was read from the card in that check.

use crate::basis::Basis;
use crate::claim::claims;
use crate::evidence::Evidence;
use crate::rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
use terms::check::Step;
use terms::parties;
use terms::roles::Zone;

static ABOUT: About = About {
    id: "FLOW-005",
    title_en: "The certificate presented was read from the card in that very check",
    title_ja: "提示する電子証明書は、その資格確認で読み取ったものである",
    strength: Strength::Must,
    source: "「③ ICチップから電子証明書を読み取り」「④ 資格情報の要求」",
    basis: Basis::Example,
    claims: CLAIMS,
    details_en: "The certificate in each request that the broker receives consists, without a gap, of what the facility's reader \
                 read from a card (READ BINARY, ISO/IEC 7816-4) between step ① of that check and the request; if checks overlap \
                 at one counter, in any of them.",
    details_ja: "資格確認サービス機関が受け取った要求の電子証明書は、その確認の段階①から要求までの間に、医療機関等のカー\
                 ドリーダーがカードから読み取ったもの（READ BINARY、ISO/IEC 7816-4）から切れ目なく成る。一つの窓口で確認\
                 が重なるときは、そのいずれかで読み取ったものでよい。",
    remedy_en: "Keep no certificate: read it again for each check.",
    remedy_ja: "電子証明書を保持せず、確認のたびに読み取る。",
    untested_en: "the broker received no request with a certificate, or no reader was seen, in this run",
    untested_ja: "この実行で、電子証明書のある要求が資格確認サービス機関に届いていないか、カードリーダーが観測されていな\
                  い",
    applies: Applies::CERTIFICATE,
    needs: &[Sight::Party(Zone::Facility), Sight::Party(Zone::Reader), Sight::Link(Zone::Facility, Zone::Broker)],
};

claims! { "FLOW-005";
    NOT_READ = "not-read": "the certificate presented was not read from a card since the card was shown (①)";
}

pub struct ReadInThisCheck;

impl Rule for ReadInThisCheck {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, run: &Evidence<'_>) -> Judged {
        let mut judged = Judged::default();
        for submission in &run.submissions {
            let (Some(question), Some(trail)) = (&submission.question, run.checks.get(&submission.check)) else { continue };
            let Some(shown) = trail.first(Step::CardShown) else { continue };
            let reader = parties::reader_of(&shown.host);
            let Some(reads) = reader.and_then(|reader| run.card_reads.get(reader.as_str())) else { continue };
            let [from, to] = [shown.seq + 1, submission.entry.seq].map(|seq| reads.partition_point(|r| r.entry.seq < seq));
            let pieces: Vec<&[u8]> = reads.get(from..to).into_iter().flatten().map(|r| r.data.as_slice()).collect();
            judged.evaluated += 1;
            if !made_of(&question.certificate, &pieces) {
                let finding = Finding::of(&NOT_READ, submission.entry).of_check(&submission.check, trail.person);
                judged.findings.push(finding.since(shown.seq));
            }
        }
        judged
    }
}

/// Whether `whole` can be assembled from `pieces`, each any number of times, without a gap. A reader may read a part twice: first
/// the header, then the whole from its beginning.
fn made_of(whole: &[u8], pieces: &[&[u8]]) -> bool {
    let mut reached = vec![false; whole.len() + 1];
    reached[0] = true;
    for at in 0..whole.len() {
        if reached[at] {
            for piece in pieces.iter().filter(|p| whole[at..].starts_with(p)) {
                reached[at + piece.len()] = true;
            }
        }
    }
    reached[whole.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_is_assembled_from_pieces_or_not() {
        assert!(made_of(b"abcdef", &[b"ab", b"abc", b"def"]));
        assert!(!made_of(b"abcdef", &[b"ab", b"abc", b"de"]));
        assert!(!made_of(b"a", &[]) && made_of(b"", &[]));
    }
}
