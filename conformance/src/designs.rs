//! Rules and designs: which rules name which choice, and why some choices need no rule of their own.

use crate::rule::About;
use crate::rules;
use terms::design::{Axis, Choice, CodeLookup, Codes, Eligibility, Identity, Line, Presented, Remembered, Validity};

/// Why no rule names a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoRule {
    pub choice: Choice,
    pub ja: &'static str,
    pub en: &'static str,
}

macro_rules! no_rules {
    ($($axis:ident::$choice:ident $ja:literal $en:literal;)*) => {
        /// The choices that no rule names.
        pub static NO_RULES: &[NoRule] = &[$(NoRule { choice: Choice::$axis($axis::$choice), ja: $ja, en: $en }),*];
    };
}

no_rules! {
    Presented::Certificate "電子証明書はどの方式でも提示されるため、電子証明書に関する規則はすべての方式に適用される" "a certificate is presented in every design, so that all rules on certificates apply to every design";
    Presented::PaperCard "オンラインでの照会がないため、照会に関する規則は適用されず、窓口の記録・画面・券面に関する規則だけが適用される" "nothing is sent online: the rules on requests and answers are not applicable, and those on the records, screens and cards of the counter apply";
    CodeLookup::NotAsked "照会がないため、照会に関する規則は適用されない" "nobody is asked, so that no rule on look-ups applies";
    Eligibility::OnCard "照会がないため、回答に関する規則は適用されない" "nobody answers, so that no rule on answers applies";
    Remembered::NumberAsShown "LINK-001はすべての方式に適用され、番号の保持をこの方式に限って認める" "LINK-001 applies to every design, and lets facilities keep the number in this one";
    Line::Dedicated "通信路に関する規則（SEC-006、MIN-006）はどの回線にも適用される" "the rules on what is on a wire (SEC-006, MIN-006) apply to every line";
    Line::InternetVpn "通信路に関する規則（SEC-006、MIN-006）はトンネルの中にも適用される。トンネルの確立は記録に現れない" "the rules on what is on a wire (SEC-006, MIN-006) apply inside the tunnel too; that it was established leaves nothing in a recording";
    Identity::NotChecked "本人確認がないため、FLOW-003は適用されない" "nobody checks the person, so that FLOW-003 does not apply";
    Codes::FromResidentCode "符号に関する規則（CODE-001からCODE-005）は生成方法によらず適用される" "the rules on codes (CODE-001 to CODE-005) apply however they are made";
    Codes::FromMyNumber "符号に関する規則（CODE-001からCODE-005）は生成方法によらず適用される" "the rules on codes (CODE-001 to CODE-005) apply however they are made";
    Codes::RandomTable "符号に関する規則（CODE-001からCODE-005）は生成方法によらず適用される" "the rules on codes (CODE-001 to CODE-005) apply however they are made";
    Validity::ToItsEnd "SEC-001はすべての方式に適用され、この方式では満了を認めない" "SEC-001 applies to every design, and allows no time after the end in this one";
    Remembered::CertificateSerial "LINK-001はすべての方式に適用され、シリアル番号の保持をこの方式に限って認める" "LINK-001 applies to every design, and lets facilities keep the serial number in this one";
}

/// The rules that name a choice.
pub fn naming(choice: Choice) -> impl Iterator<Item = &'static About> {
    rules::all()
        .iter()
        .map(|rule| rule.about())
        .filter(move |about| about.applies.is_particular() && about.applies.choices.contains(&choice))
}

/// Why no rule names a choice, if none does.
pub fn no_rule(choice: Choice) -> Option<&'static NoRule> {
    NO_RULES.iter().find(|none| none.choice == choice)
}

/// Every choice of every axis.
pub fn choices() -> impl Iterator<Item = Choice> {
    Axis::ALL.iter().flat_map(|axis| axis.choices().iter().copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_is_named_by_a_rule_or_says_why_it_needs_none() {
        for choice in choices() {
            let named = naming(choice).next().is_some();
            assert!(named != no_rule(choice).is_some(), "{choice:?}: named by a rule: {named}, has a reason: {}", !named);
        }
    }

    #[test]
    fn a_rule_that_does_not_apply_everywhere_says_why() {
        for applies in rules::all().iter().map(|r| r.about().applies).filter(|a| !a.is_everywhere()) {
            assert!(!applies.otherwise_ja.is_empty() && !applies.otherwise_en.is_empty());
        }
    }
}
