//! The real binary against a fake portal.

mod fake_portal;
mod flows;
mod hostile;
mod running;
mod sample;
mod soak;

use std::path::Path;
use std::time::Duration;

fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_support-triage-bot"))
}

/// The long one is `cargo run --release -p support-triage-bot --example soak`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_three_times_among_faults_every_message_is_answered_exactly_once() {
    let dir = tempfile::tempdir().unwrap();
    let report = soak::run(soak::Options {
        binary: binary().into(),
        dir: dir.path().into(),
        events: 300,
        kills: 3,
        faults: true,
        seed: 7,
        posts: 16,
        patience: Duration::from_secs(60),
    })
    .await;
    println!("{report}");
    assert_eq!((report.lost, report.doubled, report.waiting, report.parked), (0, 0, 0, 0), "{report}");
    assert_eq!((report.answered, report.kills), (300, 3), "{report}");
    assert_eq!((report.strange_tokens, report.secrets_in_log), (0, 0), "{report}");
}
