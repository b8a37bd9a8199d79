//! When a facility asks again.

use sim::seed::Stream;
use std::time::Duration;

/// How often a facility asks, and how long it waits in between.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RetryPolicy {
    /// How often a request is sent at most.
    pub attempts: usize,
    /// The pause after the first attempt.
    pub pause: Duration,
    /// How many times as long each further pause is.
    pub factor: f64,
    /// The longest pause.
    pub most_pause: Duration,
    /// By which share of itself a pause is longer or shorter at most, 0 to 1, evenly drawn.
    pub jitter: f64,
    /// Whether an answer that says *not now* (503 with Retry-After) is asked for again, and not taken as final.
    pub when_busy: bool,
    /// Whether a pause is at least as long as Retry-After says.
    pub heeds_retry_after: bool,
    /// The most of a Retry-After that is heeded.
    pub most_retry_after: Duration,
}

impl Default for RetryPolicy {
    /// Three attempts, a second and a half apart, if no answer comes.
    fn default() -> Self {
        RetryPolicy {
            attempts: 3,
            pause: Duration::from_millis(1500),
            factor: 1.0,
            most_pause: Duration::from_secs(60),
            jitter: 0.0,
            when_busy: false,
            heeds_retry_after: true,
            most_retry_after: Duration::from_secs(10),
        }
    }
}

impl RetryPolicy {
    /// The pause after attempt `attempt` (from 1) has failed, drawn from `stream` if there is jitter. Jitter never undercuts what
    /// the server asked for.
    pub fn pause_after(&self, attempt: usize, retry_after: Option<Duration>, stream: &mut Stream) -> Duration {
        let most = self.most_pause.as_secs_f64();
        let mut pause = self.pause;
        for _ in 1..attempt {
            // Beyond the longest pause nothing changes, however often one asks.
            if self.factor == 1.0 || pause >= self.most_pause {
                break;
            }
            pause = Duration::from_secs_f64((pause.as_secs_f64() * self.factor).clamp(0.0, most));
        }
        pause = pause.min(self.most_pause);
        let unit = if self.jitter > 0.0 { stream.unit() } else { 0.5 };
        let spread = |base: Duration, share: f64| if share == 0.0 { base } else { base.mul_f64(1.0 + share) };
        let drawn = spread(pause, if self.jitter > 0.0 { self.jitter * (2.0 * unit - 1.0) } else { 0.0 });
        match retry_after.filter(|_| self.heeds_retry_after) {
            Some(asked) => {
                drawn.max(spread(asked.min(self.most_retry_after), if self.jitter > 0.0 { self.jitter * unit } else { 0.0 }))
            }
            None => drawn,
        }
    }
}
