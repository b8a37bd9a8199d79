//! Designs: what policymakers compare. A design is one choice on every axis, and the parameters of these choices.
//!
//! Axes, choices and parameters are data: what lists, explains, checks or draws designs reads the tables here. What behaves
//! differently compares the typed choices, never their names. The first choice on an axis is the source's example.

mod coherence;
mod kinds;

pub use coherence::Contradiction;
pub use kinds::{Count, NotOfKind, ParameterKind, Share, Time};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A title and an explanation, both in Japanese and in English.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explained {
    pub title_ja: &'static str,
    pub title_en: &'static str,
    pub text_ja: &'static str,
    pub text_en: &'static str,
}

macro_rules! axes {
    ($($(#[$when:meta])* $axis:ident $field:ident $id:literal $title_ja:literal $title_en:literal $text_ja:literal $text_en:literal {
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

                /// Whether it is the source's example. A journal names the choices on later axes only if they differ from it, so that
                /// a new axis changes no digest.
                pub fn is_example(&self) -> bool {
                    *self == $axis::ALL[0]
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
            /// The rules that it breaks on purpose, as a yardstick: it is not a proposal. In no journal: a judge reports them as broken.
            #[serde(skip)]
            pub breaks: Vec<String>,
            $($(#[$when])* pub $field: $axis,)*
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
        VisibleNumber "visible-number" "見える番号" "A visible medical number" "本人ごとに発行した医療等分野の番号を、専用のカード又は通知から職員が入力し、提示する。番号の発行が別に必要になる" "A medical number that is issued to each person and printed on a card or slip of its own; staff type it. Issuing it is an effort of its own.";
        MyNumber "my-number" "個人番号（法律上不可・比較の基準）" "My Number (forbidden by law; the yardstick)" "個人番号カードの裏面の個人番号を職員が入力し、提示する。番号法が認めていないため、情報の見えやすさを測る基準としてだけ用いる" "My Number, which staff read from the back of the card and type. The law does not permit it: it only serves as the yardstick for exposure.";
        PaperCard "paper-card" "紙の保険証" "A paper insurance card" "職員が紙の被保険者証から記号・番号を書き写す。照会はせず、資格の誤りは請求が返戻されるまで分からない" "Staff copy the insured identifier from a paper insurance card. Nobody is asked; what is wrong is found only when the claim comes back.";
    }
    CodeLookup code_lookup "code-lookup" "電子証明書から符号を得る方法" "How the broker gets from certificate to code"
        "資格確認サービス機関が、電子証明書に対応する機関別符号と電子証明書の有効性を知る方法" "How the broker learns which institution code belongs to a certificate, and whether the certificate is good." {
        AskJpki "ask-jpki" "毎回照会" "Ask JPKI each time" "符号も有効性も、確認のたびに公的個人認証サービスに照会する" "JPKI is asked for the code and for the status in every check.";
        KeepMapping "keep-mapping" "対応を保持し有効性だけ照会" "Keep the mapping, ask for the status" "電子証明書と符号の対応を保持し、確認のたびに有効性だけを照会する" "The broker keeps which code belongs to a certificate, and asks JPKI for the status alone in every check.";
        KeepForATime "keep-for-a-time" "対応も有効性も一定時間保持" "Keep both for a time" "符号の対応も「有効」の回答も、定めた時間のあいだ保持して使う" "The broker keeps the code, and that the certificate was good, each for a time that the design states.";
        AskNumberAuthority "ask-number-authority" "番号から照会" "Look the number up" "提示された番号に対応する符号を、確認のたびに番号の発行元に照会する" "The broker asks the issuer of the number for the code that belongs to it, in every check.";
        NotAsked "not-asked" "照会しない" "Nobody is asked" "照会を行わない" "There is no look-up: nothing is sent online.";
    }
    Eligibility eligibility "eligibility" "資格情報の所在" "Where eligibility is kept"
        "資格情報をどこに置き、誰が答えるか" "Where the insurers' eligibility is kept, and who answers for it." {
        BrokerHoldsAll "broker-holds-all" "資格確認サービス機関が全保険者分を保持" "The broker holds all insurers' data" "保険者が資格情報をあらかじめ送り、資格確認サービス機関が委託を受けて全保険者分を保持する" "The insurers send their data ahead; the broker holds all of it on their behalf.";
        AskInsurer "ask-insurer" "確認のたびに各保険者に照会" "The broker asks the insurers each time" "資格情報は各保険者が保持する。資格確認サービス機関は確認のたびに、一人の機関別符号で全保険者に照会し、回答は照会記録のほかには保持しない。どの保険者も、その符号の人がいつ確認されたかを知る（場所は知らない）" "The insurers keep their data; in every check the broker asks all of them for the coverage of one institution code, and keeps of it only the audit record. Every insurer learns when the eligibility of the person with that code is checked, and not where.";
        OnCard "on-card" "保険証の記載だけ" "On the paper card alone" "資格情報は各保険者が保持し、窓口では保険証の記載だけが手がかりになる" "The insurers keep their data; at the counter there is only what the paper card states.";
    }
    Remembered remembered "remembered" "医療機関での患者の識別" "What identifies the person at the facility afterwards"
        "確認の後、医療機関等が同じ患者を見分けるために保持するもの" "What the facility keeps after a check, by which it finds the same person again." {
        CertificateSerial "certificate-serial" "電子証明書のシリアル番号" "Certificate serial as read" "読み取った電子証明書のシリアル番号を保持する。どの医療機関でも同じ値になる" "The serial number of the certificate, as the reader read it: the same at every facility.";
        FacilityPseudonym "facility-pseudonym" "その医療機関だけの仮名" "A pseudonym of that facility alone" "医療機関が自身の鍵でシリアル番号から作った仮名を保持する。他の医療機関では別の値になる" "A value that the facility makes of the serial number with a key of its own: another one at every facility.";
        NumberAsShown "number-as-shown" "提示された番号" "The number as shown" "提示された番号をそのまま保持する。どの医療機関でも同じ値で、カードを更新しても変わらない" "The number as staff typed it: the same at every facility, and it outlives the card.";
        Nothing "nothing" "何も保持しない" "Nothing" "提示されたものを見分けるための値を保持しない。受付の記録と診療録だけが残る" "No value of what was presented. Only the reception's record and the chart remain.";
    }
    #[serde(default, skip_serializing_if = "Line::is_example")]
    Line line "line" "回線" "The line"
        "医療機関等と資格確認サービス機関のあいだの回線" "What connects the facilities with the broker." {
        Dedicated "dedicated" "専用回線" "A dedicated line" "レセプト請求の専用回線（閉域網）を用いる。だれがいつどれだけ通信したかは回線事業者だけが見る" "The closed network for claims. Its operator alone sees who communicates when and how much.";
        InternetVpn "internet-vpn" "インターネットVPN" "An internet VPN" "インターネット上の暗号化されたトンネルを用いる。遅延と損失が大きく、最初にトンネルを確立する。経路上の事業者にも、どの機関がいつどれだけ通信したかが見える" "An encrypted tunnel over the internet, which is slower, loses packets, and must first be established. Every operator on the way sees which facility communicates when and how much.";
    }
    #[serde(default, skip_serializing_if = "Identity::is_example")]
    Identity identity "identity" "本人確認" "The check of the person"
        "提示した人が本人であることを窓口で確かめる方法" "How the counter makes sure that the person who presents something is the one to whom it belongs." {
        PhotoOrPin "photo-or-pin" "写真又は暗証番号" "Photo or PIN" "職員がカードの写真と照合する。本人が希望すれば暗証番号を入力する" "Staff compare the photo on the card; a person may enter the PIN instead.";
        Photo "photo" "写真" "Photo" "職員が写真と照合する" "Staff compare a photo.";
        Pin "pin" "暗証番号" "PIN" "本人が暗証番号を入力し、カードが確かめる" "The person enters the PIN, and the card checks it.";
        PhotoAndPin "photo-and-pin" "写真と暗証番号" "Photo and PIN" "職員が写真と照合し、本人が暗証番号も入力する" "Staff compare the photo, and the person enters the PIN as well.";
        FaceTerminal "face-terminal" "顔認証端末" "Face terminal" "顔認証付きカードリーダーがチップの写真と顔を照合する。一致しなければ職員が確かめる。率は定めた値による" "A terminal compares the face with the photo on the chip; if it finds no match, staff look. It errs at the rates that the design states.";
        NotChecked "not-checked" "確認しない" "Not checked" "写真がないため、本人であることを確かめない" "Nobody makes sure: there is no photo.";
    }
    #[serde(default, skip_serializing_if = "Codes::is_example")]
    Codes codes "codes" "符号の生成方法" "How codes are made"
        "番号の発行元が機関別符号を作る方法" "How the number authority makes institution codes." {
        FromResidentCode "from-resident-code" "住民票コードから" "From the resident code" "住民票コードから鍵を用いて変換する。表は要らず、鍵があれば同じ符号を作り直せる" "A keyed transform of the resident code. No table is needed; whoever has the key can make the same code again.";
        FromMyNumber "from-my-number" "個人番号から" "From My Number" "個人番号から鍵を用いて変換する。個人番号が変われば符号も変わる" "A keyed transform of My Number. If that changes, so does the code.";
        RandomTable "random-table" "乱数と対応表" "Random, with a table" "乱数を割り当て、対応表に記録する。鍵から作り直すことはできず、表を失えば符号も失う" "A random value that is written into a table. No key makes it again; with the table the codes are lost.";
    }
    #[serde(default, skip_serializing_if = "Validity::is_example")]
    Validity validity "validity" "電子証明書をいつまで使えるか" "How long a certificate serves"
        "資格確認に使える電子証明書の期間と、公的個人認証サービスがまだ知らない電子証明書の扱い" "When a certificate serves to ask for eligibility, and what becomes of one that JPKI does not know yet." {
        ToItsEnd "to-its-end" "有効期間の満了まで" "To its end" "有効期間の満了まで使える。公的個人認証サービスが知らない電子証明書は拒否する" "To the end of its validity period. A certificate that JPKI does not know is refused.";
        GraceOneMonth "grace-one-month" "満了後1か月まで" "One month after its end" "満了した月の翌月の末日まで、資格確認に限って使える" "To the last day of the month after the one in which it ends, to ask for eligibility and for nothing else.";
        GraceThreeMonths "grace-three-months" "満了後3か月まで" "Three months after its end" "満了した月の3か月後の月の末日まで、資格確認に限って使える" "To the last day of the third month after the one in which it ends, to ask for eligibility and for nothing else.";
        UnknownNotKnown "unknown-not-known" "未登録は不明" "An unknown status is not known" "有効期間の満了まで使える。公的個人認証サービスが知らない電子証明書は、拒否せず「不明」とする" "To the end of its validity period. A certificate that JPKI does not know is not refused: nothing is known of it.";
        RenewalKnownLater "renewal-known-later" "更新後の電子証明書は後から使える" "A renewed certificate is known later" "更新した電子証明書は、定めた時間が過ぎるまで公的個人認証サービスに登録されず、その間は「不明」とする" "JPKI knows a renewed certificate only after the time that the design states; until then nothing is known of it.";
    }
}

parameters! {
    Mapping mapping "mapping": Time of CodeLookup::KeepForATime,
        "符号の対応を保持する時間" "For how long the broker keeps which code belongs to a certificate.";
    Status status "status": Time of CodeLookup::KeepForATime,
        "「有効」の回答を照会なしに使う時間" "For how long a certificate that was good is taken to be so without asking JPKI.";
    StatusWhenJpkiFails status_when_jpki_fails "status-when-jpki-fails": Time of CodeLookup::KeepForATime,
        "公的個人認証サービスが答えないときに使う「有効」の回答の最大の古さ" "The maximum age of a *good* status that is still used where JPKI gives no usable answer; not below `status`.";
    RenewedKnownAfter renewed_known_after "renewed-known-after": Time of Validity::RenewalKnownLater,
        "更新した電子証明書が公的個人認証サービスに登録されるまでの時間" "How long after a renewal JPKI does not know the new certificate.";
    Most most "most": Count of CodeLookup::KeepMapping | CodeLookup::KeepForATime,
        "保持する電子証明書の最大数" "The most certificates of which the broker keeps something; the oldest is evicted first.";
    CardArrives card_arrives "card-arrives": Time of Presented::PaperCard,
        "資格を取得してから保険証が届くまでの時間" "How long after the first day of a coverage its paper card arrives, in whole days; until then the person shows the previous one.";
    TypingSlip typing_slip "typing-slip": Share of Presented::VisibleNumber | Presented::MyNumber,
        "番号の入力を誤る割合。検査数字で分かり、入力し直す" "How often staff type a digit wrong. The check digit shows it, and they type again.";
    Loss loss "loss": Share of Line::InternetVpn,
        "回線で失われ、再送される割合" "The share of what is sent that is lost and sent again.";
    FalseNonMatch false_non_match "false-non-match": Share of Identity::FaceTerminal,
        "本人の顔を一致しないと判定する割合。職員が確かめる" "How often the terminal takes the holder for somebody else; staff then look.";
    FalseMatch false_match "false-match": Share of Identity::FaceTerminal,
        "他人の顔を一致すると判定する割合" "How often the terminal takes somebody else for the holder.";
}

/// A design's texts. Description and source are empty where a file has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DesignTitle {
    pub ja: String,
    pub en: String,
    pub description_ja: String,
    pub description_en: String,
    /// Where it is from.
    pub source: String,
}

impl Axis {
    /// Whether a design file must make a choice on it. Design files are older than the other axes: a file that does not name
    /// one of these makes the source's choice.
    pub fn is_required(self) -> bool {
        matches!(self, Axis::Presented | Axis::CodeLookup | Axis::Eligibility | Axis::Remembered)
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
mod tests;
