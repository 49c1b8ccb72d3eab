//! The bot server of support-triage.

use std::process::ExitCode;

use clap::Parser;
use support_triage_bot::commands::{self, Args};

fn main() -> ExitCode {
    commands::run(Args::parse())
}
