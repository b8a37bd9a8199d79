//! Returned claims (返戻): each month's claims are sent, and what is wrong comes back after a lag.

/// In how many months after sending a wrong claim comes back: the share of each month, from the first. An assumption: review takes a
/// month, the insurer's check one to three more.
pub const LAG: [f64; 4] = [0.1, 0.5, 0.25, 0.15];

/// The claims that come back in each of the first months, if `sent` are wrong in each month. In closed form: the sum of what was sent
/// before, each with its share of the lag.
pub fn by_month(sent: f64, months: usize) -> Vec<f64> {
    (0..months).map(|month| LAG.iter().take(month + 1).sum::<f64>() * sent).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost::draw::uniforms;

    /// Claims played one by one: each is wrong with a chance, and comes back after a drawn lag.
    fn played(claims: usize, wrong: f64, months: usize) -> Vec<u64> {
        let mut back = vec![0; months];
        for month in 0..months {
            let is_wrong = uniforms(&format!("wrong/{month}"), 7, claims);
            let lag = uniforms(&format!("lag/{month}"), 7, claims);
            for (u, at) in is_wrong.iter().zip(&lag).filter(|(u, _)| **u < wrong) {
                let _ = u;
                let mut below = 0.0;
                let lag = LAG.iter().position(|share| {
                    below += share;
                    *at < below
                });
                if let Some(slot) = back.get_mut(month + lag.unwrap_or(LAG.len() - 1)) {
                    *slot += 1;
                }
            }
        }
        back
    }

    #[test]
    fn claims_played_one_by_one_agree_with_the_closed_form() {
        assert!((LAG.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        let (claims, wrong, months) = (40_000, 0.01, 8);
        let expected = by_month(claims as f64 * wrong, months);
        for (found, expected) in played(claims, wrong, months).into_iter().zip(expected) {
            // Four standard deviations of a Poisson count.
            assert!((found as f64 - expected).abs() <= 4.0 * expected.sqrt(), "{found} {expected}");
        }
    }
}
