//! The challenges that the broker has issued. Each is for one facility, one use and a short time. They are durable, so that
//! a restart neither forgets one that a card is just signing nor allows one to be used twice.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sim::disk::Disk;
use sim::terms::identifiers::FacilityNumber;
use sim::terms::messages::{CHALLENGE_LENGTH, to_json};
use sim::terms::outcome::OutcomeCode;
use sim::terms::stores;
use std::collections::{BTreeMap, VecDeque};

/// The name of the store.
pub const STORE: &str = stores::CHALLENGES.name;
/// How long a challenge is valid.
pub const LIFETIME: SignedDuration = SignedDuration::from_secs(60);
/// How long the broker keeps a challenge, so that a late or second use gets its own refusal.
const MEMORY: SignedDuration = SignedDuration::from_mins(10);

type Challenge = [u8; CHALLENGE_LENGTH];

pub struct Challenges {
    disk: Disk,
    issued: BTreeMap<Challenge, Issued>,
    pruned: Option<Timestamp>,
    /// The times and positions of the records on the disk, if the disk may forget them.
    written: VecDeque<(Timestamp, u64)>,
}

struct Issued {
    facility: FacilityNumber,
    at: Timestamp,
    used: bool,
}

/// One line of the store.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ChallengeRecord {
    challenge: Challenge,
    facility: FacilityNumber,
    at: Timestamp,
    used: bool,
}

/// The proof that a challenge was issued by this broker to this facility, is fresh, and was not used before. Only
/// [`Challenges::consume`] makes one for such a challenge.
#[derive(Debug)]
pub struct ChallengeFresh(());

impl ChallengeFresh {
    /// A proof without a check. Clippy allows it only for broken parties.
    pub(crate) fn forged() -> Self {
        ChallengeFresh(())
    }
}

impl Challenges {
    /// Reads the disk.
    pub fn open(disk: Disk) -> Self {
        let mut issued = BTreeMap::new();
        let mut written = VecDeque::new();
        for (position, record) in disk.read_with_positions(STORE) {
            match serde_json::from_slice::<ChallengeRecord>(&record) {
                Ok(r) => {
                    written.push_back((r.at, position));
                    issued.insert(r.challenge, Issued { facility: r.facility, at: r.at, used: r.used });
                }
                Err(e) => tracing::error!("a challenge record cannot be read: {e}"),
            }
        }
        Challenges { disk, issued, pruned: None, written }
    }

    /// Issues `challenge` to `facility` and returns when it expires.
    pub fn issue(&mut self, challenge: Challenge, facility: FacilityNumber, now: Timestamp) -> Timestamp {
        // Searching all of them each time would make issuing slower the more there are.
        if self.pruned.is_none_or(|at| now.duration_since(at) > LIFETIME) {
            self.issued.retain(|_, g| now.duration_since(g.at) <= MEMORY);
            self.pruned = Some(now);
            // The use of a challenge is written after the challenge, with the same time.
            while self.written.front().is_some_and(|(at, _)| now.duration_since(*at) > MEMORY) {
                self.written.pop_front();
            }
            let kept_from = self.written.front().map_or(u64::MAX, |(_, position)| *position);
            self.disk.forget_before(STORE, kept_from);
        }
        let issued = Issued { facility, at: now, used: false };
        let position = write(&self.disk, challenge, &issued);
        if self.disk.may_forget(STORE) {
            self.written.push_back((now, position));
        }
        self.issued.insert(challenge, issued);
        now.saturating_add(LIFETIME).unwrap_or(now)
    }

    /// The challenges that are kept: to which facility each was issued, and whether it has been used.
    pub fn issued(&self) -> impl Iterator<Item = (&[u8], &FacilityNumber, bool)> {
        self.issued.iter().map(|(challenge, issued)| (challenge.as_slice(), &issued.facility, issued.used))
    }

    /// Uses a challenge, which can be done once.
    pub fn consume(
        &mut self,
        challenge: &[u8],
        facility: &FacilityNumber,
        now: Timestamp,
    ) -> Result<ChallengeFresh, OutcomeCode> {
        let challenge = Challenge::try_from(challenge).map_err(|_| OutcomeCode::ChallengeUnknown)?;
        // Another facility's challenge is as unknown as an invented one: the answer must not distinguish them.
        let issued = self.issued.get_mut(&challenge).filter(|g| g.facility == *facility).ok_or(OutcomeCode::ChallengeUnknown)?;
        if issued.used {
            return Err(OutcomeCode::ChallengeReused);
        }
        issued.used = true;
        write(&self.disk, challenge, issued);
        if now.duration_since(issued.at) > LIFETIME {
            return Err(OutcomeCode::ChallengeExpired);
        }
        Ok(ChallengeFresh(()))
    }
}

fn write(disk: &Disk, challenge: Challenge, issued: &Issued) -> u64 {
    let Issued { facility, at, used } = issued;
    let position = disk.append(STORE, to_json(&ChallengeRecord { challenge, facility: facility.clone(), at: *at, used: *used }));
    disk.sync(STORE);
    position
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::context::{Party, World, act_as};
    use sim::disk::Unsynced;
    use sim::journal::Journal;
    use sim::seed::Seed;
    use sim::terms::roles::Zone;

    fn as_broker(test: impl FnOnce()) {
        let seed = Seed::new(1, "challenges");
        let world = World::new(seed, Timestamp::UNIX_EPOCH, Journal::default(), Box::new(|| 0), 0);
        act_as(&world, &Party::new(&seed, "broker", Zone::Broker), test);
    }

    fn at(s: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + s).unwrap()
    }

    #[test]
    fn a_challenge_serves_its_facility_once_and_for_a_minute() {
        as_broker(|| {
            let (a, b) = (FacilityNumber::from_body(131_000_001), FacilityNumber::from_body(131_000_002));
            let mut c = Challenges::open(Disk::default());
            for n in 0..4u8 {
                assert_eq!(c.issue([n; 32], a.clone(), at(0)), at(60));
            }
            assert_eq!(c.consume(&[9; 32], &a, at(1)).unwrap_err(), OutcomeCode::ChallengeUnknown);
            assert_eq!(c.consume(b"short", &a, at(1)).unwrap_err(), OutcomeCode::ChallengeUnknown);
            assert_eq!(c.consume(&[0; 32], &b, at(1)).unwrap_err(), OutcomeCode::ChallengeUnknown);
            assert!(c.consume(&[0; 32], &a, at(60)).is_ok());
            assert_eq!(c.consume(&[0; 32], &a, at(60)).unwrap_err(), OutcomeCode::ChallengeReused);
            assert_eq!(c.consume(&[1; 32], &a, at(61)).unwrap_err(), OutcomeCode::ChallengeExpired);
            assert_eq!(c.consume(&[1; 32], &a, at(62)).unwrap_err(), OutcomeCode::ChallengeReused);
            c.issue([5; 32], a.clone(), at(700));
            assert_eq!(c.consume(&[2; 32], &a, at(700)).unwrap_err(), OutcomeCode::ChallengeUnknown);
        });
    }

    #[test]
    fn a_restart_forgets_no_challenge_and_lets_none_be_used_twice() {
        as_broker(|| {
            let (facility, disk) = (FacilityNumber::from_body(131_000_001), Disk::default());
            let mut before = Challenges::open(disk.clone());
            before.issue([1; 32], facility.clone(), at(0));
            before.issue([2; 32], facility.clone(), at(0));
            assert!(before.consume(&[1; 32], &facility, at(1)).is_ok());
            disk.crash(Unsynced::Lost);
            let mut after = Challenges::open(disk);
            assert_eq!(after.consume(&[1; 32], &facility, at(5)).unwrap_err(), OutcomeCode::ChallengeReused);
            assert!(after.consume(&[2; 32], &facility, at(5)).is_ok());
        });
    }
}
