//! What a choice on the axis decides.

/// A choice on the axis.
pub trait Presented {
    /// What the person shows at the counter, from which the facility gets what it presents.
    fn shown(&self) -> Shown {
        Shown::CardInCase
    }

    /// Whether the facility requests a challenge from the broker, the card signs it, and the broker rejects requests without the
    /// signature.
    fn is_signed(&self) -> bool {
        false
    }
}

/// What the person shows at the counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The My Number card in its case, from whose chip the reader reads the certificate.
    CardInCase,
    /// The My Number card, out of its case and turned over: staff read the number on its back.
    CardBack,
    /// The card or slip with the visible medical number.
    NumberSlip,
    /// The paper insurance card.
    InsuranceCard,
}

impl Shown {
    /// Whether staff type a number.
    pub fn is_number(self) -> bool {
        matches!(self, Shown::CardBack | Shown::NumberSlip)
    }
}
