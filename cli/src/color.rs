//! `--color`.

use anstream::ColorChoice;
use clap::ValueEnum;

/// When text is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal, unless the environment has NO_COLOR
    Auto,
    /// Always, also in a file or a pipe
    Always,
    /// Never
    Never,
}

impl When {
    /// From now on, stdout and stderr are coloured like this.
    pub fn write_global(self) {
        match self {
            When::Auto => ColorChoice::Auto,
            When::Always => ColorChoice::Always,
            When::Never => ColorChoice::Never,
        }
        .write_global();
    }
}
