//! The challenges that the broker has given out. Each is for one facility, one use and a short time.

use jiff::{SignedDuration, Timestamp};
use sim::terms::identifiers::FacilityNumber;
use sim::terms::messages::CHALLENGE_LENGTH;
use sim::terms::outcome::OutcomeCode;
use std::collections::BTreeMap;

/// How long a challenge is good for.
pub const LIFETIME: SignedDuration = SignedDuration::from_secs(60);
/// How long the broker remembers one, so that a late or second use gets its own refusal.
const MEMORY: SignedDuration = SignedDuration::from_mins(10);

#[derive(Default)]
pub struct Challenges {
    given: BTreeMap<[u8; CHALLENGE_LENGTH], Given>,
}

struct Given {
    facility: FacilityNumber,
    at: Timestamp,
    used: bool,
}

/// Says that a challenge was this broker's, this facility's, fresh, and not used before. Only [`Challenges::take`] makes one.
#[derive(Debug)]
pub struct ChallengeFresh(());

impl Challenges {
    /// Gives out `challenge` to `facility` and says until when it is good.
    pub fn give(&mut self, challenge: [u8; CHALLENGE_LENGTH], facility: FacilityNumber, now: Timestamp) -> Timestamp {
        self.given.retain(|_, g| now.duration_since(g.at) <= MEMORY);
        self.given.insert(challenge, Given { facility, at: now, used: false });
        now.saturating_add(LIFETIME).unwrap_or(now)
    }

    /// Uses a challenge up.
    pub fn take(&mut self, challenge: &[u8], facility: &FacilityNumber, now: Timestamp) -> Result<ChallengeFresh, OutcomeCode> {
        let given = <[u8; CHALLENGE_LENGTH]>::try_from(challenge).ok().and_then(|c| self.given.get_mut(&c));
        // Another facility's challenge is as unknown as an invented one: the answer must not tell them apart.
        let given = given.filter(|g| g.facility == *facility).ok_or(OutcomeCode::ChallengeUnknown)?;
        if given.used {
            return Err(OutcomeCode::ChallengeReused);
        }
        given.used = true;
        if now.duration_since(given.at) > LIFETIME {
            return Err(OutcomeCode::ChallengeExpired);
        }
        Ok(ChallengeFresh(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_serves_its_facility_once_and_for_a_minute() {
        let (a, b) = (FacilityNumber::from_body(131_000_001), FacilityNumber::from_body(131_000_002));
        let at = |s: i64| Timestamp::from_second(1_800_000_000 + s).unwrap();
        let mut c = Challenges::default();
        for n in 0..4u8 {
            assert_eq!(c.give([n; 32], a.clone(), at(0)), at(60));
        }
        assert_eq!(c.take(&[9; 32], &a, at(1)).unwrap_err(), OutcomeCode::ChallengeUnknown);
        assert_eq!(c.take(b"short", &a, at(1)).unwrap_err(), OutcomeCode::ChallengeUnknown);
        assert_eq!(c.take(&[0; 32], &b, at(1)).unwrap_err(), OutcomeCode::ChallengeUnknown);
        assert!(c.take(&[0; 32], &a, at(60)).is_ok());
        assert_eq!(c.take(&[0; 32], &a, at(60)).unwrap_err(), OutcomeCode::ChallengeReused);
        assert_eq!(c.take(&[1; 32], &a, at(61)).unwrap_err(), OutcomeCode::ChallengeExpired);
        assert_eq!(c.take(&[1; 32], &a, at(62)).unwrap_err(), OutcomeCode::ChallengeReused);
        c.give([5; 32], a.clone(), at(700));
        assert_eq!(c.take(&[2; 32], &a, at(700)).unwrap_err(), OutcomeCode::ChallengeUnknown);
    }
}
