//! Designs: what policymakers compare. A design is one choice on every axis, and the parameters of these choices.
//!
//! Axes, choices and parameters are data: what lists, explains, checks or draws designs reads the tables here. What behaves
//! differently compares the typed choices, never their names. The first choice on an axis is the source's example.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::time::Duration;

/// A title and an explanation, both in Japanese and in English.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explained {
    pub title_ja: &'static str,
    pub title_en: &'static str,
    pub text_ja: &'static str,
    pub text_en: &'static str,
}

macro_rules! axes {
    ($($axis:ident $field:ident $id:literal $title_ja:literal $title_en:literal $text_ja:literal $text_en:literal {
        $($choice:ident $name:literal $c_title_ja:literal $c_title_en:literal $c_text_ja:literal $c_text_en:literal;)*
    })*) => {
        /// An axis on which designs differ.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Axis { $(#[doc = $title_en] $axis,)* }

        /// A choice on an axis.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Choice { $(#[doc = $title_en] $axis($axis),)* }

        impl Axis {
            pub const ALL: &'static [Axis] = &[$(Axis::$axis),*];

            /// Its id in files.
            pub fn id(self) -> &'static str {
                match self { $(Axis::$axis => $id),* }
            }

            pub fn explained(self) -> &'static Explained {
                match self {
                    $(Axis::$axis => &Explained { title_ja: $title_ja, title_en: $title_en, text_ja: $text_ja, text_en: $text_en },)*
                }
            }

            /// Every choice on the axis, the source's example first.
            pub fn choices(self) -> &'static [Choice] {
                match self { $(Axis::$axis => &[$(Choice::$axis($axis::$choice)),*],)* }
            }
        }

        impl Choice {
            pub fn axis(self) -> Axis {
                match self { $(Choice::$axis(_) => Axis::$axis),* }
            }

            /// Its id in files.
            pub fn id(self) -> &'static str {
                match self { $(Choice::$axis(choice) => choice.id()),* }
            }

            pub fn explained(self) -> &'static Explained {
                match self { $(Choice::$axis(choice) => choice.explained()),* }
            }
        }

        $(
            #[doc = $text_en]
            #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub enum $axis { $(#[doc = $c_text_en] $choice,)* }

            impl $axis {
                pub const ALL: &'static [$axis] = &[$($axis::$choice),*];

                /// Its id in files.
                pub fn id(self) -> &'static str {
                    match self { $($axis::$choice => $name),* }
                }

                pub fn explained(self) -> &'static Explained {
                    match self {
                        $($axis::$choice => &Explained {
                            title_ja: $c_title_ja, title_en: $c_title_en, text_ja: $c_text_ja, text_en: $c_text_en,
                        },)*
                    }
                }
            }

            impl Default for $axis {
                /// The source's example.
                fn default() -> Self {
                    $axis::ALL[0]
                }
            }

            impl Serialize for $axis {
                fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                    to.serialize_str(self.id())
                }
            }

            impl<'de> Deserialize<'de> for $axis {
                fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                    let text = String::deserialize(from)?;
                    match parse(Axis::$axis, &text) {
                        Some(Choice::$axis(choice)) => Ok(choice),
                        _ => Err(serde::de::Error::custom(unknown(Axis::$axis, &text))),
                    }
                }
            }
        )*

        /// One choice on every axis, under a name.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case", deny_unknown_fields)]
        pub struct Design {
            /// Runs, journals and results name it.
            pub name: String,
            /// How to name it on the command line: the built-in name, or the file as given. In no journal.
            #[serde(skip)]
            pub source: String,
            /// In no journal, so that a change of wording changes none.
            #[serde(skip)]
            pub title: DesignTitle,
            $(pub $field: $axis,)*
            /// The parameters of its choices, where they have any.
            #[serde(default, skip_serializing_if = "Parameters::is_empty")]
            pub parameters: Parameters,
        }

        impl Design {
            /// The choice on an axis.
            pub fn choice(&self, axis: Axis) -> Choice {
                match axis { $(Axis::$axis => Choice::$axis(self.$field)),* }
            }

            /// The design with another choice on its axis.
            pub fn with(mut self, choice: Choice) -> Design {
                match choice { $(Choice::$axis(choice) => self.$field = choice),* }
                self
            }
        }
    };
}

macro_rules! parameters {
    ($($name:ident $field:ident $id:literal: $kind:ident of $($axis:ident::$choice:ident)|+, $ja:literal $en:literal;)*) => {
        /// A figure that some choice needs.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Parameter { $(#[doc = $en] $name,)* }

        impl Parameter {
            pub const ALL: &'static [Parameter] = &[$(Parameter::$name),*];

            /// Its id in files.
            pub fn id(self) -> &'static str {
                match self { $(Parameter::$name => $id),* }
            }

            /// The choices that need it.
            pub fn of(self) -> &'static [Choice] {
                match self { $(Parameter::$name => &[$(Choice::$axis($axis::$choice)),+]),* }
            }

            pub fn kind(self) -> ParameterKind {
                match self { $(Parameter::$name => ParameterKind::$kind),* }
            }

            /// Its description in Japanese.
            pub fn text_ja(self) -> &'static str {
                match self { $(Parameter::$name => $ja),* }
            }

            /// Its description in English.
            pub fn text_en(self) -> &'static str {
                match self { $(Parameter::$name => $en),* }
            }
        }

        /// The figures of a design's choices. Those of other choices are absent.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case", deny_unknown_fields)]
        pub struct Parameters {
            $(
                #[doc = $en]
                #[serde(default, skip_serializing_if = "Option::is_none")]
                pub $field: Option<$kind>,
            )*
        }

        impl Parameters {
            /// Its value as written in files; `None` if it is absent.
            pub fn get(&self, parameter: Parameter) -> Option<String> {
                match parameter { $(Parameter::$name => self.$field.map(|value| value.to_string())),* }
            }

            /// Sets it from the value in a file. Returns `false` if the value is not of the parameter's kind.
            pub fn set(&mut self, parameter: Parameter, text: &str) -> bool {
                match parameter {
                    $(Parameter::$name => {
                        self.$field = text.parse().ok();
                        self.$field.is_some()
                    })*
                }
            }
        }
    };
}

axes! {
    Presented presented "presented" "医療機関が提示するもの" "What the facility presents"
        "照会のときに医療機関等が資格確認サービス機関に提示するもの" "What the facility presents to the broker when it asks for the eligibility." {
        Certificate "certificate" "電子証明書" "Certificate" "チップから読み取った利用者証明用電子証明書だけを提示する" "The authentication certificate as read from the chip, and nothing else.";
        SignedChallenge "signed-challenge" "署名付きチャレンジ" "Certificate with a signed challenge" "電子証明書に加え、資格確認サービス機関がその都度発行する新しいチャレンジへのカードの署名を提示する。カードが今そこにあることが分かる" "The certificate and the card's signature over a fresh challenge of the broker, which shows that the card is there now.";
    }
    CodeLookup code_lookup "code-lookup" "電子証明書から符号を得る方法" "How the broker gets from certificate to code"
        "資格確認サービス機関が、電子証明書に対応する機関別符号と電子証明書の有効性を知る方法" "How the broker learns which institution code belongs to a certificate, and whether the certificate is good." {
        AskJpki "ask-jpki" "毎回照会" "Ask JPKI each time" "符号も有効性も、確認のたびに公的個人認証サービスに照会する" "JPKI is asked for the code and for the status in every check.";
        KeepMapping "keep-mapping" "対応を保持し有効性だけ照会" "Keep the mapping, ask for the status" "電子証明書と符号の対応を保持し、確認のたびに有効性だけを照会する" "The broker keeps which code belongs to a certificate, and asks JPKI for the status alone in every check.";
        KeepForATime "keep-for-a-time" "対応も有効性も一定時間保持" "Keep both for a time" "符号の対応も「有効」の回答も、定めた時間のあいだ保持して使う" "The broker keeps the code, and that the certificate was good, each for a time that the design states.";
    }
    Eligibility eligibility "eligibility" "資格情報の所在" "Where eligibility is kept"
        "資格情報をどこに置き、誰が答えるか" "Where the insurers' eligibility is kept, and who answers for it." {
        BrokerHoldsAll "broker-holds-all" "資格確認サービス機関が全保険者分を保持" "The broker holds all insurers' data" "保険者が資格情報をあらかじめ送り、資格確認サービス機関が委託を受けて全保険者分を保持する" "The insurers send their data ahead; the broker holds all of it on their behalf.";
        AskInsurer "ask-insurer" "確認のたびに各保険者に照会" "The broker asks the insurers each time" "資格情報は各保険者が保持する。資格確認サービス機関は確認のたびに、一人の機関別符号で全保険者に照会し、回答は照会記録のほかには保持しない。どの保険者も、その符号の人がいつ確認されたかを知る（場所は知らない）" "The insurers keep their data; in every check the broker asks all of them for the coverage of one institution code, and keeps of it only the audit record. Every insurer learns when the eligibility of the person with that code is checked, and not where.";
    }
    Remembered remembered "remembered" "医療機関での患者の識別" "What identifies the person at the facility afterwards"
        "確認の後、医療機関等が同じ患者を見分けるために保持するもの" "What the facility keeps after a check, by which it finds the same person again." {
        CertificateSerial "certificate-serial" "電子証明書のシリアル番号" "Certificate serial as read" "読み取った電子証明書のシリアル番号を保持する。どの医療機関でも同じ値になる" "The serial number of the certificate, as the reader read it: the same at every facility.";
        FacilityPseudonym "facility-pseudonym" "その医療機関だけの仮名" "A pseudonym of that facility alone" "医療機関が自身の鍵でシリアル番号から作った仮名を保持する。他の医療機関では別の値になる" "A value that the facility makes of the serial number with a key of its own: another one at every facility.";
    }
}

parameters! {
    Mapping mapping "mapping": Time of CodeLookup::KeepForATime,
        "符号の対応を保持する時間" "For how long the broker keeps which code belongs to a certificate.";
    Status status "status": Time of CodeLookup::KeepForATime,
        "「有効」の回答を照会なしに使う時間" "For how long a certificate that was good is taken to be so without asking JPKI.";
    StatusWhenJpkiFails status_when_jpki_fails "status-when-jpki-fails": Time of CodeLookup::KeepForATime,
        "公的個人認証サービスが答えないときに使う「有効」の回答の最大の古さ" "The maximum age of a *good* status that is still used where JPKI gives no usable answer; not below `status`.";
    Most most "most": Count of CodeLookup::KeepMapping | CodeLookup::KeepForATime,
        "保持する電子証明書の最大数" "The most certificates of which the broker keeps something; the oldest is evicted first.";
}

/// A design's title.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DesignTitle {
    pub ja: String,
    pub en: String,
}

/// The kind of a parameter's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterKind {
    /// A time with its unit.
    Time,
    /// A whole number above 0.
    Count,
}

impl ParameterKind {
    /// The expected value, in words.
    pub fn expected(self) -> &'static str {
        match self {
            ParameterKind::Time => "a time with its unit, such as \"5m\" or \"24h\"",
            ParameterKind::Count => "a whole number above 0, such as 100000",
        }
    }
}

/// A time that a design states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time(pub Duration);

/// A number that a design states, above 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Count(pub u64);

/// Why a text is not of a parameter's kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it must be {}", .0.expected())]
pub struct NotOfKind(pub ParameterKind);

impl std::str::FromStr for Time {
    type Err = NotOfKind;

    fn from_str(text: &str) -> Result<Time, NotOfKind> {
        let span: jiff::SignedDuration = text.parse().map_err(|_| NotOfKind(ParameterKind::Time))?;
        Duration::try_from(span).map(Time).map_err(|_| NotOfKind(ParameterKind::Time))
    }
}

impl std::str::FromStr for Count {
    type Err = NotOfKind;

    fn from_str(text: &str) -> Result<Count, NotOfKind> {
        let count = text.parse().ok().filter(|n| *n > 0);
        count.map(Count).ok_or(NotOfKind(ParameterKind::Count))
    }
}

impl fmt::Display for Time {
    /// In the largest unit in which it is a whole number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ns = self.0.as_nanos();
        for (unit, size) in [("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000)] {
            if ns.is_multiple_of(size) && ns > 0 {
                return write!(f, "{}{unit}", ns / size);
            }
        }
        write!(f, "{ns}ns")
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The choice of that name on an axis.
pub fn parse(axis: Axis, id: &str) -> Option<Choice> {
    axis.choices().iter().copied().find(|c| c.id() == id)
}

fn unknown(axis: Axis, id: &str) -> String {
    let known: Vec<&str> = axis.choices().iter().map(|c| c.id()).collect();
    format!("unknown value `{id}` for `{}`; known: {}", axis.id(), known.join(", "))
}

impl Parameters {
    pub fn is_empty(&self) -> bool {
        *self == Parameters::default()
    }
}

impl Design {
    /// Whether it makes that choice.
    pub fn has(&self, choice: Choice) -> bool {
        self.choice(choice.axis()) == choice
    }

    /// Its choice on every axis.
    pub fn choices(&self) -> impl Iterator<Item = Choice> + '_ {
        Axis::ALL.iter().map(|axis| self.choice(*axis))
    }

    /// The parameters that its choices need.
    pub fn needed(&self) -> impl Iterator<Item = Parameter> + '_ {
        Parameter::ALL.iter().copied().filter(|p| p.of().iter().any(|c| self.has(*c)))
    }
}

impl fmt::Display for Design {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_axis_and_choice_is_explained_under_a_name_of_its_own() {
        let mut axes = BTreeSet::new();
        for axis in Axis::ALL {
            assert!(axes.insert(axis.id()), "{}", axis.id());
            assert!(!axis.choices().is_empty(), "{}", axis.id());
            let choices: BTreeSet<&str> = axis.choices().iter().map(|c| c.id()).collect();
            assert_eq!(choices.len(), axis.choices().len(), "{}", axis.id());
            for e in axis.choices().iter().map(|c| c.explained()).chain([axis.explained()]) {
                assert!([e.title_ja, e.title_en, e.text_ja, e.text_en].iter().all(|t| !t.is_empty()));
            }
        }
    }

    #[test]
    fn the_default_is_the_first_choice_on_every_axis() {
        let design = Design::default();
        assert!(Axis::ALL.iter().all(|axis| design.choice(*axis) == axis.choices()[0]));
        assert!(design.needed().next().is_none());
    }

    #[test]
    fn a_design_is_written_and_read_by_names() {
        let mut design = Design { name: "x".into(), ..Design::default() };
        design = design.with(Choice::CodeLookup(CodeLookup::KeepForATime));
        assert!(design.parameters.set(Parameter::Mapping, "24h") && design.parameters.set(Parameter::Most, "7"));
        assert!(!design.parameters.set(Parameter::Status, "5") && !design.parameters.set(Parameter::Status, "-5s"));
        let json = serde_json::to_string(&design).unwrap();
        let expected = r#"{"name":"x","presented":"certificate","code-lookup":"keep-for-a-time","eligibility":"broker-holds-all","remembered":"certificate-serial","parameters":{"mapping":"24h","most":7}}"#;
        assert_eq!(json, expected);
        assert_eq!(serde_json::from_str::<Design>(&json).unwrap(), design);
        let wrong = serde_json::from_str::<Design>(&json.replace("certificate-serial", "serial")).unwrap_err().to_string();
        assert!(
            wrong.starts_with("unknown value `serial` for `remembered`; known: certificate-serial, facility-pseudonym"),
            "{wrong}"
        );
    }
}
