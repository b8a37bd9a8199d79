//! `presented = "paper-card"`: a paper insurance card, which staff copy. Nobody is asked.

use super::{Presented, Shown};

pub struct PaperCard;

impl Presented for PaperCard {
    fn shown(&self) -> Shown {
        Shown::InsuranceCard
    }
}
