//! A progress bar on stderr while much is run, if stderr is a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;

/// Fewer runs than this end before a bar could be read.
const WORTH_A_BAR: usize = 4;

pub fn bar(runs: usize) -> ProgressBar {
    let shown = runs >= WORTH_A_BAR && std::io::stderr().is_terminal() && std::env::var_os("CI").is_none();
    let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(Some(runs as u64), target);
    if let Ok(style) = ProgressStyle::with_template("{bar:32} {pos}/{len} runs  {elapsed}  {msg}") {
        bar.set_style(style);
    }
    bar
}
