//! The applications on the card and their identifiers.

/// カードアプリケーション (AP). One of the independent applications on the chip; each has its own files, keys and PINs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Application {
    /// 公的個人認証AP (JPKI AP): both key pairs and their certificates. It does not contain My Number.
    Jpki,
    /// 券面入力補助AP: My Number and the four attributes as text.
    TextInput,
    /// 券面事項確認AP: the card's face as images, including My Number.
    CardSurface,
    /// 共通カードAP: the card's serial, municipality and expiry.
    Common,
    /// 住基AP: for municipalities; little of it is known publicly.
    ResidentRegistry,
    /// The GlobalPlatform issuer security domain. It is selected at power-on.
    IssuerSecurityDomain,
}

impl Application {
    /// Every application, in no particular order.
    pub const ALL: [Application; 6] = [
        Application::Jpki,
        Application::TextInput,
        Application::CardSurface,
        Application::Common,
        Application::ResidentRegistry,
        Application::IssuerSecurityDomain,
    ];

    /// The application identifier (ISO 7816-5), as in the data field of SELECT (facts 1.1).
    pub fn aid(self) -> &'static [u8] {
        match self {
            Application::Jpki => &[0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01],
            Application::TextInput => &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08],
            Application::CardSurface => &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x02],
            Application::ResidentRegistry => &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x01],
            Application::Common => &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x01, 0x00],
            Application::IssuerSecurityDomain => &[0xA0, 0x00, 0x00, 0x01, 0x51, 0x00, 0x00],
        }
    }

    /// The application with this identifier, which must be given in full.
    pub fn from_aid(aid: &[u8]) -> Option<Application> {
        Application::ALL.into_iter().find(|a| a.aid() == aid)
    }

    /// The application whose identifier begins with, or is the beginning of, these bytes. Cards that are less strict than this
    /// one (ISO 7816-4) select by a partial name, so those attempts of a reader must be recognized too.
    pub fn from_partial_aid(aid: &[u8]) -> Option<Application> {
        // Five bytes are the registered provider; fewer identify nobody.
        let begins = |a: &Application| aid.len() >= 5 && (a.aid().starts_with(aid) || aid.starts_with(a.aid()));
        Application::ALL.into_iter().find(begins)
    }

    /// The usual name, in Japanese where there is one.
    pub fn name(self) -> &'static str {
        match self {
            Application::Jpki => "公的個人認証AP",
            Application::TextInput => "券面入力補助AP",
            Application::CardSurface => "券面事項確認AP",
            Application::Common => "共通カードAP",
            Application::ResidentRegistry => "住基AP",
            Application::IssuerSecurityDomain => "ISD",
        }
    }

    /// A short name in ASCII, for lists of files.
    pub fn label(self) -> &'static str {
        match self {
            Application::Jpki => "JPKI",
            Application::TextInput => "TEXT-INPUT",
            Application::CardSurface => "CARD-SURFACE",
            Application::Common => "COMMON",
            Application::ResidentRegistry => "RESIDENT-REGISTRY",
            Application::IssuerSecurityDomain => "ISD",
        }
    }

    /// Whether any file of the application contains My Number, as text or as an image. An eligibility check must not read there.
    pub fn contains_my_number(self) -> bool {
        matches!(self, Application::TextInput | Application::CardSurface)
    }
}
