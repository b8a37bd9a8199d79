//! Load studies: the rate, target and duration of visits. They are played by `shikaku load`, without a journal.

use super::part::is_default;
use super::parts;
use super::units::{Frequency, Share, Span, Spread};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sim::terms::roles::FacilityKind;

/// The visits of a load study. Arrivals are open-loop: slow service does not delay later arrivals.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LoadPart {
    /// The source of the figures: a citation, or `assumption: …`.
    pub source: String,
    /// Total rate of visits to all facilities at the curve's peak, including follow-ups.
    pub rate: Frequency,
    /// How long arrivals are measured.
    pub lasts: Span,
    /// How long arrivals run before that, to fill the queues; not measured.
    #[serde(default, skip_serializing_if = "is_default")]
    pub warm_up: Span,
    /// The share of the rate at points in time after the warm-up: linear between them, constant before and after. Without points,
    /// the rate is constant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub curve: Vec<CurvePoint>,
    /// The number of sites of the broker and JPKI. Each has the workers that `[capacity]` gives, serves its part of the
    /// facilities, and shares no state with the others. One, if not given.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub sites: u64,
    /// The share of people who enter their PIN instead of having their photo compared.
    #[serde(default, skip_serializing_if = "is_default")]
    pub by_pin: Share,
    #[serde(rename = "kind")]
    pub kinds: Vec<KindPart>,
}

/// A point of a curve of arrivals.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CurvePoint {
    pub at: Span,
    pub share: Share,
}

/// One kind of facility. All facilities of a kind have the same rate of visits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct KindPart {
    #[schemars(schema_with = "parts::facility_kinds")]
    pub kind: FacilityKind,
    /// The number of facilities of this kind.
    pub facilities: u64,
    /// Its share of the visits that are not follow-ups; the shares of all kinds add up to 100 %.
    #[serde(default, skip_serializing_if = "is_default")]
    pub visits: Share,
    /// For pharmacies: people come from a visit elsewhere.
    #[serde(default, skip_serializing_if = "is_default")]
    pub follows: Option<FollowPart>,
    /// Card readers of each facility; while all are in use, people wait. One, if not given.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub readers: u64,
}

/// Visits that follow others: a prescription is taken to a pharmacy.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FollowPart {
    /// The share of visits that are not follow-ups and lead to a visit here.
    pub share: Share,
    /// The time between the two visits.
    pub after: Spread,
}

fn one() -> u64 {
    1
}

fn is_one(n: &u64) -> bool {
    *n == 1
}

impl LoadPart {
    /// How many facilities there are.
    pub fn facilities(&self) -> u64 {
        self.kinds.iter().map(|k| k.facilities).sum()
    }

    /// The share of the rate at `s` seconds after the warm-up.
    pub fn share_at(&self, s: f64) -> f64 {
        let points = &self.curve;
        let Some(next) = points.iter().position(|p| p.at.0.as_secs_f64() > s) else {
            return points.last().map_or(1.0, |p| p.share.0);
        };
        let Some(before) = next.checked_sub(1).map(|i| &points[i]) else { return points[next].share.0 };
        let (from, to) = (before.at.0.as_secs_f64(), points[next].at.0.as_secs_f64());
        let part = (s - from) / (to - from);
        before.share.0 + (points[next].share.0 - before.share.0) * part
    }

    /// Whether the rate is the same all the time.
    pub fn is_level(&self) -> bool {
        self.curve.windows(2).all(|w| matches!(w, [a, b] if a.share == b.share))
    }

    /// When the measured time ends, after the start of the run.
    pub fn end(&self) -> std::time::Duration {
        self.warm_up.0.saturating_add(self.lasts.0)
    }

    /// How many visits are expected, those of the warm-up included.
    pub fn expected_visits(&self) -> f64 {
        const PARTS: u32 = 1000;
        let (from, long) = (-self.warm_up.0.as_secs_f64(), self.end().as_secs_f64());
        let shares = (0..PARTS).map(|i| self.share_at(from + long * (f64::from(i) + 0.5) / f64::from(PARTS)));
        self.rate.0 * long * shares.sum::<f64>() / f64::from(PARTS)
    }

    /// The part of one of its sites.
    pub fn at_site(&self, site: u64) -> LoadPart {
        let mut part = LoadPart { rate: Frequency(self.rate.0 / self.sites.max(1) as f64), sites: 1, ..self.clone() };
        for kind in &mut part.kinds {
            // The first sites have what cannot be shared out evenly.
            let (each, rest) = (kind.facilities / self.sites.max(1), kind.facilities % self.sites.max(1));
            kind.facilities = (each + u64::from(site < rest)).max(1);
        }
        part
    }

    /// The same study for `lasts` only.
    pub fn cut_to(&self, lasts: std::time::Duration) -> LoadPart {
        LoadPart { lasts: Span(lasts.min(self.lasts.0)), ..self.clone() }
    }

    /// The same arrivals spread over about `facilities` facilities, in the same proportions.
    pub fn spread_over(&self, facilities: u64) -> LoadPart {
        let (now, mut part) = (self.facilities().max(1), self.clone());
        for kind in &mut part.kinds {
            kind.facilities = (kind.facilities * facilities).div_ceil(now).max(1);
        }
        part
    }

    /// All errors of the part, each with its key.
    pub(super) fn errors(&self) -> Vec<(&'static str, String)> {
        let mut errors = Vec::new();
        let mut report = |key, what: String| errors.push((key, what));
        if self.lasts.0.is_zero() {
            report("lasts", "`lasts` must be above zero".into());
        }
        if self.lasts.0.as_secs() + self.warm_up.0.as_secs() > 24 * 3600 {
            report("lasts", "`lasts` and `warm-up` together must be at most 24 hours".into());
        }
        if self.curve.windows(2).any(|w| w[0].at >= w[1].at) {
            report("curve", "the points of `curve` must be in order of time".into());
        }
        if !self.curve.is_empty() && self.curve.iter().all(|p| p.share.0 <= 0.0) {
            report("curve", "there would be no visits: at least one `share` must be above 0 %".into());
        }
        if self.sites == 0 || self.sites > 16 {
            report("sites", format!("`sites` must be 1 to 16, not {}", self.sites));
        }
        if self.kinds.is_empty() {
            report("kind", "a study needs at least one [[load.kind]]".into());
        }
        let direct: f64 = self.kinds.iter().map(|k| k.visits.0).sum();
        if !self.kinds.is_empty() && (direct - 1.0).abs() > 1e-6 {
            report("kind", format!("the `visits` of all kinds must add up to 100 %, not {}", Share(direct)));
        }
        for (i, k) in self.kinds.iter().enumerate() {
            if k.facilities == 0 || k.facilities > MOST_FACILITIES {
                report("facilities", format!("`facilities` must be 1 to {MOST_FACILITIES}, not {}", k.facilities));
            }
            if k.readers == 0 || k.readers > 1000 {
                report("readers", format!("`readers` must be 1 to 1000, not {}", k.readers));
            }
            if self.kinds[..i].iter().any(|other| other.kind == k.kind) {
                report("kind", format!("there is another [[load.kind]] of kind `{}`", k.kind.name()));
            }
            if let Some(error) = k.follows.and_then(|f| f.after.error()) {
                report("after", error.into());
            }
            if k.visits.0 <= 0.0 && k.follows.is_none() {
                report("visits", format!("a {} would have no visits: give `visits` or `follows`", k.kind.name()));
            }
        }
        errors
    }
}

/// Most facilities of one kind.
const MOST_FACILITIES: u64 = 200_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn part(curve: &[(u64, f64)]) -> LoadPart {
        LoadPart {
            source: "assumption".into(),
            rate: Frequency(10.0),
            lasts: Span::seconds(100),
            warm_up: Span::default(),
            curve: curve.iter().map(|(s, share)| CurvePoint { at: Span::seconds(*s), share: Share(*share) }).collect(),
            sites: 1,
            by_pin: Share::default(),
            kinds: vec![
                KindPart { kind: FacilityKind::Hospital, facilities: 10, visits: Share(0.25), follows: None, readers: 2 },
                KindPart { kind: FacilityKind::Clinic, facilities: 90, visits: Share(0.75), follows: None, readers: 1 },
            ],
        }
    }

    #[test]
    fn a_curve_is_level_outside_its_points_and_straight_between_them() {
        assert_eq!(part(&[]).share_at(50.0), 1.0);
        let curve = part(&[(10, 0.2), (20, 1.0), (40, 0.5)]);
        let found = [0.0, 10.0, 15.0, 20.0, 30.0, 99.0].map(|s| curve.share_at(s));
        assert_eq!(found.map(|x| (x * 100.0).round()), [20.0, 20.0, 60.0, 100.0, 75.0, 50.0]);
    }

    #[test]
    fn sites_share_out_rate_and_facilities() {
        let two = LoadPart { sites: 2, ..part(&[]) };
        let sites = [0, 1].map(|i| two.at_site(i));
        assert!(sites.iter().all(|s| s.rate == Frequency(5.0) && s.sites == 1));
        assert_eq!(sites.iter().map(LoadPart::facilities).sum::<u64>(), 100);
    }

    #[test]
    fn proportions_stay_when_facilities_become_fewer() {
        let few = part(&[]).spread_over(20);
        assert_eq!(few.kinds.iter().map(|k| k.facilities).collect::<Vec<_>>(), [2, 18]);
        assert_eq!(part(&[]).spread_over(1).facilities(), 2);
    }

    #[test]
    fn what_makes_no_sense_is_told() {
        assert_eq!(part(&[]).errors(), []);
        let mut wrong = part(&[(20, 1.0), (10, 1.0)]);
        wrong.lasts = Span::default();
        wrong.kinds[0].visits = Share(0.0);
        wrong.kinds[1].kind = FacilityKind::Hospital;
        wrong.kinds[1].readers = 0;
        insta::assert_debug_snapshot!(wrong.errors());
    }
}
