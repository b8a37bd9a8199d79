//! The stores on the parties' disks. The journal names them, and the judge finds a party's records by their names.

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
    /// Its name in the journal.
    pub name: &'static str,
    /// The Japanese term.
    pub ja: &'static str,
    /// What its records contain.
    pub text_en: &'static str,
}

stores! {
    RECEPTION "reception" "資格情報の記録" "The reception's record of each check at a facility (⑦).";
    CHARTS "charts" "診療録" "What the staff of a facility record about a person.";
    PATIENTS "patients" "患者索引" "The value by which a facility recognizes a person.";
    AUDIT "audit" "照会記録" "The broker's answer to each check.";
    CHALLENGES "challenges" "チャレンジの記録" "The challenges that the broker issued, and whether they were used.";
    CANCER_REPORTS "cancer-reports" "がん届出" "The reports of cancer cases that the registry accepted, with corrections and withdrawals.";
    LINKAGE "linkage" "突合の記録" "What the registry decided about pairs of reports, with the evidence.";
    CODE_REQUESTS "code-requests" "符号の申出の受付簿" "What was asked for at a municipality's counter about codes for medical use, and whether it was passed on.";
    FEEDS "feeds" "保険者からの資格情報" "The feeds that the broker accepted, as sent by the insurers.";
}
