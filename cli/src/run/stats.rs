//! How fast a run was, and what took the time.

use std::time::Duration;

use super::pipeline::Done;

#[derive(Default)]
pub(crate) struct Stats {
    rows: u64,
    reading: Duration,
    classifying: Duration,
    writing: Duration,
}

impl Stats {
    pub(crate) fn add(&mut self, done: &Done, writing: Duration) {
        self.rows += done.rows;
        self.reading += done.reading;
        self.classifying += done.classifying;
        self.writing += done.formatting + writing;
    }

    pub(crate) fn wrote(&mut self, writing: Duration) {
        self.writing += writing;
    }

    /// The figures in one line. The shares are of the threads' time together.
    pub(crate) fn told(&self, took: Duration, bytes: u64) -> String {
        let seconds = took.as_secs_f64().max(1e-9);
        let total = (self.reading + self.classifying + self.writing).as_secs_f64().max(1e-9);
        let share = |part: Duration| part.as_secs_f64() / total * 100.0;
        format!(
            "{} rows, {:.1} MB in {seconds:.1} s: {:.0} rows/s, {:.1} MB/s; reading {:.0} %, classifying {:.0} %, writing {:.0} %{}",
            self.rows,
            bytes as f64 / 1e6,
            self.rows as f64 / seconds,
            bytes as f64 / 1e6 / seconds,
            share(self.reading),
            share(self.classifying),
            share(self.writing),
            peak().map(|kib| format!("; {} MiB of memory at most", kib / 1024)).unwrap_or_default()
        )
    }
}

/// Most memory that was held, KiB; only Linux tells.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
