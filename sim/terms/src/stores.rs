//! The stores that parties keep on their disks. The journal names them, and the judge finds a party's records by them.

macro_rules! stores {
    ($($name:ident $code:literal $ja:literal $en:literal;)*) => {
        $(#[doc = concat!($ja, ". ", $en)] pub const $name: Store = Store { name: $code, ja: $ja, text_en: $en };)*

        /// Every store.
        pub const STORES: &[Store] = &[$($name),*];
    };
}

/// A named collection of records on a party's disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Store {
    /// As the journal names it.
    pub name: &'static str,
    /// The Japanese term.
    pub ja: &'static str,
    /// What its records are.
    pub text_en: &'static str,
}

stores! {
    RECEPTION "reception" "資格情報の記録" "What the reception of a facility keeps of each check (⑦).";
    CHARTS "charts" "診療録" "What the staff of a facility write of a person.";
    PATIENTS "patients" "患者索引" "By what value a facility finds a person again.";
    AUDIT "audit" "照会記録" "What the broker answered, check by check.";
    CHALLENGES "challenges" "チャレンジの記録" "The challenges that were used at the broker.";
    FEEDS "feeds" "保険者からの資格情報" "The feeds that the broker took, as the insurers sent them.";
}
