//! The long soak: `cargo run --release -p support-triage-bot --example soak -- [MESSAGES] [KILLS] [SEED]`, 100,000 messages and 20 kills by default.
//!
//! `soak -- 100000 0 1 calm` measures load: no faults, no kills. The server's binary must have been built with the same profile.

#[allow(dead_code)] // Shared with the tests, which use more of it.
#[path = "../tests/bot/fake_portal/mod.rs"]
mod fake_portal;
#[allow(dead_code)]
#[path = "../tests/bot/running.rs"]
mod running;
#[path = "../tests/bot/soak.rs"]
mod soak;

use std::process::ExitCode;
use std::time::Duration;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize, default: usize| arguments.get(at).and_then(|text| text.parse().ok()).unwrap_or(default);
    let here = std::env::current_exe().expect("the path of this program");
    let binary = here.parent().and_then(|dir| dir.parent()).expect("a folder").join("support-triage-bot");
    let dir = tempfile::tempdir().expect("a folder for the store");
    let report = soak::run(soak::Options {
        binary,
        dir: dir.path().into(),
        events: number(0, 100_000),
        kills: number(1, 20),
        faults: arguments.get(3).is_none_or(|word| word != "calm"),
        seed: number(2, 1) as u64,
        posts: 64,
        patience: Duration::from_secs(3_600),
    })
    .await;
    println!("{report}");
    let right =
        report.lost + report.doubled + report.secrets_in_log == 0 && report.waiting + report.parked == 0 && report.strange_tokens == 0;
    if right { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
