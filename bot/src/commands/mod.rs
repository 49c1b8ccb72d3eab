//! The subcommands, one file each.

pub mod check_config;
pub mod export_decisions;
pub mod parked;
pub mod register;
pub mod serve;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::{Config, LogConfig};

/// What was typed.
#[derive(Debug, Parser)]
#[command(name = "support-triage-bot", version, about = "Triage of Russian support tickets inside a Bitrix24 chat, and over HTTP")]
pub struct Args {
    /// The configuration file
    #[arg(long, short, value_name = "FILE", default_value = "bot.toml", global = true)]
    config: PathBuf,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Clone, Debug, Subcommand)]
enum Command {
    /// Serve until SIGTERM or Ctrl-C; the default
    Serve,
    /// Read the configuration and the policy, say what they mean, and change nothing
    CheckConfig {
        /// Also call each portal once, to see whether it can be reached with the token at hand
        #[arg(long)]
        online: bool,
    },
    /// Tell the portal of the bot and its commands; may be repeated
    Register {
        /// Only this portal of the configuration
        #[arg(long)]
        portal: Option<String>,
    },
    /// Print what was decided as JSON lines, labelled as `support-triage tune` and `evaluate` read them
    ExportDecisions {
        /// Only those that a person found wrong
        #[arg(long)]
        wrong: bool,
    },
    /// List the messages that were given up on, with the reason
    Parked {
        /// Put them back into the queue for the next start
        #[arg(long)]
        retry: bool,
    },
}

/// Runs what was typed. Exit codes: 0 done, 1 there are findings, 2 failed.
pub fn run(args: Args) -> ExitCode {
    let command = args.command.unwrap_or(Command::Serve);
    let config = match Config::read(&args.config) {
        Ok(config) => config,
        Err(error) => return fail(&error.to_string()),
    };
    let log = match command {
        Command::Serve => config.log.clone(),
        _ => LogConfig { level: "warn".into(), json: false },
    };
    if let Err(error) = start_log(&log) {
        return fail(&error);
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("no runtime: {error}")),
    };
    let done = runtime.block_on(async {
        match command {
            Command::Serve => serve::run(config).await.map(|()| ExitCode::SUCCESS),
            Command::CheckConfig { online } => check_config::run(config, online).await,
            Command::Register { portal } => register::run(config, portal.as_deref()).await,
            Command::ExportDecisions { wrong } => export_decisions::run(config, wrong).await.map(|()| ExitCode::SUCCESS),
            Command::Parked { retry } => parked::run(config, retry).await,
        }
    });
    // A look-up that hangs must not keep the process.
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    done.unwrap_or_else(|error| fail(&error))
}

fn fail(error: &str) -> ExitCode {
    eprintln!("support-triage-bot: {error}");
    ExitCode::from(2)
}

fn start_log(config: &LogConfig) -> Result<(), String> {
    let filter = tracing_subscriber::EnvFilter::try_new(&config.level)
        .map_err(|_| format!("log.level is \"{}\": use error, warn, info, debug or a filter", config.level.escape_debug()))?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if config.json {
        log.json().init()
    } else {
        log.with_ansi(false).init()
    }
    Ok(())
}
