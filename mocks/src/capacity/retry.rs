//! When a facility retries.

use sim::seed::Stream;
use std::time::Duration;

/// How often a facility sends a request, and how long it waits between attempts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RetryPolicy {
    /// The most attempts.
    pub attempts: usize,
    /// The pause after the first attempt.
    pub pause: Duration,
    /// The factor by which each further pause is longer.
    pub factor: f64,
    /// The longest pause.
    pub most_pause: Duration,
    /// The most by which a pause is longer or shorter, as a share of itself, 0 to 1, uniformly drawn.
    pub jitter: f64,
    /// Whether an answer of 503 with Retry-After is retried instead of being final.
    pub when_busy: bool,
    /// Whether a pause is at least as long as the Retry-After value.
    pub heeds_retry_after: bool,
    /// The longest Retry-After value that is used.
    pub most_retry_after: Duration,
}

impl Default for RetryPolicy {
    /// Three attempts, a second and a half apart, if there is no answer.
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
    /// The pause after attempt `attempt` (from 1) has failed, drawn from `stream` if there is jitter. Jitter never makes it
    /// shorter than the server's Retry-After.
    pub fn pause_after(&self, attempt: usize, retry_after: Option<Duration>, stream: &mut Stream) -> Duration {
        let most = self.most_pause.as_secs_f64();
        let mut pause = self.pause;
        for _ in 1..attempt {
            // The pause does not grow beyond the longest one.
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
