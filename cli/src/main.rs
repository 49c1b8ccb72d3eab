//! `support-triage`: the command line. What was typed ([`args`]) → ready objects → run; one file per command.

mod answer;
mod args;
mod commands;
mod diff;
mod facts;
mod input;
mod output;
mod redact;
mod report;
mod run;
mod style;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};

/// A run that could not be finished, as told to the user: one message, no trace.
pub(crate) struct Failure(pub(crate) String);

impl<E: std::fmt::Display> From<E> for Failure {
    fn from(error: E) -> Failure {
        Failure(error.to_string())
    }
}

/// How a run ended: documented exit codes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Outcome {
    /// 0: done, nothing to complain about.
    Done,
    /// 1: done, but something was found: a failing test, a faulty rule, an unreadable row, a worse model.
    Found,
    /// 130, 143: asked to stop by a signal.
    Stopped(u8),
}

fn main() -> ExitCode {
    let args = Args::parse();
    let result = match &args.command {
        Command::Classify(command) => commands::classify::run(command, &args.policy),
        Command::Explain(command) => commands::explain::run(command, &args.policy),
        Command::Check(command) => commands::check::run(command),
        Command::Test(command) => commands::test::run(command, args.policy.rules_only),
        Command::Topics(command) => commands::topics::run(command, &args.policy),
        Command::Evaluate(command) => commands::evaluate::run(command, &args.policy),
        Command::Tune(command) => commands::tune::run(command),
        Command::Diff(command) => commands::diff::run(command, &args.policy),
        Command::Report(command) => commands::report::run(command, &args.policy),
        Command::Schema(command) => commands::schema::run(command),
        Command::Hours(command) => commands::hours::run(command),
        Command::Address(command) => commands::address::run(command),
    };
    match result {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Found) => ExitCode::from(1),
        Ok(Outcome::Stopped(code)) => ExitCode::from(code),
        Err(Failure(message)) if message == CLOSED => ExitCode::SUCCESS,
        Err(Failure(message)) => {
            say(&format!("{}error:{} {message}", style::ERROR, style::ERROR.render_reset()));
            ExitCode::from(2)
        }
    }
}

/// A line to standard error. That nobody can be told is no reason to fail.
pub(crate) fn say(line: &str) {
    let _ = writeln!(anstream::stderr(), "{line}");
}

/// What a write says when the reader of our output has gone: no error, as for any filter.
pub(crate) const CLOSED: &str = "output closed";

/// A write error as a failure; a closed pipe as the end.
pub(crate) fn written(result: std::io::Result<()>) -> Result<(), Failure> {
    result.map_err(|error| match error.kind() {
        std::io::ErrorKind::BrokenPipe => Failure(CLOSED.to_string()),
        _ => Failure(format!("cannot write the output: {error}")),
    })
}
