//! `shikaku statement`: the signed statement of a certification. `shikaku verify` is in `verify.rs`.

pub mod again;
pub mod cases;
pub mod files;
mod secrets;
mod show;
mod sign;
pub mod when;

use crate::exit::{self, Exit};
use clap::{Args, Subcommand};

pub const ABOUT: &str = "\
Sign the statement of a certification, or show one

A statement says which product was certified in which role, by which contract, tool and rules, with which verdicts and accepted \
failures, and has the digest of every file of the evidence. It is an in-toto statement in a signed DSSE envelope: anybody can check \
it offline with `shikaku verify`, or without this tool (docs/statement.md).";

#[derive(Args)]
#[command(after_help = exit::HELP)]
pub struct StatementArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Sign a statement of the evidence of a certification
    #[command(long_about = sign::ABOUT)]
    Sign(sign::SignArgs),
    /// Show what a statement says, without verifying anything
    Show(show::ShowArgs),
}

pub fn run(args: &StatementArgs) -> anyhow::Result<Exit> {
    match &args.command {
        Command::Sign(args) => sign::run(args),
        Command::Show(args) => show::run(args),
    }
}
