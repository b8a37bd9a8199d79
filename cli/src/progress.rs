//! A progress bar on stderr for long operations, if stderr is a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::time::Duration;

/// Fewer runs than this end too fast for a bar.
const WORTH_A_BAR: u64 = 4;
/// The same for people and for bytes.
const WORTH_PEOPLE: u64 = 20_000;
const WORTH_BYTES: u64 = 16 << 20;

/// Anything that takes longer than this, in seconds, has a bar.
pub const WORTH_SECONDS: f64 = 5.0;

/// Its message has the number of runs by outcome. `slow` is whether a few of them take long too.
pub fn bar(runs: u64, slow: bool) -> ProgressBar {
    new(runs, slow || runs >= WORTH_A_BAR, "{bar:24} {pos}/{len} runs  {elapsed}  {wide_msg}")
}

/// Recordings that are judged.
pub fn recordings(count: u64) -> ProgressBar {
    new(count, count >= WORTH_A_BAR, "{bar:32} {pos}/{len} recordings  {elapsed}")
}

/// The cases of a certification; their number is known later.
pub fn cases() -> ProgressBar {
    new(WORTH_A_BAR, true, "{bar:24} {pos}/{len} cases  {elapsed}  {wide_msg}")
}

pub fn people(count: u64) -> ProgressBar {
    new(count, count >= WORTH_PEOPLE, "{bar:32} {pos}/{len} people  {elapsed}")
}

pub fn operations(count: u64) -> ProgressBar {
    new(count, count >= WORTH_A_BAR, "{bar:32} {pos}/{len} operations  {elapsed}  {msg}")
}

/// For this many bytes, as far as known.
pub fn bytes(total: u64) -> ProgressBar {
    new(total, total >= WORTH_BYTES, "{bar:32} {bytes}/{total_bytes}  {bytes_per_sec}  {elapsed}  {wide_msg}")
}

/// Work of which the share that is done is known, with the time that is left.
pub fn share(steps: u64) -> ProgressBar {
    new(steps, true, "{bar:24} {percent} %  {elapsed}, about {eta} left  {wide_msg}")
}

fn new(length: u64, worth: bool, style: &str) -> ProgressBar {
    let shown = worth && std::io::stderr().is_terminal() && std::env::var_os("CI").is_none();
    let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(Some(length), target);
    if let Ok(style) = ProgressStyle::with_template(style) {
        bar.set_style(style);
    }
    if shown {
        // The time that has passed goes on while one part takes long.
        bar.enable_steady_tick(Duration::from_secs(1));
    }
    bar
}
